"""Undoing an import knows of look-alikes and merged records."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [('intake', '0003_functions'), ('people', '0008_merge_rules')]

    operations = [migrations.RunSQL((SQL / "jobs.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
