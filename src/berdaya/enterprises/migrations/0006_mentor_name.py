from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql" / "mentor_name.sql"


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0005_deepen")]

    operations = [
        migrations.RunSQL(
            SQL.read_text(encoding="utf-8"), "DROP FUNCTION IF EXISTS enterprises_mentor_name(uuid, uuid)"
        )
    ]
