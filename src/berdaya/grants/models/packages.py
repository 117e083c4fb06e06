"""Packages, proposals with RAB, and what each decree line may still receive."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.audit.tracking import tracked
from berdaya.kernel.models import ProcessRow, Row
from berdaya.kernel.policies import Ladder, Policy, Process, Through
from berdaya.programmes.models import Candidate, DecreeLine, Programme


@tracked()
class Package(ProcessRow):
    """Paket barang: what a recipient of one kind of business gets."""

    policy: ClassVar[Policy] = Ladder()

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="packages")
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["programme", "code"], name="grants_package_code")]


class PricedItem(Row):
    """Barang berharga: what a package and a budget name alike; ``unit_price_idr`` in whole rupiah for one ``unit``."""

    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    specification = models.CharField(max_length=200, blank=True)
    quantity = models.PositiveIntegerField()
    unit = models.CharField(max_length=20)
    unit_price_idr = models.BigIntegerField()
    durable = models.BooleanField()

    class Meta:
        abstract = True


class PackageItem(PricedItem):
    """Isi paket: item, specification, quantity, unit and price in whole rupiah."""

    policy: ClassVar[Policy] = Through(parent="package", update=False)

    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="items")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["package", "number"], name="grants_item_number"),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, unit_price_idr__gt=0), name="grants_item_positive"
            ),
        ]


@tracked()
class Proposal(ProcessRow):
    """Usulan dengan RAB: what a family or group asks for within ceiling and kind; appraised and approved by two people.

    Once approved it is the package of its recipient. Never rewritten: what was sent back is followed by a new one.
    """

    policy: ClassVar[Policy] = Process(
        root=("candidate",), subject={"households": "household_id", "groups": "group_id"}
    )

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="proposals")
    household_id = models.UUIDField(null=True)
    group_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=40)
    made_on = models.DateField()
    entered_by = models.BigIntegerField()
    value_idr = models.BigIntegerField()
    appraised_by = models.BigIntegerField(null=True)
    appraised_on = models.DateField(null=True)
    appraisal = models.TextField(blank=True)
    approved_by = models.BigIntegerField(null=True)
    approved_on = models.DateField(null=True)
    sent_back_on = models.DateField(null=True)
    reason = models.TextField(blank=True)
    package = models.ForeignKey(Package, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["candidate"], condition=models.Q(sent_back_on=None), name="grants_one_living_proposal"
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by=None)
                | (
                    models.Q(appraised_by__isnull=False)
                    & ~models.Q(approved_by=models.F("appraised_by"))
                    & ~models.Q(approved_by=models.F("entered_by"))
                ),
                name="grants_proposal_two_people",
            ),
        ]


class ProposalLine(PricedItem):
    """Baris RAB: one item of a proposal with quantity and price in whole rupiah."""

    policy: ClassVar[Policy] = Through(parent="proposal", update=False)

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="lines")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "number"], name="grants_proposal_line_number"),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, unit_price_idr__gt=0), name="grants_proposal_line_positive"
            ),
        ]


class Entitlement(ProcessRow):
    """Hak penerima: planned and handed quantity of one item of one decree line; written by the database only."""

    policy: ClassVar[Policy] = Process(root=("decree_line",), insert=False, update=False)

    decree_line = models.ForeignKey(DecreeLine, on_delete=models.PROTECT, related_name="entitlements")
    item = models.ForeignKey(PackageItem, on_delete=models.PROTECT, related_name="+")
    planned = models.PositiveIntegerField()
    handed = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decree_line", "item"], name="grants_entitlement_once"),
            models.CheckConstraint(
                condition=models.Q(handed__lte=models.F("planned")), name="grants_not_more_than_planned"
            ),
        ]
