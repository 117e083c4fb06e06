"""Kinds of list that come in, one template each: what sheets they have and how they are read.

The words are those of `import check --type` and of the upload page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from berdaya.intake import rows, specs
from berdaya.intake.columns import Column
from berdaya.intake.files import Workbook
from berdaya.intake.rows import FindArea
from berdaya.intake.types import Reading
from berdaya.kernel.problems import Problem


@dataclass(frozen=True)
class SheetKind:
    """One sheet of a list: its name in the template, its columns, and which of them make a line a row."""

    title: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    optional: bool = False


Reader = Callable[[Workbook, date, FindArea | None, Mapping[str, str] | None], Sequence[Reading[Any]]]


@dataclass(frozen=True)
class ListKind:
    """Jenis daftar: code, names, sheets, and the reader of all of them. The first sheet is the one that must be there.

    `long` lists are read and written part by part, however many rows they have.
    """

    code: str
    name_id: str
    name_en: str
    about_id: str
    about_en: str
    sheets: tuple[SheetKind, ...]
    read: Reader
    long: bool = False

    @property
    def main(self) -> SheetKind:
        return self.sheets[0]

    def name(self, language: str) -> str:
        return self.name_en if language.startswith("en") else self.name_id

    def about(self, language: str) -> str:
        return self.about_en if language.startswith("en") else self.about_id


def _groups(
    book: Workbook, as_of: date, find_area: FindArea | None, mapping: Mapping[str, str] | None
) -> Sequence[Reading[Any]]:
    groups, members = rows.read_groups(book, as_of=as_of, find_area=find_area, mapping=mapping)
    return [groups, members, *rows.read_group_extras(book, as_of=as_of, known={row.ref for row in groups.rows})]


def _simple(read: Callable[..., Reading[Any]]) -> Reader:
    def call(
        book: Workbook, as_of: date, _find: FindArea | None, mapping: Mapping[str, str] | None
    ) -> Sequence[Reading[Any]]:
        return [read(book, as_of=as_of, mapping=mapping)]

    return call


def _placed(read: Callable[..., Reading[Any]]) -> Reader:
    def call(
        book: Workbook, as_of: date, find: FindArea | None, mapping: Mapping[str, str] | None
    ) -> Sequence[Reading[Any]]:
        return [read(book, as_of=as_of, find_area=find, mapping=mapping)]

    return call


_PEOPLE = ("nik", "kk", "name")
KINDS: dict[str, ListKind] = {
    kind.code: kind
    for kind in (
        ListKind(
            "candidates", "Calon penerima", "Candidates",
            "Keluarga yang diusulkan untuk suatu program.", "Families proposed for a programme.",
            (SheetKind("Calon", specs.CANDIDATE, _PEOPLE),), _placed(rows.read_candidates), long=True,
        ),
        ListKind(
            "groups", "Kelompok yang sudah ada", "Existing groups",
            "Kelompok dengan pengurus, anggota, aset, saldo awal dan produk; yang tercatat hanya nama, desa dan tahun"
            " diterima sebagai belum lengkap.",
            "Groups with officers, members, assets, opening balances and products; one of which only name, village and"
            " year are known is taken as incomplete.",
            (
                SheetKind("Kelompok", specs.GROUP, ("name", "ref")),
                SheetKind("Anggota", specs.MEMBER, _PEOPLE, optional=True),
                SheetKind("Aset", specs.ASSET, ("ref", "name"), optional=True),
                SheetKind("Saldo Awal", specs.BALANCE, ("ref", "amount_idr"), optional=True),
                SheetKind("Produk", specs.PRODUCT, ("ref", "name"), optional=True),
            ),
            _groups,
        ),
        ListKind(
            "families", "Keluarga dengan desil", "Families with desil",
            "Keluarga dan anggotanya dengan desil dari data nasional pada suatu tanggal.",
            "Families and their members with the desil of the national register on a day.",
            (SheetKind("Keluarga", specs.FAMILY, _PEOPLE),), _placed(rows.read_families), long=True,
        ),
        ListKind(
            "other-aid", "Bantuan kantor lain", "Aid given by other offices",
            "Siapa menerima apa, dari kantor mana dan tahun berapa.", "Who received what, from which office, when.",
            (SheetKind("Bantuan", specs.OTHER_AID, _PEOPLE),), _simple(rows.read_other_aid),
        ),
        ListKind(
            "exclusions", "Daftar pengecualian", "Exclusion list",
            "ASN, TNI/Polri, pensiunan, meninggal, pendamping, perangkat desa, dan yang sudah graduasi.",
            "Civil servants, army and police, pensioners, deceased, mentors, village officials, graduated.",
            (SheetKind("Daftar", specs.EXCLUSION, _PEOPLE),), _simple(rows.read_exclusions),
        ),
        ListKind(
            "classes", "Kelas pelatihan", "Training classes",
            "Kelas dengan tempat, kursi dan tanggal.", "Classes with venue, seats and dates.",
            (SheetKind("Kelas", specs.CLASS, ("code", "name")),), _simple(rows.read_classes),
        ),
        ListKind(
            "packages", "Paket barang", "Packages of goods",
            "Isi paket barang per jenis usaha.", "What is in the package of each kind of business.",
            (SheetKind("Paket", specs.PACKAGE, ("code", "goods")),), _simple(rows.read_packages),
        ),
        ListKind(
            "resources", "Sumber daya desa", "Village resources",
            "Potensi tiap desa dengan kekuatannya.", "What each village has, and how much of it.",
            (SheetKind("Sumber Daya", specs.RESOURCE, ("area", "resource")),), _simple(rows.read_resources),
        ),
        ListKind(
            "mentors", "Pendamping", "Mentors",
            "Pendamping dan wilayah kerjanya.", "Mentors and where they work.",
            (SheetKind("Pendamping", specs.MENTOR, ("code", "name")),), _simple(rows.read_mentors),
        ),
    )
}  # fmt: skip


def kind_of(code: str) -> ListKind:
    """The kind of a code. Raises `not_found`."""
    if code not in KINDS:
        raise Problem("not_found")
    return KINDS[code]
