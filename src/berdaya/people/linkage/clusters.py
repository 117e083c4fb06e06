"""From pairs to people: records that are one person together, closed where the evidence holds."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

AGAINST = 0.02
"""Two groups are not joined where so little speaks for one of the pairs between them that was looked at."""


def clusters(pairs: pl.DataFrame, *, at_least: float, rows: int) -> pl.Series:
    """The group of each row, named after its first row; ``pairs``: `left`, `right` (the later row), `chance`.

    The likeliest pairs are joined first. A pair that would join two groups is left out where more pairs between them
    were looked at and found different than alike: one wrong link then never makes one person of two families.
    """
    sure = pairs.filter(pl.col("chance") >= at_least).sort("chance", "left", "right", descending=[True, False, False])
    often = pl.concat([sure["left"].rename("row"), sure["right"].rename("row")]).value_counts(name="n")
    met_again = often.filter(pl.col("n") > 1)["row"].implode()
    tangled = sure["left"].is_in(met_again) | sure["right"].is_in(met_again)
    # Two rows that nobody else is linked with are one person without further questions: most groups are such.
    couples = sure.filter(~tangled)
    home = pl.DataFrame({"row": pl.int_range(rows, eager=True, dtype=pl.Int64)}).join(
        couples.select(row=pl.col("right"), home="left"), on="row", how="left", maintain_order="left"
    )
    joined = _joined(pairs, sure.filter(tangled), at_least)
    others = pl.DataFrame(
        {"row": list(joined), "own": list(joined.values())}, schema={"row": pl.Int64, "own": pl.Int64}
    )
    whole = home.join(others, on="row", how="left", maintain_order="left")
    return whole.select(cluster=pl.coalesce("own", "home", "row"))["cluster"]


def _joined(pairs: pl.DataFrame, links: pl.DataFrame, at_least: float) -> dict[int, int]:
    """Row -> group, for the rows of ``links`` (the likeliest first)."""
    rows = pl.concat([links["left"], links["right"].rename("left")]).unique()
    parent = {row: row for row in rows.to_list()}
    inside = rows.implode()
    between = pairs.filter(pl.col("left").is_in(inside) & pl.col("right").is_in(inside))
    looked = {(one, two): chance for one, two, chance in between.select("left", "right", "chance").iter_rows()}
    members: dict[int, list[int]] = {}
    for left, right in links.select("left", "right").iter_rows():
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
    return {row: _root(parent, row) for row in parent}


def _agree(looked: dict[tuple[int, int], float], first: Iterable[int], second: list[int], at_least: float) -> bool:
    """Whether at least half of the pairs between two groups speak for one person; one not looked at counts little."""
    chances = [looked.get((min(a, b), max(a, b)), AGAINST) for a in first for b in second]
    return 2 * sum(chance >= at_least for chance in chances) >= len(chances)


def _root(parent: dict[int, int], row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row
