"""Seats for people: as many as possible first, then the highest sum of scores, then the order of the list.

Hard limits: one class a person, seats, `max_km` and her own, wheelchair access, hours at which she sits elsewhere. A
class below its minimum or beyond the budget is not held; people who belong together sit in one class or in none; fixed
seats stay. Reserved shares are met as far as anyone can meet them. A flow where it is one (`solving`), a mixed-integer
choice only where a minimum, the budget or a set binds (`opening`); every outcome carries a proved bound (`network`).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np

from berdaya.training.rules import explain
from berdaya.training.rules.network import (
    Choices,
    CostRangeError,
    Flow,
    Upper,
    least_per_person,
    lower_bound,
    prices,
    reduced,
    residual,
    solve,
)
from berdaya.training.rules.opening import Held, hold_classes
from berdaya.training.rules.programme import Patience
from berdaya.training.rules.reserve import Floors, Groups, upper_flows, upper_network
from berdaya.training.rules.solving import Instance, Reserves, Solved, targets
from berdaya.training.types import Ints, Matching, MatchingProblem, ReserveOutcome

BLUR = 5
"""Each try, after one beyond the solver's numbers, takes 2 to the power of this as many neighbours as the last."""


def _with_all_floors(instance: Instance, held: Held, wanted: dict[str, int]) -> tuple[Groups, Upper]:
    """The network in which every reserved share that the solution meets is a limit, also those met by chance."""
    node = held.solved.node
    names = [*wanted, *(name for name in ("women", "disability") if name not in wanted)]
    outer, inner = names[0], names[1]
    groups = Groups(instance.members[outer], instance.members[inner])
    placed = node < instance.classes
    floors = Floors(
        outer=wanted.get(outer, 0),
        inner=wanted.get(inner, 0),
        both=int((groups.outer & groups.inner & placed).sum()),
    )
    seated = np.bincount(node, minlength=instance.classes)[: instance.classes]
    picky = instance.minimum > 1
    if instance.problem.budget is not None:
        picky |= instance.cost > 0
    seats = np.where(held.closed | (picky & (seated == 0)), 0, instance.seats)
    minimum = np.where(picky & (seated > 0), instance.minimum, 0)
    return groups, upper_network(seats, minimum, groups, floors, instance.penalties)


def by_list_order(instance: Instance, held: Held, wanted: dict[str, int]) -> Solved:
    """Among all equally good placements the one that lets losses fall on those later on the list.

    By complementary slackness the optimal placements are exactly the flows on tight choices that keep priced classes
    full, so a second, smaller flow over those settles the rest. What was met stays met: reserves, minimums.
    """
    solved, count = held.solved, instance.people
    # Sets that sit together by chance must not be torn by what follows.
    places = np.where(solved.node < instance.classes, solved.node, -1)
    instance = instance.settling({i: int(places[i]) for members in instance.together for i in members})
    groups, upper = _with_all_floors(instance, held, wanted)
    every = instance.choices(groups)
    cell = np.where(solved.node < instance.classes, solved.node, instance.classes + groups.cell)
    first = Flow(np.zeros(0, dtype=np.int64), upper_flows(upper, cell), solved.cost)
    price = solved.price
    if lower_bound(count, every, upper, price) != solved.cost:
        # The flow was priced for other limits than those that it turns out to meet.
        price = prices(residual(every, upper, first, cell, solved.cost_of))
    least = least_per_person(count, every, price)
    choices = every.take(np.flatnonzero(every.cost + price[every.node] == least[every.person]).astype(np.int64))
    weights = instance.problem.weights
    loss = np.where(choices.node >= instance.classes, weights.best + weights.step, choices.cost)
    slack = reduced(upper, price)
    final = replace(
        upper,
        lower=np.where(slack < 0, upper.capacity, upper.lower),
        capacity=np.where(slack > 0, upper.lower, upper.capacity),
        cost=np.zeros_like(upper.cost),
    )
    pick = _later_lose(count, replace(choices, cost=loss), final)
    node, outside = choices.node[pick], instance.classes + solved.groups.cell
    node = np.where(node < instance.classes, node, outside)
    flow = Flow(pick, upper_flows(solved.upper, node), solved.cost)
    return replace(solved, node=node, cost_of=choices.cost[pick], flow=flow)


def _later_lose(people: int, losses: Choices, upper: Upper) -> Ints:
    """The choices by which losses, each weighed by the places on the list from its person to the end, sum to least.

    Where so long a list is beyond the solver's numbers, neighbours on it weigh the same.
    """
    owner = losses.person
    own = losses.cost - least_per_person(people, losses, np.zeros(upper.nodes, dtype=np.int64))[owner]
    for neighbours in (1 << shift for shift in range(0, 63, BLUR)):
        with suppress(CostRangeError):
            weight = (people - owner + neighbours - 1) // neighbours
            return solve(people, replace(losses, cost=weight * own), upper).choice
    raise CostRangeError


def _reserve_told(held: Held, reserves: Reserves, reached: dict[str, int], wanted: dict[str, int]) -> bool:
    """True where shares of another number of placed people may stand in the answer or in its bound.

    A share is counted of those who are placed. Where classes close, fewer are, and a bound that paid for the larger
    share lies above what can be reached: it would be no bound.
    """
    if any(reached[name] < target for name, target in wanted.items()):
        return True
    return held.bound < held.solved.cost or any(reached.get(name, 0) < goal for name, goal in reserves.wanted.items())


def match(problem: MatchingProblem) -> Matching:
    """Place people in classes: same inputs, same answer, on any number of cores and in any order of rows."""
    instance = Instance(problem)
    if not instance.people:
        return explain.nobody(problem)
    reserves, patience = Reserves(instance), Patience()
    held = hold_classes(instance, reserves, patience)
    wanted = targets(problem, int((held.solved.node < instance.classes).sum()))
    before = {name: reserves.reached(held.solved, name) for name in wanted}
    if reserves.wanted != wanted and _reserve_told(held, reserves, before, wanted):
        reserves.wanted = wanted
        held = hold_classes(instance, reserves, patience)
    held = replace(held, solved=by_list_order(held.instance, held, wanted))
    placed = held.solved.node < instance.classes
    outcomes = tuple(
        ReserveOutcome(name, target, int((instance.members[name] & placed).sum()), before[name] < target)
        for name, target in wanted.items()
    )
    return explain.outcome(instance, held, outcomes)
