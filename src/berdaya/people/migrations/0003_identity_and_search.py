"""Identity follows persons and households by trigger; look-ups beyond a scope and name search as definer
functions.
"""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("people", "0002_lookup_count")]

    operations = [
        migrations.RunSQL([(SQL / name).read_text(encoding="utf-8")], reverse_sql=migrations.RunSQL.noop)
        for name in ("identity.sql", "search.sql")
    ]
