from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, BigIntegerRangeField, RangeOperators
from django.db import models

from berdaya.audit.tracking import tracked
from berdaya.documents.models import Document
from berdaya.files.models import StoredFile
from berdaya.kernel.models import ProcessRow
from berdaya.kernel.policies import Ladder, Policy, Process
from berdaya.people.models import Household, Person
from berdaya.programmes.models import Candidate, Programme


class VillageResource(ProcessRow):
    """Sumber daya desa: what a village has (fish, rattan, ...), how strong (0-3), who said so and when."""

    policy: ClassVar[Policy] = Ladder()

    resource = models.CharField(max_length=40)
    strength = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=120)
    as_of = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["office", "area", "resource", "as_of"], name="training_resource_once"),
            models.CheckConstraint(condition=models.Q(strength__lte=3), name="training_resource_strength"),
        ]


@tracked()
class TrainingClass(ProcessRow):
    """Kelas pelatihan (bimtek): trades (none means every trade), venue, seats, dates, trainer and partner."""

    policy: ClassVar[Policy] = Ladder(subject={"classes": "id"})

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="classes")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=160)
    kinds = ArrayField(models.CharField(max_length=40), default=list)
    skill = models.CharField(max_length=40, blank=True)
    venue = models.CharField(max_length=160)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    seats = models.PositiveSmallIntegerField()
    minimum = models.PositiveSmallIntegerField(default=0)
    starts_on = models.DateField()
    ends_on = models.DateField()
    trainer = models.CharField(max_length=120, blank=True)
    partner = models.CharField(max_length=160, blank=True)
    wheelchair = models.BooleanField(default=False)
    hours = models.CharField(max_length=12, blank=True)
    provides = ArrayField(models.CharField(max_length=20), default=list)
    demand = models.PositiveSmallIntegerField(null=True)
    cost_idr = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "code"], name="training_class_code"),
            models.CheckConstraint(condition=models.Q(seats__gt=0), name="training_class_seats"),
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="training_class_dates"),
        ]


class PlacementRun(ProcessRow):
    """Penempatan: one solved matching, with objective, proven bound and gap; published by a second person."""

    policy: ClassVar[Policy] = Process()

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="placement_runs")
    number = models.PositiveSmallIntegerField()
    inputs_sha256 = models.BinaryField()
    objective = models.BigIntegerField()
    bound = models.BigIntegerField()
    gap = models.FloatField()
    first_choice_share = models.FloatField(null=True)
    summary = models.JSONField(default=dict)
    published_at = models.DateTimeField(null=True)
    kept = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["programme", "number"], name="training_run_once")]


@tracked()
class Placement(ProcessRow):
    """Kursi: one person in one class (or in none), with the reason and what came next.

    `number` keeps the order of the list, `in_force` is set when the run is published and taken when a later one is.
    """

    policy: ClassVar[Policy] = Process(root=("candidate",), subject={"classes": "training_class_id"})

    run = models.ForeignKey(PlacementRun, on_delete=models.PROTECT, related_name="placements")
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="placements")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="placements")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")
    training_class = models.ForeignKey(TrainingClass, null=True, on_delete=models.PROTECT, related_name="placements")
    number = models.PositiveIntegerField(default=0)
    in_force = models.BooleanField(default=False)
    score = models.IntegerField(null=True)
    distance_m = models.IntegerField(null=True)
    choice = models.PositiveSmallIntegerField(null=True)
    reason = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "person"], name="training_one_seat")]
        indexes: ClassVar = [models.Index(fields=["training_class", "in_force"])]


class OutsideParticipant(ProcessRow):
    """Peserta luar: lurah, TKSK or another who attends without being a recipient."""

    policy: ClassVar[Policy] = Process(subject={"classes": "training_class_id"})

    training_class = models.ForeignKey(TrainingClass, on_delete=models.PROTECT, related_name="outsiders")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=40)
    attended = models.BooleanField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["training_class", "name"], name="training_outsider_once")
        ]


@tracked()
class Attendance(ProcessRow):
    """Kehadiran: sessions attended and tests of one participant; the certificate follows from them."""

    policy: ClassVar[Policy] = Process(
        root=("placement",), subject={"classes": "training_class_id"}, subject_insert=True, subject_update=True
    )

    placement = models.OneToOneField(Placement, on_delete=models.PROTECT, related_name="attendance")
    training_class = models.ForeignKey(TrainingClass, on_delete=models.PROTECT, related_name="attendances")
    sessions = models.PositiveSmallIntegerField()
    attended = models.PositiveSmallIntegerField()
    pre = models.PositiveSmallIntegerField(null=True)
    post = models.PositiveSmallIntegerField(null=True)
    certificate = models.CharField(max_length=60, blank=True)
    certified_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(attended__lte=models.F("sessions")), name="training_attended")
        ]


@tracked()
class Arrangement(ProcessRow):
    """Ketetapan penempatan: a seat that the planner fixes for a person, or beside whom she must sit."""

    policy: ClassVar[Policy] = Process(root=("candidate",), delete=True)

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    fixed = models.ForeignKey(TrainingClass, null=True, on_delete=models.PROTECT, related_name="+")
    follows = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "person"], name="training_arranged_once"),
            models.CheckConstraint(condition=~models.Q(person=models.F("follows")), name="training_follows_another"),
        ]


@tracked()
class ClassSession(ProcessRow):
    """Pertemuan: one meeting of a class on a day, with its room, trainer, and who helps people to take part."""

    policy: ClassVar[Policy] = Ladder(subject={"classes": "training_class_id"})

    training_class = models.ForeignKey(TrainingClass, on_delete=models.PROTECT, related_name="meetings")
    number = models.PositiveSmallIntegerField()
    held_on = models.DateField()
    starts_at = models.TimeField()
    ends_at = models.TimeField()
    room = models.CharField(max_length=120, blank=True)
    trainer = models.CharField(max_length=120, blank=True)
    topic = models.CharField(max_length=160, blank=True)
    interpreter = models.CharField(max_length=120, blank=True)
    companion = models.CharField(max_length=120, blank=True)
    childcare = models.CharField(max_length=120, blank=True)
    transport = models.CharField(max_length=120, blank=True)
    soft = models.JSONField(default=list)
    cancelled = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["training_class", "number"], name="training_session_number"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="training_session_hours"
            ),
        ]


class Booking(ProcessRow):
    """Pemakaian: a trainer or a room is taken for the minutes of a session.

    `slot` is a range of minutes shifted by a number made of the name, so that ranges of two names never touch and one
    exclusion constraint keeps two planners at once from taking the same trainer or room.
    """

    policy: ClassVar[Policy] = Process(delete=True)

    session = models.ForeignKey(ClassSession, on_delete=models.CASCADE, related_name="bookings")
    what = models.CharField(max_length=8)
    slot = BigIntegerRangeField()

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(name="training_booked_once", expressions=[("slot", RangeOperators.OVERLAPS)]),
            models.UniqueConstraint(fields=["session", "what"], name="training_booking_once"),
        ]


class ParticipantCard(ProcessRow):
    """Kartu peserta: the code on somebody's paper card, as QR and as letters; it says who, and nothing else."""

    policy: ClassVar[Policy] = Process()

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    outsider = models.ForeignKey(OutsideParticipant, null=True, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=12, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "person"], name="training_card_person"),
            models.UniqueConstraint(fields=["outsider"], name="training_card_outsider"),
        ]


class CheckIn(ProcessRow):
    """Presensi lewat ponsel: the time in which a session takes check-ins by people's own phones; closed otherwise."""

    policy: ClassVar[Policy] = Process(
        subject={"classes": "training_class_id"}, subject_insert=True, subject_update=True
    )

    session = models.OneToOneField(ClassSession, on_delete=models.PROTECT, related_name="check_in")
    training_class = models.ForeignKey(TrainingClass, on_delete=models.PROTECT, related_name="+")
    token = models.CharField(max_length=40, unique=True)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()


@tracked()
class Presence(ProcessRow):
    """Presensi: one person at one session, by card, list or own phone; a shared phone waits for the trainer's word."""

    policy: ClassVar[Policy] = Process(
        subject={"classes": "training_class_id"}, subject_insert=True, subject_update=True
    )

    session = models.ForeignKey(ClassSession, on_delete=models.PROTECT, related_name="presences")
    training_class = models.ForeignKey(TrainingClass, on_delete=models.PROTECT, related_name="presences")
    placement = models.ForeignKey(Placement, null=True, on_delete=models.PROTECT, related_name="presences")
    outsider = models.ForeignKey(OutsideParticipant, null=True, on_delete=models.PROTECT, related_name="presences")
    present = models.BooleanField()
    method = models.CharField(max_length=8)
    noted_at = models.DateTimeField()
    device = models.CharField(max_length=64, blank=True)
    shared = models.BooleanField(default=False)
    confirmed = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "placement"], name="training_present_once"),
            models.UniqueConstraint(fields=["session", "outsider"], name="training_guest_present_once"),
        ]


class ClassMaterial(ProcessRow):
    """Bahan ajar: a file that participants and trainers of a class may take along."""

    policy: ClassVar[Policy] = Ladder(subject={"classes": "training_class_id"}, subject_insert=True, delete=True)

    training_class = models.ForeignKey(TrainingClass, on_delete=models.PROTECT, related_name="materials")
    title = models.CharField(max_length=160)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")


class ClassFeedback(ProcessRow):
    """Umpan balik: marks from 1 to 5 for use, clearness and place, without a name."""

    policy: ClassVar[Policy] = Process(update=False, subject={"classes": "training_class_id"}, subject_insert=True)

    training_class = models.ForeignKey(TrainingClass, on_delete=models.PROTECT, related_name="feedback")
    useful = models.PositiveSmallIntegerField()
    clear = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(useful__range=(1, 5), clear__range=(1, 5), place__range=(1, 5)),
                name="training_feedback_marks",
            )
        ]


class Invitation(ProcessRow):
    """Undangan: how a participant was invited and what she answered; the letter is a frozen document.

    `token` opens the page on which she answers, takes the materials along and speaks; `asked_for` is what she needs to
    come (interpreter, companion, childcare, transport); `spoke` says that she gave feedback, never which.
    """

    policy: ClassVar[Policy] = Process(subject={"classes": "training_class_id"}, subject_update=True)

    training_class = models.ForeignKey(TrainingClass, on_delete=models.PROTECT, related_name="invitations")
    placement = models.ForeignKey(Placement, null=True, on_delete=models.PROTECT, related_name="+")
    outsider = models.ForeignKey(OutsideParticipant, null=True, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=12, blank=True)
    asked_for = ArrayField(models.CharField(max_length=20), default=list, db_default=[])
    note = models.CharField(max_length=160, blank=True, db_default="")
    answered_on = models.DateField(null=True)
    token = models.CharField(max_length=40, blank=True, db_default="")
    spoke = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["training_class", "placement"], name="training_invited_once"),
            models.UniqueConstraint(fields=["training_class", "outsider"], name="training_guest_invited_once"),
            models.UniqueConstraint(fields=["token"], condition=~models.Q(token=""), name="training_invitation_token"),
        ]


@tracked()
class CatalogueEntry(ProcessRow):
    """Isian katalog: a kind, skill, resource, course or package link that the office added or changed."""

    policy: ClassVar[Policy] = Ladder()

    part = models.CharField(max_length=12)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    body = models.JSONField(default=dict)
    retired = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["office", "part", "code"], name="training_entry_once")]
