"""Existing groups with all that their list may tell."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import xlsxwriter

from berdaya.intake import rows
from berdaya.intake.files import read_workbook
from tests.integration.people_samples import kk, nik
from tests.unit.intake_files import xlsx

SHEETS: dict[str, list[list[Any]]] = {
    "Kelompok": [
        ["Kode Kelompok", "Nama Kelompok", "Jenis Usaha", "Tahun Berdiri", "Desa/Kelurahan", "Kecamatan"],
        ["K1", "Melati", "bread", "2019", "Olean", "Situbondo"],
        ["", "Mawar", "", "2016", "Talkandang", "Situbondo"],
    ],
    "Anggota": [
        ["Kode Kelompok", "No", "NIK", "No KK", "Nama", "Tanggal Lahir", "Jabatan"],
        ["K1", "1", nik(11), kk(11), "Siti", "01/07/1990", "Ketua"],
        ["K1", "2", nik(12), kk(12), "Ani", "01/07/1990", "Bendahara"],
    ],
    "Aset": [["Kode Kelompok", "Nama Barang", "Jumlah", "Nilai"], ["K1", "Oven", "1", "2.000.000"]],
    "Saldo Awal": [
        ["Kode Kelompok", "Akun", "Saldo", "Per Tanggal", "Penanda Tangan 1", "Penanda Tangan 2"],
        ["K1", "kas", "2.500.000", "30/06/2026", "Siti", "Ani"],
    ],
}


def groups_book(**changes: list[list[Any]]) -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        for title, lines in {**SHEETS, **changes}.items():
            page = book.add_worksheet(title)
            for number, line in enumerate(lines):
                for place, cell in enumerate(line):
                    page.write_string(number, place, str(cell))

    return xlsx(fill)


def test_a_balance_is_signed_by_two_officers_and_extras_belong_to_a_group() -> None:
    lines = SHEETS["Saldo Awal"]
    alone = [*lines[1][:5], "siti"]
    stranger = ["K9", *lines[1][1:]]
    book = read_workbook(groups_book(**{"Saldo Awal": [lines[0], lines[1], alone, stranger]}), "g.xlsx")
    _, balances, products = rows.read_group_extras(book, as_of=date(2026, 10, 31), known={"K1"})
    assert [(row.account, row.amount_idr) for row in balances.rows] == [("cash", 2_500_000)]
    assert [(one.row, one.code) for one in balances.problems] == [(3, "signed_alone"), (4, "group_unknown")]
    assert products.rows_in == 0


def test_a_register_row_of_name_village_and_year_is_taken_as_incomplete() -> None:
    book = read_workbook(groups_book(), "g.xlsx")
    groups, members = rows.read_groups(book, as_of=date(2026, 10, 31), find_area=lambda *_: 3512072001)
    assert [(row.name, row.founded_year, row.incomplete) for row in groups.rows] == [
        ("Melati", 2019, False), ("Mawar", 2016, True)
    ]  # fmt: skip
    assert len(members.rows) == 2


@pytest.mark.parametrize("missing", ["Anggota", "Aset", "Saldo Awal"])
def test_sheets_beside_the_groups_may_be_missing(missing: str) -> None:
    kept = {title: lines for title, lines in SHEETS.items() if title != missing}
    book = read_workbook(groups_book(), "g.xlsx")
    book = type(book)(book.name, book.kind, "", {title: book.sheet(title) for title in kept})
    groups, _ = rows.read_groups(book, as_of=date(2026, 10, 31), find_area=lambda *_: 3512072001)
    assert len(groups.rows) == 2
