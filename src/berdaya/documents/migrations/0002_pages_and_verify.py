from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).resolve().parents[1] / "sql" / "verify.sql"


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("files", "0001_initial"), ("access", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="document", name="first_page", field=models.PositiveIntegerField(default=1)
        ),
        migrations.AddField(
            model_name="document", name="last_page", field=models.PositiveIntegerField(default=1)
        ),
        # Nothing has been issued yet: a letter is stored with its file or not at all.
        migrations.AlterField(
            model_name="document",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
            ),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
