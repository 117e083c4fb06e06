"""The comparison vectors of pairs, in the SQL that Splink makes of the comparisons.

Splink's own steps from a list to vectors (registering, blocking, three tables on the way) take several times as long as
the comparing itself on lists of a few thousand rows. So its SQL is asked for once per set of fields and runs here over
pairs that are blocked already, in one statement from pairs to patterns.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from splink import SettingsCreator

from berdaya.kernel.problems import Problem
from berdaya.people.linkage.comparisons import Comparison

MOST_PATTERNS = 2**62


def pattern_sql(compared: list[Comparison], *, records: str, pairs: str) -> str:
    """SQL of `l`, `r` (rows) and `pattern`, the comparison vector as one number, of each pair of rows in ``pairs``

    Digit 0 of a field is "nothing known", 1 "different", the highest "the same". Raises `link.too_many_fields`.
    """
    columns, cases = _splink_sql(json.dumps(compared))
    terms, radix = [], 1
    for case, one in zip(cases, compared, strict=True):
        terms.append(f"{radix}::BIGINT * ({case} + 1)")
        radix *= len(one["comparison_levels"])
    if radix >= MOST_PATTERNS:
        raise Problem("link.too_many_fields", count=len(compared))
    return (
        f"SELECT row_l AS l, row_r AS r, {' + '.join(terms)} AS pattern FROM (SELECT {', '.join(columns)}"
        f" FROM {pairs} b JOIN {records} l ON l.row = b.l JOIN {records} r ON r.row = b.r)"
    )


def columns_read(compared: list[Comparison]) -> list[str]:
    """Columns of the prepared list that the comparisons look at."""
    columns, _ = _splink_sql(json.dumps(compared))
    read = {column.partition(" AS ")[0].partition(".")[2].strip('"') for column in columns}
    return sorted(read - {"row"})


@lru_cache(maxsize=16)
def _splink_sql(comparisons: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Columns of both sides that the comparisons read, and for each comparison its CASE."""
    # Splink shows its SQL by these names only; `test_linkage_model` holds the answers against Splink's own.
    settings: Any = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="row",
        comparisons=json.loads(comparisons),
        retain_matching_columns=False,
    ).get_settings("duckdb")
    cases = []
    for one in settings.core_model_settings.comparisons:
        (case,) = one._columns_to_select_for_comparison_vector_values(False)
        cases.append(str(case).rpartition(" as ")[0])
    return tuple(settings._columns_to_select_for_blocking), tuple(cases)


def decoded(codes: pl.Series, compared: list[Comparison]) -> NDArray[np.int64]:
    """Patterns x fields: -1 where nothing is known, 0 different, the highest the same."""
    rest = codes.to_numpy().copy()
    columns = []
    for one in compared:
        base = len(one["comparison_levels"])
        columns.append(rest % base - 1)
        rest //= base
    return np.stack(columns, axis=1).astype(np.int64)
