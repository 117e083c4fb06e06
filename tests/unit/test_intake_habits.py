"""Habits of offices that an outside examiner's lists brought: none of them makes a good row a bad one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from berdaya.intake import columns, rows, specs
from berdaya.intake.columns import Fault, Softly
from berdaya.intake.files import read_workbook
from berdaya.intake.sheets import section_of
from berdaya.intake.sources import Source
from berdaya.people.rules.dates import read_birth_date
from berdaya.people.rules.nik import Sex
from berdaya.people.rules.plain import read_idr
from tests.unit.intake_files import sheet

AS_OF = date(2026, 10, 31)
HEADINGS: list[object] = ["No", "NIK", "No KK", "Nama", "Alamat"]


def person(n: int) -> list[object]:
    return [n, f"351204{10 + n:02d}0180{9000 + n}", f"3512041201159{n:03d}", f"Contoh {chr(65 + n)}ani", "Dusun Krajan"]


@pytest.mark.parametrize(
    "mark", ["\u200b", "\u200d", "\ufeff", "\u202a", "\u202c", "\u2066", "\u00ad", "\u2060", "\u00a0", "\u202f"]
)
def test_a_mark_that_nobody_sees_spoils_no_cell(mark: str) -> None:
    cells = person(1)
    nik, name = str(cells[1]), str(cells[3])
    cells[1:4] = [f"{mark}{nik[:8]}{mark}{nik[8:]}{mark}", f"{mark}{cells[2]}", f"{mark}{name}"]
    data = [
        [*HEADINGS, "L/P", "Desa", "Kecamatan", "Desil"],
        [*cells, f"L{mark}", f"Campoan{mark}", "Mlandingan", f"2{mark}"],
    ]
    found = rows.read_candidates(read_workbook(sheet(data), "daftar.xlsx"), as_of=AS_OF)
    assert found.problems == ()
    [row] = found.rows
    assert (row.nik, row.name, row.sex, row.village, row.desil) == (nik, name, Sex.MALE, "Campoan", 2)


def test_a_cell_of_unseen_marks_is_blank() -> None:
    cells = person(1)
    cells[1] = "\u200b\ufeff"
    found = rows.read_candidates(
        read_workbook(sheet([[*HEADINGS, "Desa"], [*cells, "Campoan"]]), "daftar.xlsx"), as_of=AS_OF
    )
    assert [problem.code for problem in found.problems] == ["nik_missing"]
    assert len(found.rows) == 1


@pytest.mark.parametrize("dash", "‐‑‒–—−")
def test_dashes_of_a_word_processor_part_digits_like_any_other(dash: str) -> None:
    assert columns.nik(f"351204{dash}110180{dash}9001", AS_OF) == "3512041101809001"
    assert columns.sex(f"laki{dash}laki", AS_OF) is Sex.MALE


@pytest.mark.parametrize("text", ["dlm proses", "masih proses perekaman", "dalam proses", "msh dlm proses"])
def test_a_nik_that_is_on_its_way_is_none_yet(text: str) -> None:
    assert columns.nik(text, AS_OF) == Softly("", "nik_not_yet")


@pytest.mark.parametrize(
    ("written", "desil"),
    [("Desil 2", 2), ("D3", 3), ("desil-4", 4), ("DESIL KE 1", 1), ("II", 2), ("Desil IV", 4), ("1 (satu)", 1),
     ("10", 10), (3.0, 3), ("02", 2)],
)  # fmt: skip
def test_a_desil_is_read_as_offices_write_it(written: object, desil: int) -> None:
    assert columns.desil(written, AS_OF) == desil


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("11", "number_range"),
        ("Desil 0", "number_range"),
        ("rendah", "number_bad"),
        ("D", "number_bad"),
        ("XI", "number_bad"),
    ],
)
def test_a_desil_that_is_none_is_named(written: str, code: str) -> None:
    assert columns.desil(written, AS_OF) == Fault(code)


@pytest.mark.parametrize("written", ["3 orang", "3 org", "3 jiwa", "3 Anak", "3 (tiga)", "3 orang (tiga)", "3,0", 3.0])
def test_what_is_counted_may_stand_beside_the_number(written: object) -> None:
    assert columns.whole(0, 30)(written, AS_OF) == 3


@pytest.mark.parametrize(
    ("written", "amount"),
    [("Rp.500.000/bulan", 500_000), ("Rp 300.000 per bln", 300_000), ("500 ribu", 500_000), ("1,5 jt/bln", 1_500_000),
     ("Rp 20.000/hari", None), ("5 juta setahun", None)],
)  # fmt: skip
def test_an_amount_a_month_is_read_and_one_a_day_is_not_taken_for_it(written: str, amount: int | None) -> None:
    assert read_idr(written) == amount


@pytest.mark.parametrize(
    "written",
    ["12 Mar 1985 00:00", "12-03-1985 07.15",
     "12-III-1985", "12 III 1985", "Situbondo, 12 iii 1985", "Sbd,12031985", "Situbondo 12031985",
     "Situbondo; 12-03-1985", "Kab. Situbondo : 12/3/85"],
)  # fmt: skip
def test_roman_months_and_glued_dates_are_read(written: str) -> None:
    assert read_birth_date(written, as_of=AS_OF).value == date(1985, 3, 12)


@pytest.mark.parametrize(
    ("reader", "written", "code"),
    [
        ("kind", "Meninggal Dunia", "deceased"), ("kind", "Pensiunan PNS", "pensioner"),
        ("kind", "P3K", "civil_servant"), ("kind", "Kepala Desa", "official"), ("form", "Alat Usaha", "business_aid"),
        ("form", "Modal Usaha", "business_aid"), ("form", "Uang Tunai", "cash"), ("form", "Sembako", "goods"),
    ],
)  # fmt: skip
def test_words_of_other_offices_are_known(reader: str, written: str, code: str) -> None:
    column = next(one for one in (*specs.EXCLUSION, *specs.OTHER_AID) if one.name == reader)
    assert column.read(written, AS_OF) == code


PLACED: list[list[object]] = [
    ["DAFTAR CALON"], HEADINGS,
    ["A", "DESA CAMPOAN KEC. MLANDINGAN"], person(1), person(2),
    ["Sub Jumlah", "", "", 2],
    ["B.", "Kel. Besuki, Kecamatan Besuki (2 orang)"], person(3), person(4),
    ["III. KECAMATAN SUBOH"], ["Desa : Gunung Malang"], person(5),
]  # fmt: skip
WANTED = [("Campoan", "Mlandingan")] * 2 + [("Besuki", "Besuki")] * 2 + [("Gunung Malang", "Suboh")]


def places(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(village.title(), district.title()) for village, district in found]


def test_a_line_between_the_rows_names_the_village_of_those_below_it() -> None:
    found = rows.read_candidates(read_workbook(sheet(PLACED), "daftar.xlsx"), as_of=AS_OF)
    assert found.problems == ()
    assert places([(row.village, row.district) for row in found.rows]) == WANTED
    assert [row.row for row in found.rows] == [4, 5, 8, 9, 12]


def test_a_text_is_parted_by_such_lines_as_well(tmp_path: Path) -> None:
    path = tmp_path / "daftar.csv"
    path.write_text("\n".join(";".join(str(cell) for cell in row) for row in PLACED), "utf-8")
    reader = rows.candidate_reader(as_of=AS_OF)
    read = [
        (row.village, row.district)
        for part in Source(path, path.name).parts("Calon", specs.CANDIDATE, ("nik", "kk", "name"), 100)
        for row in reader.part(part.table, part.numbers, part.body).rows
    ]
    assert places(read) == WANTED


def test_a_village_of_its_own_wins_over_the_line_above_and_a_blank_takes_it() -> None:
    data = [[*HEADINGS, "Desa", "Kecamatan"], ["DESA CAMPOAN KEC. MLANDINGAN"], [*person(1), "", ""],
            [*person(2), "Besuki", "Besuki"]]  # fmt: skip
    found = rows.read_candidates(read_workbook(sheet(data), "daftar.xlsx"), as_of=AS_OF)
    assert places([(row.village, row.district) for row in found.rows]) == [
        ("Campoan", "Mlandingan"),
        ("Besuki", "Besuki"),
    ]


@pytest.mark.parametrize(
    "row",
    [
        ["KUBE Mawar", "Desa Campoan", 2014], [1, "Desa Ratna", "3512041101809001", "3512041201159001"],
        ["Keterangan", "Desa Campoan"], ["Kelompok Desa Maju", "Campoan", 2015], ["Kelihatan benar"], ["Desa"], [],
        ["1", "2", "3"], [None, "Kecap Manis"],
    ],
)  # fmt: skip
def test_no_row_of_a_list_is_taken_for_such_a_line(row: list[object]) -> None:
    assert section_of(row) == {}


def block(people: list[list[object]]) -> list[list[object]]:
    return [[*one, "Campoan", "Mlandingan"] for one in people]


def test_people_printed_beside_each_other_are_all_read() -> None:
    head: list[object] = [*HEADINGS, "Desa", "Kecamatan"]
    left, middle, right = (block([person(n) for n in part]) for part in ((1, 2, 3), (4, 5, 6), (7, 8)))
    right[1][1] = str(right[1][1])[:15]
    data: list[list[object]] = [["DAFTAR CALON"], [*head, "", *head, "", *head]]
    data += [[*left[at], "", *middle[at], "", *(right[at] if at < len(right) else [])] for at in range(3)]
    found = rows.read_candidates(read_workbook(sheet(data), "daftar.xlsx"), as_of=AS_OF)
    assert (found.rows_in, len(found.rows)) == (8, 7)
    assert [row.name for row in found.rows] == [str(person(n)[3]) for n in range(1, 8)]
    [problem] = found.problems
    assert (problem.sheet, problem.row, problem.column, problem.code) == ("Calon", 4, 17, "nik_length")


def test_a_second_name_is_no_second_list() -> None:
    data = [[*HEADINGS, "Nama", "Desa", "Kecamatan"], [*person(1), "Ibu Contoh", "Campoan", "Mlandingan"]]
    found = rows.read_candidates(read_workbook(sheet(data), "daftar.xlsx"), as_of=AS_OF)
    assert [row.name for row in found.rows] == [str(person(1)[3])]


@pytest.mark.parametrize("written", ["1. Kepala Keluarga", "01) kepala keluarga", "1 - Kepala Keluarga", "KRT"])
def test_an_answer_may_carry_the_number_that_it_has_on_the_form(written: str) -> None:
    [relation] = [column for column in specs.FAMILY if column.name == "relation"]
    assert relation.read(written, AS_OF) == "head"
    assert columns.sex("2. Perempuan", AS_OF) is Sex.FEMALE
    assert columns.yes_no("2) Tidak", AS_OF) is False
    assert columns.yes_no("1", AS_OF) is True


@pytest.mark.parametrize(
    ("title", "above"),
    [
        ("DAFTAR USULAN KELURAHAN BESUKI KECAMATAN BESUKI", ("BESUKI", "BESUKI")),
        ("CALON UEP DESA GUNUNG MALANG, KEC. SUBOH KABUPATEN SITUBONDO", ("GUNUNG MALANG", "SUBOH")),
        ("Desa Campoan Kecamatan Mlandingan Kab. Situbondo", ("Campoan", "Mlandingan")),
        ("HASIL MUSYAWARAH DESA TENTANG CALON PENERIMA", ("", "")),
        ("DINAS PEMBERDAYAAN MASYARAKAT DAN DESA", ("", "")),
    ],
)
def test_a_title_that_names_village_and_kecamatan_places_its_rows(title: str, above: tuple[str, str]) -> None:
    data = [[title], ["TAHUN 2026"], HEADINGS, person(1)]
    book = read_workbook(sheet(data), "daftar.xlsx")
    found = rows.read_candidates(book, as_of=AS_OF, find_area=lambda *_: 3512042003)
    assert [(row.village, row.district) for row in found.rows] == [above]


def test_a_sheet_may_be_named_after_its_village() -> None:
    data: list[list[object]] = [["KECAMATAN MLANDINGAN"], HEADINGS, person(1)]
    found = rows.read_candidates(read_workbook(sheet(data, "Desa Campoan"), "daftar.xlsx"), as_of=AS_OF)
    assert [(row.village, row.district) for row in found.rows] == [("Campoan", "MLANDINGAN")]
