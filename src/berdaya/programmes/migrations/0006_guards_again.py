"""The functions file as it stands now: a run keeps its list and its outcome. Every statement in it can run again."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).resolve().parents[1] / "sql" / "functions.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("programmes", "0005_decree_has_approval")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
