"""Triggers that freeze what a decree rests on, tried rules as they were proposed, and the screen that knows consents."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [('programmes', '0005_rule_changes'), ('people', '0009_consent_wording'), ('access', '0001_initial')]

    operations = [
        migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
        for name in ("functions.sql", "frozen.sql")
    ]
