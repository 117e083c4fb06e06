"""Which pairs are looked at: rules that a true pair seldom misses, each tight enough for the list at hand.

A rule is a set of columns that must agree. Rules whose blocks are too large for a list (one village, one common
name) are narrowed by a further column, or left out. Nothing here depends on who is who.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
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
    ("birth_any", "name_first:2"), ("birth_date", "area"), ("birth_date", "name_last:2"),
    ("birth_date", "mother_first"), ("birth_date", "phone"), ("birth_date", "postcode"),
    ("name_set", "birth_year"), ("name_set", "area"), ("name_flat", "birth_day"), ("name_flat", "area:6"),
    ("name_flat", "district"),
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
_NO_PAIRS = "SELECT 0 AS l, 0 AS r WHERE false"
_NARROWER = ("birth_year", "name_first:1", "sex", "area:6", "area")


def block(
    database: duckdb.DuckDBPyConnection, table: str, columns: Collection[str], *, across: str = "", threads: int = 1
) -> list[Rule]:
    """Make the table `blocked` (`l`, `r`: rows, each pair once) from ``table``; answers the rules that brought them.

    ``across`` names a column that must differ. A list shorter than `ALL_PAIRS_BELOW` is compared whole, by no rule.
    """
    rows = int(database.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
    apart = f" AND l.{across} <> r.{across}" if across else ""
    if rows < ALL_PAIRS_BELOW:
        database.execute(f"CREATE TABLE blocked AS {_joined(table, 'true', apart)}")
        return []
    budget = round(max(AT_LEAST, PAIRS_PER_ROW * rows))

    def fitting(number: int, candidate: tuple[str, ...]) -> Rule | None:
        # A short list is read by one thread of DuckDB: rules side by side use the others.
        with database.cursor() as own:
            for rule in _attempts(candidate, columns):
                if _brings(own, f"brought_{number}", _joined(table, rule.sql(), apart), budget):
                    return rule
        return None

    with ThreadPoolExecutor(threads) as pool:
        asked = list(_candidates(_CANDIDATES, columns))
        found = list(pool.map(fitting, range(len(asked)), asked))
        if sum(rule is not None for rule in found) < FEW_RULES:
            more = list(_candidates(_LAST_RESORT, columns))
            found += pool.map(fitting, range(len(asked), len(asked) + len(more)), more)
    chosen = _without_narrower(found)
    pairs = " UNION ALL ".join(f"SELECT l, r FROM brought_{number}" for number in chosen)
    database.execute(f"CREATE TABLE blocked AS SELECT DISTINCT l, r FROM ({pairs or _NO_PAIRS})")
    for number in range(len(found)):
        database.execute(f"DROP TABLE IF EXISTS brought_{number}")
    return list(chosen.values())


def _without_narrower(found: Sequence[Rule | None]) -> dict[int, Rule]:
    """The rules by their number, without those whose pairs a wider one brings."""
    chosen: dict[int, Rule] = {}
    for number, rule in enumerate(found):
        if rule is not None and not any(set(other.parts) <= set(rule.parts) for other in chosen.values()):
            chosen[number] = rule
    return chosen


def _joined(table: str, condition: str, apart: str) -> str:
    return (
        f"SELECT l.row::INTEGER AS l, r.row::INTEGER AS r FROM {table} l JOIN {table} r"
        f" ON {condition} AND l.row < r.row{apart}"
    )


def _brings(database: duckdb.DuckDBPyConnection, name: str, pairs: str, budget: int) -> bool:
    """Keep a rule's pairs in the table ``name``; False, and no table, where they are more than the budget."""
    ((count,),) = database.execute(f"CREATE TABLE {name} AS {pairs} LIMIT {budget + 1}").fetchall()
    if count <= budget:
        return True
    database.execute(f"DROP TABLE {name}")
    return False


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
