from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.access.models import Account
from berdaya.audit.tracking import tracked
from berdaya.groups.models import Group
from berdaya.kernel.models import ProcessRow
from berdaya.kernel.policies import Policy, Process
from berdaya.people.models import Household
from berdaya.programmes.models import ONE_SUBJECT, Programme


@tracked()
class Enterprise(ProcessRow):
    """Usaha: the business of one household or of one group."""

    policy: ClassVar[Policy] = Process(root=("household", "group"), subject={"enterprises": "id", "groups": "group_id"})

    household = models.ForeignKey(Household, null=True, on_delete=models.PROTECT, related_name="enterprises")
    group = models.ForeignKey(Group, null=True, on_delete=models.PROTECT, related_name="enterprises")
    programme = models.ForeignKey(Programme, null=True, on_delete=models.PROTECT, related_name="enterprises")
    ref = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=160)
    started_on = models.DateField()
    baseline_income_idr = models.BigIntegerField(null=True)
    synthetic = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=ONE_SUBJECT, name="enterprises_subject")]
        indexes: ClassVar = [models.Index(fields=["programme", "ref"])]


@tracked()
class Evidence(ProcessRow):
    """Bukti: one dated fact about a business: asked, seen or read from a document.

    It follows its source: when the source is corrected, the replaced version stays in the history.
    """

    policy: ClassVar[Policy] = Process(
        root=("enterprise",),
        subject={"enterprises": "enterprise_id"},
        subject_insert=True,
        subject_update=True,
    )

    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="evidence", db_constraint=False, db_index=False
    )
    """Guarded by the composite key of the root and found by the index below: every visit would pay for both twice."""
    kind = models.CharField(max_length=20)
    method = models.CharField(max_length=10)
    occurred_on = models.DateField()
    production_days = models.PositiveSmallIntegerField(null=True)
    amount_idr = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)
    source_kind = models.CharField(max_length=20)
    source_id = models.UUIDField()
    account_id = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source_id", "kind"], name="enterprises_evidence_once")
        ]
        indexes: ClassVar = [models.Index(fields=["enterprise", "occurred_on"])]


class EnterpriseMonth(ProcessRow):
    """Usaha per bulan: each source of turnover in its own column; one named rule picks the figure shown."""

    policy: ClassVar[Policy] = Process(
        root=("enterprise",),
        subject={"enterprises": "enterprise_id"},
        subject_insert=True,
        subject_update=True,
    )

    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="months", db_constraint=False, db_index=False
    )
    """Guarded by the composite key of the root and found by the index below: every visit would pay for both twice."""
    month = models.DateField()
    visits = models.PositiveSmallIntegerField(default=0)
    production_days = models.PositiveSmallIntegerField(null=True)
    turnover_visit_idr = models.BigIntegerField(null=True)
    turnover_market_idr = models.BigIntegerField(null=True)
    turnover_fund_idr = models.BigIntegerField(null=True)
    cost_idr = models.BigIntegerField(null=True)
    income_idr = models.BigIntegerField(null=True)
    workers = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["enterprise", "month"], name="enterprises_month_once")]


class StatusSnapshot(ProcessRow):
    """Status usaha pada suatu tanggal: computed from evidence, with the reason; never typed."""

    policy: ClassVar[Policy] = Process(root=("enterprise",), subject={"enterprises": "enterprise_id"})

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="statuses")
    as_of = models.DateField()
    status = models.CharField(max_length=14)
    reason = models.JSONField(default=dict)
    milestone = models.PositiveSmallIntegerField(null=True)
    """Months since the start, where the day was chosen for them (6, 12, 24)."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enterprise", "as_of"], name="enterprises_status_once")
        ]
        indexes: ClassVar = [models.Index(fields=["as_of", "status", "area"])]


@tracked()
class Mentor(ProcessRow):
    """Pendamping: TKSK or mentor with a caseload, perhaps in two kecamatan."""

    policy: ClassVar[Policy] = Process()

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=20, blank=True)
    areas = models.JSONField(default=list)
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    synthetic = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["office", "code"], name="enterprises_mentor_once")]


@tracked()
class MentorAssignment(ProcessRow):
    """Penugasan: which mentor looks after which business, from when to when."""

    policy: ClassVar[Policy] = Process(root=("enterprise",), subject={"enterprises": "enterprise_id"})

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="assignments")
    mentor = models.ForeignKey(Mentor, on_delete=models.PROTECT, related_name="assignments")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enterprise"], condition=models.Q(until=None), name="enterprises_one_mentor"
            )
        ]
