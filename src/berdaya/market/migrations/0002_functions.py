"""What the public may see, as views of its own role."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [('market', '0001_initial'), ('areas', '0001_initial'), ('files', '0001_initial'), ('groups', '0002_initial'), ('people', '0001_initial'), ('access', '0001_initial'), ('enterprises', '0004_initial'), ('programmes', '0001_initial')]

    operations = [
        migrations.RunSQL((SQL / name).read_text(encoding="utf-8"), migrations.RunSQL.noop)
        for name in ("public_views.sql", "public_figures.sql")
    ]
