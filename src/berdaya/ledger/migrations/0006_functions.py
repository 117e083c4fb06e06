"""Transfers of many books are appended in one call."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_functions")]

    operations = [
        migrations.RunSQL((SQL / "post.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
