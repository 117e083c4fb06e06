"""What was written about a candidacy while two records were one follows it when they are parted."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("people", "0010_spelling_keys")]

    operations = [migrations.RunSQL((SQL / "merging.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
