"""Undoing an import tells what was taken on of that which its groups brought along."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [('intake', '0006_carry_outcome')]

    operations = [migrations.RunSQL((SQL / "jobs.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
