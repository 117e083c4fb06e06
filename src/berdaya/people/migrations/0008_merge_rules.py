"""Seats that are fixed for a person and cards of participants follow a merge."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("people", "0007_functions")]

    operations = [
        migrations.RunSQL((SQL / "merge_rules.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
