"""The example folders: complete, repeatable, with the numbers of their places and what truth.json says is
planted.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
import zipfile
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from berdaya.areas.codes import contains, parse_code
from berdaya.enterprises.catalogue import catalogue
from berdaya.enterprises.rules.status import status_of
from berdaya.enterprises.types import EvidenceKind, Fact, Method
from berdaya.example.cli import PROGRAMMES
from berdaya.example.model import CANDIDATE_HEADINGS, GROUP_HEADINGS, MEMBER_HEADINGS
from berdaya.programmes.configfile import load_config

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
LISTS = ("banten-uep-2024", "sumsel-kube-2024", "jaktim-uep-2024")
TODAY = date(2026, 10, 31)
Row = dict[str, Any]


def _sheet(code: str, book: str, name: str) -> list[Row]:
    rows = CalamineWorkbook.from_path(str(EXAMPLES / code / f"{book}.xlsx")).get_sheet_by_name(name).to_python()
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def _table(code: str, name: str) -> list[dict[str, str]]:
    plain = EXAMPLES / code / f"{name}.csv"
    if plain.exists():
        return list(csv.DictReader(plain.read_text(encoding="utf-8").splitlines()))
    with gzip.open(EXAMPLES / code / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _truth(code: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EXAMPLES / code / "truth.json").read_text(encoding="utf-8"))
    return found


def _content(path: Path) -> object:
    """What is in a file, whatever the compression library made of it."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return {name: book.read(name) for name in sorted(book.namelist())}
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


@pytest.mark.parametrize("code", ["kupang-kube-2024", "jaktim-uep-2024"])
def test_generating_again_gives_the_same_content(code: str, tmp_path: Path) -> None:
    """In a fresh process under another hash seed."""
    script = "import sys; from berdaya.cli.main import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", script, "example", "--only", code, "--out", str(tmp_path)]
    env = {**os.environ, "PYTHONHASHSEED": "4711", "PYTHONPATH": str(ROOT / "src")}
    subprocess.run(command, env=env, check=True, capture_output=True)
    committed = {path.name: _content(path) for path in (EXAMPLES / code).iterdir() if path.name != "README.md"}
    made = {path.name: _content(path) for path in (tmp_path / code).iterdir()}
    assert sorted(made) == sorted(committed)
    assert [name for name in sorted(made) if made[name] != committed[name]] == []


@pytest.mark.parametrize("code", sorted(PROGRAMMES))
def test_every_folder_is_complete_small_and_read_by_the_configuration(code: str) -> None:
    config = load_config(EXAMPLES / code)
    assert config.programme.code == code
    assert config.example is not None
    assert config.example.synthetic
    assert config.dates.handover is not None
    assert config.dates.handover < date(2024, 10, 1)
    names = {path.name.split(".")[0] for path in (EXAMPLES / code).iterdir()}
    assert names >= {"verification", "classes", "attendance", "positions", "visits", "mentors", "market", "truth"}
    assert config.aid.form == "goods" or config.fund is not None


def test_all_folders_together_stay_below_15_mb() -> None:
    assert sum(path.stat().st_size for path in EXAMPLES.rglob("*") if path.is_file()) < 15_000_000


def test_the_real_numbers_of_the_five_places() -> None:
    banten = load_config(EXAMPLES / "banten-uep-2024")
    assert banten.quota.total == 2_500
    regencies = {code: places for code, places in banten.quota.areas.items() if code % 10**6 == 0}
    assert len(regencies) == 8
    assert sum(regencies.values()) == 2_500
    assert banten.aid.ceiling_idr == 2_500_000
    assert len(banten.aid.packages) >= 40
    assert {row["Alumni"] for row in _sheet("banten-uep-2024", "candidates", "Calon")} == {"jamsosratu"}
    sumsel = load_config(EXAMPLES / "sumsel-kube-2024")
    assert len(sumsel.quota.areas) == 17
    assert {partner.kind for partner in sumsel.partners} == {"company", "campus", "citizen", "buyer"}
    assert load_config(EXAMPLES / "jaktim-uep-2024").quota.total == 485
    assert len(_sheet("kupang-kube-2024", "groups", "Kelompok")) == 30
    assert len(_sheet("situbondo-uep-2024", "groups", "Kelompok")) == 400


@pytest.mark.parametrize("code", LISTS)
def test_headings_and_areas_are_those_of_the_programme(code: str) -> None:
    rows = _sheet(code, "candidates", "Calon")
    assert tuple(rows[0]) == CANDIDATE_HEADINGS
    area = load_config(EXAMPLES / code).programme.area
    codes = [row["Kode Wilayah"] for row in rows if row["Kode Wilayah"]]
    assert all(contains(area, parse_code(code)) for code in codes)
    kinds = {kind for row in rows for kind in row["Minat"].split(";")}
    assert kinds <= set(catalogue().kinds)
    assert len({row["Kode Wilayah"] for row in _sheet(code, "resources", "Sumber Daya")}) > 20


@pytest.mark.parametrize("code", LISTS)
def test_planted_mistakes_stand_where_the_truth_says(code: str) -> None:
    rows, truth = _sheet(code, "candidates", "Calon"), _truth(code)
    kinds = Counter(fault["kind"] for fault in truth["faults"])
    assert kinds.keys() >= {
        "nik_short", "nik_long", "nik_day", "nik_number", "nik_missing", "nik_spaces", "nik_apostrophe",
        "village_unknown", "village_respelled", "birth_impossible", "formula_name",
    }  # fmt: skip
    assert 0.015 < len(truth["faults"]) / len(rows) < 0.045
    for fault in truth["faults"]:
        row = rows[fault["row"] - 2]
        assert str(int(row["No"])) == fault["ref"]
        value = row[fault["column"]]
        if fault["kind"] == "nik_number":
            assert isinstance(value, float)
        elif fault["kind"] == "nik_short":
            assert len(value) == 15
        elif fault["kind"] == "nik_missing":
            assert value == ""
        elif fault["kind"] == "formula_name":
            assert value[0] in "=+@"


@pytest.mark.parametrize("code", LISTS)
def test_planted_duplicates_share_the_number_that_the_truth_names(code: str) -> None:
    rows = {str(int(row["No"])): row for row in _sheet(code, "candidates", "Calon")}
    found = Counter(item["by"] for item in _truth(code)["duplicates"])
    assert found.keys() == {"nik", "nik_spelling", "kk", "linkage"}
    for item in _truth(code)["duplicates"]:
        one, two = rows[item["of"]], rows[item["ref"]]
        assert int(one["No"]) < int(two["No"])
        if item["by"].startswith("nik"):
            assert one["NIK"] == two["NIK"]
            assert (one["Nama"] == two["Nama"]) == (item["by"] == "nik")
        elif item["by"] == "kk":
            assert one["No KK"] == two["No KK"]
        else:
            assert one["NIK"] != two["NIK"]
            assert one["No KK"] != two["No KK"]


@pytest.mark.parametrize("code", LISTS)
def test_numbers_are_synthetic_and_used_once_but_for_planted_duplicates(code: str) -> None:
    rows, truth = _sheet(code, "candidates", "Calon"), _truth(code)
    broken = {fault["ref"] for fault in truth["faults"] if fault["column"] == "NIK"}
    niks = Counter(row["NIK"] for row in rows if str(int(row["No"])) not in broken)
    assert all(len(nik) == 16 and nik[12] == "9" for nik in niks)
    twice = sum(item["by"].startswith("nik") for item in truth["duplicates"])
    assert sum(niks.values()) - len(niks) == twice
    digits = ["".join(sign for sign in row["HP"] if sign.isdigit())[-8:-4] for row in rows if row["HP"]]
    assert set(digits) == {"0000"}


@pytest.mark.parametrize("code", LISTS)
def test_excluded_people_stand_on_the_lists_of_others(code: str) -> None:
    rows = {str(int(row["No"])): row for row in _sheet(code, "candidates", "Calon")}
    listed = {(row["NIK"], row["Jenis"]) for row in _sheet(code, "exclusions", "Daftar")}
    aided = {row["NIK"] for row in _sheet(code, "other_aid", "Bantuan") if row["Bentuk"] == "business_aid"}
    for ref, kind in _truth(code)["excluded"].items():
        nik = rows[ref]["NIK"]
        assert nik in aided if kind == "business_aid" else (nik, kind) in listed


@pytest.mark.parametrize("code", sorted(PROGRAMMES))
def test_visits_cover_three_quarters_and_show_the_planted_status(code: str) -> None:
    visits: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _table(code, "visits"):
        visits[row["ref"]].append(row)
    truth = _truth(code)["status"]
    months = 0
    wrong = []
    for ref, planted in truth.items():
        facts = [
            Fact(
                date.fromisoformat(row["date"]), EvidenceKind.VISIT, Method(row["method"]),
                int(row["production_days"]), int(row["turnover_idr"]),
            )
            for row in visits[ref]
        ]  # fmt: skip
        months += len({row["date"][:7] for row in visits[ref]})
        if status_of(date(2024, 10, 1), facts, TODAY).status != planted:
            wrong.append(ref)
    assert wrong == []
    assert months >= 0.75 * 24 * len(truth)
    assert set(truth.values()) == {"active", "weak", "dormant", "holiday_only", "unknown"}
    assert set(visits) == set(truth)
    assert {row["date"][:4] for rows in visits.values() for row in rows} == {"2024", "2025", "2026"}


def test_mentors_of_visits_are_at_home_in_the_family_s_area() -> None:
    code = "jaktim-uep-2024"
    mentors = {row["Kode"]: row["Kode Wilayah"] for row in _sheet(code, "mentors", "Pendamping")}
    rows = {str(int(row["No"])): row for row in _sheet(code, "candidates", "Calon")}
    for visit in _table(code, "visits"):
        areas = mentors[visit["mentor"]].split(";")
        village = rows[visit["ref"]]["Kode Wilayah"]
        assert not village or any(village.startswith(area) for area in areas)


def test_situbondo_has_its_sponsors_its_incomplete_groups_and_no_minor_as_officer() -> None:
    code = "situbondo-uep-2024"
    groups, members = _sheet(code, "groups", "Kelompok"), _sheet(code, "groups", "Anggota")
    assert tuple(groups[0]) == GROUP_HEADINGS
    assert tuple(members[0]) == MEMBER_HEADINGS
    sponsors = Counter(row["Sponsor"] for row in groups if row["Sponsor"])
    assert sponsors.keys() == {"pkh", "tagana", "karang_taruna", "disability", "children"}
    assert min(sponsors.values()) >= 5
    with_members = {row["Kode Kelompok"] for row in members}
    bare = [row for row in groups if row["Kode Kelompok"] not in with_members]
    assert len(bare) == 12
    assert all(row["Nama Kelompok"] and row["Tahun Berdiri"] and row["Desa/Kelurahan"] for row in bare)
    assert not any(row["Jenis Usaha"] or row["Kecamatan"] or row["Kode Wilayah"] for row in bare)
    proposal = load_config(EXAMPLES / code).dates.proposal
    broken = {fault["ref"] for fault in _truth(code)["faults"] if fault["column"] == "Tanggal Lahir"}
    minors = 0
    for row in members:
        if f"{row['Kode Kelompok']}/{int(row['No'])}" in broken:
            continue
        day, month, year = (int(part) for part in row["Tanggal Lahir"].split("/"))
        age = proposal.year - year - ((proposal.month, proposal.day) < (month, day))
        minors += age < 18
        assert age >= 18 or row["Jabatan"] == "anggota"
    assert minors > 5
    batik = next(row for row in groups if row["Nama Kelompok"].startswith("Batik Tulis Difabel"))
    levels = {row["Kode"]: row["Tingkat"] for row in _sheet(code, "market", "Lomba")}
    entered = {levels[row["Lomba"]] for row in _sheet(code, "market", "Nilai") if row["Ref"] == batik["Kode Kelompok"]}
    assert entered == {"kabupaten", "provinsi"}


def test_kupang_trains_sixty_with_guests_beside_them_and_lends_without_fee() -> None:
    code = "kupang-kube-2024"
    classes = _sheet(code, "classes", "Kelas")
    assert [int(row["Kursi"]) for row in classes] == [30, 30]
    assert all("Lurah" in row["Peserta Luar"] and "TKSK" in row["Peserta Luar"] for row in classes)
    assert len(_table(code, "attendance")) == 60
    fund = load_config(EXAMPLES / code).fund
    assert fund is not None
    assert (fund.fee_idr, fund.turn_idr, fund.first_turns * fund.turn_idr) == (0, 4_000_000, fund.capital_idr)
    borrowers = {(row["ref"], row["member"]) for row in _table(code, "payments") if row["kind"] == "instalment"}
    assert len(borrowers) <= 30 * fund.first_turns
    paid: Counter[tuple[str, str]] = Counter()
    for row in _table(code, "payments"):
        if row["kind"] == "instalment":
            paid[row["ref"], row["member"]] += int(row["amount_idr"])
    assert max(paid.values()) == fund.turn_idr


def test_jaktim_plants_holiday_only_producers_and_too_few_seats_for_steam_wash() -> None:
    code = "jaktim-uep-2024"
    statuses = Counter(_truth(code)["status"].values())
    assert statuses["holiday_only"] > 30
    seats: Counter[str] = Counter()
    for row in _sheet(code, "classes", "Kelas"):
        seats[row["Jenis Usaha"]] += int(row["Kursi"])
    assert sum(seats.values()) >= 485
    rows = _sheet(code, "candidates", "Calon")
    wanted = Counter(row["Minat"].split(";")[0] for row in rows if str(int(row["No"])) in _truth(code)["status"])
    assert wanted["motorcycle_wash"] * 485 / sum(wanted.values()) > seats["motorcycle_wash"]
    assert sum(row["Nama"].startswith("Bazar") for row in _sheet(code, "market", "Pameran")) == 10


def test_banten_packages_stay_within_the_ceiling_for_forty_kinds() -> None:
    worth: Counter[str] = Counter()
    for row in _sheet("banten-uep-2024", "packages", "Paket"):
        worth[row["Jenis Usaha"]] += int(row["Jumlah"]) * int(row["Harga Satuan"])
    assert len(worth) >= 40
    assert max(worth.values()) <= 2_500_000
    assert min(worth.values()) > 2_400_000
    rows = {str(int(row["No"])): row for row in _sheet("banten-uep-2024", "candidates", "Calon")}
    pairs = [(row, rows[str(row["Motivator"])]) for row in rows.values() if row["Motivator"]]
    assert len(pairs) > 500
    assert all(one["Pernah Usaha"] == "tidak" and other["Pernah Usaha"] == "ya" for one, other in pairs)


def test_names_have_the_lengths_that_indonesian_names_have() -> None:
    lengths: Counter[int] = Counter()
    for code in LISTS:
        for row in _sheet(code, "candidates", "Calon"):
            name = str(row["Nama"]).removeprefix("H. ").removeprefix("Hj. ")
            lengths[min(4, len(name.split()))] += 1
    total = sum(lengths.values())
    assert 0.24 < lengths[1] / total < 0.38
    assert 0.38 < lengths[2] / total < 0.56


@pytest.mark.parametrize("code", LISTS)
def test_every_quota_can_be_filled_and_leaves_a_waiting_list(code: str) -> None:
    config, truth = load_config(EXAMPLES / code), _truth(code)
    able = {parse_code(district): count for district, count in truth["numbers"]["able"].items()}
    assert sum(able.values()) == len(truth["status"])
    for area, families in config.quota.areas.items():
        assert sum(count for district, count in able.items() if contains(area, district)) > families
    top = [families for area, families in config.quota.areas.items() if area % 10**6 == 0 or code.startswith("jaktim")]
    assert sum(top) == config.quota.total
