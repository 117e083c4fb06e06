from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.audit.tracking import tracked
from berdaya.enterprises.models import Enterprise
from berdaya.kernel.models import ProcessRow
from berdaya.kernel.policies import Policy, Process
from berdaya.programmes.models import Programme


@tracked()
class Assessment(ProcessRow):
    """Penilaian graduasi: each criterion met, not met or unknown by dated evidence; two people sign."""

    policy: ClassVar[Policy] = Process(root=("enterprise",))

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="assessments")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="assessments")
    pathway = models.CharField(max_length=40)
    as_of = models.DateField()
    criteria = models.JSONField()
    outcome = models.CharField(max_length=12)
    assessed_by = models.BigIntegerField()
    approved_by = models.BigIntegerField(null=True)
    approved_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enterprise", "pathway", "as_of"], name="graduation_once"),
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("assessed_by")),
                name="graduation_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | models.Q(outcome="met"), name="graduation_fails_closed"
            ),
        ]
