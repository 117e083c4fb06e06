"""One run of the model over a list: columns made comparable, pairs blocked, compared by Splink, weighed, clustered."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray
from splink import DuckDBAPI, Linker

from berdaya.kernel.problems import Problem
from berdaya.people.linkage import blocking, training
from berdaya.people.linkage.comparisons import Comparison, comparisons
from berdaya.people.linkage.keys import prepare

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
    logging.getLogger("splink").setLevel(logging.ERROR)
    seconds: dict[str, float] = {}
    started = time.perf_counter()
    prepared = prepare(frame, columns)
    if source:
        prepared = prepared.with_columns(frame[source].cast(pl.String).alias(ORIGIN))
    seconds["prepare"] = time.perf_counter() - started
    database = connect()
    try:
        database.register("incoming", prepared.to_arrow())
        database.execute("CREATE TABLE records AS SELECT * FROM incoming")
        started = time.perf_counter()
        chosen = blocking.rules(database, "records", prepared.columns)
        seconds["block"] = time.perf_counter() - started
        compared = compared or comparisons(list(columns))
        started = time.perf_counter()
        table = _compare(database, chosen, compared, source=bool(source))
        seconds["compare"] = time.perf_counter() - started
        started = time.perf_counter()
        pairs, model = _weigh(database, table, compared)
        seconds["train"] = time.perf_counter() - started
    finally:
        database.close()
    return Linked(pairs, model, tuple(chosen), seconds, prepared.height)


def _compare(
    database: duckdb.DuckDBPyConnection, rules: list[blocking.Rule], compared: list[Comparison], *, source: bool
) -> str:
    """The table of pairs: `l`, `r` (rows) and `pattern`, their comparison vector as one number.

    Splink makes the comparison vectors of pairs that are blocked here: one union of all rules takes a quarter of the
    time of rules that each leave out what an earlier one has brought.
    """
    across = f" AND l.{ORIGIN} <> r.{ORIGIN}" if source else ""
    conditions = [rule.sql() for rule in rules] or ["true"]
    pairs = " UNION ".join(
        "SELECT l.row AS join_key_l, r.row AS join_key_r"
        f" FROM records l JOIN records r ON {one} AND l.row < r.row{across}"
        for one in conditions
    )
    database.execute(f"CREATE TABLE blocked AS SELECT '0' AS match_key, join_key_l, join_key_r FROM ({pairs})")
    settings = {
        "link_type": "dedupe_only",
        "unique_id_column_name": "row",
        "comparisons": compared,
        "blocking_rules_to_generate_predictions": ["1=1"],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
    }
    interface = DuckDBAPI(database)
    linker = Linker(interface.register("records"), settings, log_level=None, validate_settings=False)
    linker.table_management.register_blocked_pairs_for_predict(interface.register("blocked"))
    vectors = linker.inference.predict(warning_mode="never").physical_name
    database.execute(
        f"CREATE TABLE compared AS SELECT row_l AS l, row_r AS r, {_code(compared)} AS pattern FROM {vectors}"
    )
    database.execute(f"DROP TABLE {vectors}")
    return "compared"


def _code(compared: list[Comparison]) -> str:
    """SQL of the comparison vector as one number: digit 0 of a field is "nothing known", the highest "the same"."""
    terms, radix = [], 1
    for one in compared:
        terms.append(f'{radix}::BIGINT * round("mw_{one["output_column_name"]}")::BIGINT')
        radix *= len(one["comparison_levels"])
    if radix >= 2**62:
        raise Problem("link.too_many_fields", count=len(compared))
    return " + ".join(terms)


def _decoded(codes: pl.Series, compared: list[Comparison]) -> NDArray[np.int64]:
    """Patterns x fields: -1 where nothing is known, 0 different, the highest the same."""
    rest = codes.to_numpy().copy()
    columns = []
    for one in compared:
        base = len(one["comparison_levels"])
        columns.append(rest % base - 1)
        rest //= base
    return np.stack(columns, axis=1).astype(np.int64)


def _weigh(
    database: duckdb.DuckDBPyConnection, table: str, compared: list[Comparison]
) -> tuple[pl.DataFrame, training.Model]:
    """Train on the patterns of all pairs, and answer the pairs that are not surely different."""
    found = _frame(database, f"SELECT pattern, count(*)::DOUBLE AS n FROM {table} GROUP BY 1 ORDER BY 1")
    patterns = training.Patterns(
        fields=tuple(str(one["output_column_name"]) for one in compared),
        levels=tuple(len(one["comparison_levels"]) - 1 for one in compared),
        gammas=_decoded(found["pattern"], compared),
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
