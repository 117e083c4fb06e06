"""Rules of pledges: how much is due on a day, how much it is in all, and where a pledge stands."""

from __future__ import annotations

from datetime import date
from typing import Final

from berdaya.market.types import Every, PledgeState, PledgeTerms

DAYS_A_WEEK: Final = 7
MONTHS: Final = {Every.MONTH: 1, Every.QUARTER: 3}
ASK_BEFORE_DAYS: Final = 30
"""So many days before a pledge ends somebody asks the partner what comes after it."""


def periods(terms: PledgeTerms, as_of: date) -> int:
    """Whole periods from the first day up to and with ``as_of``, never beyond the last day.

    A pledge for once is one period, due on its last day, or on its first where it has no last.
    """
    if as_of < terms.starts_on:
        return 0
    if terms.every is Every.ONCE:
        return int(as_of >= (terms.ends_on or terms.starts_on))
    until = min(as_of, terms.ends_on) if terms.ends_on else as_of
    if terms.every is Every.WEEK:
        return ((until - terms.starts_on).days + 1) // DAYS_A_WEEK
    return _months(terms.starts_on, until) // MONTHS[terms.every]


def _months(start: date, until: date) -> int:
    """Whole months from ``start`` through ``until``: 1 January to 31 January is one."""
    after = date.fromordinal(until.toordinal() + 1)
    return (after.year - start.year) * 12 + after.month - start.month - int(after.day < start.day)


def due(terms: PledgeTerms, as_of: date) -> int:
    """Units that should have come by ``as_of``; what a partner withdrew from is not due after that day."""
    last = min(as_of, terms.closed_on) if terms.closed_on else as_of
    return terms.quantity * periods(terms, last)


def promised(terms: PledgeTerms) -> int | None:
    """Units in all; None for a pledge without an end. A last day inside the first period still promises one."""
    if terms.every is Every.ONCE:
        return terms.quantity
    if terms.ends_on is None:
        return None
    return terms.quantity * max(1, periods(terms, terms.ends_on))


def state(terms: PledgeTerms, delivered: int, as_of: date) -> PledgeState:
    """Where the pledge stands; one that was kept in full stays so, whoever closes it."""
    whole = promised(terms)
    if whole is not None and delivered >= whole:
        return PledgeState.KEPT
    if terms.closed_on is not None:
        return PledgeState.CLOSED
    if as_of < terms.starts_on:
        return PledgeState.TO_COME
    over = whole is not None and terms.ends_on is not None and as_of >= terms.ends_on
    return PledgeState.BEHIND if delivered < (whole if over and whole else due(terms, as_of)) else PledgeState.RUNNING
