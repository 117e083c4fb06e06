"""A daily check also tells what it settled by itself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0002_daily")]

    operations = [
        migrations.AddField(model_name="dailyrun", name="done", field=models.PositiveIntegerField(default=0)),
    ]
