from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).resolve().parents[1] / "sql" / "guards.sql"


class Migration(migrations.Migration):
    # The guards read decrees: their tables must stand as the functions name them.
    dependencies = [("grants", "0002_initial"), ("programmes", "0001_initial")]

    operations = [
        # The letter names its handover (subject of the document), so that the handover is never changed.
        migrations.RemoveField(model_name="handover", name="document"),
        migrations.AlterField(
            model_name="handover",
            name="package",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="grants.package"
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.UniqueConstraint(fields=("office", "number"), name="grants_handover_number"),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
