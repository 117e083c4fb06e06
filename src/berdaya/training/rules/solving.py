"""One matching problem as arrays, solved as a flow: for given seats, minimums and reserved shares."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from berdaya.training.rules.cycles import repaired
from berdaya.training.rules.network import (
    Choices,
    CostRangeError,
    Flow,
    NotOptimalError,
    Upper,
    cost_of_flow,
    least_per_person,
    lower_bound,
    prices,
    residual,
    solve,
)
from berdaya.training.rules.pairs import metres_between, reachable
from berdaya.training.rules.reserve import Floors, Groups, Penalties, unplaced_choices, upper_network
from berdaya.training.rules.score import ScoreTable
from berdaya.training.rules.tatonnement import rough_prices
from berdaya.training.types import Bools, Floats, Ints, MatchingProblem

FULL_EDGES = 3_000_000
"""Up to this many pairs the solver sees all of them at once."""
FIRST_EDGES = 10
"""Beyond it, it starts with this many pairs a person in the mean, those near the best at rough prices."""
NEAR_EDGES = (5, 8)
"""How many it is shown once there are prices of its own to choose them by: at first, and later."""
SWAPS = 1
"""Rounds in which pairs may be taken away again; after them the set only grows."""
QUICK_ROUNDS = 400
"""Rounds after which prices of the quick solution count as not settling; they settle in less than a hundred."""


@dataclass(frozen=True, slots=True)
class Solved:
    """An optimal flow for given floors and minimums, with prices and the bound they prove."""

    node: Ints
    cost_of: Ints
    flow: Flow
    upper: Upper
    price: Ints
    bound: int
    groups: Groups

    @property
    def cost(self) -> int:
        return self.flow.cost


class Instance:
    """The arrays of one problem: pairs with scores, choices with costs, the set shown to the solver.

    `settled` marks people who have one choice only: the class that they keep, or none.
    """

    def __init__(self, problem: MatchingProblem) -> None:
        people, classes = problem.trainees, problem.classes
        self.problem, self.people, self.classes = problem, len(people), len(classes)
        person, cls, metres = reachable(
            _positions([(t.latitude, t.longitude) for t in people]),
            _positions([(c.latitude, c.longitude) for c in classes]),
            problem.max_km,
        )
        self.place = {c.id: j for j, c in enumerate(classes)}
        person, cls, metres = self._allowed(person, cls, metres)
        self.table = ScoreTable(problem)
        self.person, self.cls, self.metres = person, cls, metres
        self.score = self.table.scores(person, cls, metres) if len(person) else person.copy()
        self.seats = np.array([c.seats for c in classes], dtype=np.int64)
        self.minimum = np.array([c.minimum for c in classes], dtype=np.int64)
        self.cost = np.array([c.cost for c in classes], dtype=np.int64)
        self.members = {
            "women": np.array([t.woman for t in people], dtype=np.bool_),
            "disability": np.array([t.disability for t in people], dtype=np.bool_),
        }
        self.rungs = Penalties.rungs(problem.weights, self.classes)
        self.penalties = self.rungs[-1]
        self.together = _sets(problem)
        self.fixed = {i: self.place[t.fixed] for i, t in enumerate(people) if t.fixed in self.place}
        # A class in which a seat is fixed is held, however few come.
        self.minimum[list(set(self.fixed.values()))] = 0
        self.settled = np.zeros(self.people, dtype=np.bool_)
        self._listed: tuple[Ints, Choices] | None = None
        self._shown = self._first_shown()

    def _allowed(self, person: Ints, cls: Ints, metres: Ints) -> tuple[Ints, Ints, Ints]:
        """Pairs that no person's own limits forbid, and those that are fixed, wherever they lie."""
        people, classes = self.problem.trainees, self.problem.classes
        limit = np.array([np.inf if t.max_km is None else t.max_km * 1000 for t in people])
        needs = np.array([t.needs_access for t in people], dtype=np.bool_)
        open_to_all = np.array([c.accessible for c in classes], dtype=np.bool_)
        keep = metres <= limit[person] if len(person) else np.zeros(0, dtype=np.bool_)
        self.within = np.bincount(person[keep], minlength=self.people)
        if len(person):
            keep &= ~needs[person] | open_to_all[cls]
        forbidden = [
            i * self.classes + self.place[c] for i, t in enumerate(people) for c in t.barred if c in self.place
        ]
        fixed = [(i, self.place[t.fixed]) for i, t in enumerate(people) if t.fixed in self.place]
        key = person * max(1, self.classes) + cls
        if forbidden:
            keep &= ~np.isin(key, forbidden)
        if not fixed:
            return (person, cls, metres) if keep.all() else (person[keep], cls[keep], metres[keep])
        keep &= ~np.isin(key, [i * self.classes + j for i, j in fixed])
        spots = _positions([(t.latitude, t.longitude) for t in people])
        rooms = _positions([(c.latitude, c.longitude) for c in classes])
        i, j = (np.array(column, dtype=np.int64) for column in zip(*fixed, strict=True))
        way = metres_between(spots[i, 0], spots[i, 1], rooms[j, 0], rooms[j, 1], unknown=0)
        person, cls = np.concatenate([person[keep], i]), np.concatenate([cls[keep], j])
        order = np.lexsort((cls, person))
        return person[order], cls[order], np.concatenate([metres[keep], way])[order]

    def settling(self, seats: Mapping[int, int]) -> Instance:
        """The same instance in which each person named has one choice: the class given, or -1 for none."""
        if not seats:
            return self
        made = copy(self)
        only = np.full(self.people, -2, dtype=np.int64)
        only[list(seats)] = list(seats.values())
        keep = (only[self.person] == -2) | (only[self.person] == self.cls)
        made.person, made.cls = self.person[keep], self.cls[keep]
        made.metres, made.score = self.metres[keep], self.score[keep]
        made.settled = self.settled | (only >= 0)
        made._listed = None
        made._shown = made._first_shown()
        return made

    def _first_shown(self) -> Bools:
        """Pairs that the solver sees at first: all, or those near each person's best at rough prices."""
        if len(self.person) <= FULL_EDGES:
            return np.ones(len(self.person), dtype=np.bool_)
        best = self.problem.weights.best
        cost = best - self.score
        price = rough_prices(self.person, self.cls, cost, self.seats, best=best, unplaced=self.rungs[0].unplaced)
        cost += price[self.cls]
        first = np.flatnonzero(np.concatenate([[True], self.person[1:] != self.person[:-1]]))
        least = np.minimum.reduceat(cost, first)
        cost -= np.repeat(least, np.diff(np.append(first, len(cost))))
        return self._near(cost, FIRST_EDGES)

    def _near(self, slack: Ints, edges: int) -> Bools:
        """The pairs of least slack, so many a person in the mean; none with a slack of 0 or less is left out."""
        keep = min(edges * self.people, len(slack) - 1)
        return np.asarray(slack <= max(0, int(np.partition(slack, keep)[keep])), dtype=np.bool_)

    def choices(self, groups: Groups) -> Choices:
        """All choices, the way out included, sorted by person; the way out comes last for each.

        The answer for the groups asked last is kept: it is asked for up to three times in a row.
        """
        if self._listed is None or not np.array_equal(self._listed[0], groups.cell):
            self._listed = groups.cell, self._choices(groups)
        return self._listed[1]

    def _choices(self, groups: Groups) -> Choices:
        out = unplaced_choices(groups, self.classes).take(np.flatnonzero(~self.settled).astype(np.int64))
        # A pair moves on by as many places as there are ways out of people before her.
        free = (~self.settled).astype(np.int64)
        before = np.cumsum(free) - free
        at = np.arange(len(self.person)) + before[self.person]
        exits = np.cumsum(np.bincount(self.person, minlength=self.people))[out.person] + before[out.person]
        costs = self.problem.weights.best - self.score
        columns = [np.empty(len(at) + len(out), dtype=np.int64) for _ in range(3)]
        for column, pairs, ways in zip(
            columns, (self.person, self.cls, costs), (out.person, out.node, out.cost), strict=True
        ):
            column[at], column[exits] = pairs, ways
        return Choices(*columns)

    def _priced(self, seen: Choices, true: Upper, rungs: Sequence[Upper]) -> tuple[Flow, Ints]:
        """An optimal flow for the true costs with its prices; smaller penalties are tried first."""
        found: Flow | None = None
        for costs in rungs:
            try:
                flow = solve(self.people, seen, costs)
            except CostRangeError:
                if found is None:
                    raise
                break
            found = replace(flow, cost=cost_of_flow(seen, true, flow.choice, flow.upper))
            with suppress(NotOptimalError):
                return found, self._prices(seen, true, found, rounds=QUICK_ROUNDS)
        if found is None:
            raise ArithmeticError("nothing to solve with")
        found = repaired(seen, true, found)
        return found, self._prices(seen, true, found, rounds=None)

    def _prices(self, seen: Choices, upper: Upper, flow: Flow, *, rounds: int | None) -> Ints:
        rest = residual(seen, upper, flow, seen.node[flow.choice], seen.cost[flow.choice])
        return prices(rest, rounds=rounds)

    def _show(self, slack: Ints, *, again: bool) -> None:
        """Show the pairs that the prices ask for (slack below 0) and, at first, swap the rest for those near them.

        With prices at hand few pairs are enough; `again` only adds, so that the rounds come to an end.
        """
        near = self._near(slack, NEAR_EDGES[again])
        self._shown = self._shown | near if again else near

    def solve(self, groups: Groups, upper: Upper, rungs: Sequence[Upper]) -> Solved:
        """Solve on the shown pairs, price, show what the prices ask for, until nothing is left to show.

        `rungs` are the same limits with smaller penalties, tried before those of `upper`.
        """
        every = self.choices(groups)
        pair = np.flatnonzero(every.node < self.classes)
        mask = np.ones(len(every), dtype=np.bool_)
        rounds = 0
        while True:
            mask[pair] = self._shown
            index = np.flatnonzero(mask).astype(np.int64)
            seen = every if len(index) == len(every) else every.take(index)
            flow, price = self._priced(seen, upper, rungs)
            if len(seen) < len(every):
                slack = every.cost + price[every.node] - least_per_person(self.people, seen, price)[every.person]
                if (slack < 0).any():
                    self._show(slack[pair], again=rounds >= SWAPS)
                    # Whoever has a seat far better than none needs no way out; every way taken now has a slack of 0.
                    mask[:] = slack <= max(0, int(slack[pair][self._shown].max()))
                    rounds += 1
                    continue
            bound = lower_bound(self.people, every, upper, price)
            return Solved(seen.node[flow.choice], seen.cost[flow.choice], flow, upper, price, bound, groups)


def _sets(problem: MatchingProblem) -> tuple[tuple[int, ...], ...]:
    """People who must sit in one class: who follows whom, as sets of two or more."""
    if not any(t.follows for t in problem.trainees):
        return ()
    number = {t.id: i for i, t in enumerate(problem.trainees)}
    root = list(range(len(problem.trainees)))

    def top(i: int) -> int:
        while root[i] != i:
            root[i] = i = root[root[i]]
        return i

    for i, t in enumerate(problem.trainees):
        if t.follows in number:
            a, b = sorted((top(i), top(number[t.follows])))
            root[b] = a
    found: dict[int, list[int]] = {}
    for i in range(len(root)):
        found.setdefault(top(i), []).append(i)
    return tuple(tuple(members) for members in found.values() if len(members) > 1)


def _positions(rows: list[tuple[float | None, float | None]]) -> Floats:
    return np.array(
        [(np.nan, np.nan) if lat is None or lon is None else (lat, lon) for lat, lon in rows],
        dtype=np.float64,
    ).reshape(len(rows), 2)


def targets(problem: MatchingProblem, placed: int) -> dict[str, int]:
    """How many of `placed` people each reserve asks for, rounded up."""
    return {name: math.ceil(round(share * placed, 9)) for name, share in problem.reserved.items()}


class Reserves:
    """Solves one relaxation with the reserved shares: a plain flow, a nested one, or a search."""

    def __init__(self, instance: Instance) -> None:
        self._it = instance
        self.wanted: dict[str, int] = {}
        self._plain: dict[tuple[bytes, bytes, bytes, int], Solved] = {}

    def _run(self, seats: Ints, minimum: Ints, outer: str, inner: str, floors: Floors) -> Solved:
        it = self._it
        groups = Groups(it.members[outer], it.members[inner])
        rungs = [upper_network(seats, minimum, groups, floors, penalties) for penalties in it.rungs]
        return it.solve(groups, rungs[-1], rungs)

    def reached(self, solved: Solved, name: str) -> int:
        return int((self._it.members[name] & (solved.node < self._it.classes)).sum())

    def _short(self, solved: Solved) -> list[str]:
        return [name for name, target in self.wanted.items() if self.reached(solved, name) < target]

    def solve(self, seats: Ints, minimum: Ints, instance: Instance) -> tuple[Solved, str]:
        """The best flow of `instance` under the reserves, and how it was found. Raises InfeasibleError."""
        self._it = instance
        key = (seats.tobytes(), minimum.tobytes(), instance.settled.tobytes(), hash(instance.cls.tobytes()))
        if key not in self._plain:
            self._plain[key] = self._run(seats, minimum, "women", "disability", Floors())
        plain = self._plain[key]
        short = self._short(plain)
        if not short:
            return plain, "flow"
        other = {"women": "disability", "disability": "women"}
        for name in short:
            nested = self._run(seats, minimum, name, other[name], Floors(outer=self.wanted[name]))
            if set(self._short(nested)) <= {name}:
                return nested, "flow with reserve"
        return self._search(seats, minimum), "flow with two reserves"

    def _search(self, seats: Ints, minimum: Ints) -> Solved:
        """Two overlapping reserves: the cost is convex in how many are in both, so halving finds the best."""
        outer, inner = tuple(self.wanted)
        both, _, _ = Groups(self._it.members[outer], self._it.members[inner]).sizes()
        known: dict[int, Solved] = {}

        def at(k: int) -> Solved:
            if k not in known:
                floors = Floors(self.wanted[outer], self.wanted[inner], k)
                known[k] = self._run(seats, minimum, outer, inner, floors)
            return known[k]

        low, high = 0, min(both, self.wanted[inner])
        while low < high:
            middle = (low + high) // 2
            if at(middle).cost <= at(middle + 1).cost:
                high = middle
            else:
                low = middle + 1
        return at(low)
