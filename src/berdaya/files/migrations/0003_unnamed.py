"""The sweeper of the store asks which contents no row names, without seeing any row."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("files", "0002_who_opens")]

    operations = [migrations.RunSQL((SQL / "unnamed.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
