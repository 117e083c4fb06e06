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
from berdaya.training.types import Bools, Ints

FAR = np.int64(1 << 60)
"""Longer than any path; two of them still fit into 64 bits."""

HEADROOM = 64
"""By how much costs stay below the solver's largest number, for the sums that it makes."""

TABLE = 4_000_000
"""Pairs of nodes looked at together when the cheapest move between each two is found: 32 MB."""
SPARSE = 6
"""Where fewer than one move in so many occurs sorting is quicker than a table."""
MANY = 20_000_000
"""Beyond so many moves, counted with SPARSE, a table is quicker however few of all moves they are."""


class InfeasibleError(Exception):
    """No assignment meets the lower limits."""


class CostRangeError(Exception):
    """The costs are too large for the solver's whole numbers."""


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


def largest_cost(nodes: int) -> int:
    """The largest cost of an arc with which a network of so many nodes is safely solved.

    The solver multiplies costs by nodes + 3 and adds up some of them on its way, in 64 bits.
    """
    return (2**63 - 1) // ((nodes + 3) * HEADROOM)


def solve(people: int, choices: Choices, upper: Upper) -> Flow:
    """Cheapest assignment of every person. Single-threaded, so repeatable.

    Raises InfeasibleError, and CostRangeError where the costs are too large for the solver. Who has one choice only
    is seated beforehand, and costs are divided by what divides them all: neither changes the answer.
    """
    several, many, supply = _supplies(people, choices, upper)
    rest = np.flatnonzero(several[choices.person])
    person, node = (np.cumsum(several) - 1)[choices.person[rest]], many + choices.node[rest]
    cost = choices.cost[rest]
    # The last of these sees to it that there is something to divide by.
    step = np.gcd.reduce(np.concatenate([cost, upper.cost, np.zeros(1, dtype=np.int64)])) or 1
    dearest = max((int(np.abs(costs).max()) for costs in (cost, upper.cost) if len(costs)), default=0)
    if dearest // int(step) > largest_cost(len(supply)):
        raise CostRangeError
    network = min_cost_flow.SimpleMinCostFlow()
    lower_arcs = network.add_arcs_with_capacity_and_unit_cost(
        person.astype(np.int32), node.astype(np.int32), np.ones(len(rest), dtype=np.int64), cost // step
    )
    upper_arcs = network.add_arcs_with_capacity_and_unit_cost(
        (many + upper.tail).astype(np.int32),
        (many + upper.head).astype(np.int32),
        upper.capacity - upper.lower,
        upper.cost // step,
    )
    network.set_nodes_supplies(np.arange(len(supply), dtype=np.int32), supply)
    status = network.solve()
    if status == network.INFEASIBLE:
        raise InfeasibleError
    if status == network.BAD_COST_RANGE:
        raise CostRangeError
    if status != network.OPTIMAL:
        raise ArithmeticError(f"min-cost flow ended with {status!r}")
    chosen = ~several[choices.person]
    chosen[rest] = network.flows(lower_arcs) > 0
    taken = np.flatnonzero(chosen).astype(np.int64)
    flows = (network.flows(upper_arcs) + upper.lower).astype(np.int64)
    return Flow(choice=taken, upper=flows, cost=cost_of_flow(choices, upper, taken, flows))


def cost_of_flow(choices: Choices, upper: Upper, choice: Ints, flows: Ints) -> int:
    """The whole cost of these choices and these flows on the upper arcs."""
    return int(choices.cost[choice].sum()) + int((flows * upper.cost).sum())


def _supplies(people: int, choices: Choices, upper: Upper) -> tuple[Bools, int, Ints]:
    """Who has several choices, how many they are, and what each node of the network brings in (sink: takes out)."""
    options = np.bincount(choices.person, minlength=people)
    if people and not options.min():
        raise InfeasibleError
    several = np.asarray(options > 1, dtype=np.bool_)
    many = int(several.sum())
    supply = np.zeros(many + upper.nodes, dtype=np.int64)
    supply[:many] = 1
    supply[many:] = np.bincount(choices.node[~several[choices.person]], minlength=upper.nodes)
    supply[-1] -= people
    np.subtract.at(supply, many + upper.tail, upper.lower)
    np.add.at(supply, many + upper.head, upper.lower)
    return several, many, supply


def _cheapest_moves(choices: Choices, node: Ints, cost: Ints) -> tuple[Ints, Ints, Ints]:
    """For each pair of nodes (a, b) the least that it costs to move one person from a to b."""
    if not len(choices):
        return choices.node, choices.node, choices.cost
    width = int(max(node.max(), choices.node.max())) + 1
    if len(choices) * SPARSE < min(MANY, width * width):
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
