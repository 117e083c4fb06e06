"""Parsing in a process of its own, with limits on memory and time that the kernel keeps.

For xls and ods, whose sparse cells calamine spreads out before anybody can count them. What comes back is
JSON, so a parser that went astray can hand over nothing but values.
"""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
import tempfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import python_calamine

from berdaya.intake.limits import Limits
from berdaya.kernel.problems import Problem

_EXIT_LOCKED = 3
_EXIT_BROKEN = 4
_EXIT_LARGE = 5
MERGED_CELLS = 1_000_000
"""So many cells are filled from merged ones; a file that merges more was not made by hand."""


def read_in_sandbox(content: bytes, name: str, limits: Limits) -> dict[str, list[list[Any]]]:
    """All sheets, rows from row 1 on, as `files.read_workbook` gives them.

    Raises:
        Problem: `file_locked`, `file_broken`, or `file_bomb` where memory, time or cells ran out.
    """
    with tempfile.TemporaryDirectory(prefix="berdaya-") as folder:
        source, target = Path(folder, "in"), Path(folder, "out")
        source.write_bytes(content)
        try:
            done = _run(Path(folder), source, target, limits)
        except subprocess.TimeoutExpired as error:
            raise Problem("file_bomb", file=name, megabytes=len(content) >> 20) from error
        if done.returncode == 0:
            return decode(target.read_text(encoding="utf-8"))
        if done.returncode == _EXIT_LOCKED:
            raise Problem("file_locked", file=name)
        if done.returncode == _EXIT_BROKEN:
            raise Problem("file_broken", file=name)
        raise Problem("file_bomb", file=name, megabytes=len(content) >> 20)


def _run(folder: Path, source: Path, target: Path, limits: Limits) -> subprocess.CompletedProcess[bytes]:
    bounds = (limits.sandbox_cells, limits.sandbox_bytes, limits.sandbox_output_bytes, limits.sandbox_seconds)
    command = [sys.executable, "-P", "-m", "berdaya.intake.sandbox", str(source), str(target)]
    return subprocess.run(  # noqa: S603  (our own module under our own interpreter)
        [*command, *(str(bound) for bound in bounds)],
        timeout=limits.sandbox_seconds + 5,
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        cwd=folder,
        env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LANG": "C.UTF-8"},
    )


def encode(sheets: dict[str, list[list[Any]]]) -> str:
    """Sheets as JSON; dates and times become one-entry objects."""
    return json.dumps(sheets, default=_tagged, ensure_ascii=False)


def decode(text: str) -> dict[str, list[list[Any]]]:
    """The opposite of `encode`."""
    sheets: dict[str, list[list[Any]]] = json.loads(text, object_hook=_untagged)
    return sheets


def _tagged(value: object) -> dict[str, object]:
    if isinstance(value, datetime):
        return {"\0dt": value.isoformat()}
    if isinstance(value, date):
        return {"\0d": value.isoformat()}
    if isinstance(value, time):
        return {"\0t": value.isoformat()}
    if isinstance(value, timedelta):
        return {"\0s": value.total_seconds()}
    raise TypeError(type(value).__name__)


def _untagged(found: dict[str, Any]) -> Any:
    if len(found) == 1:
        [(tag, value)] = found.items()
        readers = {"\0dt": datetime.fromisoformat, "\0d": date.fromisoformat, "\0t": time.fromisoformat}
        if tag in readers:
            return readers[tag](value)
        if tag == "\0s":
            return timedelta(seconds=value)
    return found


def shown_sheets(book: python_calamine.CalamineWorkbook) -> list[str]:
    """Sheets of cells that a person sees; a hidden one is an old copy or a list of choices."""
    metadata = [one for one in book.sheets_metadata if one.typ == python_calamine.SheetTypeEnum.WorkSheet]
    shown = [one.name for one in metadata if one.visible == python_calamine.SheetVisibleEnum.Visible]
    return shown or [one.name for one in metadata]


def rows_of(sheet: python_calamine.CalamineSheet) -> list[list[Any]]:
    """All rows from row 1 on. A cell merged down over several rows, as a village over its families, is read in each."""
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    left = MERGED_CELLS
    for (top, column), (bottom, last_column) in sheet.merged_cell_ranges or ():
        if column != last_column or bottom <= top or top >= len(rows) or column >= len(rows[top]):
            continue
        below = rows[top + 1 : bottom + 1]
        left -= len(below)
        if left < 0:
            break
        for row in below:
            if column < len(row) and row[column] == "":
                row[column] = rows[top][column]
    return rows


def _main(source: str, target: str, bounds: list[int]) -> int:
    cells, memory, output, seconds = bounds
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        book = python_calamine.load_workbook(io.BytesIO(Path(source).read_bytes()))
        sheets: dict[str, list[list[Any]]] = {}
        for title in shown_sheets(book):
            sheet = book.get_sheet_by_name(title)
            cells -= sheet.total_height * sheet.total_width
            if cells < 0:
                return _EXIT_LARGE
            sheets[title] = rows_of(sheet)
        Path(target).write_text(encode(sheets), encoding="utf-8")
    except python_calamine.PasswordError:
        return _EXIT_LOCKED
    except MemoryError:
        return _EXIT_LARGE
    except BaseException:
        return _EXIT_BROKEN
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1], sys.argv[2], [int(bound) for bound in sys.argv[3:7]]))
