"""Taking an import as a worker; what hangs on an import; undoing it."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ('intake', '0002_jobs'),
        ('people', '0007_functions'),
        ('groups', '0003_functions'),
        ('programmes', '0001_initial'),
    ]

    operations = [migrations.RunSQL((SQL / "jobs.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
