"""Revolving capital without a database: schedules, settlement, arrears, the queue for the next turn."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from berdaya.funds.types import Ageing, Arrears, DueInstalment, InstalmentState, MemberTurns, Moved, Settled

BUCKETS = (("current", 0), ("1-30", 30), ("31-60", 60), ("61-90", 90), ("over-90", None))


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last day where the month is shorter (31 January + 1 = 28 February)."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def split_evenly(total: int, parts: int) -> list[int]:
    """Equal whole parts, each rounded half up, the rest on the last; no part is negative.

    1,000 in 6 -> 167 five times, then 165 (Fineract's case). Where rounding up would use the total before the last part
    (9 in 6), the part that crosses it takes what is left and the later ones are 0.
    """
    if total < 0 or parts < 1:
        raise ValueError("a schedule needs at least one instalment and no negative amount")
    usual = (2 * total + parts) // (2 * parts)
    shares, left = [], total
    for _ in range(parts - 1):
        share = min(usual, left)
        shares.append(share)
        left -= share
    return [*shares, left]


def flat_fee(principal: int, yearly_percent: float, months: int) -> int:
    """Flat service fee (jasa) in rupiah over all months, rounded half up: 5,000 at 12 % over 18 months -> 900."""
    return int(principal * yearly_percent * months / 1200 + 0.5)


def schedule(principal: int, instalments: int, opened_on: date, fee: int = 0) -> list[DueInstalment]:
    """Monthly instalments from the month after `opened_on`; principal and fee are each split evenly.

    `fee` is the whole fee of the turn: 0, a fixed sum, or :func:`flat_fee`. Worked cases stand in the tests.
    """
    principals, fees = split_evenly(principal, instalments), split_evenly(fee, instalments)
    return [
        DueInstalment(number, add_months(opened_on, number), principals[number - 1], fees[number - 1])
        for number in range(1, instalments + 1)
    ]


def settle(due: Sequence[tuple[int, int]], payments: Iterable[tuple[date, int]]) -> list[Settled]:
    """Lays payments (day, rupiah) in order of day on instalments (number, rupiah), oldest first.

    Raises ValueError where more is paid than is due: such a payment must be refused before.
    """
    waiting = sorted(payments, key=lambda payment: payment[0])
    left = sum(amount for _, amount in waiting)
    if left > sum(amount for _, amount in due):
        raise ValueError("paid more than is due")
    settled, index, purse, day = [], 0, 0, None
    for number, amount in due:
        while purse < amount and index < len(waiting):
            day, paid = waiting[index]
            purse += paid
            index += 1
        share = min(purse, amount)
        purse -= share
        settled.append(Settled(number, share, day if share == amount and amount > 0 else None))
    return settled


def arrears(turn: UUID, instalments: Iterable[InstalmentState], as_of: date) -> Arrears:
    """What is overdue on `as_of`; an instalment due that very day is not yet overdue."""
    rows = list(instalments)
    late = [row for row in rows if row.due_on < as_of and row.open_idr > 0]
    return Arrears(
        turn=turn,
        overdue_idr=sum(row.open_idr for row in late),
        days=max(((as_of - row.due_on).days for row in late), default=0),
        open_idr=sum(row.open_idr for row in rows),
    )


def ageing(turns: Iterable[Arrears]) -> Ageing:
    """Open rupiah of turns by their oldest overdue day; PAR30 is the share of turns more than 30 days late."""
    buckets = {name: 0 for name, _ in BUCKETS}
    for turn in turns:
        name = next(name for name, limit in BUCKETS if limit is None or turn.days <= limit)
        buckets[name] += turn.open_idr
    total = sum(buckets.values())
    late = sum(amount for name, amount in buckets.items() if name not in {"current", "1-30"})
    return Ageing(open_idr=total, buckets=buckets, par30=late / total if total else 0.0)


def turn_queue(members: Iterable[MemberTurns]) -> list[MemberTurns]:
    """Who is next: fewest turns, then the longest wait, then the member's number.

    Members with a turn open or in arrears are left out (DOMAIN 5: no new turn while in arrears).
    """
    free = [member for member in members if not member.has_open_turn and not member.in_arrears]
    return sorted(free, key=lambda member: (member.turns, member.last_on or date.min, member.number))


MATCH_DAYS = 5


def match_bank(
    book: Sequence[Moved], bank: Sequence[Moved], days: int = MATCH_DAYS
) -> tuple[list[tuple[Moved, Moved]], list[Moved], list[Moved]]:
    """Pairs of book and bank rows of the same amount at most `days` apart, nearest first; then what is left of each.

    Every row is used once. Equal distance is settled by day, then id, so that the same rows always give the same pairs.
    """
    chances = sorted(
        (abs((mine.occurred_on - theirs.occurred_on).days), mine.occurred_on, mine.id, theirs.id, at, on)
        for at, mine in enumerate(book)
        for on, theirs in enumerate(bank)
        if mine.amount_idr == theirs.amount_idr and abs((mine.occurred_on - theirs.occurred_on).days) <= days
    )
    used_book: set[int] = set()
    used_bank: set[int] = set()
    pairs = []
    for *_, at, on in chances:
        if at not in used_book and on not in used_bank:
            used_book.add(at)
            used_bank.add(on)
            pairs.append((book[at], bank[on]))
    return (
        sorted(pairs, key=lambda pair: (pair[1].occurred_on, pair[1].id)),
        [row for at, row in enumerate(book) if at not in used_book],
        [row for on, row in enumerate(bank) if on not in used_bank],
    )


def par(turns: Iterable[Arrears], days: int) -> float:
    """Portfolio at risk: the share (0 to 1) of open rupiah in turns at least `days` late, by their oldest open row."""
    rows = list(turns)
    total = sum(turn.open_idr for turn in rows)
    return sum(turn.open_idr for turn in rows if turn.days >= days) / total if total else 0.0
