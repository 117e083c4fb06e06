"""Eligibility: met, not met, unknown, each with its evidence in both languages."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from berdaya.programmes.configfile import parse_config
from berdaya.programmes.rules.eligibility import (
    AidHit,
    ExclusionHit,
    GroupFacts,
    HouseholdFacts,
    MemberFacts,
    Screening,
    completed_years,
    decide,
)
from berdaya.programmes.rules.evidence import CRITERION_NAMES, TEXTS, from_json
from berdaya.programmes.types import Outcome, Verdict

AREA = 3512042003
ON = date(2022, 2, 10)


def config(unit: str = "household", **eligibility):
    rules = {
        "age": {"min": 18, "max": 60, "or_married": False},
        "desil_max": 4,
        "exclude": ["civil_servant", "deceased", "graduated:uep"],
        "cool_off_years": {"business_aid": 1},
        **eligibility,
    }
    return parse_config(
        {
            "programme": {"code": "x", "area": "35.12", "year": 2022, "office": "D", "scheme": "group"},
            "aid": {"form": "goods"},
            "candidates": {"sources": ["alumni:jamsosratu"]} if unit == "household" else {},
            "eligibility": rules,
            "group": {"size": {"min": 3, "max": 5}, "same": "kecamatan"},
            "dates": {"proposal": "2022-02-01"},
            "quota": {"total": 10, "unit": unit},
        }
    )


GOOD = HouseholdFacts(
    birth_date=date(1985, 6, 1),
    marital_status="single",
    desil=3,
    desil_as_of=date(2022, 1, 1),
    sources=frozenset({"alumni:jamsosratu"}),
    screening=Screening(on=ON),
)


def outcome(decision, criterion):
    return next(item for item in decision.results if item.criterion == criterion)


def test_a_family_that_meets_all_is_eligible_and_says_why():
    decision = decide(config(), GOOD)
    assert decision.verdict is Verdict.ELIGIBLE
    assert not decision.incomplete
    assert outcome(decision, "age").text() == "Umur 36 tahun pada 01/02/2022, syarat 18–60."
    assert outcome(decision, "desil").text("en") == "Decile 3 as of 01/01/2022; the limit is 4."
    assert outcome(decision, "source").text() == "Masuk melalui alumni:jamsosratu."


@pytest.mark.parametrize(
    ("born", "years"),
    [
        (date(2004, 2, 1), Outcome.MET),  # 18 on the day of the proposal
        (date(2004, 2, 2), Outcome.NOT_MET),
        (date(1961, 2, 2), Outcome.MET),  # still 60
        (date(1961, 2, 1), Outcome.NOT_MET),  # 61 on the day
        (None, Outcome.UNKNOWN),
    ],
)
def test_age_counts_at_the_proposal_date(born, years):
    assert outcome(decide(config(), replace(GOOD, birth_date=born)), "age").outcome is years


@pytest.mark.parametrize(
    ("rule", "born", "marital", "expected"),
    [
        (True, date(2005, 1, 1), "married", Outcome.MET),
        (True, date(1950, 1, 1), "married", Outcome.MET),
        (True, date(1950, 1, 1), "widowed", Outcome.NOT_MET),
        (True, date(2005, 1, 1), None, Outcome.UNKNOWN),
        ("below_min", date(2005, 1, 1), "married", Outcome.MET),
        ("below_min", date(1950, 1, 1), "married", Outcome.NOT_MET),
        (False, date(2005, 1, 1), "married", Outcome.NOT_MET),
    ],
)
def test_or_married(rule, born, marital, expected):
    rules = config(age={"min": 18, "max": 60, "or_married": rule})
    facts = replace(GOOD, birth_date=born, marital_status=marital)
    assert outcome(decide(rules, facts), "age").outcome is expected


def test_not_yet_in_dtsen_is_an_outcome_of_its_own_and_holds_the_candidate():
    decision = decide(config(), replace(GOOD, desil=None, desil_as_of=None))
    assert decision.verdict is Verdict.INCOMPLETE
    assert decision.reasons == ("desil",)
    assert outcome(decision, "desil").code == "desil_not_in_dtsen"
    assert decide(config(incomplete="take"), replace(GOOD, desil=None)).verdict is Verdict.ELIGIBLE


def test_an_old_or_undated_desil_is_unknown():
    rules = config(desil_max_age_months=3)
    assert outcome(decide(rules, replace(GOOD, desil_as_of=date(2021, 11, 1))), "desil").outcome is Outcome.MET
    stale = outcome(decide(rules, replace(GOOD, desil_as_of=date(2021, 10, 31))), "desil")
    assert (stale.outcome, stale.code) == (Outcome.UNKNOWN, "desil_stale")
    undated = outcome(decide(rules, replace(GOOD, desil_as_of=None)), "desil")
    assert undated.code == "desil_undated"


def test_an_exclusion_names_the_record_that_says_so():
    hit = Screening(on=ON, exclusions=[ExclusionHit("civil_servant", "BKD Situbondo", date(2021, 12, 31))])
    decision = decide(config(), replace(GOOD, screening=hit))
    assert decision.verdict is Verdict.EXCLUDED
    assert decision.reasons == ("civil_servant",)
    assert outcome(decision, "civil_servant").text() == "Tercatat dalam daftar BKD Situbondo per 31/12/2021."
    elsewhere = Screening(on=ON, exclusions=[ExclusionHit("mentor", "SK pendamping")])
    assert decide(config(), replace(GOOD, screening=elsewhere)).verdict is Verdict.ELIGIBLE


@pytest.mark.parametrize(
    ("year", "kind", "verdict"),
    [
        (2021, "business_aid", Verdict.EXCLUDED),
        (2022, "business_aid", Verdict.EXCLUDED),
        (2020, "business_aid", Verdict.ELIGIBLE),
        (2023, "business_aid", Verdict.ELIGIBLE),
        (2021, "cash", Verdict.ELIGIBLE),
    ],
)
def test_cool_off_counts_years_of_the_same_kind(year, kind, verdict):
    screening = Screening(on=ON, aid=[AidHit(kind, "Dinas Koperasi", "Gerobak", year)])
    decision = decide(config(), replace(GOOD, screening=screening))
    assert decision.verdict is verdict
    if verdict is Verdict.EXCLUDED:
        assert "Dinas Koperasi, program Gerobak" in outcome(decision, "cool_off/business_aid").text()


def test_nobody_passes_unscreened():
    assert decide(config(), replace(GOOD, screening=None)).verdict is Verdict.INCOMPLETE


def members(**changes):
    offices = ["ketua", "sekretaris", "bendahara", "anggota"]
    rows = [
        MemberFacts(str(n), AREA + n, office, date(1980, 1, n), 2, Screening(on=ON))
        for n, office in enumerate(offices, start=1)
    ]
    rows[1] = replace(rows[1], **changes)
    return rows


@pytest.mark.parametrize(
    ("changes", "criterion", "result"),
    [
        ({}, "group_size", Outcome.MET),
        ({"area": 3512050001}, "group_area", Outcome.NOT_MET),
        ({"office": "anggota"}, "group_officers", Outcome.UNKNOWN),
        ({"birth_date": date(2004, 2, 2)}, "group_officers", Outcome.NOT_MET),
        ({"birth_date": None}, "group_officers", Outcome.UNKNOWN),
        ({"desil": 5}, "group_desil", Outcome.NOT_MET),
        ({"desil": None}, "group_desil", Outcome.UNKNOWN),
        ({"screening": None}, "group_exclusions", Outcome.UNKNOWN),
        ({"screening": Screening(ON, [ExclusionHit("deceased", "Capil")])}, "group_exclusions", Outcome.NOT_MET),
        (
            {"screening": Screening(ON, (), [AidHit("business_aid", "D", "P", 2021)])},
            "group_exclusions",
            Outcome.NOT_MET,
        ),
    ],
)
def test_a_group_is_judged_by_its_members(changes, criterion, result):
    decision = decide(config("group"), GroupFacts(AREA, members(**changes)))
    assert outcome(decision, criterion).outcome is result
    expected = {
        Outcome.MET: Verdict.ELIGIBLE,
        Outcome.UNKNOWN: Verdict.ELIGIBLE,  # taken, but marked
        Outcome.NOT_MET: Verdict.EXCLUDED if criterion == "group_exclusions" else Verdict.INELIGIBLE,
    }
    assert decision.verdict is expected[result]
    assert decision.incomplete is (result is Outcome.UNKNOWN)


def test_one_person_in_two_offices_counts_once_and_is_refused():
    rows = members()
    rows[3] = replace(rows[0], office="bendahara")
    rows[2] = replace(rows[2], office="anggota")
    decision = decide(config("group"), GroupFacts(AREA, rows))
    assert outcome(decision, "group_size").params["members"] == 3
    assert outcome(decision, "group_officers").text() == "Satu orang memegang dua jabatan: 1."


def test_a_group_without_a_list_of_members_is_taken_as_incomplete_or_held():
    bare = GroupFacts(AREA)
    taken = decide(config("group"), bare)
    assert (taken.verdict, taken.incomplete) == (Verdict.ELIGIBLE, True)
    assert {item.code for item in taken.results} == {"group_members_unknown"}
    assert decide(config("group", incomplete="hold"), bare).verdict is Verdict.INCOMPLETE


def test_a_group_too_small_or_too_large_is_refused():
    for size in (2, 6):
        rows = [MemberFacts(str(n), AREA, "anggota") for n in range(size)]
        assert outcome(decide(config("group"), GroupFacts(AREA, rows)), "group_size").outcome is Outcome.NOT_MET


facts_of = st.builds(
    HouseholdFacts,
    birth_date=st.none() | st.dates(date(1930, 1, 1), date(2021, 1, 1)),
    marital_status=st.none() | st.sampled_from(["single", "married", "widowed"]),
    desil=st.none() | st.integers(1, 10),
    desil_as_of=st.none() | st.dates(date(2015, 1, 1), date(2022, 1, 1)),
    sources=st.frozensets(st.sampled_from(["alumni:jamsosratu", "village"])),
    screening=st.none() | st.builds(Screening, on=st.just(ON)),
)


@given(facts_of)
def test_eligible_means_every_criterion_is_met(facts):
    decision = decide(config(), facts)
    outcomes = {item.outcome for item in decision.results}
    assert (decision.verdict is Verdict.ELIGIBLE) == (outcomes == {Outcome.MET})
    for item in decision.results:
        for language in ("id", "en"):
            assert "{" not in item.text(language)
        assert item.name() != item.name("en")
        assert from_json(json.loads(json.dumps(item.as_json()))).text() == item.text()


def test_every_text_stands_in_both_languages():
    for texts in (*TEXTS.values(), *CRITERION_NAMES.values()):
        assert len(texts) == 2
        assert all(texts)


def test_born_on_a_leap_day():
    assert completed_years(date(2004, 2, 29), date(2022, 2, 28)) == 17
    assert completed_years(date(2004, 2, 29), date(2022, 3, 1)) == 18
