from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.enterprises.models import Enterprise, Mentor
from berdaya.kernel.models import ProcessRow
from berdaya.kernel.policies import Policy, Process


class Visit(ProcessRow):
    """Kunjungan: what a mentor found on one day, and one piece of advice that the next visit checks."""

    policy: ClassVar[Policy] = Process(
        root=("enterprise",), subject={"enterprises": "enterprise_id"}, subject_insert=True, update=False
    )

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="visits")
    mentor = models.ForeignKey(Mentor, null=True, on_delete=models.PROTECT, related_name="visits")
    occurred_on = models.DateField()
    method = models.CharField(max_length=10)
    production_days = models.PositiveSmallIntegerField(null=True)
    turnover_idr = models.BigIntegerField(null=True)
    cost_idr = models.BigIntegerField(null=True)
    stock_idr = models.BigIntegerField(null=True)
    workers = models.PositiveSmallIntegerField(null=True)
    active_members = models.PositiveSmallIntegerField(null=True)
    income_idr = models.BigIntegerField(null=True)
    problem = models.CharField(max_length=200, blank=True)
    advice = models.CharField(max_length=200, blank=True)
    advice_followed = models.BooleanField(null=True)
    note = models.TextField(blank=True)
    body_sha256 = models.BinaryField()
    account_id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(production_days=None) | models.Q(production_days__lte=31),
                name="visits_days",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["enterprise", "occurred_on"]),
            models.Index(fields=["area", "occurred_on"]),
        ]
