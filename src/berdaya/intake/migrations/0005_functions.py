"""What hangs on an import is told for its whole length at once."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [('intake', '0004_functions')]

    operations = [migrations.RunSQL((SQL / "jobs.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
