"""The search for classes to hold: a quick first look loses nothing, and where it is cut short the gap is told."""

from __future__ import annotations

import time

import pytest
from benchmarks.matching import arranged as invented
from hypothesis import given, settings

from berdaya.training.rules import programme
from berdaya.training.rules.matching import match
from berdaya.training.rules.programme import Patience
from berdaya.training.types import Matching, MatchingProblem
from tests.unit.test_matching_arranged import arranged, every_arranged
from tests.unit.test_training_matching import assert_within_limits, offer, person, problems


def aims(result: Matching) -> tuple[int, ...]:
    return (result.placed, *(min(r.target, r.reached) for r in result.reserves), result.total_score)


@settings(max_examples=80, deadline=None)
@given(arranged())
def test_the_first_look_among_what_the_relaxation_leaves_open_loses_nothing(problem: MatchingProblem) -> None:
    if not any(True for _ in every_arranged(problem)):
        return
    plain = match(problem)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(programme, "EXACT_PAIRS", -1)
        patch.setattr(programme, "SCORE_GAP", 0.0)
        found = match(problem)
    assert aims(found) == aims(plain)
    assert found.bound <= plain.objective == found.objective


@settings(max_examples=80, deadline=None)
@given(problems(people=6, classes=3, minimums=True, reserves=True))
def test_aims_that_are_not_searched_to_their_end_are_told(problem: MatchingProblem) -> None:
    """People and places of a reserve that were not ruled out widen the bound, never the other way round."""
    best = match(problem)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(programme, "WHOLE", "limits/gap = 0.9")
        patch.setattr(programme, "EXACT_PAIRS", -1)
        patch.setattr(programme, "SCORE_GAP", 0.5)
        rough = match(problem)
    assert_within_limits(rough)
    assert aims(rough)[:1] <= aims(best)[:1]
    assert rough.bound <= best.objective


@settings(max_examples=40, deadline=None)
@given(arranged())
def test_no_time_at_all_still_gives_a_plan_within_all_limits(problem: MatchingProblem) -> None:
    ways = set(every_arranged(problem))
    if not ways or any(t.fixed for t in problem.trainees):
        return
    best = match(problem)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(programme, "LEAST_SECONDS", 0.0)
        patch.setattr(programme, "SECONDS", 0.0)
        patch.setattr(Patience, "share", lambda *_: 0.0)
        hasty = match(problem)
    assert tuple(hasty.placement.tolist()) in ways
    if hasty.placed == best.placed or not best.reserves:
        assert hasty.bound <= best.objective <= hasty.objective


def test_a_search_cut_short_ends_in_time_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    given_ = invented(600, 40)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Patience.__init__, "__defaults__", (600.0,))  # the clock of a busy machine ends nothing here
        whole = match(given_)
    assert "clock" not in whole.method
    assert whole.score_gap < 0.01
    monkeypatch.setattr(programme, "LEAST_SECONDS", 0.02)
    monkeypatch.setattr(Patience.__init__, "__defaults__", (0.0,))
    began = time.process_time()
    short = match(given_)
    assert time.process_time() - began < 10
    assert "ended by the clock" in short.method or "emptiest classes closed" in short.method
    assert short.placed <= whole.placed
    assert short.bound <= whole.objective
    spent = sum(c.cost for c, n in zip(given_.classes, short.fill, strict=True) if n)
    assert spent <= (given_.budget or 0)
    assert all(n <= c.seats and (n == 0 or n >= c.minimum) for c, n in zip(given_.classes, short.fill, strict=True))


def test_patience_runs_out_and_never_asks_for_less_than_is_of_use(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(programme.time, "monotonic", lambda: now[0])
    patience = Patience(20)
    assert [patience.share(step) for step in ("placed", "score")] == [20 * programme.SHARES["placed"], 20]
    now[0] += 19
    assert patience.share("score") == programme.LEAST_SECONDS
    now[0] += 900
    assert patience.share("placed") == programme.LEAST_SECONDS


def test_a_budget_that_holds_one_class_of_two_is_proved() -> None:
    people = tuple(person(n, interests=("fish",) if n < 4 else ("rattan",)) for n in range(7))
    classes = (offer("K1", seats=4, minimum=2, cost=5), offer("K2", seats=4, minimum=2, cost=5, kinds=("rattan",)))
    result = match(MatchingProblem(people, classes, budget=9))
    assert (result.placed, result.gap, result.closed) == (4, 0, (1,))
