from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.audit.tracking import tracked
from berdaya.enterprises.models import Enterprise
from berdaya.kernel.models import ProcessRow, Row
from berdaya.kernel.policies import Ladder, Policy, Process, Through
from berdaya.programmes.models import DecreeLine, Programme


@tracked()
class Package(ProcessRow):
    """Paket barang: what a recipient of one kind of business gets."""

    policy: ClassVar[Policy] = Ladder()

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="packages")
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["programme", "code"], name="grants_package_code")]


class PackageItem(Row):
    """Isi paket: item, specification, quantity, unit and price in whole rupiah."""

    policy: ClassVar[Policy] = Through(parent="package", update=False)

    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="items")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    specification = models.CharField(max_length=200, blank=True)
    quantity = models.PositiveIntegerField()
    unit = models.CharField(max_length=20)
    unit_price_idr = models.BigIntegerField()
    durable = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["package", "number"], name="grants_item_number"),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, unit_price_idr__gt=0), name="grants_item_positive"
            ),
        ]


class Handover(ProcessRow):
    """Penyaluran (BAST): goods handed to one recipient of a valid decree, on one day at one place."""

    policy: ClassVar[Policy] = Process(root=("decree_line",), update=False)

    decree_line = models.ForeignKey(DecreeLine, on_delete=models.PROTECT, related_name="handovers")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=80)
    occurred_on = models.DateField()
    place = models.CharField(max_length=160)
    received_by = models.CharField(max_length=120)
    condition = models.CharField(max_length=12)
    value_idr = models.BigIntegerField()
    note = models.TextField(blank=True)
    account_id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decree_line"], name="grants_handed_over_once"),
            models.UniqueConstraint(fields=["office", "number"], name="grants_handover_number"),
        ]


class HandoverLine(ProcessRow):
    """Baris BAST: one item with quantity, unit value and condition."""

    policy: ClassVar[Policy] = Process(root=("handover",), update=False)

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="lines")
    item = models.ForeignKey(PackageItem, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    unit_value_idr = models.BigIntegerField()
    amount_idr = models.BigIntegerField()
    condition = models.CharField(max_length=12)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["handover", "item"], name="grants_line_once"),
            models.CheckConstraint(
                condition=models.Q(amount_idr=models.F("quantity") * models.F("unit_value_idr")),
                name="grants_line_amount",
            ),
        ]


class FundingShare(ProcessRow):
    """Sumber dana: which source paid how much of one handover or capital; shares add up to the rupiah."""

    policy: ClassVar[Policy] = Process(root=("decree_line",), update=False)

    decree_line = models.ForeignKey(DecreeLine, on_delete=models.PROTECT, related_name="funding")
    subject_kind = models.CharField(max_length=12)
    subject_id = models.UUIDField()
    source = models.CharField(max_length=80)
    activity = models.CharField(max_length=80, blank=True)
    amount_idr = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_id", "source", "activity"], name="grants_funding_once")
        ]


@tracked()
class Asset(ProcessRow):
    """Aset: one durable thing for life: present, working, broken, sold, died, passed on."""

    policy: ClassVar[Policy] = Process(root=("enterprise",), subject={"enterprises": "enterprise_id"})

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="assets")
    line = models.ForeignKey(HandoverLine, on_delete=models.PROTECT, related_name="assets")
    name = models.CharField(max_length=120)
    value_idr = models.BigIntegerField()
    state = models.CharField(max_length=12, default="present")
    state_on = models.DateField()
    evidence_id = models.UUIDField(null=True)


class Confirmation(ProcessRow):
    """Konfirmasi penerima: what the family says it received, apart from the mentor; silence is no yes."""

    policy: ClassVar[Policy] = Process(root=("handover",), update=False)

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="confirmations")
    said_on = models.DateField()
    said_by = models.CharField(max_length=120)
    channel = models.CharField(max_length=20)
    complete = models.BooleanField()
    words = models.TextField(blank=True)
