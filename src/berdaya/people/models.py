from __future__ import annotations

from typing import ClassVar

from django.db import models

from berdaya.audit.tracking import tracked
from berdaya.kernel.models import AreaRow, ProcessRow
from berdaya.kernel.policies import Ladder, OwnerOnly, Policy, Process, Shared


@tracked()
class Household(AreaRow):
    """Keluarga: the unit of aid; its KK number is sealed, its area is the root of all that hangs on it.

    A number is looked up through `Identity`, so its index here needs no database index of its own.
    """

    policy: ClassVar[Policy] = Shared(subject={"households": "id"}, dependants=("tasks.Task.household_id",))

    kk_cipher = models.BinaryField(null=True)
    kk_key = models.PositiveSmallIntegerField(null=True)
    kk_index = models.BinaryField(null=True)
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    female_head = models.BooleanField(null=True)
    dependants = models.PositiveSmallIntegerField(null=True)
    incomplete = models.BooleanField(default=False)
    synthetic = models.BooleanField(default=False)
    merged_into = models.UUIDField(null=True)


@tracked()
class Person(AreaRow):
    """Orang: one member of a household; the NIK is sealed and found only through keyed indexes."""

    policy: ClassVar[Policy] = Shared(root=("household",), subject={"households": "household_id"})

    # The composite key (area, household) is checked in the database; a second check of the id alone would double
    # the cost of loading.
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="persons", db_constraint=False)
    name = models.CharField(max_length=120)
    name_key = models.CharField(max_length=120)
    birth_place = models.CharField(max_length=80, blank=True)
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=1, blank=True)
    marital = models.CharField(max_length=12, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    is_head = models.BooleanField(default=False)
    occupation = models.CharField(max_length=80, blank=True)
    nik_cipher = models.BinaryField(null=True)
    nik_key = models.PositiveSmallIntegerField(null=True)
    nik_index = models.BinaryField(null=True)
    last4_index = models.BinaryField(null=True)
    died_on = models.DateField(null=True)
    erased_on = models.DateField(null=True)
    synthetic = models.BooleanField(default=False)
    merged_into = models.UUIDField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["last4_index"]),
            models.Index(fields=["birth_date"]),
            models.Index(
                fields=["area"], name="people_without_nik", condition=models.Q(nik_index=None, erased_on=None)
            ),
        ]


@tracked()
class PersonPrivate(AreaRow):
    """Data pribadi spesifik: disability, PPKS category, income; restricted, never on a phone or in a list."""

    policy: ClassVar[Policy] = Shared(root=("person",))

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="private", db_constraint=False)
    disability = models.BooleanField(null=True)
    ppks = models.CharField(max_length=40, blank=True)
    income_idr = models.BigIntegerField(null=True)


class DesilSnapshot(AreaRow):
    """Desil: the welfare rank as the national register gave it, with source and as-of date; never computed here."""

    policy: ClassVar[Policy] = Shared(root=("household",), update=False)

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="desils", db_constraint=False)
    desil = models.PositiveSmallIntegerField()
    as_of = models.DateField()
    source = models.CharField(max_length=20, default="DTSEN")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["household", "as_of", "source"], name="people_desil_once"),
            models.CheckConstraint(condition=models.Q(desil__range=(1, 10)), name="people_desil_range"),
        ]


class Identity(models.Model):
    """Indeks identitas: who holds a NIK or KK in the whole country; only definer functions read it."""

    policy: ClassVar[Policy] = OwnerOnly(reason="uniqueness across all areas; answers come from identity_claim only")

    kind = models.CharField(max_length=3)
    index = models.BinaryField()
    subject_id = models.UUIDField()
    area = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "index"], name="people_identity_once")]

    def __str__(self) -> str:
        return self.kind


class LookupCount(models.Model):
    """Jumlah pencarian: how many numbers an account asked about beyond its scope in one hour (rate limit)."""

    policy: ClassVar[Policy] = OwnerOnly(reason="counted and tested by definer functions only")

    account_id = models.BigIntegerField()
    hour = models.DateTimeField()
    in_list = models.BooleanField()
    asked = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account_id", "hour", "in_list"], name="people_lookup_once")
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.hour}"


class AidReceived(AreaRow):
    """Bantuan yang pernah diterima: from any office, known by NIK or KK index even before the family is
    known here.
    """

    policy: ClassVar[Policy] = Shared(update=False)

    household = models.ForeignKey(Household, null=True, on_delete=models.PROTECT, related_name="aids")
    nik_index = models.BinaryField(null=True)
    kk_index = models.BinaryField(null=True)
    office_name = models.CharField(max_length=160)
    programme = models.CharField(max_length=160)
    year = models.PositiveSmallIntegerField()
    form = models.CharField(max_length=30)
    value_idr = models.BigIntegerField(null=True)
    source = models.CharField(max_length=80)
    import_key = models.UUIDField(unique=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["nik_index"]), models.Index(fields=["kk_index"])]


class Exclusion(AreaRow):
    """Daftar pengecualian: civil servant, army or police, pensioner, deceased, mentor, graduated:*."""

    policy: ClassVar[Policy] = Shared(update=False)

    kind = models.CharField(max_length=30)
    nik_index = models.BinaryField(null=True)
    kk_index = models.BinaryField(null=True)
    source = models.CharField(max_length=120)
    as_of = models.DateField()
    until = models.DateField(null=True)
    import_key = models.UUIDField(unique=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["nik_index"]), models.Index(fields=["kk_index"])]


@tracked()
class Consent(AreaRow):
    """Persetujuan: read aloud in the family's language, signed or thumbed before a witness, a copy left; or withdrawn.

    ``method`` is signature, thumbprint or spoken; one consent of a purpose stands at a time. ``text_sha256`` says which
    wording was read; ``withdrawn_by`` is the official who wrote the withdrawal down.
    """

    policy: ClassVar[Policy] = Shared(root=("household",))

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=40)
    given_on = models.DateField()
    withdrawn_on = models.DateField(null=True)
    method = models.CharField(max_length=20)
    language = models.CharField(max_length=40, blank=True)
    read_by = models.CharField(max_length=120, blank=True)
    witness = models.CharField(max_length=120, blank=True)
    copy_left = models.BooleanField(null=True)
    recorded_by = models.BigIntegerField(null=True)
    text_sha256 = models.CharField(max_length=64, blank=True, default="")
    withdrawn_reason = models.CharField(max_length=200, blank=True, default="")
    withdrawn_by = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["household", "purpose"],
                condition=models.Q(withdrawn_on=None),
                name="people_consent_stands_once",
            )
        ]


@tracked()
class ConsentWording(ProcessRow):
    """Naskah persetujuan kantor: an office's own wording in one language; read aloud once a second person has agreed.

    The person who agrees vouches for the language: a native speaker of the office or of the area.
    """

    policy: ClassVar[Policy] = Ladder()

    language = models.CharField(max_length=20)
    purpose = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    sentences = models.JSONField()
    written_by = models.BigIntegerField()
    written_on = models.DateField()
    checked_by = models.BigIntegerField(null=True)
    checked_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["office", "language", "purpose", "number"], name="people_wording_once"),
            models.CheckConstraint(
                condition=models.Q(checked_by=None) | ~models.Q(checked_by=models.F("written_by")),
                name="people_wording_two_people",
            ),
        ]


class ExternalId(AreaRow):
    """Nomor di sistem lain: system, kind and value as that system writes it (an alumni list, SIKS-NG ...)."""

    policy: ClassVar[Policy] = Shared(root=("household",), update=False)

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="external_ids")
    system = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    value = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["household", "system", "kind"], name="people_external_once")
        ]


class LookAlike(ProcessRow):
    """Pasangan mirip: two records that may be one person, until somebody says so; kept for ever with the reasons.

    `area` covers both records, and `office` is the lowest office that does: nobody else sees the pair.
    """

    policy: ClassVar[Policy] = Process(insert=False, update=False)

    left = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    right = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    chance = models.FloatField()
    reasons = models.JSONField(default=list)
    model_version = models.CharField(max_length=20)
    found_on = models.DateField()
    state = models.CharField(max_length=10, default="open")
    decided_by = models.BigIntegerField(null=True)
    decided_on = models.DateField(null=True)
    decision_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["left", "right"], name="people_look_alike_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "asked", "same", "different"]), name="people_look_alike_state"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["office", "state", "area"])]


class Merge(AreaRow):
    """Penggabungan: what was moved from one record to another, row by row, so that it can be undone."""

    policy: ClassVar[Policy] = Shared(insert=False, update=False)

    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    gone = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    kept_household_id = models.UUIDField()
    gone_household_id = models.UUIDField()
    families_too = models.BooleanField()
    gone_area = models.BigIntegerField()
    moves = models.JSONField(default=list)
    merged_by = models.BigIntegerField()
    merged_on = models.DateField()
    merge_reason = models.CharField(max_length=300)
    undone_by = models.BigIntegerField(null=True)
    undone_on = models.DateField(null=True)
    undone_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gone"], condition=models.Q(undone_on=None), name="people_merge_gone_once")
        ]


class TransferRequest(ProcessRow):
    """Permintaan pindah: an office claims a family that another office holds; each of the two sees its own side.

    The side that asks carries the wanted village, the side that holds the family's present one. Both rows share
    `request_id`; the holder accepts or refuses with a reason, and only then the family moves.
    """

    policy: ClassVar[Policy] = Process(insert=False, update=False)

    request_id = models.UUIDField()
    side = models.CharField(max_length=5)
    household_id = models.UUIDField()
    to_area = models.BigIntegerField()
    asking_office = models.CharField(max_length=160)
    asked_by = models.BigIntegerField()
    asked_on = models.DateField()
    asked_reason = models.CharField(max_length=300)
    state = models.CharField(max_length=8, default="open")
    decided_by = models.BigIntegerField(null=True)
    decided_on = models.DateField(null=True)
    decision_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request_id", "side"], name="people_transfer_sides"),
            models.UniqueConstraint(
                fields=["household_id", "side"], condition=models.Q(state="open"), name="people_transfer_once"
            ),
            models.CheckConstraint(condition=models.Q(side__in=["asks", "holds"]), name="people_transfer_side"),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "accepted", "refused"]), name="people_transfer_state"
            ),
        ]
