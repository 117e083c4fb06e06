"""The packs of a mentor: the own caseload, and another mentor's for the time of a stand-in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from berdaya.access.permissions import can
from berdaya.devices import packs
from berdaya.devices.packs import Departure, PackKind, PackRef, PackRow
from berdaya.kernel.bulk import fetch
from berdaya.kernel.clock import WIB
from berdaya.kernel.ids import stable_id
from berdaya.kernel.scope import Actor
from berdaya.process.field import caseload

KEEP_DAYS = 30
"""A phone that has not called for so long wipes its caseload."""


def midnight(day: date) -> datetime:
    """The end of a day at the office."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=WIB)


def own_mentor(actor: Actor) -> tuple[UUID, str]:
    """Id and name of the mentor that the actor is; a role without a row of its own stands for itself."""
    rows = fetch("SELECT mentor_id, name FROM visits_own_mentors() LIMIT 1")
    return (rows[0][0], rows[0][1]) if rows else (stable_id("role-caseload", actor.role_id), actor.name)


def assigned(actor: Actor) -> dict[UUID, UUID | None]:
    """Businesses that are open to the actor -> whose they are now."""
    rows = fetch(
        """
        SELECT e.id, a.mentor_id FROM enterprises_enterprise e
        LEFT JOIN enterprises_mentorassignment a ON a.enterprise_id = e.id AND a.until IS NULL
        WHERE e.id = ANY (%s) ORDER BY e.area, e.id
        """,
        [list(actor.enterprises)],
    )
    return {row[0]: row[1] for row in rows}


def stand_ins(actor: Actor, as_of: date) -> list[tuple[UUID, UUID, str, date, str]]:
    """Caseloads lent to the actor's role: id, mentor, the mentor's name, last day, note."""
    rows = fetch(
        """
        SELECT s.id, s.mentor_id, s.until, s.note FROM visits_standin s
        WHERE s.role_id = %(role)s AND s.ended_on IS NULL AND %(as_of)s BETWEEN s.since AND s.until
        ORDER BY s.since, s.id
        """,
        {"role": actor.role_id, "as_of": as_of},
    )
    if not rows:
        return []
    names = dict(
        fetch(
            """
            SELECT DISTINCT ON (a.mentor_id) a.mentor_id, enterprises_mentor_name(a.mentor_id, a.enterprise_id)
            FROM enterprises_mentorassignment a WHERE a.mentor_id = ANY (%s) AND a.until IS NULL
            """,
            [[row[1] for row in rows]],
        )
    )
    return [(row[0], row[1], names.get(row[1]) or "", row[2], row[3]) for row in rows]


def _works_outdoors(actor: Actor) -> bool:
    return actor.kind == "subject" and can(actor, "visit.record")


def _offers(actor: Actor, as_of: date) -> Sequence[PackRef]:
    if not _works_outdoors(actor):
        return ()
    mentor, name = own_mentor(actor)
    return [PackRef("caseload", mentor, f"Binaan {name}", midnight(as_of + timedelta(days=KEEP_DAYS)))]


def _roots(actor: Actor, subject: UUID, as_of: date) -> Sequence[UUID]:
    mentor, _ = own_mentor(actor)
    if subject != mentor:
        return ()
    lent = {row[1] for row in stand_ins(actor, as_of)}
    return [key for key, whose in assigned(actor).items() if whose not in lent]


def _fill(actor: Actor, subject: UUID, as_of: date) -> Iterable[PackRow]:
    mine = _roots(actor, subject, as_of)
    return _rows(actor, subject, mine, mine, as_of)


def _rows(actor: Actor, subject: UUID, ids: Sequence[UUID], mine: Sequence[UUID], as_of: date) -> Iterable[PackRow]:
    yield from caseload.rows_of(actor, ids, as_of)
    yield from caseload.instrument_rows(actor)
    yield caseload.target_row(subject, mine, as_of)


def _departed(actor: Actor, ids: Sequence[UUID]) -> Sequence[Departure]:
    notes = {
        row[0]: (row[1], row[2])
        for row in fetch("SELECT enterprise_id, note, went_to FROM visits_departed(%s, %s)", [actor.role_id, list(ids)])
    }
    return [
        Departure("business", key, "handed_over", *notes[key]) if key in notes else Departure("business", key, "closed")
        for key in ids
    ]


def _lent(actor: Actor, as_of: date) -> Sequence[PackRef]:
    if not _works_outdoors(actor):
        return ()
    return [PackRef("standin", row[0], f"Pengganti {row[2]}", midnight(row[3])) for row in stand_ins(actor, as_of)]


def _lent_roots(actor: Actor, subject: UUID, as_of: date) -> Sequence[UUID]:
    mentor = next((row[1] for row in stand_ins(actor, as_of) if row[0] == subject), None)
    return [key for key, whose in assigned(actor).items() if mentor is not None and whose == mentor]


def _lent_fill(actor: Actor, subject: UUID, as_of: date) -> Iterable[PackRow]:
    mine = _lent_roots(actor, subject, as_of)
    return _lent_rows(actor, subject, mine, mine, as_of)


def _lent_rows(
    actor: Actor,
    subject: UUID,
    ids: Sequence[UUID],
    _mine: Sequence[UUID],
    as_of: date,
) -> Iterable[PackRow]:
    yield from caseload.rows_of(actor, ids, as_of)
    yield from caseload.instrument_rows(actor)
    for key, _, name, until, note in stand_ins(actor, as_of):
        if key == subject:
            body = {"business": None, "from": name, "note": note, "on": as_of, "until": until}
            yield PackRow("handover_note", key, body)


packs.register(
    PackKind("caseload", ("Binaan", "Caseload"), _offers, _fill, roots=_roots, rows=_rows, departed=_departed,
             opened_by="enterprises")
)  # fmt: skip
packs.register(
    PackKind("standin", ("Pengganti", "Stand-in"), _lent, _lent_fill, roots=_lent_roots, rows=_lent_rows,
             departed=_departed, opened_by="enterprises")
)  # fmt: skip
