"""Payments and meetings in which nothing is unusual: one call that looks and writes under the book's lock.

Nothing is decided here. `sql/pay.sql` answers null, with nothing written, wherever any rule of
:mod:`berdaya.funds.services.payments` or :mod:`berdaya.funds.services.meetings` might say no or something else is to be
done first; the callers then go the whole way, which names the problem.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from berdaya.funds.types import EventKind, MeetingDraft, Payment, Presence, Source
from berdaya.funds.wire import meeting_json
from berdaya.kernel import clock
from berdaya.kernel.ids import new_id, new_ids
from berdaya.kernel.scope import Actor
from berdaya.ledger.services import uuids
from berdaya.ledger.types import IDR

PLAIN = frozenset({EventKind.SAVING, EventKind.INSTALMENT, EventKind.IKS, EventKind.FINE, EventKind.FEE})
MOST = 1_000
"""More than this in one call would hold the books too long; a programme's years of payments go the other way."""
WITNESSES = 2
PAY = (
    "SELECT funds_pay(%s, %s::uuid[], %s::uuid[], %s::text[], %s::date[], %s::bigint[], %s::text[], %s::uuid[], %s, %s)"
)
MEET = (
    "SELECT funds_meet(%s, %s::uuid[], %s::uuid[], %s::text[], %s::date[], %s::bigint[], %s, %s, %s, %s::jsonb, %s, %s,"
    " %s, %s, %s, %s, %s, %s::jsonb, %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::uuid[], %s::boolean[])"
)


def pay(actor: Actor, payments: Sequence[Payment]) -> bool:
    """Take all payments, of members of any groups; False where one of them is unusual, and then none is taken."""
    today = clock.today()
    if actor.account_id is None or not 0 < len(payments) <= MOST or not _are_plain(payments):
        return False
    ordered = sorted(payments, key=lambda payment: payment.occurred_on)
    if ordered[-1].occurred_on > today:
        return False
    return bool(
        _call(
            PAY,
            [
                ordered[0].fund,
                *_arrays(ordered),
                [payment.note for payment in ordered] if any(payment.note for payment in ordered) else _blank(ordered),
                uuids(new_ids(len(ordered))),
                "funds.payments_recorded",
                clock.now(),
            ],
        )
    )


def _are_plain(payments: Sequence[Payment]) -> bool:
    fund = payments[0].fund
    return all(
        payment.kind in PLAIN and type(payment.amount_idr) is int and payment.amount_idr > 0 and payment.fund == fund
        for payment in payments
    )


def meet(actor: Actor, draft: MeetingDraft, payments: Sequence[Payment]) -> bool:
    """Post the whole meeting; False where anything is unusual, and then nothing of it is kept."""
    if actor.account_id is None or not 0 < len(payments) <= MOST or not _is_plain(draft) or not _are_plain(payments):
        return False
    lines, confirmed = draft.lines, set(draft.confirmed_by)
    body = {"meeting": str(draft.id), "events": len(payments)}
    cash = _call(
        MEET,
        [
            draft.fund,
            *_arrays(payments),
            new_id(),
            "funds.meeting_posted",
            clock.now(),
            json.dumps(body),
            draft.id,
            draft.held_on,
            draft.place,
            draft.note,
            draft.source.value,
            draft.counted_idr,
            draft.seen_seq,
            json.dumps(meeting_json(draft)),
            uuids(new_ids(len(lines))),
            uuids(line.membership for line in lines),
            _literal(line.presence.value for line in lines),
            [line.signed for line in lines],
            uuids(line.file_id for line in lines),
            _literal("t" if line.membership in confirmed else "f" for line in lines),
        ],
    )
    return cash is not None


def _is_plain(draft: MeetingDraft) -> bool:
    named = {line.membership for line in draft.lines}
    return (
        not draft.turns
        and draft.unit == IDR
        and draft.held_on <= clock.today()
        and any(line.presence is Presence.PRESENT for line in draft.lines)
        and len(named) == len(draft.lines)
        and named.issuperset(draft.confirmed_by)
        and (draft.source is not Source.PAPER or len(set(draft.confirmed_by)) >= WITNESSES)
    )


def _arrays(payments: Sequence[Payment]) -> list[str]:
    return [
        uuids(payment.id for payment in payments),
        uuids(payment.membership for payment in payments),
        _literal(payment.kind.value for payment in payments),
        _literal(payment.occurred_on.isoformat() for payment in payments),
        _literal(str(payment.amount_idr) for payment in payments),
    ]


def _literal(words: Iterable[str]) -> str:
    """An array literal of words that need no quotes."""
    return "{" + ",".join(words) + "}"


def _blank(payments: Sequence[Payment]) -> str:
    return _literal(['""'] * len(payments))


def _call(statement: str, values: Sequence[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return row[0] if row else None
