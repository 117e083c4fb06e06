"""A BAST has at least one line."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("grants", "0006_photos")]

    operations = [migrations.RunSQL((SQL / "whole.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
