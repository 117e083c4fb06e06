"""The empty lists that offices download are lists that the product reads."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from berdaya.cli import import_
from berdaya.intake import rows, specs, template
from berdaya.intake.files import Workbook, read_workbook
from berdaya.intake.kinds import KINDS
from berdaya.kernel.problems import Problem

AS_OF = date(2026, 10, 31)


@pytest.mark.parametrize("language", ["id", "en"])
def test_an_example_row_of_the_instructions_is_a_valid_row(language: str) -> None:
    book = read_workbook(template.make_template("candidates", language=language), "templat.xlsx")
    assert list(book.sheets) == ["Calon", "Petunjuk", "Kode"]
    headings = book.sheet("Calon")[0]
    assert headings == [column.heading for column in specs.CANDIDATE]
    examples = {row[1]: row[4] for row in book.sheet("Petunjuk")[1:]}
    filled = Workbook(
        book.name, book.kind, book.digest, {"Calon": [headings, [examples[heading] for heading in headings]]}
    )
    reading = rows.read_candidates(filled, as_of=AS_OF)
    assert reading.problems == ()
    assert reading.warnings == ()
    [row] = reading.rows
    assert (row.interests, row.skills, row.kind, row.income_idr) == (("bread", "chips"), ("cooking",), "bread", 900_000)


def test_an_empty_template_holds_no_row() -> None:
    book = read_workbook(template.make_template("groups"), "templat.xlsx")
    assert list(book.sheets) == ["Kelompok", "Anggota", "Aset", "Saldo Awal", "Produk", "Petunjuk", "Kode"]
    groups, members = rows.read_groups(book, as_of=AS_OF)
    assert (groups.rows_in, members.rows_in) == (0, 0)


def test_every_choice_of_the_lists_is_understood() -> None:
    for kind in KINDS.values():
        for sheet in kind.sheets:
            for column in sheet.columns:
                for choice in template._choices(sheet.title, column):
                    assert isinstance(column.read(choice, AS_OF), (str, bool)), (sheet.title, column.name, choice)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_template_of_each_kind_filled_as_its_instructions_say_is_read_without_a_fault(kind: str) -> None:
    book = read_workbook(template.make_template(kind), "templat.xlsx")
    filled = {}
    for sheet in KINDS[kind].sheets:
        headings = [str(cell) for cell in book.sheet(sheet.title)[0]]
        told = {str(row[1]): str(row[4]) for row in book.sheet("Petunjuk")[1:] if row[0] == sheet.title}
        choices = {column.heading: template._choices(sheet.title, column) for column in sheet.columns}
        filled[sheet.title] = [
            headings, [told[heading] or (choices[heading] or ["Contoh"])[0] for heading in headings]
        ]  # fmt: skip
    filled = {title: [[*row] for row in rows] for title, rows in filled.items()}
    readings = KINDS[kind].read(Workbook(book.name, book.kind, "", filled), AS_OF, lambda *_: 3512072001, None)  # type: ignore[arg-type]
    for reading in readings:
        assert [(one.heading, one.code) for one in reading.problems] == []
        assert len(reading.rows) == 1


def test_the_types_of_the_command_are_those_that_can_be_read() -> None:
    assert list(import_.KINDS) == list(KINDS)


def test_headings_are_locked_and_numbers_are_text() -> None:
    with zipfile.ZipFile(io.BytesIO(template.make_template("candidates"))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert "<sheetProtection" in sheet
    assert sheet.count("<dataValidation ") == 5
    assert 'formatCode="@"' in styles
    with pytest.raises(Problem):
        template.make_template("lain")
