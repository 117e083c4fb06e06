"""The public check of a letter."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [('documents', '0001_initial'), ('access', '0001_initial'), ('files', '0001_initial')]

    operations = [
        migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
        for name in ("verify.sql",)
    ]
