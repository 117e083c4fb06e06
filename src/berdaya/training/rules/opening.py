"""Which classes are held, and who sits together: what a flow alone cannot decide.

A class with fewer people than its minimum is not held; classes held must fit the budget; people who belong together
sit in one class or in none. Where none of it binds the flow settles everything. Where it does, a mixed-integer
programme (SCIP, one thread) answers "held or not" for the classes concerned and "which class" for each set of people,
aim by aim in their order. The flow is then solved anew with the answer and gives seats, prices and proof for the rest.
Beyond MIP_PAIRS pairs sets are seated one by one and classes closed step by step, and the gap to the relaxation is
printed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from ortools.linear_solver.python import model_builder

from berdaya.training.rules.network import InfeasibleError
from berdaya.training.rules.solving import Instance, Reserves, Solved, targets
from berdaya.training.types import Bools, Ints

MIP_PAIRS = 150_000
NODES = 5_000
"""Nodes that one programme may branch into: a limit that every machine reaches at the same place."""
WHOLE = "limits/absgap = 0.99"
EXACT_PAIRS = 3_000
"""Up to so many pairs the score is searched to its end."""
SCORE_GAP = 0.008
"""Share of the score at which the search may stop; what stays open is printed."""
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Held:
    """Which classes are held: the best flow found, the bound over all ways to hold classes, and how.

    `instance` is the one in which the flow was solved: people in sets have one choice there.
    """

    solved: Solved
    bound: int
    method: str
    closed: Bools
    instance: Instance


@dataclass(frozen=True, slots=True)
class _Ruling:
    """What was decided so far: classes closed, classes that must reach their minimum, people with one choice."""

    closed: Bools
    forced: Bools
    seats: Mapping[int, int] = field(default_factory=dict)


def hold_classes(instance: Instance, reserves: Reserves) -> Held:
    """Decide which classes are held and where sets sit. Raises InfeasibleError where fixed seats do not fit."""
    working = instance.settling(instance.fixed)
    reach = np.bincount(working.cls, minlength=instance.classes)
    hopeless = (instance.minimum > 1) & (np.minimum(reach, instance.seats) < instance.minimum)
    ruling = _Ruling(np.asarray(hopeless, dtype=np.bool_), np.zeros(instance.classes, dtype=np.bool_))
    solved, how = _relaxed(working, reserves, ruling)
    if not _open_questions(working, solved):
        return Held(solved, solved.bound, how, ruling.closed, working)
    if len(working.person) > MIP_PAIRS:
        return _by_steps(working, reserves, ruling, solved)
    return _ask(working, reserves, ruling, solved)


def _relaxed(instance: Instance, reserves: Reserves, ruling: _Ruling) -> tuple[Solved, str]:
    seats = np.where(ruling.closed, 0, instance.seats)
    settled = instance.settling(ruling.seats)
    return reserves.solve(seats, np.where(ruling.forced, instance.minimum, 0), settled)


def _count(instance: Instance, solved: Solved) -> Ints:
    return np.bincount(solved.node, minlength=instance.classes)[: instance.classes].astype(np.int64)


def _below(instance: Instance, solved: Solved) -> Bools:
    count = _count(instance, solved)
    return np.asarray((count > 0) & (count < instance.minimum), dtype=np.bool_)


def _over_budget(instance: Instance, solved: Solved) -> bool:
    budget = instance.problem.budget
    return budget is not None and int(instance.cost[_count(instance, solved) > 0].sum()) > budget


def _torn(instance: Instance, solved: Solved) -> bool:
    """True where people of one set sit apart."""
    node = np.where(solved.node < instance.classes, solved.node, NOWHERE)
    return any(len(set(node[list(members)].tolist())) > 1 for members in instance.together)


def _open_questions(instance: Instance, solved: Solved) -> bool:
    return bool(_below(instance, solved).any()) or _over_budget(instance, solved) or _torn(instance, solved)


def _seat_sets(instance: Instance, closed: Bools, root: Solved) -> dict[int, int]:
    """A class for each set, the largest first: the best for them at the prices of the seats, while seats last."""
    left = np.where(closed, 0, instance.seats)
    # Who has one choice already sits there before any set is seated.
    np.subtract.at(left, root.node[instance.settled], 1)
    value = instance.score - root.price[instance.cls]
    start = np.searchsorted(instance.person, np.arange(instance.people + 1))
    seats: dict[int, int] = {}
    for members in sorted(instance.together, key=lambda m: (-len(m), m)):
        sums: dict[int, list[int]] = {}
        for i in members:
            for k in range(int(start[i]), int(start[i + 1])):
                sums.setdefault(int(instance.cls[k]), []).append(int(value[k]))
        free = [i for i in members if not instance.settled[i]]
        fits = {j: sum(points) for j, points in sums.items() if len(points) == len(members) and left[j] >= len(free)}
        best = min(fits, key=lambda j: (-fits[j], j)) if fits else NOWHERE
        seats.update(dict.fromkeys(free, best))
        if fits:
            left[best] -= len(free)
    return seats


def _by_steps(instance: Instance, reserves: Reserves, ruling: _Ruling, root: Solved) -> Held:
    """Seat the sets, then close what lies below its minimum or beyond the budget until nothing does.

    The root bounds what was lost: it knows none of the three limits.
    """
    solved, how, closed = root, "flow", ruling.closed
    seats = _seat_sets(instance, closed, root) if _torn(instance, root) else {}
    if seats:
        solved, how = _relaxed(instance, reserves, _Ruling(closed, ruling.forced, seats))
    while len(worst := _worst(instance, solved)):
        closed = closed.copy()
        closed[worst] = True
        if instance.together:
            seats = _seat_sets(instance, closed, root)
        solved, how = _relaxed(instance, reserves, _Ruling(closed, ruling.forced, seats))
    method = f"{how}, emptiest classes closed" + (", sets seated first" if seats else "")
    return Held(solved, min(root.bound, solved.cost), method, closed, instance.settling(seats))


def _worst(instance: Instance, solved: Solved) -> Ints:
    """Classes to close next: the emptier half of those below their minimum, else the dearest for a seat filled."""
    count = _count(instance, solved)
    rows = np.flatnonzero(_below(instance, solved))
    if len(rows):
        share = count[rows] * 1000 // instance.minimum[rows]
        return np.asarray(rows[np.lexsort((rows, share))][: (len(rows) + 1) // 2], dtype=np.int64)
    if not _over_budget(instance, solved):
        return np.zeros(0, dtype=np.int64)
    kept = set(instance.fixed.values())
    rows = np.array([j for j in np.flatnonzero((count > 0) & (instance.cost > 0)) if j not in kept], dtype=np.int64)
    dear = instance.cost[rows] * 1000 // np.maximum(1, count[rows])
    return np.asarray(rows[np.lexsort((rows, -dear))][: max(1, len(rows) // 20)], dtype=np.int64)


def _ask(instance: Instance, reserves: Reserves, ruling: _Ruling, root: Solved) -> Held:
    asked = np.zeros_like(ruling.closed)
    solved, seats = root, dict[int, int]()
    # Each round asks about one class more, so there are no more rounds than classes.
    for _ in range(instance.classes + 2):
        if not _open_questions(instance, solved):
            break
        asked |= _below(instance, solved)
        if _over_budget(instance, solved):
            asked |= (instance.cost > 0) & ~ruling.closed
        try:
            programme = _Programme(instance, reserves.wanted, ruling.closed, asked)
            held, lost, seats = programme.solve()
            reserves.wanted = programme.wanted
            answer = _Ruling(ruling.closed | (asked & ~held), asked & held & (instance.minimum > 1), seats)
            solved, how = _relaxed(instance, reserves, answer)
        except (_UnsolvedError, InfeasibleError):
            return _by_steps(instance, reserves, ruling, root)
    proved = solved.cost - lost if lost >= 0 else root.bound
    return Held(
        solved, max(root.bound, proved), f"{how}, classes by MIP", ruling.closed | (asked & ~held),
        instance.settling(seats),
    )  # fmt: skip


class _UnsolvedError(Exception):
    """The solver stopped without any answer."""


class _Programme:
    """Choice of classes to hold and of classes for sets: pairs as columns from 0 to 1, yes or no where it is asked.

    With the classes and the sets chosen the rest is a flow, so the other pairs need not be declared whole.
    """

    def __init__(self, instance: Instance, wanted: dict[str, int], closed: Bools, asked: Bools) -> None:
        self._it, self._wanted, self.wanted = instance, wanted, wanted
        self._model: Any = model_builder.Model()  # type: ignore[no-untyped-call]
        self._held = {int(j): self._model.new_bool_var("") for j in np.flatnonzero(asked)}
        self._together: dict[tuple[int, int], Any] = {}
        self._pairs = self._usable(closed)
        self._x = self._columns()
        self._limit()
        self._solver: Any = model_builder.Solver("SCIP")

    def _usable(self, closed: Bools) -> Ints:
        """Pairs in classes that may be held; for a member of a set, classes that every member may attend."""
        it = self._it
        usable = ~closed[it.cls]
        self._set_of = {i: number for number, members in enumerate(it.together) for i in members}
        if it.together:
            key = np.array([self._set_of.get(i, NOWHERE) for i in it.person.tolist()], dtype=np.int64)
            rows = np.flatnonzero(usable & (key >= 0))
            size = np.array([len(members) for members in it.together], dtype=np.int64)
            common, place, count = np.unique(
                key[rows] * it.classes + it.cls[rows], return_inverse=True, return_counts=True
            )
            usable[rows] = (count == size[common // it.classes])[place.reshape(-1)]
        return np.flatnonzero(usable)

    def _columns(self) -> list[Any]:
        found = []
        for i, j in zip(self._it.person[self._pairs].tolist(), self._it.cls[self._pairs].tolist(), strict=True):
            if i not in self._set_of:
                found.append(self._model.new_num_var(0, 1, ""))
                continue
            at = (self._set_of[i], j)
            if at not in self._together:
                self._together[at] = self._model.new_bool_var("")
            found.append(self._together[at])
        return found

    def _sum(self, chosen: list[Any], weights: list[float] | None = None) -> Any:
        linear = model_builder.LinearExpr
        return linear.sum(chosen) if weights is None else linear.weighted_sum(chosen, weights)

    def _limit(self) -> None:
        people: dict[int, list[Any]] = {}
        classes: dict[int, list[Any]] = {}
        person, cls = self._it.person[self._pairs].tolist(), self._it.cls[self._pairs].tolist()
        for x, i, j in zip(self._x, person, cls, strict=True):
            people.setdefault(i, []).append(x)
            classes.setdefault(j, []).append(x)
        for i in range(self._it.people):
            if self._it.settled[i]:
                self._model.add(self._sum(people.get(i, [])) == 1)
            elif i in people:
                self._model.add(self._sum(people[i]) <= 1)
        for j, ours in sorted(classes.items()):
            seats, minimum = int(self._it.seats[j]), int(self._it.minimum[j])
            if j not in self._held:
                self._model.add(self._sum(ours) <= seats)
                continue
            held = self._held[j]
            self._model.add(self._sum(ours) <= seats * held)
            self._model.add(self._sum(ours) >= minimum * held)
            for x in ours:
                self._model.add(x <= held)
        for j in self._held.keys() - classes.keys():
            self._model.add(self._held[j] == 0)
        budget = self._it.problem.budget
        priced = [j for j in self._held if self._it.cost[j]]
        if budget is not None and priced:
            cost = [float(self._it.cost[j]) for j in priced]
            self._model.add(self._sum([self._held[j] for j in priced], cost) <= float(budget))

    def _most(self, goal: Any, limit: str) -> tuple[float, float]:
        """Best value and bound of one aim, searched up to `limit`. Raises _UnsolvedError where there is no answer."""
        self._solver.set_solver_specific_parameters(f"limits/nodes = {NODES}\nparallel/maxnthreads = 1\n{limit}")
        self._model.maximize(goal)
        status = self._solver.solve(self._model)
        if status not in {model_builder.SolveStatus.OPTIMAL, model_builder.SolveStatus.FEASIBLE}:
            raise _UnsolvedError
        self._remember()
        return self._solver.objective_value, self._solver.best_objective_bound

    def _remember(self) -> None:
        """The answer found meets the limits of the next aim too: the search goes on from it, not from nothing."""
        self._found = {id(x): self._solver.value(x) for x in self._variables}
        self._model.clear_hints()
        for x in self._variables:
            self._model.add_hint(x, self._found[id(x)])

    @property
    def _variables(self) -> list[Any]:
        plain = [
            x for x, i in zip(self._x, self._it.person[self._pairs].tolist(), strict=True) if i not in self._set_of
        ]
        return [*plain, *self._together.values(), *self._held.values()]

    def solve(self) -> tuple[Bools, int, dict[int, int]]:
        """Which of the asked classes are held, points that the answer may have lost, and a class for each in a set.

        Lost is 0 where it is proved best, below 0 where one of the aims above the score is not proved.
        """
        it = self._it
        placed = self._sum(self._x)
        # People are whole: a bound less than one above the best found proves it.
        most, roof = (math.floor(value + 1e-6) for value in self._most(placed, WHOLE))
        if roof > most:
            return *self._answer(NOWHERE), self._seats()
        self._model.add(placed >= most)
        self.wanted = self._wanted or targets(it.problem, most)
        if not self._reserved():
            return *self._answer(NOWHERE), self._seats()
        goal = self._sum(self._x, [float(points) for points in it.score[self._pairs]])
        value, bound = self._most(goal, f"limits/gap = {SCORE_GAP}" if len(self._pairs) > EXACT_PAIRS else "")
        # Points are whole too; the solver's own tolerance is taken off before rounding up.
        lost = math.ceil(bound - value - max(0.5, 1e-8 * abs(value)))
        return *self._answer(max(0, lost)), self._seats()

    def _reserved(self) -> bool:
        """Meet each reserved share as far as possible, in order; False where one is not proved best."""
        for name, target in self.wanted.items():
            members = self._it.members[name][self._it.person[self._pairs]]
            theirs = [self._x[k] for k in np.flatnonzero(members)]
            if sum(self._found[id(x)] for x in theirs) >= target - 1e-6:
                self._model.add(self._sum(theirs) >= target)
                continue
            reached = self._model.new_num_var(0, target, "")
            self._model.add(reached <= self._sum(theirs))
            value, bound = self._most(reached, WHOLE)
            if math.floor(bound + 1e-6) > math.floor(value + 1e-6):
                return False
            self._model.add(reached >= math.floor(value + 1e-6))
        return True

    def _answer(self, lost: int) -> tuple[Bools, int]:
        held = np.zeros(self._it.classes, dtype=np.bool_)
        for j, variable in self._held.items():
            held[j] = self._solver.value(variable) > 0.5
        return held, lost

    def _seats(self) -> dict[int, int]:
        chosen = dict.fromkeys(range(len(self._it.together)), NOWHERE)
        for (number, j), variable in self._together.items():
            if self._solver.value(variable) > 0.5:
                chosen[number] = j
        return {i: chosen[number] for number, members in enumerate(self._it.together) for i in members}
