"""Payments of many groups go in by one call."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("funds", "0009_pay_functions"), ("ledger", "0006_functions")]

    operations = [
        migrations.RunSQL((SQL / "pay.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
