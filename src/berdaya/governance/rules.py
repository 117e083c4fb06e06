"""Growth classes and cards without a database."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from berdaya.governance.types import Criterion, Judged, Level
from berdaya.kernel.codes import signs_of

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
