"""Peers of linkage, as their own documentation shows them: recordlinkage's recipe and Splink untuned.

Both are given the same columns in their plain form (small letters, ISO dates) and, where they must choose a
threshold, the one that suits them best: their figures are the best that these recipes reach.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import pandas as pd
import polars as pl
import recordlinkage
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from berdaya.people.linkage.keys import date_text, plain_words

NAMES = ("name", "given_name", "surname", "mother")
THRESHOLDS = (0.5, 0.9, 0.95, 0.99)
MAX_SUM = 8


@dataclass(frozen=True)
class Found:
    """Pairs (`left`, `right`, `score`) and the thresholds that may be tried on them."""

    pairs: pl.DataFrame
    thresholds: tuple[float, ...]


def plain(frame: pl.DataFrame, columns: Mapping[str, str]) -> pl.DataFrame:
    """The mapped columns as any user would tidy them first; `row` counts them."""
    made = [pl.Series("row", range(frame.height))]
    for field, column in columns.items():
        series = frame[column].cast(pl.String)
        make = _iso if field == "birth_date" else plain_words
        different = series.unique().drop_nulls().to_list()
        made.append(series.replace_strict({one: make(one) or None for one in different}, default=None).alias(field))
    return pl.DataFrame(made)


def _iso(text: str) -> str:
    digits = date_text(text)
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if digits else ""


def splink_untuned(table: pl.DataFrame, *, threads: int, memory: str) -> Found:
    """The steps of Splink's tutorial: library comparisons, u by random sampling, two sessions of EM."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    fields = [name for name in table.columns if name not in {"row", "source"}]
    database = duckdb.connect(config={"threads": threads, "memory_limit": memory})
    try:
        database.register("plain", table.to_arrow())
        settings = SettingsCreator(
            link_type="dedupe_only",
            unique_id_column_name="row",
            comparisons=[_splink_comparison(name) for name in fields],
            blocking_rules_to_generate_predictions=[block_on(*rule) for rule in _rules(fields)],
        )
        linker = Linker(DuckDBAPI(database).register("plain"), settings, log_level=None)
        rules = _rules(fields)
        linker.training.estimate_probability_two_random_records_match(
            [block_on(*rule) for rule in rules[:1]], recall=0.7
        )
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        for rule in rules[:2]:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
        found = linker.inference.predict(threshold_match_probability=min(THRESHOLDS), warning_mode="never")
        pairs = database.sql(
            f"SELECT row_l AS left, row_r AS right, match_probability AS score FROM {found.physical_name}"
        ).to_arrow_table()
    finally:
        database.close()
    return Found(pl.DataFrame(pl.from_arrow(pairs)), THRESHOLDS)


def _splink_comparison(name: str) -> object:
    if name in NAMES:
        return cl.NameComparison(name)
    if name == "birth_date":
        return cl.DateOfBirthComparison(name, input_is_string=True)
    if name in {"nik", "kk", "id_number", "postcode", "phone", "address", "address_2", "suburb"}:
        return cl.LevenshteinAtThresholds(name, 2)
    return cl.ExactMatch(name)


def _rules(fields: list[str]) -> list[tuple[str, ...]]:
    if "given_name" in fields:
        return [("given_name", "surname"), ("birth_date",), ("id_number",), ("given_name", "postcode"),
                ("surname", "suburb")]  # fmt: skip
    return [("name", "birth_date"), ("birth_date", "village"), ("nik",), ("name", "village"), ("kk", "sex"), ("phone",)]


def recordlinkage_recipe(table: pl.DataFrame) -> Found:
    """Block, compare with Jaro-Winkler and exact, count what agrees (the toolkit's own FEBRL example)."""
    frame = pd.DataFrame(table.to_dict(as_series=False)).set_index("row")
    fields = [name for name in frame.columns if name != "source"]
    indexer = recordlinkage.Index()
    for rule in [("given_name",)] if "given_name" in fields else [("birth_date",), ("name", "village")]:
        indexer.block(list(rule))
    if "source" in frame.columns:
        first = frame[frame["source"] == "0"]
        second = frame[frame["source"] != "0"]
        parts = (first, second)
    else:
        parts = (frame,)
    candidates = indexer.index(*parts)
    compare = recordlinkage.Compare()
    for name in fields:
        if name in NAMES or name in {"address", "address_2", "suburb"}:
            compare.string(name, name, method="jarowinkler", threshold=0.85, label=name)
        else:
            compare.exact(name, name, label=name)
    features = compare.compute(candidates, *parts)
    total = features.sum(axis=1)
    pairs = pl.DataFrame(
        {
            "left": features.index.get_level_values(0).to_numpy(),
            "right": features.index.get_level_values(1).to_numpy(),
            "score": total.to_numpy(),
        }
    )
    return Found(pairs.filter(pl.col("score") >= 2), tuple(float(step) for step in range(2, MAX_SUM + 1)))


def best_f1(found: Found, truth: pl.Series, source: pl.Series | None, true_pairs: int) -> float:
    """The best F1 over the thresholds; pairs of one source do not count where there are several."""
    pairs = found.pairs.with_columns(
        same=truth.gather(found.pairs["left"]) == truth.gather(found.pairs["right"]),
        across=(
            source.gather(found.pairs["left"]) != source.gather(found.pairs["right"])
            if source is not None
            else pl.repeat(True, found.pairs.height, eager=True)
        ),
    ).filter(pl.col("across"))
    best = 0.0
    for threshold in found.thresholds:
        taken = pairs.filter(pl.col("score") >= threshold)
        both = int(taken["same"].sum())
        best = max(best, 2 * both / max(1, taken.height + true_pairs))
    return best
