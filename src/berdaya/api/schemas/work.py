"""Businesses, groups, goods, classes, exhibitions, contests, tasks."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from ninja import Schema

from berdaya.api.schemas.common import AreaCode, Listing, Status, told


class BusinessQuery(Listing):
    programme: str = told("kode program", "code of the programme", "", max_length=80)
    status: Status | Literal[""] = told("keadaan usaha", "state of the business", "")
    kind: str = told("kode jenis usaha", "code of the kind of business", "", max_length=60)


class BusinessOut(Schema):
    """Usaha dengan keadaannya."""

    id: UUID
    name: str
    kind: str = told("kode jenis usaha", "code of the kind of business")
    owner: str = told("kepala keluarga atau kelompok", "head of the family, or group")
    area: AreaCode
    place: str
    programme: str = told("nama program", "name of the programme")
    status: Status = told("keadaan; unknown = belum dikunjungi", "state; unknown = not visited")
    status_on: date | None = told("dihitung pada", "computed on")
    last_visit: date | None = told("kunjungan terakhir", "last visit")
    synthetic: bool


class MonthOut(Schema):
    """Omzet satu bulan; kosong bila tidak ada yang melihat."""

    month: date
    amount_idr: int | None
    source: str = told("sumber angka: visit, market, fund", "where it comes from: visit, market, fund")


class EvidenceOut(Schema):
    """Satu bukti bertanggal."""

    on: date
    kind: str = told("visit, sale, book, meeting, repayment, stall", "visit, sale, book, meeting, repayment, stall")
    method: str = told("asked, seen, document", "asked, seen, document")
    amount_idr: int | None = None
    turnover_idr: int | None = None
    production_days: int | None = None
    problem: str = ""
    advice: str = ""
    mentor: str = ""
    exhibition_id: UUID | None = None


class AssetOut(Schema):
    """Barang bantuan."""

    name: str
    value_idr: int
    state: str
    state_on: date | None


class BusinessDetailOut(BusinessOut):
    """Usaha dengan 24 bulan, dasar keadaan, dan bukti."""

    household_id: UUID | None
    group_id: UUID | None
    programme_code: str
    started_on: date
    mentor: str
    reason: str = told("kode dasar keadaan", "code of what the state rests on")
    months: list[MonthOut]
    evidence: list[EvidenceOut] = told("bukti, terbaru dahulu", "evidence, newest first")
    assets: list[AssetOut]


class GroupQuery(Listing):
    sponsor: str = told("jenis pembina", "kind of sponsor", "", max_length=40)
    incomplete: bool | None = told("belum lengkap", "incomplete", None)


class GroupOut(Schema):
    """Kelompok usaha bersama."""

    id: UUID
    code: str
    name: str
    kind: str
    area: AreaCode
    place: str
    members: int = told("anggota sekarang", "present members")
    sponsor: str
    sponsor_kind: str
    founded_year: int | None
    incomplete: bool
    synthetic: bool


class OfficerOut(Schema):
    """Pengurus."""

    position: str = told("ketua, sekretaris, bendahara", "chair, secretary, treasurer")
    name: str
    elected_on: date


class MemberOut(Schema):
    """Anggota, dengan simpanan dan hutang bila ada dana."""

    number: int
    name: str
    position: str
    household_id: UUID
    joined_on: date
    left_on: date | None
    savings_idr: int | None
    debt_idr: int | None
    overdue_idr: int | None


class BookRowOut(Schema):
    """Baris buku kas."""

    seq: int
    occurred_on: date
    text: str
    income: int
    expense: int
    balance: int
    reversed: bool
    event: UUID


class StatementOut(Schema):
    """Buku kas kelompok."""

    fund: UUID
    since: date
    until: date
    opening: int
    closing: int
    lent_idr: int
    savings_idr: int
    iks_idr: int
    head_seq: int
    head_hash: str = told("sidik rantai buku kas", "hash of the chain")
    rows: list[BookRowOut]


class GroupDetailOut(GroupOut):
    """Kelompok dengan anggota, pengurus dan buku kas."""

    address: str
    officers: list[OfficerOut]
    members_list: list[MemberOut]
    statement: StatementOut | None


class HandoverQuery(Listing):
    programme: str = told("kode program", "code of the programme", "", max_length=80)
    condition: Literal["", "good", "damaged", "short"] = told("keadaan barang", "condition of the goods", "")
    confirmed: Literal["", "yes", "no", "silent"] = told(
        "kata keluarga: yes, no, silent (belum berkata)", "what the family said: yes, no, silent", ""
    )


class HandoverOut(Schema):
    """Serah terima (BAST)."""

    id: UUID
    number: str
    on: date
    recipient: str
    place: str = told("tempat serah terima", "where it was handed over")
    area: AreaCode
    programme: str
    value_idr: int
    condition: str
    confirmed: bool | None = told("kosong: keluarga belum berkata", "null: the family has said nothing")


class LineOut(Schema):
    """Baris barang."""

    name: str
    specification: str
    quantity: int
    unit: str
    unit_value_idr: int
    amount_idr: int
    condition: str


class ShareOut(Schema):
    """Bagian sumber dana."""

    source: str
    activity: str
    amount_idr: int


class ConfirmationOut(Schema):
    """Kata keluarga tentang barang."""

    said_on: date
    channel: str
    complete: bool


class HandoverDetailOut(HandoverOut):
    """Satu BAST."""

    programme_code: str
    received_by: str
    decree_number: str
    decree_line: int
    household_id: UUID | None
    group_id: UUID | None
    lines: list[LineOut]
    funding: list[ShareOut]
    confirmations: list[ConfirmationOut]


class ClassQuery(Listing):
    programme: str = told("kode program", "code of the programme", "", max_length=80)
    kind: str = told("kode jenis usaha", "code of the kind of business", "", max_length=60)


class ClassOut(Schema):
    """Kelas pelatihan."""

    id: UUID
    code: str
    name: str
    kinds: list[str]
    programme: str
    programme_code: str
    venue: str
    area: AreaCode
    place: str
    seats: int
    taken: int
    starts_on: date
    ends_on: date
    wheelchair: bool = told("tempat dapat dimasuki kursi roda", "wheelchairs can enter")


class PlacementOut(Schema):
    """Seorang peserta di kelas, dengan hasilnya."""

    candidate_id: UUID
    name: str
    place: str
    distance_m: int | None
    choice: int | None = told("urutan pilihan sendiri; 1 terbaik", "place among own choices; 1 is best")
    why: str = told("kode alasan", "code of the reason")
    attended: int | None
    sessions: int | None
    pre: int | None
    post: int | None


class ClassDetailOut(ClassOut):
    """Kelas dengan peserta; kosong bagi peran tanpa hak membaca keluarga."""

    skill: str
    trainer: str
    partner: str
    minimum: int
    placements: list[PlacementOut]


class EventQuery(Listing):
    pass


class ExhibitionOut(Schema):
    """Pameran."""

    id: UUID
    name: str
    venue: str
    area: AreaCode
    place: str
    starts_on: date
    ends_on: date
    stalls: int = told("stan yang tampak bagi peran ini", "stalls that this role sees")
    turnover_idr: int
    leads: int


class StallOut(Schema):
    """Stan."""

    number: str
    enterprise_id: UUID
    name: str
    kind: str
    turnover_idr: int | None
    leads: int


class ExhibitionDetailOut(ExhibitionOut):
    """Pameran dengan stan."""

    stall_list: list[StallOut]


class ContestOut(Schema):
    """Lomba."""

    id: UUID
    name: str
    level: str
    held_on: date
    entries: int


class ScoreOut(Schema):
    """Nilai satu juri."""

    juror: str
    criterion: str
    weight: float
    score: float


class EntryOut(Schema):
    """Peserta lomba."""

    enterprise_id: UUID
    name: str
    score: float | None
    rank: int | None
    scores: list[ScoreOut]


class ContestDetailOut(ContestOut):
    """Lomba dengan nilai."""

    entry_list: list[EntryOut]


class TaskQuery(Listing):
    whose: Literal["mine", "all"] = told("milik peran ini, atau semua", "of this role, or all", "mine")
    state: Literal["open", "done"] = told("terbuka atau selesai", "open or done", "open")
    kind: str = told("jenis tugas", "kind of task", "", max_length=40)
    late: bool = told("hanya yang lewat waktu", "only those overdue", False)


class TaskOut(Schema):
    """Tugas dengan pemilik dan tanggal."""

    id: UUID
    title: str
    kind: str
    due_on: date
    late_days: int
    owner_role: str
    owner: str
    area: AreaCode
    place: str
    state: str
    raised_on: date
    done_on: date | None
    outcome: str
    household_id: UUID | None
    group_id: UUID | None
    enterprise_id: UUID | None
    programme_code: str
