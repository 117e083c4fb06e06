"""A closed fund takes no payment any more."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("funds", "0007_functions")]

    operations = [
        migrations.RunSQL((SQL / "record.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
