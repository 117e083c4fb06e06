from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.audit.tracking import tracked
from berdaya.enterprises.models import Enterprise
from berdaya.kernel.models import HourlyTries, ProcessRow
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


_ROLE = "current_setting('berdaya.role', true)"
_ACCOUNT = "nullif(current_setting('berdaya.account', true), '')::bigint"
HANDLERS_ONLY = (
    f"about_account_id IS DISTINCT FROM {_ACCOUNT}"
    f" AND (({_ROLE} = 'auditor') OR (NOT inspectorate AND {_ROLE} IN ('supervisor', 'head')))"
)
"""Who may see a complaint at all: never the person complained about; about an office or village only inspectors."""


@tracked()
class Complaint(ProcessRow):
    """Pengaduan: what somebody reports, anonymously if wished; never seen by the person it is about."""

    policy: ClassVar[Policy] = Process(any_office_update=True, insert=False, restrict=HANDLERS_ONLY)

    code_hash = models.BinaryField(unique=True)
    channel = models.CharField(max_length=10)
    subject = models.CharField(max_length=12)
    inspectorate = models.BooleanField(default=False)
    about_account_id = models.BigIntegerField(null=True)
    group_id = models.UUIDField(null=True)
    words = models.TextField()
    withheld_cipher = models.BinaryField(null=True)
    withheld_key = models.PositiveSmallIntegerField(null=True)
    contact_cipher = models.BinaryField(null=True)
    contact_key = models.PositiveSmallIntegerField(null=True)
    safe_time = models.CharField(max_length=20, blank=True)
    photo_id = models.UUIDField(null=True)
    filed_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=12, default="received")
    handler_id = models.BigIntegerField(null=True)
    result = models.TextField(blank=True)
    closed_on = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["area", "state", "due_on"])]


class ComplaintStep(ProcessRow):
    """Langkah pengaduan: who did what with a complaint, and what the complainant may read of it."""

    policy: ClassVar[Policy] = Process(
        root=("complaint",),
        insert_any=True,
        update=False,
        restrict="EXISTS (SELECT 1 FROM followup_complaint c WHERE c.id = followup_complaintstep.complaint_id)",
    )

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="steps")
    occurred_on = models.DateField()
    kind = models.CharField(max_length=12)
    words = models.TextField(blank=True)
    told = models.TextField(blank=True)
    account_id = models.BigIntegerField(null=True)


class ComplaintTry(HourlyTries):
    """Percobaan aduan: how often one source filed or asked in one hour (rate limit)."""

    source = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "hour"], name="followup_tries_once")]
