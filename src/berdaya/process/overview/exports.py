"""Lists as workbooks: the same filter, every row, a reason, and a line in the audit trail."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import IO

import xlsxwriter

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.kernel.problems import Entry, Problem, register
from berdaya.kernel.scope import Actor

MOST_ROWS = 100_000
MIN_REASON = 5
_WIDEST = 48

register(
    {
        "export_reason": Entry(
            id="Unduhan perlu alasan, sedikitnya {least} huruf.",
            en="An export needs a reason of at least {least} characters.",
            do_id="Tuliskan untuk apa daftar ini dipakai.",
            do_en="Write what the list is for.",
        ),
        "export_too_long": Entry(
            id="Daftar ini lebih dari {most} baris.",
            en="This list has more than {most} rows.",
            do_id="Saring menurut wilayah atau program, lalu unduh sebagian-sebagian.",
            do_en="Filter by area or programme and export in parts.",
        ),
    }
)


def check_export(*, actor: Actor, reason: str, count: int) -> None:
    """Raise unless the actor may export, says why, and asks for a list of bearable length."""
    require(actor, "export")
    if len(reason.strip()) < MIN_REASON:
        raise Problem("export_reason", least=MIN_REASON)
    if count > MOST_ROWS:
        raise Problem("export_too_long", most=MOST_ROWS)


def export_chart(
    *,
    actor: Actor,
    page: str,
    title: str,
    as_of: date,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    note: str = "",
) -> bytes:
    """One chart of a page as XLSX: its finding, the day it stands for, its rows. Audited under the page's route."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("Bagan")
    bold = book.add_format({"bold": True})
    head = book.add_format({"bold": True, "bottom": 2})
    day = book.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
    sheet.write_string(0, 0, title, bold)
    sheet.write_datetime(1, 0, datetime(as_of.year, as_of.month, as_of.day), day)  # noqa: DTZ001
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, len(columns) - 1, 22)
    for column, label in enumerate(columns):
        sheet.write_string(3, column, label, head)
    line = 4
    for row in rows:
        for column, value in enumerate(row):
            if isinstance(value, int | float):
                sheet.write_number(line, column, value)
            elif value:
                sheet.write_string(line, column, str(value))
        line += 1
    if note:
        sheet.write_string(line + 1, 0, note)
    book.close()
    record(actor=actor, name="chart.exported", subject_kind="page", subject_id=page, title=title)
    return buffer.getvalue()


def export_list(
    *, actor: Actor, name: str, reason: str, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> IO[bytes]:
    """The rows as XLSX in a temporary file at its beginning. Text stays text: a formula in a name is never one."""
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    sheet = book.add_worksheet(title[:31])
    head = book.add_format({"bold": True, "bottom": 2})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.freeze_panes(1, 0)
    for column, label in enumerate(columns):
        sheet.set_column(column, column, min(_WIDEST, max(12, len(label) + 4)))
        sheet.write_string(0, column, label, head)
    count = 0
    for count, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, bool):
                sheet.write_string(count, column, "ya" if value else "tidak")
            elif isinstance(value, int | float):
                sheet.write_number(count, column, value)
            elif isinstance(value, date) and not isinstance(value, datetime):
                sheet.write_datetime(count, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
            else:
                sheet.write_string(count, column, str(value))
    book.close()
    file.seek(0)
    record(actor=actor, name="list.exported", subject_kind="list", subject_id=name, reason=reason.strip(), rows=count)
    return file
