"""The lottery for ties (undian): anyone with the frozen list and both seeds can repeat it.

Each of two parties publishes ``sha256:<hash of its seed>``; the list is frozen, numbered and hashed; then
the seeds are opened. ``draw = SHA-256(seed1 LF seed2 LF number)``; the smaller draw goes first among
equals. In a shell: ``printf 'seed1\\nseed2\\n17' | sha256sum``. Neither party alone can steer it, since
each is bound before it knows the other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from berdaya.kernel.problems import Problem

SEED_MAX = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the frozen list.

    Its number (1..n), the candidate's ref, area code, household key and score.
    """

    number: int
    ref: str
    area: int
    household: str
    score: int


def commitment(seed: str) -> str:
    """What a party publishes for ``seed``. Raises ``lottery_seed_bad``."""
    if not 0 < len(seed) <= SEED_MAX or any(ord(sign) < 32 for sign in seed):
        raise Problem("lottery_seed_bad")
    return "sha256:" + hashlib.sha256(seed.encode()).hexdigest()


def is_commitment(text: str) -> bool:
    """True for `sha256:` and 64 lower-case hexadecimal digits."""
    return re.fullmatch(r"sha256:[0-9a-f]{64}", text) is not None


def draw(seeds: Sequence[str], number: int) -> str:
    """The draw of list number ``number``: 64 hexadecimal digits; the smallest comes first."""
    return hashlib.sha256("\n".join((*seeds, str(number))).encode()).hexdigest()


def draws(seeds: Sequence[str], numbers: Iterable[int]) -> dict[int, str]:
    """The draw of every number."""
    head = hashlib.sha256("".join(f"{seed}\n" for seed in seeds).encode())
    result: dict[int, str] = {}
    for number in numbers:
        state = head.copy()
        state.update(str(number).encode())
        result[number] = state.hexdigest()
    return result


def list_hash(entries: Iterable[Entry]) -> str:
    """SHA-256 (hex) over the frozen list, one line an entry.

    Number, ref, area, household, score, tab-separated.
    """
    digest = hashlib.sha256()
    for entry in entries:
        digest.update(f"{entry.number}\t{entry.ref}\t{entry.area}\t{entry.household}\t{entry.score}\n".encode())
    return digest.hexdigest()


def ref_order(ref: str) -> tuple[int, int, str]:
    """Sorts refs the way people number lists: 2 before 10, then texts."""
    return (0, int(ref), ref) if ref.isascii() and ref.isdigit() else (1, 0, ref)
