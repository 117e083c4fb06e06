"""Matching with people who belong together, fixed seats, hours elsewhere and a budget, against brute force."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from berdaya.training.rules import opening
from berdaya.training.rules.checks import faults
from berdaya.training.rules.matching import match
from berdaya.training.rules.pairs import metres_between
from berdaya.training.rules.score import ScoreTable
from berdaya.training.types import ClassOffer, MatchingProblem, Trainee
from tests.unit.test_training_matching import allowed_scores, has, offer, person, problems


@st.composite
def arranged(draw: st.DrawFn) -> MatchingProblem:
    """Problems with sets, fixed seats, own distances, hours elsewhere and a budget."""
    problem = draw(problems(people=5, classes=3, minimums=draw(st.booleans()), reserves=draw(st.booleans())))
    people, classes = list(problem.trainees), list(problem.classes)
    classes = [replace(c, cost=draw(st.integers(0, 3)), seats=c.seats + 1) for c in classes]
    for i, someone in enumerate(people):
        follows = people[draw(st.integers(0, i - 1))].id if i and draw(st.integers(0, 2)) == 0 else None
        barred = tuple(c.id for c in classes if draw(st.integers(0, 9)) == 0)
        own = draw(st.sampled_from([None, None, 3.0]))
        people[i] = replace(someone, follows=follows, barred=barred, max_km=own)
    fixed = draw(st.integers(0, 3)) == 0 and bool(people) and bool(classes)
    if fixed:
        seat = draw(st.sampled_from(classes)).id
        people[0] = replace(people[0], fixed=seat, barred=())
    budget = draw(st.sampled_from([None, None, 2, 4]))
    return replace(problem, trainees=tuple(people), classes=tuple(classes), budget=None if fixed else budget)


def every_arranged(problem: MatchingProblem):
    """All placements that the further limits leave, with what they are worth; the code under test is not asked."""
    scores, people, classes = allowed_scores(problem), problem.trainees, problem.classes
    number = {t.id: i for i, t in enumerate(people)}
    rooms = {c.id: j for j, c in enumerate(classes)}
    fixed = {i: rooms[t.fixed] for i, t in enumerate(people) if t.fixed}

    def may(i: int, j: int) -> bool:
        if i in fixed:
            return j == fixed[i]
        if j < 0:
            return True
        if (i, j) not in scores or classes[j].id in people[i].barred:
            return False
        spot, room = people[i], classes[j]
        way = metres_between(*(np.array([x]) for x in (spot.latitude, spot.longitude, room.latitude, room.longitude)))
        return spot.max_km is None or way[0] <= spot.max_km * 1000

    for choice in itertools.product(range(-1, len(classes)), repeat=len(people)):
        if not all(may(i, j) for i, j in enumerate(choice)):
            continue
        fill = [choice.count(j) for j in range(len(classes))]
        if any(f > c.seats for f, c in zip(fill, classes, strict=True)):
            continue
        least = [0 if j in fixed.values() else c.minimum for j, c in enumerate(classes)]
        if any(0 < f < m for f, m in zip(fill, least, strict=True)):
            continue
        if any(t.follows and choice[number[t.follows]] != choice[i] for i, t in enumerate(people)):
            continue
        spent = sum(c.cost for f, c in zip(fill, classes, strict=True) if f)
        if problem.budget is None or spent <= problem.budget:
            yield choice


@settings(max_examples=250, deadline=None)
@given(arranged())
def test_sets_fixed_seats_hours_and_budget_against_brute_force(problem: MatchingProblem) -> None:
    ways = list(every_arranged(problem))
    if not ways:
        return
    result = match(problem)
    assert tuple(result.placement.tolist()) in set(ways)
    assert result.gap == 0
    table = ScoreTable(problem)
    metres = {}
    for (i, t), (j, c) in itertools.product(enumerate(problem.trainees), enumerate(problem.classes)):
        spots = (t.latitude, t.longitude, c.latitude, c.longitude)
        known = t.latitude is not None
        metres[i, j] = int(metres_between(*(np.array([x]) for x in spots))[0]) if known else 0
    score = {
        (i, j): int(table.scores(np.array([i]), np.array([j]), np.array([way]))[0]) for (i, j), way in metres.items()
    }
    most = max(sum(j >= 0 for j in way) for way in ways)
    wanted = {name: math.ceil(round(share * most, 9)) for name, share in problem.reserved.items()}

    def value(choice: tuple[int, ...]) -> tuple[int, ...]:
        reached = [
            min(goal, sum(j >= 0 and has(problem, i, name) for i, j in enumerate(choice)))
            for name, goal in wanted.items()
        ]
        return (
            sum(j >= 0 for j in choice),
            *reached,
            sum(score[i, j] for i, j in enumerate(choice) if j >= 0),
        )

    assert value(tuple(result.placement.tolist())) == max(map(value, ways))


@settings(max_examples=60, deadline=None)
@given(arranged())
def test_beyond_the_programmes_size_sets_still_sit_together(problem: MatchingProblem) -> None:
    ways = set(every_arranged(problem))
    if not ways or any(t.fixed for t in problem.trainees):
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "MIP_PAIRS", -1)
        result = match(problem)
    assert tuple(result.placement.tolist()) in ways
    assert result.bound <= match(problem).objective <= result.objective


def test_a_reserve_that_cannot_be_met_leaves_no_gap_where_a_class_cannot_fill() -> None:
    """A class below its minimum and an unreachable reserve: what is lost to the reserve is no gap."""
    people = tuple(person(n, interests=("fish",)) for n in range(6))
    classes = (offer("K1", seats=5, minimum=4), offer("K2", seats=5, minimum=4, kinds=("rattan",)))
    result = match(MatchingProblem(people, classes, reserved={"women": 0.5, "disability": 0.1}))
    assert (result.placed, result.gap, len(result.closed)) == (5, 0, 1)
    assert all(reserve.reached < reserve.target for reserve in result.reserves)


def test_faults_are_named() -> None:
    names = {UUID(int=n + 1): str(n) for n in range(9)}
    village = 3512042003

    def codes(people: tuple[Trainee, ...], classes: tuple[ClassOffer, ...]) -> list[str]:
        return [f.code for f in faults(MatchingProblem(people, classes), names.__getitem__)]

    fine = tuple(person(n, village=village) for n in range(3))
    assert codes(fine, (offer("K1"),)) == []
    assert codes(fine, (offer("K1", seats=0), offer("K2"))) == ["training_class_no_seats"]
    assert codes(fine, (offer("K1"), offer("K1", id="x"))) == ["training_class_code_twice"]
    assert codes((person(1, village=3512040000),), (offer("K1"),)) == ["training_no_village"]
    round_ = tuple(replace(t, follows=fine[(i + 1) % 3].id) for i, t in enumerate(fine))
    assert codes(round_, (offer("K1", seats=5),)) == ["training_together_circle"]
    line = (fine[0], replace(fine[1], follows=fine[0].id), replace(fine[2], follows=fine[1].id))
    assert codes(line, (offer("K1", seats=3),)) == []
    assert codes(line, (offer("K1", seats=2),)) == ["training_together_too_big"]
    apart = (replace(line[0], fixed="a"), replace(line[1], fixed="b"), line[2])
    assert codes(apart, (offer("a", id="a", seats=9), offer("b", id="b"))) == ["training_together_apart"]
    assert codes((replace(fine[0], fixed="gone"),), (offer("K1"),)) == ["training_fixed_gone"]
    wheels = (replace(fine[0], fixed="a", needs_access=True),)
    assert codes(wheels, (offer("a", id="a"),)) == ["training_fixed_steps"]
    both = (replace(fine[0], fixed="a"), replace(fine[1], fixed="a"))
    assert codes(both, (offer("a", id="a", seats=1),)) == ["training_fixed_too_many"]
