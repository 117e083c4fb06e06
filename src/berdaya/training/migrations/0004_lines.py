"""What a programme asks for a certificate, for those who read no rules."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [('training', '0003_functions'), ('programmes', '0001_initial')]

    operations = [
        migrations.RunSQL((SQL / "lines.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)
    ]
