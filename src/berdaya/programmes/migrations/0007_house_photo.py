"""A photo of a house may come after its visit."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("programmes", "0006_frozen"), ("access", "0001_initial")]

    operations = [migrations.RunSQL((SQL / "house_photo.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
