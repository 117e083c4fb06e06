"""What the generator makes before it writes: people, candidates, groups, and the folder that collects them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from berdaya.example.places import Village
from berdaya.example.sheets import Cell, Sheet, write_csv, write_json, write_toml, write_xlsx

CANDIDATE_HEADINGS = (
    "No", "NIK", "No KK", "Nama", "Tempat Lahir", "Tanggal Lahir", "L/P", "Status Kawin", "Alamat", "Desa/Kelurahan",
    "Kecamatan", "Kabupaten/Kota", "Kode Wilayah", "HP", "Desil", "Tanggal Desil", "Kepala Keluarga Perempuan",
    "Disabilitas", "Tanggungan", "Pernah Usaha", "Pekerjaan", "Minat", "Bakat", "Jenis Usaha", "Alumni", "Motivator",
    "Penghasilan",
)  # fmt: skip
GROUP_HEADINGS = (
    "Kode Kelompok", "Nama Kelompok", "Jenis Usaha", "Tahun Berdiri", "Alamat", "Desa/Kelurahan", "Kecamatan",
    "Kabupaten/Kota", "Kode Wilayah", "Sponsor", "Nama Sponsor", "Omzet",
)  # fmt: skip
MEMBER_HEADINGS = (
    "Kode Kelompok", "No", "NIK", "No KK", "Nama", "Tanggal Lahir", "L/P", "Status Kawin", "Jabatan", "HP", "Desil",
    "Tanggal Desil", "Disabilitas", "Penghasilan",
)  # fmt: skip


@dataclass
class Person:
    """A synthetic person with the numbers that identify her."""

    nik: str
    kk: str
    name: str
    sex: str
    born: date
    birth_place: str
    marital: str
    phone: str
    desil: int | None
    desil_on: date
    disability: bool
    income: int


@dataclass
class Candidate:
    """One row of ``candidates.xlsx``. ``fate`` says why the row must not be selected; empty where it may be."""

    number: int
    person: Person
    village: Village
    address: str
    female_head: bool
    dependants: int
    experienced: bool
    job: str
    interests: list[str]
    talents: list[str]
    kind: str
    alumni: str = ""
    motivator: str = ""
    fate: str = ""
    status: str = ""
    style: frozenset[str] = frozenset()
    cells: dict[str, Cell] = field(default_factory=dict)

    @property
    def ref(self) -> str:
        return str(self.number)

    def row(self) -> list[Cell]:
        """Cells in the order of :data:`CANDIDATE_HEADINGS`, in the style of the office, planted mistakes in place."""
        who, where = self.person, self.village
        plain: list[Cell] = [
            self.number, who.nik, who.kk, who.name, who.birth_place, who.born.strftime("%d/%m/%Y"), who.sex,
            who.marital, self.address, where.name, where.district_name, where.regency_name, where.dotted, who.phone,
            who.desil, who.desil_on if who.desil else None, _yes(self.female_head), _yes(who.disability),
            self.dependants, _yes(self.experienced), self.job, ";".join(self.interests), ";".join(self.talents),
            self.kind, self.alumni, self.motivator, who.income,
        ]  # fmt: skip
        cells = dict(zip(CANDIDATE_HEADINGS, plain, strict=True))
        return list({**cells, **self._styled(), **self.cells}.values())

    def _styled(self) -> dict[str, Cell]:
        """What this kecamatan writes in its own way: capitals, Excel dates, names instead of the area code."""
        cells: dict[str, Cell] = {}
        if "capitals" in self.style:
            cells |= {"Nama": self.person.name.upper(), "Desa/Kelurahan": self.village.name.upper()}
        if "excel_dates" in self.style:
            cells["Tanggal Lahir"] = self.person.born
        if "names_only" in self.style:
            regency = self.village.regency_name.replace("Kabupaten", "Kab.").replace("Administrasi", "Adm.")
            cells |= {
                "Kode Wilayah": None,
                "Kecamatan": f"Kec. {self.village.district_name}",
                "Kabupaten/Kota": regency,
            }
        return cells


@dataclass
class Member:
    """One row of ``Anggota``; a doubtful one cannot be read, or stands in another group already."""

    number: int
    person: Person
    office: str
    doubtful: bool = False
    cells: dict[str, Cell] = field(default_factory=dict)

    def row(self, group: str) -> list[Cell]:
        who = self.person
        plain: list[Cell] = [
            group, self.number, who.nik, who.kk, who.name, who.born.strftime("%d/%m/%Y"), who.sex, who.marital,
            self.office, who.phone, who.desil, who.desil_on if who.desil else None, _yes(who.disability), who.income,
        ]  # fmt: skip
        return list({**dict(zip(MEMBER_HEADINGS, plain, strict=True)), **self.cells}.values())


@dataclass
class Group:
    """An existing group. ``members`` is empty where only name, village and year are known (belum lengkap)."""

    code: str
    name: str
    kind: str
    since: int
    village: Village
    address: str
    sponsor: str
    sponsor_name: str
    turnover: int
    members: list[Member] = field(default_factory=list)
    incomplete: bool = False
    fate: str = ""
    status: str = ""
    cells: dict[str, Cell] = field(default_factory=dict)

    @property
    def ref(self) -> str:
        return self.code

    def row(self) -> list[Cell]:
        where = self.village
        plain: list[Cell] = [
            self.code, self.name, self.kind, self.since, self.address, where.name, where.district_name,
            where.regency_name, where.dotted, self.sponsor, self.sponsor_name, self.turnover,
        ]  # fmt: skip
        if self.incomplete:
            known = {"Kode Kelompok", "Nama Kelompok", "Tahun Berdiri", "Desa/Kelurahan"}
            plain = [cell if heading in known else None for heading, cell in zip(GROUP_HEADINGS, plain, strict=True)]
        return list({**dict(zip(GROUP_HEADINGS, plain, strict=True)), **self.cells}.values())


@dataclass
class Truth:
    """What was planted, for tests; the product never reads it."""

    numbers: dict[str, Any] = field(default_factory=dict)
    faults: list[dict[str, Any]] = field(default_factory=list)
    duplicates: list[dict[str, str]] = field(default_factory=list)
    excluded: dict[str, str] = field(default_factory=dict)
    ineligible: dict[str, str] = field(default_factory=dict)
    verification: dict[str, str] = field(default_factory=dict)
    status: dict[str, str] = field(default_factory=dict)

    def fault(self, *, file: str, row: int, ref: str, column: str, kind: str) -> None:
        """Note a planted mistake; ``row`` is the row of the spreadsheet, the header being row 1."""
        self.faults.append({"file": file, "row": row, "ref": ref, "column": column, "kind": kind})


@dataclass
class Folder:
    """A programme folder in memory; :meth:`write` puts it on disk."""

    code: str
    programme: Mapping[str, Any]
    books: dict[str, list[Sheet]] = field(default_factory=dict)
    tables: dict[str, tuple[Sequence[str], list[Sequence[Cell]]]] = field(default_factory=dict)
    truth: Truth = field(default_factory=Truth)

    def write(self, out: Path, *, seed: int) -> Path:
        """Write all files into ``out/CODE``, replacing what an earlier run wrote there."""
        folder = out / self.code
        folder.mkdir(parents=True, exist_ok=True)
        for old in sorted(folder.iterdir()):
            if old.suffix in {".xlsx", ".csv", ".gz", ".toml", ".json"}:
                old.unlink()
        heading = (
            f"{self.code}: program contoh dengan keluarga sintetis, dibuat oleh `berdaya example --seed {seed}`.\n"
            "Tidak ada orang sungguhan di dalamnya; angka yang dipinjam atau digeser ada di [notes]."
        )
        write_toml(folder / "programme.toml", self.programme, heading)
        for name, sheets in self.books.items():
            write_xlsx(folder / f"{name}.xlsx", sheets)
        for name, (headings, rows) in self.tables.items():
            write_csv(folder / f"{name}.csv", headings, rows)
        write_json(folder / "truth.json", {"code": self.code, "seed": seed, **vars(self.truth)})
        return folder


def _yes(value: bool) -> str:
    return "ya" if value else "tidak"
