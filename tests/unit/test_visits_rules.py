from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from berdaya.enterprises.types import Method, Status
from berdaya.visits import rules
from berdaya.visits.types import AdviceCheck, CaseloadRow, Existing, Outcome, VisitInput

MENTOR, OTHER = UUID(int=1), UUID(int=2)
VISIT = VisitInput(
    id=UUID(int=10),
    enterprise_id=UUID(int=20),
    mentor_id=MENTOR,
    occurred_on=date(2025, 3, 3),
    method=Method.SEEN,
    production_days=20,
    turnover_idr=1_500_000,
    advice="catat penjualan harian",
)
TODAY, START = date(2025, 3, 10), date(2024, 9, 1)


class TestFlaws:
    def test_a_good_visit_has_none(self) -> None:
        assert rules.flaws(VISIT, today=TODAY, started_on=START) == ()

    @pytest.mark.parametrize(
        ("change", "field", "code"),
        [
            ({"occurred_on": date(2025, 3, 11)}, "occurred_on", "in_future"),
            ({"occurred_on": date(2024, 8, 31)}, "occurred_on", "before_start"),
            ({"production_days": 32}, "production_days", "out_of_range"),
            ({"turnover_idr": -1}, "turnover_idr", "out_of_range"),
            ({"income_idr": 10**11}, "income_idr", "out_of_range"),
            ({"workers": 1000}, "workers", "out_of_range"),
            ({"active_members": 201}, "active_members", "out_of_range"),
            ({"advice": "x" * 201}, "advice", "too_long"),
            ({"revision": 0}, "revision", "out_of_range"),
        ],
    )
    def test_each(self, change: dict[str, object], field: str, code: str) -> None:
        found = rules.flaws(replace(VISIT, **change), today=TODAY, started_on=START)  # type: ignore[arg-type]
        assert [(flaw.field, flaw.code) for flaw in found] == [(field, code)]


def decide(visit: VisitInput, existing: Existing | None, *, known: bool = True, valid: bool = True) -> Outcome:
    return rules.outcome(visit, rules.digest(visit), existing, enterprise_known=known, valid=valid)


class TestQuestions:
    def test_a_valid_visit_may_still_raise_a_question(self) -> None:
        asked = {"active_members": 6, "members": 5, "production_days": 0, "turnover_idr": 1}
        assert rules.questions(**asked) == ("more_than_members", "sold_without_production")
        assert rules.questions(**asked | {"members": None, "turnover_idr": 0}) == ()


class TestOutcome:
    HELD = Existing(rules.digest(VISIT), 2, MENTOR, VISIT.enterprise_id)

    def test_each(self) -> None:
        changed = replace(VISIT, turnover_idr=2_000_000)
        assert decide(VISIT, None) is Outcome.NEW
        assert decide(replace(VISIT, revision=9), self.HELD) is Outcome.IDENTICAL
        assert decide(replace(changed, revision=3), self.HELD) is Outcome.UPDATED
        assert decide(replace(changed, revision=1), self.HELD) is Outcome.OLDER
        assert decide(replace(changed, revision=2), self.HELD) is Outcome.CONFLICT
        assert decide(replace(changed, revision=3, mentor_id=OTHER), self.HELD) is Outcome.CONFLICT
        assert decide(VISIT, None, valid=False) is Outcome.INVALID
        assert decide(VISIT, None, known=False, valid=False) is Outcome.WAITING

    @given(st.integers(1, 9), st.integers(1, 9), st.booleans())
    def test_handing_in_twice_is_identical(self, first: int, second: int, same_mentor: bool) -> None:
        mentor = MENTOR if same_mentor else OTHER
        held = Existing(rules.digest(replace(VISIT, mentor_id=mentor)), first, mentor, VISIT.enterprise_id)
        assert decide(replace(VISIT, revision=second, mentor_id=mentor), held) is Outcome.IDENTICAL

    def test_texts_cannot_slide_between_fields(self) -> None:
        left, right = replace(VISIT, problem="ab", advice="c"), replace(VISIT, problem="a", advice="bc")
        assert rules.digest(left) != rules.digest(right)


class TestAdvice:
    @pytest.mark.parametrize(
        ("before", "answer", "check"),
        [
            (None, AdviceCheck.DONE, AdviceCheck.NONE_GIVEN),
            ("  ", None, AdviceCheck.NONE_GIVEN),
            ("catat", None, AdviceCheck.NOT_CHECKED),
            ("catat", AdviceCheck.NONE_GIVEN, AdviceCheck.NOT_CHECKED),
            ("catat", AdviceCheck.PARTLY, AdviceCheck.PARTLY),
        ],
    )
    def test_the_next_visit_answers(self, before: str | None, answer: AdviceCheck | None, check: AdviceCheck) -> None:
        assert rules.advice_check(before, answer) is check


class TestPlan:
    @staticmethod
    def row(number: int, last: date | None, status: Status = Status.ACTIVE, *, advice: bool = False) -> CaseloadRow:
        return CaseloadRow(UUID(int=number), START, last, status, advice)

    def test_most_urgent_first_within_capacity(self) -> None:
        rows = [
            self.row(1, date(2025, 2, 20)),
            self.row(2, date(2025, 2, 1)),
            self.row(3, date(2025, 2, 25), Status.DORMANT),
            self.row(4, None, Status.UNKNOWN),
            self.row(5, date(2025, 2, 21), advice=True),
            self.row(6, date(2025, 3, 9), Status.WEAK),
        ]
        plan = rules.plan_month(rows, as_of=TODAY, capacity=5)
        assert [item.enterprise_id.int for item in plan] == [4, 3, 5, 2, 1]
        assert [item.reason for item in plan] == [
            "never_visited",
            "status_dormant",
            "advice_open",
            "monthly",
            "monthly",
        ]
        assert plan[3].overdue_days == (TODAY - date(2025, 3, 3)).days

    @given(st.integers(0, 20), st.integers(0, 30))
    def test_never_more_than_capacity_and_nobody_twice(self, capacity: int, size: int) -> None:
        rows = [self.row(n, TODAY - timedelta(days=n)) for n in range(size)]
        plan = rules.plan_month(rows, as_of=TODAY, capacity=capacity)
        assert len(plan) == min(capacity, size)
        assert len({item.enterprise_id for item in plan}) == len(plan)
