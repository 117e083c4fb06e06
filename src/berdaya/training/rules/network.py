"""Assignment of people to nodes as a min-cost flow: solved by OR-Tools, proved by prices of our own.

People are sources of one unit. Each has choices (arcs) to "upper" nodes: the classes and the places of the
unplaced. Upper arcs lead from there to the sink, the last upper node. From a solved flow we compute the
price of a unit at each upper node (shortest residual path to the sink). By Lagrangian duality any prices
give a lower bound on the cost of *every* assignment over *every* choice, also over choices that the solver
was not shown; where the bound equals the cost, the solution is optimal and nothing was lost by pruning.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.graph.python import min_cost_flow

from berdaya.training.rules.pairs import spread
from berdaya.training.types import Ints

FAR = np.int64(1 << 60)
"""Longer than any path; two of them still fit into 64 bits."""

TABLE = 20_000_000
"""Pairs of nodes looked at together when the cheapest move between each two is found: 160 MB."""
SPARSE = 6
"""Where fewer than one move in so many occurs sorting is quicker than a table."""


class InfeasibleError(Exception):
    """No assignment meets the lower limits."""


class NotOptimalError(Exception):
    """A cheaper cycle remains, or prices did not settle within the rounds allowed."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Arcs from people to upper nodes, sorted by person."""

    person: Ints
    node: Ints
    cost: Ints

    def take(self, keep: Ints) -> Choices:
        return Choices(self.person[keep], self.node[keep], self.cost[keep])

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True, slots=True)
class Upper:
    """Arcs among upper nodes; `nodes` counts them, the last is the sink."""

    nodes: int
    tail: Ints
    head: Ints
    lower: Ints
    capacity: Ints
    cost: Ints


@dataclass(frozen=True, slots=True)
class Flow:
    """A solved flow: the index of the choice of each person, the flow on each upper arc, the whole cost."""

    choice: Ints
    upper: Ints
    cost: int


def solve(people: int, choices: Choices, upper: Upper) -> Flow:
    """Cheapest assignment of every person. Raises InfeasibleError; single-threaded, so repeatable."""
    supply = np.zeros(people + upper.nodes, dtype=np.int64)
    supply[:people] = 1
    supply[-1] = -people
    np.subtract.at(supply, people + upper.tail, upper.lower)
    np.add.at(supply, people + upper.head, upper.lower)
    network = min_cost_flow.SimpleMinCostFlow()
    lower_arcs = network.add_arcs_with_capacity_and_unit_cost(
        choices.person.astype(np.int32),
        (people + choices.node).astype(np.int32),
        np.ones(len(choices), dtype=np.int64),
        choices.cost,
    )
    upper_arcs = network.add_arcs_with_capacity_and_unit_cost(
        (people + upper.tail).astype(np.int32),
        (people + upper.head).astype(np.int32),
        upper.capacity - upper.lower,
        upper.cost,
    )
    network.set_nodes_supplies(np.arange(len(supply), dtype=np.int32), supply)
    status = network.solve()
    if status == network.INFEASIBLE:
        raise InfeasibleError
    if status != network.OPTIMAL:
        raise ArithmeticError(f"min-cost flow ended with {status!r}")
    taken = np.flatnonzero(network.flows(lower_arcs)).astype(np.int64)
    flows = (network.flows(upper_arcs) + upper.lower).astype(np.int64)
    cost = int(choices.cost[taken].sum()) + int((flows * upper.cost).sum())
    return Flow(choice=taken, upper=flows, cost=cost)


def _cheapest_moves(choices: Choices, node: Ints, cost: Ints) -> tuple[Ints, Ints, Ints]:
    """For each pair of nodes (a, b) the least that it costs to move one person from a to b."""
    if not len(choices):
        return choices.node, choices.node, choices.cost
    width = int(max(node.max(), choices.node.max())) + 1
    if len(choices) * SPARSE < min(TABLE, width * width):
        key, price = _by_sorting(choices, node, cost, width)
    else:
        key, price = _by_table(choices, node, cost, width)
    moving = key // width != key % width
    key, price = key[moving], price[moving]
    return key // width, key % width, price


def _by_sorting(choices: Choices, node: Ints, cost: Ints, width: int) -> tuple[Ints, Ints]:
    """Moves as a * width + b, and their prices: quicker where few of all moves occur."""
    key = node[choices.person] * width + choices.node
    order = np.argsort(key, kind="stable")
    key = key[order]
    first = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
    return key[first], np.minimum.reduceat((choices.cost - cost[choices.person])[order], first)


def _by_table(choices: Choices, node: Ints, cost: Ints, width: int) -> tuple[Ints, Ints]:
    """The same, a table of all moves from some nodes at a time."""
    rows = min(width, max(1, TABLE // width))
    table = np.full(rows * width, FAR, dtype=np.int64)
    order = np.argsort(node, kind="stable")
    start = np.searchsorted(choices.person, np.arange(len(node) + 1), side="left").astype(np.int64)
    found: list[tuple[Ints, Ints]] = []
    for low in range(0, width, rows):
        people = order[slice(*np.searchsorted(node[order], [low, low + rows]))]
        part = choices
        if rows < width:
            part = choices.take(spread(start[people], start[people + 1] - start[people])[1])
        key = (node[part.person] - low) * width + part.node
        np.minimum.at(table, key, part.cost - cost[part.person])
        known = np.flatnonzero(table < FAR)
        found.append((low * width + known, table[known]))
        table[known] = FAR
    keys, prices_ = (np.concatenate(column) for column in zip(*found, strict=True))
    return keys, prices_


@dataclass(frozen=True, slots=True)
class Residual:
    """Residual arcs among upper nodes: what one unit more from `tail` to `head` would cost."""

    nodes: int
    tail: Ints
    head: Ints
    cost: Ints


def residual(choices: Choices, upper: Upper, flow: Flow, node: Ints, cost: Ints) -> Residual:
    """Residual network of a flow over all `choices`; `node` and `cost` are each person's own at present."""
    a, b, price = _cheapest_moves(choices, node, cost)
    more = flow.upper < upper.capacity
    less = flow.upper > upper.lower
    return Residual(
        nodes=upper.nodes,
        tail=np.concatenate([a, upper.tail[more], upper.head[less]]),
        head=np.concatenate([b, upper.head[more], upper.tail[less]]),
        cost=np.concatenate([price, upper.cost[more], -upper.cost[less]]),
    )


def _shortest(nodes: int, near: Ints, far: Ints, cost: Ints, start: int, *, rounds: int | None = None) -> Ints:
    """Bellman-Ford: distance of every node, where arc (near, far, cost) relaxes `far` from `near`."""
    order = np.argsort(far, kind="stable")
    near, far, cost = near[order], far[order], cost[order]
    first = np.flatnonzero(np.concatenate([[True], far[1:] != far[:-1]])) if len(far) else far
    distance = np.full(nodes, FAR, dtype=np.int64)
    distance[start] = 0
    if not len(far):
        return distance
    reached = far[first]
    for _ in range(nodes + 1 if rounds is None else rounds):
        best = np.minimum.reduceat(np.where(distance[near] >= FAR, FAR, distance[near] + cost), first)
        better = np.minimum(distance[reached], best)
        if np.array_equal(better, distance[reached]):
            return distance
        distance[reached] = better
    raise NotOptimalError


def prices(rest: Residual, *, rounds: int | None = None) -> Ints:
    """Cost of bringing one more unit from each upper node to the sink; FAR where there is no way.

    Raises NotOptimalError where a cheaper cycle remains; with `rounds` also where that many do not settle it.
    """
    return _shortest(rest.nodes, rest.head, rest.tail, rest.cost, rest.nodes - 1, rounds=rounds)


def arrivals(rest: Residual) -> Ints:
    """Change of cost if each upper node could let one more unit out to the sink: negative is a gain."""
    return _shortest(rest.nodes, rest.tail, rest.head, rest.cost, rest.nodes - 1)


def reduced(upper: Upper, price: Ints) -> Ints:
    """Reduced cost of each upper arc under the prices."""
    return upper.cost + price[upper.head] - price[upper.tail]


def least_per_person(people: int, choices: Choices, price: Ints) -> Ints:
    """The cheapest that each person can be served at the prices; `choices` must hold every person."""
    total = choices.cost + price[choices.node]
    first = np.searchsorted(choices.person, np.arange(people), side="left")
    return np.minimum.reduceat(total, first).astype(np.int64) if people else np.zeros(0, dtype=np.int64)


def lower_bound(people: int, choices: Choices, upper: Upper, price: Ints) -> int:
    """Proved lower bound on the cost of every assignment over `choices`, by Lagrangian duality."""
    slack = reduced(upper, price)
    arcs = np.where(slack < 0, slack * upper.capacity, slack * upper.lower)
    return int(least_per_person(people, choices, price).sum()) + int(arcs.sum())
