"""Lists as they really arrive: each is read right, or refused by a name that says in two languages what to do."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from berdaya.intake import rows
from berdaya.intake.files import read_workbook
from berdaya.intake.sources import Source
from berdaya.intake.specs import CANDIDATE
from berdaya.intake.types import CandidateRow, Reading
from berdaya.kernel.problems import Problem
from tests.unit.intake_files import sheet, xlsx
from tests.unit.test_intake_attacks import AS_OF, HEADINGS, line

LINES = [line(n) for n in range(1, 9)]
BORN = [date(1980, 1, 1 + n) for n in range(1, 9)]
SCRIPTS = {
    "arabic": str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"),
    "thai": str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"),
    "full width": str.maketrans("0123456789", "".join(chr(0xFF10 + n) for n in range(10))),
}


def read(content: bytes, name: str = "daftar.xlsx") -> Reading[CandidateRow]:
    return rows.read_candidates(read_workbook(content, name), as_of=AS_OF)


def is_whole(reading: Reading[CandidateRow]) -> None:
    """All eight families, each with her own number, day of birth and village, and nothing to complain of."""
    assert [row.nik for row in reading.rows] == [cells[1] for cells in LINES]
    assert [row.kk for row in reading.rows] == [cells[2] for cells in LINES]
    assert [row.birth_date for row in reading.rows] == BORN
    assert {row.village for row in reading.rows} == {"Olean"}
    assert reading.problems == ()


def plain(book: Any, *, head: Sequence[object] = HEADINGS, body: Iterable[list[object]] = LINES, top: int = 0) -> Any:
    page = book.add_worksheet("Data")
    page.write_row(top, 0, head)
    for number, cells in enumerate(body, start=top + 1):
        page.write_row(number, 0, cells)
    return page


def text(delimiter: str, *, head: Sequence[object] = HEADINGS, body: Iterable[list[object]] = LINES) -> str:
    return "\r\n".join(delimiter.join(f'"{cell}"' for cell in cells) for cells in (head, *body))


def rewritten(content: bytes, how: Callable[[bytes], bytes]) -> bytes:
    """The workbook with its sheets changed as another program would have written them."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in given.infolist():
            data = given.read(entry)
            made.writestr(entry.filename, how(data) if entry.filename.startswith("xl/worksheets/") else data)
    return target.getvalue()


def three_rows_of_headings(book: Any) -> None:
    page, form = book.add_worksheet("Data"), book.add_format()
    for first, last, words in (
        ((0, 0), (2, 0), "No"), ((0, 1), (0, 3), "Identitas"), ((1, 1), (1, 2), "Nomor"), ((1, 3), (2, 3), "Nama"),
        ((0, 4), (0, 5), "Kelahiran"), ((1, 4), (2, 4), "Tempat"), ((1, 5), (2, 5), "Tanggal"), ((0, 6), (2, 6), "L/P"),
        ((0, 7), (0, 9), "Alamat"), ((1, 7), (2, 7), "Dusun"), ((1, 8), (1, 9), "Wilayah"),
    ):  # fmt: skip
        page.merge_range(*first, *last, words, form)
    for column, words in ((1, "NIK"), (2, "No KK"), (8, "Desa/Kelurahan"), (9, "Kecamatan")):
        page.write(2, column, words)
    for number, cells in enumerate(LINES, start=3):
        page.write_row(number, 0, cells)


def signed_by_two(book: Any) -> None:
    page = plain(book)
    below: list[list[object]] = [
        ["JUMLAH", "", "", "8 KK"], [""], ["", "", "", "", "", "", "", "Situbondo, 21 November 2026"],
        ["Mengetahui", "", "", "", "", "", "", "Ketua TP PKK"], ["Camat Situbondo"], [""], [""],
        ["Drs. H. SUGENG CONTOH, M.Si", "", "", "", "", "", "", "RINA CONTOH, S.Sos"],
        ["NIP 19700101 199503 1 001", "", "", "", "", "", "", "NIP. 198001012005012001"], ["Tembusan :"],
        ["1. Bupati Situbondo"], ["2. Arsip"],
    ]  # fmt: skip
    for number, cells in enumerate(below, start=9):
        page.write_row(number, 0, cells)


def hidden_and_filtered(book: Any) -> None:
    page = plain(book)
    page.set_row(3, None, None, {"hidden": True})
    page.set_column(4, 5, None, None, {"hidden": True})
    page.autofilter(0, 0, 8, 9)


def far_apart(book: Any) -> None:
    page = book.add_worksheet("Data")
    page.write_row(0, 0, HEADINGS)
    for number, cells in enumerate(LINES):
        page.write_row(1 + number * 301, 0, cells)


def every_column_coloured(book: Any) -> None:
    plain(book).set_column(0, 16_383, 10, book.add_format({"bg_color": "#eeeeee"}))


RIGHT: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a workbook under the name of a text": ("daftar.csv", lambda: xlsx(plain)),
    "three rows of merged headings": ("daftar.xlsx", lambda: xlsx(three_rows_of_headings)),
    "headings in row 31": ("daftar.xlsx", lambda: xlsx(lambda book: plain(book, top=30))),
    "300 blank rows between two families": ("daftar.xlsx", lambda: xlsx(far_apart)),
    "hidden rows and columns, a filter": ("daftar.xlsx", lambda: xlsx(hidden_and_filtered)),
    "two who sign, copies to": ("daftar.xlsx", lambda: xlsx(signed_by_two)),
    "every column coloured": ("daftar.xlsx", lambda: xlsx(every_column_coloured)),
    "a size that is declared and not there": (
        "daftar.xlsx",
        lambda: rewritten(
            xlsx(plain), lambda data: re.sub(rb'<dimension ref="[^"]*"/>', b'<dimension ref="A1:XFD1048576"/>', data)
        ),
    ),
    "UTF-16 with TAB": ("daftar.csv", lambda: text("\t").encode("utf-16")),
    "UTF-16 without a mark": ("daftar.csv", lambda: text(";").encode("utf-16-be")),
    "ends of lines of an old machine": ("daftar.csv", lambda: text(",").replace("\r\n", "\r").encode()),
    "breaks inside cells": (
        "daftar.csv",
        lambda: text(",", body=[[*c[:7], "Dusun\nKrajan\r\nRT 1, RW 2", *c[8:]] for c in LINES]).encode(),
    ),
    "semicolons and decimal commas": (
        "daftar.csv",
        lambda: text(
            ";", head=[*HEADINGS, "Penghasilan", "Desil"], body=[[*c, "1.250.000,50", "2,0"] for c in LINES]
        ).encode(),
    ),
    "40 lines of letterhead in a text": (
        "daftar.csv", ("PEMERINTAH KABUPATEN SITUBONDO\r\n" * 40 + text(";")).encode,
    ),
}  # fmt: skip
for script, table in SCRIPTS.items():
    RIGHT[f"{script} digits"] = (
        "daftar.xlsx",
        lambda table=table: sheet(
            [list(HEADINGS), *[[c[0], *[str(cell).translate(table) for cell in c[1:]]] for c in LINES]]
        ),
    )  # type: ignore[misc]


@pytest.mark.parametrize("case", RIGHT)
def test_a_bent_list_is_read_as_a_person_would(case: str, tmp_path: Path) -> None:
    name, make = RIGHT[case]
    content = make()
    is_whole(read(content, name))
    path = tmp_path / "daftar"
    path.write_bytes(content)
    glance = Source(path, name).glance(CANDIDATE)
    assert glance.missing == ()
    assert {"nik", "kk", "name", "birth_date", "village", "district"} <= glance.header.places.keys()


def web_page(before: str = "") -> bytes:
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>" for cells in (HEADINGS, *LINES))
    return f"{before}<html><body><table>{body}</table></body></html>".encode()


def in_the_last_row(book: Any) -> None:
    plain(book).write(1_048_575, 0, " ")


NAMED: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    "a web page as xls": ("daftar.xls", "file_html", web_page),
    "a web page behind a remark": ("daftar.xls", "file_html", lambda: web_page("\ufeff<!-- laporan -->\n")),
    "a saved web archive": ("daftar.xls", "file_html", lambda: b"MIME-Version: 1.0\r\n\r\n" + web_page()),
    "a text of a word processor": ("daftar.xls", "file_kind", lambda: b"{\\rtf1\\ansi NIK Nama}"),
    "200 columns": ("daftar.xlsx", "file_too_wide", lambda: sheet([[*HEADINGS, *["x"] * 190], *LINES])),
    "1,048,576 rows of which nine are filled": ("daftar.xlsx", "file_blank_rows", lambda: xlsx(in_the_last_row)),
    "half a sign at the end": ("daftar.csv", "file_kind", lambda: ("\ufeff" + text(";")).encode("utf-16-le")[:-1]),
    "headings down the side": (
        "daftar.xlsx", "header_missing", lambda: sheet([[heading, "x", "y"] for heading in HEADINGS]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NAMED)
def test_a_broken_file_is_refused_by_name_in_two_languages(case: str) -> None:
    name, code, make = NAMED[case]
    with pytest.raises(Problem) as refused:
        read(make(), name)
    assert refused.value.code == code
    told = refused.value.told("id"), refused.value.told("en")
    assert told[0] != told[1]
    assert all(name in one and "{" not in one for one in told)
    assert all(refused.value.advice(language) for language in ("id", "en"))


def test_a_formula_whose_result_was_not_stored_is_named_and_no_missing_number() -> None:
    def fill(book: Any) -> None:
        page = plain(book)
        page.write_formula(2, 1, '=TEXT(L3,"0")')
        page.write_formula(3, 7, "=L4")
        page.write_formula(4, 1, "=L5", None, str(LINES[3][1]))

    def unstored(data: bytes) -> bytes:
        return re.sub(rb"(</f>)<v>0</v>", rb"\1", data)

    reading = read(rewritten(xlsx(fill), unstored))
    assert [(one.row, one.heading, one.code, one.severity) for one in reading.problems] == [
        (3, "NIK", "cell_formula", "refused"), (4, "Alamat", "cell_formula", "warning"),
    ]  # fmt: skip
    assert [row.ref for row in reading.rows] == ["1", "3", "4", "5", "6", "7", "8"]
    assert reading.rows[1].address == ""
    assert reading.rows[2].nik == LINES[3][1]


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_each_error_of_a_spreadsheet_is_named_where_it_stands(form: str) -> None:
    places = {(1, 1): "#REF!", (2, 3): "#N/A", (3, 7): "#VALUE!", (4, 8): "#NAME?", (5, 5): "#DIV/0!", (6, 2): "#NUM!"}

    def fill(book: Any) -> None:
        page = plain(book)
        for (row, column), shown in places.items():
            page.write_formula(row, column, "=X", None, shown)

    if form == "xlsx":
        content = xlsx(fill)
    else:
        body = [list(cells) for cells in LINES]
        for (row, column), shown in places.items():
            body[row - 1][column] = shown
        content = text(";", body=body).encode()
    reading = read(content, f"daftar.{form}")
    named = {(one.row - 1, one.column): one.severity for one in reading.problems if one.code == "cell_error"}
    soft = {(3, 7), (4, 8)}
    assert named == {place: "warning" if place in soft else "refused" for place in places}
    assert "Excel menulis galat di sel ini" in reading.problems[0].text("id")
    assert {row.ref for row in reading.rows} == {"3", "7", "8"}
