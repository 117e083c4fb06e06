from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    """A participant who sits in a class of another office at the same hours."""

    dependencies = [("training", "0005_invitations")]
    operations = [migrations.RunSQL((SQL / "busy.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)]
