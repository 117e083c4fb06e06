"""Procurement and stores: bought, delivered, in store; counters that only the database writes."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from berdaya.audit.tracking import tracked
from berdaya.files.models import StoredFile
from berdaya.grants.models.packages import PackageItem
from berdaya.kernel.models import ProcessRow
from berdaya.kernel.policies import Policy, Process
from berdaya.programmes.models import Programme


@tracked()
class Store(ProcessRow):
    """Tempat simpan (gudang): where goods lie until they are handed over."""

    policy: ClassVar[Policy] = Process()

    name = models.CharField(max_length=120)
    keeper = models.CharField(max_length=120, blank=True)
    closed_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["office", "name"], name="grants_store_name")]


@tracked()
class Supplier(ProcessRow):
    """Penyedia: who sells goods to the office."""

    policy: ClassVar[Policy] = Process()

    name = models.CharField(max_length=160)
    business_number = models.CharField(max_length=30, blank=True)
    address = models.CharField(max_length=200, blank=True)
    contact = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["office", "name"], name="grants_supplier_name")]


@tracked()
class Purchase(ProcessRow):
    """Pengadaan: a contract, catalogue order or direct purchase; nothing is delivered before a second person agreed."""

    policy: ClassVar[Policy] = Process()

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="purchases")
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="purchases")
    method = models.CharField(max_length=12)
    number = models.CharField(max_length=80)
    signed_on = models.DateField()
    made_by = models.BigIntegerField()
    checked_by = models.BigIntegerField(null=True)
    checked_on = models.DateField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["office", "number"], name="grants_purchase_number"),
            models.CheckConstraint(
                condition=models.Q(checked_by=None) | ~models.Q(checked_by=models.F("made_by")),
                name="grants_purchase_two_people",
            ),
        ]


class PurchaseLine(ProcessRow):
    """Baris pengadaan: one item of a package at its price; ``delivered`` is kept by the database from the lots."""

    policy: ClassVar[Policy] = Process(root=("purchase",), update=False)

    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="lines")
    item = models.ForeignKey(PackageItem, on_delete=models.PROTECT, related_name="purchase_lines")
    quantity = models.PositiveIntegerField()
    unit_price_idr = models.BigIntegerField()
    delivered = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["purchase", "item"], name="grants_purchase_item_once"),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, unit_price_idr__gt=0), name="grants_purchase_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(delivered__lte=models.F("quantity")), name="grants_delivered_within_bought"
            ),
        ]


class Lot(ProcessRow):
    """Kiriman: what came on one day for one line of a purchase. Its counters are kept by the database and add up."""

    policy: ClassVar[Policy] = Process(root=("purchase_line",), update=False)

    purchase_line = models.ForeignKey(PurchaseLine, on_delete=models.PROTECT, related_name="lots")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=80, blank=True)
    batch = models.CharField(max_length=60, blank=True)
    delivered_on = models.DateField()
    quantity = models.PositiveIntegerField()
    tagged = models.BooleanField(default=False)
    received_by = models.CharField(max_length=120)
    account_id = models.BigIntegerField()
    photo = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    in_store = models.PositiveIntegerField(default=0)
    handed = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(
                    quantity=models.F("in_store") + models.F("handed") + models.F("lost") + models.F("returned")
                ),
                name="grants_lot_adds_up",
            ),
        ]


class Stock(ProcessRow):
    """Sisa per tempat: how much of a lot lies in one store; written by the database only."""

    policy: ClassVar[Policy] = Process(root=("lot",), insert=False, update=False)

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="stocks")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="stocks")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["lot", "store"], name="grants_stock_once")]


class Piece(ProcessRow):
    """Barang bernomor: a serial number or an ear tag, once in an office; where it is is kept by the database."""

    policy: ClassVar[Policy] = Process(root=("lot",), update=False)

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="pieces")
    tag = models.CharField(max_length=60)
    state = models.CharField(max_length=12, default="store")
    store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    line_id = models.UUIDField(null=True, db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["office", "tag"], name="grants_tag_once")]


class StockMove(ProcessRow):
    """Mutasi: moved between stores, lost (with minutes), found again, returned to the supplier, or withdrawn.

    Withdrawn lots are outstanding again: the supplier replaces them, or the lot was written down wrongly.
    """

    policy: ClassVar[Policy] = Process(root=("lot",), update=False)

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="moves")
    kind = models.CharField(max_length=12)
    quantity = models.PositiveIntegerField()
    from_store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    pieces = ArrayField(models.UUIDField(), default=list)
    occurred_on = models.DateField()
    minutes = models.TextField(blank=True)
    account_id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="grants_move_positive"),
            models.CheckConstraint(
                condition=~models.Q(kind="lost") | ~models.Q(minutes=""), name="grants_loss_needs_minutes"
            ),
        ]
