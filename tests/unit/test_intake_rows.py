"""Lists as offices send them become typed rows; what is broken is refused with row, column and reason."""

from __future__ import annotations

from datetime import date

import pytest

from berdaya.intake import checked_copy, columns, problems, rows, specs
from berdaya.intake.files import Workbook, read_workbook
from berdaya.intake.sheets import find_header, heading_key
from berdaya.intake.types import CandidateRow, Reading
from berdaya.kernel.problems import Problem
from berdaya.people.rules.nik import Sex
from tests.unit.intake_files import sheet

AS_OF = date(2021, 3, 1)
HEADINGS: list[object] = [
    "No", "NIK", "No KK", "Nama", "Tempat Lahir", "Tanggal Lahir", "L/P", "Status Kawin", "Alamat", "Desa/Kelurahan",
    "Kecamatan", "Kabupaten/Kota", "Kode Wilayah", "HP", "Desil", "Tanggal Desil", "Kepala Keluarga Perempuan",
    "Disabilitas", "Tanggungan", "Pernah Usaha", "Pekerjaan", "Minat", "Bakat", "Jenis Usaha", "Alumni", "Motivator",
    "Penghasilan",
]  # fmt: skip
GOOD: list[object] = [
    1.0, "3512014107909001", "3512010101109001", "Siti Aminah", "Situbondo", "01/07/1990", "P", "Kawin",
    "=Jl. Merak 2", "Olean", "Situbondo", "Situbondo", "35.12.01.2003", "0812-0000-1234", 2.0, "01/01/2021", "ya",
    "tidak", 3.0, "tidak", "Buruh", "wet_cakes; Roti", "cooking", "", "Jamsosratu", "", "Rp 900.000",
]  # fmt: skip


def candidate(number: int, **changes: object) -> list[object]:
    row = list(GOOD)
    row[0], row[1], row[2] = float(number), f"351201410790{9000 + number}", f"351201010110{9000 + number}"
    for heading, value in changes.items():
        row[HEADINGS.index(heading.replace("_", " "))] = value
    return row


def read(*body: list[object], headings: list[object] | None = None, above: int = 0) -> Reading[CandidateRow]:
    page = [["DAFTAR CALON PENERIMA"]] * above + [headings or HEADINGS, *body]
    return rows.read_candidates(read_workbook(sheet(page), "calon.xlsx"), as_of=AS_OF)


def codes(reading: Reading[CandidateRow]) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.heading, problem.code) for problem in reading.problems]


def test_a_whole_row_is_read() -> None:
    reading = read(candidate(1))
    assert reading.problems == ()
    assert reading.rows == (
        CandidateRow(
            row=2, ref="1", nik="3512014107909001", kk="3512010101109001", name="Siti Aminah",
            birth_place="Situbondo", birth_date=date(1990, 7, 1), sex=Sex.FEMALE, marital="married",
            address="=Jl. Merak 2", village="Olean", district="Situbondo", regency="Situbondo", area=3512012003,
            phone="+6281200001234", desil=2, desil_on=date(2021, 1, 1), female_head=True, disability=False,
            dependants=3, ever_in_business=False, occupation="Buruh", interests=("wet_cakes", "bread"),
            skills=("cooking",), kind="", alumni="jamsosratu", motivator="", income_idr=900_000,
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "value", "code"),
    [
        ("NIK", 3512014107909001.0, "nik_numeric_cell"),
        ("NIK", "0000000000000000", "nik_zeros"),
        ("NIK", "#REF!", "cell_error"),
        ("Nama", "#N/A", "cell_error"),
        ("Tanggal_Lahir", "#VALUE!", "cell_error"),
        ("Desil", "#DIV/0!", "cell_error"),
        ("NIK", "35120141079090", "nik_length"),
        ("No_KK", 3512010101109001.0, "kk_numeric_cell"),
        ("No_KK", "-", "kk_missing"),
        ("Nama", "=HYPERLINK(1)", "name_formula"),
        ("Nama", "@SUM(A1)", "name_formula"),
        ("Nama", "12345", "name_bad"),
        ("Nama", "", "missing"),
        ("Tanggal_Lahir", "31/02/1990", "birth_date_impossible"),
        ("Tanggal_Lahir", "besok", "birth_date_unreadable"),
        ("L/P", "x", "sex_bad"),
        ("Desil", "11", "number_range"),
        ("Desil", "dua", "number_bad"),
        ("Disabilitas", "mungkin", "yes_no_bad"),
        ("Penghasilan", "cukup", "money_bad"),
        ("Penghasilan", "-5", "money_bad"),
        ("Kode_Wilayah", 35.12, "area_numeric"),
        ("Kode_Wilayah", "35.1X", "area_unknown"),
        ("Status_Kawin", "rumit", "choice_bad"),
    ],
)
def test_a_broken_cell_refuses_its_row_and_no_other(change: str, value: object, code: str) -> None:
    reading = read(candidate(1), candidate(2, **{change: value}), candidate(3))
    heading = change.replace("_", " ")
    assert codes(reading) == [(3, heading, code)]
    assert [row.ref for row in reading.rows] == ["1", "3"]
    assert reading.refused == {code: 1}
    assert reading.problems[0].column == HEADINGS.index(heading)
    for language in ("id", "en"):
        assert len(reading.problems[0].text(language)) > 20


@pytest.mark.parametrize("blank", ["", "-", " ", None])
def test_a_blank_nik_is_named_and_its_row_taken(blank: object) -> None:
    reading = read(candidate(1), candidate(2, NIK=blank), candidate(3))
    assert [(row.ref, row.nik == "") for row in reading.rows] == [("1", False), ("2", True), ("3", False)]
    [problem] = reading.problems
    assert (problem.row, problem.column, problem.code, problem.severity) == (3, 1, "nik_missing", "warning")
    assert (problem.text("id").endswith("tetap diterima."), "all the same" in problem.text("en")) == (True, True)
    assert [(one.row, one.code) for one in reading.warnings] == [(3, "nik_missing")]
    assert reading.refused == {}


def test_a_blank_nik_in_a_row_that_is_refused_for_more_counts_once() -> None:
    reading = read(candidate(1, NIK="", Nama="#N/A"))
    assert (reading.rows, reading.warnings) == ((), ())
    assert reading.refused == {"cell_error": 1}
    assert [(one.code, one.severity) for one in reading.problems] == [
        ("nik_missing", "warning"), ("cell_error", "refused"),
    ]  # fmt: skip


@pytest.mark.parametrize(("heading", "field"), [("Alamat", "address"), ("HP", "phone"), ("Pekerjaan", "occupation")])
@pytest.mark.parametrize("shown", ["#REF!", "#N/A", "Err:502"])
def test_an_error_where_nothing_must_stand_is_named_and_left_blank(heading: str, field: str, shown: str) -> None:
    reading = read(candidate(1, **{heading: shown}))
    assert [getattr(row, field) for row in reading.rows] == [""]
    assert [(one.heading, one.code, one.severity) for one in reading.problems] == [(heading, "cell_error", "warning")]


def test_headings_as_offices_write_them() -> None:
    renamed = {
        "No": "No.", "NIK": "No KTP", "No KK": "NO. KK *", "Nama": "Nama KRT", "Tanggal Lahir": "TTL",
        "L/P": "Jenis Kelamin (L/P)", "Desa/Kelurahan": "Desa / Kel.", "HP": "No. HP",
    }  # fmt: skip
    headings: list[object] = [renamed.get(str(one), one) for one in HEADINGS]
    counts: list[object] = [str(number) for number in range(1, len(HEADINGS) + 1)]
    total: list[object] = ["Jumlah", *[""] * 13, 12.0]
    note: list[object] = ["Mengetahui, Kepala Desa Olean"]
    ttl = candidate(1, Tanggal_Lahir="Situbondo, 1 Juli 1990")
    reading = read(counts, ttl, [""] * 5, total, note, headings=headings, above=4)
    assert reading.problems == ()
    assert [(row.row, row.birth_date, row.sex) for row in reading.rows] == [(7, date(1990, 7, 1), Sex.FEMALE)]
    assert reading.rows_in == 1


def test_missing_headings_are_named_all_at_once() -> None:
    with pytest.raises(Problem) as caught:
        read(["Siti", "perempuan"], headings=["Nama", "L/P"])
    assert caught.value.code == "header_missing"
    assert "NIK" in caught.value.text()
    assert "No KK" in caught.value.text()


def test_duplicates_inside_the_file_name_the_first_row() -> None:
    twin = candidate(2, NIK=GOOD[1], No_KK="3512010101109777", Nama="SITTI AMINAH")
    family = candidate(3, No_KK=GOOD[2])
    same_no = candidate(1, No="A-7", NIK="3512014107909555", No_KK="3512010101109555")
    reading = read(candidate(1, No="A-7"), twin, family, same_no)
    assert [(one.row, one.code, one.other) for one in reading.problems] == [
        (3, "duplicate_nik", 2), (4, "duplicate_kk", 2), (5, "duplicate_ref", 2),
    ]  # fmt: skip
    assert "baris 2" in reading.problems[0].text()


def test_what_only_looks_odd_is_a_warning() -> None:
    reading = read(candidate(1, HP="tidak ada", Minat="kue; sulap", Kode_Wilayah="35.12.02.2003"))
    assert [row.ref for row in reading.rows] == ["1"]
    assert {one.code for one in reading.warnings} == {"phone_bad", "kind_unknown", "nik_area_differs"}
    assert reading.rows[0].phone == ""


def test_places_are_looked_up_once_each() -> None:
    asked = []

    def find(code: int | None, village: str, district: str, regency: str) -> int | str:
        asked.append((code, village, district, regency))
        return 3512012003 if village == "Olean" else "area_unknown"

    body = [candidate(n, Kode_Wilayah="") for n in range(1, 5)] + [candidate(5, **{"Desa/Kelurahan": "Atlantis"})]
    book = read_workbook(sheet([HEADINGS, *body]), "calon.xlsx")
    reading = rows.read_candidates(book, as_of=AS_OF, find_area=find)
    assert len(asked) == 2
    assert {row.area for row in reading.rows} == {3512012003}
    assert codes(reading) == [(6, "Kode Wilayah", "area_unknown")]


def test_existing_groups_with_little_known_are_taken_and_marked() -> None:
    groups = [
        ["Kode Kelompok", "Nama Kelompok", "Jenis Usaha", "Tahun Berdiri", "Desa/Kelurahan", "Sponsor"],
        ["K1", "Melati", "Roti", 2015.0, "Olean", "Karang Taruna"],
        ["", "Mawar", "", "2016", "Olean", ""],
        ["K3", "", "Roti", "2016", "Olean", ""],
    ]
    members = [
        ["Kode Kelompok", "No", "NIK", "No KK", "Nama", "Jabatan"],
        ["K1", 1.0, "3512014107909001", "3512010101109001", "Siti", "Ketua"],
        ["K1", 2.0, "3512014107909001", "3512010101109002", "Sitti", ""],
        ["K9", 1.0, "3512014107909003", "3512010101109003", "Budi", ""],
    ]
    first, second = read_workbook(sheet(groups), "g"), read_workbook(sheet(members), "m")
    book = Workbook("groups.xlsx", first.kind, "", {"Kelompok": first.sheet("Calon"), "Anggota": second.sheet("Calon")})
    found, people = rows.read_groups(book, as_of=AS_OF)
    assert [(row.ref, row.kind, row.founded_year, row.sponsor, row.incomplete) for row in found.rows] == [
        ("K1", "bread", 2015, "karang_taruna", False),
        ("mawar-olean", "", 2016, "", True),
    ]
    assert found.refused == {"missing": 1}
    assert [row.member for row in people.rows] == ["1"]
    assert people.refused == {"duplicate_nik": 1, "group_unknown": 1}


def test_csv_files_of_later_stages() -> None:
    visits = (
        "ref,date,mentor,method,production_days,turnover_idr,cost_idr,stock_idr,workers,active_members,problem,"
        "advice,income_idr,note\n1,2024-10-05,P1,seen,20,1500000,,,2,,,jual,900000,\n1,2024-13-05,P1,seen,,,,,,,,,,\n"
    )
    reading = rows.read_visits(read_workbook(visits.encode(), "visits.csv"), as_of=AS_OF)
    assert [(row.ref, row.date, row.turnover_idr, row.cost_idr) for row in reading.rows] == [
        ("1", date(2024, 10, 5), 1_500_000, None)
    ]
    assert reading.refused == {"date_impossible": 1}
    exclusions = (
        "NIK,No KK,Nama,Jenis,Sumber,Tanggal\n3512014107909001,,Siti,PNS,BKD,2021-01-01\n,,Budi,TNI,x,2021-01-01\n"
    )
    found = rows.read_exclusions(read_workbook(exclusions.encode(), "Daftar.csv"), as_of=AS_OF)
    assert [row.kind for row in found.rows] == ["civil_servant"]
    assert found.refused == {"nik_missing": 1}


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_checked_copy_marks_cells_and_keeps_text_as_text(language: str) -> None:
    broken = candidate(2, NIK=3512014107909001.0, Alamat="+cmd|' /C calc'!A0")
    page = [["DAFTAR"], HEADINGS, candidate(1), broken, candidate(3, Alamat="\t=1+1")]
    book = read_workbook(sheet(page), "calon.xlsx")
    reading = rows.read_candidates(book, as_of=AS_OF)
    for only_refused in (False, True):
        content = checked_copy.make(
            book, {"Calon": reading.problems}, {"Calon": 2}, language=language, only_refused=only_refused
        )
        assert b"<f>" not in content
        copy = read_workbook(content, "calon diperiksa.xlsx").sheet("Calon")
        assert copy[1][:27] == HEADINGS
        assert copy[1][27] == ("Masalah" if language == "id" else "Problem")
        marked = copy[2 if only_refused else 3]
        assert marked[8] == "+cmd|' /C calc'!A0"
        assert "Excel" in str(marked[27])
        assert len(copy) == (3 if only_refused else 5)
        if not only_refused:
            assert copy[2][27] == ""
            assert copy[4][8] == "\t=1+1"


def test_the_copy_has_a_comment_on_the_refused_cell() -> None:
    import io
    import zipfile

    book = read_workbook(sheet([HEADINGS, candidate(1, NIK="")]), "calon.xlsx")
    reading = rows.read_candidates(book, as_of=AS_OF)
    content = checked_copy.make(book, {"Calon": reading.problems}, {"Calon": 1})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        comments = archive.read("xl/comments1.xml").decode()
        sheet_xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert 'ref="B2"' in comments
    assert "NIK belum diisi" in comments
    assert "<f>" not in sheet_xml


def test_every_code_that_a_reader_can_give_is_in_the_catalogue() -> None:
    known = {*problems.CELLS, *problems.WARNINGS}
    for name in dir(specs):
        found = getattr(specs, name)
        if not (name.isupper() and isinstance(found, tuple)):
            continue
        for column in found:
            assert column.missing in known
            for cell in ("?", "=1", "0", 1.5, 99999999999.0, "x" * 5_000, date(2099, 1, 1), True):
                value = column.read(cell, AS_OF)
                if isinstance(value, columns.Fault | columns.Softly):
                    assert value.code in known, (name, column.name, value)


def test_the_row_types_and_their_columns_agree() -> None:
    from dataclasses import fields

    from berdaya.intake import types

    pairs = {
        "CANDIDATE": types.CandidateRow, "MEMBER": types.MemberRow, "VERIFICATION": types.VerificationRow,
        "CLASS": types.ClassRow, "ATTENDANCE": types.AttendanceRow, "PACKAGE": types.PackageRow,
        "RESOURCE": types.ResourceRow, "POSITION": types.PositionRow, "EXCLUSION": types.ExclusionRow,
        "OTHER_AID": types.OtherAidRow, "MENTOR": types.MentorRow, "HANDOVER": types.HandoverRow,
        "VISIT": types.VisitRow, "PAYMENT": types.PaymentRow, "PRODUCT": types.ProductRow,
        "EXHIBITION": types.ExhibitionRow, "STALL": types.StallRow, "CONTEST": types.ContestRow,
        "SCORE": types.ScoreRow,
    }  # fmt: skip
    for name, row_type in pairs.items():
        spec = getattr(specs, name)
        assert ["row", *[column.name for column in spec]] == [field.name for field in fields(row_type)], name
    group = ["row", *[column.name for column in specs.GROUP], "incomplete"]
    assert group == [field.name for field in fields(types.GroupRow)]


def test_headings_meet_in_one_key() -> None:
    assert heading_key("No. KK *") == heading_key("no kk") == heading_key("NO KK (16 digit)")
    header = find_header([["x"], ["Kode", "Nama"]], specs.CONTEST[:2], file="f", sheet="s")
    assert (header.row, header.places) == (2, {"code": 0, "name": 1})
