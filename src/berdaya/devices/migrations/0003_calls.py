"""One look for who calls, one call to close a batch; the rest of the functions as they are now."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("devices", "0002_functions")]

    operations = [migrations.RunSQL((SQL / "inbox.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
