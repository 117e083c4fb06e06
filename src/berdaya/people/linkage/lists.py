"""Lists in files: read as text, mapped to fields, one under the other."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from berdaya.kernel.problems import Problem
from berdaya.people.linkage import problems as _problems  # noqa: F401  (registers the texts)
from berdaya.people.linkage.fields import parse_map, recognised

SOURCE, TRUTH = "source_of_row", "truth_of_row"
"""Columns beside the fields: which list a row is from, and who it truly is."""
_DELIMITERS = (",", ";", "\t", "|")
TITLE_ROWS = 15
"""So many rows from the top the headings may stand."""
_FEBRL = re.compile(r"^(.+?)-(?:org|dup(?:-\d+)?)$")


@dataclass(frozen=True, slots=True)
class Lists:
    """Rows of all files with one column per field; `columns` maps each field to itself, as `engine.link` wants it."""

    frame: pl.DataFrame
    columns: Mapping[str, str]
    sources: int
    headings: Mapping[str, str]
    ignored: Sequence[str] = ()
    """Columns of the files that nothing was asked of."""


def read_lists(files: Sequence[Path], *, columns: str = "", truth: str = "", source: str = "") -> Lists:
    """The files as one list. ``truth`` and ``source`` name columns; several files are several sources by themselves.

    Raises:
        Problem: `link.file_unreadable`, `link.file_empty`, `link.map_unreadable`, `link.column_unknown`,
            `link.no_heading_known`.
    """
    parts, headings = [], {}
    ignored: dict[str, None] = {}
    for number, path in enumerate(files):
        raw = read_csv(path, (truth, source))
        for name in (truth, source):
            if name and name not in raw.columns:
                raise Problem("link.column_unknown", column=name, known=", ".join(raw.columns[:30]))
        aside = {truth, source} | ({"rec_id", "id"} if not columns else set())
        mapping = parse_map(columns, [name for name in raw.columns if name not in aside or columns])
        headings.update(mapping)
        ignored |= dict.fromkeys(name for name in raw.columns if name not in {*mapping.values(), truth, source})
        taken = [raw[column].alias(field) for field, column in mapping.items()]
        if truth:
            taken.append(raw[truth].alias(TRUTH))
        taken.append(raw[source].alias(SOURCE) if source else pl.Series(SOURCE, [str(number)] * raw.height, pl.String))
        parts.append(pl.DataFrame(taken))
    frame = pl.concat(parts, how="diagonal")
    fields = {field: field for field in headings}
    if truth:
        frame = frame.with_columns(_people(frame[TRUTH]).alias(TRUTH))
    several = frame[SOURCE].n_unique() if (source or len(files) > 1) else 1
    return Lists(frame, fields, several, headings, tuple(ignored))


def read_csv(path: Path, named: Sequence[str] = ()) -> pl.DataFrame:
    """Every cell as text; delimiter, encoding and the row of headings as they are found. Empty cells are NULL.

    ``named`` are headings that must be there: they tell the row of headings from a title above it.
    Raises ``link.file_empty``, ``link.file_unreadable``.
    """
    try:
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            raw = gzip.decompress(raw)
    except (OSError, EOFError) as error:
        raise Problem("link.file_unreadable", path=path, reason=getattr(error, "strerror", "") or "gzip") from error
    text = _decoded(raw)
    if not text.strip():
        raise Problem("link.file_empty", path=path)
    text, delimiter = _from_headings(text, {name for name in named if name})
    try:
        frame = pl.read_csv(
            text.encode(), separator=delimiter, infer_schema=False, truncate_ragged_lines=True, null_values=[""]
        )
    except pl.exceptions.PolarsError:
        frame = _by_hand(path, text, delimiter)
    if frame.width == 0 or frame.height == 0:
        raise Problem("link.file_empty", path=path)
    return frame.rename({name: name.strip() for name in frame.columns})


def _from_headings(text: str, named: set[str]) -> tuple[str, str]:
    """The text from its row of headings on, and the delimiter: the first of the first rows that says most fields."""
    best, start, at = (-1, 0), 0, 0
    found = ","
    for line in text.split("\n", TITLE_ROWS)[:TITLE_ROWS]:
        delimiter = max(_DELIMITERS, key=line.count)
        cells = {cell.strip().strip('"') for cell in line.split(delimiter)}
        score = (len(named & cells), len(recognised(cells)))
        if score > best:
            best, start, found = score, at, delimiter
        at += len(line) + 1
    return text[start:], found


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16") if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig",):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp1252", errors="replace")


def _by_hand(path: Path, text: str, delimiter: str) -> pl.DataFrame:
    """What the quick reader refuses: a quotation mark inside a cell."""
    try:
        rows = list(csv.reader(text.splitlines(), delimiter=delimiter))
    except csv.Error as error:
        raise Problem("link.file_unreadable", path=path, reason=str(error)) from error
    if not rows:
        raise Problem("link.file_empty", path=path)
    width = len(rows[0])
    body = [[cell or None for cell in row[:width]] + [None] * (width - len(row)) for row in rows[1:]]
    return pl.DataFrame(body, schema=dict.fromkeys(rows[0], pl.String), orient="row")


def _people(truth: pl.Series) -> pl.Series:
    """Who a row is. Ids such as `rec-12-org` and `rec-12-dup-0` (FEBRL) are one person; an empty cell is nobody."""
    texts = truth.to_list()
    matches = [_FEBRL.match(text) if text else None for text in texts]
    if texts and all(matches):
        return pl.Series([match.group(1) for match in matches if match], dtype=pl.String)
    return pl.Series([text or f"\x00{place}" for place, text in enumerate(texts)], dtype=pl.String)
