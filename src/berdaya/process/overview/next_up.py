"""Who works outdoors has no tasks of the office: what waits for them is whom to visit and which class comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from berdaya.access.permissions import can
from berdaya.enterprises.models import Enterprise
from berdaya.kernel import clock
from berdaya.kernel.scope import Actor
from berdaya.process.overview.common import places
from berdaya.process.overview.training import open_classes
from berdaya.training.models import ClassSession
from berdaya.visits.selectors import plan

SHOWN = 6


@dataclass(frozen=True, slots=True)
class NextVisit:
    """Kunjungan berikutnya: a business in the plan of the month; `reason` is the first cause of its place in it."""

    enterprise: UUID
    name: str
    due_on: date
    late_days: int
    reason: str
    place: str


@dataclass(frozen=True, slots=True)
class NextSession:
    """Pertemuan berikutnya: a session of a class that the trainer may open."""

    id: UUID
    name: str
    number: int
    held_on: date
    starts_at: time
    venue: str
    place: str


def next_visits(*, actor: Actor) -> tuple[NextVisit, ...]:
    """The head of the mentor's plan of the month, the most urgent first. Nobody else has such a list."""
    if actor.role != "mentor":
        return ()
    planned = plan(actor=actor, as_of=clock.today(), capacity=SHOWN)
    known = Enterprise.objects.in_bulk([row.enterprise_id for row in planned])
    names = places(item.area for item in known.values())
    return tuple(
        NextVisit(
            row.enterprise_id, known[row.enterprise_id].name, row.due_on, row.overdue_days, row.reason,
            names.get(known[row.enterprise_id].area, ""),
        )
        for row in planned
    )  # fmt: skip


def next_sessions(*, actor: Actor) -> tuple[NextSession, ...]:
    """Sessions from today on, for whoever keeps attendance and reads no families; the last where none is ahead."""
    if not can(actor, "attendance.record") or can(actor, "family.read"):
        return ()
    known = ClassSession.objects.filter(training_class__in=open_classes(actor), cancelled="")
    order = ("held_on", "starts_at", "pk")
    rows = list(
        known.filter(held_on__gte=clock.today()).select_related("training_class").order_by(*order)[:SHOWN]
    ) or list(known.select_related("training_class").order_by(*(f"-{name}" for name in order))[:SHOWN])
    names = places(row.training_class.area for row in rows)
    return tuple(
        NextSession(
            row.pk, row.training_class.name, row.number, row.held_on, row.starts_at,
            row.room or row.training_class.venue, names.get(row.training_class.area, ""),
        )
        for row in rows
    )  # fmt: skip
