"""Repair of a flow by hand: cheaper cycles are found and gone round until none remains.

Only needed where penalties are too large for the solver's whole numbers: it then solves with smaller ones, and what
those misjudge (a chain of moves that costs more than they do) is put right here. Exact, and slow where there is much.
"""

from __future__ import annotations

import numpy as np

from berdaya.training.rules.network import Choices, Flow, Residual, Upper, cost_of_flow, residual
from berdaya.training.types import Ints

LOOK_EVERY = 16
"""Rounds after which it is looked whether the shortest ways already run in a circle."""


def repaired(choices: Choices, upper: Upper, flow: Flow) -> Flow:
    """The cheapest flow of all that can be reached from this one."""
    choice, flows = flow.choice.copy(), flow.upper.copy()
    while True:
        here = Flow(choice, flows, cost_of_flow(choices, upper, choice, flows))
        rest = residual(choices, upper, here, choices.node[choice], choices.cost[choice])
        cycle = negative_cycle(rest)
        if not len(cycle):
            return here
        more, less = np.flatnonzero(flows < upper.capacity), np.flatnonzero(flows > upper.lower)
        moves = len(rest.tail) - len(more) - len(less)
        arcs = cycle - moves
        for arc in cycle[arcs < 0].tolist():
            pair = _mover(choices, choice, int(rest.tail[arc]), int(rest.head[arc]), int(rest.cost[arc]))
            choice[choices.person[pair]] = pair
        flows[more[arcs[(arcs >= 0) & (arcs < len(more))]]] += 1
        flows[less[arcs[arcs >= len(more)] - len(more)]] -= 1


def _mover(choices: Choices, choice: Ints, tail: int, head: int, price: int) -> int:
    """The choice by which somebody moves from one node to another at this price."""
    own = choice[choices.person]
    fits = (choices.node == head) & (choices.node[own] == tail) & (choices.cost - choices.cost[own] == price)
    return int(np.flatnonzero(fits)[0])


def negative_cycle(rest: Residual) -> Ints:
    """Arcs of a cycle whose costs sum to less than zero; empty where there is none (Bellman-Ford from everywhere)."""
    none = np.zeros(0, dtype=np.int64)
    if not len(rest.head):
        return none
    order = np.argsort(rest.head, kind="stable")
    near, far, cost = rest.tail[order], rest.head[order], rest.cost[order]
    starts = np.concatenate([[True], far[1:] != far[:-1]])
    first, group = np.flatnonzero(starts), np.cumsum(starts) - 1
    reached = far[first]
    distance, via = np.zeros(rest.nodes, dtype=np.int64), np.full(rest.nodes, -1, dtype=np.int64)
    for turn in range(rest.nodes + LOOK_EVERY):
        reach = distance[near] + cost
        best = np.minimum.reduceat(reach, first)
        better = best < distance[reached]
        if not better.any():
            return none
        # Written backwards, so that of equal arcs the first one stays.
        hit = np.flatnonzero(better[group] & (reach == best[group]))[::-1]
        via[far[hit]] = order[hit]
        distance[reached] = np.minimum(best, distance[reached])
        if turn % LOOK_EVERY == LOOK_EVERY - 1:
            found = _circle(via, rest.tail)
            if len(found):
                return found
    raise ArithmeticError("shortest ways neither settle nor run in a circle")


def _circle(via: Ints, tail: Ints) -> Ints:
    """Arcs of a circle among the arcs by which each node was reached; empty where every way has a beginning."""
    end = len(via)
    before = np.append(np.where(via < 0, end, tail[via]), end)
    far = before
    for _ in range(end.bit_length()):
        far = far[far]
    inside = np.flatnonzero(far[:end] != end)
    if not len(inside):
        return inside.astype(np.int64)
    start = here = int(far[inside[0]])
    arcs: list[int] = []
    while not arcs or here != start:
        arcs.append(int(via[here]))
        here = int(tail[via[here]])
    return np.array(arcs, dtype=np.int64)
