"""Pure rules of letters: frozen data, numbers, masking."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import unicodedata
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Any

from berdaya.documents.types import (
    Annex,
    Bars,
    CertificateBody,
    DecreeBody,
    Figures,
    HandoverBody,
    HandoverItem,
    InvitationBody,
    LetterBody,
    LetterFrame,
    LetterKind,
    MinutesBody,
    Note,
    NoticeBody,
    ReportBody,
    Section,
    StatementBody,
    Table,
    Text,
)

ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")

KIND_OF_BODY: dict[type, LetterKind] = {
    DecreeBody: LetterKind.DECREE,
    HandoverBody: LetterKind.HANDOVER,
    StatementBody: LetterKind.STATEMENT,
    ReportBody: LetterKind.REPORT,
    CertificateBody: LetterKind.CERTIFICATE,
    MinutesBody: LetterKind.MINUTES,
    NoticeBody: LetterKind.NOTICE,
    InvitationBody: LetterKind.INVITATION,
}

BLOCK_NAMES: dict[type, str] = {
    Section: "section",
    Text: "text",
    Note: "note",
    Figures: "figures",
    Bars: "bars",
    Table: "table",
}

PLAIN = frozenset({str, int, float, bool, type(None)})

VERIFY_FOOTER = "Periksa keaslian surat ini di {url}"


def canonical(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys, no spaces and NFC text: equal data gives equal bytes.

    Raises ValueError for NaN and infinities, which have no JSON form.
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return unicodedata.normalize("NFC", text).encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def letter_number(pattern: str, *, seq: int, code: str, occurred_on: date) -> str:
    """Nomor surat from the office's pattern, e.g. "400.9.4/{seq:03}/{code}/Dinsos/{roman}/{year}".

    Known names: seq, code, roman (month in Roman figures), month, year.
    """
    return pattern.format(
        seq=seq, code=code, roman=ROMAN_MONTHS[occurred_on.month - 1], month=occurred_on.month, year=occurred_on.year
    )


def head_lines(office: str) -> list[str]:
    """The two lines of a letterhead that an office's full name holds.

    "Dinas Sosial Provinsi Banten" -> "Pemerintah Provinsi Banten", "Dinas Sosial"; other names stay one line.
    """
    found = re.match(r"^(.+?) ((?:Provinsi|Kabupaten|Kota Administrasi|Kota) .+)$", office)
    return [f"Pemerintah {found[2]}", found[1]] if found else [office]


@lru_cache(maxsize=64)
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(item.name for item in dataclasses.fields(kind))


def plain(value: Any) -> Any:
    """Dataclasses, enums, dates and tuples as JSON values."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        shown = {name: plain(getattr(value, name)) for name in _field_names(type(value))}
        name = BLOCK_NAMES.get(type(value))
        return shown | {"type": name} if name else shown
    return value


def _decree(body: DecreeBody) -> dict[str, Any]:
    shown: dict[str, Any] = plain(body)
    if body.annex is not None:
        shown["annex"] = _annex(body.annex)
    return shown


def _annex(annex: Annex) -> dict[str, Any]:
    for section in annex.sections:
        for row in section.rows:
            if len(row) != len(annex.columns):
                raise ValueError(f"annex row has {len(row)} cells, {len(annex.columns)} columns are declared")
    shown: dict[str, Any] = plain(annex)
    for section in shown["sections"]:
        section["total_label"] = f"Jumlah {section['title']}"
    return shown | {"total_label": "Jumlah seluruhnya"}


def _handover(body: HandoverBody) -> dict[str, Any]:
    total = sum(item.value for item in body.items)
    shown: dict[str, Any] = plain(body)
    shown["items"] = [_item(item) for item in body.items]
    shown["total"] = total
    # Rounded down: a member must never be told more than the goods are worth.
    shown["share"] = {"members": body.members, "value": total // body.members} if body.members else None
    return shown


def _item(item: HandoverItem) -> dict[str, Any]:
    shown: dict[str, Any] = plain(item)
    return shown | {"value": item.value}


def _statement(body: StatementBody) -> dict[str, Any]:
    shown: dict[str, Any] = plain(body)
    for book, values in zip(body.books, shown["books"], strict=True):
        values["closing"] = book.closing
        values["total_in"] = sum(row.income for row in book.rows)
        values["total_out"] = sum(row.expense for row in book.rows)
        for row in values["rows"]:
            row["in"], row["out"] = row.pop("income"), row.pop("expense")
    shown["signers"] = [{"title": title, "name": name} for title, name in body.signers]
    return shown


def freeze(frame: LetterFrame, body: LetterBody) -> dict[str, Any]:
    """The letter as plain data: all that its PDF is made of, apart from the template and the emblem's drawing.

    Raises ValueError where an annex row does not fit its columns.
    """
    if isinstance(body, DecreeBody):
        shown = _decree(body)
    elif isinstance(body, HandoverBody):
        shown = _handover(body)
    elif isinstance(body, StatementBody):
        shown = _statement(body)
    else:
        shown = plain(body)
    letter: dict[str, Any] = plain(frame)
    letter["kind"] = KIND_OF_BODY[type(body)].value
    letter["footer"] = VERIFY_FOOTER.format(url=frame.verify_url.removeprefix("https://").removeprefix("http://"))
    letter["body"] = shown
    return letter
