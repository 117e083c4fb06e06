"""Whether what people read of a fund (events, schedules, names of accounts) is what the chain of its book holds.

The chain proves the transfers; it covers ids only. Who can write the tables could also rename an account, change the
event beside a transfer, or mark an instalment as paid: each is compared with the transfers here, and named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from uuid import UUID

from berdaya.funds import accounts
from berdaya.kernel.bulk import fetch
from berdaya.kernel.ids import stable_id
from berdaya.kernel.scope import Actor
from berdaya.ledger.types import Fault, FaultKind

# Transfers of a fund's book whose event is not written down: the first of each.
_GONE = """
    SELECT t.book_id, min(t.seq), t.event_id FROM ledger_transfer t
    WHERE t.book_id IN (SELECT f.book_id FROM funds_fund f)
      AND NOT EXISTS (SELECT 1 FROM funds_cashevent e WHERE e.id = t.event_id)
    GROUP BY t.book_id, t.event_id
"""
# Events that moved nothing in their own fund's book. A member's part of a share-out stands beside what moved it.
_EXTRA = """
    SELECT f.book_id, 0, e.id FROM funds_cashevent e JOIN funds_fund f ON f.id = e.fund_id
    WHERE NOT (e.kind = 'share_out' AND e.membership_id IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM ledger_transfer t WHERE t.event_id = e.id AND t.book_id = f.book_id)
"""
# Events whose day, kind, unit, member or amount is not that of their transfers.
_ALTERED = """
    SELECT f.book_id, min(t.seq), e.id
    FROM funds_cashevent e JOIN funds_fund f ON f.id = e.fund_id
    JOIN ledger_transfer t ON t.event_id = e.id AND t.book_id = f.book_id
    JOIN ledger_account d ON d.id = t.debit_id JOIN ledger_account c ON c.id = t.credit_id
    LEFT JOIN groups_membership m ON m.id = e.membership_id
    GROUP BY f.book_id, e.id, m.number
    HAVING bool_or(t.occurred_on <> e.occurred_on) OR NOT bool_or(t.unit = e.unit)
      -- A first kid may be the keeper's alone.
      OR NOT bool_or(t.code = e.kind OR (e.kind = 'birth' AND t.code = 'birth.own'))
      OR bool_or(coalesce(substring(d.code FROM ':([0-9]+)$'), substring(c.code FROM ':([0-9]+)$'))
                 IS DISTINCT FROM m.number::text
                 AND (d.code ~ ':[0-9]+$' OR c.code ~ ':[0-9]+$')
                 AND (m.number IS NOT NULL OR e.kind NOT IN ('share_out', 'opening', 'reversal')))
      OR (e.kind = 'birth' AND sum(t.amount) <> e.amount)
      OR (e.kind NOT IN ('birth', 'share_out', 'opening')
          AND coalesce(sum(t.amount) FILTER (WHERE t.code = e.kind AND t.unit = e.unit), 0) <> e.amount)
      OR (e.kind = 'share_out'
          AND coalesce(sum(t.amount) FILTER (WHERE t.code IN ('share_out', 'share_out.gain')), 0) <> e.amount)
"""
# What a share-out paid, in the order of the book: to whom out of savings, and the gain that follows it.
_PAID_OUT = """
    SELECT t.book_id, t.event_id, t.seq, t.code, t.amount, t.occurred_on,
      substring(d.code FROM '^saving:([0-9]+)$')::int
    FROM funds_cashevent e JOIN ledger_transfer t ON t.event_id = e.id JOIN ledger_account d ON d.id = t.debit_id
    WHERE e.kind = 'share_out' AND t.code IN ('share_out', 'share_out.gain')
    ORDER BY t.book_id, t.seq
"""
_PARTS = """
    SELECT f.book_id, e.id, e.amount, m.number, e.occurred_on FROM funds_cashevent e
    JOIN funds_fund f ON f.id = e.fund_id JOIN groups_membership m ON m.id = e.membership_id
    WHERE e.kind = 'share_out'
"""
# Turns whose amount is not that of the event which paid them out.
_TURNS = """
    SELECT f.book_id, 0, e.id FROM funds_cashevent e JOIN funds_fund f ON f.id = e.fund_id
    JOIN funds_turn t ON t.id = e.turn_id WHERE e.kind = 'turn' AND t.amount_idr <> e.amount
"""
# What is open of a member's schedules, beside what she owes by the book.
_SCHEDULES = """
    SELECT a.book_id, a.id FROM ledger_account a JOIN funds_fund f ON f.book_id = a.book_id
    LEFT JOIN groups_membership m ON m.group_id = f.group_id AND a.code = 'debt:' || m.number
    WHERE starts_with(a.code, 'debt:') AND a.balance <> coalesce((
      SELECT sum(i.principal_idr + i.fee_idr - i.paid_idr) FROM funds_turn t
      JOIN funds_instalment i ON i.turn_id = t.id AND i.plan = t.plan
      WHERE t.fund_id = f.id AND t.membership_id = m.id AND t.closed_on IS NULL), 0)
"""
# Animals by the contracts of their keepers, beside those by the book.
_KEEPINGS = """
    SELECT f.book_id, min(a.id::text)::uuid FROM funds_fund f JOIN funds_keeping k ON k.fund_id = f.id
    JOIN groups_membership m ON m.id = k.membership_id
    JOIN ledger_account a ON a.book_id = f.book_id AND a.code = 'kept:' || k.unit || ':' || m.number
    GROUP BY f.book_id, k.unit, m.number
    HAVING (SELECT sum(k2.given + k2.born - k2.returned - k2.lost) FROM funds_keeping k2
            JOIN groups_membership m2 ON m2.id = k2.membership_id
            JOIN funds_fund f2 ON f2.id = k2.fund_id
            WHERE f2.book_id = f.book_id AND k2.unit = k.unit AND m2.number = m.number)
        <> (SELECT sum(h.balance) FROM ledger_account h WHERE h.book_id = f.book_id
            AND h.code IN ('kept:' || k.unit || ':' || m.number, 'own:' || k.unit || ':' || m.number))
"""
# Books of groups whose fund is gone, or belongs to another group.
_FUNDS = """
    SELECT b.id FROM ledger_book b LEFT JOIN funds_fund f ON f.book_id = b.id
    WHERE b.group_id IS NOT NULL AND f.group_id IS DISTINCT FROM b.group_id
"""
_ACCOUNTS = """
    SELECT a.book_id, a.id, a.code, a.floor, a.ceiling FROM ledger_account a JOIN funds_fund f ON f.book_id = a.book_id
"""


def examine_funds(*, actor: Actor) -> dict[UUID, tuple[Fault, ...]]:  # noqa: ARG001
    """Book -> every place where events, schedules, keepings or accounts of the funds that the scope shows disagree.

    Run it in one snapshot, beside :func:`berdaya.ledger.selectors.examine_books`.
    """
    found: defaultdict[UUID, list[Fault]] = defaultdict(list)
    for kind, sql in (
        (FaultKind.EVENT_GONE, _GONE),
        (FaultKind.EVENT_EXTRA, _EXTRA),
        (FaultKind.EVENT_ALTERED, _ALTERED),
        (FaultKind.EVENT_ALTERED, _TURNS),
    ):
        for book, seq, event in fetch(sql):
            found[book].append(Fault(kind, seq, event=event))
    for book, fault in _parts():
        found[book].append(fault)
    for kind, sql in ((FaultKind.SCHEDULE, _SCHEDULES), (FaultKind.SCHEDULE, _KEEPINGS)):
        for book, account in fetch(sql):
            found[book].append(Fault(kind, 0, account))
    for book, account in _renamed():
        found[book].append(Fault(FaultKind.ACCOUNT, 0, account))
    for (book,) in fetch(_FUNDS):
        found[book].append(Fault(FaultKind.FUND, 0))
    return {book: tuple(faults) for book, faults in found.items()}


def _parts() -> Iterator[tuple[UUID, Fault]]:
    """Members' parts of a share-out that are not what the chain paid her; a part's id follows from event and number."""
    paid: defaultdict[UUID, int] = defaultdict(int)
    first: dict[UUID, tuple[UUID, int, int, date]] = {}
    last: dict[UUID, UUID] = {}
    for book, event, seq, code, amount, day, number in fetch(_PAID_OUT):
        part = stable_id("share", event, number) if code == "share_out" else last.get(event, event)
        last[event] = part
        paid[part] += amount
        first.setdefault(part, (book, seq, number, day))
    for book, part, amount, number, day in fetch(_PARTS):
        if part not in paid:
            yield book, Fault(FaultKind.EVENT_EXTRA, 0, event=part)
        elif (paid.pop(part), *first[part][2:]) != (amount, number, day):
            yield book, Fault(FaultKind.EVENT_ALTERED, first[part][1], event=part)
    for part in paid:
        yield first[part][0], Fault(FaultKind.EVENT_GONE, first[part][1], event=part)


def _renamed() -> Iterator[tuple[UUID, UUID]]:
    """Accounts whose code or limits are not those they were opened with: the id follows from book and code."""
    for book, account, code, floor, ceiling in fetch(_ACCOUNTS):
        if account != stable_id("account", book, code) or (floor, ceiling) != accounts.limits(code):
            yield book, account
