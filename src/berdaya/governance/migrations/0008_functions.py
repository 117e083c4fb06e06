"""A card opens the member's account over all funds of her group."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("governance", "0007_functions"), ("funds", "0011_lean_attendance"), ("ledger", "0006_functions")]

    operations = [
        migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
        for name in ("cards.sql",)
    ]
