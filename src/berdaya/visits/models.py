from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.audit.tracking import tracked
from berdaya.enterprises.models import Enterprise, Mentor
from berdaya.kernel.models import ProcessRow
from berdaya.kernel.policies import Own, Policy, Process


@tracked()
class Visit(ProcessRow):
    """Kunjungan: what a mentor found on one day, and one piece of advice that the next visit checks."""

    policy: ClassVar[Policy] = Process(
        root=("enterprise",),
        subject={"enterprises": "enterprise_id"},
        subject_insert=True,
        subject_update=True,
    )

    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="visits", db_constraint=False, db_index=False
    )
    """Guarded by the composite key of the root and found by the index below: every visit would pay for both twice."""
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
    next_step = models.CharField(max_length=200, blank=True, db_default="")
    note = models.TextField(blank=True)
    same_as_last = models.BooleanField(default=False, db_default=False)
    """Told in one tap that nothing changed; the share of such visits is shown to the supervisor."""
    met_lat = models.FloatField(null=True)
    met_lon = models.FloatField(null=True)
    met_within_m = models.PositiveIntegerField(null=True)
    position_missing = models.CharField(max_length=8, blank=True, db_default="")
    distance_m = models.PositiveIntegerField(null=True)
    """From where this business was met before, else from its village."""
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


class VisitAsset(ProcessRow):
    """Aset pada kunjungan: an asset that a visit ticked off, with what was found of it."""

    policy: ClassVar[Policy] = Process(
        root=("enterprise",),
        subject={"enterprises": "enterprise_id"},
        subject_insert=True,
        subject_update=True,
    )

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="assets")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+")
    asset_id = models.UUIDField()
    state = models.CharField(max_length=8)
    upload_id = models.UUIDField(null=True)
    """The id that the phone gave the picture (devices.Upload)."""
    occurred_on = models.DateField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["visit", "asset_id"], name="visits_asset_once")]
        indexes: ClassVar = [models.Index(fields=["asset_id", "occurred_on"])]


class StandIn(ProcessRow):
    """Pengganti: one mentor's caseload lent to another role until a day, with what the other must know."""

    policy: ClassVar[Policy] = Own(process=True)

    account_id = models.BigIntegerField()
    role_id = models.BigIntegerField()
    mentor = models.ForeignKey(Mentor, on_delete=models.PROTECT, related_name="stand_ins")
    since = models.DateField()
    until = models.DateField()
    note = models.TextField()
    ended_on = models.DateField(null=True)


@tracked()
class CaseloadNote(ProcessRow):
    """Catatan serah binaan: what a mentor should know of a family that came from another, or went to one."""

    policy: ClassVar[Policy] = Process(root=("enterprise",), subject={"enterprises": "enterprise_id"})

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="handover_notes")
    from_mentor = models.ForeignKey(Mentor, null=True, on_delete=models.PROTECT, related_name="+")
    to_mentor = models.ForeignKey(Mentor, on_delete=models.PROTECT, related_name="+")
    from_role_id = models.BigIntegerField(null=True)
    on_day = models.DateField()
    note = models.TextField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["from_role_id", "on_day"])]


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
