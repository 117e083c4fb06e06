"""Lists whose running numbers begin anew on each sheet or for each village, and lists without any: nobody is lost."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
import xlsxwriter

from berdaya.files.selectors import file_info
from berdaya.intake.files import read_workbook
from berdaya.intake.rows import read_candidates
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.models import Person
from berdaya.programmes.models import Candidate
from tests.integration.people_samples import nik
from tests.integration.test_intake_import import areas, candidate
from tests.integration.test_intake_jobs import HEADINGS as WITH_NUMBER
from tests.integration.test_intake_jobs import _files_in_a_folder_of_the_test, ani, page, take
from tests.unit.intake_files import sheet, xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("areas")]
__all__ = ["_files_in_a_folder_of_the_test", "ani", "areas"]
AS_OF = date(2026, 10, 31)


def refs(content: bytes) -> list[str]:
    found = read_candidates(read_workbook(content, "calon.xlsx"), as_of=AS_OF, find_area=lambda *_: 3512072001)
    assert not found.problems, found.problems
    return [row.ref for row in found.rows]


def sheets(**rows: list[list[object]]) -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        for name, lines in rows.items():
            one = book.add_worksheet(name)
            for at, line in enumerate([WITH_NUMBER, *lines]):
                for place, cell in enumerate(line):
                    one.write(at, place, cell)

    return xlsx(fill)


def test_numbers_that_begin_anew_on_each_sheet_belong_to_their_sheet() -> None:
    panji = [candidate(n, No=float(at)) for at, n in enumerate((11, 12), start=1)]
    mlandingan = [candidate(21, No=1.0)]
    content = sheets(Situbondo=[candidate(1), candidate(2), candidate(3)], Panji=panji, Mlandingan=mlandingan)
    assert refs(content) == ["1", "2", "3", "2.1", "2.2", "3.1"]


def test_numbers_that_begin_anew_for_each_village_on_one_sheet() -> None:
    head: list[object] = ["DESA OLEAN"]
    total: list[object] = ["", "", "", "Jumlah", "2"]
    rows = [
        head, candidate(1), candidate(2), total, ["DESA TALKANDANG"], WITH_NUMBER,
        candidate(11, No=1.0), candidate(12, No=2.0), total,
    ]  # fmt: skip
    assert refs(page(*rows)) == ["1", "2", "2.1", "2.2"]


def test_a_number_that_stands_twice_inside_a_run_is_still_told() -> None:
    rows = [candidate(1), candidate(2), candidate(3, No=2.0), candidate(4), candidate(5, No=4.0)]
    found = read_candidates(read_workbook(page(*rows), "calon.xlsx"), as_of=AS_OF, find_area=lambda *_: 3512072001)
    assert [(one.row, one.code) for one in found.problems] == [(4, "duplicate_ref"), (6, "duplicate_ref")]


def test_parts_of_a_long_list_number_as_the_whole(ani: Actor) -> None:
    villages = [[candidate(20 * v + n, No=float(n)) for n in range(1, 6)] for v in range(3)]
    job = take(ani, page(*(row for village in villages for row in village)))
    assert (job.counts, job.refused) == ({"new": 15}, {})
    with scoped(ani):
        assert set(Candidate.objects.values_list("ref", flat=True)) == {
            *"12345", *(f"2.{n}" for n in range(1, 6)), *(f"3.{n}" for n in range(1, 6)),
        }  # fmt: skip


def test_the_mended_copy_of_such_a_list_changes_its_own_rows_only(ani: Actor) -> None:
    panji = [candidate(n, No=float(at)) for at, n in enumerate((11, 12), start=1)]
    take(ani, sheets(Situbondo=[candidate(1), candidate(2)], Panji=panji))
    panji[1][WITH_NUMBER.index("Nama")] = "Siti Maimunah"
    job = take(ani, sheets(Situbondo=[candidate(1), candidate(2)], Panji=panji), name="calon-2.xlsx")
    assert job.counts["changed"] == 1
    assert job.counts["identical"] == 3
    with scoped(ani):
        assert Candidate.objects.count() == 4
        assert Person.objects.filter(name="Siti Maimunah").count() == 1


@pytest.mark.parametrize("without", [True, False])
def test_a_list_without_running_numbers_is_taken_whole(ani: Actor, without: bool) -> None:
    rows = [candidate(n) for n in range(1, 5)]
    if without:
        content = sheet([WITH_NUMBER[1:], *[row[1:] for row in rows]])
    else:
        content = page(*[["", *row[1:]] for row in rows])
    job = take(ani, content)
    assert (job.counts, job.refused) == ({"new": 4}, {})
    with scoped(ani):
        assert len(set(Candidate.objects.values_list("list_no", flat=True))) == 4


def test_the_checked_copy_of_several_sheets_is_mended_and_changes_its_own_rows_only(ani: Actor) -> None:
    panji = [candidate(n, No=float(at)) for at, n in enumerate((11, 12), start=1)]
    panji[1][WITH_NUMBER.index("NIK")] = 3512071234567890.0
    first = take(ani, sheets(Situbondo=[candidate(1), candidate(2)], Panji=panji))
    assert (first.counts["new"], first.refused) == (3, {"nik_numeric_cell": 1})
    assert first.checked_copy_id
    with scoped(ani):
        kept = file_info(actor=ani, file=first.checked_copy_id).path.read_bytes()
    copy = openpyxl.load_workbook(io.BytesIO(kept))
    page = copy["Panji"]
    marked = page.cell(3, WITH_NUMBER.index("NIK") + 1)
    assert marked.comment is not None
    assert marked.fill.fill_type == "solid"
    assert page.cell(1, len(WITH_NUMBER) + 1).value == "Masalah"
    assert "NIK" in str(page.cell(3, len(WITH_NUMBER) + 1).value)
    marked.value = nik(12)
    mended = io.BytesIO()
    copy.save(mended)
    second = take(ani, mended.getvalue(), name="calon-diperiksa.xlsx")
    assert (second.counts, second.refused) == ({"identical": 3, "new": 1}, {})
    with scoped(ani):
        assert set(Candidate.objects.values_list("ref", flat=True)) == {"1", "2", "2.1", "2.2"}
