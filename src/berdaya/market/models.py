from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from berdaya.audit.tracking import tracked
from berdaya.enterprises.models import Enterprise
from berdaya.files.models import StoredFile
from berdaya.kernel.models import ProcessRow, Row
from berdaya.kernel.policies import Ladder, Policy, Process, Through


@tracked()
class Storefront(ProcessRow):
    """Etalase: how a business shows itself to the public, with its consent to be shown and, apart, its
    place."""

    policy: ClassVar[Policy] = Process(root=("enterprise",), subject={"enterprises": "enterprise_id"})

    enterprise = models.OneToOneField(Enterprise, on_delete=models.PROTECT, related_name="storefront")
    slug = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    about = models.TextField(blank=True)
    contact_phone = models.CharField(max_length=20, blank=True)
    consent_on = models.DateField(null=True)
    place_consent_on = models.DateField(null=True)
    withdrawn_on = models.DateField(null=True)


@tracked(exclude=("grams",))
class Product(ProcessRow):
    """Produk: something a business sells; public only with consent to publish, of the shop and of the
    product."""

    policy: ClassVar[Policy] = Process(root=("enterprise",), subject={"enterprises": "enterprise_id"})

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="products")
    slug = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    category = models.CharField(max_length=40)
    price_idr = models.BigIntegerField()
    unit = models.CharField(max_length=20)
    stock = models.PositiveIntegerField(null=True)
    description = models.TextField(blank=True)
    photo = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    grams = ArrayField(models.CharField(max_length=3), default=list)
    """Trigrams of name, kind and seller, in the form that `market.rules.grams` makes, for search."""
    consent_on = models.DateField(null=True)
    withdrawn_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(price_idr__gt=0), name="market_price")]
        indexes: ClassVar = [GinIndex(fields=["grams"], name="market_product_grams")]


class Permit(ProcessRow):
    """Izin produk: NIB, P-IRT or halal, with number and expiry; no number, no badge."""

    policy: ClassVar[Policy] = Process(root=("product",), subject={"enterprises": "enterprise_id"})

    enterprise_id = models.UUIDField(null=True)
    """The product's business, so that its own people see the permit too."""
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="permits")
    kind = models.CharField(max_length=8)
    number = models.CharField(max_length=40)
    expires_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["product", "kind"], name="market_permit_once")]


@tracked()
class Exhibition(ProcessRow):
    """Pameran: an exhibition or local market with stalls; may invite other areas."""

    policy: ClassVar[Policy] = Ladder(invited="invited")

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=160)
    venue = models.CharField(max_length=160)
    place = models.BigIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    closed_on = models.DateField(null=True)
    """The day the office closed its books on it; days that phones sold before may still come in."""
    invited = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["office", "code"], name="market_exhibition_once")]


class Stall(ProcessRow):
    """Stan: one business at an exhibition, with sales and leads; keeps the seller's area."""

    policy: ClassVar[Policy] = Process(root=("enterprise",), subject={"enterprises": "enterprise_id"}, delete=True)

    exhibition = models.ForeignKey(Exhibition, on_delete=models.PROTECT, related_name="stalls")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="stalls")
    number = models.CharField(max_length=20)
    turnover_idr = models.BigIntegerField(default=0)
    leads = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["exhibition", "enterprise"], name="market_stall_once")]


@tracked()
class Contest(ProcessRow):
    """Lomba: a contest of businesses from kabupaten to province, scored by a jury.

    `criteria` are pairs of name and weight, in the order of the jury's sheet.
    """

    policy: ClassVar[Policy] = Ladder(invited="invited")

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=160)
    level = models.CharField(max_length=20)
    held_on = models.DateField()
    closed_on = models.DateField(null=True)
    """The day the places became final; nobody is marked after it unless it is opened again."""
    invited = ArrayField(models.BigIntegerField(), default=list)
    criteria = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["office", "code"], name="market_contest_once")]


class ContestEntry(ProcessRow):
    """Peserta lomba: one business in a contest, with the score that its jury sheets give."""

    policy: ClassVar[Policy] = Process(root=("enterprise",), subject={"enterprises": "enterprise_id"}, delete=True)

    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="entries")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="contest_entries")
    score = models.FloatField(null=True)
    rank = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["contest", "enterprise"], name="market_entry_once")]


class JuryScore(Row):
    """Nilai juri: one juror, one criterion, 0 to 100."""

    policy: ClassVar[Policy] = Through(parent="entry", update=False)

    entry = models.ForeignKey(ContestEntry, on_delete=models.PROTECT, related_name="scores")
    juror = models.CharField(max_length=80)
    criterion = models.CharField(max_length=80)
    weight = models.PositiveSmallIntegerField()
    score = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "juror", "criterion"], name="market_score_once"),
            models.CheckConstraint(condition=models.Q(score__lte=100), name="market_score_range"),
        ]


@tracked()
class Pledge(ProcessRow):
    """Janji mitra: what a company, campus, citizen or buyer promised, as so many units so often until a day.

    Partners speak in public and for their organisation; how a private citizen wishes to be named is what stands in
    `partner`. A purchase (kemitraan) names the price that the buyer pays for each unit, any other pledge what one unit
    is worth.
    """

    policy: ClassVar[Policy] = Ladder()

    partner = models.CharField(max_length=120)
    partner_kind = models.CharField(max_length=12)
    kind = models.CharField(max_length=12)
    what = models.CharField(max_length=200)
    quantity = models.PositiveIntegerField()
    unit = models.CharField(max_length=24)
    unit_price_idr = models.BigIntegerField(default=0)
    every = models.CharField(max_length=8)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    contact = models.CharField(max_length=120, blank=True)
    """How the organisation is reached: an office, a counter, its own telephone."""
    supplier_kind = models.CharField(max_length=40, blank=True)
    """Kind of business that supplies a buyer, or that the help is meant for; empty for all."""
    programme_code = models.CharField(max_length=60, blank=True)
    closed_on = models.DateField(null=True)
    closed_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="market_pledge_quantity"),
            models.CheckConstraint(condition=models.Q(unit_price_idr__gte=0), name="market_pledge_price"),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="market_pledge_days",
            ),
        ]


@tracked()
class PledgeDelivery(ProcessRow):
    """Realisasi janji: what of a pledge came, on which day, and from or to which business; a slip is struck, kept."""

    policy: ClassVar[Policy] = Ladder(root=("pledge",))

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="deliveries")
    enterprise = models.ForeignKey(Enterprise, null=True, on_delete=models.PROTECT, related_name="+")
    occurred_on = models.DateField()
    quantity = models.PositiveIntegerField()
    value_idr = models.BigIntegerField()
    note = models.CharField(max_length=200, blank=True)
    struck_on = models.DateField(null=True)
    struck_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="market_delivery_quantity"),
            models.CheckConstraint(condition=models.Q(value_idr__gte=0), name="market_delivery_value"),
        ]
