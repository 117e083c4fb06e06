"""Posting in one call over arrays; rows that are updated in place leave room for it on their page."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_lean_transfers")]

    operations = [
        migrations.RunSQL((SQL / "post.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
        migrations.RunSQL(
            "ALTER TABLE ledger_account SET (fillfactor = 70); ALTER TABLE ledger_book SET (fillfactor = 70)",
            migrations.RunSQL.noop,
        ),
    ]
