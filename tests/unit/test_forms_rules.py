"""Instruments: no gap, no refused maximum, nothing missing counted as zero."""

from __future__ import annotations

import copy
import itertools
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from berdaya.forms.rules import (
    SHIPPED,
    InstrumentError,
    band_of,
    check,
    growth_percent,
    level_of,
    parse,
    score,
    shipped,
    shipped_body,
)
from berdaya.forms.types import NOT_APPLICABLE, SCORED, Instrument, Question, Shape

MONITORING = shipped("monitoring_kube")


def answer_at(question: Question, level: int) -> Any:
    """An answer that reaches a level."""
    step = next(s for s in question.steps if s.level == level)
    if question.shape is Shape.LEVEL:
        return level
    value = step.up_to if step.up_to is not None else (step.above or 0) + 1
    return value if question.shape is Shape.NUMBER else {"before": 100, "now": 100 + value}


def all_at(instrument: Instrument, pick: Any) -> dict[str, Any]:
    return {q.code: answer_at(q, pick([s.level for s in q.steps])) for q in instrument.questions if q.shape in SCORED}


def test_the_monitoring_instrument_has_the_maximum_that_was_refused() -> None:
    assert MONITORING.best == 410
    assert sum(q.weight for q in MONITORING.questions) == 115
    full = score(MONITORING, all_at(MONITORING, max))
    assert (full.total, full.band, full.share) == (410, "high", Fraction(1))


@pytest.mark.parametrize("code", SHIPPED)
def test_every_score_has_exactly_one_band(code: str) -> None:
    instrument = shipped(code)
    lowest = score(instrument, all_at(instrument, min))
    assert lowest.complete
    assert lowest.band == instrument.bands[0].code
    for total in range(instrument.best + 1):
        share = total / instrument.best
        assert sum(b.above < share <= b.up_to for b in instrument.bands) == (share > 0)
        assert band_of(instrument, share) is not None


@pytest.mark.parametrize(
    ("percent", "level"), [(-5, 1), (0, 1), (10, 1), (10.5, 2), (11, 2), (20, 2), (20.5, 3), (40, 3), (40.1, 4)]
)
def test_printed_ranges_keep_their_levels_and_gaps_are_closed(percent: float, level: int) -> None:
    question = next(q for q in MONITORING.questions if q.code == "asset_growth")
    assert level_of(question, {"before": 1000, "now": 1000 + 10 * percent}) == level


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_every_number_has_one_level(value: float) -> None:
    for code in SHIPPED:
        for question in shipped(code).questions:
            if question.shape is Shape.NUMBER:
                assert level_of(question, value) is not None


def test_a_missing_answer_is_named_and_keeps_the_score_open() -> None:
    answers = all_at(MONITORING, max)
    del answers["reporting"]
    open_ = score(MONITORING, answers)
    assert (open_.total, open_.share, open_.band) == (None, None, None)
    assert open_.missing == ("reporting",)
    assert (open_.so_far, open_.best_so_far, open_.best) == (370, 370, 410)
    by_dimension = {d.code: d.score for d in open_.dimensions}
    assert by_dimension == {"social": 115, "economic": 120, "institutional": 80, "managerial": None}


def test_growth_without_a_baseline_stays_open() -> None:
    answers = all_at(MONITORING, max) | {"income_growth": {"before": 0, "now": 500_000}}
    assert score(MONITORING, answers).missing == ("income_growth",)
    assert [e.code for e in check(MONITORING, answers)] == ["form_baseline_missing"]
    assert growth_percent(0, 5) is None


def test_does_not_apply_leaves_score_and_maximum() -> None:
    uep = shipped("monitoring_uep")
    answers = all_at(uep, max) | {"officers_relations": NOT_APPLICABLE, "iks_saving": NOT_APPLICABLE}
    result = score(uep, answers)
    assert result.not_applicable == ("officers_relations", "iks_saving")
    assert result.best == uep.best - 55 == result.total
    refused = check(MONITORING, {"structure": NOT_APPLICABLE})
    assert [e.code for e in refused] == ["form_answer_not_optional"]
    assert "structure" in score(MONITORING, {"structure": NOT_APPLICABLE}).missing


def test_answers_are_checked() -> None:
    wrong = {"structure": 9, "belongings": "banyak", "typo": 1, "management": True, "asset_growth": 7}
    assert sorted((e.question, e.code) for e in check(MONITORING, wrong)) == [
        ("asset_growth", "form_answer_unfit"),
        ("belongings", "form_answer_unfit"),
        ("management", "form_answer_unfit"),
        ("structure", "form_answer_unfit"),
        ("typo", "form_question_unknown"),
    ]
    assessment = shipped("assessment")
    good = {"kinds": ["chips"], "skills": [], "all_sessions": True, "needs_step_free": None}
    assert check(assessment, good) == []
    assert len(check(assessment, {"kinds": "chips", "all_sessions": 1})) == 2


def test_the_assessment_asks_what_matching_needs() -> None:
    dimensions = [d.code for d in shipped("assessment").dimensions]
    assert dimensions == [
        "interest", "talent", "experience", "readiness", "hours", "distance", "childcare", "access",
    ]  # fmt: skip


def _mutations() -> list[tuple[str, Any]]:
    def gap(body: dict[str, Any]) -> None:
        body["dimensions"][1]["questions"][0]["steps"][1]["above"] = 11

    def twice(body: dict[str, Any]) -> None:
        body["dimensions"][0]["questions"][1]["code"] = "officers_relations"

    def short_band(body: dict[str, Any]) -> None:
        body["bands"][2]["up_to"] = 0.97

    def no_weight(body: dict[str, Any]) -> None:
        body["dimensions"][0]["questions"][0]["weight"] = -5

    def unreadable(body: dict[str, Any]) -> None:
        del body["title"]

    return [
        ("interval", gap),
        ("twice", twice),
        ("bands", short_band),
        ("weight", no_weight),
        ("unreadable", unreadable),
    ]


@pytest.mark.parametrize(("says", "spoil"), _mutations())
def test_an_instrument_that_contradicts_itself_is_refused(says: str, spoil: Any) -> None:
    body = copy.deepcopy(shipped_body("monitoring_kube"))
    spoil(body)
    with pytest.raises(InstrumentError, match=says):
        parse(body)


def test_all_texts_stand_in_both_languages() -> None:
    for instrument in map(shipped, SHIPPED):
        wordings = [instrument.title, *(b.label for b in instrument.bands), *(d.label for d in instrument.dimensions)]
        wordings += list(
            itertools.chain.from_iterable((q.label, *(s.label for s in q.steps)) for q in instrument.questions)
        )
        assert all(w.text("id") and w.text("en") for w in wordings)
