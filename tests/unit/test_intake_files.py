"""What an office may send by mistake and an attacker on purpose: each gets its name, and nothing is harmed."""

from __future__ import annotations

import gzip
import io
import random
import time
import tracemalloc
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from berdaya.intake import problems
from berdaya.intake.files import FileKind, numbered, read_path, read_workbook
from berdaya.intake.limits import Limits
from berdaya.kernel.problems import Problem
from tests.patience import best
from tests.unit.intake_files import bomb, ods, raw_xlsx, sheet, xlsx

LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
OLD_MACRO = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "_VBA_PROJECT".encode("utf-16-le") + b"\0" * 600
ENTITIES = (
    '<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
CELL = '<row r="1"><c r="A1" t="inlineStr"><is><t>Nama</t></is></c></row>'


def code_of(content: bytes, name: str = "calon.xlsx", **limits: int) -> str:
    with pytest.raises(Problem) as caught:
        read_workbook(content, name, limits=Limits(**limits))
    assert caught.value.code in problems.FILES
    for language in ("id", "en"):
        assert "{" not in caught.value.text(language)
        assert caught.value.advice(language)
    return caught.value.code


def test_cell_types_stay_visible() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("Calon")
        page.write_string(1, 0, "3512014107909001")
        page.write_number(1, 1, 3512014107909001)
        page.write_datetime(1, 2, datetime(1990, 7, 1), book.add_format({"num_format": "dd/mm/yyyy"}))  # noqa: DTZ001
        page.write_boolean(1, 3, True)
        page.write_string(1, 5, "=1+1")

    book = read_workbook(xlsx(fill), "x")
    assert book.kind is FileKind.XLSX
    assert book.sheet("calon")[1] == ["3512014107909001", 3512014107909001.0, date(1990, 7, 1), True, "", "=1+1"]
    assert [number for number, _ in numbered(book.sheet())] == [2]


def test_a_path_and_its_bytes_read_alike(tmp_path: Path) -> None:
    path = tmp_path / "calon.xlsx"
    path.write_bytes(sheet([["Nama"], ["Siti"]]))
    assert read_path(path) == read_workbook(path.read_bytes(), "calon.xlsx")
    with pytest.raises(Problem, match="larger"):
        read_path(path, limits=Limits(file_bytes=10))


def refused_after(content: bytes) -> float:
    """Seconds of the processor until a bomb is recognised."""
    start = time.process_time()
    assert code_of(content) == "file_bomb"
    return time.process_time() - start


def refused_fast_and_small(content: bytes) -> None:
    """A bomb costs less than two processor seconds and 100 MB, whatever its headers say."""
    tracemalloc.start()
    took, limit = best(lambda: refused_after(content), 2)
    assert took < limit
    assert tracemalloc.get_traced_memory()[1] < 100 << 20
    tracemalloc.stop()


def test_an_honest_bomb_is_refused_fast_and_small() -> None:
    content = bomb(1 << 30)
    assert len(content) < 1_200_000
    refused_fast_and_small(content)


@pytest.mark.parametrize("declared", [0, 1_000, 1 << 20])
def test_a_bomb_that_lies_in_its_headers_is_counted_out(declared: int) -> None:
    refused_fast_and_small(bomb(1 << 30, declared=declared))


def test_too_many_entries_are_a_bomb() -> None:
    assert code_of(raw_xlsx(CELL, extra={f"x{n}": b"" for n in range(2_100)})) == "file_bomb"


def test_a_gzip_bomb() -> None:
    assert code_of(gzip.compress(b" " * (200 << 20)), "visits.csv.gz") == "file_bomb"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\r\n  \t", "file_empty"),
        (b"\0" * 5_000, "file_empty"),
        (sheet([]), "file_empty"),
        (raw_xlsx(""), "file_empty"),
        (b"a;b\n;\n", None),
        (raw_xlsx(CELL, extra={"xl/vbaProject.bin": b"x"}), "file_macro"),
        (OLD_MACRO, "file_macro"),
        (LOCKED, "file_locked"),
        (b"MZ\x90\0" + b"\0" * 3_000, "file_kind"),
        (b"\x7fELF" + bytes(range(256)), "file_kind"),
        (b"%PDF-1.7 ...", "file_kind"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "file_kind"),
        (bytes(range(256)) * 20, "file_kind"),
        (b"<html><table><tr><td>NIK</td></tr></table></html>", "file_html"),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>', "file_entity"),
        (raw_xlsx(CELL, head=ENTITIES), "file_entity"),
        (b"PK\x03\x04 and then nothing", "file_broken"),
        (sheet([["Nama"]])[:-200], "file_broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\1" * 3_000, "file_broken"),
        (b"\x1f\x8b\x08\0\0\0", "file_broken"),
    ],
)  # fmt: skip
def test_each_wrong_file_has_its_name(content: bytes, code: str | None) -> None:
    if code is None:
        assert read_workbook(content, "calon.csv").sheet() == [["a", "b"]]
    else:
        assert code_of(content) == code


def test_another_zip_is_no_sheet() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert code_of(target.getvalue()) == "file_kind"


def test_an_encrypted_entry_is_locked() -> None:
    content = bytearray(sheet([["Nama"]]))
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    assert code_of(bytes(content)) == "file_locked"


@pytest.mark.parametrize(
    "body",
    [
        CELL + "".join(f'<row r="{n}"/>' for n in range(2, 1_048_577)),
        CELL + "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(2, 210_000)),
        CELL + '<row r="1048576"><c r="A1048576"><v>1</v></c></row>',
    ],
)
def test_a_million_blank_rows(body: str) -> None:
    assert code_of(raw_xlsx(body)) == "file_blank_rows"


def test_a_million_blank_lines_of_csv() -> None:
    assert code_of(b"NIK,Nama\n" + b",\n" * 1_000_000, "calon.csv") == "file_blank_rows"


def test_too_many_filled_rows() -> None:
    body = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 210_000))
    assert code_of(raw_xlsx(body)) == "file_too_many_rows"
    assert code_of(b"1,2\n" * 60, "x.csv", csv_rows=50) == "file_too_many_rows"


def test_a_cell_far_to_the_right() -> None:
    assert code_of(raw_xlsx(CELL + '<row r="2"><c r="XFD2"><v>1</v></c></row>')) == "file_too_wide"
    assert code_of(b"," * 500 + b"a\n", "x.csv") == "file_too_wide"


def test_cells_without_address_are_parsed_under_a_memory_limit() -> None:
    few = raw_xlsx("<row><c><v>1</v></c><c><v>2</v></c></row>")
    assert read_workbook(few, "x").sheet() == [[1.0, 2.0]]
    many = raw_xlsx("<row>" + "<c><v>1</v></c>" * 16_000 + "</row>" + "<row><c><v>1</v></c></row>" * 150_000)
    assert code_of(many) == "file_bomb"


def test_one_long_text_in_many_cells_does_not_multiply() -> None:
    long = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>' + "x" * (1 << 20)
    body = "".join(
        f'<row r="{n}">' + "".join(f'<c r="{c}{n}" t="s"><v>0</v></c>' for c in "ABCDEFGH") + "</row>"
        for n in range(1, 2_000)
    )
    content = raw_xlsx(body, extra={"xl/sharedStrings.xml": (long + "</t></si></sst>").encode()})
    assert code_of(content, sandbox_bytes=300 << 20) == "file_bomb"


def test_an_ods_is_read_and_its_repeated_cells_are_bounded() -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>Siti</text:p></table:table-cell>'
    row = f"<table:table-row>{cell}</table:table-row>"
    book = read_workbook(ods(row), "calon.ods")
    assert (book.kind, book.sheet()) == (FileKind.ODS, [["Siti"]])
    repeated = cell.replace("<table:table-cell", '<table:table-cell table:number-columns-repeated="16384"')
    spread = f'<table:table-row table:number-rows-repeated="1048576">{repeated}</table:table-row>'
    assert code_of(ods(spread), "calon.ods") in {"file_bomb", "file_broken"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_every_habit(encoding: str, delimiter: str) -> None:
    text = delimiter.join(["NIK", "Nama"]) + "\r\n" + delimiter.join(["3512", "Zoë"]) + "\r\n"
    assert read_workbook(text.encode(encoding), "x.csv").sheet() == [["NIK", "Nama"], ["3512", "Zoë"]]


def test_a_packed_csv_keeps_its_name() -> None:
    book = read_workbook(gzip.compress(b"ref,date\n1,2024-01-01\n"), "visits.csv.gz")
    assert book.sheets == {"visits": [["ref", "date"], ["1", "2024-01-01"]]}


def test_a_named_sheet_is_found_or_named() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        for name in ("Petunjuk", "Daftar-Calon"):
            book.add_worksheet(name).write_string(0, 0, name)

    book = read_workbook(xlsx(fill), "x.xlsx")
    assert book.sheet("daftar calon") == [["Daftar-Calon"]]
    with pytest.raises(Problem, match="Petunjuk"):
        book.sheet("Anggota")


def test_mutated_files_are_named_or_read() -> None:
    original = sheet([["NIK", "Nama"], *[[str(n), "Siti"] for n in range(30)]])
    dice = random.Random(7)  # noqa: S311  (mutations, no secret)
    refused = 0
    for _ in range(300):
        content = bytearray(original)
        for _ in range(dice.randint(1, 12)):
            content[dice.randrange(len(content))] = dice.randrange(256)
        try:
            read_workbook(bytes(content), "x.xlsx")
        except Problem as problem:
            assert problem.code in problems.FILES  # noqa: PT017  (most, not all, of them raise)
            refused += 1
    assert refused > 100
