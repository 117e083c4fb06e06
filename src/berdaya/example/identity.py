"""NIK, KK and telephone numbers that are well formed and belong to nobody (docs/architecture.md)."""

from __future__ import annotations

import random
import zlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

SERIALS = (9001, 9999)
SYNTHETIC_BLOCK = "0000"
_PREFIXES = ("0812", "0813", "0821", "0822", "0852", "0853", "0857", "0878", "0896")


class Identities:
    """Hands out numbers, each once; ``band`` keeps the serials of several programmes apart."""

    def __init__(self, band: tuple[int, int]) -> None:
        if not SERIALS[0] <= band[0] < band[1] <= SERIALS[1]:
            raise ValueError(f"serials outside {SERIALS}: {band}")
        self._band = band
        self._given: dict[str, int] = defaultdict(int)
        self._phones = 0

    def nik(self, area: int, born: date, sex: str) -> str:
        """16 digits: kecamatan of first registration, birth date (day + 40 for women), serial."""
        return self._numbered(f"{area // 10_000:06d}{_six(born, 40 if sex == 'P' else 0)}")

    def kk(self, area: int, issued: date) -> str:
        """Family card number: kecamatan, day of issue, serial."""
        return self._numbered(f"{area // 10_000:06d}{_six(issued, 0)}")

    def phone(self, rng: random.Random) -> str:
        """A mobile number of the unassigned block 0000, written in one of the usual ways."""
        prefix = _PREFIXES[self._phones // 10_000 % len(_PREFIXES)]
        tail = f"{self._phones % 10_000:04d}"
        self._phones += 1
        digits = f"{prefix}{SYNTHETIC_BLOCK}{tail}"
        styles: Sequence[str] = (
            digits,
            digits,
            f"{prefix}-{SYNTHETIC_BLOCK}-{tail}",
            f"+62{digits[1:]}",
            f"{prefix} {SYNTHETIC_BLOCK} {tail}",
        )
        return rng.choice(styles)

    def _numbered(self, head: str) -> str:
        low, high = self._band
        width, given = high - low + 1, self._given[head]
        if given == width:
            raise ValueError(f"too many numbers begin with {head}")
        self._given[head] += 1
        # Serials are scattered over the band, as those of real numbers are: the last four digits tell people apart.
        return f"{head}{low + (zlib.crc32(head.encode()) + given) % width:04d}"


def _six(day: date, shift: int) -> str:
    return f"{day.day + shift:02d}{day.month:02d}{day.year % 100:02d}"
