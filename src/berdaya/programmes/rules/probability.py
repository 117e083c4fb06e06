"""Exact chances in a lottery among equals under nested ceilings.

Give every tied candidate an independent uniform arrival time; the lottery is the order of arrival. A
candidate that arrives at time t gets a place if under every ceiling around it fewer than the ceiling
arrived *and survived* before. At a fixed t the branches are independent, so the counts are convolutions of
truncated binomials; the chance is the integral over t of a polynomial, which Gauss-Legendre quadrature
gives to about 1e-12. One binding ceiling needs none of this: places divided by claimants.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Node = int | str
"""Key of a ceiling: an area code, or the key of a household."""
Chain = tuple[Node, ...]
MAX_POINTS = 256
"""Quadrature is exact up to twice as many tied candidates and smooth beyond."""


@dataclass(slots=True)
class Group:
    """One ceiling with those of the tied that stand directly below it, and the ceilings inside."""

    key: Node
    room: int
    direct: int = 0
    inner: dict[Node, Group] = field(default_factory=dict)

    @classmethod
    def of(cls, chains: Iterable[Chain], room: Callable[[Node], int]) -> Group:
        """The tree of ceilings over ``chains`` (outermost first); the root itself has endless room."""
        root = cls("", 1 << 60)
        for chain in chains:
            here = root
            for node in chain:
                if node not in here.inner:
                    here.inner[node] = cls(node, room(node))
                here = here.inner[node]
            here.direct += 1
        return root

    def claims(self) -> int:
        """How many ask for a place here after the ceilings inside have had their say."""
        return self.direct + sum(min(group.room, group.claims()) for group in self.inner.values())

    def taken(self) -> Counter[Node]:
        """Places taken under each ceiling, the same in every outcome.

        Ceilings inside one that fills up are left out: their split depends on the lottery, but nobody will ever
        ask there again.
        """
        result: Counter[Node] = Counter()
        for group in self.inner.values():
            claims = group.claims()
            result[group.key] = min(group.room, claims)
            if claims < group.room:
                result += group.taken()
        return result


def tie_chances(chains: Sequence[Chain], root: Group) -> list[float]:
    """Chance of a place for each of the tied, in the order of ``chains``."""
    found: dict[Chain, float] = {}
    _settle(root, (), found)
    return [found[chain] for chain in chains]


def _settle(group: Group, path: Chain, found: dict[Chain, float]) -> None:
    """Chances of everyone below ``group``, no ceiling above it being short."""
    if group.claims() > group.room:
        tree = _Tree.of(group)
        if not tree.inner:
            found |= {path + below: tree.room / tree.direct for below in tree.paths}
            return
        points = min(MAX_POINTS, tree.size() // 2 + 1)
        nodes, weights = np.polynomial.legendre.leggauss(points)
        times = (nodes + 1) / 2
        above = np.ones((len(times), group.room))
        _descend(tree, path, above=above, times=times, weights=weights / 2, found=found)
        return
    if group.direct:
        found[path] = 1.0
    for inner in group.inner.values():
        _settle(inner, (*path, inner.key), found)


@dataclass(slots=True)
class _Tree:
    """A short ceiling and what stands below it; ceilings inside that cannot bind have been dissolved."""

    room: int
    direct: int
    paths: list[Chain]
    inner: list[_Tree]

    @classmethod
    def of(cls, group: Group, path: Chain = ()) -> _Tree:
        tree = cls(group.room, 0, [], [])
        tree._fill(group, path)
        return tree

    def _fill(self, group: Group, path: Chain) -> None:
        if group.direct:
            self.direct += group.direct
            self.paths.append(path)
        for inner in group.inner.values():
            below = (*path, inner.key)
            if inner.claims() > inner.room:
                self.inner.append(_Tree.of(inner, below))
            else:
                self._fill(inner, below)

    def size(self) -> int:
        return self.direct + sum(tree.size() for tree in self.inner)


def _descend(
    tree: _Tree, path: Chain, *, above: Array, times: Array, weights: Array, found: dict[Chain, float]
) -> None:
    """Chances below ``path``, written into ``found``.

    Chance that one who arrives at t with j survivors of this branch before it gets through.
    """
    if tree.direct:
        others = _convolve([_binomial(tree.direct - 1, times), *(_survivors(inner, times) for inner in tree.inner)])
        chance = float(weights @ _through(others, above, 1)[:, 0])
        found |= {path + below: chance for below in tree.paths}
    known: dict[tuple[int, int], float] = {}
    for index, inner in enumerate(tree.inner):
        alike = (inner.room, inner.direct)
        if inner.inner or alike not in known:
            parts = [_survivors(other, times) for place, other in enumerate(tree.inner) if place != index]
            through = _through(_convolve([_binomial(tree.direct, times), *parts]), above, inner.room)
            inside: dict[Chain, float] = {}
            _descend(inner, (), above=through, times=times, weights=weights, found=inside)
            found |= {path + place: value for place, value in inside.items()}
            if not inner.inner:
                known[alike] = next(iter(inside.values()))
        else:
            found |= {path + place: known[alike] for place in inner.paths}


def _binomial(count: int, times: Array) -> Array:
    """Chance of k arrivals among ``count`` before each time: shape (times, count + 1)."""
    logs = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, count + 1)))))
    k = np.arange(count + 1)
    shape = logs[count] - logs[k] - logs[count - k]
    result: Array = np.exp(shape + np.outer(np.log(times), k) + np.outer(np.log1p(-times), count - k))
    return result


def _survivors(tree: _Tree, times: Array) -> Array:
    """Chance of k survivors of the whole branch before each time, k up to its room."""
    parts = [_survivors(inner, times) for inner in tree.inner]
    counts = _convolve([_binomial(tree.direct, times), *parts])
    if counts.shape[1] <= tree.room + 1:
        return counts
    head, tail = counts[:, : tree.room], counts[:, tree.room :].sum(axis=1, keepdims=True)
    return np.concatenate((head, tail), axis=1)


def _convolve(parts: Sequence[Array]) -> Array:
    """Distribution of the sum of independent counts, row by row."""
    result = parts[0]
    for part in parts[1:]:
        length = result.shape[1] + part.shape[1] - 1
        product = np.fft.irfft(np.fft.rfft(result, length, axis=1) * np.fft.rfft(part, length, axis=1), length, axis=1)
        result = np.clip(product, 0.0, None)
    return result


def _through(others: Array, above: Array, room: int) -> Array:
    """``[t, j]`` for j below ``room``: sum over m of P(m others before t) x above[t, j + m]."""
    length = others.shape[1] + above.shape[1] - 1
    turned = np.fft.rfft(others[:, ::-1], length, axis=1) * np.fft.rfft(above, length, axis=1)
    shifted = np.fft.irfft(turned, length, axis=1)[:, others.shape[1] - 1 :]
    result = np.zeros((above.shape[0], room))
    width = min(room, shifted.shape[1])
    result[:, :width] = np.clip(shifted[:, :width], 0.0, 1.0)
    return result
