"""Look-ups of long lists: a million families are looked up twice within the hour."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [('people', '0006_without_nik')]

    operations = [migrations.RunSQL((SQL / "lookups.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
