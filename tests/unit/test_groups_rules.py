"""Forming groups: limits always hold, as many as can be, whatever the order; officers are adults."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from berdaya.areas.codes import Level, ancestor
from berdaya.groups.rules import (
    age_on,
    along_the_road,
    bound_together,
    check_members,
    check_officers,
    elect,
    form,
)
from berdaya.groups.types import GroupLimits, Joiner, Left, Position

DAY = date(2024, 7, 1)
VILLAGES = {
    3512042001: (-7.70, 114.00),
    3512042002: (-7.71, 114.03),
    3512042003: (-7.78, 114.09),
    3512052001: (-7.9, 114.3),
}


def joiner(n: int, area: int = 3512042001, kind: str = "chips", **facts) -> Joiner:
    lat, lon = VILLAGES.get(area, (None, None))
    base = {"id": UUID(int=n), "household": UUID(int=10_000 + n), "number": n, "area": area, "kind": kind}
    return Joiner(**(base | {"latitude": lat, "longitude": lon, "birth_date": date(1980, 1, 1)} | facts))


@st.composite
def crowds(draw: st.DrawFn) -> list[Joiner]:
    return [
        joiner(n, draw(st.sampled_from(sorted(VILLAGES))), draw(st.sampled_from(["chips", "batik"])))
        for n in range(draw(st.integers(0, 45)))
    ]


def most_in_groups(count: int, limits: GroupLimits) -> int:
    """How many of `count` people can sit in groups within the limits."""
    return min(count, count // limits.smallest * limits.largest)


@settings(max_examples=100, deadline=None)
@given(crowds(), st.integers(1, 6), st.integers(0, 8), st.randoms(use_true_random=False))
def test_groups_keep_every_limit_and_take_as_many_as_can_be(people, smallest: int, more: int, random) -> None:
    limits = GroupLimits(smallest=smallest, largest=smallest + more)
    result = form(people, limits)
    everyone = [m.id for g in result.groups for m in g.members] + [x.joiner.id for x in result.leftovers]
    assert sorted(everyone) == sorted(p.id for p in people)
    for group in result.groups:
        assert limits.smallest <= len(group.members) <= limits.largest
        assert {ancestor(m.area, Level.DISTRICT) for m in group.members} == {group.area}
        assert {m.kind for m in group.members} == {group.kind}
        assert check_members(group.members, group.members[0].area, limits) == []
    grouped = Counter((g.area, g.kind) for g in result.groups for _ in g.members)
    wanting = Counter((ancestor(p.area, Level.DISTRICT), p.kind) for p in people)
    assert all(grouped[place] == most_in_groups(count, limits) for place, count in wanting.items())
    shuffled = list(people)
    random.shuffle(shuffled)
    assert form(shuffled, limits) == result


@pytest.mark.parametrize(
    ("count", "expected"), [(4, 0), (5, 5), (7, 7), (8, 7), (9, 7), (10, 10), (14, 14), (15, 15), (22, 22)]
)
def test_how_many_fit_into_groups_of_five_to_seven(count: int, expected: int) -> None:
    limits = GroupLimits(smallest=5, largest=7)
    assert most_in_groups(count, limits) == expected
    assert sum(len(g.members) for g in form([joiner(n) for n in range(count)], limits).groups) == expected


def test_neighbours_come_together() -> None:
    people = [joiner(n, 3512042001 if n % 2 else 3512042003) for n in range(20)]
    groups = form(people, GroupLimits()).groups
    assert [{m.area for m in g.members} for g in groups] in (
        [{3512042001}, {3512042003}],
        [{3512042003}, {3512042001}],
    )


def test_whoever_is_left_is_told_why() -> None:
    people = [joiner(n) for n in range(8)]
    people += [joiner(20 + n, 3512052001) for n in range(3)]
    people += [joiner(40, kind=""), joiner(41, household=UUID(int=10_000))]
    result = form(people, GroupLimits(smallest=5, largest=7))
    told = {x.joiner.number: (x.reason, x.found) for x in result.leftovers}
    assert {n: told[n] for n in (20, 21, 22)} == dict.fromkeys((20, 21, 22), (Left.TOO_FEW, 3))
    assert told[40][0] is Left.NO_KIND
    assert told[41][0] is Left.SAME_HOUSEHOLD
    assert [reason for reason, _ in told.values()].count(Left.DOES_NOT_DIVIDE) == 1


def test_villages_stay_together_along_the_road() -> None:
    areas = [p.area for p in along_the_road(joiner(n, sorted(VILLAGES)[n % 4]) for n in range(40))]
    assert sum(a != b for a, b in itertools.pairwise(areas)) == 3


def test_officers_are_adults_and_distinct() -> None:
    members = [
        joiner(1, birth_date=date(2006, 7, 2)),
        joiner(2, birth_date=None),
        joiner(3, birth_date=date(2006, 7, 1)),
        joiner(4, in_business=True),
        joiner(5),
    ]
    minutes = elect(members, DAY, GroupLimits())
    assert [m.int for _, m in minutes.officers] == [4, 3, 5]
    assert minutes.vacant == ()
    assert elect(members[:3], DAY, GroupLimits()).vacant == (Position.SECRETARY, Position.TREASURER)
    births = {m.id: m.birth_date for m in members}
    bad = {Position.CHAIR: UUID(int=1), Position.SECRETARY: UUID(int=2), Position.TREASURER: UUID(int=99)}
    assert {v.code for v in check_officers(bad, births, DAY, GroupLimits())} == {
        "group_officer_minor",
        "group_officer_age_unknown",
        "group_officer_no_member",
    }
    twice = dict.fromkeys((Position.CHAIR, Position.SECRETARY), UUID(int=5))
    assert [v.code for v in check_officers(twice, births, DAY, GroupLimits())] == ["group_officer_twice"]
    good = dict(minutes.officers)
    assert check_officers(good, births, DAY, GroupLimits()) == []


def test_no_configuration_makes_a_child_an_officer() -> None:
    with pytest.raises(ValueError, match="18"):
        GroupLimits(officer_min_age=17)


def test_changes_are_checked() -> None:
    members = [joiner(n) for n in range(6)] + [joiner(9, 3512052001), joiner(10, household=UUID(int=10_001))]
    codes = [
        v.code
        for v in check_members(members, 3512042001, GroupLimits(smallest=5, largest=7), others={UUID(int=3): "B"})
    ]
    assert codes == ["group_too_big", "group_member_taken", "group_member_elsewhere", "group_household_twice"]
    assert [v.code for v in check_members(members[:4], 3512042001, GroupLimits())] == ["group_too_small"]


@given(st.dates(min_value=date(1930, 1, 1), max_value=date(2024, 1, 1)))
def test_age_counts_completed_years(birth: date) -> None:
    age = age_on(birth, DAY)
    assert birth.year + age <= DAY.year
    assert (birth.month, birth.day) <= (7, 1) or birth.year + age < DAY.year


# People who asked for each other


@settings(max_examples=100, deadline=None)
@given(crowds(), st.integers(1, 6), st.integers(0, 8), st.data())
def test_those_who_asked_for_each_other_are_never_parted(people, smallest: int, more: int, data) -> None:
    limits = GroupLimits(smallest=smallest, largest=smallest + more)
    ids = [p.id for p in people]
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=8)) if ids else []
    wishes = [*pairs, *((b, a) for a, b in pairs[::2])]
    result = form(people, limits, wishes)
    everyone = [m.id for g in result.groups for m in g.members] + [x.joiner.id for x in result.leftovers]
    assert sorted(everyone) == sorted(ids)
    place = {m.id: n for n, g in enumerate(result.groups) for m in g.members}
    by_id, asked = {p.id: p for p in people}, set(wishes)
    for group in result.groups:
        assert limits.smallest <= len(group.members) <= limits.largest
        assert check_members(group.members, group.members[0].area, limits) == []
    for block in bound_together(people, wishes, limits.largest):
        here = {ancestor(p.area, Level.DISTRICT) for p in block}, {p.kind for p in block}
        if len(block) > 1 and all(len(part) == 1 for part in here):
            assert len({place.get(p.id) for p in block}) == 1, "in one group, or in none"
    for a, b in asked:
        lonely = (b, a) not in asked
        assert lonely or a == b or by_id[a] is not None


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 9), st.integers(1, 4), st.integers(0, 3), st.data())
def test_no_cut_leaves_fewer_people_out(count: int, smallest: int, more: int, data) -> None:
    """Against every way to cut a row of blocks into groups."""
    limits = GroupLimits(smallest=smallest, largest=smallest + more)
    people = [joiner(n) for n in range(count)]
    pairs = [(people[n].id, people[n + 1].id) for n in range(count - 1) if data.draw(st.booleans())]
    wishes = [*pairs, *((b, a) for a, b in pairs)]
    sizes = [len(block) for block in bound_together(people, wishes, limits.largest)]

    def fewest(at: int) -> int:
        if at == len(sizes):
            return 0
        ends = range(at + 1, len(sizes) + 1)
        whole = [fewest(end) for end in ends if limits.smallest <= sum(sizes[at:end]) <= limits.largest]
        return min([sizes[at] + fewest(at + 1), *whole])

    expected = count if count < limits.smallest else fewest(0)
    assert len(form(people, limits, wishes).leftovers) == expected


def test_a_wish_that_only_one_has_binds_nobody() -> None:
    people = [joiner(n, sorted(VILLAGES)[n % 2]) for n in range(10)]
    limits = GroupLimits(smallest=5, largest=5)
    assert form(people, limits, [(people[0].id, people[1].id)]) == form(people, limits)
    mutual = form(people, limits, [(people[0].id, people[1].id), (people[1].id, people[0].id)])
    assert mutual != form(people, limits)
    assert any({people[0], people[1]} <= set(g.members) for g in mutual.groups)
