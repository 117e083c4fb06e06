"""Payments and meetings in which nothing is unusual go in by one call."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("funds", "0008_functions"), ("ledger", "0005_functions")]

    operations = [
        migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
        for name in ("record.sql", "pay.sql")
    ]
