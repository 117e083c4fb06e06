"""Values of the areas package. No database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from berdaya.areas.codes import format_code


@dataclass(frozen=True, slots=True)
class AreaInfo:
    """One area of the reference list (wilayah): 10-digit code, official name, level 1 to 4 and kind."""

    code: int
    name: str
    level: int
    kind: str
    parent: int | None

    @property
    def dotted(self) -> str:
        """The code as offices write it: ``35.12.04.2003``."""
        return format_code(self.code)


@dataclass(frozen=True, slots=True)
class LoadResult:
    """Counts of one load: rows new, rows changed, and rows of the list in all."""

    inserted: int
    updated: int
    total: int


@dataclass(frozen=True, slots=True)
class Position:
    """A point in degrees. ``source`` is ``synthetic``, ``office``, or ``kecamatan`` for the mean of siblings."""

    lat: float
    lon: float
    source: str


Flaw = Literal["", "area.unknown", "area.ambiguous", "area.code_unknown", "area.code_and_name_differ"]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a row's area cells mean: ``code`` of the village, or ``flaw`` with the cell (``part``) at fault.

    ``respelled`` is true where a name was recognised only by spelling rules or a typing error.
    """

    code: int | None
    flaw: Flaw = ""
    part: Literal["", "code", "village", "district", "regency"] = ""
    respelled: bool = False
    choices: tuple[int, ...] = ()
