from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from berdaya.audit.tracking import tracked
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
