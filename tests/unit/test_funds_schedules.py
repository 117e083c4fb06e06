"""Schedules against worked cases that others have published, share-outs and the split of offspring."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from berdaya.funds.schedules import plan, share_out, split_offspring
from berdaya.funds.types import Every, Method, Terms

DAY = date(2024, 1, 31)


def amounts(principal: int, **terms: object) -> list[int]:
    return [row.amount_idr for row in plan(principal, Terms(**terms), DAY)]  # type: ignore[arg-type]


def test_cases_of_fineract() -> None:
    assert amounts(1_000, instalments=6) == [167] * 5 + [165]
    assert amounts(400, instalments=4) == [100] * 4
    flat = plan(5_000, Terms(Method.FLAT, 18, Decimal(12)), DAY)
    assert [(row.principal_idr, row.fee_idr) for row in flat] == [(278, 50)] * 17 + [(274, 50)]


def test_a_published_flat_table_of_ninety_million_at_one_per_cent_a_month() -> None:
    """scribd.com/document/423090835: Rp90,000,000, 36 months, 3,400,000 each."""
    assert amounts(90_000_000, method=Method.FLAT, instalments=36, rate_percent=Decimal(12)) == [3_400_000] * 36


def test_a_published_declining_table_of_five_million_at_22_per_cent() -> None:
    """bersamarohman.blogspot.com/2015/04: the twelve rows as printed there."""
    rows = plan(5_000_000, Terms(Method.DECLINING, 12, Decimal(22)), date(2014, 3, 24))
    assert [row.principal_idr for row in rows] == [416_667] * 11 + [416_663]
    assert [row.fee_idr for row in rows] == [
        91_667, 84_028, 76_389, 68_750, 61_111, 53_472, 45_833, 38_194, 30_556, 22_917, 15_278, 7_639,
    ]  # fmt: skip
    assert (rows[0].due_on, rows[-1].due_on) == (date(2014, 4, 24), date(2015, 3, 24))


def test_a_published_declining_loan_of_120_million_at_ten_per_cent() -> None:
    """fame.grid.id 463737867: 11,000,000, then 10,916,667 ... 10,083,333."""
    rows = amounts(120_000_000, method=Method.DECLINING, instalments=12, rate_percent=Decimal(10))
    assert (rows[0], rows[1], rows[-1]) == (11_000_000, 10_916_667, 10_083_333)


def test_a_published_declining_loan_of_sixty_million_at_fourteen_per_cent() -> None:
    """scribd.com/doc/247838091: 1,700,000; 1,688,333; 1,676,667; the eleventh 1,583,333."""
    rows = amounts(60_000_000, method=Method.DECLINING, instalments=60, rate_percent=Decimal(14))
    assert [rows[at] for at in (0, 1, 2, 10)] == [1_700_000, 1_688_333, 1_676_667, 1_583_333]


def test_published_flat_tables_of_a_lender_in_cents() -> None:
    """turnkey-lender.atlassian.net 650346548: 1,000.00 at 1 % a month over 3; 10,000.00 at 36 % a year over 12."""
    small = plan(100_000, Terms(Method.FLAT, 3, Decimal(12)), DAY)
    assert [(row.principal_idr, row.fee_idr) for row in small] == [(33_333, 1_000), (33_333, 1_000), (33_334, 1_000)]
    large = plan(1_000_000, Terms(Method.FLAT, 12, Decimal(36)), DAY)
    assert {(row.principal_idr, row.fee_idr) for row in large[:11]} == {(83_333, 30_000)}
    assert sum(row.amount_idr for row in large) == 1_360_000


def test_a_published_declining_loan_of_fifty_million_at_twelve_per_cent() -> None:
    """simulasi-kredit.blogspot.com/2014/12: months 2, 3 and 8 as printed there, 24 months."""
    rows = amounts(50_000_000, method=Method.DECLINING, instalments=24, rate_percent=Decimal(12))
    assert [rows[at] for at in (1, 2, 7)] == [2_562_500, 2_541_666, 2_437_500]
    fees = [row.fee_idr for row in plan(50_000_000, Terms(Method.DECLINING, 24, Decimal(12)), DAY)]
    assert [fees[at] for at in (0, 1, 2, 7)] == [500_000, 479_167, 458_333, 354_167]


def test_a_published_loan_with_grace_on_the_principal() -> None:
    """Mifos, MIFOS-5182 (mail-archive.com/mifos-issues, msg26107): 10,00,000 at 2 % a month, principal in the third."""
    rows = plan(1_000_000, Terms(Method.DECLINING, 3, Decimal(24), grace=2), date(2011, 2, 1))
    assert [row.amount_idr for row in rows] == [20_000, 20_000, 1_020_000]
    assert [row.due_on.month for row in rows] == [3, 4, 5]


def test_a_published_loan_paid_by_the_week_or_by_the_month() -> None:
    """egc.yale.edu, Kolkata flexible credit: Rs 4,000 and a fixed Rs 400: 100 in each of 44 weeks, 400 in 11 months."""
    weekly = plan(4_000, Terms(Method.FIXED, 44, fee_idr=400, every=Every.WEEK), DAY)
    assert [row.amount_idr for row in weekly] == [100] * 44
    assert (weekly[-1].due_on - DAY).days == 44 * 7
    assert amounts(4_000, method=Method.FIXED, instalments=11, fee_idr=400) == [400] * 11


def test_a_published_loan_paid_at_once_after_days() -> None:
    """study.com, exact method: 2,400.00 at 4.7 % from 11 March to 11 August (153 days) bears 47.28; as one harvest."""
    terms = Terms(Method.FLAT, 1, Decimal("4.7"), every=Every.HARVEST, harvests=(date(2026, 8, 11),))
    (row,) = plan(240_000, terms, date(2026, 3, 11))
    assert (row.principal_idr, row.fee_idr) == (240_000, 4_728)


def test_grace_leaves_the_fee_and_a_pause_leaves_nothing() -> None:
    rows = plan(600_000, Terms(Method.DECLINING, 4, Decimal(12), grace=1), DAY)
    assert [(row.principal_idr, row.fee_idr) for row in rows] == [
        (0, 6_000), (200_000, 6_000), (200_000, 4_000), (200_000, 2_000),
    ]  # fmt: skip
    paused = plan(600_000, Terms(Method.FLAT, 3, Decimal(12), pause=2), DAY)
    assert [row.due_on for row in paused] == [date(2024, 4, 30), date(2024, 5, 31), date(2024, 6, 30)]
    assert sum(row.fee_idr for row in paused) == 18_000


def test_weeks_and_harvests() -> None:
    weekly = plan(520_000, Terms(Method.FLAT, 10, Decimal(10), every=Every.WEEK), DAY)
    assert [row.due_on for row in weekly[:2]] == [date(2024, 2, 7), date(2024, 2, 14)]
    assert sum(row.fee_idr for row in weekly) == 10_000
    days = (date(2024, 8, 28), date(2024, 4, 30))
    harvest = plan(1_000_000, Terms(Method.DECLINING, 2, Decimal("36.5"), every=Every.HARVEST, harvests=days), DAY)
    assert [(row.due_on, row.fee_idr) for row in harvest] == [(days[1], 90_000), (days[0], 60_000)]


@pytest.mark.parametrize(
    "terms",
    [
        Terms(instalments=0),
        Terms(instalments=3, grace=3),
        Terms(every=Every.HARVEST, instalments=2, harvests=(date(2024, 5, 1),)),
        Terms(every=Every.HARVEST, instalments=1, harvests=(DAY,)),
    ],
)
def test_terms_that_cannot_be_kept_are_refused(terms: Terms) -> None:
    with pytest.raises(ValueError, match=r"schedule|harvest"):
        plan(1_000, terms, DAY)


@given(
    st.integers(1, 10**9), st.sampled_from(list(Method)), st.integers(1, 60), st.decimals(0, 60, places=2),
    st.data(),
)  # fmt: skip
def test_every_schedule_ends_at_zero(
    principal: int, method: Method, count: int, rate: Decimal, data: st.DataObject
) -> None:
    grace, every = data.draw(st.integers(0, count - 1)), data.draw(st.sampled_from([Every.WEEK, Every.MONTH]))
    terms = Terms(method, count, rate, 1_000, every, grace, data.draw(st.integers(0, 6)))
    rows = plan(principal, terms, DAY)
    assert sum(row.principal_idr for row in rows) == principal
    assert all(row.principal_idr >= 0 and row.fee_idr >= 0 for row in rows)
    assert [row.due_on for row in rows] == sorted({row.due_on for row in rows})
    owed = principal
    for row in rows:
        owed -= row.principal_idr
        assert owed >= 0
    assert owed == 0


def test_a_published_share_out() -> None:
    """2pinklines.com/?p=4744: four members saved a million and made five."""
    saved = [(1, 370_500), (2, 163_200), (3, 421_100), (4, 45_200)]
    assert share_out(saved, 5_000_000) == {1: 1_852_500, 2: 816_000, 3: 2_105_500, 4: 226_000}


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=25).filter(any), st.integers(0, 10**10))
def test_a_share_out_leaves_no_rupiah_and_is_fair_to_one(saved: list[int], total: int) -> None:
    rows = list(enumerate(saved, start=1))
    parts = share_out(rows, total)
    assert sum(parts.values()) == total
    assert all(abs(parts[number] * sum(saved) - total * amount) < sum(saved) for number, amount in rows)


@given(st.lists(st.integers(0, 4), max_size=12), st.integers(0, 3), st.integers(0, 100))
def test_offspring_is_split_the_same_however_it_is_counted(births: list[int], first: int, share: int) -> None:
    hers, before = 0, 0
    for born in births:
        mine, groups = split_offspring(before, born, first, share)
        assert min(mine, groups) >= 0
        assert mine + groups == born
        hers += mine
        before += born
    assert hers == split_offspring(0, before, first, share)[0]
    assert split_offspring(0, 1, 1, 50) == (1, 0)
    assert split_offspring(1, 3, 1, 50) == (1, 2)
