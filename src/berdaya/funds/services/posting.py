"""Events of one fund, written in one call: transfers, events, schedules and a line of the audit trail."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from berdaya.funds.types import EventKind
from berdaya.kernel import clock
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.ledger.services import arrays_of, refuse, uuids
from berdaya.ledger.types import IDR, TransferDraft

RECORD = (
    "SELECT funds_record(%s, %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::bigint[], %s::text[], %s::date[],"
    " %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::date[], %s::bigint[], %s::text[], %s::text[],"
    " %s::uuid[], %s::uuid, %s::uuid[], %s::bigint[], %s::date[], %s, %s, %s, %s::jsonb)"
)


@dataclass(frozen=True, slots=True)
class EventRow:
    """Satu peristiwa sebagai baris: what people read in the book; its transfers carry its id as their event."""

    id: UUID
    kind: EventKind
    occurred_on: date
    amount: int
    membership: UUID | None = None
    turn: UUID | None = None
    unit: str = IDR
    note: str = ""
    reverses: UUID | None = None


@dataclass(frozen=True, slots=True)
class Fill:
    """A payment that comes after all others of its turn: it fills the oldest open instalments."""

    turn: UUID
    amount: int
    day: date


def write_events(
    *,
    actor: Actor,
    fund: UUID,
    transfers: Sequence[TransferDraft],
    events: Sequence[EventRow],
    name: str,
    body: Mapping[str, object],
    fills: Sequence[Fill] = (),
    meeting: UUID | None = None,
) -> None:
    """Post the transfers and write the events of one fund, all or nothing, in one round trip.

    Event ids must be new: callers look known ones up first, under the book's lock. Raises `not_found` outside the
    scope and what posting raises (`ledger.short` ...); the caller's transaction stays usable then.
    """
    if actor.account_id is None:
        raise Problem("not_allowed", role=actor.role, permission=name)
    with connection.cursor() as cursor:
        cursor.execute(
            RECORD,
            [
                fund,
                *arrays_of(transfers),
                uuids(transfer.reverses for transfer in transfers),
                uuids(event.id for event in events),
                uuids(event.membership for event in events),
                uuids(event.turn for event in events),
                _array(event.kind.value for event in events),
                _array(event.occurred_on.isoformat() for event in events),
                _array(str(event.amount) for event in events),
                [event.unit for event in events],
                [event.note for event in events],
                uuids(event.reverses for event in events),
                meeting,
                uuids(fill.turn for fill in fills),
                _array(str(fill.amount) for fill in fills),
                _array(fill.day.isoformat() for fill in fills),
                new_id(),
                name,
                clock.now(),
                json.dumps(body, default=str),
            ],
        )
        row = cursor.fetchone()
    refuse(row[0] if row else None)


def _array(values: Iterable[str]) -> str:
    return "{" + ",".join(values) + "}"
