"""Writing the files of a programme folder so that the same content gives the same bytes."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

Cell = str | int | float | date | None
CREATED = datetime(2024, 1, 2, 8, 0)  # noqa: DTZ001  # written into the file as it is; xlsx knows no zones
GZIP_ABOVE = 1_000_000
_INLINE = 5


@dataclass
class Sheet:
    """One sheet: name, headings, rows. Text stays text; numbers and dates become cells of their kind."""

    name: str
    headings: Sequence[str]
    rows: list[Sequence[Cell]] = field(default_factory=list)


def write_xlsx(path: Path, sheets: Iterable[Sheet]) -> None:
    """A workbook with a bold, frozen header; formulas and addresses are never guessed from text."""
    options = {
        "strings_to_numbers": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "in_memory": True,
    }
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"author": "Berdaya", "comments": "Data sintetis", "created": CREATED})
    bold = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    whole = book.add_format({"num_format": "0"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        page.freeze_panes(1, 0)
        page.set_column(0, len(sheet.headings) - 1, 16)
        for place, heading in enumerate(sheet.headings):
            page.write_string(0, place, heading, bold)
        for number, row in enumerate(sheet.rows, start=1):
            for place, value in enumerate(row):
                if value is None or value == "":
                    continue
                if isinstance(value, str):
                    page.write_string(number, place, value)
                elif isinstance(value, date):
                    page.write_datetime(number, place, value, day)
                else:
                    page.write_number(number, place, value, whole if isinstance(value, float) else None)
    book.close()


def write_csv(path: Path, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Path:
    """A UTF-8 CSV, or ``NAME.csv.gz`` where it would pass 1 MB; returns the path that was written."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
    data = text.getvalue().encode()
    if len(data) <= GZIP_ABOVE:
        path.write_bytes(data)
        return path
    packed = path.with_name(path.name + ".gz")
    with packed.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(data)
    return packed


def write_json(path: Path, value: Any) -> None:
    """JSON with sorted keys."""
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=str)
    path.write_text(text + "\n", encoding="utf-8")


def write_toml(path: Path, tables: Mapping[str, Any], heading: str) -> None:
    """Tables of plain values and lists; long inline tables become ``[name.key]``, lists of mappings ``[[name]]``."""
    lines = [f"# {line}" for line in heading.splitlines()]
    for name, table in tables.items():
        for part in table if isinstance(table, list) else [table]:
            own = {key: value for key, value in part.items() if isinstance(value, Mapping) and len(value) > _INLINE}
            lines += ["", f"[[{name}]]" if isinstance(table, list) else f"[{name}]"]
            lines += [f"{_key(key)} = {_toml(value)}" for key, value in part.items() if key not in own]
            for key, inner in own.items():
                lines += ["", f"[{name}.{_key(key)}]"]
                lines += [f"{_key(word)} = {_toml(value)}" for word, value in inner.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and "." not in key else json.dumps(key)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        return f"{value:_}" if value >= 10_000 else str(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return value.isoformat() if isinstance(value, date) else str(value)
