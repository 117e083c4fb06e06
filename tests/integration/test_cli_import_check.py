"""``import check`` tells every fault and writes nothing."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from django.db import DatabaseError, connection

from berdaya.cli import import_
from berdaya.intake.files import read_path
from berdaya.intake.models import ImportRun
from berdaya.kernel.problems import Problem
from berdaya.people.models import Household
from tests.integration.test_intake_import import HEADINGS, areas, candidate, messy
from tests.unit.intake_files import sheet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("areas")]
__all__ = ["areas"]
AS_OF = date(2021, 3, 1)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' database stands for the one that the command would open."""

    @contextmanager
    def opened(*, demo: bool) -> Iterator[None]:
        yield

    monkeypatch.setattr(import_, "existing", opened)


def words(*given: object) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    import_.add_arguments(parser)
    return parser.parse_args([str(word) for word in given])


def check(tmp_path: Path, content: bytes, *more: object) -> tuple[int, dict[str, object], Path]:
    source, out, fixed = tmp_path / "calon.xlsx", tmp_path / "out.json", tmp_path / "fixed.xlsx"
    source.write_bytes(content)
    options = words(
        "check", source, "--type", "candidates", "--area", "35.12", "--as-of", AS_OF, "--json", out, "--fixed", fixed,
        *more,
    )  # fmt: skip
    return import_.run(options), json.loads(out.read_text()), fixed


@pytest.mark.usefixtures("here")
def test_every_fault_is_told_by_row_column_and_code_and_nothing_is_written(tmp_path: Path) -> None:
    status, report, fixed = check(tmp_path, messy())
    assert status == 0
    assert (report["rows_in"], report["rows_taken"], report["duplicates"]) == (18, 11, 1)
    assert sum(report["rows_refused"].values()) == 6  # type: ignore[attr-defined]
    faults = {(fault["row"], fault["column"]): fault for fault in report["faults"]}  # type: ignore[attr-defined]
    damaged = faults[12, "NIK"]
    assert damaged["cell"] == "B12"
    assert damaged["code"].startswith("nik")
    assert damaged["id"] != damaged["en"]
    assert (13, "NIK") in faults
    assert faults[14, "Nama"]["code"] == "name_formula"
    rows = read_path(fixed).sheet("Calon")
    assert rows[0][-1] == "Masalah"
    assert "NIK" in str(rows[11][-1])
    assert len(rows) == 19
    assert not Household.objects.exists()
    assert not ImportRun.objects.exists()


@pytest.mark.usefixtures("here")
def test_a_good_list_has_no_faults_and_its_copy_no_marks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, report, fixed = check(tmp_path, sheet([HEADINGS, *[candidate(n) for n in range(3)]]))
    assert (status, report["faults"], report["rows_taken"]) == (0, [], 3)
    assert read_path(fixed).sheet("Calon")[0] == HEADINGS
    assert "3 diterima / taken, 0 ditolak / refused" in capsys.readouterr().out


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 no list", sheet([["Resep", "Bahan"], ["Soto", "Ayam"]])])
def test_a_file_that_cannot_be_read_ends_with_one_and_one_line(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "calon.xlsx", tmp_path / "out.json"
    source.write_bytes(content)
    assert import_.run(words("check", source, "--type", "groups", "--area", "35.12", "--json", out)) == 1
    assert capsys.readouterr().err.count("\n") == 1
    error = json.loads(out.read_text())["error"]
    assert error["id"] != error["en"]


@pytest.mark.usefixtures("here")
def test_a_missing_file_and_an_unknown_area_are_told_apart(tmp_path: Path) -> None:
    assert import_.run(words("check", tmp_path / "x.xlsx", "--type", "candidates", "--area", "35.12")) == 1
    for area in ("99.99", "Situbondo"):
        with pytest.raises(Problem) as caught:
            import_.run(words("check", tmp_path / "x.xlsx", "--type", "candidates", "--area", area))
        assert caught.value.code == "area.code_unknown"
        assert area in caught.value.text("en")


def test_the_check_cannot_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from berdaya.intake import services

    def writes(**_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE public.x ()")

    monkeypatch.setattr(services, "check_list", writes)
    with pytest.raises(DatabaseError, match="read-only transaction"):
        import_.check_file(tmp_path / "x.xlsx", kind="candidates", area=3512000000, as_of=AS_OF)
