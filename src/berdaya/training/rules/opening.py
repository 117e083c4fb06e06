"""Which classes are held: a class with fewer people than its minimum is not.

Where no minimum binds the flow settles everything. Where one does, "held or not" is a yes-or-no question for each class
concerned, and a mixed-integer programme (SCIP, one thread) answers it, aim by aim in their order. Only classes that
the last answer left below their minimum get such a question; the flow is solved anew with the answer and gives seats,
prices and proof for it. Beyond MIP_PAIRS pairs the emptiest classes are closed step by step, and the gap to the
relaxation is printed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.linear_solver.python import model_builder

from berdaya.training.rules.network import InfeasibleError
from berdaya.training.rules.solving import Instance, Reserves, Solved
from berdaya.training.types import Bools, Ints

MIP_PAIRS = 150_000
NODES = 5_000
"""Nodes that one programme may branch into: a limit that every machine reaches at the same place."""


@dataclass(frozen=True, slots=True)
class Held:
    """Which classes are held: the best flow found, the bound over all ways to hold classes, and how."""

    solved: Solved
    bound: int
    method: str
    closed: Bools


def hold_classes(instance: Instance, reserves: Reserves) -> Held:
    """Decide which classes are held so that none runs below its minimum."""
    reach = np.bincount(instance.cls, minlength=instance.classes)
    hopeless = (instance.minimum > 1) & (np.minimum(reach, instance.seats) < instance.minimum)
    closed = np.asarray(hopeless, dtype=np.bool_)
    solved, how = _relaxed(instance, reserves, closed, np.zeros_like(closed))
    if not _below(instance, solved).any():
        return Held(solved, solved.bound, how, closed)
    if len(instance.person) > MIP_PAIRS:
        return _close_emptiest(instance, reserves, closed, solved)
    return _ask(instance, reserves, closed, solved)


def _relaxed(instance: Instance, reserves: Reserves, closed: Bools, forced: Bools) -> tuple[Solved, str]:
    seats = np.where(closed, 0, instance.seats)
    return reserves.solve(seats, np.where(forced, instance.minimum, 0))


def _count(instance: Instance, solved: Solved) -> Ints:
    return np.bincount(solved.node, minlength=instance.classes)[: instance.classes].astype(np.int64)


def _below(instance: Instance, solved: Solved) -> Bools:
    count = _count(instance, solved)
    return np.asarray((count > 0) & (count < instance.minimum), dtype=np.bool_)


def _close_emptiest(instance: Instance, reserves: Reserves, closed: Bools, root: Solved) -> Held:
    """Close the emptier half of what lies below its minimum until nothing does; the root bounds what was lost."""
    solved, how = root, "flow"
    while (below := _below(instance, solved)).any():
        rows = np.flatnonzero(below)
        share = _count(instance, solved)[rows] * 1000 // instance.minimum[rows]
        worst = rows[np.lexsort((rows, share))][: (len(rows) + 1) // 2]
        closed = closed.copy()
        closed[worst] = True
        solved, how = _relaxed(instance, reserves, closed, np.zeros_like(closed))
    return Held(solved, min(root.bound, solved.cost), f"{how}, emptiest classes closed", closed)


def _ask(instance: Instance, reserves: Reserves, closed: Bools, root: Solved) -> Held:
    asked = np.zeros_like(closed)
    solved = root
    while (below := _below(instance, solved)).any():
        asked |= below
        try:
            held, bound = _Programme(instance, reserves.wanted, closed, asked).solve()
            solved, how = _relaxed(instance, reserves, closed | (asked & ~held), asked & held)
        except (_UnsolvedError, InfeasibleError):  # pragma: no cover - the solver met its limit without an answer
            return _close_emptiest(instance, reserves, closed, root)
    proved = solved.cost if bound is None else min(bound, solved.cost)
    return Held(solved, max(root.bound, proved), f"{how}, classes by MIP", closed | (asked & ~held))


class _UnsolvedError(Exception):
    """The solver stopped without any answer."""


class _Programme:
    """Choice of classes to hold: pairs as columns from 0 to 1, a yes or no for each class that is asked about.

    With the classes chosen the rest is a flow, so the pairs need not be declared whole.
    """

    def __init__(self, instance: Instance, wanted: dict[str, int], closed: Bools, asked: Bools) -> None:
        self._it, self._wanted = instance, wanted
        self._model: Any = model_builder.Model()  # type: ignore[no-untyped-call]
        usable = ~closed[instance.cls]
        self._pairs = np.flatnonzero(usable)
        self._x = [self._model.new_num_var(0, 1, "") for _ in self._pairs]
        self._held = {int(j): self._model.new_bool_var("") for j in np.flatnonzero(asked)}
        self._limit()
        self._solver: Any = model_builder.Solver("SCIP")
        self._solver.set_solver_specific_parameters(f"limits/nodes = {NODES}\nparallel/maxnthreads = 1")

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
        for mine in people.values():
            self._model.add(self._sum(mine) <= 1)
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

    def _most(self, goal: Any) -> tuple[float, float]:
        """Best value and bound of one aim. Raises _UnsolvedError where the solver came to nothing."""
        self._model.maximize(goal)
        status = self._solver.solve(self._model)
        if status not in {model_builder.SolveStatus.OPTIMAL, model_builder.SolveStatus.FEASIBLE}:
            raise _UnsolvedError
        return self._solver.objective_value, self._solver.best_objective_bound

    def solve(self) -> tuple[Bools, int | None]:
        """Which of the asked classes are held, and a lower bound on the cost; None as bound means proved best."""
        it, outside = self._it, self._it.penalties.unplaced
        placed = self._sum(self._x)
        most, roof = (math.floor(value + 1e-6) for value in self._most(placed))
        if roof > most:
            return self._answer(), (it.people - roof) * outside
        self._model.add(placed >= most)
        if not self._reserved():
            return self._answer(), (it.people - most) * outside
        value, bound = self._most(self._sum(self._x, [float(points) for points in it.score[self._pairs]]))
        if bound <= value + max(1.0, 1e-9 * abs(value)):
            return self._answer(), None
        lost = most * it.problem.weights.best - math.ceil(bound)
        return self._answer(), (it.people - most) * outside + lost

    def _reserved(self) -> bool:
        """Meet each reserved share as far as possible, in order; False where one is not proved best."""
        for name, target in self._wanted.items():
            reached = self._model.new_num_var(0, target, "")
            members = self._it.members[name][self._it.person[self._pairs]]
            self._model.add(reached <= self._sum([self._x[k] for k in np.flatnonzero(members)]))
            value, bound = self._most(reached)
            if bound > value + 0.5:
                return False
            self._model.add(reached >= math.floor(value + 1e-6))
        return True

    def _answer(self) -> Bools:
        held = np.zeros(self._it.classes, dtype=np.bool_)
        for j, variable in self._held.items():
            held[j] = self._solver.value(variable) > 0.5
        return held
