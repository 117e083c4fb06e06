"""Handovers, what came back, and which source paid."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from berdaya.audit.tracking import tracked
from berdaya.files.models import StoredFile
from berdaya.grants.models.packages import Package, PackageItem
from berdaya.grants.models.stock import Lot, Store
from berdaya.kernel.models import ProcessRow
from berdaya.kernel.policies import Policy, Process
from berdaya.programmes.models import DecreeLine, Programme


@tracked()
class HandoverDay(ProcessRow):
    """Hari penyaluran: one place and day for many recipients; its pack is screened when issued and lives 24 hours."""

    policy: ClassVar[Policy] = Process()

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="handover_days")
    store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    place = models.CharField(max_length=160)
    planned_on = models.DateField()
    made_by = models.BigIntegerField()
    issued_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)


@tracked()
class HandoverSlot(ProcessRow):
    """Antrean: a recipient called to a day, with number and card; ``barred`` names the list that holds her back."""

    policy: ClassVar[Policy] = Process(root=("decree_line",))

    day = models.ForeignKey(HandoverDay, on_delete=models.PROTECT, related_name="slots")
    decree_line = models.ForeignKey(DecreeLine, on_delete=models.PROTECT, related_name="slots")
    number = models.PositiveIntegerField()
    card = models.CharField(max_length=24, unique=True)
    barred = models.CharField(max_length=60, blank=True)
    screened_at = models.DateTimeField(null=True)
    absent_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "decree_line"], name="grants_slot_once"),
            models.UniqueConstraint(fields=["day", "number"], name="grants_slot_number"),
        ]


class Proxy(ProcessRow):
    """Wakil penerima: a member of the same KK, or an heir, who receives instead; a second officer agrees.

    ``why`` is ill, away or dead; a recipient's death asks for an heir.
    """

    policy: ClassVar[Policy] = Process(root=("decree_line",))

    decree_line = models.ForeignKey(DecreeLine, on_delete=models.PROTECT, related_name="proxies")
    person_id = models.UUIDField(null=True)
    name = models.CharField(max_length=120)
    why = models.CharField(max_length=12)
    heir = models.BooleanField(default=False)
    letter = models.CharField(max_length=120, blank=True)
    photo = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_by = models.BigIntegerField()
    made_on = models.DateField()
    checked_by = models.BigIntegerField(null=True)
    checked_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(checked_by=None) | ~models.Q(checked_by=models.F("made_by")),
                name="grants_proxy_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(why__in=("ill", "away")) | models.Q(why="dead", heir=True),
                name="grants_proxy_heir_of_the_dead",
            ),
            models.CheckConstraint(
                condition=models.Q(person_id__isnull=False) | (models.Q(heir=True) & ~models.Q(letter="")),
                name="grants_proxy_of_the_kk",
            ),
        ]


class Handover(ProcessRow):
    """Penyaluran (BAST): goods handed to one recipient of a valid decree, on one day at one place.

    Several may follow each other for one decree line (penyaluran bertahap); what each item may still bring stands in
    its Entitlement. Somebody else than the recipient receives only with a second officer's approval.
    """

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
    receiver = models.CharField(max_length=12, db_default="self")
    proxy = models.ForeignKey(Proxy, null=True, on_delete=models.PROTECT, related_name="handovers")
    manner = models.CharField(max_length=12, db_default="desk")
    proof = models.CharField(max_length=12, blank=True, db_default="")
    witness = models.CharField(max_length=120, blank=True, db_default="")
    signature = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    giver_signature = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    witness_signature = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    scan = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    photo = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at_lat = models.FloatField(null=True)
    at_lon = models.FloatField(null=True)
    device_at = models.DateTimeField(null=True)
    day = models.ForeignKey(HandoverDay, null=True, on_delete=models.PROTECT, related_name="handovers")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["office", "number"], name="grants_handover_number"),
            models.CheckConstraint(
                condition=models.Q(receiver__in=("self", "officer"), proxy=None)
                | models.Q(receiver="proxy", proxy__isnull=False),
                name="grants_proxy_is_named",
            ),
            models.CheckConstraint(
                condition=(~models.Q(proof="thumb") | ~models.Q(witness=""))
                & (~models.Q(proof="signature") | models.Q(signature__isnull=False))
                & (~models.Q(proof="scan") | models.Q(scan__isnull=False)),
                name="grants_proof_is_there",
            ),
        ]


class HandoverLine(ProcessRow):
    """Baris BAST: one item with quantity, unit value, condition, and the lot it came from.

    ``returned`` is what came back from the recipient; the database keeps it from HandoverReturn.
    """

    policy: ClassVar[Policy] = Process(root=("handover",), update=False)

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="lines")
    item = models.ForeignKey(PackageItem, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    unit_value_idr = models.BigIntegerField()
    amount_idr = models.BigIntegerField()
    condition = models.CharField(max_length=12)
    lot = models.ForeignKey(Lot, null=True, on_delete=models.PROTECT, related_name="handover_lines")
    store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    pieces = ArrayField(models.UUIDField(), db_default=[])
    photo = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    returned = models.PositiveIntegerField(db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["handover", "item", "lot", "store"], nulls_distinct=False, name="grants_line_once"
            ),
            models.CheckConstraint(
                condition=models.Q(returned__lte=models.F("quantity")), name="grants_back_within_handed"
            ),
            models.CheckConstraint(
                condition=models.Q(amount_idr=models.F("quantity") * models.F("unit_value_idr")),
                name="grants_line_amount",
            ),
        ]


class HandoverPhoto(ProcessRow):
    """Foto penyaluran: goods, receiver, scanned sheet or thumb; it may come after its record."""

    policy: ClassVar[Policy] = Process(root=("handover",), update=False)

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="photos")
    item_number = models.PositiveSmallIntegerField(null=True)
    shows = models.CharField(max_length=12)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["handover", "file"], name="grants_photo_once")]


class HandoverReturn(ProcessRow):
    """Barang kembali: goods of a handover line back in a store, once a second officer agreed.

    Refused, damaged, handed over by mistake, or the recipient died: the decree line may then receive them anew.
    """

    policy: ClassVar[Policy] = Process(root=("line",))

    line = models.ForeignKey(HandoverLine, on_delete=models.PROTECT, related_name="returns")
    store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    quantity = models.PositiveIntegerField()
    occurred_on = models.DateField()
    reason = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    account_id = models.BigIntegerField()
    checked_by = models.BigIntegerField(null=True)
    checked_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="grants_return_positive"),
            models.CheckConstraint(
                condition=models.Q(checked_by=None) | ~models.Q(checked_by=models.F("account_id")),
                name="grants_return_two_people",
            ),
        ]


class FundingShare(ProcessRow):
    """Sumber dana: which source paid how much of one handover or capital; shares add up to the rupiah.

    What came back stands as negative shares of its own (``subject_kind`` return).
    """

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
