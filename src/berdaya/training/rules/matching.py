"""Seats for people: as many as possible first, then the highest sum of scores, then the order of the list.

Hard limits: one class a person, seats, `max_km`, wheelchair access. A class below its minimum is not held.
Reserved shares are met as far as anyone can meet them. A flow where it is one (`solving`), a mixed-integer choice of
classes only where a minimum binds (`opening`); every outcome carries a proved bound (`network`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from berdaya.training.rules import explain
from berdaya.training.rules.network import Choices, Flow, Upper, least_per_person, reduced, solve
from berdaya.training.rules.opening import Held, hold_classes
from berdaya.training.rules.solving import Instance, Reserves, Solved, targets
from berdaya.training.types import Matching, MatchingProblem, ReserveOutcome


def by_list_order(instance: Instance, held: Held) -> Solved:
    """Among all equally good placements the one that lets losses fall on those later on the list.

    By complementary slackness the optimal placements are exactly the flows on tight choices that keep
    priced classes full, so a second, smaller flow over those settles the rest.
    """
    solved, count = held.solved, instance.people
    every = instance.choices(solved.groups)
    least = least_per_person(count, every, solved.price)
    tight = np.flatnonzero(every.cost + solved.price[every.node] == least[every.person]).astype(np.int64)
    choices = every.take(tight)
    best = instance.problem.weights.best
    loss = np.where(choices.node >= instance.classes, best + 1, choices.cost)
    slack, upper = reduced(solved.upper, solved.price), solved.upper
    lower = np.where(slack < 0, upper.capacity, upper.lower)
    capacity = np.where(slack > 0, upper.lower, upper.capacity)
    seated = np.bincount(solved.node, minlength=instance.classes)[: instance.classes]
    picky = instance.minimum > 1
    rows = slice(0, instance.classes)
    lower[rows] = np.where(picky & (seated > 0), np.maximum(lower[rows], instance.minimum), lower[rows])
    capacity[rows] = np.where(picky & (seated == 0), 0, capacity[rows])
    final = Upper(upper.nodes, upper.tail, upper.head, lower, capacity, np.zeros_like(upper.cost))
    flow = solve(count, Choices(choices.person, choices.node, (count - choices.person) * loss), final)
    pick = flow.choice
    moved = Flow(tight[pick], flow.upper, solved.cost)
    return replace(solved, node=choices.node[pick], cost_of=choices.cost[pick], flow=moved)


def match(problem: MatchingProblem) -> Matching:
    """Place people in classes: same inputs, same answer, on any number of cores and in any order of rows."""
    instance = Instance(problem)
    if not instance.people:
        return explain.nobody(problem)
    reserves = Reserves(instance)
    held = hold_classes(instance, reserves)
    wanted = targets(problem, int((held.solved.node < instance.classes).sum()))
    before = {name: reserves.reached(held.solved, name) for name in wanted}
    if any(before[name] < target for name, target in wanted.items()):
        reserves.wanted = wanted
        held = hold_classes(instance, reserves)
    held = replace(held, solved=by_list_order(instance, held))
    placed = held.solved.node < instance.classes
    outcomes = tuple(
        ReserveOutcome(name, target, int((instance.members[name] & placed).sum()), before[name] < target)
        for name, target in wanted.items()
    )
    return explain.outcome(instance, held, outcomes)
