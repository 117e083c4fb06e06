"""One run of the model over a list: columns made comparable, pairs blocked, compared in Splink's SQL, and weighed."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import polars as pl

from berdaya.people.linkage import blocking, training
from berdaya.people.linkage.comparisons import Comparison, comparisons
from berdaya.people.linkage.keys import prepare
from berdaya.people.linkage.vectors import decoded, pattern_sql

MEMORY = "6GB"
SURE, POSSIBLE = 0.9, 0.1
"""Chances of being the same person: above the first the model is sure, below the second it is sure of the contrary;
a person decides between."""
ORIGIN = "origin"
"""Column of the prepared list that says which of several lists a row is from."""
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
    database = connect()
    try:
        database.register("incoming", prepared.to_arrow())
        database.execute("CREATE TABLE records AS SELECT * FROM incoming")
        started = time.perf_counter()
        chosen = blocking.block(
            database, "records", prepared.columns, across=ORIGIN if source else "", threads=threads()
        )
        seconds["block"] = time.perf_counter() - started
        compared = compared or comparisons(list(columns))
        started = time.perf_counter()
        database.execute(f"CREATE TABLE compared AS {pattern_sql(compared, records='records', pairs='blocked')}")
        seconds["compare"] = time.perf_counter() - started
        started = time.perf_counter()
        pairs, model = _weigh(database, "compared", compared)
        seconds["train"] = time.perf_counter() - started
    finally:
        database.close()
    return Linked(pairs, model, tuple(chosen), seconds, prepared.height)


def _weigh(
    database: duckdb.DuckDBPyConnection, table: str, compared: list[Comparison]
) -> tuple[pl.DataFrame, training.Model]:
    """Train on the patterns of all pairs, and answer the pairs that are not surely different."""
    found = _frame(database, f"SELECT pattern, count(*)::DOUBLE AS n FROM {table} GROUP BY 1 ORDER BY 1")
    patterns = training.Patterns(
        fields=tuple(str(one["output_column_name"]) for one in compared),
        levels=tuple(len(one["comparison_levels"]) - 1 for one in compared),
        gammas=decoded(found["pattern"], compared),
        counts=found["n"].to_numpy(),
    )
    model = training.train(patterns)
    weighed = found.with_columns(pl.Series("chance", model.probabilities(patterns.gammas))).drop("n")
    database.register("likely", weighed.filter(pl.col("chance") >= KEPT).to_arrow())
    pairs = _frame(
        database,
        f'SELECT p.l AS "left", p.r AS "right", k.chance, p.pattern FROM {table} p'
        " JOIN likely k USING (pattern) ORDER BY 1, 2",
    )
    return pairs, model


def _frame(database: duckdb.DuckDBPyConnection, sql: str) -> pl.DataFrame:
    return pl.DataFrame(pl.from_arrow(database.sql(sql).to_arrow_table()))
