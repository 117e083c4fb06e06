"""Ranking: each documented scale at its ends, exact sums, and unknown facts that bring nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from berdaya.programmes.rules.ranking import CRITERIA, ONE, Standing, score
from berdaya.programmes.types import Subject

HOME, GROUP = Subject.HOUSEHOLD, Subject.GROUP


@pytest.mark.parametrize(
    ("subject", "name", "facts", "expected"),
    [
        (HOME, "desil", Standing(desil=1), ONE),
        (HOME, "desil", Standing(desil=10), 0),
        (HOME, "desil", Standing(desil=4), 6_666),
        (HOME, "female_head", Standing(female_head=True), ONE),
        (HOME, "female_head", Standing(female_head=False), 0),
        (HOME, "disability", Standing(disability=True), ONE),
        (HOME, "never_in_business", Standing(ever_in_business=False), ONE),
        (HOME, "never_in_business", Standing(ever_in_business=True), 0),
        (HOME, "in_business", Standing(ever_in_business=True), ONE),
        (HOME, "dependants", Standing(dependants=0), 0),
        (HOME, "dependants", Standing(dependants=3), 6_000),
        (HOME, "dependants", Standing(dependants=9), ONE),
        (HOME, "income", Standing(income_idr=0), ONE),
        (HOME, "income", Standing(income_idr=1_000_000), 8_000),
        (HOME, "income", Standing(income_idr=9_000_000), 0),
        (GROUP, "women", Standing(members=10, women=4), 4_000),
        (GROUP, "poor_members", Standing(members=8, poor_members=8), ONE),
        (GROUP, "disability", Standing(members=5, members_with_disability=1), 2_000),
        (GROUP, "members", Standing(members=10), 5_000),
    ],
)
def test_scales(subject, name, facts, expected):
    assert score(subject, {name: 1}, facts).total == expected


@pytest.mark.parametrize("subject", list(Subject))
def test_what_nobody_knows_brings_nothing(subject):
    weights = dict.fromkeys(CRITERIA[subject], 10)
    assert score(subject, weights, Standing()).total == 0


standings = st.builds(
    Standing,
    desil=st.none() | st.integers(1, 10),
    female_head=st.none() | st.booleans(),
    disability=st.none() | st.booleans(),
    ever_in_business=st.none() | st.booleans(),
    dependants=st.none() | st.integers(0, 12),
    income_idr=st.none() | st.integers(0, 10_000_000),
)
weights_of = st.dictionaries(st.sampled_from(sorted(CRITERIA[HOME])), st.integers(0, 100))


@given(weights_of, standings)
def test_a_score_is_the_sum_of_its_parts_inside_its_bounds(weights, facts):
    found = score(HOME, weights, facts)
    assert found.total == sum(found.parts.values())
    assert 0 <= found.total <= sum(weights.values()) * ONE
    assert found == score(HOME, dict(reversed(list(weights.items()))), facts)
