"""Which pairs are looked at: rules that a true pair seldom misses, each tight enough for the list at hand.

A rule is a set of columns that must agree. Rules whose blocks are too large for a list (one village, one common
name) are narrowed by a further column, or left out. Nothing here depends on who is who.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import duckdb

PAIRS_PER_ROW = 1.0
"""A rule may bring so many pairs for each row of the list."""
ALL_PAIRS_BELOW = 60
"""A list this short is compared whole."""
AT_LEAST = 20_000
"""Pairs that any rule may bring: short lists need no thrift."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Expressions over one record that must be equal on both sides."""

    parts: tuple[str, ...]

    def sql(self) -> str:
        """The rule as a condition over ``l`` and ``r``."""
        return " AND ".join(f"{_of(part, 'l')} = {_of(part, 'r')}" for part in self.parts)


def _of(part: str, side: str) -> str:
    column, _, cut = part.partition(":")
    return f"left({side}.{column}, {cut})" if cut else f"{side}.{column}"


_CANDIDATES: tuple[tuple[str, ...], ...] = (
    ("nik",), ("id_number",), ("kk", "name_first:1"), ("phone",),
    ("birth_date", "name_first:2"), ("birth_date", "area"), ("birth_date", "name_last:2"),
    ("birth_any", "name_first:2"), ("birth_date", "mother_first"), ("birth_date", "phone"), ("birth_date", "postcode"),
    ("name_set", "birth_year"), ("name_set", "area"), ("name_flat", "birth_day"), ("name_flat", "district"),
    ("name_first", "birth_year", "area:6"), ("name_first", "birth_day", "area:4"),
    ("name_last", "birth_year", "area:6"), ("name_first", "mother_set"), ("mother_set", "birth_year"),
    ("mother_set", "area"), ("name_first", "address"), ("address", "birth_year"), ("kk", "birth_year"),
    ("name_first", "village", "birth_year"), ("name_last", "birth_date:6"), ("name_first", "birth_date:6"),
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


def rules(database: duckdb.DuckDBPyConnection, table: str, columns: Collection[str]) -> list[Rule]:
    """The rules for the list in ``table``. A list shorter than `ALL_PAIRS_BELOW` has none: it is compared whole."""
    rows = int(database.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
    if rows < ALL_PAIRS_BELOW:
        return []
    budget = max(AT_LEAST, PAIRS_PER_ROW * rows)
    chosen: list[Rule] = []
    seen: set[frozenset[str]] = set()
    for candidate in (*_candidates(_CANDIDATES, columns), *_candidates(_LAST_RESORT, columns)):
        if candidate in _LAST_RESORT and len(chosen) >= FEW_RULES:
            break
        rule = _fitting(database, table, candidate, columns, budget)
        if rule is not None and not any(other <= frozenset(rule.parts) for other in seen):
            seen.add(frozenset(rule.parts))
            chosen.append(rule)
    return chosen


def _candidates(of: tuple[tuple[str, ...], ...], columns: Collection[str]) -> Iterator[tuple[str, ...]]:
    for candidate in of:
        if all(part.partition(":")[0] in columns for part in candidate):
            yield candidate


def _fitting(
    database: duckdb.DuckDBPyConnection,
    table: str,
    parts: tuple[str, ...],
    columns: Collection[str],
    budget: float,
) -> Rule | None:
    """The candidate, narrowed until it fits; None where nothing narrows it enough."""
    tries = [parts]
    held = {part.partition(":")[0] for part in parts}
    for extra in _NARROWER:
        name = extra.partition(":")[0]
        if name in columns and name not in held and not (name == "birth_year" and held & {"birth_date", "birth_any"}):
            tries.append((*parts, extra))
    for attempt in tries:
        if _pairs(database, table, attempt) <= budget:
            return Rule(attempt)
    return None


def _pairs(database: duckdb.DuckDBPyConnection, table: str, parts: tuple[str, ...]) -> float:
    keys = ", ".join(_of(part, "t") for part in parts)
    known = " AND ".join(f"{_of(part, 't')} IS NOT NULL" for part in parts)
    found = database.execute(
        f"SELECT sum(n * (n - 1) / 2) FROM (SELECT count(*)::DOUBLE AS n FROM {table} t WHERE {known} GROUP BY {keys})"
    ).fetchall()
    return float(found[0][0] or 0)
