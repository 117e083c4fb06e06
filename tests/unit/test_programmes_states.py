"""The state of a candidate follows from evidence; the diagram in the documents is the table in the code."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path

import pytest

from berdaya.programmes.reference import candidate_states, programme_reference
from berdaya.programmes.states import NAMES, RULES, STEPS, CandidateState, Trail, diagram, may_step, state_of

DAY = date(2022, 6, 1)


@pytest.mark.parametrize(
    ("trail", "state"),
    [
        (Trail(), CandidateState.PROPOSED),
        (Trail(duplicate_of="other"), CandidateState.DUPLICATE),
        (Trail(verdict="incomplete"), CandidateState.INCOMPLETE),
        (Trail(verdict="eligible"), CandidateState.ELIGIBLE),
        (Trail(verdict="eligible", verified=False), CandidateState.REFUSED_VERIFICATION),
        (Trail(verdict="eligible", verified=True), CandidateState.VERIFIED),
        (Trail(verdict="eligible", verified=True, place="waiting"), CandidateState.WAITING),
        (Trail(verdict="eligible", verified=True, place="selected"), CandidateState.SELECTED),
        # A later screen finds an exclusion: before the decree it counts, after it a replacement is needed.
        (Trail(verdict="excluded", verified=True, place="selected"), CandidateState.EXCLUDED),
        (Trail(verdict="excluded", verified=True, place="selected", decreed_on=DAY), CandidateState.DECREED),
        (Trail(verdict="eligible", place="selected", decreed_on=DAY, replaced_on=DAY), CandidateState.REPLACED),
    ],
)
def test_the_state_follows_from_the_evidence(trail, state):
    assert state_of(trail) is state


def test_every_combination_of_evidence_has_exactly_one_state_and_every_state_is_reached():
    reached = {
        state_of(Trail(duplicate, verdict, verified, place, decreed, replaced))
        for duplicate, verdict, verified, place, decreed, replaced in product(
            (None, "x"),
            ("", "eligible", "ineligible", "excluded", "incomplete"),
            (None, True, False),
            ("", "selected", "waiting"),
            (None, DAY),
            (None, DAY),
        )
    }
    assert reached == set(CandidateState)
    assert {rule.state for rule in RULES} == set(CandidateState) - {CandidateState.PROPOSED}


def test_no_way_leads_back_from_a_decree_to_the_list():
    assert not may_step(CandidateState.DECREED, CandidateState.WAITING)
    assert may_step(CandidateState.DECREED, CandidateState.REPLACED)
    assert all(before is not CandidateState.REPLACED for before, _ in STEPS)
    assert set(NAMES) == set(CandidateState)


def test_the_documents_are_what_the_code_says():
    for name, text in (("programme-toml.md", programme_reference()), ("states/candidate.md", candidate_states())):
        assert (Path(__file__).parents[2] / "docs" / name).read_text(encoding="utf-8") == text
    assert diagram() in candidate_states()
