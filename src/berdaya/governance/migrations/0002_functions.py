"""Cards: what the QR tells, and what it opens with the digits on the card."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [('governance', '0001_initial'), ('funds', '0001_initial'), ('people', '0001_initial')]

    operations = [
        migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
        for name in ("cards.sql",)
    ]
