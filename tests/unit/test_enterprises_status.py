"""The status rule: named situations, then properties over generated histories."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from berdaya.enterprises.rules.figures import book_first, month_of
from berdaya.enterprises.rules.holidays import holiday_table
from berdaya.enterprises.rules.status import History, status_of
from berdaya.enterprises.types import (
    EvidenceKind,
    Fact,
    Method,
    Reason,
    ShownTurnover,
    Status,
    StatusThresholds,
    TurnoverSource,
)

START = date(2024, 9, 1)
RULES = StatusThresholds()


def visit(on: date, days: int | None, turnover: int | None = None, method: Method = Method.ASKED) -> Fact:
    return Fact(on, EvidenceKind.VISIT, method, days, turnover)


def sale(on: date, amount: int = 100_000) -> Fact:
    return Fact(on, EvidenceKind.SALE, Method.DOCUMENT, None, amount)


def monthly(producing: set[tuple[int, int]], first: date, months: int, day: int = 20) -> list[Fact]:
    facts = []
    for index in range(months):
        year, month = divmod(first.year * 12 + first.month - 1 + index, 12)
        on = date(year, month + 1, day)
        worked = 20 if (on.year, on.month) in producing else 0
        facts.append(visit(on, worked, worked * 50_000))
    return facts


class TestUnknown:
    def test_nobody_ever_came(self) -> None:
        result = status_of(START, [], date(2025, 6, 1))
        assert (result.status, result.reason) == (Status.UNKNOWN, Reason.NEVER_VISITED)

    def test_a_visit_that_learnt_nothing_is_no_observation(self) -> None:
        assert status_of(START, [visit(date(2025, 5, 30), None)], date(2025, 6, 1)).status is Status.UNKNOWN

    def test_the_last_visit_is_too_old_even_if_it_found_no_production(self) -> None:
        facts = [visit(date(2025, 1, 10), 0, 0)]
        assert status_of(START, facts, date(2025, 3, 13)).status is Status.DORMANT
        assert status_of(START, facts, date(2025, 3, 14)).reason is Reason.NOT_VISITED_SINCE

    def test_production_grew_old_and_nobody_asked_again(self) -> None:
        facts = [visit(date(2025, 1, 10), 20, 900_000)]
        assert status_of(START, facts, date(2025, 3, 10)).status is Status.ACTIVE
        result = status_of(START, facts, date(2025, 3, 11))
        assert (result.status, result.reason) == (Status.UNKNOWN, Reason.NOT_ASKED_SINCE)

    def test_before_the_business_began(self) -> None:
        assert status_of(START, [], date(2024, 8, 31)).reason is Reason.NOT_STARTED

    def test_a_repayment_or_meeting_says_nothing_of_production(self) -> None:
        facts = [
            Fact(date(2025, 5, 20), EvidenceKind.REPAYMENT, Method.DOCUMENT, None, 50_000),
            Fact(date(2025, 5, 21), EvidenceKind.MEETING, Method.SEEN),
        ]
        assert status_of(START, facts, date(2025, 6, 1)).reason is Reason.NEVER_VISITED


class TestDormant:
    def test_seen_without_production_for_sixty_days(self) -> None:
        facts = [visit(date(2025, 3, 1), 15), visit(date(2025, 4, 10), 0, 0, Method.SEEN)]
        assert status_of(START, facts, date(2025, 4, 29)).status is Status.WEAK
        result = status_of(START, facts, date(2025, 4, 30))
        assert (result.status, result.reason) == (Status.DORMANT, Reason.NO_PRODUCTION_SINCE)
        assert result.params["since"] == "2025-03-01"
        assert result.params["on"] == "2025-04-10"
        assert result.params["method"] == "seen"

    def test_a_document_cannot_prove_absence(self) -> None:
        facts = [visit(date(2025, 3, 1), 15), visit(date(2025, 4, 25), 0, 0, Method.DOCUMENT)]
        assert status_of(START, facts, date(2025, 5, 1)).status is Status.UNKNOWN

    def test_never_produced(self) -> None:
        facts = [visit(date(2024, 9, 20), 0, 0), visit(date(2024, 10, 25), 0, 0)]
        assert status_of(START, facts, date(2024, 10, 30)).reason is Reason.NOT_YET_PRODUCING
        assert status_of(START, facts, date(2024, 10, 31)).reason is Reason.NEVER_PRODUCED

    def test_a_sale_after_the_empty_visit_revives_it(self) -> None:
        facts = [visit(date(2025, 3, 1), 15), visit(date(2025, 4, 10), 0, 0), sale(date(2025, 5, 1))]
        assert status_of(START, facts, date(2025, 5, 5)).reason is Reason.SELLING

    def test_own_threshold(self) -> None:
        facts = [visit(date(2025, 3, 1), 15), visit(date(2025, 3, 20), 0, 0)]
        assert status_of(START, facts, date(2025, 3, 22), StatusThresholds.of({"dormant_days": 21})).status is (
            Status.DORMANT
        )


class TestWeakAndActive:
    def test_few_days(self) -> None:
        assert status_of(START, [visit(date(2025, 3, 1), 7)], date(2025, 3, 5)).reason is Reason.FEW_DAYS
        assert status_of(START, [visit(date(2025, 3, 1), 8)], date(2025, 3, 5)).reason is Reason.PRODUCING

    def test_stock_sold_while_production_rests(self) -> None:
        facts = [visit(date(2025, 3, 1), 15), visit(date(2025, 4, 1), 0, 300_000)]
        assert status_of(START, facts, date(2025, 4, 2)).reason is Reason.STOPPED_RECENTLY

    def test_turnover_fell_below_half(self) -> None:
        facts = [visit(START + timedelta(days=30 * i), 20, 1_000_000) for i in range(1, 7)]
        facts += [visit(START + timedelta(days=30 * i), 20, 499_999) for i in range(7, 10)]
        result = status_of(START, facts, facts[-1].occurred_on)
        assert (result.status, result.reason) == (Status.WEAK, Reason.TURNOVER_FELL)
        assert (result.params["recent_idr"], result.params["earlier_idr"]) == (499_999, 1_000_000)

    def test_two_bad_months_are_not_yet_a_fall(self) -> None:
        facts = [visit(START + timedelta(days=30 * i), 20, 1_000_000) for i in range(1, 7)]
        facts += [visit(START + timedelta(days=30 * i), 20, 300_000) for i in range(7, 9)]
        assert status_of(START, facts, facts[-1].occurred_on).status is Status.ACTIVE


class TestHolidayOnly:
    SEASONAL = monthly({(2024, 12), (2025, 3), (2025, 12), (2026, 3)}, date(2024, 10, 1), 24)

    @pytest.mark.parametrize("as_of", [date(2025, 10, 31), date(2026, 3, 25), date(2026, 9, 30)])
    def test_lebaran_and_natal_only(self, as_of: date) -> None:
        result = status_of(START, self.SEASONAL, as_of)
        assert result.status is Status.HOLIDAY_ONLY
        assert result.params["months"] == 12

    def test_eleven_months_are_not_enough(self) -> None:
        facts = [fact for fact in self.SEASONAL if fact.occurred_on < date(2025, 9, 1)]
        assert len({(f.occurred_on.year, f.occurred_on.month) for f in facts}) == 11
        assert status_of(START, facts, date(2025, 8, 31)).status is Status.DORMANT

    def test_lebaran_moves(self) -> None:
        table = holiday_table()
        assert table.season_of(date(2024, 4, 1), before=30, after=7) is not None
        assert table.season_of(date(2026, 4, 1), before=30, after=7) is None
        assert status_of(START, monthly({(2025, 5)}, date(2024, 10, 1), 12), date(2025, 9, 30)).status is (
            Status.DORMANT
        )

    def test_one_ordinary_month_of_production_breaks_the_pattern(self) -> None:
        facts = [*self.SEASONAL, visit(date(2026, 7, 25), 10, 200_000)]
        assert status_of(START, facts, date(2026, 9, 30)).status is Status.DORMANT

    def test_a_year_without_any_season_is_dormant(self) -> None:
        facts = monthly({(2024, 12)}, date(2024, 10, 1), 24)
        assert status_of(START, facts, date(2026, 9, 30)).status is Status.DORMANT

    def test_a_december_that_produces_all_year_is_active(self) -> None:
        every = {(year, month) for year in (2024, 2025, 2026) for month in range(1, 13)}
        assert status_of(START, monthly(every, date(2024, 10, 1), 24), date(2026, 9, 30)).status is Status.ACTIVE


class TestTable:
    def test_idul_fitri_of_every_year_and_source_basis(self) -> None:
        days = [day for day in holiday_table().days if day.code == "idul_fitri"]
        assert [day.on.year for day in days] == list(range(2018, 2028))
        gaps = [(later.on - earlier.on).days for earlier, later in itertools.pairwise(days)]
        assert all(353 <= gap <= 356 for gap in gaps), "a lunar year has 354 or 355 days, sighting moves it by one"
        assert {day.basis for day in days} == {"decided", "calculated"}

    def test_outside_the_table_no_pattern_is_claimed(self) -> None:
        facts = monthly({(2028, 4), (2028, 12)}, date(2028, 1, 1), 15)
        assert status_of(date(2027, 12, 1), facts, date(2029, 3, 31)).status is not Status.HOLIDAY_ONLY


FACTS = st.lists(
    st.builds(
        Fact,
        occurred_on=st.dates(START, date(2026, 12, 31)),
        kind=st.sampled_from(EvidenceKind),
        method=st.sampled_from(Method),
        production_days=st.none() | st.integers(0, 31),
        turnover_idr=st.none() | st.integers(0, 5_000_000),
    ),
    max_size=40,
)
RANK_OF_SILENCE = {Status.UNKNOWN: 2, Status.DORMANT: 1}


@settings(deadline=None)
@given(FACTS, st.dates(date(2024, 1, 1), date(2027, 6, 1)))
def test_exhaustive_and_explained(facts: list[Fact], as_of: date) -> None:
    result = status_of(START, facts, as_of)
    assert result.status in Status
    assert result.reason in Reason
    allowed = {
        Status.UNKNOWN: {
            Reason.NOT_STARTED,
            Reason.NEVER_VISITED,
            Reason.NOT_VISITED_SINCE,
            Reason.NOT_ASKED_SINCE,
        },
        Status.ACTIVE: {Reason.PRODUCING, Reason.SELLING},
        Status.WEAK: {
            Reason.STOPPED_RECENTLY,
            Reason.FEW_DAYS,
            Reason.TURNOVER_FELL,
            Reason.NOT_YET_PRODUCING,
        },
        Status.DORMANT: {Reason.NO_PRODUCTION_SINCE, Reason.NEVER_PRODUCED},
        Status.HOLIDAY_ONLY: {Reason.ONLY_AT_HOLIDAYS},
    }
    assert result.reason in allowed[result.status], "a reason belongs to one status only"
    assert sum(result.reason in reasons for reasons in allowed.values()) == 1


@settings(deadline=None)
@given(FACTS, st.dates(START, date(2027, 6, 1)), st.randoms(use_true_random=False))
def test_the_order_of_the_facts_does_not_matter(facts: list[Fact], as_of: date, random: object) -> None:
    shuffled = list(facts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert status_of(START, facts, as_of) == status_of(START, shuffled, as_of)


@settings(deadline=None)
@given(FACTS, FACTS, st.dates(START, date(2026, 12, 31)))
def test_what_happens_later_does_not_change_an_earlier_day(facts: list[Fact], more: list[Fact], as_of: date) -> None:
    later = [fact for fact in more if fact.occurred_on > as_of]
    assert status_of(START, facts, as_of) == status_of(START, [*facts, *later], as_of)


@settings(deadline=None)
@given(FACTS)
def test_without_new_evidence_a_status_only_fades(facts: list[Fact]) -> None:
    """alive -> dormant -> unknown as days pass in silence, never back; and after long silence always
    unknown."""
    history = History(START, facts)
    first = max([fact.occurred_on for fact in facts], default=START)
    ranks = [
        RANK_OF_SILENCE.get(history.status_at(first + timedelta(days=days), RULES).status, 0)
        for days in range(RULES.unknown_days + 40)
    ]
    assert ranks == sorted(ranks)
    assert ranks[-1] == RANK_OF_SILENCE[Status.UNKNOWN]


@settings(deadline=None)
@given(FACTS, st.dates(START, date(2026, 12, 31)))
def test_dormant_always_rests_on_somebody_who_looked(facts: list[Fact], as_of: date) -> None:
    if status_of(START, facts, as_of).status is Status.DORMANT:
        witnesses = [
            fact for fact in facts if fact.absence and 0 <= (as_of - fact.occurred_on).days <= RULES.unknown_days
        ]
        assert witnesses
        assert not any(f.alive and 0 <= (as_of - f.occurred_on).days < RULES.dormant_days for f in facts)


@settings(deadline=None)
@given(FACTS, st.dates(START, date(2026, 12, 31)))
def test_an_empty_visit_never_improves_and_a_full_one_never_leaves_unknown(facts: list[Fact], as_of: date) -> None:
    full = status_of(START, [*facts, visit(as_of, 20, 1_000_000, Method.SEEN)], as_of).status
    assert full not in (Status.UNKNOWN, Status.DORMANT)


class TestThresholds:
    def test_unknown_key(self) -> None:
        with pytest.raises(ValueError, match="dorman_days"):
            StatusThresholds.of({"dorman_days": 60})

    @pytest.mark.parametrize("table", [{"dormant_days": 0}, {"weak_turnover_share": 1.0}])
    def test_impossible_value(self, table: dict[str, float]) -> None:
        with pytest.raises(ValueError, match="must"):
            StatusThresholds.of(table)


class TestShownTurnover:
    @pytest.mark.parametrize(
        ("book", "visited", "market", "shown"),
        [
            (None, None, None, None),
            (0, 900, None, ShownTurnover(0, TurnoverSource.BOOK)),
            (500, 900, None, ShownTurnover(500, TurnoverSource.BOOK)),
            (None, 900, 100, ShownTurnover(900, TurnoverSource.VISIT)),
            (None, 900, 1_000, ShownTurnover(1_000, TurnoverSource.MARKET)),
            (None, None, 100, ShownTurnover(100, TurnoverSource.MARKET)),
            (None, 900, 900, ShownTurnover(900, TurnoverSource.VISIT)),
        ],
    )
    def test_book_first(
        self, book: int | None, visited: int | None, market: int | None, shown: ShownTurnover | None
    ) -> None:
        assert book_first(book, visited, market) == shown

    def test_month(self) -> None:
        assert month_of(date(2026, 2, 28)) == date(2026, 2, 1)
