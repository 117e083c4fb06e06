"""Payments in two calls: what they depend on, and everything they write."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("funds", "0004_lean_events"), ("ledger", "0004_functions"), ("audit", "0001_initial")]

    operations = [
        migrations.RunSQL((SQL / "record.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
        migrations.RunSQL(
            "ALTER TABLE funds_instalment SET (fillfactor = 70); ALTER TABLE funds_turn SET (fillfactor = 70)",
            migrations.RunSQL.noop,
        ),
    ]
