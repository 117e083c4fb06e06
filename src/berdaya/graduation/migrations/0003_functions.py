"""The trigger that keeps an assessment as it was made until another person approves it."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [('graduation', '0002_initial'), ('access', '0001_initial'), ('enterprises', '0004_initial')]

    operations = [
        migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
        for name in ("functions.sql",)
    ]
