"""Phones hear of assets that came back."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("grants", "0007_whole"), ("devices", "0002_functions")]

    operations = [migrations.RunSQL((SQL / "back.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
