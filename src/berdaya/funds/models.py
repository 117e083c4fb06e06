from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.audit.tracking import tracked
from berdaya.groups.models import Group, Membership
from berdaya.kernel.models import ProcessRow
from berdaya.kernel.policies import Policy, Process
from berdaya.ledger.models import Book
from berdaya.programmes.models import DecreeLine


@tracked()
class Fund(ProcessRow):
    """Dana kelompok: the capital that revolves among the members of one group."""

    policy: ClassVar[Policy] = Process(root=("group",), subject={"groups": "group_id"})

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="funds")
    book = models.OneToOneField(Book, on_delete=models.PROTECT, related_name="fund")
    decree_line = models.ForeignKey(DecreeLine, null=True, on_delete=models.PROTECT, related_name="funds")
    kind = models.CharField(max_length=20)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    terms = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["group", "kind"], name="funds_one_of_a_kind")]


@tracked()
class Turn(ProcessRow):
    """Giliran: a member's use of the capital, paid back in instalments."""

    policy: ClassVar[Policy] = Process(
        root=("fund",), subject={"groups": "group_id"}, subject_insert=True, subject_update=True
    )

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="turns")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="turns")
    amount_idr = models.BigIntegerField()
    fee_idr = models.BigIntegerField(default=0)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    terms = models.JSONField(default=dict)
    plan = models.PositiveSmallIntegerField(default=1)
    chosen_by = models.CharField(max_length=10, default="queue")
    reason = models.CharField(max_length=200, blank=True)
    written_off_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["fund", "membership"], condition=models.Q(closed_on=None), name="funds_one_open_turn"
            ),
            models.CheckConstraint(condition=models.Q(amount_idr__gt=0), name="funds_turn_positive"),
        ]


class CashEvent(ProcessRow):
    """Peristiwa kas: one named event (capital, saving, turn, instalment ...) whose transfers form one set."""

    policy: ClassVar[Policy] = Process(subject={"groups": "group_id"}, insert=False, update=False)

    office = models.ForeignKey(
        "access.Office", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    # Only funds_record writes here, from the fund's own row; the area follows the fund by a trigger.
    fund = models.ForeignKey(
        Fund, on_delete=models.PROTECT, related_name="cash_events", db_index=False, db_constraint=False
    )
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    membership = models.ForeignKey(
        Membership, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    turn = models.ForeignKey(
        Turn, null=True, on_delete=models.PROTECT, related_name="payments", db_index=False, db_constraint=False
    )
    meeting_id = models.UUIDField(null=True)
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversal")
    kind = models.CharField(max_length=20)
    occurred_on = models.DateField()
    amount = models.BigIntegerField()
    unit = models.CharField(max_length=20, default="IDR")
    note = models.CharField(max_length=200, blank=True)
    account_id = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["fund", "occurred_on"]),
            models.Index(
                fields=["turn", "occurred_on"], condition=models.Q(turn__isnull=False), name="funds_event_of_turn"
            ),
            models.Index(fields=["meeting_id"], condition=models.Q(meeting_id__isnull=False), name="funds_event_met"),
        ]


class Instalment(ProcessRow):
    """Angsuran: what is due when, and what has been paid of it; a rescheduled turn has a later `plan`."""

    policy: ClassVar[Policy] = Process(
        root=("turn",), subject={"groups": "group_id"}, subject_insert=True, subject_update=True
    )

    turn = models.ForeignKey(Turn, on_delete=models.PROTECT, related_name="schedule", db_index=False)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+", db_index=False)
    plan = models.PositiveSmallIntegerField(default=1)
    since = models.DateField(null=True)
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    principal_idr = models.BigIntegerField()
    fee_idr = models.BigIntegerField(default=0)
    paid_idr = models.BigIntegerField(default=0)
    paid_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["turn", "plan", "number"], name="funds_instalment_number"),
            models.CheckConstraint(
                condition=models.Q(paid_idr__gte=0)
                & models.Q(paid_idr__lte=models.F("principal_idr") + models.F("fee_idr")),
                name="funds_instalment_paid",
            ),
        ]


class Meeting(ProcessRow):
    """Pertemuan: one meeting of a group over one fund, with all that was paid; posted whole or not at all.

    `state` is `posted`, `conflict` (waits for two officers), `awaiting` (on paper, waits for two members) or `refused`.
    `body` is what was handed in (ids and amounts, no names), `problems` why it could not be posted as it is.
    """

    policy: ClassVar[Policy] = Process(
        root=("fund",), subject={"groups": "group_id"}, subject_insert=True, subject_update=True
    )

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="meetings")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+", db_index=False)
    held_on = models.DateField()
    place = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=400, blank=True)
    source = models.CharField(max_length=10)
    state = models.CharField(max_length=10)
    counted_idr = models.BigIntegerField(null=True)
    book_idr = models.BigIntegerField(null=True)
    body = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    entered_by = models.BigIntegerField()
    decided_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["fund", "held_on"],
                condition=models.Q(state="posted", decided_on=None),
                name="funds_one_meeting_a_day",
            ),
        ]


class Attendance(ProcessRow):
    """Kehadiran: who was at a meeting, how she signed, and whether she confirmed a paper form typed by others."""

    policy: ClassVar[Policy] = Process(
        root=("meeting",), subject={"groups": "group_id"}, subject_insert=True, subject_update=True
    )

    # Area and meeting are one key to the meeting's own row, whose office and group these are; one of each besides, for
    # twenty rows, cost a quarter of the posting.
    office = models.ForeignKey(
        "access.Office", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="attendance", db_index=False, db_constraint=False
    )
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    presence = models.CharField(max_length=10)
    signed = models.CharField(max_length=10, blank=True)
    file_id = models.UUIDField(null=True)
    confirmed = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "membership"], name="funds_present_once"),
        ]


@tracked()
class FundDecision(ProcessRow):
    """Keputusan dana: what needs minutes and two officers: new schedule, write-off, loss, share-out, a conflict."""

    policy: ClassVar[Policy] = Process(
        root=("fund",), subject={"groups": "group_id"}, subject_insert=True, subject_update=True
    )

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="decisions")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    subject_id = models.UUIDField(null=True)
    body = models.JSONField(default=dict)
    minutes = models.CharField(max_length=200)
    minutes_on = models.DateField()
    proposed_by = models.BigIntegerField()
    proposed_on = models.DateField()
    decided_by = models.BigIntegerField(null=True)
    decided_on = models.DateField(null=True)
    accepted = models.BooleanField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("proposed_by")),
                name="funds_two_officers",
            ),
            models.UniqueConstraint(
                fields=["subject_id", "kind"], condition=models.Q(decided_on=None), name="funds_one_open_decision"
            ),
        ]


class Keeping(ProcessRow):
    """Gaduhan: counted animals or goods of the group in a member's care, and how many she owes to be passed on."""

    policy: ClassVar[Policy] = Process(
        root=("fund",), subject={"groups": "group_id"}, subject_insert=True, subject_update=True
    )

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="keepings")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+", db_index=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="keepings")
    unit = models.CharField(max_length=20)
    given = models.PositiveIntegerField()
    to_return = models.PositiveIntegerField()
    due_on = models.DateField()
    opened_on = models.DateField()
    born = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)
    closed_on = models.DateField(null=True)


class BankLine(ProcessRow):
    """Baris rekening koran: one movement as the bank printed it, to be laid beside the book; never changed."""

    policy: ClassVar[Policy] = Process(
        root=("fund",), subject={"groups": "group_id"}, subject_insert=True, update=False
    )

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="bank_lines")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+", db_index=False)
    occurred_on = models.DateField()
    amount_idr = models.BigIntegerField()
    text = models.CharField(max_length=120, blank=True)
    balance_idr = models.BigIntegerField(null=True)
    account_id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(amount_idr=0), name="funds_bank_line_moves"),
        ]
