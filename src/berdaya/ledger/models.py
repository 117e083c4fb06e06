from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.kernel.models import ProcessRow
from berdaya.kernel.policies import Policy, Process


class Book(ProcessRow):
    """Buku: one fund's chain of transfers; its head (``seq``, ``head``) is locked while posting."""

    policy: ClassVar[Policy] = Process(subject={"groups": "group_id"}, update=False)

    group_id = models.UUIDField(null=True)
    seq = models.BigIntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["group_id"])]


class Account(ProcessRow):
    """Akun: one place in a book where one unit is held (cash, savings of a member, debt of a member)."""

    policy: ClassVar[Policy] = Process(
        root=("book",), subject={"groups": "group_id"}, subject_insert=True, update=False
    )

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="accounts", db_index=False)
    group_id = models.UUIDField(null=True)
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=20, default="IDR")
    balance = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(null=True, default=0)
    ceiling = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["book", "code"], name="ledger_account_code"),
            models.CheckConstraint(
                condition=models.Q(floor=None) | models.Q(balance__gte=models.F("floor")),
                name="ledger_account_floor",
            ),
            models.CheckConstraint(
                condition=models.Q(ceiling=None) | models.Q(balance__lte=models.F("ceiling")),
                name="ledger_account_ceiling",
            ),
        ]


class Transfer(ProcessRow):
    """Perpindahan: one debit and one credit account, one unit, a positive amount; never changed, never deleted."""

    policy: ClassVar[Policy] = Process(subject={"groups": "group_id"}, insert=False, update=False)

    # Only ledger_post writes here, and it has looked every account and the book up under the book's lock: a second look
    # by a foreign key of each row would cost more than the posting. Its area follows the book by a trigger.
    office = models.ForeignKey(
        "access.Office", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    book = models.ForeignKey(
        Book, on_delete=models.PROTECT, related_name="transfers", db_index=False, db_constraint=False
    )
    group_id = models.UUIDField(null=True)
    seq = models.BigIntegerField()
    event_id = models.UUIDField()
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    unit = models.CharField(max_length=20)
    amount = models.BigIntegerField()
    code = models.CharField(max_length=40)
    occurred_on = models.DateField()
    reverses = models.UUIDField(null=True)
    hash = models.BinaryField()
    account_id = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["book", "seq"], name="ledger_transfer_seq"),
            models.UniqueConstraint(
                fields=["reverses"],
                condition=models.Q(reverses__isnull=False),
                name="ledger_transfer_reversed_once",
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="ledger_transfer_positive"),
            models.CheckConstraint(condition=~models.Q(debit=models.F("credit")), name="ledger_transfer_two_accounts"),
        ]
