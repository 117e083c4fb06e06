"""Finding the table in a sheet: its heading row among the first rows, its columns by any usual name, its end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from berdaya.intake.columns import Column, plain_text
from berdaya.intake.files import Rows
from berdaya.kernel.problems import Problem

HEADER_ROWS = 25
COUNT_ROWS = 3
"""Rows below the headings among which the columns may be counted (1, 2, 3 ...)."""
_TOTAL = re.compile(r"^\s*(?:sub\s*)?(?:jumlah|total|grand\s*total|rata[- ]?rata)\b", re.IGNORECASE)
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_BRACKETS = re.compile(r"\([^)]*\)")


@dataclass(frozen=True)
class Header:
    """Where the headings stand (`row`, as Excel counts) and which column holds which field."""

    row: int
    places: dict[str, int]
    unknown: tuple[str, ...]


def heading_key(written: object) -> str:
    """`No. KK *` and `no kk` are one heading; what stands in brackets does not count."""
    text = plain_text(written).lower()
    return _NOT_PLAIN.sub("", _BRACKETS.sub("", text)) or _NOT_PLAIN.sub("", text)


def find_header(rows: Rows, columns: Sequence[Column], *, file: str, sheet: str) -> Header:
    """The row among the first 25 that holds most of the headings.

    Raises:
        Problem: `header_missing` with the headings that must stand and do not.
    """
    known: dict[str, str] = {}
    for column in columns:
        for heading in (column.heading, *column.also):
            known.setdefault(heading_key(heading), column.name)
    best: dict[str, int] = {}
    best_row = 0
    for number, row in enumerate(rows[:HEADER_ROWS], start=1):
        places: dict[str, int] = {}
        for position, cell in enumerate(row):
            if isinstance(cell, str) and (name := known.get(heading_key(cell))):
                places.setdefault(name, position)
        if len(places) > len(best):
            best, best_row = places, number
    missing = [column.heading for column in columns if column.must_stand and column.name not in best]
    if missing or not best:
        missing = missing or [column.heading for column in columns]
        raise Problem("header_missing", file=file, sheet=sheet, columns=", ".join(missing))
    titles = rows[best_row - 1]
    unknown = tuple(plain_text(cell) for place, cell in enumerate(titles) if cell != "" and place not in best.values())
    return Header(best_row, best, unknown)


def body_of(rows: Rows, header: Header, keys: Sequence[str]) -> tuple[list[int], Rows]:
    """Rows below the heading that hold data, with their numbers.

    Left out: blank rows, the row that counts the columns (1, 2, 3 ...), total rows, and notes in which none
    of the key columns is filled.
    """
    places = [header.places[key] for key in keys if key in header.places]
    numbers: list[int] = []
    found: Rows = []
    for number, row in enumerate(rows[header.row :], start=header.row + 1):
        width = len(row)
        if not any(place < width and _holds(row[place]) for place in places) or _is_total(row):
            continue
        if number <= header.row + COUNT_ROWS and _counts_columns(row):
            continue
        numbers.append(number)
        found.append(row)
    return numbers, found


def _holds(cell: object) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _counts_columns(row: Sequence[object]) -> bool:
    cells = [plain_text(cell).strip("()") for cell in row if _holds(cell)]
    return len(cells) > 3 and cells == [str(number) for number in range(1, len(cells) + 1)]


def _is_total(row: Sequence[object]) -> bool:
    first = next((cell for cell in row if _holds(cell)), "")
    return isinstance(first, str) and not first[:1].isdigit() and _TOTAL.match(first) is not None
