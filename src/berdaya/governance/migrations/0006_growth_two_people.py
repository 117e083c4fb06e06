import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    """Criteria wait for a second person; versions from before stay in force."""

    dependencies = [
        ('governance', '0005_growth_rules'),
    ]

    operations = [
        migrations.AddField(
            model_name='growthrules',
            name='accepted',
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name='growthrules',
            name='decided_by',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='growthrules',
            name='decided_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='growthrules',
            name='note',
            field=models.CharField(blank=True, db_default='', max_length=400),
        ),
        migrations.RunSQL(
            "UPDATE governance_growthrules SET accepted = true, decided_on = made_on", migrations.RunSQL.noop
        ),
        migrations.AddConstraint(
            model_name='growthrules',
            constraint=models.UniqueConstraint(condition=models.Q(('accepted', None)), fields=('office', 'programme'), name='governance_growth_waits_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='growthrules',
            constraint=models.CheckConstraint(condition=models.Q(('accepted', True), ('decided_by', django.db.models.expressions.F('made_by')), _negated=True), name='governance_growth_two_people'),
        ),
    ]
