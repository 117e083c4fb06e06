"""Rows of every file of a programme folder, as they are after reading. `row` is the number that Excel shows.

The words of the choices are the ones of docs/architecture.md; rules about them stand in the packages they
concern.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeAlias, TypeVar
from uuid import UUID

from berdaya.kernel.problems import Problem
from berdaya.people.rules.nik import Sex

Day: TypeAlias = date
"""A calendar day; rows have fields called `date`."""


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One cell to be mended: where, a code of the catalogue, and what the code's text needs. It refuses its row,
    unless `taken` says that the row comes in without it.
    """

    sheet: str
    row: int
    column: int
    """0-based position in the sheet; -1 where the whole row is meant."""
    heading: str
    code: str
    other: int | None = None
    """The row that the text refers to (duplicates)."""
    line: int = 0
    """The row counted over all tables of the file; the row itself where there is one table."""
    other_sheet: str = ""
    """The sheet of that other row, where it is not this one."""
    taken: bool = False

    @property
    def severity(self) -> str:
        """`refused` or `warning`."""
        return "warning" if self.taken else "refused"

    def text(self, language: str = "id") -> str:
        """What is wrong, what to do, and where it is so that the row is taken all the same; in `id` or `en`."""
        other = f"{self.other} ({self.other_sheet})" if self.other_sheet else self.other
        told = Problem(self.code, other=other).told(language)
        return f"{told} {Problem('row_taken').text(language)}" if self.taken else told


@dataclass(frozen=True, slots=True)
class RowWarning:
    """What looks odd about a row that is taken all the same."""

    row: int
    code: str
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table of a file stands: sheet, what is added to its row numbers, last row of headings, its columns."""

    sheet: str
    first: int
    heading_row: int
    columns: Mapping[str, int]


T = TypeVar("T")


@dataclass(frozen=True)
class Reading(Generic[T]):
    """What came out of one sheet: rows taken, cells to be mended, warnings about rows taken, and counts."""

    sheet: str
    rows: tuple[T, ...] = ()
    problems: tuple[CellProblem, ...] = ()
    warnings: tuple[RowWarning, ...] = ()
    rows_in: int = 0
    tables: tuple[Place, ...] = ()

    def place_of(self, line: int) -> Place:
        """The table in which a line of the file stands."""
        above = (one for one in reversed(self.tables) if line > one.first + one.heading_row)
        return next(above, Place(self.sheet, 0, 1, {}))

    @property
    def refused(self) -> dict[str, int]:
        """Refused rows by the code of their first problem; they sum to `rows_in - len(rows)`."""
        first: dict[int, str] = {}
        for problem in self.problems:
            if not problem.taken:
                first.setdefault(problem.line or problem.row, problem.code)
        return dict(sorted(Counter(first.values()).items()))


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """Calon: one row of `candidates.xlsx`."""

    row: int
    ref: str
    nik: str
    kk: str
    name: str
    birth_place: str
    birth_date: Day | None
    sex: Sex | None
    marital: str
    address: str
    village: str
    district: str
    regency: str
    area: int | None
    phone: str
    desil: int | None
    desil_on: Day | None
    female_head: bool | None
    disability: bool | None
    dependants: int | None
    ever_in_business: bool | None
    occupation: str
    interests: tuple[str, ...]
    skills: tuple[str, ...]
    kind: str
    alumni: str
    motivator: str
    income_idr: int | None


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """Keluarga: one person of a family with the family's desil as the national register gave it."""

    row: int
    nik: str
    kk: str
    name: str
    birth_place: str
    birth_date: Day | None
    sex: Sex | None
    marital: str
    relation: str
    address: str
    village: str
    district: str
    regency: str
    area: int | None
    phone: str
    desil: int | None
    desil_on: Day | None
    disability: bool | None
    occupation: str
    income_idr: int | None


@dataclass(frozen=True, slots=True)
class AssetRow:
    """Aset: something that an existing group owns already, worth `value_idr` each."""

    row: int
    ref: str
    name: str
    quantity: int
    unit: str
    value_idr: int | None
    condition: str
    since: Day | None


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """Saldo awal: what the old book of an existing group said on a day, signed by two officers."""

    row: int
    ref: str
    account: str
    member: str
    amount_idr: int
    on: Day
    first_signer: str
    second_signer: str


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Kelompok: one row of `groups.xlsx`; `incomplete` where only name, village and year are there."""

    row: int
    ref: str
    name: str
    kind: str
    founded_year: int | None
    address: str
    village: str
    district: str
    regency: str
    area: int | None
    sponsor: str
    sponsor_name: str
    turnover_idr: int | None
    page: str = ""
    """The page of the office's register where the group stands."""
    incomplete: bool = False


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Anggota: one member of an existing group."""

    row: int
    ref: str
    member: str
    nik: str
    kk: str
    name: str
    birth_date: Day | None
    sex: Sex | None
    marital: str
    position: str
    phone: str
    desil: int | None
    desil_on: Day | None
    disability: bool | None
    income_idr: int | None


@dataclass(frozen=True, slots=True)
class VerificationRow:
    """Verifikasi: house visit and village meeting of one candidate."""

    row: int
    ref: str
    date: Day
    verifier: str
    result: str
    meeting_date: Day | None
    meeting_decision: str
    note: str


@dataclass(frozen=True, slots=True)
class ClassRow:
    """Kelas pelatihan: seats, place and time; no kind of business means every kind."""

    row: int
    code: str
    name: str
    kinds: tuple[str, ...]
    skill: str
    area: int | None
    venue: str
    lat: float | None
    lon: float | None
    seats: int
    minimum: int
    starts_on: Day
    ends_on: Day
    trainer: str
    partner: str
    wheelchair: bool
    guests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """Kehadiran: sessions attended and test scores of one person in one class."""

    row: int
    ref: str
    member: str
    class_code: str
    sessions: int
    attended: int
    pre: int | None
    post: int | None


@dataclass(frozen=True, slots=True)
class PackageRow:
    """Paket: one line of goods of a package."""

    row: int
    code: str
    kind: str
    goods: str
    specification: str
    quantity: int
    unit: str
    unit_price_idr: int
    asset: bool


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """Sumber daya desa: strength 0 to 3 of one resource in one area."""

    row: int
    area: int | None
    resource: str
    strength: int
    source: str
    date: Day


@dataclass(frozen=True, slots=True)
class PositionRow:
    """Posisi: latitude and longitude of an area in degrees (WGS 84)."""

    row: int
    area: int | None
    lat: float
    lon: float
    source: str


@dataclass(frozen=True, slots=True)
class ExclusionRow:
    """Pengecualian: a person or family that may not be aided, known by NIK or KK."""

    row: int
    nik: str
    kk: str
    name: str
    kind: str
    source: str
    date: Day


@dataclass(frozen=True, slots=True)
class OtherAidRow:
    """Bantuan lain: aid that another office gave, known by NIK or KK."""

    row: int
    nik: str
    kk: str
    name: str
    office: str
    programme: str
    year: int
    form: str
    value_idr: int | None


@dataclass(frozen=True, slots=True)
class MentorRow:
    """Pendamping: a mentor and the areas in which she works."""

    row: int
    code: str
    name: str
    areas: tuple[int, ...]
    phone: str


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """Serah terima: goods of one recipient on one day."""

    row: int
    ref: str
    date: Day
    place: str
    condition: str
    received_by: str
    note: str


@dataclass(frozen=True, slots=True)
class VisitRow:
    """Kunjungan: what a mentor asked or saw at one business."""

    row: int
    ref: str
    date: Day
    mentor: str
    method: str
    production_days: int | None
    turnover_idr: int | None
    cost_idr: int | None
    stock_idr: int | None
    workers: int | None
    active_members: int | None
    problem: str
    advice: str
    income_idr: int | None
    note: str


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """Pembayaran: saving, IKS or instalment of one member."""

    row: int
    ref: str
    member: str
    date: Day
    kind: str
    amount_idr: int


@dataclass(frozen=True, slots=True)
class ProductRow:
    """Produk: what a business sells, with its permit."""

    row: int
    ref: str
    name: str
    category: str
    price_idr: int
    unit: str
    stock: int | None
    description: str
    permit: str
    permit_number: str
    valid_until: Day | None


@dataclass(frozen=True, slots=True)
class ExhibitionRow:
    """Pameran."""

    row: int
    code: str
    name: str
    area: int | None
    venue: str
    starts_on: Day
    ends_on: Day


@dataclass(frozen=True, slots=True)
class StallRow:
    """Stan: sales and leads of one business at an exhibition."""

    row: int
    exhibition: str
    ref: str
    stall: str
    turnover_idr: int
    leads: int


@dataclass(frozen=True, slots=True)
class ContestRow:
    """Lomba."""

    row: int
    code: str
    name: str
    level: str
    date: Day


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """Nilai: one juror's score of one business on one criterion."""

    row: int
    contest: str
    ref: str
    juror: str
    criterion: str
    weight: int
    score: float


@dataclass(frozen=True)
class Market:
    """What `market.xlsx` holds."""

    products: Reading[ProductRow]
    exhibitions: Reading[ExhibitionRow]
    stalls: Reading[StallRow]
    contests: Reading[ContestRow]
    scores: Reading[ScoreRow]


@dataclass(frozen=True, slots=True)
class Carry:
    """What a list of groups brings beside members (bawaan kelompok): an asset, a balance or a product, as read."""

    id: UUID
    area: int
    group: UUID
    kind: str
    facts: dict[str, Any]
