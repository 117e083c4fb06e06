"""Safe reading of xlsx, xls, ods, csv and csv.gz.

The type is what the content says, never the name. Nothing is parsed before the guard has counted what would
come out: declared sizes first, then real ones while inflating, because headers lie. What calamine would
spread over memory (a cell in row 1,048,576, repeated cells of an ods) is found beforehand or parsed in a
process of its own with a memory limit. Cell types stay visible: text is str, numbers are float, dates are
date, an empty cell is "".
"""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path

import python_calamine

from berdaya.intake.archive import check_archive
from berdaya.intake.cell_errors import shown_as_text
from berdaya.intake.limits import LIMITS, Limits
from berdaya.intake.sandbox import read_in_sandbox, rows_of, shown_sheets
from berdaya.kernel.problems import Problem

Cell = str | int | float | bool | date | datetime | time | timedelta
Rows = list[list[Cell]]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa",
    b"\xcf\xfa\xed\xfe",
    b"#!",
    b"%PDF",
    b"\x89PNG",
    b"{\\rtf",
)
_MARKUP = (b"<html", b"<!doctype html", b"<table", b"<?xml", b"<!doctype", b"<script", b"<meta", b"mime-version:")
_REMARK = re.compile(rb"^(?:\s*<!--.*?-->)*\s*", re.DOTALL)
_CONTROL = frozenset(range(32)) - {9, 10, 12, 13}
_DELIMITERS = ",;\t|"
_SEP_LINE = re.compile(r"^\ufeff?\"?sep=([,;\t|])\"?\r?\n", re.IGNORECASE)


class FileKind(StrEnum):
    """What the content of a file is."""

    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    CSV = "csv"


@dataclass(frozen=True)
class Workbook:
    """A file that was read: its sheets by name (a csv has one, named like the file), rows from row 1 on."""

    name: str
    kind: FileKind
    digest: str
    """SHA-256 of the bytes, hex: the same file is known again by it."""
    sheets: dict[str, Rows]

    def sheet(self, wanted: str | None = None) -> Rows:
        """The sheet of a name (case, blanks and dashes do not count), or the only or first one that holds a
        cell.

        Raises:
            Problem: `sheet_missing` where a named sheet is asked of several and none fits.
        """
        filled = {name: rows for name, rows in self.sheets.items() if rows}
        if wanted is not None:
            for name, rows in filled.items():
                if _plain(name) == _plain(wanted):
                    return rows
            if len(filled) != 1:
                raise Problem("sheet_missing", file=self.name, sheet=wanted, found=", ".join(self.sheets))
        return next(iter(filled.values()))


def _plain(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())


def read_path(path: Path, *, limits: Limits = LIMITS, name: str = "") -> Workbook:
    """Read a file of the disk, under another name if one is given; see `read_workbook`. Raises `file_too_large`."""
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise Problem("file_too_large", file=name or path.name, megabytes=limits.file_bytes >> 20)
    return read_workbook(path.read_bytes(), name or path.name, limits=limits)


def is_text(head: bytes) -> bool:
    """Whether a file that begins with these bytes may be delimited text."""
    if head.startswith((b"PK", b"\x1f\x8b", _OLE, *_PROGRAMS)):
        return False
    if _is_markup(head):
        return False
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or encoding_of(head[:4096]).startswith("utf-16"):
        return True
    return not any(byte in _CONTROL for byte in set(head))


def _is_markup(content: bytes) -> bool:
    """Whether a web page or another text with marks stands there, as some systems save under the name .xls."""
    head = content[:8192].removeprefix(b"\xef\xbb\xbf").lower()
    return _REMARK.sub(b"", head, count=1).startswith(_MARKUP)


def read_workbook(content: bytes, name: str, *, limits: Limits = LIMITS) -> Workbook:
    """Read the content of a file of whatever name.

    Raises:
        Problem: `file_empty`, `file_too_large`, `file_bomb`, `file_macro`, `file_locked`, `file_entity`,
            `file_blank_rows`, `file_too_many_rows`, `file_too_wide`, `file_html`, `file_kind`, `file_broken`.
    """
    if len(content) > limits.file_bytes:
        raise Problem("file_too_large", file=name, megabytes=limits.file_bytes >> 20)
    if not content.strip(b"\0 \t\r\n"):
        raise Problem("file_empty", file=name)
    digest = hashlib.sha256(content).hexdigest()
    kind, sheets = _parse(content, name, limits)
    sheets = {title: _without_tail(rows) for title, rows in sheets.items()}
    if not any(sheets.values()):
        raise Problem("file_empty", file=name)
    return Workbook(name, kind, digest, sheets)


def _parse(content: bytes, name: str, limits: Limits) -> tuple[FileKind, dict[str, Rows]]:
    if content.startswith(b"\x1f\x8b"):
        return FileKind.CSV, _read_csv(_gunzip(content, name, limits), name.removesuffix(".gz"), limits)
    if content.startswith(b"PK"):
        facts = check_archive(content, name, limits)
        kind = FileKind.ODS if facts.ods else FileKind.XLSX
        if facts.errors:
            content = shown_as_text(content)
        sandboxed = facts.ods or facts.unusual
        return kind, read_in_sandbox(content, name, limits) if sandboxed else _read_calamine(content, name)
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Problem("file_locked", file=name)
        if "_VBA_PROJECT".encode("utf-16-le") in content:
            raise Problem("file_macro", file=name)
        return FileKind.XLS, read_in_sandbox(content, name, limits)
    if content.startswith(_PROGRAMS):
        raise Problem("file_kind", file=name)
    if _is_markup(content):
        raise Problem("file_entity" if b"<!entity" in content[:65536].lower() else "file_html", file=name)
    return FileKind.CSV, _read_csv(content, name, limits)


def _read_calamine(content: bytes, name: str) -> dict[str, Rows]:
    """All sheets in this process; the guard has bounded what they hold."""
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        return {title: rows_of(book.get_sheet_by_name(title)) for title in shown_sheets(book)}
    except python_calamine.PasswordError as error:
        raise Problem("file_locked", file=name) from error
    except (python_calamine.CalamineError, ValueError, OverflowError, OSError) as error:
        raise Problem("file_broken", file=name) from error
    except BaseException as error:
        # A panic of the Rust parser arrives as a BaseException of a class that cannot be imported.
        if type(error).__name__ == "PanicException":
            raise Problem("file_broken", file=name) from error
        raise


def _gunzip(content: bytes, name: str, limits: Limits) -> bytes:
    parts: list[bytes] = []
    total = 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            while chunk := stream.read(1 << 20):
                parts.append(chunk)
                total += len(chunk)
                if total > limits.csv_bytes or limits.is_bomb(total, len(content)):
                    raise Problem("file_bomb", file=name, megabytes=limits.csv_bytes >> 20)
    except (OSError, EOFError, zlib.error) as error:
        raise Problem("file_broken", file=name) from error
    return b"".join(parts)


def _read_csv(content: bytes, name: str, limits: Limits) -> dict[str, Rows]:
    text = decode_text(content, name)
    delimiter, skipped = delimiter_of(text[:65_536])
    reader = csv.reader(io.StringIO(text[skipped:], newline=""), delimiter=delimiter)
    # Excel's first line "sep=;" is a row to those who count rows.
    rows: Rows = [[]] if skipped else []
    blank = 0
    csv.field_size_limit(limits.cell_chars)
    try:
        for line in reader:
            row: list[Cell] = list(line)
            blank = 0 if any(line) else blank + 1
            check_csv_size(len(rows), row, blank, name, limits)
            rows.append(row)
    except csv.Error as error:
        raise Problem("file_broken", file=name) from error
    return {Path(name).stem: rows}


def delimiter_of(head: str) -> tuple[str, int]:
    """The delimiter of a text that begins with `head`, and how many characters stand before its first row.

    The one by which most of the first rows have the same number of cells, for commas stand in dates of birth too.
    """
    told = _SEP_LINE.match(head)
    if told:
        return told[1], told.end()
    lines = [line for line in head.splitlines()[:60] if line.strip(' ,;\t|"')]
    best, delimiter = (0, 0), ","
    for one in _DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=one) if len(row) > 1)
        except csv.Error:
            continue
        if widths:
            width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
            if (count, width) > best:
                best, delimiter = (count, width), one
    return delimiter, 0


def check_csv_size(count: int, row: list[Cell], blank: int, name: str, limits: Limits) -> None:
    """Refuse a row that would take a text file past its bounds; `count` rows stand before it, `blank` empty ones.

    Raises `file_blank_rows`, `file_too_many_rows`, `file_too_wide`.
    """
    if blank > limits.blank_rows:
        raise Problem("file_blank_rows", file=name, rows=count)
    if count >= limits.csv_rows:
        raise Problem("file_too_many_rows", file=name, rows=limits.csv_rows)
    if len(row) > limits.columns:
        raise Problem("file_too_wide", file=name, columns=limits.columns)


def decode_text(content: bytes, name: str) -> str:
    """A text in whatever encoding offices save it. Raises `file_kind` where it is none."""
    encoding = encoding_of(content)
    try:
        text = content.decode(encoding)
    except UnicodeError as error:
        raise Problem("file_kind", file=name) from error
    if any(ord(char) in _CONTROL for char in set(text)):
        raise Problem("file_kind", file=name)
    return text


def encoding_of(content: bytes) -> str:
    """UTF-8 or UTF-16 with or without a mark, Windows-1252, else Latin-1."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = content[:4096]
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if len(head) > 3 and zeros.count(0) > 0.6 * len(zeros):
            return encoding
    for encoding in ("utf-8-sig", "cp1252"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            for at in range(0, len(content), 1 << 22):
                decoder.decode(content[at : at + (1 << 22)])
            decoder.decode(b"", final=True)
        except UnicodeError:
            continue
        return encoding
    return "latin-1"


def _without_tail(rows: Rows) -> Rows:
    end = len(rows)
    while end and not any(_filled(cell) for cell in rows[end - 1]):
        end -= 1
    return rows[:end]


def _filled(cell: Cell) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def is_blank(row: list[Cell]) -> bool:
    """Whether a row holds nothing but blanks."""
    return not any(_filled(cell) for cell in row)


def numbered(rows: Rows) -> Iterator[tuple[int, list[Cell]]]:
    """Rows that hold something, with the row number that Excel shows."""
    for number, row in enumerate(rows, start=1):
        if not is_blank(row):
            yield number, row
