from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.audit.tracking import tracked
from berdaya.enterprises.models import Enterprise
from berdaya.kernel.models import ProcessRow
from berdaya.kernel.policies import Policy, Process
from berdaya.tasks.models import Task


@tracked()
class Alert(ProcessRow):
    """Peringatan: a rule that struck for a business, the task it raised, and when it cleared."""

    policy: ClassVar[Policy] = Process(root=("enterprise",), subject={"enterprises": "enterprise_id"})

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="alerts")
    rule = models.CharField(max_length=30)
    raised_on = models.DateField()
    cleared_on = models.DateField(null=True)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+")
    detail = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enterprise", "rule"],
                condition=models.Q(cleared_on=None),
                name="followup_one_open_alert",
            )
        ]
