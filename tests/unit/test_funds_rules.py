"""Schedules of DOMAIN 5, settlement, arrears and the queue."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from berdaya.funds.rules import add_months, ageing, arrears, flat_fee, schedule, settle, split_evenly, turn_queue
from berdaya.funds.types import Arrears, InstalmentState, MemberTurns

DAY = date(2024, 9, 30)
TURN = UUID(int=1)


def test_worked_case_without_fee_leaves_the_rest_to_the_last() -> None:
    assert [row.amount_idr for row in schedule(1_000, 6, DAY)] == [167] * 5 + [165]


def test_worked_case_that_divides_evenly() -> None:
    assert [row.amount_idr for row in schedule(400, 4, DAY)] == [100] * 4


def test_worked_case_with_flat_fee() -> None:
    fee = flat_fee(5_000, 12, 18)
    rows = schedule(5_000, 18, DAY, fee)
    assert fee == 900
    assert [(row.principal_idr, row.fee_idr) for row in rows] == [(278, 50)] * 17 + [(274, 50)]
    assert [row.amount_idr for row in rows] == [328] * 17 + [324]


def test_fixed_fee_is_split_like_the_principal() -> None:
    rows = schedule(1_000_000, 10, DAY, 50_000)
    assert {row.amount_idr for row in rows} == {105_000}


@given(st.integers(0, 10**12), st.integers(1, 120))
def test_parts_are_whole_never_negative_and_add_up(total: int, parts: int) -> None:
    shares = split_evenly(total, parts)
    assert len(shares) == parts
    assert sum(shares) == total
    assert min(shares) >= 0


def test_due_days_keep_to_the_end_of_short_months() -> None:
    assert [add_months(date(2024, 1, 31), months) for months in (1, 3, 12)] == [
        date(2024, 2, 29), date(2024, 4, 30), date(2025, 1, 31),
    ]  # fmt: skip


def test_payments_fill_the_oldest_instalment_first() -> None:
    due = [(1, 100), (2, 100), (3, 100)]
    paid = settle(due, [(date(2024, 11, 3), 120), (date(2024, 10, 1), 30)])
    assert [(row.paid_idr, row.paid_on) for row in paid] == [(100, date(2024, 11, 3)), (50, None), (0, None)]
    with pytest.raises(ValueError, match="more than is due"):
        settle(due, [(DAY, 301)])


@given(
    st.lists(st.integers(1, 1_000), min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(0, 400), st.integers(1, 500)), max_size=12),
)
def test_settlement_adds_up_whatever_the_order(due: list[int], payments: list[tuple[int, int]]) -> None:
    rows = list(enumerate(due, start=1))
    days = [(DAY + timedelta(days=offset), amount) for offset, amount in payments]
    if sum(amount for _, amount in days) > sum(due):
        return
    forward, backward = settle(rows, days), settle(rows, days[::-1])
    assert sum(row.paid_idr for row in forward) == sum(amount for _, amount in days)
    assert [row.paid_idr for row in forward] == [row.paid_idr for row in backward]
    assert all(row.paid_idr <= amount for row, amount in zip(forward, due, strict=True))


def state(number: int, due_on: date, paid: int) -> InstalmentState:
    return InstalmentState(TURN, number, due_on, 100, 0, paid)


def test_arrears_count_from_the_oldest_open_instalment_and_not_on_the_due_day() -> None:
    rows = [state(1, date(2024, 10, 30), 100), state(2, date(2024, 11, 30), 40), state(3, date(2024, 12, 30), 0)]
    assert arrears(TURN, rows, date(2024, 11, 30)) == Arrears(TURN, 0, 0, 160)
    assert arrears(TURN, rows, date(2024, 12, 31)) == Arrears(TURN, 160, 31, 160)


def test_ageing_puts_the_whole_open_debt_of_a_turn_into_one_bucket() -> None:
    found = ageing([Arrears(TURN, 0, 0, 300), Arrears(TURN, 10, 30, 100), Arrears(TURN, 50, 31, 100)])
    assert found.buckets == {"current": 300, "1-30": 100, "31-60": 100, "61-90": 0, "over-90": 0}
    assert found.par30 == pytest.approx(0.2)
    assert ageing([]).par30 == 0


def test_queue_lets_those_without_a_turn_go_first_and_leaves_debtors_out() -> None:
    members = [
        MemberTurns(UUID(int=1), 1, turns=1, last_on=date(2024, 10, 1)),
        MemberTurns(UUID(int=2), 2, turns=0),
        MemberTurns(UUID(int=3), 3, turns=0, in_arrears=True),
        MemberTurns(UUID(int=4), 4, turns=1, last_on=date(2024, 9, 1)),
        MemberTurns(UUID(int=5), 5, turns=1, has_open_turn=True),
    ]
    assert [member.number for member in turn_queue(members)] == [2, 4, 1]
