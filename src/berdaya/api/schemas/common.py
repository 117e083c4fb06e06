"""Words that every answer shares."""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from ninja import Schema
from pydantic import BeforeValidator, Field

from berdaya.areas.codes import format_code

T = TypeVar("T")
Status = Literal["active", "weak", "dormant", "holiday_only", "unknown"]


def told(indonesian: str, english: str, default: Any = ..., **limits: Any) -> Any:
    """A field with its meaning in both languages."""
    return Field(default, description=indonesian, json_schema_extra={"x-en": english}, **limits)


def dotted(value: object) -> object:
    """The 10-digit number as offices write it: ``35.12.04.2003``."""
    return format_code(value) if isinstance(value, int) else value


AreaCode = Annotated[str, BeforeValidator(dotted)]
"""Kemendagri code with dots."""


class ProblemOut(Schema):
    """Masalah (RFC 9457, application/problem+json)."""

    type: str = told("jenis masalah", "kind of problem")
    title: str = told("apa yang salah", "what is wrong")
    status: int = told("status HTTP", "HTTP status")
    detail: str = told("apa yang dapat dilakukan", "what to do about it")
    instance: str = told("alamat yang diminta", "address asked for")
    code: str = told("kode tetap", "stable code")
    errors: list[dict[str, str]] | None = told("bagian yang salah", "which parts are wrong", None)


class FeedOut(Schema, Generic[T]):
    """Sebagian daftar, dan penanda untuk membaca lanjutannya."""

    items: list[T] = told("baris", "rows")
    next: str | None = told("cursor berikutnya; kosong di akhir", "cursor to read on; null at the end")
    total: int | None = told("jumlah baris; hanya pada permintaan pertama", "number of rows; with the first call only")
    total_capped: bool = told("true: lebih banyak dari total", "true: there are more than total", False)


class Listing(Schema):
    """Parameters of every list."""

    q: str = told("kata yang dicari", "words to look for", "", max_length=100)
    area: str = told(
        "hanya di wilayah ini dan di bawahnya, mis. 35.12", "inside this area only, such as 35.12", "", max_length=20
    )
    cursor: str = told("next dari jawaban sebelumnya", "next of the answer before", "", max_length=2000)
    limit: int = told("baris paling banyak", "rows at most", 50, ge=1, le=200)


class Named(Schema):
    """Sebuah baris lain, dengan namanya."""

    id: UUID
    name: str
