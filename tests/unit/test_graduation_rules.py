"""Graduation fails closed: what is not shown by dated evidence inside its window is not met."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from berdaya.graduation.pathways import pathway_of, pathways
from berdaya.graduation.rules import judge, months_after
from berdaya.graduation.texts import TEXTS, criterion_name, evidence_text
from berdaya.graduation.types import AssetOn, Dossier, Fact, FundStanding, StatusOn, finding_from_json
from berdaya.kernel.problems import Problem
from berdaya.programmes.types import GraduationRule, Outcome

PATHWAY = pathway_of(GraduationRule())
AS_OF = date(2026, 9, 15)


def ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


def fact(days: int, method: str = "seen", number: int = 1, **figures: int) -> Fact:
    return Fact(ago(days), method, UUID(int=number), **figures)  # type: ignore[arg-type]


FACTS = (
    fact(20, "seen", 1, production_days=20, income_idr=2_000_000, stock_idr=300_000),
    fact(50, "asked", 2, production_days=18, income_idr=1_900_000),
)
GOOD = Dossier(
    started_on=date(2024, 8, 20),
    status=StatusOn(ago(10), "active"),
    observed_months=18,
    facts=FACTS,
    baseline_income_idr=1_200_000,
    assets=(AssetOn(date(2024, 8, 20), "present"),),
    has_fund=True,
    fund=FundStanding(AS_OF, 0, ago(30)),
    complaints=0,
)


def outcome(dossier: Dossier, code: str, pathway=PATHWAY):
    found = next(item for item in judge(pathway, dossier, AS_OF).findings if item.criterion == code)
    return found.outcome, found.code


def test_all_met_graduates_and_names_its_evidence():
    judgement = judge(PATHWAY, GOOD, AS_OF)
    assert judgement.outcome is Outcome.MET
    assert [finding.criterion for finding in judgement.findings] == [
        "time", "status", "observed", "production", "income", "goods", "fund", "complaint",
    ]  # fmt: skip
    income = next(item for item in judgement.findings if item.criterion == "income")
    assert set(income.evidence) == {UUID(int=1), UUID(int=2)}
    assert evidence_text(income) == (
        "Penghasilan tengah Rp1.950.000 dibanding Rp1.200.000 sebelumnya: naik 62 %, diminta 25 %."
    )


@pytest.mark.parametrize(
    ("change", "code", "expected"),
    [
        ({"started_on": date(2024, 9, 16)}, "time", (Outcome.NOT_MET, "time_not_reached")),
        ({"started_on": date(2024, 9, 15)}, "time", (Outcome.MET, "time_reached")),
        ({"status": None}, "status", (Outcome.UNKNOWN, "status_missing")),
        ({"status": StatusOn(ago(46), "active")}, "status", (Outcome.UNKNOWN, "status_old")),
        ({"status": StatusOn(ago(-1), "active")}, "status", (Outcome.UNKNOWN, "status_missing")),
        ({"status": StatusOn(ago(1), "unknown")}, "status", (Outcome.UNKNOWN, "status_unknown")),
        ({"status": StatusOn(ago(1), "weak")}, "status", (Outcome.NOT_MET, "status_other")),
        ({"status": StatusOn(ago(1), "holiday_only")}, "status", (Outcome.NOT_MET, "status_other")),
        ({"observed_months": 11}, "observed", (Outcome.UNKNOWN, "observed_few")),
        ({"observed_months": None}, "observed", (Outcome.UNKNOWN, "observed_missing")),
        ({"facts": ()}, "production", (Outcome.UNKNOWN, "no_evidence")),
        ({"facts": (fact(91, production_days=20),)}, "production", (Outcome.UNKNOWN, "no_evidence")),
        ({"facts": (fact(-1, production_days=20),)}, "production", (Outcome.UNKNOWN, "no_evidence")),
        ({"facts": (fact(5, "asked", production_days=20),)}, "production", (Outcome.UNKNOWN, "method_missing")),
        ({"facts": (fact(5, "document", production_days=20),)}, "production", (Outcome.MET, "production_enough")),
        ({"facts": (fact(5, production_days=7),)}, "production", (Outcome.NOT_MET, "production_few")),
        ({"baseline_income_idr": None}, "income", (Outcome.UNKNOWN, "income_baseline_missing")),
        ({"baseline_income_idr": 1_560_001}, "income", (Outcome.NOT_MET, "income_not_grown")),
        ({"baseline_income_idr": 1_560_000}, "income", (Outcome.MET, "income_grown")),
        ({"baseline_income_idr": 0}, "income", (Outcome.MET, "income_grown")),
        ({"facts": FACTS[:1]}, "income", (Outcome.UNKNOWN, "method_missing")),
        ({"facts": FACTS[1:]}, "income", (Outcome.UNKNOWN, "method_missing")),
        ({"facts": FACTS[1:]}, "goods", (Outcome.UNKNOWN, "no_evidence")),
        ({"facts": (fact(9, stock_idr=0),)}, "goods", (Outcome.NOT_MET, "goods_no_stock")),
        ({"assets": (AssetOn(ago(3), "sold"),)}, "goods", (Outcome.NOT_MET, "goods_gone")),
        ({"assets": (AssetOn(ago(-3), "sold"),)}, "goods", (Outcome.MET, "goods_present")),
        ({"has_fund": False, "fund": None}, "fund", (Outcome.MET, "fund_none")),
        ({"fund": None}, "fund", (Outcome.UNKNOWN, "fund_unread")),
        ({"fund": FundStanding(ago(1), 0, ago(5))}, "fund", (Outcome.UNKNOWN, "fund_unread")),
        ({"fund": FundStanding(AS_OF, 31, ago(5))}, "fund", (Outcome.NOT_MET, "fund_overdue")),
        ({"fund": FundStanding(AS_OF, 30, ago(5))}, "fund", (Outcome.MET, "fund_in_order")),
        ({"fund": FundStanding(AS_OF, 0, ago(91))}, "fund", (Outcome.NOT_MET, "fund_no_saving")),
        ({"fund": FundStanding(AS_OF, 0, None)}, "fund", (Outcome.NOT_MET, "fund_no_saving")),
        ({"complaints": None}, "complaint", (Outcome.UNKNOWN, "complaint_unread")),
        ({"complaints": 2}, "complaint", (Outcome.NOT_MET, "complaint_open")),
    ],
)
def test_each_criterion(change, code, expected):
    dossier = replace(GOOD, **change)
    assert outcome(dossier, code) == expected
    if expected[0] is not Outcome.MET:
        assert judge(PATHWAY, dossier, AS_OF).outcome is not Outcome.MET


def test_a_programme_sets_its_own_thresholds_and_an_optional_criterion_is_asked_only_with_one():
    assert "income_floor" not in {item.code for item in PATHWAY.criteria}
    own = pathway_of(GraduationRule(months=18, income_growth=0.7, income_min_idr=1_950_000))
    assert own.months == 18
    assert outcome(GOOD, "income", own) == (Outcome.NOT_MET, "income_not_grown")
    assert outcome(GOOD, "income_floor", own) == (Outcome.MET, "income_above")
    higher = pathway_of(GraduationRule(income_min_idr=1_950_001))
    assert outcome(GOOD, "income_floor", higher) == (Outcome.NOT_MET, "income_below")
    with pytest.raises(Problem, match="not known"):
        pathway_of(GraduationRule(pathway="mandiri"))


def test_a_pathway_without_criteria_lets_nobody_through():
    assert judge(replace(PATHWAY, criteria=()), GOOD, AS_OF).outcome is Outcome.UNKNOWN


facts_of = st.lists(
    st.builds(
        Fact,
        on=st.dates(date(2025, 12, 1), date(2026, 10, 1)),
        method=st.sampled_from(["asked", "seen", "document"]),
        source_id=st.uuids(),
        production_days=st.none() | st.integers(0, 31),
        income_idr=st.none() | st.integers(0, 5_000_000),
        stock_idr=st.none() | st.integers(0, 1_000_000),
    ),
    max_size=8,
)
dossiers = st.builds(
    Dossier,
    started_on=st.dates(date(2024, 1, 1), date(2025, 1, 1)),
    status=st.none()
    | st.builds(StatusOn, st.dates(date(2026, 7, 1), AS_OF), st.sampled_from(["active", "weak", "unknown"])),
    observed_months=st.none() | st.integers(0, 24),
    facts=facts_of,
    baseline_income_idr=st.none() | st.integers(0, 3_000_000),
    has_fund=st.booleans(),
    fund=st.none() | st.just(FundStanding(AS_OF, 0, ago(10))),
    complaints=st.none() | st.integers(0, 1),
)


@given(dossiers)
def test_met_needs_every_criterion_and_texts_are_complete(dossier):
    judgement = judge(PATHWAY, dossier, AS_OF)
    outcomes = {finding.outcome for finding in judgement.findings}
    assert (judgement.outcome is Outcome.MET) == (outcomes == {Outcome.MET})
    for finding in judgement.findings:
        for language in ("id", "en"):
            assert "{" not in evidence_text(finding, language)
        assert finding_from_json(json.loads(json.dumps(finding.as_json()))) == finding


@given(dossiers, st.sampled_from(["status", "observed_months", "facts", "baseline_income_idr", "complaints"]))
def test_taking_evidence_away_never_makes_anything_met(dossier, gone):
    less = replace(dossier, **{gone: () if gone == "facts" else None})
    before = {finding.criterion: finding.outcome for finding in judge(PATHWAY, dossier, AS_OF).findings}
    for finding in judge(PATHWAY, less, AS_OF).findings:
        assert finding.outcome is not Outcome.MET or before[finding.criterion] is Outcome.MET


def test_names_and_texts_stand_in_both_languages():
    for pathway in pathways().values():
        for item in pathway.criteria:
            assert criterion_name(pathway, item.code, "id")
            assert criterion_name(pathway, item.code, "en")
    assert criterion_name(PATHWAY, "gone") == "gone"
    assert all(len(texts) == 2 for texts in TEXTS.values())


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2024, 12, 15), 12, date(2025, 12, 15)),
    ],
)
def test_months_later(day, months, later):
    assert months_after(day, months) == later
