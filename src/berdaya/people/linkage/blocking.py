"""Which pairs are looked at: rules that a true pair seldom misses, each tight enough for the list at hand.

A rule is a set of columns that must agree. Rules whose blocks are too large for a list (one village, one common
name) are narrowed by a further column, or left out. Nothing here depends on who is who.

Splink's own blocking joins the list with itself once per rule and learns from the result that a rule brings too much.
Here the key of a rule is one number per row: sorted, its blocks lie side by side, so the pairs are counted before any
is made, and those of all rules are made once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

PAIRS_PER_ROW = 1.0
"""A rule may bring so many pairs for each row of the list."""
ALL_PAIRS_BELOW = 60
"""A list this short is compared whole."""
AT_LEAST = 20_000
"""Pairs that any rule may bring: short lists need no thrift."""

Rows = NDArray[np.int64]
Keys = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Rule:
    """Columns (or so many letters of one: ``area:6``) that must be equal on both sides."""

    parts: tuple[str, ...]


_CANDIDATES: tuple[tuple[str, ...], ...] = (
    ("nik",), ("id_number",), ("kk", "name_first:1"), ("phone",),
    ("birth_any", "name_first:2"), ("birth_date", "area"), ("birth_date", "name_last:2"),
    ("birth_date", "mother_first"), ("birth_date", "phone"), ("birth_date", "postcode"),
    ("name_set", "birth_year"), ("name_set", "area"), ("name_flat", "birth_day"), ("name_flat", "area:6"),
    ("name_flat", "district"),
    ("name_first", "birth_year", "area:6"), ("name_first", "birth_day", "area:4"),
    ("name_last", "birth_year", "area:6"), ("name_first", "mother_set"), ("mother_set", "birth_year"),
    ("mother_set", "area"), ("name_first", "address"), ("address", "birth_year"), ("kk", "birth_year"),
    ("name_first", "village", "birth_year"), ("name_last", "village", "birth_year"), ("birth_date", "village"),
    ("name_set", "village"), ("name_flat", "village"), ("name_last", "birth_date:6"), ("name_first", "birth_date:6"),
    ("nik:15",), ("nik:12", "name_first:1"), ("kk", "sex"),
    ("given_name", "surname"), ("given_name", "postcode"), ("surname", "postcode"), ("given_name", "suburb"),
    ("surname", "suburb"), ("given_name", "street_number"), ("surname", "street_number"), ("surname", "address"),
    ("birth_date", "suburb"), ("birth_date", "street_number"), ("address", "street_number"),
    ("name_flat", "postcode"), ("name_last", "suburb"), ("postcode", "street_number", "name_first:1"),
)  # fmt: skip
_LAST_RESORT: tuple[tuple[str, ...], ...] = (
    ("name_set",),
    ("birth_date",),
    ("name_flat",),
    ("name_first",),
    ("name_last",),
)
"""For lists of so few columns that little else can be asked."""
FEW_RULES = 6
_NARROWER = ("birth_year", "name_first:1", "sex", "area:6", "area")
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


def block(records: pl.DataFrame, *, across: str = "", threads: int = 1) -> tuple[pl.DataFrame, list[Rule]]:
    """Pairs `l` < `r` (places of rows, each pair once, in order) and the rules that brought them.

    ``across`` names a column that must differ. A list shorter than `ALL_PAIRS_BELOW` is compared whole, by no rule.
    """
    blocks = _Blocks(records, across)
    if records.height < ALL_PAIRS_BELOW:
        whole = blocks.of(np.zeros(records.height, np.uint64), np.arange(records.height))
        return _frame([whole.pairs()], records.height), []
    budget = round(max(AT_LEAST, PAIRS_PER_ROW * records.height))

    def fitting(candidate: tuple[str, ...]) -> tuple[Rule, Rows] | None:
        for rule in _attempts(candidate, records.columns):
            found = blocks.by(rule)
            if found.count <= budget:
                return rule, found.pairs()
        return None

    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(fitting, _candidates(_CANDIDATES, records.columns)))
        if sum(one is not None for one in found) < FEW_RULES:
            found += pool.map(fitting, _candidates(_LAST_RESORT, records.columns))
    chosen = _without_narrower([one for one in found if one is not None])
    return _frame([pairs for _, pairs in chosen], records.height), [rule for rule, _ in chosen]


def _without_narrower(found: Sequence[tuple[Rule, Rows]]) -> list[tuple[Rule, Rows]]:
    """The rules without those whose pairs a wider one before them brings."""
    chosen: list[tuple[Rule, Rows]] = []
    for rule, pairs in found:
        if not any(set(other.parts) <= set(rule.parts) for other, _ in chosen):
            chosen.append((rule, pairs))
    return chosen


def _frame(codes: Sequence[Rows], rows: int) -> pl.DataFrame:
    """Each pair once, of all rules."""
    every = np.sort(np.concatenate([np.empty(0, np.int64), *codes]))  # `np.unique` asks a table, ten times as long.
    once = every[np.append(True, every[1:] != every[:-1])[: every.size]]
    left, right = np.divmod(once, max(1, rows))
    return pl.DataFrame({"l": left.astype(np.int32), "r": right.astype(np.int32)})


@dataclass(frozen=True, slots=True)
class _Found:
    """Rows in the order of their keys; ``first`` and ``end`` are the places of those each is paired with."""

    order: Rows
    first: Rows
    end: Rows
    rows: int

    @property
    def count(self) -> int:
        return int((self.end - self.first).sum())

    def pairs(self) -> Rows:
        """Each pair as one number: the earlier row x rows of the list + the later row."""
        partners = self.end - self.first
        one = np.repeat(np.arange(self.order.size), partners)
        begins = np.cumsum(partners) - partners
        other = np.arange(one.size) - np.repeat(begins - self.first, partners)
        left, right = self.order[one], self.order[other]
        codes: Rows = np.minimum(left, right) * self.rows + np.maximum(left, right)
        return codes


class _Blocks:
    """The keys of a list, each part made once for all rules."""

    def __init__(self, records: pl.DataFrame, across: str) -> None:
        self._records = records
        self._rows = records.height
        self._source = _codes(records[across]) if across else None
        parts = {part for rule in (*_CANDIDATES, *_LAST_RESORT, _NARROWER) for part in rule}
        self._parts = {part: self._part(part) for part in parts if part.partition(":")[0] in records.columns}

    def by(self, rule: Rule) -> _Found:
        """The blocks of a rule; a row that lacks one of its parts is in none."""
        first, *others = (self._parts[part] for part in rule.parts)
        keys, known = first
        for more, also in others:
            keys, known = keys * _SPREAD + more, known & also
        rows = np.flatnonzero(known)
        return self.of(keys[rows], rows)

    def of(self, keys: Keys, rows: Rows) -> _Found:
        """Rows of equal ``keys`` in one block."""
        if self._source is None:
            order = np.argsort(keys)
            end = _ends(keys[order])
            return _Found(rows[order], np.minimum(np.arange(1, order.size + 1), end), end, self._rows)
        source = self._source[rows]
        order = np.lexsort((source, keys))
        ordered = keys[order]
        # Whoever stands behind the rows of one's own source, in the same block, is of another source.
        return _Found(rows[order], _ends(ordered, source[order]), _ends(ordered), self._rows)

    def _part(self, part: str) -> tuple[Keys, NDArray[np.bool_]]:
        name, _, cut = part.partition(":")
        column = self._records[name]
        if cut:
            column = column.str.slice(0, int(cut))
        return _codes(column), column.is_not_null().to_numpy()


def _codes(column: pl.Series) -> Keys:
    hashed: Keys = column.hash(seed=1).to_numpy()
    return hashed


def _ends(*ordered: NDArray[np.uint64]) -> Rows:
    """For each place the place behind the last of its run of equal values."""
    size = ordered[0].size
    if not size:
        return np.empty(0, np.int64)
    change = np.zeros(size - 1, np.bool_)
    for values in ordered:
        change |= values[1:] != values[:-1]
    bounds = np.append(np.flatnonzero(change) + 1, size)
    return np.repeat(bounds, np.diff(bounds, prepend=0))


def _candidates(of: tuple[tuple[str, ...], ...], columns: Collection[str]) -> Iterator[tuple[str, ...]]:
    for candidate in of:
        if all(part.partition(":")[0] in columns for part in candidate):
            yield candidate


def _attempts(parts: tuple[str, ...], columns: Collection[str]) -> Iterator[Rule]:
    """The candidate as it is, then each way to narrow it."""
    yield Rule(parts)
    held = {part.partition(":")[0] for part in parts}
    for extra in _NARROWER:
        name = extra.partition(":")[0]
        if name in columns and name not in held and not (name == "birth_year" and held & {"birth_date", "birth_any"}):
            yield Rule((*parts, extra))
