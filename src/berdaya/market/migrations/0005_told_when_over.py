"""What stalls sold is told when the exhibition is over and five of them sold: neither one stall nor two looks tell one."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("market", "0004_closing")]

    operations = [
        migrations.RunSQL((SQL / "public_views.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop)
    ]
