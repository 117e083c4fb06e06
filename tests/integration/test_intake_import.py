"""Files into the register: counted by reason, idempotent, with the checked copy kept; hostile files write
nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from berdaya.areas import selectors as area_selectors
from berdaya.areas.models import Area
from berdaya.files.models import StoredFile
from berdaya.intake import services
from berdaya.intake.files import Workbook, read_workbook
from berdaya.intake.models import ImportRun
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.models import Household, Identity, Person
from berdaya.people.types import Outcome
from tests.integration.people_samples import nik, person
from tests.unit.intake_files import bomb, raw_xlsx, sheet

pytestmark = pytest.mark.django_db
MakeActor = Callable[..., Actor]
AS_OF = date(2021, 3, 1)
SITUBONDO = 3512000000
HEADINGS: list[object] = [
    "No", "NIK", "No KK", "Nama", "Tanggal Lahir", "L/P", "Desa/Kelurahan", "Kecamatan", "Kabupaten/Kota",
    "Kode Wilayah", "Penghasilan",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_the_test(settings: object, tmp_path: Path) -> None:
    settings.BERDAYA_FILES = tmp_path / "files"  # type: ignore[attr-defined]


@pytest.fixture
def areas(db: None) -> None:
    area_selectors.forget()
    for code, level, kind, name, parent in (
        (3500000000, 1, "province", "Jawa Timur", None),
        (3512000000, 2, "kabupaten", "Kabupaten Situbondo", 3500000000),
        (3511000000, 2, "kabupaten", "Kabupaten Bondowoso", 3500000000),
        (3512070000, 3, "kecamatan", "Situbondo", 3512000000),
        (3511010000, 3, "kecamatan", "Maesan", 3511000000),
        (3512072001, 4, "desa", "Olean", 3512070000),
        (3512072003, 4, "desa", "Talkandang", 3512070000),
        (3511012001, 4, "desa", "Sumbersari", 3511010000),
    ):
        Area.objects.get_or_create(
            code=code,
            defaults={"level": level, "kind": kind, "name": name, "parent": parent, "edition": "uji", "name_key": ""},
        )


@pytest.fixture
def ani(make_actor: MakeActor, areas: None) -> Actor:
    return make_actor("operator")


def candidate(number: int, **changes: object) -> list[object]:
    row: list[object] = [
        float(number), nik(number), f"351207010110{9001 + number}", f"Siti {chr(65 + number)}", "01/07/1990", "P",
        "Olean", "Situbondo", "Situbondo", "35.12.07.2001", "900.000",
    ]  # fmt: skip
    for heading, value in changes.items():
        row[HEADINGS.index(heading.replace("_", " "))] = value
    return row


def messy() -> bytes:
    return sheet(
        [
            HEADINGS,
            *[candidate(n) for n in range(10)],
            candidate(10, NIK=3512074107909011.0),
            candidate(11, NIK=nik(3)),
            candidate(12, Nama="=1+1"),
            candidate(13, Kode_Wilayah="35.11.01.2001", **{"Desa/Kelurahan": "Sumbersari"}),
            candidate(14, Kode_Wilayah="", **{"Desa/Kelurahan": "Atlantis"}),
            candidate(15, Kode_Wilayah="", **{"Desa/Kelurahan": "Talkandank"}),
            candidate(16, Kode_Wilayah="35.12.07.2001", **{"Desa/Kelurahan": "Talkandang"}),
            candidate(17, Kode_Wilayah="35.12"),
        ]
    )


def take(actor: Actor, content: bytes, programme: str = "stb-2021") -> services.CandidatesImport:
    with scoped(actor):
        return services.import_candidates(
            actor=actor, source=content, name="calon.xlsx", programme=programme, area=SITUBONDO, as_of=AS_OF,
            synthetic=True,
        )  # fmt: skip


def test_a_messy_list_is_taken_as_far_as_it_goes(ani: Actor) -> None:
    done = take(ani, messy())
    assert done.check.rows_in == 18
    assert done.check.refused == {
        "area_name_differs": 1, "area_outside": 1, "area_unknown": 2, "duplicate_nik": 1, "name_formula": 1,
        "nik_numeric_cell": 1,
    }  # fmt: skip
    assert (done.check.duplicates, sum(done.check.rows_refused.values()), done.check.rows_taken) == (1, 6, 11)
    assert [one.row.ref for one in done.taken] == [*[str(n) for n in range(10)], "15"]
    assert done.taken[-1].row.area == 3512072003
    assert done.outcomes == {"new": 11}
    with scoped(ani):
        assert Person.objects.count() == Household.objects.count() == 11
        assert set(Person.objects.values_list("synthetic", flat=True)) == {True}
        run = ImportRun.objects.get(id=done.run_id)
        assert (run.rows_in, run.rows_taken, run.refused) == (18, 11, done.check.refused)
        stored = StoredFile.objects.get(id=done.checked_copy_id)
        assert stored.name == "calon - diperiksa.xlsx"
    assert done.check.checked_copy is not None
    copy = read_workbook(done.check.checked_copy, "copy").sheet()
    marked = {number: str(row[len(HEADINGS)]) for number, row in enumerate(copy, start=1) if row[len(HEADINGS)]}
    assert sorted(marked) == [1, 12, 13, 14, 15, 16, 18, 19]
    assert "baris 5" in marked[13]


def test_the_same_file_twice_changes_nothing(ani: Actor) -> None:
    content = messy()
    first, again = take(ani, content), take(ani, content)
    assert (first.repeated, again.repeated) == (False, True)
    assert again.run_id == first.run_id
    assert again.checked_copy_id == first.checked_copy_id
    assert [(one.row, one.person_id, one.household_id) for one in again.taken] == [
        (one.row, one.person_id, one.household_id) for one in first.taken
    ]
    assert {one.outcome for one in again.taken} == {Outcome.KNOWN}
    assert again.check.refused == first.check.refused
    assert ImportRun.objects.count() == StoredFile.objects.count() == 1
    other = take(ani, messy(), programme="stb-2022")
    assert other.run_id != first.run_id
    assert Person.objects.count() == 11


def test_people_of_another_office_are_refused_as_elsewhere(ani: Actor, make_actor: MakeActor) -> None:
    budi = make_actor("operator", area=3511000000, office="dinsos-bondowoso")
    from berdaya.people.services import register_many

    with scoped(budi):
        register_many(actor=budi, people=[person(1, area=3511012001)])
    done = take(ani, sheet([HEADINGS, candidate(0), candidate(1)]))
    assert done.check.refused == {"elsewhere": 1}
    assert [one.row.ref for one in done.taken] == ["0"]
    [problem] = done.check.problems
    assert (problem.row, problem.heading) == (3, "NIK")
    assert "kantor lain" in problem.text()


def test_checking_writes_nothing(ani: Actor, make_actor: MakeActor) -> None:
    with scoped(ani):
        check, [reading] = services.check_list(
            actor=ani, source=messy(), kind="candidates", name="calon.xlsx", area=SITUBONDO, as_of=AS_OF
        )
    assert check.rows_taken == len(reading.rows) == 11
    assert not Person.objects.exists()
    assert not ImportRun.objects.exists()
    auditor = make_actor("auditor", office="*")
    with scoped(auditor), pytest.raises(Problem, match="may not"):
        services.check_list(actor=auditor, source=messy(), kind="candidates", name="x", area=SITUBONDO, as_of=AS_OF)


def test_groups_bring_their_members(ani: Actor, tmp_path: Path) -> None:
    groups = sheet([
        ["Kode Kelompok", "Nama Kelompok", "Jenis Usaha", "Tahun Berdiri", "Desa/Kelurahan", "Kecamatan", "Kabupaten"],
        ["K1", "Melati", "bread", 2015.0, "Olean", "Situbondo", "Situbondo"],
        ["", "Mawar", "", 2016.0, "Talkandang", "Situbondo", ""],
        ["K3", "Kenanga", "bread", 2016.0, "Atlantis", "", ""],
    ])  # fmt: skip
    members = sheet([
        ["Kode Kelompok", "No", "NIK", "No KK", "Nama", "Jabatan"],
        ["K1", 1.0, nik(1), "3512070101109001", "Siti", "Ketua"],
        ["K1", 2.0, nik(2), "3512070101109002", "Budi", ""],
        ["K3", 1.0, nik(3), "3512070101109003", "Ani", ""],
    ])  # fmt: skip
    both = Workbook(
        "groups.xlsx", read_workbook(groups, "g").kind, "ab" * 32,
        {"Kelompok": read_workbook(groups, "g").sheet(), "Anggota": read_workbook(members, "m").sheet()},
    )  # fmt: skip
    with scoped(ani), pytest.MonkeyPatch.context() as patch:
        patch.setattr(services, "open_file", lambda *_: both)
        done = services.import_groups(
            actor=ani, source=tmp_path, programme="stb-2021", area=SITUBONDO, as_of=AS_OF, synthetic=True
        )
    assert [(row.ref, row.incomplete, row.area) for row in done.groups] == [
        ("K1", False, 3512072001), ("mawar-3512072003", True, 3512072003),
    ]  # fmt: skip
    assert done.incomplete == 1
    assert [(one.row.ref, one.row.member) for one in done.members] == [("K1", "1"), ("K1", "2")]
    assert done.check.refused == {"area_unknown": 1, "group_unknown": 1}
    assert set(Person.objects.values_list("area", flat=True)) == {3512072001}


HOSTILE = {
    "file_kind": b"MZ\x90\0" + b"\0" * 3_000,
    "file_empty": b"",
    "file_blank_rows": raw_xlsx("".join(f'<row r="{n}"/>' for n in range(1, 1_048_577))),
    "file_bomb": bomb(1 << 30),
    "header_missing": sheet([["halo", "dunia"], ["1", "2"]]),
}


@pytest.mark.parametrize("code", HOSTILE)
def test_a_hostile_file_has_its_name_and_writes_nothing(ani: Actor, code: str) -> None:
    with pytest.raises(Problem) as caught:
        take(ani, HOSTILE[code])
    assert caught.value.code == code
    assert not Person.objects.exists()
    assert not Identity.objects.exists()
    assert not ImportRun.objects.exists()
    assert take(ani, sheet([HEADINGS, candidate(1)])).outcomes == {"new": 1}


def test_a_formula_in_a_name_writes_nothing_of_its_row(ani: Actor) -> None:
    done = take(ani, sheet([HEADINGS, candidate(1, Nama='=HYPERLINK("http://x","Siti")')]))
    assert done.check.refused == {"name_formula": 1}
    assert not Person.objects.exists()
    assert not Identity.objects.exists()
