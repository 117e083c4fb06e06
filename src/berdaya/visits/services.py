"""Recording visits: one visit from a form, a phone's queue and a year's sheet take the same path."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from pydantic_core import to_json

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.enterprises.rules.figures import month_of
from berdaya.kernel import clock
from berdaya.kernel.bulk import FEW, array_text, fetch, stage
from berdaya.kernel.ids import new_ids
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.visits import rules, sql
from berdaya.visits.selectors import held_input, usual_places
from berdaya.visits.types import Existing, Flaw, Outcome, Outcomes, Position, VisitInput

MANY = 200
"""Businesses up to which a batch locks each of them, and beyond which its whole office."""
_LOCKS = 0x7FFFFFFF
"""Advisory locks are told apart by a positive integer of 32 bits."""
_WRITTEN = tuple(sql.VISIT_COLUMNS)
_fields = attrgetter(*sql.VISIT_FIELDS)
_KEPT = (Outcome.NEW, Outcome.UPDATED)
_HELD = (Outcome.CONFLICT, Outcome.INVALID, Outcome.WAITING)


@dataclass(frozen=True, slots=True)
class _Decided:
    visit: VisitInput
    digest: bytes
    outcome: Outcome
    flaws: tuple[Flaw, ...]


class Business(NamedTuple):
    """What recording a visit must know of its business."""

    started_on: date
    office_id: int
    area: int


@transaction.atomic
def record_visits_many(*, actor: Actor, visits: Sequence[VisitInput]) -> Outcomes:
    """Take visits in; each gets one outcome, and each kept one writes Evidence and its business's month.

    The client's id is the idempotency key: handing everything in again changes nothing and says `identical`. What is
    in conflict, invalid or waiting for its business is kept aside (HeldVisit), never lost and never counted.
    """
    _may_record(actor)
    with connection.cursor() as cursor:
        businesses = lock_businesses(visit.enterprise_id for visit in visits)
        decided = _recorded(cursor, actor, visits, businesses, _existing(cursor, visits))
        _hold(cursor, actor, decided)
    return _told(actor, decided)


class Ground(NamedTuple):
    """What recording visits from outdoors must know, read under the lock of their businesses.

    ``places`` is where each business was met first, ``mentor`` who the caller is among the mentors, ``held`` whether
    any of the visits is stored already.
    """

    businesses: dict[UUID, Business]
    places: dict[UUID, Position]
    mentor: UUID | None
    held: bool


def take_ground(*, enterprises: Iterable[UUID], visits: Sequence[UUID]) -> Ground:
    """As :func:`lock_businesses`, with all that a phone's visits ask besides, in one call where they are few."""
    wanted = list(set(enterprises))
    if len(wanted) > MANY:
        businesses = lock_businesses(wanted)
        mentors = fetch("SELECT mentor_id FROM visits_own_mentors() LIMIT 1")
        known = fetch("SELECT EXISTS (SELECT 1 FROM visits_visit WHERE id = ANY (%s))", [list(visits)])
        return Ground(businesses, usual_places(wanted), mentors[0][0] if mentors else None, known[0][0])
    rows = fetch(
        "SELECT * FROM visits_ground(%s::uuid[], %s::integer[], %s::uuid[])",
        [array_text(wanted), array_text(key.int % _LOCKS for key in wanted), array_text(visits)],
    )
    return Ground(
        {row[0]: Business(row[1], row[2], row[3]) for row in rows},
        {row[0]: Position(row[4], row[5], row[6]) for row in rows if row[4] is not None},
        rows[0][7] if rows else None,
        bool(rows and rows[0][8]),
    )


def record_locked_visits(*, actor: Actor, visits: Sequence[VisitInput], ground: Ground) -> Outcomes:
    """As :func:`record_visits_many`, for who keeps aside what is not taken: the field's inbox has it already.

    ``ground`` is what :func:`take_ground` answered in this transaction, which must end with whatever is raised here.
    """
    _may_record(actor)
    with connection.cursor() as cursor:
        held = _existing(cursor, visits) if ground.held else {}
        return _told(actor, _recorded(cursor, actor, visits, ground.businesses, held))


def _may_record(actor: Actor) -> None:
    require(actor, "visit.record")
    if actor.account_id is None:
        raise Problem("not_allowed", role=actor.role, permission="visit.record")


def _recorded(
    cursor: CursorWrapper,
    actor: Actor,
    visits: Sequence[VisitInput],
    businesses: Mapping[UUID, Business],
    held: dict[UUID, Existing],
) -> list[_Decided]:
    known = set(held)
    targets = {key: business.started_on for key, business in businesses.items()}
    decided = list(_decide(visits, targets, held, clock.today()))
    _keep(cursor, actor, decided, held, known)
    return decided


def _told(actor: Actor, decided: Sequence[_Decided]) -> Outcomes:
    counts = Counter(item.outcome for item in decided)
    if decided:
        record(
            actor=actor,
            name="visits.recorded",
            outcomes={outcome.value: number for outcome, number in sorted(counts.items())},
        )
    return Outcomes(
        counts=dict(counts),
        flaws={item.visit.id: item.flaws for item in decided if item.flaws},
        by_id={item.visit.id: item.outcome for item in decided},
    )


def lock_businesses(enterprises: Iterable[UUID]) -> dict[UUID, Business]:
    """Until the transaction ends nobody else records visits of these businesses; those that the actor may see.

    Months are computed from all visits of a business: two queues of one business take their turns. A sheet of thousands
    takes the turn of its whole office, as so many single locks would fill the lock table.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.STARTED, [list(set(enterprises))])
        found = {row[0]: Business(*row[1:]) for row in cursor.fetchall()}
        if found:
            offices = sorted({business.office_id for business in found.values()})
            shared = len(found) <= MANY
            # In one order everywhere, so that two batches with the same businesses never wait for each other.
            keys = sorted({key.int % _LOCKS for key in found}) if shared else []
            cursor.execute(sql.LOCK_SHARED if shared else sql.LOCK_OFFICES, [offices, keys] if shared else [offices])
    return found


def _existing(cursor: CursorWrapper, visits: Sequence[VisitInput]) -> dict[UUID, Existing]:
    cursor.execute(
        "SELECT id, digest, revision, mentor_id, enterprise_id, account_id FROM visits_visit WHERE id = ANY (%s)",
        [[visit.id for visit in visits]],
    )
    return {row[0]: Existing(bytes(row[1]), *row[2:]) for row in cursor.fetchall()}


def _decide(
    visits: Sequence[VisitInput], targets: Mapping[UUID, date], held: dict[UUID, Existing], today: date
) -> Iterator[_Decided]:
    for visit in visits:
        started_on = targets.get(visit.enterprise_id)
        found = rules.flaws(visit, today=today, started_on=started_on) if started_on else ()
        digest = rules.digest(visit)
        known = held.get(visit.id)
        outcome = rules.outcome(visit, digest, known, enterprise_known=started_on is not None, valid=not found)
        if outcome in _KEPT:
            # A queue may hold two edits of one visit: the second is judged against the first.
            stored = known.enterprise_id if known else visit.enterprise_id
            held[visit.id] = Existing(digest, visit.revision, visit.mentor_id, stored)
        yield _Decided(visit, digest, outcome, found)


def _keep(
    cursor: CursorWrapper, actor: Actor, decided: list[_Decided], held: Mapping[UUID, Existing], known: set[UUID]
) -> None:
    last = {item.visit.id: item for item in decided if item.outcome in _KEPT}
    if not last:
        return
    if not known.intersection(last) and len(last) <= FEW * 2:
        _write(cursor, actor, last.values())
        _tick(cursor, [item.visit for item in last.values()])
        return
    rows = [_row(evidence, item) for evidence, item in zip(new_ids(len(last)), last.values(), strict=True)]
    months = _months(cursor, [item.visit for item in last.values()], held)
    head, values = _source(cursor, "visit", sql.VISIT_COLUMNS, rows)
    if known & set(last):
        cursor.execute(head + sql.UPDATE_VISITS, [*values, actor.account_id])
    if not set(last) <= known:
        cursor.execute(head + sql.INSERT_VISITS, [*values, actor.account_id])
    cursor.execute(head + sql.UPSERT_EVIDENCE, [*values, actor.account_id])
    month_rows = [(new, *row) for new, row in zip(new_ids(len(months)), months, strict=True)]
    head, values = _source(cursor, "month", sql.MONTH_COLUMNS, month_rows)
    cursor.execute(head + sql.UPSERT_MONTHS, values)
    _tick(cursor, [item.visit for item in last.values()])


def _write(cursor: CursorWrapper, actor: Actor, items: Collection[_Decided]) -> None:
    """Visits that are not stored yet, their evidence and their months: few enough for one call with everything."""
    ids = iter(new_ids(2 * len(items)))
    rows = [
        {
            **dict(zip(_WRITTEN, _row(next(ids), item), strict=True)),
            "digest": item.digest.hex(),
            "month_id": next(ids),
        }
        for item in items
    ]
    cursor.execute("SELECT visits_write(%s, %s::jsonb)", [actor.account_id, to_json(rows).decode()])


def _row(evidence: UUID, item: _Decided) -> tuple[Any, ...]:
    visit, position = item.visit, item.visit.position
    return (
        evidence,
        item.digest,
        visit.revision,
        *_fields(visit),
        visit.advice_check.value if visit.advice_check else "",
        position.lat if position else None,
        position.lon if position else None,
        position.accuracy_m if position else None,
        visit.position_missing.value if visit.position_missing else "",
    )


def _tick(cursor: CursorWrapper, visits: Sequence[VisitInput]) -> None:
    ticked = [(visit, seen) for visit in visits for seen in visit.assets]
    if not ticked:
        return
    rows = [
        (new, visit.id, visit.enterprise_id, seen.asset_id, seen.state.value, seen.photo, visit.occurred_on)
        for new, (visit, seen) in zip(new_ids(len(ticked)), ticked, strict=True)
    ]
    head, values = _source(cursor, "ticked", sql.ASSET_COLUMNS, rows)
    cursor.execute(head + sql.UPSERT_ASSETS, values)


def _source(
    cursor: CursorWrapper, name: str, columns: Mapping[str, str], rows: Sequence[tuple[Any, ...]]
) -> tuple[str, list[Any]]:
    """What stands before a statement that reads the rows as table ``name``, and its values.

    A phone's few rows come along as JSON: making a temporary table costs more than they do.
    """
    if len(rows) > FEW * 2:
        stage(cursor, name, columns, rows)
        return "", []
    listed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
    told = [dict(zip(columns, row, strict=True)) for row in rows]
    values = json.dumps(told, default=lambda value: f"\\x{value.hex()}" if isinstance(value, bytes) else str(value))
    return f'WITH "{name}" AS (SELECT * FROM jsonb_to_recordset(%s::jsonb) AS r({listed})) ', [values]


def _months(cursor: CursorWrapper, kept: Sequence[VisitInput], held: Mapping[UUID, Existing]) -> list[tuple[Any, ...]]:
    """Every month that the kept visits touch, computed again; also those that an edited visit leaves.

    Here and not in SQL: right after a bulk load the planner knows nothing of the new rows and loops over them.
    """
    wanted = {visit.enterprise_id for visit in kept} | {held[visit.id].enterprise_id for visit in kept}
    cursor.execute(sql.VISITS_OF_ENTERPRISES, [list(wanted)])
    new = {visit.id for visit in kept}
    latest: dict[tuple[UUID, date], tuple[Any, ...]] = {}
    counts: Counter[tuple[UUID, date]] = Counter()
    touched: set[tuple[UUID, date]] = set()
    every = [(row, row[1] in new) for row in cursor.fetchall()]
    every += [
        (
            (
                v.enterprise_id,
                v.id,
                v.occurred_on,
                v.production_days,
                v.turnover_idr,
                v.cost_idr,
                v.income_idr,
                v.workers,
            ),
            False,
        )
        for v in kept
    ]
    touched.update((visit.enterprise_id, month_of(visit.occurred_on)) for visit in kept)
    for row, replaced in every:
        key = row[0], month_of(row[2])
        if replaced:
            touched.add(key)
            continue
        counts[key] += 1
        best = latest.get(key)
        if best is None or (row[2], row[1]) > (best[2], best[1]):
            latest[key] = row
    nothing = (None,) * 5
    return [(*key, counts[key], *(latest[key][3:] if key in latest else nothing)) for key in sorted(touched)]


def _hold(cursor: CursorWrapper, actor: Actor, decided: Sequence[_Decided]) -> None:
    aside = [item for item in decided if item.outcome in _HELD]
    if not aside:
        return
    office = actor.office or None
    if office is None and any(item.outcome is Outcome.WAITING for item in aside):
        # Nobody's office would ever look at it: better refused now than lost.
        raise Problem("outside_scope")
    stage(
        cursor,
        "aside",
        {
            "id": "uuid",
            "visit_id": "uuid",
            "enterprise_id": "uuid",
            "outcome": "text",
            "flaws": "jsonb",
            "body": "jsonb",
            "digest": "bytea",
        },
        (
            (
                new,
                item.visit.id,
                item.visit.enterprise_id,
                item.outcome.value,
                json.dumps([[flaw.field, flaw.code] for flaw in item.flaws]),
                json.dumps(_body(item.visit), default=str),
                item.digest,
            )
            for new, item in zip(new_ids(len(aside)), aside, strict=True)
        ),
    )
    cursor.execute(sql.INSERT_HELD, {"area": actor.lo, "office": office, "account": actor.account_id})


def _body(visit: VisitInput) -> dict[str, Any]:
    return {name: getattr(visit, name) for name in (*rules.CONTENT, "next_step", "same_as_last", "revision")}


@transaction.atomic
def resolve_held(
    *, actor: Actor, held_id: UUID, accept: bool, reason: str, corrections: Mapping[str, Any] | None = None
) -> Outcome | None:
    """Decide about a visit that was kept aside: take it in, with ``corrections`` by field, or drop it. Audited.

    What is taken in where a visit stands under the same id is a later edit of it and stays with that visit's mentor.
    Returns the outcome of what was accepted. Raises ``not_found`` where it is not open in the scope,
    ``visit_needs_reason``, ``visit_invalid`` and ``visit_still_waits``.
    """
    require(actor, "mentor.assign")
    if not reason.strip():
        raise Problem("visit_needs_reason")
    rows = fetch(
        """
        UPDATE visits_heldvisit SET resolved_on = %s, resolution = %s WHERE id = %s AND resolved_on IS NULL
        RETURNING visit_id, body::text
        """,
        [clock.today(), "accepted" if accept else "dropped", held_id],
    )
    if not rows:
        raise Problem("not_found")
    record(
        actor=actor, name="visits.held_resolved", subject_kind="held_visit", subject_id=held_id,
        reason=reason.strip(), accepted=accept, corrected=sorted(corrections or {}),
    )  # fmt: skip
    if not accept:
        return None
    visit = replace(held_input(json.loads(rows[0][1])), **(corrections or {}))
    with connection.cursor() as cursor:
        known = _existing(cursor, [visit]).get(visit.id)
    if known is not None:
        visit = replace(visit, revision=known.revision + 1, mentor_id=known.mentor_id)
    # Deciding is looking after mentors; what is taken in is the mentor's visit.
    decider = actor.with_(permissions=actor.permissions | {"visit.record"})
    outcomes = record_visits_many(actor=decider, visits=[visit])
    outcome = outcomes.by_id[visit.id]
    if outcome is Outcome.INVALID:
        raise Problem("visit_invalid", fields=[flaw.field for flaw in outcomes.flaws[visit.id]])
    if outcome in _HELD:
        raise Problem("visit_still_waits")
    return outcome
