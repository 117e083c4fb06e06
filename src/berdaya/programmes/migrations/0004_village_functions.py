"""Triggers that keep overrules, minutes, objections and openings as they were made, and the public view of offers."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [('programmes', '0003_village'), ('areas', '0001_initial'), ('access', '0001_initial')]

    operations = [
        migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
        for name in ("village.sql",)
    ]
