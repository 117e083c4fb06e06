"""How much of a pledge is due when, and where it stands; worked by hand and over every day of two years."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from berdaya.market.pledge_rules import due, periods, promised, state
from berdaya.market.types import Every, PledgeState, PledgeTerms

WEEKLY = PledgeTerms(200, Every.WEEK, date(2025, 1, 1), date(2025, 12, 31))
QUARTERLY = PledgeTerms(300, Every.QUARTER, date(2025, 1, 1), date(2025, 9, 30))
ONCE = PledgeTerms(40, Every.ONCE, date(2024, 7, 1), date(2024, 8, 15))
ENDLESS = PledgeTerms(25, Every.MONTH, date(2026, 1, 31))


@pytest.mark.parametrize(
    ("terms", "as_of", "units"),
    [
        (WEEKLY, date(2024, 12, 31), 0),
        (WEEKLY, date(2025, 1, 6), 0),
        (WEEKLY, date(2025, 1, 7), 200),
        (WEEKLY, date(2027, 1, 1), 10_400),
        (QUARTERLY, date(2025, 3, 30), 0),
        (QUARTERLY, date(2025, 3, 31), 300),
        (QUARTERLY, date(2026, 10, 31), 900),
        (ONCE, date(2024, 8, 14), 0),
        (ONCE, date(2024, 8, 15), 40),
        (ENDLESS, date(2026, 2, 27), 0),
        (ENDLESS, date(2026, 3, 2), 25),
    ],
)
def test_what_is_due_on_a_day(terms: PledgeTerms, as_of: date, units: int) -> None:
    assert due(terms, as_of) == units


def test_what_is_promised_in_all() -> None:
    assert [promised(terms) for terms in (WEEKLY, QUARTERLY, ONCE, ENDLESS)] == [10_400, 900, 40, None]
    assert promised(PledgeTerms(7, Every.MONTH, date(2026, 1, 1), date(2026, 1, 5))) == 7, "a short one is one period"


@pytest.mark.parametrize(
    ("terms", "delivered", "as_of", "expected"),
    [
        (WEEKLY, 0, date(2024, 12, 1), PledgeState.TO_COME),
        (WEEKLY, 0, date(2025, 1, 5), PledgeState.RUNNING),
        (WEEKLY, 199, date(2025, 1, 7), PledgeState.BEHIND),
        (WEEKLY, 200, date(2025, 1, 7), PledgeState.RUNNING),
        (WEEKLY, 10_399, date(2026, 5, 1), PledgeState.BEHIND),
        (WEEKLY, 10_400, date(2025, 12, 1), PledgeState.KEPT),
        (ONCE, 39, date(2026, 1, 1), PledgeState.BEHIND),
        (ENDLESS, 10**6, date(2026, 9, 1), PledgeState.RUNNING),
    ],
)
def test_where_a_pledge_stands(terms: PledgeTerms, delivered: int, as_of: date, expected: PledgeState) -> None:
    assert state(terms, delivered, as_of) is expected


def test_nothing_falls_due_after_a_pledge_was_closed() -> None:
    closed = PledgeTerms(200, Every.WEEK, date(2025, 1, 1), date(2025, 12, 31), closed_on=date(2025, 1, 15))
    assert due(closed, date(2025, 12, 31)) == 400
    assert state(closed, 100, date(2025, 12, 31)) is PledgeState.CLOSED
    assert state(closed, 10_400, date(2025, 12, 31)) is PledgeState.KEPT


@given(
    every=st.sampled_from(Every), length=st.integers(0, 800), quantity=st.integers(1, 500), begin=st.integers(0, 400)
)
def test_due_never_falls_and_ends_at_what_was_promised(every: Every, length: int, quantity: int, begin: int) -> None:
    start = date(2024, 1, 1) + timedelta(days=begin)
    terms = PledgeTerms(quantity, every, start, start + timedelta(days=length))
    days = [start + timedelta(days=n) for n in range(-5, length + 40, 3)]
    amounts = [due(terms, day) for day in days]
    whole = promised(terms)
    assert amounts == sorted(amounts)
    assert whole is not None
    assert amounts[-1] <= whole
    assert whole == max(amounts[-1], quantity)
    assert periods(terms, start - timedelta(days=1)) == 0
