"""From a sheet to typed rows, column by column: values that repeat are read once, broken rows are refused whole."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol, TypeVar

from berdaya.intake.columns import Column, Fault, Softly, is_empty
from berdaya.intake.files import Cell, Workbook
from berdaya.intake.sheets import Header, body_of, find_header
from berdaya.intake.types import CellProblem, Reading, RowWarning
from berdaya.kernel.memory import collector_paused


class Numbered(Protocol):
    """A row that knows its number in the sheet."""

    @property
    def row(self) -> int: ...


T = TypeVar("T")
R = TypeVar("R", bound=Numbered)
Key = Callable[[R], Hashable]


def read_sheet(
    book: Workbook, sheet: str, columns: Sequence[Column], row_type: Callable[..., T], *, as_of: date,
    keys: Sequence[str], optional: bool = False,
) -> Reading[T]:  # fmt: skip
    """Rows of one sheet as `row_type(row, *fields in the order of columns)`.

    `keys` are the columns of which one must be filled for a line to count as a row. An `optional` sheet
    that is not there reads as empty.

    Raises:
        Problem: `sheet_missing`, `header_missing`.
    """
    if optional and not any(name.casefold() == sheet.casefold() for name in book.sheets):
        return Reading(sheet)
    with collector_paused():
        return _read_rows(book, sheet, columns, row_type, as_of=as_of, keys=keys)


def _read_rows(
    book: Workbook,
    sheet: str,
    columns: Sequence[Column],
    row_type: Callable[..., T],
    *,
    as_of: date,
    keys: Sequence[str],
) -> Reading[T]:
    rows = book.sheet(sheet)
    header = find_header(rows, columns, file=book.name, sheet=sheet)
    numbers, body = body_of(rows, header, keys)
    problems: list[CellProblem] = []
    warnings: list[RowWarning] = []
    read: list[list[object]] = []
    refused: set[int] = set()
    for column in columns:
        values, faults, soft = _read_column(_cells(body, header, column), column, as_of)
        read.append(values)
        place = header.places.get(column.name, -1)
        for position, code in faults:
            refused.add(position)
            problems.append(CellProblem(sheet, numbers[position], place, column.heading, code))
        warnings.extend(RowWarning(numbers[position], code) for position, code in soft)
    problems.sort(key=lambda problem: problem.row)
    made = [
        row_type(*fields) for position, fields in enumerate(zip(numbers, *read, strict=True)) if position not in refused
    ]
    gone = {numbers[position] for position in refused}
    kept = tuple(sorted((one for one in warnings if one.row not in gone), key=lambda one: one.row))
    return Reading(sheet, tuple(made), tuple(problems), kept, len(numbers))


def _cells(body: list[list[Cell]], header: Header, column: Column) -> list[Cell]:
    place = header.places.get(column.name)
    if place is None:
        return [""] * len(body)
    return [row[place] if place < len(row) else "" for row in body]


def _read_column(
    cells: list[Cell], column: Column, as_of: date
) -> tuple[list[object], list[tuple[int, str]], list[tuple[int, str]]]:
    faults: list[tuple[int, str]] = []
    soft: list[tuple[int, str]] = []
    empty: object = Fault(column.missing) if column.required else column.blank
    read = column.read
    if column.distinct:
        values = [empty if is_empty(cell) else read(cell, as_of) for cell in cells]
    else:
        # 1, 1.0 and True are one key of a dict, so the type stands beside the value.
        known = {
            key: empty if is_empty(key[1]) else read(key[1], as_of) for key in {(type(cell), cell) for cell in cells}
        }
        values = [known[type(cell), cell] for cell in cells]
    for position, value in enumerate(values):
        if isinstance(value, Fault):
            faults.append((position, value.code))
        elif isinstance(value, Softly):
            soft.append((position, value.code))
            values[position] = value.value
    return values, faults, soft


def refuse(
    reading: Reading[R],
    found: Iterable[tuple[int, str, str, int | None]],
    columns: Sequence[Column],
    places: dict[str, int],
) -> Reading[R]:
    """The reading without further rows: `(row, column name, code, other row)` of each."""
    headings = {column.name: column.heading for column in columns}
    added = [
        CellProblem(reading.sheet, row, places.get(name, -1), headings.get(name, ""), code, other)
        for row, name, code, other in found
    ]
    if not added:
        return reading
    gone = {problem.row for problem in added}
    return replace(
        reading,
        rows=tuple(row for row in reading.rows if row.row not in gone),
        problems=tuple(sorted((*reading.problems, *added), key=lambda problem: problem.row)),
        warnings=tuple(one for one in reading.warnings if one.row not in gone),
    )


def repeated(rows: Iterable[R], key: Key[R]) -> list[tuple[int, int]]:
    """Rows whose key stood before, with the row where it stood first; empty keys repeat nothing."""
    first: dict[Hashable, int] = {}
    found = []
    for row in rows:
        value = key(row)
        if not value:
            continue
        other = first.setdefault(value, row.row)
        if other != row.row:
            found.append((row.row, other))
    return found
