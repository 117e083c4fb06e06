"""Which classes are held and where sets sit, as a mixed-integer programme: SCIP, one thread, aim by aim.

The relaxation settles most of it: its whole answers are kept for a quick first search among the rest, and what that
finds is where the search over everything starts. It ends where the bound is near enough, or when the time is up; what
then stays open is told.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
from ortools.linear_solver.python import model_builder

from berdaya.training.rules.solving import Instance, targets
from berdaya.training.types import Bools, Ints

NODES = 5_000
"""Nodes that one programme may branch into: a limit that every machine reaches at the same place."""
WHOLE = "limits/absgap = 0.99"
EXACT_PAIRS = 3_000
"""Up to so many pairs the score is searched to its end."""
SCORE_GAP = 0.008
"""Share of the score at which the search may stop; what stays open is printed."""
WHOLE_VALUE = 1e-6
"""So near to a whole number a value of the relaxation counts as one."""
NARROW_GAP = 0.0005
"""Share of the score at which the search among what the relaxation leaves open may stop."""
SECONDS = 25.0
"""What all programmes of one matching may take together. No machine that is quick enough ever comes to it."""
SHARES = {"first": 0.15, "placed": 0.45, "reserve": 0.2, "narrow": 0.35}
"""Of the time that is left, what each step may take; the last one takes the rest."""
LEAST_SECONDS = 2.0
PROVING = {"placed", "reserve", "score"}
"""Steps whose end by the clock leaves something open; the others only look for a start."""
NOWHERE = -1


class UnsolvedError(Exception):
    """The solver stopped without any answer."""


class Patience:
    """How long the search for one matching may go on, by the clock of the machine."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._until = time.monotonic() + seconds
        self.ended = False

    def share(self, step: str) -> float:
        """Seconds for a step."""
        return max(LEAST_SECONDS, SHARES.get(step, 1.0) * (self._until - time.monotonic()))


class _Aim(NamedTuple):
    """What is summed, and how much each counts."""

    columns: list[Any]
    weights: list[float]


class Programme:
    """Choice of classes to hold and of classes for sets: pairs as columns from 0 to 1, yes or no where it is asked.

    With the classes and the sets chosen the rest is a flow, so the other pairs need not be declared whole.
    """

    def __init__(
        self, instance: Instance, wanted: dict[str, int], closed: Bools, asked: Bools, patience: Patience
    ) -> None:
        self._it, self._wanted, self.wanted, self._patience = instance, wanted, wanted, patience
        self._model: Any = model_builder.Model()  # type: ignore[no-untyped-call]
        self._held = {int(j): self._model.new_bool_var("") for j in np.flatnonzero(asked)}
        self._together: dict[tuple[int, int], Any] = {}
        self._pairs = self._usable(closed)
        self._x = self._columns()
        self._limit()
        self._solver: Any = model_builder.Solver("SCIP")
        self._found: dict[int, float] = {}

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

    def _most(self, aim: _Aim, limit: str, step: str) -> tuple[float, float]:
        """Best value and bound of one aim, searched up to `limit`. Raises UnsolvedError where there is no answer."""
        seconds, began = self._patience.share(step), time.monotonic()
        self._solver.set_solver_specific_parameters(
            f"limits/nodes = {NODES}\nparallel/maxnthreads = 1\nlimits/time = {seconds:.2f}\n{limit}"
        )
        self._model.maximize(self._sum(*aim))
        status = self._solver.solve(self._model)
        if step in PROVING and time.monotonic() - began >= seconds:
            self._patience.ended = True
        if status not in {model_builder.SolveStatus.OPTIMAL, model_builder.SolveStatus.FEASIBLE}:
            raise UnsolvedError
        known = self._worth(aim) if self._found else -math.inf
        if self._solver.objective_value < known:
            return known, self._solver.best_objective_bound
        self._remember()
        return self._solver.objective_value, self._solver.best_objective_bound

    def _worth(self, aim: _Aim) -> float:
        """What the answer found so far is worth by this aim."""
        return sum(self._found.get(id(x), 0.0) * weight for x, weight in zip(*aim, strict=True))

    def _remember(self) -> None:
        """The answer found meets the limits of the next aim too: the search goes on from it, not from nothing."""
        self._found = {id(x): self._solver.value(x) for x in self._variables}
        self._model.clear_hints()
        for x in self._variables:
            self._model.add_hint(x, self._found[id(x)])

    def _among_the_rest(self, aim: _Aim, step: str) -> float:
        """A quick search in which the whole answers of the relaxation are kept; answers what the relaxation is worth.

        What it finds is only where the search over everything starts, so nothing is lost by it.
        """
        asked = [*self._held.values(), *self._together.values()]
        relaxed: Any = model_builder.Solver("GLOP")
        relaxed.set_time_limit_in_seconds(self._patience.share(step))
        for x in asked:
            x.is_integral = False
        self._model.maximize(self._sum(*aim))
        status = relaxed.solve(self._model)
        for x in asked:
            x.is_integral = True
        if status != model_builder.SolveStatus.OPTIMAL:
            return math.inf
        self._keep({id(x): relaxed.value(x) for x in asked})
        with suppress(UnsolvedError):
            self._most(aim, f"limits/gap = {NARROW_GAP}", step)
        for x in asked:
            x.lower_bound, x.upper_bound = 0, 1
        return float(relaxed.objective_value)

    def _keep(self, relaxed: Mapping[int, float]) -> None:
        """Settle what is whole in the relaxation and, once something was found, the same there."""
        for x in [*self._held.values(), *self._together.values()]:
            value = relaxed[id(x)]
            known = self._found.get(id(x), value)
            if min(value, 1 - value) < WHOLE_VALUE and abs(known - value) < WHOLE_VALUE:
                x.lower_bound = x.upper_bound = round(value)

    @property
    def _variables(self) -> list[Any]:
        plain = [
            x for x, i in zip(self._x, self._it.person[self._pairs].tolist(), strict=True) if i not in self._set_of
        ]
        return [*plain, *self._together.values(), *self._held.values()]

    def solve(self) -> tuple[Bools, int, dict[int, int]]:
        """Which of the asked classes are held, points that the answer may have lost, and a class for each in a set.

        Lost is 0 where it is proved best, below 0 where nothing is proved. A person or a place of a reserve that the
        search could not rule out counts with its penalty.
        """
        it, large = self._it, len(self._pairs) > EXACT_PAIRS
        points = [float(score) for score in it.score[self._pairs]]
        if large:
            self._among_the_rest(_Aim(self._x, [it.rungs[0].unplaced + score for score in points]), "first")
        placed = _Aim(self._x, [1.0] * len(self._x))
        # People are whole: a bound less than one above the best found proves it.
        most, roof = (math.floor(value + 1e-6) for value in self._most(placed, WHOLE, "placed"))
        self._model.add(self._sum(*placed) >= most)
        self.wanted = self._wanted or targets(it.problem, most)
        left = it.penalties.unplaced * (roof - most) + it.penalties.outer * self._reserved()
        aim = _Aim(self._x, points)
        relaxed = self._among_the_rest(aim, "narrow") if large else math.inf
        try:
            value, bound = self._most(aim, f"limits/gap = {SCORE_GAP}" if large else "", "score")
        except UnsolvedError:
            value, bound = self._worth(aim), math.inf
        bound = min(bound, relaxed * (1 + WHOLE_VALUE))
        if math.isinf(bound):
            return self._answer(), NOWHERE, self._seats()
        # Points are whole too; the solver's own tolerance is taken off before rounding up.
        lost = math.ceil(bound - value - max(0.5, 1e-8 * abs(value)))
        return self._answer(), left + max(0, lost), self._seats()

    def _reserved(self) -> int:
        """Meet each reserved share as far as possible, in order; answers how many more people are not ruled out."""
        open_ = 0
        for name, target in self.wanted.items():
            members = self._it.members[name][self._it.person[self._pairs]]
            theirs = [self._x[k] for k in np.flatnonzero(members)]
            if sum(self._found[id(x)] for x in theirs) >= target - 1e-6:
                self._model.add(self._sum(theirs) >= target)
                continue
            reached = self._model.new_num_var(0, target, "")
            self._model.add(reached <= self._sum(theirs))
            value, bound = (math.floor(v + 1e-6) for v in self._most(_Aim([reached], [1.0]), WHOLE, "reserve"))
            self._model.add(reached >= value)
            open_ += bound - value
        return open_

    def _answer(self) -> Bools:
        held = np.zeros(self._it.classes, dtype=np.bool_)
        for j, variable in self._held.items():
            held[j] = self._found[id(variable)] > 0.5
        return held

    def _seats(self) -> dict[int, int]:
        chosen = dict.fromkeys(range(len(self._it.together)), NOWHERE)
        for (number, j), variable in self._together.items():
            if self._found[id(variable)] > 0.5:
                chosen[number] = j
        return {i: chosen[number] for number, members in enumerate(self._it.together) for i in members}
