"""From pairs to people: records that are one person together, closed where the evidence holds."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

AGAINST = 0.02
"""Two groups are not joined where so little speaks for one of the pairs between them that was looked at."""


def clusters(pairs: pl.DataFrame, *, at_least: float, rows: int) -> pl.Series:
    """The group of each row, named after its first row; ``pairs``: `left`, `right`, `chance`.

    The likeliest pairs are joined first. A pair that would join two groups is left out where more pairs between them
    were looked at and found different than alike: one wrong link then never makes one person of two families.
    """
    parent = list(range(rows))
    members: dict[int, list[int]] = {}
    looked: dict[tuple[int, int], float] = {}
    links = pairs.sort("chance", "left", "right", descending=[True, False, False])
    for left, right, chance in links.select("left", "right", "chance").iter_rows():
        looked[left, right] = chance
    sure = links.filter(pl.col("chance") >= at_least)
    for left, right in sure.select("left", "right").iter_rows():
        one, two = _root(parent, left), _root(parent, right)
        if one == two:
            continue
        first, second = members.get(one, [one]), members.get(two, [two])
        if len(first) + len(second) > 2 and not _agree(looked, first, second, at_least):
            continue
        low, high = min(one, two), max(one, two)
        parent[high] = low
        members[low] = [*first, *second]
        members.pop(high, None)
    return pl.Series("cluster", [_root(parent, row) for row in range(rows)], dtype=pl.Int64)


def _agree(looked: dict[tuple[int, int], float], first: Iterable[int], second: list[int], at_least: float) -> bool:
    """Whether at least half of the pairs between two groups speak for one person; one not looked at counts little."""
    chances = [looked.get((min(a, b), max(a, b)), AGAINST) for a in first for b in second]
    return 2 * sum(chance >= at_least for chance in chances) >= len(chances)


def _root(parent: list[int], row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row
