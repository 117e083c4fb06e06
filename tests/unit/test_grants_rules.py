"""Goods add up: every rupiah of every line has its source."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from berdaya.grants.rules import ceiling_of, confirmed_state, split_by_shares
from berdaya.grants.types import Confirmed

shares = st.lists(st.integers(0, 1000), min_size=1, max_size=5).filter(any).map(lambda row: [n / 1000 for n in row])


@given(st.integers(0, 10**12), shares)
def test_parts_add_up_and_stay_within_one_rupiah_of_their_share(amount: int, weights: list[float]) -> None:
    parts = split_by_shares(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - amount * weight / sum(weights)) < 1.001
        assert part >= 0
        if weight == 0:
            assert part == 0


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=30), shares)
def test_sums_by_source_are_the_sum_of_all_lines(lines: list[int], weights: list[float]) -> None:
    by_source = [sum(column) for column in zip(*(split_by_shares(line, weights) for line in lines), strict=True)]
    assert sum(by_source) == sum(lines)


def test_a_tie_goes_to_the_earlier_source_and_decimals_are_taken_as_written() -> None:
    assert split_by_shares(1, [0.5, 0.5]) == [1, 0]
    assert split_by_shares(10, [0.7, 0.3]) == [7, 3]
    assert split_by_shares(100, [1 / 3, 1 / 3, 1 / 3]) == [34, 33, 33]
    with pytest.raises(ValueError, match="positive shares"):
        split_by_shares(1, [0.0])


def test_ceiling_per_member_follows_the_group() -> None:
    assert ceiling_of(2_000_000, "member", 9) == 18_000_000
    assert ceiling_of(1_600_000, "group", 9) == 1_600_000
    assert ceiling_of(None, "household", 1) is None


def test_silence_is_no_yes_and_the_latest_word_counts() -> None:
    assert confirmed_state([]) is Confirmed.UNCONFIRMED
    assert confirmed_state([(date(2024, 9, 5), True)]) is Confirmed.COMPLETE
    assert confirmed_state([(date(2024, 9, 9), False), (date(2024, 9, 5), True)]) is Confirmed.DISPUTED
