"""Codes, words and sums without a database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

from berdaya.accountability.types import Age, EntryKind, LpjState, LpjTotals, Word
from berdaya.kernel.codes import cleaned, signs_of

Digest = Callable[[str], bytes]
"""A text to 32 bytes under the key of the indexes."""

CODE_SIGNS = 10
CODE_DAYS = 90
SPOT_SHARE = Fraction(1, 20)
LPJ_DAYS = 90
REMIND_BEFORE = 14


def code_of(digest: Digest, handover: UUID, person: UUID, number: int) -> str:
    """The code of a person for a handover: 10 signs (50 bits) of a keyed hash, so that it need not be kept.

    `number` counts how often it was issued anew; each gives another code.
    """
    bits = int.from_bytes(digest(f"code|{handover}|{person}|{number}")[:8], "big")
    return signs_of(bits, CODE_SIGNS)


def code_hash(digest: Digest, code: str) -> bytes:
    """What is kept of a code: 32 bytes under the key of the index."""
    return digest(f"hash|{cleaned(code)}")


def drawn(handover: UUID, *, seed: str, share: Fraction = SPOT_SHARE) -> bool:
    """Whether a handover is looked at again: SHA-256 of seed and id below the share, the same on every machine."""
    value = int.from_bytes(hashlib.sha256(f"{seed}|{handover}".encode()).digest()[:8], "big")
    return value < share * 2**64


def word_of(people: Iterable[UUID], said: Mapping[UUID, bool]) -> Word:
    """What the recipients of a handover say together, from the latest word of each.

    One who says that something is missing makes a difference, however many agree. All must have spoken before it
    counts as confirmed: in a group every member, not only the chair.
    """
    wanted = set(people)
    latest = {person: complete for person, complete in said.items() if person in wanted}
    if not all(latest.values()):
        return Word.DIFFERS
    if not latest:
        return Word.UNCONFIRMED
    return Word.CONFIRMED if set(latest) == wanted else Word.PARTLY


def totals_of(received_idr: int, entries: Sequence[tuple[UUID, EntryKind, UUID | None, int, UUID | None]]) -> LpjTotals:
    """Sums of an LPJ from (id, kind, item, rupiah, reversed entry); a reversal takes back the entry it names."""
    gone = {reverses for *_, reverses in entries if reverses is not None}
    spent = returned = 0
    by_item: dict[UUID, int] = {}
    for key, kind, item, amount, reverses in entries:
        if reverses is not None or key in gone:
            continue
        if kind is EntryKind.RETURNED:
            returned += amount
        elif item is not None:
            spent += amount
            by_item[item] = by_item.get(item, 0) + amount
    return LpjTotals(received_idr, spent, returned, by_item)


def due_on(received_on: date, days: int = LPJ_DAYS) -> date:
    """When an LPJ is due: 90 days after the aid came, unless the programme says otherwise."""
    return received_on + timedelta(days=days)


def age_of(state: LpjState, due: date, as_of: date) -> Age:
    """In which bucket of the ageing list an LPJ stands on a day; a returned one ages again from its due date."""
    if state is LpjState.ACCEPTED:
        return Age.ACCEPTED
    if state is LpjState.SUBMITTED:
        return Age.SUBMITTED
    late = (as_of - due).days
    if late <= 0:
        return Age.NOT_DUE
    if late <= 30:
        return Age.LATE_30
    return Age.LATE_90 if late <= 90 else Age.LATE_MORE
