"""Values of the governance package. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID


class Change(StrEnum):
    """Kind of a group's change (peristiwa kelompok)."""

    FOUNDED = "founded"
    MERGED = "merged"
    SPLIT = "split"
    DISSOLVED = "dissolved"


class Level(StrEnum):
    """Growth class (kelas kelompok)."""

    TUMBUH = "tumbuh"
    BERKEMBANG = "berkembang"
    MANDIRI = "mandiri"


@dataclass(frozen=True, slots=True)
class Criterion:
    """What a class asks: at least (or, with `below`, at most) so many units."""

    code: str
    id: str
    en: str
    unit: str
    berkembang: float
    mandiri: float
    below: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion with what was found; None is not known and never passes."""

    code: str
    value: float | None
    level: Level


class Source(StrEnum):
    """Asal syarat: Berdaya's own file, the office, or one programme."""

    FILE = "file"
    OFFICE = "office"
    PROGRAMME = "programme"


@dataclass(frozen=True, slots=True)
class Standard:
    """Syarat kelas yang berlaku: which criteria hold, who set them, and the `key` that names this version of them."""

    source: Source
    key: str
    criteria: tuple[Criterion, ...]
    number: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What books, visits and meetings show of one group: a value per criterion, and what each value rests on."""

    group: UUID
    area: int
    office: int
    values: Mapping[str, float | None]
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Moved:
    """A group that would change its class, and the criteria that decide it."""

    group: UUID
    name: str
    before: Level
    after: Level
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """Pratinjau: how many groups stand in each class now and under other criteria, and who would change."""

    before: Mapping[Level, int]
    after: Mapping[Level, int]
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class NewRules:
    """A version of a group's rules as the meeting agreed it; money in whole rupiah."""

    agreed_on: date
    present: int
    saving_idr: int = 0
    iks_idr: int = 0
    fine_idr: int = 0
    meeting: str = ""
    term_months: int = 24
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CoachingNote:
    """Satu kunjungan pembina: what was seen, one advice, and whether the last advice was kept.

    `followed` is yes, partly, no or empty where there was no advice before; `id` is the idempotency key.
    """

    id: UUID
    held_on: date
    seen: str
    advice: str
    followed: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A card as it is printed; token and code stand on paper only."""

    id: UUID
    group: UUID
    group_name: str
    name: str
    member_number: int
    token: str
    code: str


@dataclass(frozen=True, slots=True)
class CardFace:
    """What the QR alone tells: genuine or not, and of which group."""

    genuine: bool
    group: str
    office: str
    synthetic: bool


@dataclass(frozen=True, slots=True)
class OwnLine:
    """One event of the member's own account."""

    occurred_on: date
    kind: str
    amount: int
    unit: str
    reversed: bool


@dataclass(frozen=True, slots=True)
class OwnBook:
    """A member's own account over all funds of her group: what she saved, owes and keeps, what comes next.

    `goods` are (unit, in her care, her own); `heads` number and hash of the last entry of each book.
    """

    group: str
    member_number: int
    name: str
    savings_idr: int
    debt_idr: int
    late_idr: int
    next_on: date | None
    next_idr: int
    goods: tuple[tuple[str, int, int], ...]
    lines: tuple[OwnLine, ...]
    heads: tuple[tuple[int, str], ...]
