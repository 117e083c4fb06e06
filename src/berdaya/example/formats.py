"""Lists in the formats that offices send: xlsx, xls, ods, delimited text in any encoding. Same content, same bytes."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter

from berdaya.example.sheets import CREATED, Cell

_EPOCH = date(1899, 12, 30)
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR = 512


@dataclass
class Page:
    """One sheet as it stands: every row from row 1, titles and notes included; ``merged`` cells as
    ``(row, column, row, column)`` from zero.
    """

    name: str
    rows: list[list[Cell]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False


def as_xlsx(pages: Sequence[Page]) -> bytes:
    """A workbook; text stays text, merged titles are merged."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"author": "Berdaya", "comments": "Data sintetis", "created": CREATED})
    day, bold = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"bold": True, "align": "center"})
    for page in pages:
        sheet = book.add_worksheet(page.name)
        if page.hidden:
            sheet.hide()
        for number, row in enumerate(page.rows):
            for place, cell in enumerate(row):
                if cell is None or cell == "":
                    continue
                if isinstance(cell, str):
                    sheet.write_string(number, place, cell)
                elif isinstance(cell, date):
                    sheet.write_datetime(number, place, cell, day)
                else:
                    sheet.write_number(number, place, cell)
        for first_row, first, last_row, last in page.merged:
            cell = page.rows[first_row][first]
            sheet.merge_range(first_row, first, last_row, last, "" if cell is None else str(cell), bold)
    book.close()
    return target.getvalue()


def as_ods(pages: Sequence[Page]) -> bytes:
    """An OpenDocument sheet as LibreOffice writes it, without styles."""
    tables = "".join(
        f"<table:table table:name={quoteattr(page.name)}>"
        + "".join("<table:table-row>" + "".join(map(_ods_cell, row)) + "</table:table-row>" for row in page.rows)
        + "</table:table>"
        for page in pages
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text, packed in (
            ("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED),
            ("META-INF/manifest.xml", manifest, zipfile.ZIP_DEFLATED),
            ("content.xml", content, zipfile.ZIP_DEFLATED),
        ):
            info = zipfile.ZipInfo(name, date_time=(2024, 1, 2, 8, 0, 0))
            info.compress_type = packed
            archive.writestr(info, text)
    return target.getvalue()


def _ods_cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
    if isinstance(cell, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}"/>'
    return f'<table:table-cell office:value-type="float" office:value="{cell!r}"/>'


def as_text(page: Page, *, delimiter: str = ";", encoding: str = "utf-8", told: bool = False) -> bytes:
    """Delimited text as Excel saves it: dates dd/mm/yyyy, long numbers in scientific notation; ``told`` writes the
    line ``sep=`` in front.
    """
    text = io.StringIO()
    if told:
        text.write(f"sep={delimiter}\r\n")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([[_as_excel_shows(cell, delimiter) for cell in row] for row in page.rows])
    return text.getvalue().encode(encoding)


def _as_excel_shows(cell: Cell, delimiter: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float) and cell >= 1e11:
        shown = f"{cell:.5E}".replace("E+0", "E+")
        return shown.replace(".", ",") if delimiter == ";" else shown
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def as_xls(pages: Sequence[Page]) -> bytes:
    """A workbook of Excel 97 to 2003: BIFF8 records in a compound file. Dates become text, as old lists hold them."""
    substreams = [_xls_sheet(page) for page in pages]
    names = [page.name.encode("utf-16-le") for page in pages]
    heads = [struct.pack("<BB", len(name) // 2, 1) + name for name in names]
    opening, closing = _record(0x0809, struct.pack("<4H2L", 0x0600, 0x0005, 0, 0, 0, 0)), _record(0x000A, b"")
    position = len(opening) + sum(4 + 6 + len(head) for head in heads) + len(closing)
    bound = b""
    for head, sheet in zip(heads, substreams, strict=True):
        bound += _record(0x0085, struct.pack("<LH", position, 0) + head)
        position += len(sheet)
    return _compound(opening + bound + closing + b"".join(substreams))


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _xls_sheet(page: Page) -> bytes:
    height, width = len(page.rows), max(map(len, page.rows), default=0)
    parts = [
        _record(0x0809, struct.pack("<4H2L", 0x0600, 0x0010, 0, 0, 0, 0)),
        _record(0x0200, struct.pack("<2L3H", 0, height, 0, width, 0)),
    ]
    for number, row in enumerate(page.rows):
        for place, cell in enumerate(row):
            if cell is None or cell == "":
                continue
            where = struct.pack("<3H", number, place, 0)
            if isinstance(cell, int | float):
                parts.append(_record(0x0203, where + struct.pack("<d", cell)))
            else:
                text = (f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell).encode("utf-16-le")
                parts.append(_record(0x0204, where + struct.pack("<HB", len(text) // 2, 1) + text))
    return b"".join(parts) + _record(0x000A, b"")


def _compound(stream: bytes) -> bytes:
    """One stream named Workbook in a compound file (MS-CFB), in sectors of 512 bytes; up to 7 MB."""
    stream = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    data = len(stream) // _SECTOR
    tables = 1
    while tables * 128 < data + 1 + tables:
        tables += 1
    if tables > 109:
        raise ValueError("too long for one compound file")
    chain = [*range(1, data), _END, _END, *[_FAT] * tables]
    chain += [_FREE] * (tables * 128 - len(chain))
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
        + struct.pack("<9L", 0, tables, data, 0, 4096, _END, 0, _END, 0)
        + struct.pack("<109L", *[data + 1 + one for one in range(tables)], *[_FREE] * (109 - tables))
    )
    size = len(stream)
    entries = _entry("Root Entry", 5, child=1, start=_END, size=0) + _entry(
        "Workbook", 2, child=_FREE, start=0, size=size
    )
    return header + stream + entries.ljust(_SECTOR, b"\0") + struct.pack(f"<{len(chain)}L", *chain)


def _entry(name: str, kind: int, *, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBB3L", len(text), kind, 1, _FREE, _FREE, child)
        + bytes(36)
        + struct.pack("<LQ", start, size)
    )
