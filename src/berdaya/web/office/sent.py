"""What a form of goods sent: numbers, days, ids, pictures; what is none of these is refused by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, QueryDict

from berdaya.access.permissions import require
from berdaya.files.services import store_photo, store_signature
from berdaya.files.types import FileDraft
from berdaya.grants.types import PackageLine
from berdaya.kernel import formats as fmt
from berdaya.kernel.ids import uuid_of
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.web.photos import photo_bytes

MOST_INK = 200_000
"""Letters of a drawn signature as it comes from the page: points of all strokes."""
BUDGET_ROWS = range(1, 9)
"""Rows of goods that one RAB form takes."""


def bad_form() -> Problem:
    """A form whose fields no person could have sent, or that lacks one."""
    return Problem("grants.bad_form")


def number_of(text: str) -> int:
    """Whole units or rupiah, with or without ``Rp`` and dots. Raises `grants.bad_form`."""
    digits = text.strip().removeprefix("Rp").replace(".", "").strip()
    if not digits.isdigit() or len(digits) > 13:
        raise bad_form()
    return int(digits)


def key_of(text: str | None) -> UUID:
    """An id. Raises `grants.bad_form`."""
    key = uuid_of(text)
    if key is None:
        raise bad_form()
    return key


def day_of(text: str | None) -> date:
    """A day as date fields send it. Raises `grants.bad_form`."""
    try:
        return date.fromisoformat(text or "")
    except ValueError as error:
        raise bad_form() from error


def words_of(text: str | None) -> tuple[str, ...]:
    """Serial numbers or ear tags, parted by spaces, commas or lines."""
    return tuple(part for part in (text or "").replace(",", " ").split() if part)


def told(problem: Problem | None) -> dict[str, str]:
    """Text and advice of a problem for the page's head, empty without one."""
    language = fmt.language()
    return {
        "problem_text": problem.text(language) if problem else "",
        "advice": problem.advice(language) if problem else "",
    }


def tried(request: HttpRequest, act: Callable[[], str]) -> Problem | None:
    """Carry out what a form asks, all or nothing, and say what was done (``act`` answers it); else the problem."""
    try:
        with transaction.atomic():
            said = act()
    except Problem as problem:
        return problem
    messages.success(request, said)
    return None


def picture_of(
    request: HttpRequest,
    actor: Actor,
    permission: str,
    field: str,
    *,
    purpose: str,
    area: int,
    household: UUID | None = None,
    group: UUID | None = None,
) -> UUID | None:
    """The picture of a field, made anew and stored, or None where none was chosen.

    Raises `not_allowed`, `files.too_large`, `files.too_many_pixels`, `files.not_an_image`.
    """
    file = request.FILES.get(field)
    if not isinstance(file, UploadedFile) or not file.size:
        return None
    require(actor, permission)
    draft = FileDraft(
        photo_bytes(file), "image/jpeg", (file.name or "foto")[:160], purpose, area, actor.office or 0,
        household=household, group=group,
    )  # fmt: skip
    return store_photo(actor=actor, draft=draft)


def ink_of(
    actor: Actor, text: str, *, who: str, area: int, household: UUID | None = None, group: UUID | None = None
) -> UUID | None:
    """A signature drawn on the page, as JSON of strokes of points; None where nobody drew.

    Raises `not_allowed`, `files.empty_signature` (no line), `files.not_an_image` (no strokes at all).
    """
    if not text.strip():
        return None
    require(actor, "handover.record")
    if len(text) > MOST_INK:
        raise Problem("files.not_an_image")
    try:
        strokes: Any = json.loads(text)
    except ValueError as error:
        raise Problem("files.not_an_image") from error
    if not (isinstance(strokes, list) and all(isinstance(stroke, list) for stroke in strokes)):
        raise Problem("files.not_an_image")
    draft = FileDraft(
        b"", "image/svg+xml", f"Tanda tangan {who}.svg", "signature", area, actor.office or 0,
        household=household, group=group,
    )  # fmt: skip
    return store_signature(actor=actor, draft=draft, strokes=strokes)


def budget_rows(sent: QueryDict, *, code: str, kind: str) -> list[PackageLine]:
    """The rows of a RAB form that name an item. Raises `grants.bad_form` where a number is none."""
    return [
        PackageLine(
            code=code,
            kind=kind,
            name=sent.get(f"barang-{row}", "").strip()[:120],
            specification=sent.get(f"spesifikasi-{row}", "").strip()[:200],
            quantity=number_of(sent.get(f"jumlah-{row}", "")),
            unit=sent.get(f"satuan-{row}", "").strip()[:20],
            unit_price_idr=number_of(sent.get(f"harga-{row}", "")),
            durable=sent.get(f"aset-{row}") == "ya",
            row=row,
        )
        for row in BUDGET_ROWS
        if sent.get(f"barang-{row}", "").strip()
    ]
