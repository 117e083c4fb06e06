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

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["membership"], condition=models.Q(closed_on=None), name="funds_one_open_turn"
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
    """Angsuran: what is due when, and what has been paid of it."""

    policy: ClassVar[Policy] = Process(
        root=("turn",), subject={"groups": "group_id"}, subject_insert=True, subject_update=True
    )

    turn = models.ForeignKey(Turn, on_delete=models.PROTECT, related_name="schedule", db_index=False)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    principal_idr = models.BigIntegerField()
    fee_idr = models.BigIntegerField(default=0)
    paid_idr = models.BigIntegerField(default=0)
    paid_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["turn", "number"], name="funds_instalment_number"),
            models.CheckConstraint(
                condition=models.Q(paid_idr__gte=0)
                & models.Q(paid_idr__lte=models.F("principal_idr") + models.F("fee_idr")),
                name="funds_instalment_paid",
            ),
        ]
