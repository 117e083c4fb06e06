"""Links on invitations: answers, what people need to come, materials and feedback."""

import django.contrib.postgres.fields
from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0001_initial'),
        ('documents', '0002_functions'),
        ('training', '0004_lines'),
    ]

    operations = [
        migrations.AddField(
            model_name='invitation',
            name='answered_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='invitation',
            name='asked_for',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), db_default=[], default=list, size=None),
        ),
        migrations.AddField(
            model_name='invitation',
            name='note',
            field=models.CharField(blank=True, db_default='', max_length=160),
        ),
        migrations.AddField(
            model_name='invitation',
            name='spoke',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='invitation',
            name='token',
            field=models.CharField(blank=True, db_default='', max_length=40),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(condition=models.Q(('token', ''), _negated=True), fields=('token',), name='training_invitation_token'),
        ),
        migrations.RunSQL((SQL / "invitations.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
