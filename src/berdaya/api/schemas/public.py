"""What everybody may read: products and areas."""

from __future__ import annotations

from typing import Literal

from ninja import Schema

from berdaya.api.schemas.common import AreaCode, Listing, told


class ProductQuery(Listing):
    category: str = told("kategori", "category", "", max_length=60)
    permit: Literal["", "pirt", "nib", "halal"] = told("izin yang berlaku", "permit in force", "")


class BadgeOut(Schema):
    """Izin yang berlaku, dengan nomornya."""

    kind: str
    number: str


class ProductOut(Schema):
    """Produk yang terbit; tanpa data pribadi."""

    slug: str
    name: str
    category: str
    kind: str
    price_idr: int
    unit: str
    stock: int | None
    description: str
    seller_slug: str
    seller_name: str
    place: str = told("desa, bila penjual setuju", "village, where the seller agreed")
    regency: str
    area: AreaCode = told("kode kabupaten/kota", "code of the kabupaten or kota")
    permits: list[BadgeOut]
    page: str = told("halaman produk, tempat memesan", "page of the product, where to order")
    synthetic: bool


class AreaOut(Schema):
    """Wilayah administrasi (Kemendagri)."""

    code: AreaCode = told("kode bertitik", "code with dots")
    number: int = told("kode 10 angka", "10-digit code")
    name: str
    level: int = told("1 provinsi, 2 kab/kota, 3 kecamatan, 4 desa/kelurahan", "1 province to 4 village")
    kind: str
    parent: AreaCode | None
    path: str = told("nama lengkap ke atas", "full name upwards")


class AreaListOut(Schema):
    """Wilayah satu tingkat di bawah."""

    items: list[AreaOut]


class AreaQuery(Schema):
    within: str = told("kode wilayah; kosong = semua provinsi", "area code; empty = all provinces", "", max_length=20)


class AreaNameQuery(AreaQuery):
    name: str = told("nama, juga dengan ejaan lain", "name, in other spellings too", max_length=100, min_length=1)


class AreaMatchOut(Schema):
    """Hasil pencarian nama."""

    outcome: str = told("exact, variant, ambiguous, unknown", "exact, variant, ambiguous, unknown")
    items: list[AreaOut]
