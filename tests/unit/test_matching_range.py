"""Costs at and beyond the largest numbers of the solver: the answer stays exact, or says what it leaves open."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from berdaya.training.rules import matching, network, solving
from berdaya.training.rules.cycles import negative_cycle, repaired
from berdaya.training.rules.matching import match
from berdaya.training.rules.network import (
    Choices,
    CostRangeError,
    Flow,
    InfeasibleError,
    Residual,
    Upper,
    cost_of_flow,
    largest_cost,
    prices,
    residual,
    solve,
)
from berdaya.training.rules.reserve import Penalties
from berdaya.training.types import MatchingProblem, ScoreWeights
from tests.unit.test_training_matching import (
    allowed_scores,
    assert_within_limits,
    every_placement,
    has,
    offer,
    person,
    problems,
)


def ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def best_value(problem: MatchingProblem) -> tuple[int, ...]:
    """Placed, reserves met in their order, score: the best of all placements, found without the code under test."""
    ways = list(every_placement(problem))
    most = max(n for _, n, _ in ways)
    return max(value(problem, choice, n, s, most) for choice, n, s in ways)


def value(problem: MatchingProblem, choice, placed: int, score: int, most: int) -> tuple[int, ...]:
    reached = [
        min(math.ceil(round(share * most, 9)), sum(j >= 0 and has(problem, i, name) for i, j in enumerate(choice)))
        for name, share in problem.reserved.items()
    ]
    return (placed, *reached, score)


def value_of(result) -> tuple[int, ...]:
    return value(result.problem, result.placement.tolist(), result.placed, result.total_score, result.placed)


def beyond_the_solver(patch: pytest.MonkeyPatch, weights: ScoreWeights, classes: int) -> None:
    """Only the very smallest penalties fit: far too small to keep the aims apart by themselves."""
    tiny = Penalties(unplaced=3 * weights.step, outer=2 * weights.step, inner=weights.step)
    true = Penalties.above(weights, classes)
    patch.setattr(solving.Penalties, "rungs", classmethod(lambda *_: (tiny, true)))
    kept = network.solve

    def limited(people: int, choices: Choices, upper: Upper) -> Flow:
        if upper.cost.max(initial=0) >= true.inner:
            raise CostRangeError
        return kept(people, choices, upper)

    patch.setattr(solving, "solve", limited)


@settings(max_examples=200, deadline=None)
@given(problems(people=6, reserves=True))
def test_penalties_beyond_the_solver_are_kept_by_hand(problem: MatchingProblem) -> None:
    with pytest.MonkeyPatch.context() as patch:
        beyond_the_solver(patch, problem.weights, len(problem.classes))
        result = match(problem)
    assert_within_limits(result)
    assert result.gap == 0
    assert value_of(result) == best_value(problem)


def test_the_repair_is_asked_for_and_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two seats, and nobody likes what is taught: tiny penalties would leave people at home, the repair seats them."""
    people = tuple(person(n, interests=("rattan",), woman=n == 2) for n in range(3))
    given_ = MatchingProblem(people, (offer("K1", seats=2),), reserved={"women": 0.5})
    asked = []
    monkeypatch.setattr(solving, "repaired", lambda *facts: asked.append(facts[2].cost) or repaired(*facts))
    beyond_the_solver(monkeypatch, given_.weights, 1)
    result = match(given_)
    assert (result.placed, result.gap) == (2, 0)
    assert result.reserves[0].reached >= result.reserves[0].target
    assert asked
    assert max(asked) > result.objective


@settings(max_examples=150, deadline=None)
@given(problems(people=6, reserves=True), st.sampled_from([1, 2_000_000, 10**9]))
def test_where_numbers_run_out_only_the_order_of_the_list_gets_coarser(problem: MatchingProblem, narrow: int) -> None:
    plain = match(problem)
    kept = network.solve

    def limited(people: int, choices: Choices, upper: Upper) -> Flow:
        if choices.cost.max(initial=0) > narrow and not upper.cost.any():
            raise CostRangeError
        return kept(people, choices, upper)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "solve", limited)
        try:
            result = match(problem)
        except CostRangeError:
            assert narrow == 1
            return
    assert_within_limits(result)
    assert (result.gap, value_of(result)) == (plain.gap, value_of(plain))


def test_a_list_too_long_for_the_solver_weighs_neighbours_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []
    kept = network.solve

    def limited(people: int, choices: Choices, upper: Upper) -> Flow:
        tried.append(int(choices.cost.max()))
        if tried[-1] > 40 * ScoreWeights().best:
            raise CostRangeError
        return kept(people, choices, upper)

    given_ = MatchingProblem(tuple(person(n) for n in range(100)), (offer("K1", seats=60),))
    strict = match(given_)
    monkeypatch.setattr(matching, "solve", limited)
    coarse = match(given_)
    assert (len(tried), tried[0] > tried[1]) == (2, True)
    assert (coarse.placed, coarse.objective) == (strict.placed, strict.objective)
    # Neighbours are 32: who is left out comes from the last four such blocks, never from the first of the list.
    assert np.flatnonzero(coarse.placement < 0).min() >= 100 - 40 - 32
    assert np.flatnonzero(strict.placement < 0).tolist() == list(range(60, 100))


@pytest.mark.parametrize("people", [3, 40, 700])
def test_costs_at_the_computed_limit_are_solved(people: int) -> None:
    """A ladder in which everybody must move on by one class, each at the dearest price that is allowed."""
    upper = Upper(
        nodes=people + 2,
        tail=np.arange(people + 1),
        head=np.full(people + 1, people + 1),
        lower=np.zeros(people + 1, dtype=np.int64),
        capacity=np.append(np.ones(people, dtype=np.int64), 1),
        cost=np.zeros(people + 1, dtype=np.int64),
    )
    dear = largest_cost(2 * people + 2)
    owner = np.repeat(np.arange(people), 2)
    node = np.column_stack([np.arange(people), np.arange(1, people + 1)]).ravel()
    cost = np.column_stack([np.full(people, dear - 1), np.full(people, dear)]).ravel()
    cost[0] = dear
    cost[1] = 1
    flow = solve(people, Choices(owner, node, cost), upper)
    assert flow.cost == 1 + dear * (people - 1)
    assert solve(people, Choices(owner, node, 65 * cost), upper).cost == 65 * flow.cost  # a measure that all share
    with pytest.raises(CostRangeError):
        solve(people, Choices(owner, node, 65 * cost + (np.arange(len(cost)) == 0)), upper)


def test_who_has_one_choice_only_counts_against_the_seats() -> None:
    seats = Upper(3, ints(0, 1), ints(2, 2), ints(0, 0), ints(1, 1), ints(0, 0))
    fits = solve(2, Choices(ints(0, 1, 1), ints(0, 0, 1), ints(5, 1, 9)), seats)
    assert (fits.choice.tolist(), fits.upper.tolist(), fits.cost) == ([0, 2], [1, 1], 14)
    with pytest.raises(InfeasibleError):
        solve(2, Choices(ints(0, 1), ints(0, 0), ints(5, 1)), seats)
    with pytest.raises(InfeasibleError):
        solve(2, Choices(ints(0, 0), ints(0, 1), ints(5, 1)), seats)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 7), st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(-3, 9)), max_size=20))
def test_a_negative_cycle_is_found_exactly_where_there_is_one(nodes: int, arcs: list[tuple[int, int, int]]) -> None:
    arcs = [(a % nodes, b % nodes, c) for a, b, c in arcs]
    columns = [ints(*column) for column in zip(*arcs, strict=True)] or [ints()] * 3
    found = negative_cycle(Residual(nodes, *columns))
    way = np.full((nodes, nodes), 10**6)
    for a, b, c in arcs:
        way[a, b] = min(way[a, b], c)
    for k in range(nodes):
        way = np.minimum(way, way[:, [k]] + way[[k], :])
    assert (len(found) > 0) == bool((np.diag(way) < 0).any())
    if len(found):
        tail, head, cost = (column[found] for column in columns)
        assert cost.sum() < 0
        assert sorted(tail.tolist()) == sorted(head.tolist())
        assert len(set(tail.tolist())) == len(found)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 6), st.integers(1, 4), st.randoms(use_true_random=False))
def test_any_flow_is_repaired_to_the_cheapest(people: int, classes: int, random) -> None:
    seats = [random.randint(0, 3) for _ in range(classes)] + [people]
    upper = Upper(
        classes + 2, np.arange(classes + 1), np.full(classes + 1, classes + 1),
        np.zeros(classes + 1, dtype=np.int64), ints(*seats), ints(*(random.randint(0, 9) for _ in seats)),
    )  # fmt: skip
    owner, node = np.repeat(np.arange(people), classes + 1), np.tile(np.arange(classes + 1), people)
    choices = Choices(owner, node, ints(*(random.randint(0, 20) for _ in owner)))
    left, choice = list(seats), []
    for i in range(people):
        j = random.choice([j for j in range(classes + 1) if left[j]])
        left[j] -= 1
        choice.append(i * (classes + 1) + j)
    flows = np.array(seats) - np.array(left)
    start = Flow(ints(*choice), flows, cost_of_flow(choices, upper, ints(*choice), flows))
    best, mended = solve(people, choices, upper), repaired(choices, upper, start)
    assert mended.cost == best.cost <= start.cost
    assert (np.bincount(choices.node[mended.choice], minlength=classes + 1) == mended.upper).all()
    assert (choices.person[mended.choice] == np.arange(people)).all()
    prices(residual(choices, upper, mended, choices.node[mended.choice], choices.cost[mended.choice]))


def test_weights_without_a_common_measure_change_nothing_but_the_numbers() -> None:
    weights = ScoreWeights.of({"interest": 0.37, "talent": 0.29, "resource": 0.23, "distance": 0.11})
    assert (weights.step, ScoreWeights().step) == (1, 100)
    people = tuple(person(n, interests=("fish",) if n % 2 else ("rattan",)) for n in range(4))
    result = match(replace(MatchingProblem(people, (offer("K1", seats=2),)), weights=weights))
    assert (result.placement.tolist(), result.gap) == ([-1, 0, -1, 0], 0)
    scores = allowed_scores(result.problem)
    assert result.total_score == scores[1, 0] + scores[3, 0]
