from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.audit.tracking import tracked
from berdaya.grants.models import Handover, HandoverLine
from berdaya.kernel.models import HourlyTries, ProcessRow
from berdaya.kernel.policies import Policy, Process
from berdaya.people.models import Person
from berdaya.programmes.models import DecreeLine


@tracked()
class ConfirmationCode(ProcessRow):
    """Kode konfirmasi: one code on one person's paper for one handover; only its keyed hash is kept."""

    policy: ClassVar[Policy] = Process(root=("handover",))

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="codes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(default=1)
    code_hash = models.BinaryField(unique=True)
    issued_on = models.DateField()
    expires_on = models.DateField()
    flags = models.JSONField(default=list)
    used_at = models.DateTimeField(null=True)
    revoked_on = models.DateField(null=True)
    account_id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["handover", "person"], condition=models.Q(revoked_on=None), name="accountability_one_code"
            )
        ]


class Statement(ProcessRow):
    """Pernyataan penerima: what one person says she received, in her own words; nobody changes it afterwards."""

    policy: ClassVar[Policy] = Process(root=("handover",), update=False)

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="statements")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    code = models.ForeignKey(ConfirmationCode, null=True, on_delete=models.PROTECT, related_name="statements")
    said_on = models.DateField()
    channel = models.CharField(max_length=12)
    complete = models.BooleanField()
    words = models.TextField(blank=True)
    company = models.CharField(max_length=120, blank=True)
    place = models.CharField(max_length=120, blank=True)
    own_photo_id = models.UUIDField(null=True)
    account_id = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["handover", "person"])]


class StatementLine(ProcessRow):
    """Baris pernyataan: how many of one item she says she received."""

    policy: ClassVar[Policy] = Process(root=("statement",), update=False)

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(HandoverLine, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["statement", "line"], name="accountability_line_once")]


@tracked()
class SpotCheck(ProcessRow):
    """Uji petik: one handover in twenty, drawn by lot, looked at by somebody who had no part in it."""

    policy: ClassVar[Policy] = Process(root=("handover",))

    handover = models.OneToOneField(Handover, on_delete=models.PROTECT, related_name="spot_check")
    drawn_on = models.DateField()
    task_id = models.UUIDField(null=True)
    checked_on = models.DateField(null=True)
    checker_id = models.BigIntegerField(null=True)
    complete = models.BooleanField(null=True)
    words = models.TextField(blank=True)


class CodeTry(HourlyTries):
    """Percobaan kode: how many codes one source tried in one hour (rate limit)."""

    source = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "hour"], name="accountability_tries_once")]


@tracked()
class Lpj(ProcessRow):
    """Laporan pertanggungjawaban (LPJ): how one recipient of a decree accounts for what was received."""

    policy: ClassVar[Policy] = Process(
        root=("decree_line",), subject={"groups": "group_id", "households": "household_id"}, subject_update=True
    )

    decree_line = models.OneToOneField(DecreeLine, on_delete=models.PROTECT, related_name="lpj")
    group_id = models.UUIDField(null=True)
    household_id = models.UUIDField(null=True)
    received_on = models.DateField()
    received_idr = models.BigIntegerField()
    due_on = models.DateField()
    state = models.CharField(max_length=12, default="draft")
    author = models.CharField(max_length=120, blank=True)
    author_role = models.CharField(max_length=30, blank=True)
    author_id = models.BigIntegerField(null=True)
    submitted_on = models.DateField(null=True)
    decided_on = models.DateField(null=True)
    decided_by = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(received_idr__gt=0), name="accountability_lpj_received"),
            models.CheckConstraint(
                condition=~models.Q(decided_by=models.F("author_id")), name="accountability_lpj_two_people"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["area", "state", "due_on"])]


class LpjItem(ProcessRow):
    """Rincian anggaran (RAB): one line of the approved budget; money goes to these lines and nowhere else."""

    policy: ClassVar[Policy] = Process(
        root=("lpj",), subject={"groups": "group_id", "households": "household_id"}, update=False
    )

    lpj = models.ForeignKey(Lpj, on_delete=models.PROTECT, related_name="items")
    group_id = models.UUIDField(null=True)
    household_id = models.UUIDField(null=True)
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    quantity = models.PositiveIntegerField()
    unit = models.CharField(max_length=20)
    amount_idr = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["lpj", "number"], name="accountability_item_number")]


class LpjEntry(ProcessRow):
    """Realisasi: one dated receipt or return of money; a wrong one is taken back by another, never changed."""

    policy: ClassVar[Policy] = Process(
        root=("lpj",),
        subject={"groups": "group_id", "households": "household_id"},
        subject_insert=True,
        update=False,
    )

    lpj = models.ForeignKey(Lpj, on_delete=models.PROTECT, related_name="entries")
    group_id = models.UUIDField(null=True)
    household_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=10)
    item = models.ForeignKey(LpjItem, null=True, on_delete=models.PROTECT, related_name="entries")
    occurred_on = models.DateField()
    seller = models.CharField(max_length=120, blank=True)
    description = models.CharField(max_length=200, blank=True)
    amount_idr = models.BigIntegerField()
    receipt_id = models.UUIDField(null=True)
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    account_id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount_idr__gt=0), name="accountability_entry_positive"),
            models.CheckConstraint(
                condition=models.Q(kind="returned", item=None) | models.Q(kind="spent", item__isnull=False),
                name="accountability_entry_kind",
            ),
        ]
