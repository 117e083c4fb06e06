"""Which classes are held, and who sits together: what a flow alone cannot decide.

A class with fewer people than its minimum is not held; classes held must fit the budget; people who belong together
sit in one class or in none. Where none of it binds the flow settles everything. Where it does, a mixed-integer
programme (SCIP, one thread) answers "held or not" for the classes concerned and "which class" for each set of people,
aim by aim in their order. The flow is then solved anew with the answer and gives seats, prices and proof for the rest.
Beyond MIP_PAIRS pairs sets are seated one by one and classes closed step by step, and the gap to the relaxation is
printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from berdaya.training.rules.network import InfeasibleError
from berdaya.training.rules.programme import NOWHERE, Patience, Programme, UnsolvedError
from berdaya.training.rules.solving import Instance, Reserves, Solved
from berdaya.training.types import Bools, Ints

MIP_PAIRS = 150_000


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


def hold_classes(instance: Instance, reserves: Reserves, patience: Patience) -> Held:
    """Decide which classes are held and where sets sit, while `patience` lasts.

    Raises InfeasibleError where fixed seats do not fit.
    """
    working = instance.settling(instance.fixed)
    reach = np.bincount(working.cls, minlength=instance.classes)
    hopeless = (instance.minimum > 1) & (np.minimum(reach, instance.seats) < instance.minimum)
    ruling = _Ruling(np.asarray(hopeless, dtype=np.bool_), np.zeros(instance.classes, dtype=np.bool_))
    solved, how = _relaxed(working, reserves, ruling)
    if not _open_questions(working, solved):
        return Held(solved, solved.bound, how, ruling.closed, working)
    if len(working.person) > MIP_PAIRS:
        return _by_steps(working, reserves, ruling, solved)
    return _ask(working, reserves, ruling, solved, patience)


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


def _ask(instance: Instance, reserves: Reserves, ruling: _Ruling, root: Solved, patience: Patience) -> Held:
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
            programme = Programme(instance, reserves.wanted, ruling.closed, asked, patience)
            held, lost, seats = programme.solve()
            reserves.wanted = programme.wanted
            answer = _Ruling(ruling.closed | (asked & ~held), asked & held & (instance.minimum > 1), seats)
            solved, how = _relaxed(instance, reserves, answer)
        except (UnsolvedError, InfeasibleError):
            return _by_steps(instance, reserves, ruling, root)
    proved = solved.cost - lost if lost >= 0 else root.bound
    how += ", classes by MIP" + (", ended by the clock" if patience.ended else "")
    return Held(
        solved, max(root.bound, proved), how, ruling.closed | (asked & ~held),
        instance.settling(seats),
    )  # fmt: skip
