"""Codes and LPJ: what the public may do with a code, and what an LPJ never takes."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [('accountability', '0001_initial'), ('tasks', '0001_initial'), ('files', '0001_initial')]

    operations = [
        migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
        for name in ("codes.sql", "lpj.sql")
    ]
