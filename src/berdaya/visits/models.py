from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.audit.tracking import tracked
from berdaya.enterprises.models import Enterprise, Mentor
from berdaya.kernel.models import ProcessRow
from berdaya.kernel.policies import Policy, Process


@tracked()
class Visit(ProcessRow):
    """Kunjungan: what a mentor found on one day, and one piece of advice that the next visit checks."""

    policy: ClassVar[Policy] = Process(
        root=("enterprise",),
        subject={"enterprises": "enterprise_id"},
        subject_insert=True,
        subject_update=True,
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
    advice_answer = models.CharField(max_length=12, blank=True)
    """What the mentor found of the advice given at the visit before; which visit that is follows from the
    dates."""
    note = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    digest = models.BinaryField()
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


@tracked()
class HeldVisit(ProcessRow):
    """Kunjungan tertahan: handed in but not counted: in conflict with another version, invalid, or
    waiting."""

    policy: ClassVar[Policy] = Process(
        insert_any=True, reason="its business may be unknown yet or out of scope, so it has no root"
    )

    visit_id = models.UUIDField()
    outcome = models.CharField(max_length=10)
    flaws = models.JSONField(default=list)
    body = models.JSONField()
    digest = models.BinaryField()
    account_id = models.BigIntegerField()
    resolved_on = models.DateField(null=True)
    resolution = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["visit_id", "digest"], name="visits_held_once")]
        indexes: ClassVar = [models.Index(fields=["area", "resolved_on"])]
