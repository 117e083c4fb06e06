"""Programmes and candidates."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from ninja import Schema

from berdaya.api.schemas.common import AreaCode, Listing, told


class ProgrammeQuery(Listing):
    year: int | None = told("tahun", "year", None, ge=1990, le=2100)


class CandidateQuery(Listing):
    stage: str = told(
        "tahap corong (lihat funnel program)", "stage of the funnel (see the programme)", "usulan", max_length=40
    )
    state: str = told("keadaan calon", "state of the candidate", "", max_length=40)
    reason: str = told("kode alasan", "code of the reason", "", max_length=80)
    kind: str = told("kode jenis usaha", "code of the kind of business", "", max_length=60)


class ProgrammeOut(Schema):
    """Program bantuan usaha."""

    id: UUID
    code: str = told("kode program", "code of the programme")
    name: str = told("nama", "name")
    year: int = told("tahun", "year")
    scheme: str = told("individual atau group", "individual or group")
    office: str = told("kantor pelaksana", "office that runs it")
    area: AreaCode = told("kode wilayah", "area code")
    candidates: int = told("jumlah calon", "number of candidates")
    selected: int = told("terpilih", "selected")
    quota: int | None = told("kuota", "quota")
    statuses: dict[str, int] = told("usaha menurut keadaan", "businesses by state")
    synthetic: bool = told("data contoh", "made-up data")


class StageOut(Schema):
    """Satu batang corong."""

    stage: str = told("kata tahap", "word of the stage")
    count: int = told("jumlah calon", "number of candidates")
    drop: bool = told("true: yang keluar di sini", "true: those who fell out here")


class ProgrammeDetailOut(ProgrammeOut):
    """Program dengan corongnya."""

    funnel: list[StageOut] = told("corong; tiap tahap punya daftar", "funnel; each stage has its list")
    rows_in: int = told("baris daftar yang dibaca", "rows of the lists read")
    rows_refused: dict[str, int] = told("baris yang ditolak, menurut alasan", "rows refused, by reason")
    decree_number: str = told("nomor SK", "number of the decree")
    decreed_on: date | None = told("tanggal SK", "date of the decree")
    businesses: int = told("jumlah usaha", "number of businesses")
    first_choice_share: float | None = told("bagian yang mendapat pilihan pertama", "share with their first choice")


class MilestoneOut(Schema):
    """Usaha pada bulan ke-6, 12, 24."""

    months: int
    as_of: date
    statuses: dict[str, int]
    share_alive: float | None = told("bagian yang hidup, dari semua usaha", "share alive, of all businesses")


class FundingOut(Schema):
    """Uang menurut sumber dana."""

    source: str = told("sumber dana", "source of money")
    activity: str = told("sub-kegiatan", "activity")
    amount_idr: int = told("rupiah utuh", "whole rupiah")


class IncomeOut(Schema):
    """Penghasilan bulanan sebelum dan sesudah; tidak menyatakan sebab."""

    pairs: int = told("usaha dengan kedua angka", "businesses with both figures")
    businesses: int
    median_before_idr: int | None
    median_after_idr: int | None
    share_higher: float | None = told("bagian yang naik", "share that rose")


class FiguresOut(Schema):
    """Capaian program pada satu tanggal."""

    code: str
    name: str
    as_of: date
    unit: str = told("household atau group", "household or group")
    rows_in: int
    duplicates: int
    excluded: dict[str, int] = told("dikecualikan menurut alasan", "excluded by reason")
    ineligible: dict[str, int] = told("tidak layak menurut alasan", "ineligible by reason")
    eligible: int
    verified: int
    selected: int
    waiting: int
    quota: int
    classes: int
    placed: int
    groups: int
    handover_lines: int
    goods_value_idr: int
    capital_idr: int
    by_source: list[FundingOut]
    funds: int
    transfers: int
    visits: int
    statuses: dict[str, int]
    milestones: list[MilestoneOut]
    income: IncomeOut
    products: int
    stall_sales_idr: int
    graduated: int
    documents: int
    open_tasks: int


class CandidateOut(Schema):
    """Calon penerima: keluarga atau kelompok."""

    id: UUID
    ref: str = told("nomor pada daftar usulan", "number on the list proposed")
    name: str
    household_id: UUID | None
    group_id: UUID | None
    area: AreaCode
    place: str = told("nama wilayah", "name of the area")
    kind: str = told("kode jenis usaha", "code of the kind of business")
    state: str = told("keadaan, mis. selected", "state, such as selected")
    reason: str = told("kode alasan keadaan itu", "code of the reason for that state")
    score: int | None = told("nilai, 0 sampai 1.000.000", "score, 0 to 1,000,000")
    rank: int | None = told("peringkat", "rank")
    synthetic: bool
