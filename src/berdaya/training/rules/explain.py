"""From a solved network to answers for people: why this class, what came next, what one more seat brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from berdaya.training.rules.network import arrivals, residual
from berdaya.training.rules.score import ScoreTable
from berdaya.training.types import (
    COMPONENTS,
    Bools,
    Ints,
    Matching,
    MatchingProblem,
    PlacementReason,
    ReserveOutcome,
    SeatValue,
    Why,
)

if TYPE_CHECKING:
    from berdaya.training.rules.opening import Held
    from berdaya.training.rules.solving import Instance

NONE = -1


def _best_of(people: int, person: Ints, key: Ints) -> Ints:
    """Largest key of each person, -1 where there is none; `person` is sorted."""
    best = np.full(people, NONE, dtype=np.int64)
    if len(person):
        first = np.flatnonzero(np.concatenate([[True], person[1:] != person[:-1]]))
        best[person[first]] = np.maximum.reduceat(key, first)
    return best


class _Ranking:
    """A person's classes by score, then by code: one number a pair that sorts so."""

    def __init__(self, it: Instance) -> None:
        self._it, self._width = it, max(1, it.classes)
        self.key = it.score * self._width + (self._width - 1 - it.cls)

    def cls(self, key: Ints) -> Ints:
        return np.where(key < 0, NONE, self._width - 1 - key % self._width)

    def score(self, key: Ints) -> Ints:
        return np.where(key < 0, 0, key // self._width)


def seat_values(held: Held) -> tuple[SeatValue, ...]:
    """For each class the difference that a re-solved matching with one more seat there would make.

    A shortest residual path over all pairs gives it for all classes at once; it equals solving again.
    """
    solved, it = held.solved, held.instance
    rest = residual(it.choices(solved.groups), solved.upper, solved.flow, solved.node, solved.cost_of)
    gain = np.maximum(0, -arrivals(rest)[: it.classes])
    values = []
    for i in range(it.classes):
        left = 0 if held.closed[i] else int(gain[i])
        placed = round(left / it.penalties.unplaced)
        left -= placed * it.penalties.unplaced
        left -= round(left / it.penalties.outer) * it.penalties.outer
        left -= round(left / it.penalties.inner) * it.penalties.inner
        values.append(SeatValue(placed=placed, points=left + placed * it.problem.weights.best))
    return tuple(values)


def _unplaced(it: Instance, reach: Ints, open_reach: Ints, bound: set[int], i: int) -> Why:
    trainee = it.problem.trainees[i]
    if trainee.latitude is None or trainee.longitude is None:
        return Why.NO_POSITION
    if not reach[i]:
        return Why.NO_ACCESS if it.within[i] else Why.TOO_FAR
    if not open_reach[i]:
        return Why.ALL_CLOSED
    return Why.NO_ROOM_TOGETHER if i in bound else Why.ALL_FULL


def _why(it: Instance, closed: Bools, placement: Ints, missed: Ints) -> tuple[Why, ...]:
    fill = np.bincount(placement[placement >= 0], minlength=it.classes)
    reach = np.bincount(it.person, minlength=it.people)
    open_reach = np.bincount(it.person[~closed[it.cls]], minlength=it.people)
    bound = {i for members in it.together for i in members}
    answers: list[Why] = []
    for i in range(it.people):
        better = missed[i]
        if placement[i] < 0:
            answers.append(_unplaced(it, reach, open_reach, bound, i))
        elif i in it.fixed:
            answers.append(Why.KEPT if it.problem.trainees[i].kept else Why.FIXED)
        elif better < 0:
            answers.append(Why.FIRST_CHOICE)
        elif closed[better]:
            answers.append(Why.BETTER_CLOSED)
        else:
            full = fill[better] >= it.seats[better]
            answers.append(Why.BETTER_FULL if full else Why.TOGETHER if i in bound else Why.HELD_FOR_MINIMUM)
    return tuple(answers)


def nobody(problem: MatchingProblem) -> Matching:
    """The outcome where there is nobody to place."""
    none = np.zeros(0, dtype=np.int64)
    return Matching(
        problem=problem,
        **dict.fromkeys(("placement", "score", "metres", "choice", "first", "next", "next_score"), none),
        missed=none,
        missed_score=none,
        why=(),
        objective=0,
        bound=0,
        unplaced_cost=0,
        method="flow",
        reserves=(),
        closed=(),
        one_more_seat=tuple(SeatValue(0, 0) for _ in problem.classes),
    )


def outcome(it: Instance, held: Held, reserves: tuple[ReserveOutcome, ...]) -> Matching:
    """Put the answer together."""
    node = held.solved.node
    placement = np.where(node < it.classes, node, NONE).astype(np.int64)
    ranking = _Ranking(it)
    own = np.flatnonzero(placement[it.person] == it.cls)
    own_key = np.full(it.people, NONE, dtype=np.int64)
    own_key[it.person[own]] = ranking.key[own]
    metres = np.full(it.people, NONE, dtype=np.int64)
    metres[it.person[own]] = it.metres[own]
    first_key = _best_of(it.people, it.person, ranking.key)
    after = np.where(ranking.key < own_key[it.person], ranking.key, NONE)
    ahead = np.bincount(it.person[ranking.key > own_key[it.person]], minlength=it.people)
    next_key = _best_of(it.people, it.person, after)
    score = ranking.score(own_key)
    missed_key = np.where((ranking.score(first_key) > score) | (own_key < 0), first_key, NONE)
    missed = ranking.cls(missed_key)
    return Matching(
        problem=it.problem,
        placement=placement,
        score=score,
        metres=metres,
        choice=np.where(placement >= 0, ahead + 1, 0),
        first=ranking.cls(first_key),
        next=ranking.cls(next_key),
        next_score=ranking.score(next_key),
        missed=missed,
        missed_score=ranking.score(missed_key),
        why=_why(it, held.closed, placement, missed),
        objective=held.solved.cost,
        bound=held.bound,
        unplaced_cost=it.penalties.unplaced,
        method=held.method,
        reserves=reserves,
        closed=tuple(np.flatnonzero(held.closed).tolist()),
        one_more_seat=seat_values(held),
    )


def reasons(matching: Matching) -> list[PlacementReason]:
    """One reason a person, in the order of the list."""
    table = ScoreTable(matching.problem)
    count = len(matching.placement)
    placed = np.flatnonzero(matching.placement >= 0)
    marks = np.zeros((count, len(COMPONENTS)), dtype=np.int64)
    if len(placed):
        marks[placed] = table.components(placed, matching.placement[placed], matching.metres[placed])
    return [_reason(matching, table, marks, i) for i in range(count)]


def _reason(matching: Matching, table: ScoreTable, marks: Ints, i: int) -> PlacementReason:
    cls = int(matching.placement[i])
    following, missed = int(matching.next[i]), int(matching.missed[i])
    return PlacementReason(
        why=matching.why[i],
        score=int(matching.score[i]),
        components=tuple(int(x) for x in marks[i]) if cls >= 0 else None,
        unknown=table.unknown(i, cls) if cls >= 0 else (),
        metres=int(matching.metres[i]) if cls >= 0 else None,
        placed=cls if cls >= 0 else None,
        next=following if following >= 0 else None,
        next_score=int(matching.next_score[i]) if following >= 0 else None,
        missed=missed if missed >= 0 else None,
        missed_score=int(matching.missed_score[i]) if missed >= 0 else None,
    )
