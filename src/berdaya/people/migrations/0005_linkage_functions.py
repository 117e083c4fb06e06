"""Merging and un-merging, look-alikes, transfers between offices; numbers of merged records stand for who was kept."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("people", "0004_linkage"), ("areas", "0001_initial"), ("access", "0001_initial")]

    operations = [
        migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
        for name in ("merging.sql", "linkage.sql")
    ]
