"""Functions that look past a scope, and triggers that keep approvals, commitments and frozen lists as they were made."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [('programmes', '0001_initial'), ('groups', '0002_initial'), ('people', '0001_initial'), ('access', '0001_initial')]

    operations = [
        migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
        for name in ("functions.sql",)
    ]
