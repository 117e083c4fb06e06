"""Complaints: one door in, and what the holder of a case code may know."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [('followup', '0003_complaints'), ('areas', '0001_initial'), ('files', '0001_initial')]

    operations = [
        migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
        for name in ("complaints.sql",)
    ]
