"""The change log of months has a plan that is kept; looking for known records makes no partitions."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("devices", "0005_enrol")]

    operations = [
        migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
        for name in ("changes.sql", "fresh.sql")
    ]
