"""Pack ``class``: what the attendance screen needs of one class, for its trainer.

Rows by store (names and villages only; no card code, no NIK, no disability):

- ``class``: ``{"code", "name", "venue", "place", "starts_on", "ends_on"}``, its id is the class's.
- ``session``: ``{"class", "number", "held_on", "starts_at", "ends_at", "room", "topic", "helpers"}`` by session id;
  cancelled sessions are left out.
- ``participant``: ``{"class", "name", "place", "guest"}`` by placement id, for a guest by the outside participant's.

A record ``attendance`` (see `records_attendance`) answers it; a scanned card is sent as it was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from berdaya.access.permissions import can
from berdaya.devices.packs import PackKind, PackRef, PackRow, register
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.process.overview.classwork import class_work
from berdaya.training.models import TrainingClass

DAYS_AFTER = 14
MOST = 50


def offers(actor: Actor, as_of: date) -> Sequence[PackRef]:
    """A trainer's own classes until two weeks after their last day."""
    if not can(actor, "class.read") or actor.kind != "subject":
        return ()
    rows = TrainingClass.objects.filter(pk__in=actor.classes, ends_on__gte=as_of - timedelta(days=DAYS_AFTER))
    return [
        PackRef(
            "class",
            row.pk,
            row.name,
            datetime.combine(row.ends_on + timedelta(days=DAYS_AFTER + 1), datetime.min.time(), tzinfo=clock.WIB),
        )
        for row in rows.order_by("starts_on", "code")[:MOST]
    ]


def fill(actor: Actor, subject: UUID, as_of: date) -> Iterable[PackRow]:  # noqa: ARG001 - packs share one shape
    """All rows of one class. Raises `not_found` outside the trainer's own."""
    work = class_work(actor=actor, class_id=subject)
    if not work.mine:
        raise Problem("not_found")
    facts = {"code": work.code, "name": work.name, "venue": work.venue, "place": work.place}
    yield PackRow(
        "class", work.id, facts | {"starts_on": work.starts_on.isoformat(), "ends_on": work.ends_on.isoformat()}
    )
    for row in work.sessions:
        if row.cancelled:
            continue
        yield PackRow("session", row.id, {
            "class": str(work.id), "number": row.number, "held_on": row.held_on.isoformat(),
            "starts_at": f"{row.starts_at:%H:%M}", "ends_at": f"{row.ends_at:%H:%M}", "room": row.room,
            "topic": row.topic, "helpers": dict(row.helpers),
            "came": row.came,
        })  # fmt: skip
    for person in work.people:
        key = person.placement_id or person.outsider_id
        if key is not None:
            guest = person.placement_id is None
            body = {"class": str(work.id), "name": person.name, "place": person.place, "guest": guest}
            yield PackRow("participant", key, body)


KIND = register(
    PackKind(
        name="class",
        title=("Kelas", "Class"),
        offers=offers,
        fill=fill,
        tables=("training_trainingclass", "training_classsession", "training_placement", "training_outsideparticipant"),
    )
)
