"""Lists as other people write them: English headings, titles above, semicolons, a byte order mark, gaps, no NIK."""

from __future__ import annotations

import csv
import tomllib
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import pytest

from berdaya.cli.link import summary
from berdaya.example.linkage import HEADINGS, TRUTH, make_list
from berdaya.kernel.problems import Problem
from berdaya.people.linkage import fields, keys
from berdaya.people.linkage.lists import read_lists
from berdaya.people.linkage.run import link_files, report

ROWS = [dict(zip(HEADINGS, row, strict=True)) for row in make_list(seed=21, rows=2_500)]


def day(text: str, form: str) -> str:
    for known in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y"):
        try:
            return datetime.strptime(text, known).strftime(form)  # noqa: DTZ007 - a birthday has no time zone
        except ValueError:
            continue
    return text


def write(
    path: Path, heads: list[str], rows: list[list[str]], *, delimiter: str, encoding: str, title: str = ""
) -> Path:
    with path.open("w", encoding=encoding, errors="replace", newline="") as out:
        out.write(title)
        made = csv.writer(out, delimiter=delimiter)
        made.writerow(heads)
        # Every twentieth cell is empty, in another column each time.
        for number, row in enumerate(rows):
            made.writerow(
                [row[0], *("" if (number + 7 * at) % 20 == 0 else cell for at, cell in enumerate(row[1:], start=1))]
            )
    return path


def english(path: Path) -> Path:
    sexes = {"L": "Male", "P": "Female"}
    rows = [
        [row[TRUTH], row["Nama"], day(row["Tanggal Lahir"], "%d/%m/%y"), sexes.get(row["L/P"], ""),
         row["Desa/Kelurahan"], row["HP"], row["Alamat"]]
        for row in ROWS
    ]  # fmt: skip
    heads = ["Person ID", "Full Name", "DOB", "Gender", "Village", "Phone Number", "Address"]
    return write(path, heads, rows, delimiter=";", encoding="utf-8-sig")


def few(path: Path) -> Path:
    rows = [[row[TRUTH], row["Nama"], day(row["Tanggal Lahir"], "%d.%m.%Y"), row["Desa/Kelurahan"]] for row in ROWS]
    return write(path, ["Person ID", "nama penerima", "tgl lahir", "desa"], rows, delimiter="\t", encoding="cp1252")


def titled(path: Path) -> Path:
    rows = [
        [row[TRUTH], f"{float(row['NIK']):.5E}" if number % 15 == 0 and row["NIK"].isdigit() else row["NIK"],
         row["Nama"], f"{row['Tempat Lahir']}, {day(row['Tanggal Lahir'], '%d-%m-%Y')}", row["No KK"]]
        for number, row in enumerate(ROWS)
    ]  # fmt: skip
    heads = ["Person ID", "NIK", "Nama KRT", "TTL", "No. KK"]
    return write(path, heads, rows, delimiter=";", encoding="utf-8", title="DAFTAR PENERIMA BANTUAN;;;;\n;;;;\n")


@pytest.mark.parametrize(("make", "least"), [(english, 0.92), (few, 0.87), (titled, 0.93)])
def test_a_list_nobody_prepared_is_read_and_linked(tmp_path: Path, make: object, least: float) -> None:
    path = make(tmp_path / "odd.csv")  # type: ignore[operator]
    result = link_files([path], truth="Person ID")
    assert result.lists.frame.height == len(ROWS)
    assert "name" in result.lists.columns
    assert "birth_date" in result.lists.columns
    assert result.quality is not None
    assert result.quality.f1 >= least
    told = summary(report(result))
    assert f"name={result.lists.headings['name']}" in told


def test_columns_that_nothing_was_asked_of_are_told(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("nama;kode pos;warna\nSiti;1;merah\nSitti;2;biru\n", encoding="utf-8")
    made = report(link_files([path]))
    assert made["columns"] == {"name": "nama", "postcode": "kode pos"}
    assert made["ignored"] == ["warna"]
    assert "tidak dipakai / not used: warna" in summary(made)


def test_headings_that_an_import_knows_mean_the_same_here() -> None:
    known = tomllib.loads(files("berdaya.intake").joinpath("headings.toml").read_text("utf-8"))
    same = ("nik", "kk", "name", "birth_date", "birth_place", "sex", "phone", "address", "village", "district", "area")
    wrong = {
        (field, heading): fields.field_of(heading)
        for field in same
        for heading in known[field]
        if fields.field_of(heading) != field
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "link.file_empty"), (b"nama,nik\n", "link.file_empty"), (b"\xef\xbb\xbf\n \n", "link.file_empty"),
     (b"warna,rasa\nmerah,manis\n", "link.no_heading_known"), (b"\x1f\x8bxx", "link.file_unreadable")],
)  # fmt: skip
def test_what_cannot_be_linked_says_why(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(Problem) as caught:
        read_lists([path])
    assert caught.value.code == code


@pytest.mark.parametrize(("text", "wanted"), [("12/03/85", "19850312"), ("5/1/04", "20040105"), ("1-1-31", "19310101")])
def test_two_digits_of_a_year_are_of_somebody_alive(text: str, wanted: str) -> None:
    assert keys.date_text(text) == wanted
