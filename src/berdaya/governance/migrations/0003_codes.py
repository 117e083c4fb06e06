"""The digits of a member's card, asked where she confirms what others typed."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("governance", "0002_functions")]

    operations = [migrations.RunSQL((SQL / "codes.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
