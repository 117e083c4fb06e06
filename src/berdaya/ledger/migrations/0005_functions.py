"""What appends to a book stands alone, so that payments that were looked at already are not looked at twice."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_functions")]

    operations = [
        migrations.RunSQL((SQL / "post.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
