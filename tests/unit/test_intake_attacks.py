"""Lists as bent as offices send them: merged villages, gaps between columns, no running numbers, recaps, registers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import xlsxwriter

from berdaya.intake import rows
from berdaya.intake.files import read_workbook
from berdaya.intake.types import CandidateRow, Reading
from berdaya.kernel.problems import Problem
from tests.unit.intake_files import xlsx

AS_OF = date(2026, 10, 31)
HEADINGS = (
    "No",
    "NIK",
    "No KK",
    "Nama",
    "Tempat Lahir",
    "Tanggal Lahir",
    "L/P",
    "Alamat",
    "Desa/Kelurahan",
    "Kecamatan",
)
Fill = Callable[[xlsxwriter.Workbook], None]


def line(n: int, **changes: object) -> list[object]:
    cells: dict[str, object] = dict(
        zip(
            HEADINGS,
            (n, f"351207{41 + n:02d}0180{9000 + n}", f"3512071201159{n:03d}", f"Siti Contoh {chr(65 + n)}ani",
             "Situbondo", f"{1 + n:02d}/01/1980", "P", "Dusun Krajan", "Olean", "Situbondo"),
            strict=True,
        )
    )  # fmt: skip
    return list((cells | {name.replace("_", " "): value for name, value in changes.items()}).values())


def read(fill: Fill) -> Reading[CandidateRow]:
    return rows.read_candidates(read_workbook(xlsx(fill), "daftar.xlsx"), as_of=AS_OF)


def test_a_village_merged_down_over_its_families_is_that_of_each() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page, plain = book.add_worksheet("Sheet1"), book.add_format()
        page.write_row(0, 0, HEADINGS)
        for n in range(1, 7):
            page.write_row(n, 0, line(n)[:8])
        page.merge_range(1, 8, 4, 8, "Olean", plain)
        page.merge_range(5, 8, 6, 8, "Paowan", plain)
        page.merge_range(1, 9, 6, 9, "Situbondo", plain)

    found = read(fill)
    assert [row.village for row in found.rows] == ["Olean"] * 4 + ["Paowan"] * 2
    assert found.problems == ()


def test_merged_cells_without_end_fill_no_more_than_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page, plain = book.add_worksheet("Sheet1"), book.add_format()
        page.write_row(0, 0, HEADINGS)
        for n in range(1, 7):
            page.write_row(n, 0, line(n)[:8])
        page.merge_range(1, 8, 6, 8, "Olean", plain)

    monkeypatch.setattr("berdaya.intake.sandbox.MERGED_CELLS", 2)
    assert [row.code for row in read(fill).problems] == ["area_unknown"] * 5


def test_a_list_without_running_numbers_goes_by_its_rows() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("Sheet1")
        page.write_row(0, 0, HEADINGS)
        for n in range(1, 5):
            page.write_row(n, 0, line(n, No=None))

    found = read(fill)
    assert [row.ref for row in found.rows] == ["b2", "b3", "b4", "b5"]
    assert found.problems == ()


def test_gaps_between_columns_hidden_rows_titles_and_totals_stand_in_nobodys_way() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page, plain = book.add_worksheet("Sheet1"), book.add_format()
        page.merge_range(0, 0, 1, 9, "DAFTAR USULAN", plain)
        page.write_row(4, 0, ["Kecamatan", ": Situbondo"])
        for place, heading in enumerate(HEADINGS):
            page.write(11, 2 * place, heading)
        for n in range(1, 9):
            for place, cell in enumerate(line(n)):
                page.write(11 + n, 2 * place, cell)
        page.set_row(14, None, None, {"hidden": True})
        page.write(20, 0, "TOTAL")
        page.write(20, 6, "8 orang")

    found = read(fill)
    assert (found.rows_in, len(found.rows), found.problems) == (8, 8, ())


def test_a_recap_an_empty_sheet_and_two_lists_are_two_lists() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        recap = book.add_worksheet("REKAP")
        recap.write_row(0, 0, ["Kecamatan", "Jumlah KK"])
        recap.write_row(1, 0, ["Situbondo", 8])
        book.add_worksheet("Kosong")
        for start, name in ((1, "Desa A"), (5, "Desa B")):
            page = book.add_worksheet(name)
            page.write(0, 0, f"DAFTAR {name}")
            page.write_row(1, 0, HEADINGS)
            for n in range(start, start + 4):
                page.write_row(2 + n - start, 0, line(n))

    found = read(fill)
    assert {row.ref for row in found.rows} == {str(n) for n in range(1, 9)}
    assert {place.sheet for place in found.tables} == {"Desa A", "Desa B"}


def test_headings_that_come_again_in_another_order_are_read_by_that_order() -> None:
    order = [0, 3, 2, 1, 4, 5, 6, 7, 8, 9]

    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("Sheet1")
        page.write_row(0, 0, HEADINGS)
        for n in range(1, 5):
            page.write_row(n, 0, line(n))
        page.write_row(6, 0, [HEADINGS[place] for place in order])
        for n in range(5, 9):
            cells = line(n)
            page.write_row(2 + n, 0, [cells[place] for place in order])

    found = read(fill)
    assert found.problems == ()
    assert [row.row for row in found.rows] == [2, 3, 4, 5, 8, 9, 10, 11]
    assert all(row.name.startswith("Siti") and len(row.nik) == 16 for row in found.rows)
    assert (found.place_of(3).columns["nik"], found.place_of(9).columns["nik"]) == (1, 3)


def test_real_dates_formulas_and_their_errors_are_what_the_sheet_shows() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page, day = book.add_worksheet("Sheet1"), book.add_format({"num_format": "dd-mmm-yyyy"})
        page.write_row(0, 0, HEADINGS)
        for n in range(1, 5):
            page.write_row(n, 0, line(n))
            page.write_datetime(n, 5, date(1980, 1, 1 + n), day)
        page.write_formula(2, 1, "=B9", None, str(line(2)[1]))
        page.write_formula(3, 3, "=#REF!", None, "#REF!")
        page.write_formula(4, 0, "=A4+1", None, 4)

    found = read(fill)
    assert [(one.row, one.column, one.code) for one in found.problems] == [(4, 3, "cell_error")]
    assert [row.birth_date for row in found.rows] == [date(1980, 1, 2), date(1980, 1, 3), date(1980, 1, 5)]


@pytest.mark.parametrize(
    ("headings", "taken"),
    [
        (["NO", "N I K *", "NOMOR\nKARTU KELUARGA", "NAMA\nLENGKAP (SESUAI KTP)", "TMP LAHIR", "TGL. LAHIR",
          "JENIS KELAMIN", "ALAMAT RUMAH", "DESA / KEL.", "KEC"], 4),
        (["No.", "No. KTP", "No.KK", "Nama KRT", "Tmpt Lahir", "Tgl Lhr", "JK", "Alamat", "Kel/Desa", "Kec."], 4),
    ],
)  # fmt: skip
def test_headings_with_breaks_stars_and_short_words_are_known(headings: list[str], taken: int) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("Data")
        page.write_row(0, 0, headings)
        for n in range(1, 5):
            page.write_row(n, 0, line(n))

    assert len(read(fill).rows) == taken


def test_a_text_with_marks_breaks_and_blanks_of_other_alphabets_is_read() -> None:
    cells = [line(n) for n in range(1, 5)]
    cells[0][1] = str(cells[0][1])[:6] + "\u00a0" + str(cells[0][1])[6:]
    cells[1][3] = "Siti \u200bNur\u2019aini"
    cells[2][7] = "Dusun Krajan\nRT 1"
    cells[3][5] = "5 Pebruari 1980"
    body = "\r\n".join(";".join(f'"{cell}"' for cell in row) + ";;" for row in [list(HEADINGS), *cells])
    found = rows.read_candidates(read_workbook(("\ufeff" + body).encode(), "daftar.csv"), as_of=AS_OF)
    assert [len(row.nik) for row in found.rows] == [16] * 4
    assert found.rows[1].name == "Siti Nur\u2019aini"
    assert found.rows[3].birth_date == date(1980, 2, 5)


def test_half_a_file_is_named_as_damaged() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Data").write_row(0, 0, HEADINGS)

    content = xlsx(fill)
    with pytest.raises(Problem) as broken:
        read_workbook(content[: len(content) // 2], "daftar.xlsx")
    assert broken.value.code == "file_broken"


def test_a_register_keeps_the_page_of_each_group() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("Register")
        page.write_row(0, 0, ["Nama", "Desa", "Tahun", "Hal."])
        for n in range(5):
            page.write_row(1 + n, 0, [f"KUBE Mawar {n}", "Olean", 2016, n // 3 + 1])

    groups, _ = rows.read_groups(read_workbook(xlsx(fill), "register.xlsx"), as_of=AS_OF)
    assert [row.page for row in groups.rows] == ["1", "1", "1", "2", "2"]
    assert all(row.incomplete for row in groups.rows)
