"""A list part by part, however long it is: text is decoded and cut as it is read, a workbook is cut in memory.

The parts of a file are the same whenever it is read again with the same mapping and size, so that an import goes on
where it stopped.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from berdaya.intake.columns import Column, plain_text
from berdaya.intake.files import Cell, Rows, check_csv_size, delimiter_of, encoding_of, is_text, read_path
from berdaya.intake.limits import LIMITS, Limits
from berdaya.intake.sheets import (
    FAR_ROWS,
    Body,
    Header,
    Table,
    best_header,
    body_of,
    counts_columns,
    find_tables,
    missing_of,
    section_of,
    with_section,
)
from berdaya.kernel.problems import Problem

HEAD_ROWS = FAR_ROWS + 15
"""Rows that are looked at before the first part: where headings may stand, and some data below them."""


@dataclass(frozen=True)
class Part:
    """Some rows of a table with their numbers in the sheet."""

    table: Table
    numbers: list[int]
    body: Rows


@dataclass(frozen=True)
class Glance:
    """The best guess at the headings of a list, before anything else is read."""

    sheet: str
    header: Header
    missing: tuple[str, ...]
    examples: tuple[tuple[str, ...], ...]
    """Per column up to three filled cells below the headings, as a person sees them."""


class Source:
    """A file that is read in parts. `name` is what the office calls it."""

    def __init__(self, path: Path, name: str, *, limits: Limits = LIMITS) -> None:
        self.path, self.name, self.limits = path, name, limits
        with path.open("rb") as file:
            head = file.read(8192)
        self.packed = head.startswith(b"\x1f\x8b")
        self.long = self.packed or is_text(head)
        if not self.long:
            self.book = read_path(path, limits=limits, name=name)

    def digest(self) -> bytes:
        """SHA-256 of the file's bytes."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()

    def glance(self, columns: Sequence[Column], mapping: Mapping[str, str] | None = None) -> Glance:
        """Where the headings seem to stand, which of those that must stand are missing, and cells below them."""
        best: Glance | None = None
        for title, rows in self._heads().items():
            header = best_header(rows, columns, mapping=mapping)
            body = [row for row in rows[header.row : header.row + 12] if not counts_columns(row)]
            examples = tuple(_examples(body, at) for at in range(len(header.titles)))
            found = Glance(title, header, tuple(missing_of(header, columns)), examples)
            if best is None or len(header.places) > len(best.header.places):
                best = found
        if best is None:
            raise Problem("file_empty", file=self.name)
        return best

    def _heads(self) -> dict[str, Rows]:
        if not self.long:
            return {name: rows for name, rows in self.book.sheets.items() if rows}
        rows = []
        for row in self._lines():
            rows.append(row)
            if len(rows) >= HEAD_ROWS:
                break
        return {Path(self.name).name.split(".")[0]: rows}

    def parts(
        self, sheet: str, columns: Sequence[Column], keys: Sequence[str], size: int,
        mapping: Mapping[str, str] | None = None,
    ) -> Iterator[Part]:  # fmt: skip
        """Rows in order, `size` to a part.

        Raises:
            Problem: `sheet_missing`, `header_missing`, or what reading text raises when it comes to it.
        """
        if self.long:
            yield from self._long_parts(sheet, columns, keys, size, mapping)
            return
        for table in find_tables(self.book, sheet, columns, several=True, mapping=mapping):
            numbers, body = body_of(table.rows, table.header, keys)
            for start in range(0, len(numbers), size):
                yield Part(table, numbers[start : start + size], body[start : start + size])

    def _long_parts(
        self, sheet: str, columns: Sequence[Column], keys: Sequence[str], size: int, mapping: Mapping[str, str] | None
    ) -> Iterator[Part]:
        [(title, head)] = self._heads().items()
        header = best_header(head, columns, mapping=mapping)
        missing = missing_of(header, columns)
        if missing:
            raise Problem("header_missing", file=self.name, sheet=sheet, columns=", ".join(missing))
        table, filter_ = Table(title, head, header), Body(header, keys)
        placed = any(column.name == "village" for column in columns)
        numbers: list[int] = []
        body: Rows = []
        for number, row in enumerate(self._lines(), start=1):
            section = section_of(row) if placed and number > header.row else {}
            if section:
                if numbers:
                    yield Part(table, numbers, body)
                    numbers, body = [], []
                table = replace(table, header=with_section(table.header, section, number))
            if section or number <= header.row or not filter_.holds_data(number, row):
                continue
            numbers.append(number)
            body.append(row)
            if len(numbers) == size:
                yield Part(table, numbers, body)
                numbers, body = [], []
        if numbers:
            yield Part(table, numbers, body)

    def _lines(self) -> Iterator[list[Cell]]:
        encoding, delimiter, skipped = self._shape()
        csv.field_size_limit(self.limits.cell_chars)
        blank = 0
        with (
            self._opened() as raw,
            io.TextIOWrapper(io.BufferedReader(_Counted(raw, self)), encoding=encoding, newline="") as text,
        ):
            if skipped:
                text.readline()
                yield []
            try:
                for count, line in enumerate(csv.reader(text, delimiter=delimiter)):
                    row: list[Cell] = list(line)
                    blank = 0 if any(line) else blank + 1
                    check_csv_size(count, row, blank, self.name, self.limits)
                    yield row
            except (csv.Error, UnicodeError, EOFError, gzip.BadGzipFile) as error:
                raise Problem("file_broken", file=self.name) from error

    def _opened(self) -> IO[bytes]:
        return gzip.open(self.path, "rb") if self.packed else self.path.open("rb")  # type: ignore[return-value]

    def _shape(self) -> tuple[str, str, bool]:
        """Encoding, delimiter, and whether a line `sep=` stands first; the first four megabytes tell."""
        try:
            with self._opened() as raw:
                head = raw.read(4 << 20)
        except (OSError, EOFError) as error:
            raise Problem("file_broken", file=self.name) from error
        if not head.strip(b"\0 \t\r\n"):
            raise Problem("file_empty", file=self.name)
        if not is_text(head[:8192]):
            raise Problem("file_kind", file=self.name)
        # A cut in the middle of a sign is no sign of another encoding.
        encoding = encoding_of(head[: head.rfind(b"\n") + 1] or head)
        delimiter, skipped = delimiter_of(head[:65_536].decode(encoding, errors="replace"))
        return encoding, delimiter, bool(skipped)


def _examples(body: Rows, at: int) -> tuple[str, ...]:
    shown = (plain_text(row[at]).strip() for row in body if at < len(row))
    return tuple(dict.fromkeys(one for one in shown if one))[:3]


class _Counted(io.RawIOBase):
    """Stops reading a text that grows past its bound."""

    def __init__(self, raw: IO[bytes], source: Source) -> None:
        self._raw, self._source, self._read = raw, source, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._raw.read(len(buffer))
        self._read += len(data)
        limits, packed = self._source.limits, self._source.path.stat().st_size
        if self._read > limits.csv_bytes or (self._source.packed and limits.is_bomb(self._read, packed)):
            raise Problem("file_bomb", file=self._source.name, megabytes=limits.csv_bytes >> 20)
        buffer[: len(data)] = data
        return len(data)
