from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql" / "public_views.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("market", "0002_deepen"),
        ("areas", "0001_initial"),
        ("files", "0001_initial"),
        ("groups", "0002_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            SQL.read_text(encoding="utf-8"),
            "DROP VIEW IF EXISTS public_stall, public_exhibition, public_product, public_seller",
        )
    ]
