"""Families. No NIK, no KK, no telephone, no birthday, no health, disability or income: none of it leaves by the API."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from ninja import Schema

from berdaya.api.schemas.common import AreaCode, Listing, Named, told


class FamilyQuery(Listing):
    pass


class WayOut(Schema):
    """Keikutsertaan dalam satu program."""

    programme: str = told("kode program", "code of the programme")
    name: str
    state: str = told("keadaan calon", "state of the candidate")


class FamilyOut(Schema):
    """Keluarga dalam daftar."""

    id: UUID
    name: str = told("kepala keluarga", "head of the family")
    members: int = told("jumlah anggota", "number of members")
    address: str = told("alamat", "address")
    area: AreaCode
    place: str = told("nama wilayah", "name of the area")
    programmes: list[WayOut]
    synthetic: bool


class PersonOut(Schema):
    """Anggota keluarga."""

    id: UUID
    name: str
    birth_year: int | None = told("tahun lahir", "year of birth")
    sex: str = told("L atau P", "L (man) or P (woman)")
    occupation: str = told("pekerjaan", "occupation")
    is_head: bool = told("kepala keluarga", "head of the family")
    group: Named | None = told("kelompok", "group")


class DesilOut(Schema):
    """Desil kesejahteraan pada satu tanggal."""

    desil: int
    as_of: date
    source: str


class CandidacyOut(Schema):
    """Pencalonan pada satu program."""

    id: UUID
    programme: str
    name: str
    state: str
    reason: str
    rank: int | None
    proposed_on: date


class AidOut(Schema):
    """Bantuan yang pernah diterima."""

    office: str
    programme: str
    year: int
    form: str = told("bentuk", "form")
    value_idr: int | None


class FamilyBusinessOut(Schema):
    """Usaha keluarga."""

    id: UUID
    name: str
    kind: str
    started_on: date


class FamilyHandoverOut(Schema):
    """Serah terima kepada keluarga."""

    id: UUID
    number: str
    on: date
    value_idr: int
    condition: str


class ConsentOut(Schema):
    """Persetujuan."""

    purpose: str
    given_on: date
    withdrawn_on: date | None


class FamilyDetailOut(Schema):
    """Satu keluarga dan semua yang sampai kepadanya."""

    id: UUID
    name: str
    address: str
    area: AreaCode
    place: str
    female_head: bool | None = told("dikepalai perempuan", "headed by a woman")
    dependants: int | None = told("tanggungan", "dependants")
    incomplete: bool = told("data belum lengkap", "data not complete yet")
    synthetic: bool
    persons: list[PersonOut]
    desil: DesilOut | None
    candidacies: list[CandidacyOut]
    aids: list[AidOut]
    businesses: list[FamilyBusinessOut]
    handovers: list[FamilyHandoverOut]
    consents: list[ConsentOut]
    as_of: date
