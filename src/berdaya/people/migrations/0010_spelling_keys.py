"""Spelling keys of all names are made anew: ch, kh and h, sj, sh and s, j and y, bin and binti are one spelling."""

from django.db import migrations

from berdaya.people.rules.names import spelling_key

PORTION = 20_000


def respell(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT name, name_key FROM people_person")
        changed = [(name, key, new) for name, key in cursor.fetchall() if (new := spelling_key(name)[:120]) != key]
        for start in range(0, len(changed), PORTION):
            names, keys, fresh = zip(*changed[start : start + PORTION], strict=True)
            cursor.execute(
                "UPDATE people_person p SET name_key = v.fresh"
                " FROM unnest(%s::text[], %s::text[], %s::text[]) AS v (name, key, fresh)"
                " WHERE p.name = v.name AND p.name_key = v.key",
                [list(names), list(keys), list(fresh)],
            )


class Migration(migrations.Migration):
    dependencies = [("people", "0009_consent_wording")]

    operations = [migrations.RunPython(respell, migrations.RunPython.noop, elidable=True)]
