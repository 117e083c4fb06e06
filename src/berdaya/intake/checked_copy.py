"""A copy of the office's own file in which every refused cell is coloured and says what is wrong.

The copy is made anew from the values that were read, so nothing hidden in the upload (macros, links,
pictures) comes back. Every text is written as text: a cell that begins with =, +, -, @, TAB or CR never
becomes a formula.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import xlsxwriter

from berdaya.intake.files import Cell, Rows, Workbook
from berdaya.intake.types import CellProblem

COLUMN_TITLE = {"id": "Masalah", "en": "Problem"}
_WIDTHS = (6, 42)
_LONGEST_TEXT = 32_000
_PAPER, _DANGER, _WASH = "#FBF9F4", "#9B2C2C", "#FFF3D6"


def make(
    book: Workbook,
    problems: Mapping[str, Sequence[CellProblem]],
    headers: Mapping[str, int],
    *,
    language: str = "id",
    only_refused: bool = False,
) -> bytes:
    """The xlsx copy of a workbook.

    `problems` by sheet name, `headers` the row of the headings by sheet name (1-based). With `only_refused`
    the sheets hold their heading and the refused rows only, to be mended and sent again.
    """
    target = io.BytesIO()
    made = xlsxwriter.Workbook(
        target, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    )
    formats = _Formats(made)
    for title, rows in book.sheets.items():
        found = next((list(value) for name, value in problems.items() if _same(name, title)), [])
        header = next((row for name, row in headers.items() if _same(name, title)), 1)
        page = made.add_worksheet(_sheet_title(title))
        _write_sheet(
            page,
            rows,
            formats,
            header=header,
            problems=found,
            language=language,
            only_refused=only_refused and bool(found),
        )
    made.close()
    return target.getvalue()


def _same(name: str, title: str) -> bool:
    return name.casefold() == title.casefold()


def _sheet_title(title: str) -> str:
    cleaned = "".join(" " if char in "[]:*?/\\" else char for char in title).strip("' ")
    return cleaned[:31] or "Lembar"


class _Formats:
    def __init__(self, book: Any) -> None:
        self.refused = book.add_format({"bg_color": _WASH, "border": 1, "border_color": _DANGER, "num_format": "@"})
        self.refused_date = book.add_format({"bg_color": _WASH, "border": 1, "num_format": "dd/mm/yyyy"})
        self.refused_number = book.add_format({"bg_color": _WASH, "border": 1})
        self.problem = book.add_format({"font_color": _DANGER, "text_wrap": True, "num_format": "@"})
        self.heading = book.add_format({"bold": True, "bg_color": _PAPER, "num_format": "@"})
        self.text = book.add_format({"num_format": "@"})
        self.date = book.add_format({"num_format": "dd/mm/yyyy"})
        self.moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})


def _write_sheet(
    page: Any,
    rows: Rows,
    formats: _Formats,
    *,
    header: int,
    problems: Iterable[CellProblem],
    language: str,
    only_refused: bool,
) -> None:
    by_row: defaultdict[int, list[CellProblem]] = defaultdict(list)
    for problem in problems:
        by_row[problem.row].append(problem)
    width = max((len(row) for row in rows), default=0)
    target = 0
    for number, row in enumerate(rows, start=1):
        if only_refused and number > header and number not in by_row:
            continue
        wrong = {problem.column for problem in by_row[number]} if number in by_row else set()
        for column, cell in enumerate(row):
            _write(page, target, column, cell, formats, refused=column in wrong, heading=number == header)
        if number == header and by_row:
            page.write_string(target, width, COLUMN_TITLE["en" if language == "en" else "id"], formats.heading)
        elif number in by_row:
            _explain(page, (target, width), by_row[number], formats, language)
        target += 1
    page.freeze_panes(header, 0)
    if by_row:
        page.set_column(width, width, _WIDTHS[1])


def _explain(page: Any, at: tuple[int, int], problems: Sequence[CellProblem], formats: _Formats, language: str) -> None:
    row, width = at
    texts = []
    for problem in problems:
        text = problem.text(language)
        texts.append(f"{problem.heading}: {text}" if problem.heading else text)
        if 0 <= problem.column < width:
            page.write_comment(row, problem.column, text, {"author": "Berdaya", "x_scale": 2})
    page.write_string(row, width, "\n".join(texts)[:_LONGEST_TEXT], formats.problem)


def _write(page: Any, row: int, column: int, cell: Cell, formats: _Formats, *, refused: bool, heading: bool) -> None:
    if isinstance(cell, str):
        if cell or refused:
            style = formats.refused if refused else formats.heading if heading else formats.text
            if cell:
                page.write_string(row, column, cell[:_LONGEST_TEXT], style)
            else:
                page.write_blank(row, column, None, style)
    elif isinstance(cell, bool):
        page.write_boolean(row, column, cell, formats.refused_number if refused else None)
    elif isinstance(cell, datetime):
        page.write_datetime(row, column, cell, formats.refused_date if refused else formats.moment)
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell, formats.refused_date if refused else formats.date)
    elif isinstance(cell, (time, timedelta)):
        page.write_string(row, column, str(cell), formats.refused if refused else formats.text)
    else:
        page.write_number(row, column, cell, formats.refused_number if refused else None)
