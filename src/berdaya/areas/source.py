"""Reading lists of areas: the locked npm package, or an office's own file of another year.

Attribution of the data stands in ``docs/licences.md`` (ODbL).
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from berdaya.areas import problems as _problems  # noqa: F401  # registers the texts
from berdaya.areas.codes import InvalidAreaCodeError, Level, kind_of, level_of, parent_of, parse_code
from berdaya.kernel.problems import Problem

EDITION = "2025"
"""Decree 300.2.2-2138/2025, as carried by ``idn-area-data@4.0.1``."""
REFERENCE_FILES = ("provinces.csv", "regencies.csv", "districts.csv", "villages.csv")
EXPECTED_COUNTS = {Level.PROVINCE: 38, Level.REGENCY: 514, Level.DISTRICT: 7_285, Level.VILLAGE: 83_762}


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One area as a list names it."""

    code: int
    name: str

    @property
    def level(self) -> Level:
        return level_of(self.code)

    @property
    def kind(self) -> str:
        return kind_of(self.code)

    @property
    def parent(self) -> int | None:
        return parent_of(self.code)


def reference_folder() -> Path:
    """Folder of the reference CSV files: ``BERDAYA_AREA_DATA`` or the installed npm package.

    Raises ``area.data_missing``.
    """
    given = os.environ.get("BERDAYA_AREA_DATA")
    root = Path(__file__).resolve().parents[3]
    for folder in [Path(given)] if given else [root / "node_modules" / "idn-area-data" / "data"]:
        if all((folder / name).is_file() for name in REFERENCE_FILES):
            return folder
    raise Problem("area.data_missing")


def read_reference(folder: Path | None = None) -> list[AreaLine]:
    """All areas of the reference edition, provinces first, each level in the order of codes."""
    folder = folder or reference_folder()
    lines: list[AreaLine] = []
    for name in REFERENCE_FILES:
        lines.extend(read_csv(folder / name))
    return lines


def read_csv(path: Path) -> Iterator[AreaLine]:
    """Lines of a CSV with the columns ``code`` (``kode``) and ``name`` (``nama``), codes in any notation.

    Raises :class:`InvalidAreaCodeError` naming the line, or :class:`KeyError` where a column is missing.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        header = [heading.strip().casefold() for heading in next(reader, [])]
        code_at = _column(header, "code", "kode")
        name_at = _column(header, "name", "nama")
        for number, row in enumerate(reader, start=2):
            if not any(row):
                continue
            try:
                yield AreaLine(parse_code(row[code_at]), _one_line(row[name_at]))
            except (InvalidAreaCodeError, IndexError) as error:
                raise InvalidAreaCodeError(f"{path.name}, baris {number}: {error}") from error


def _column(header: list[str], *names: str) -> int:
    for name in names:
        if name in header:
            return header.index(name)
    raise KeyError(names[0])


def _one_line(text: str) -> str:
    return " ".join(text.split())
