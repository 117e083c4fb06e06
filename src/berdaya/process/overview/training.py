"""Classes: the list, and one class with who sits where and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from berdaya.access.permissions import can, require
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.scope import Actor
from berdaya.people.models import Person
from berdaya.process.overview.common import Page, found, order_of, page_of, places, within
from berdaya.training.models import Placement, TrainingClass


@dataclass(frozen=True)
class ClassFilter(ListFilter):
    """Filter of the list of classes."""

    programme: str = ""
    kind: str = ""


@dataclass(frozen=True)
class ClassRow:
    """One class with its seats and how many are taken."""

    id: UUID
    code: str
    name: str
    kinds: tuple[str, ...]
    programme: str
    programme_code: str
    venue: str
    place: str
    seats: int
    taken: int
    starts_on: date
    ends_on: date
    wheelchair: bool
    area: int = 0


@dataclass(frozen=True)
class SeatRow:
    """One person in a class, with reason and result."""

    candidate_id: UUID
    name: str
    place: str
    distance_m: int | None
    choice: int | None
    reason: Mapping[str, Any]
    attended: int | None
    sessions: int | None
    pre: int | None
    post: int | None
    certificate: str
    synthetic: bool


@dataclass(frozen=True)
class ClassView:
    """One class: seats, outsiders, trainer and partner."""

    row: ClassRow
    skill: str
    trainer: str
    partner: str
    minimum: int
    seats: tuple[SeatRow, ...]
    outsiders: tuple[Mapping[str, Any], ...]


CLASS_SORTS = {"mulai": ("starts_on", "id"), "nama": ("name", "id"), "wilayah": ("area", "id")}


def open_classes(actor: Actor) -> QuerySet[TrainingClass]:
    """Every class of the scope to those who read programmes, to a trainer the own ones."""
    rows = TrainingClass.objects.select_related("programme")
    if can(actor, "class.read"):
        return rows.filter(pk__in=actor.classes)
    require(actor, "programme.read")
    return rows


def classes_queryset(*, actor: Actor, filters: ClassFilter) -> QuerySet[TrainingClass]:
    """Classes of the filter, the earliest first."""
    rows = open_classes(actor).filter(within(filters.area))
    if filters.programme:
        rows = rows.filter(programme__code=filters.programme)
    if filters.kind:
        rows = rows.filter(kinds__contains=[filters.kind])
    if filters.q:
        rows = rows.filter(name__icontains=filters.q)
    return rows.order_by(*order_of(filters.sort, CLASS_SORTS))


def classes(*, actor: Actor, filters: ClassFilter) -> Page[ClassRow]:
    """One page of classes."""
    page = page_of(classes_queryset(actor=actor, filters=filters), filters)
    return page.having(class_rows(list(page.rows)))


def class_rows(rows: list[TrainingClass]) -> list[ClassRow]:
    """Classes as rows, with the seats taken in the newest run."""
    seats = Placement.objects.filter(training_class__in=rows, in_force=True)
    taken = dict(seats.values_list("training_class_id").annotate(count=Count("id")).order_by())
    known = places(item.area for item in rows)
    return [
        ClassRow(
            item.pk,
            item.code,
            item.name,
            tuple(item.kinds),
            item.programme.name,
            item.programme.code,
            item.venue,
            known.get(item.area, ""),
            item.seats,
            taken.get(item.pk, 0),
            item.starts_on,
            item.ends_on,
            item.wheelchair,
            item.area,
        )
        for item in rows
    ]


def class_of_actor(actor: Actor, class_id: UUID) -> TrainingClass:
    """One class that the actor may open."""
    return found(open_classes(actor).filter(pk=class_id).first())


def training_class(*, actor: Actor, class_id: UUID) -> ClassView:
    """One class. Names of participants appear where their rows are visible; a trainer sees numbers otherwise."""
    item = found(open_classes(actor).filter(pk=class_id).first())
    seats: list[Placement] = []
    names: dict[UUID, tuple[str, bool]] = {}
    if can(actor, "family.read") or can(actor, "class.read"):
        seats = list(item.placements.filter(in_force=True).select_related("attendance").order_by("number", "id"))
        people = Person.objects.filter(pk__in=[seat.person_id for seat in seats])
        names = {pk: (name, synthetic) for pk, name, synthetic in people.values_list("pk", "name", "synthetic")}
    known = places(seat.area for seat in seats)
    return ClassView(
        row=class_rows([item])[0],
        skill=item.skill,
        trainer=item.trainer,
        partner=item.partner,
        minimum=item.minimum,
        seats=tuple(_seat(seat, known.get(seat.area, ""), *names.get(seat.person_id, ("", False))) for seat in seats),
        outsiders=tuple(item.outsiders.order_by("name").values("name", "role", "attended")),
    )


def _seat(seat: Placement, place: str, name: str, synthetic: bool) -> SeatRow:
    attendance = getattr(seat, "attendance", None)
    return SeatRow(
        seat.candidate_id,
        name,
        place,
        seat.distance_m,
        seat.choice,
        seat.reason,
        attendance.attended if attendance else None,
        attendance.sessions if attendance else None,
        attendance.pre if attendance else None,
        attendance.post if attendance else None,
        attendance.certificate if attendance else "",
        synthetic,
    )
