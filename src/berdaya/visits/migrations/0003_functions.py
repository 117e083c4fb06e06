"""What phones ask about mentors and businesses, and the change log's triggers on what a caseload shows."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "statements"


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0002_field"),
        ("devices", "0002_functions"),
        ("enterprises", "0005_functions"),
        ("access", "0001_initial"),
    ]

    operations = [migrations.RunSQL((SQL / "field.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
