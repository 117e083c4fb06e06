"""Five working phones for each role of an account."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("devices", "0004_fresh")]

    operations = [migrations.RunSQL((SQL / "enrol.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
