"""When goods that were given count as working capital; worked by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from berdaya.enterprises.rules.capital import CapitalEvidence, Turning, times_turned, turning


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ((1_000_000, 4_000_000, 6_000_000, 300_000, 20, 50_000, 1), Turning.TURNED),
        ((1_000_000, 1_000_000, 1_000_000, None, 1, 50_000, 1), Turning.TURNED),
        ((1_000_000, 0, 2_000_000, 0, 6, 50_000, 1), Turning.USED_UP),
        ((1_000_000, 2_000_000, 400_000, 0, 6, 50_000, 1), Turning.USED_UP),
        ((1_000_000, 100_000, 200_000, 500_000, 2, 50_000, 1), Turning.THERE),
        ((1_000_000, 100_000, 200_000, 499_999, 2, 50_000, 1), Turning.USED_UP),
        ((1_000_000, 0, 0, None, 0, 50_000, 0), Turning.UNKNOWN),
        ((1_000_000, 4_000_000, 6_000_000, 0, 20, 0, 3), Turning.STOPPED),
        ((1_000_000, 4_000_000, 6_000_000, 0, 20, 0, 0), Turning.UNKNOWN),
        ((0, 500_000, 500_000, 0, 4, 50_000, 1), Turning.UNKNOWN),
    ],
)
def test_what_became_of_the_goods(figures: tuple[int, int, int, int | None, int, int, int], expected: Turning) -> None:
    assert turning(CapitalEvidence(*figures)) is expected


def test_how_often_the_goods_were_bought_anew() -> None:
    assert times_turned(CapitalEvidence(800_000, 2_000_000, 0, None, 3)) == 2.5
    assert times_turned(CapitalEvidence(0, 2_000_000, 0, None, 3)) == 0.0


@given(
    given_idr=st.integers(1, 10**8), cost=st.integers(0, 10**9), sold=st.integers(0, 10**9), more=st.integers(0, 10**8)
)
def test_more_sales_never_make_it_worse(given_idr: int, cost: int, sold: int, more: int) -> None:
    order = [Turning.USED_UP, Turning.TURNED]
    before = turning(CapitalEvidence(given_idr, cost, sold, None, 1, 1, 1))
    after = turning(CapitalEvidence(given_idr, cost, sold + more, None, 1, 1, 1))
    assert order.index(after) >= order.index(before)
