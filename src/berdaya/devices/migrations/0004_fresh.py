"""Fresh records of a push are applied and kept in one transaction; the change log looks before it writes."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("devices", "0003_calls")]

    operations = [
        migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
        for name in ("changes.sql", "fresh.sql")
    ]
