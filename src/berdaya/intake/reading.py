"""From a sheet to typed rows, column by column: values that repeat are read once, broken rows are refused whole."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol, TypeVar

from berdaya.intake.cell_errors import error_code
from berdaya.intake.columns import Column, Fault, Softly, as_seen, is_empty
from berdaya.intake.files import Cell, Workbook
from berdaya.intake.sheets import Table, body_of, find_tables, holds
from berdaya.intake.types import CellProblem, Place, Reading, RowWarning
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
    keys: Sequence[str], optional: bool = False, several: bool = False, mapping: Mapping[str, str] | None = None,
) -> Reading[T]:  # fmt: skip
    """Rows of one sheet (with `several` of all that fit) as `row_type(row, *fields in the order of columns)`.

    `keys` are the columns of which one must be filled for a line to count as a row. An `optional` sheet
    that is not there reads as empty. `mapping`: headings as the operator confirmed them.

    Raises:
        Problem: `sheet_missing`, `header_missing`.
    """
    if optional and not any(name.casefold() == sheet.casefold() for name in book.sheets):
        return Reading(sheet)
    tables = find_tables(book, sheet, columns, several=several, mapping=mapping)
    with collector_paused():
        return joined(
            sheet,
            [read_part(table, *body_of(table.rows, table.header, keys), columns, row_type, as_of=as_of)
             for table in tables],
        )  # fmt: skip


def joined(sheet: str, parts: Sequence[Reading[T]]) -> Reading[T]:
    """Readings of several tables or of parts of one as one reading."""
    tables = tuple(dict.fromkeys(place for part in parts for place in part.tables))
    return Reading(
        parts[0].sheet if len(tables) == 1 else sheet,
        tuple(row for part in parts for row in part.rows),
        tuple(problem for part in parts for problem in part.problems),
        tuple(warning for part in parts for warning in part.warnings),
        sum(part.rows_in for part in parts),
        tables,
    )


def read_part(
    table: Table,
    numbers: Sequence[int],
    body: list[list[Cell]],
    columns: Sequence[Column],
    row_type: Callable[..., T],
    *,
    as_of: date,
) -> Reading[T]:
    """Some rows of a table, read column by column; `numbers` are theirs in the sheet."""
    header, sheet, first = table.header, table.sheet, table.first
    places = shared_places(header.places, columns)
    problems: list[CellProblem] = []
    warnings: list[RowWarning] = []
    read: list[list[object]] = []
    refused: set[int] = set()
    for column in columns:
        place = places.get(column.name, -1)
        cells = _cells(body, place, str(header.above.get(column.name, "")))
        values, faults, soft = _read_column(cells, column, as_of)
        read.append(values)
        for position, code in faults:
            refused.add(position)
            row = numbers[position]
            problems.append(CellProblem(sheet, row, place, column.heading, code, line=first + row))
        for position, one in soft:
            row = numbers[position]
            warnings.append(RowWarning(first + row, one.code))
            if one.mend:
                problems.append(CellProblem(sheet, row, place, column.heading, one.code, line=first + row, taken=True))
    problems.sort(key=lambda problem: problem.line)
    lines = numbers if not first else [first + number for number in numbers]
    made = [
        row_type(*fields) for position, fields in enumerate(zip(lines, *read, strict=True)) if position not in refused
    ]
    gone = {lines[position] for position in refused}
    kept = tuple(sorted((one for one in warnings if one.row not in gone), key=lambda one: one.row))
    where = Place(sheet, first, header.row, FrozenPlaces(places))
    return Reading(sheet, tuple(made), tuple(problems), kept, len(numbers), (where,))


class FrozenPlaces(dict[str, int]):
    """Columns of a table, fit to stand in a set of tables."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items())))


def shared_places(places: Mapping[str, int], columns: Sequence[Column]) -> dict[str, int]:
    """The columns of the fields, where a field may share the column of another (place and date of birth in one)."""
    found = dict(places)
    for column in columns:
        if column.shares and column.name not in found and column.shares in found:
            found[column.name] = found[column.shares]
    return found


def _cells(body: list[list[Cell]], place: int, above: str) -> list[Cell]:
    if place < 0:
        return [above] * len(body)
    return [row[place] if place < len(row) and holds(row[place]) else above for row in body]


def _read_column(
    cells: list[Cell], column: Column, as_of: date
) -> tuple[list[object], list[tuple[int, str]], list[tuple[int, Softly]]]:
    faults: list[tuple[int, str]] = []
    soft: list[tuple[int, Softly]] = []
    empty: object = Fault(column.missing) if column.required else column.blank

    def read(cell: object, day: date) -> object:
        """A spreadsheet's error refuses the row where any unreadable value would, else the cell counts as blank."""
        if type(cell) is str and not cell.isascii():
            cell = as_seen(cell)
        found = column.read(cell, day)
        if type(cell) is not str or (cell[:1] != "#" and cell[:4] != "Err:"):
            return found
        code = error_code(cell)
        if not code:
            return found
        return Fault(code) if column.required or isinstance(found, Fault) else Softly(_blank(column), code, mend=True)

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
            soft.append((position, value))
            values[position] = value.value
    return values, faults, soft


def _blank(column: Column) -> object:
    return column.blank.value if isinstance(column.blank, Softly) else column.blank


def refuse(
    reading: Reading[R], found: Iterable[tuple[int, str, str, int | None]], columns: Sequence[Column]
) -> Reading[R]:
    """The reading without further rows: `(line, column name, code, other line)` of each."""
    headings = {column.name: column.heading for column in columns}
    added = []
    for line, name, code, other in found:
        place = reading.place_of(line)
        other_place = reading.place_of(other) if other is not None else place
        added.append(
            CellProblem(
                place.sheet,
                line - place.first,
                place.columns.get(name, -1),
                headings.get(name, ""),
                code,
                None if other is None else other - other_place.first,
                line,
                "" if other_place.sheet == place.sheet else other_place.sheet,
            )
        )
    if not added:
        return reading
    gone = {problem.line for problem in added}
    return replace(
        reading,
        rows=tuple(row for row in reading.rows if row.row not in gone),
        problems=tuple(sorted((*reading.problems, *added), key=lambda problem: problem.line)),
        warnings=tuple(one for one in reading.warnings if one.row not in gone),
    )


def repeated(rows: Iterable[R], key: Key[R], first: dict[Hashable, int] | None = None) -> list[tuple[int, int]]:
    """Rows whose key stood before, with the row where it stood first; empty keys repeat nothing.

    `first` is what was seen in earlier parts of the file, and is added to.
    """
    first = {} if first is None else first
    found = []
    for row in rows:
        value = key(row)
        if not value:
            continue
        other = first.setdefault(value, row.row)
        if other != row.row:
            found.append((row.row, other))
    return found
