"""One run of the model over a list: columns made comparable, pairs blocked, compared in Splink's SQL, and weighed."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from berdaya.people.linkage import blocking, training
from berdaya.people.linkage.comparisons import Comparison, comparisons
from berdaya.people.linkage.keys import prepare
from berdaya.people.linkage.vectors import columns_read, decoded, pattern_sql

MEMORY = "6GB"
SURE, POSSIBLE = 0.9, 0.1
"""Chances of being the same person: above the first the model is sure, below the second it is sure of the contrary;
a person decides between."""
ORIGIN = "origin"
"""Column of the prepared list that says which of several lists a row is from."""
ROWS_AT_A_TIME, PAIRS_AT_A_TIME = 8_192, 20_480
KEPT = 0.01
"""Pairs below this are not kept at all."""
LINK = 0.5
"""Where one answer is asked for and nobody can decide: the more likely one."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What a run found. ``pairs``: `left`, `right` (rows), `chance`, and a gamma per field."""

    pairs: pl.DataFrame
    model: training.Model
    rules: tuple[blocking.Rule, ...]
    seconds: Mapping[str, float]
    rows: int


def threads() -> int:
    """Cores that a run may take: four at most, so that a server goes on serving."""
    return max(1, min(4, os.cpu_count() or 1))


def connect() -> duckdb.DuckDBPyConnection:
    """A database in memory that keeps to its share of the machine."""
    return duckdb.connect(config={"threads": threads(), "memory_limit": MEMORY})


def link(
    frame: pl.DataFrame,
    columns: Mapping[str, str],
    *,
    source: str = "",
    compared: list[Comparison] | None = None,
) -> Linked:
    """Compare the rows of ``frame``; with ``source`` (a column of the frame) only rows of different sources.

    ``compared`` stands in for the comparisons that the columns ask for.
    """
    seconds: dict[str, float] = {}
    started = time.perf_counter()
    # Names of places tell what the code of the village tells, and cost as much as names of people.
    told = {"village", "district"} if "area" in columns else set()
    prepared = prepare(frame, {field: column for field, column in columns.items() if field not in told})
    if source:
        prepared = prepared.with_columns(frame[source].cast(pl.String).alias(ORIGIN))
    seconds["prepare"] = time.perf_counter() - started
    started = time.perf_counter()
    blocked, chosen = blocking.block(prepared, across=ORIGIN if source else "", threads=threads())
    seconds["block"] = time.perf_counter() - started
    compared = compared or comparisons(list(columns))
    started = time.perf_counter()
    vectors = _compared(prepared, blocked, compared)
    seconds["compare"] = time.perf_counter() - started
    started = time.perf_counter()
    pairs, model = _weigh(vectors, compared)
    seconds["train"] = time.perf_counter() - started
    return Linked(pairs, model, tuple(chosen), seconds, prepared.height)


def _compared(prepared: pl.DataFrame, blocked: pl.DataFrame, compared: list[Comparison]) -> pl.DataFrame:
    """`l`, `r` and `pattern` of the pairs, in any order."""
    database = connect()
    try:
        # The pairs are to look for the records. The other way round, as DuckDB would have it, a list of fifty thousand
        # rows is the work of one thread.
        database.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        database.register("records", _batched(prepared.select("row", *columns_read(compared)), ROWS_AT_A_TIME))
        database.register("blocked", _batched(blocked, PAIRS_AT_A_TIME))
        return _frame(database, pattern_sql(compared, records="records", pairs="blocked"))
    finally:
        database.close()


def _batched(frame: pl.DataFrame, size: int) -> Any:
    """The frame as an Arrow table of batches; each is taken by a thread of its own."""
    return pl.concat([frame.head(0), *frame.iter_slices(size)], rechunk=False).to_arrow()


def _weigh(vectors: pl.DataFrame, compared: list[Comparison]) -> tuple[pl.DataFrame, training.Model]:
    """Train on the patterns of all pairs, and answer the pairs that are not surely different."""
    found = vectors.group_by("pattern").len("n").sort("pattern")
    patterns = training.Patterns(
        fields=tuple(str(one["output_column_name"]) for one in compared),
        levels=tuple(len(one["comparison_levels"]) - 1 for one in compared),
        gammas=decoded(found["pattern"], compared),
        counts=found["n"].cast(pl.Float64).to_numpy(),
    )
    model = training.train(patterns)
    weighed = found.select("pattern", chance=pl.Series(model.probabilities(patterns.gammas)))
    likely = vectors.join(weighed.filter(pl.col("chance") >= KEPT), on="pattern")
    pairs = likely.select(left="l", right="r", chance="chance", pattern="pattern").sort("left", "right")
    return pairs, model


def _frame(database: duckdb.DuckDBPyConnection, sql: str) -> pl.DataFrame:
    return pl.DataFrame(pl.from_arrow(database.sql(sql).to_arrow_table()))
