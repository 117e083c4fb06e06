"""Growth classes and cards without a database."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from berdaya.governance.types import Criterion, Judged, Level, Moved, Preview, Standard
from berdaya.kernel.codes import signs_of
from berdaya.kernel.problems import Problem

TOKEN_SIGNS = 24
CODE_DIGITS = 6
GROWTH = Path(__file__).parent / "growth.toml"
Digest = Callable[[str], bytes]
"""A text to 32 bytes under the key of the indexes."""


@lru_cache(maxsize=1)
def growth_criteria() -> tuple[Criterion, ...]:
    """The criteria of growth.toml, in its order."""
    return tuple(Criterion(**row) for row in tomllib.loads(GROWTH.read_text(encoding="utf-8"))["criteria"])


def level_of(criterion: Criterion, value: float | None) -> Level:
    """The highest class that this value reaches; what is not known reaches the lowest only."""
    if value is None:
        return Level.TUMBUH
    for level, asked in ((Level.MANDIRI, criterion.mandiri), (Level.BERKEMBANG, criterion.berkembang)):
        if value <= asked if criterion.below else value >= asked:
            return level
    return Level.TUMBUH


ORDER = (Level.TUMBUH, Level.BERKEMBANG, Level.MANDIRI)


def judge(criteria: Sequence[Criterion], values: Mapping[str, float | None]) -> tuple[Level, tuple[Judged, ...]]:
    """The class of a group: the lowest that any criterion reaches, with each criterion's own."""
    judged = tuple(Judged(c.code, values.get(c.code), level_of(c, values.get(c.code))) for c in criteria)
    return min((item.level for item in judged), key=ORDER.index, default=Level.TUMBUH), judged


def harder(criterion: Criterion, one: float, other: float) -> bool:
    """Whether ``one`` asks more than ``other``."""
    return one < other if criterion.below else one > other


def checked(criteria: Sequence[Criterion]) -> tuple[Criterion, ...]:
    """Criteria that can be judged by. Raises `governance.growth_none`, `governance.growth_order`."""
    if not criteria:
        raise Problem("governance.growth_none")
    for item in criteria:
        if min(item.berkembang, item.mandiri) < 0 or harder(item, item.berkembang, item.mandiri):
            raise Problem("governance.growth_order", name=item.id)
    return tuple(criteria)


def set_to(
    criteria: Sequence[Criterion], pairs: Mapping[str, tuple[float, float]], without: Collection[str] = ()
) -> tuple[Criterion, ...]:
    """The criteria with other thresholds (code -> berkembang, mandiri), and without those that are not asked."""
    return tuple(
        replace(item, berkembang=pairs[item.code][0], mandiri=pairs[item.code][1]) if item.code in pairs else item
        for item in criteria
        if item.code not in without
    )


def next_step(criterion: Criterion, value: float | None) -> float | None:
    """How far a value is from the next class; None where it is the highest already, or not known."""
    if value is None:
        return None
    level = level_of(criterion, value)
    if level is Level.MANDIRI:
        return None
    asked = criterion.berkembang if level is Level.TUMBUH else criterion.mandiri
    return abs(asked - value)


def fingerprint(standard: Standard) -> bytes:
    """SHA-256 of criteria and their version: the same day is judged once under each."""
    told = [standard.key, *(f"{c.code}|{c.berkembang:g}|{c.mandiri:g}|{c.below}" for c in standard.criteria)]
    return hashlib.sha256("\n".join(told).encode()).digest()


def compare(
    rows: Sequence[tuple[UUID, str, Mapping[str, float | None], Sequence[Criterion]]], tried: Sequence[Criterion]
) -> Preview:
    """What other criteria would make of groups (id, name, values, criteria in force): counts, and who would change."""
    counts: tuple[Counter[Level], Counter[Level]] = (Counter(), Counter())
    moved = []
    for group, name, values, criteria in rows:
        (before, old), (after, new) = judge(criteria, values), judge(tried, values)
        counts[0][before] += 1
        counts[1][after] += 1
        if before is not after:
            # Those that hold the group where it falls, or that held it where it rises.
            low = {item.code for item in (new if ORDER.index(after) < ORDER.index(before) else old)
                   if item.level is min(before, after, key=ORDER.index)}  # fmt: skip
            moved.append(Moved(group, name, before, after, tuple(c.code for c in growth_criteria() if c.code in low)))
    moved.sort(key=lambda item: (ORDER.index(item.after) - ORDER.index(item.before), item.name))
    return Preview(
        {level: counts[0][level] for level in ORDER}, {level: counts[1][level] for level in ORDER}, tuple(moved)
    )


def token_of(digest: Digest, card: UUID) -> str:
    """The secret in a card's QR: 24 signs (120 bits) of a keyed hash, so that it need not be kept."""
    bits = int.from_bytes(digest(f"token|{card}")[:15], "big")
    return signs_of(bits, TOKEN_SIGNS)


def code_of(digest: Digest, card: UUID) -> str:
    """Six digits on the card itself, apart from the QR: who photographs the QR does not have them."""
    return f"{int.from_bytes(digest(f'code|{card}')[:8], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def token_hash(digest: Digest, token: str) -> bytes:
    """What is kept of a token."""
    return digest(f"token-hash|{token.strip().upper()}")


def code_hash(digest: Digest, card_token: str, code: str) -> bytes:
    """What is kept of a code; bound to its card, so that equal codes look different."""
    return digest(f"code-hash|{card_token.strip().upper()}|{''.join(sign for sign in code if sign.isdigit())}")
