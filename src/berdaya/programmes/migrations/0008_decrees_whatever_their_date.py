"""The functions file as it stands now: a decree in force elsewhere counts whatever its date."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).resolve().parents[1] / "sql" / "functions.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("programmes", "0007_screening_runs")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
