"""A reversal of counted goods says their unit; those written before said rupiah."""

from django.db import migrations

UNIT = """
    UPDATE funds_cashevent e SET unit = r.unit FROM funds_cashevent r
    WHERE e.reverses_id = r.id AND e.unit <> r.unit
"""


class Migration(migrations.Migration):
    dependencies = [("funds", "0011_lean_attendance")]

    operations = [migrations.RunSQL(UNIT, migrations.RunSQL.noop)]
