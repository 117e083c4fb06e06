from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql" / "public_figures.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("market", "0003_public_views"),
        ("access", "0001_initial"),
        ("enterprises", "0005_deepen"),
        ("programmes", "0001_initial"),
    ]

    operations = [migrations.RunSQL(SQL.read_text(encoding="utf-8"), "DROP VIEW IF EXISTS public_figure")]
