"""Every planted fault is found and named in every format and layout, and no good row is refused."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from berdaya.areas import selectors, services
from berdaya.areas.services import load_areas
from berdaya.areas.source import read_reference
from berdaya.cli import import_
from berdaya.example.messy import FAULTS, FORMS, LAYOUTS, SPREADSHEETS, TEXTS, make_messy
from berdaya.intake.files import read_path

pytestmark = pytest.mark.django_db
AS_OF = date(2026, 10, 31)
SITUBONDO = 3512000000


READ_ONCE = cache(read_reference)
"""All of Indonesia's areas stand in one file, which thirty cases need not read twice each."""


@pytest.fixture
def areas(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "read_reference", READ_ONCE)
    selectors.forget()
    load_areas(within=SITUBONDO)
    load_areas(within=3602000000)


CASES = [(layout, form) for layout in LAYOUTS for form in FORMS if form in SPREADSHEETS or layout != "per_kecamatan"]


@pytest.mark.usefixtures("areas")
@pytest.mark.parametrize(("layout", "form"), CASES)
def test_every_planted_fault_is_found_and_named_and_no_good_row_refused(layout: str, form: str, tmp_path: Path) -> None:
    made = make_messy(seed=7, rows=400, layout=layout, text_only=form in TEXTS)
    path = tmp_path / f"daftar.{'csv' if form in TEXTS else form}"
    path.write_bytes(made.written(form))
    report, copy = import_.check_file(path, kind="candidates", area=SITUBONDO, as_of=AS_OF)
    shift = 1 if form == "csv-sep" else 0
    sheets = form in SPREADSHEETS
    planted = {
        (note["sheet"] if sheets else "", note["row"] + shift, note["code"], note["severity"]) for note in made.faults
    }
    found = {
        (fault["sheet"] if sheets else "", fault["row"], fault["code"], fault["severity"]) for fault in report["faults"]
    }
    by_code = Counter(code for *_, code, _ in planted)
    assert {code: n for code, n in by_code.items() if code} == Counter(code for *_, code, _ in found)
    assert found == planted
    assert {code for *_, code, severity in found if severity == "warning"} == {"nik_missing"}
    assert report["rows_in"] == made.rows
    refused = {(sheet, row) for sheet, row, _, severity in planted if severity == "refused"}
    assert report["rows_taken"] == made.rows - len(refused)
    assert by_code["nik_missing"] == sum(warning["code"] == "nik_missing" for warning in report["warnings"])
    assert "nik_missing" not in report["rows_refused"]
    assert set(by_code) >= {fault.code for name, fault in FAULTS.items() if fault.field in LAYOUTS[layout].headings} - (
        {"area_numeric"} if form in TEXTS else set()
    )
    target = tmp_path / "fixed.xlsx"
    target.write_bytes(copy)
    fixed = read_path(target)
    marked = {
        (name, number)
        for name, rows in fixed.sheets.items()
        for number, row in enumerate(rows, start=1)
        if len(str(row[-1])) > 20 and "Masalah" in {str(cell) for line in rows[:12] for cell in line}
        and max(len(line) for line in rows) == len(row)
    }  # fmt: skip
    assert {row for _, row in marked} == {row for _, row, *_ in planted}
