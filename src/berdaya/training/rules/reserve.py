"""Where the unplaced are counted: the part of the network that carries reserved shares.

A reserve ("at least this many of the placed are women") is a limit on how many of them stay unplaced. One
reserve, or two where one lies within the other, keeps the network a flow. Two that overlap do not; but once
it is fixed how many women with a disability are placed (`inner_floor`), the rest of the disability reserve
concerns only the others, the limits are nested again, and the best cost is convex in that number: a search
over it is exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from berdaya.training.rules.network import Choices, Upper
from berdaya.training.types import Bools, Ints, ScoreWeights

RUNG = 256
"""From the smallest penalties to the next ones."""


@dataclass(frozen=True, slots=True)
class Penalties:
    """Costs in points, each above anything that the next one could buy back along one chain of moves."""

    unplaced: int
    outer: int
    inner: int

    @classmethod
    def quick(cls, weights: ScoreWeights) -> Penalties:
        """Small ones: the solver is twice as fast with them, and nearly always right (the prices tell)."""
        unit = weights.best + weights.step
        return cls(unplaced=4 * unit, outer=2 * unit, inner=unit)

    @classmethod
    def above(cls, weights: ScoreWeights, nodes: int) -> Penalties:
        """A chain of moves passes each node once: its scores change by under 2 x (nodes + 8) perfect ones."""
        inner = 2 * (nodes + 8) * weights.best + weights.step
        outer = 4 * inner
        return cls(unplaced=4 * outer, outer=outer, inner=inner)

    @classmethod
    def rungs(cls, weights: ScoreWeights, nodes: int) -> tuple[Penalties, ...]:
        """Penalties to try in turn, each larger than the one before; the last ones are above all doubt."""
        low, top = cls.quick(weights), cls.above(weights, nodes)
        middle = cls(RUNG * low.unplaced, RUNG * low.outer, RUNG * low.inner)
        return (low, middle, top) if middle.inner < top.inner else (low, top)


@dataclass(frozen=True, slots=True)
class Floors:
    """How many must be placed: of the outer group, of the inner group, and of those who are in both."""

    outer: int = 0
    inner: int = 0
    both: int = 0


@dataclass(frozen=True, slots=True)
class Groups:
    """Membership of the outer and the inner reserve, and the four cells they make."""

    outer: Bools
    inner: Bools

    @property
    def cell(self) -> Ints:
        """0 both, 1 outer only, 2 inner only, 3 neither."""
        return np.where(self.outer, np.where(self.inner, 0, 1), np.where(self.inner, 2, 3)).astype(np.int64)

    def sizes(self) -> tuple[int, int, int]:
        """Sizes of: both, outer, inner only."""
        both = int((self.outer & self.inner).sum())
        return both, int(self.outer.sum()), int((self.inner & ~self.outer).sum())


def unplaced_choices(groups: Groups, classes: int) -> Choices:
    """Everyone may stay unplaced: nodes classes .. classes + 3 are the four cells."""
    people = np.arange(len(groups.outer), dtype=np.int64)
    return Choices(people, classes + groups.cell, np.zeros(len(people), dtype=np.int64))


def upper_network(seats: Ints, minimum: Ints, groups: Groups, floors: Floors, penalties: Penalties) -> Upper:
    """Classes and cells to the sink. Nodes: classes, four cells, the outer group's unplaced, the sink."""
    classes, everyone = len(seats), len(groups.outer) + 1  # one more than can come: never a full arc
    both, outer, inner_only = groups.sizes()
    outer_node, sink = classes + 4, classes + 5
    cell = [classes + i for i in range(4)]
    allowed_both = max(0, both - floors.both)
    allowed_outer = max(0, outer - floors.outer)
    allowed_inner = max(0, inner_only - max(0, floors.inner - floors.both))
    cost, over_outer, over_inner = penalties.unplaced, penalties.outer, penalties.inner
    arcs = [
        (cell[0], outer_node, allowed_both, 0),
        (cell[0], outer_node, everyone, over_inner),
        (cell[1], outer_node, everyone, 0),
        (outer_node, sink, allowed_outer, cost),
        (outer_node, sink, everyone, cost + over_outer),
        (cell[2], sink, allowed_inner, cost),
        (cell[2], sink, everyone, cost + over_inner),
        (cell[3], sink, everyone, cost),
    ]
    tail, head, capacity, price = (np.array(column, dtype=np.int64) for column in zip(*arcs, strict=True))
    index = np.arange(classes, dtype=np.int64)
    return Upper(
        nodes=sink + 1,
        tail=np.concatenate([index, tail]),
        head=np.concatenate([np.full(classes, sink, dtype=np.int64), head]),
        lower=np.concatenate([minimum, np.zeros(len(arcs), dtype=np.int64)]),
        capacity=np.concatenate([seats, capacity]),
        cost=np.concatenate([np.zeros(classes, dtype=np.int64), price]),
    )


def upper_flows(upper: Upper, node: Ints) -> Ints:
    """Flows on the upper arcs when each person sits at `node`: cheap arcs fill first, in the order they are listed."""
    left = np.bincount(node, minlength=upper.nodes).astype(np.int64)
    flows = np.zeros(len(upper.tail), dtype=np.int64)
    classes = upper.nodes - 6
    flows[:classes] = left[:classes]
    for arc in range(classes, len(flows)):
        flows[arc] = min(int(upper.capacity[arc]), int(left[upper.tail[arc]]))
        left[upper.tail[arc]] -= flows[arc]
        left[upper.head[arc]] += flows[arc]
    return flows
