"""Reading the ground and writing the visits of a push in one call each."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "statements"


class Migration(migrations.Migration):
    dependencies = [("visits", "0003_functions"), ("enterprises", "0005_functions")]

    operations = [migrations.RunSQL((SQL / "recording.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
