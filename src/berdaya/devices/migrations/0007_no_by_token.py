"""Who calls with a token is asked in one look (devices_caller); the older question goes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("devices", "0006_log")]

    operations = [
        migrations.RunSQL("DROP FUNCTION IF EXISTS devices_by_token(bytea)", migrations.RunSQL.noop),
    ]
