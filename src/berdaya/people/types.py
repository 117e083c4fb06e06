"""What callers hand to people and get back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from berdaya.people.rules.nik import Sex


class Outcome(StrEnum):
    """What became of one row of a registration."""

    NEW = "new"
    """Person and household, or a person in a known household, were made."""
    KNOWN = "known"
    """The person is in the register and inside the actor's scope; nothing changed."""
    ELSEWHERE = "elsewhere"
    """NIK or KK belongs to somebody outside the actor's scope; nothing was made."""
    OUTSIDE = "outside"
    """The row's area lies outside the actor's scope."""
    REPEATED = "repeated"
    """An earlier row of the same call holds the same NIK; it has that row's person."""


@dataclass(frozen=True, slots=True)
class PersonInput:
    """One validated person with her household. `key` is the caller's own reference and comes back unchanged.

    Numbers are 16 digits, already checked (`rules.nik`); `area` is a 10-digit code; money is whole rupiah a
    month.
    """

    key: str
    nik: str
    kk: str
    name: str
    area: int
    birth_place: str = ""
    birth_date: date | None = None
    sex: Sex | None = None
    marital: str = ""
    phone: str = ""
    occupation: str = ""
    address: str = ""
    female_head: bool | None = None
    dependants: int | None = None
    disability: bool | None = None
    income_idr: int | None = None
    desil: int | None = None
    desil_on: date | None = None
    is_head: bool = True
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of one row; ids stand where the actor may see the person. `changed` names what differs."""

    key: str
    outcome: Outcome
    household_id: UUID | None = None
    person_id: UUID | None = None
    changed: tuple[str, ...] = ()


class Claim(StrEnum):
    """Answer of `identity_claim`, and no more than that."""

    NEW = "new"
    YOURS = "yours"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class AidInput:
    """Aid of one office to one person or family, known by NIK or KK (one may be empty)."""

    key: UUID
    nik: str
    kk: str
    office: str
    programme: str
    year: int
    form: str
    source: str
    area: int
    value_idr: int | None = None
    household_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ExclusionInput:
    """One entry of an exclusion list, known by NIK or KK (one may be empty)."""

    key: UUID
    nik: str
    kk: str
    kind: str
    source: str
    as_of: date
    area: int
    until: date | None = None


@dataclass(frozen=True, slots=True)
class AidRecord:
    """What may be said of aid given anywhere: office, programme, year, form."""

    office: str
    programme: str
    year: int
    form: str


@dataclass(frozen=True, slots=True)
class ExclusionRecord:
    """What may be said of an exclusion anywhere: kind, source, as-of date."""

    kind: str
    source: str
    as_of: date


@dataclass(frozen=True, slots=True)
class Screening:
    """All that a screen found about one person or family."""

    aid: tuple[AidRecord, ...] = ()
    exclusions: tuple[ExclusionRecord, ...] = ()

    @property
    def clear(self) -> bool:
        """Nothing was found."""
        return not self.aid and not self.exclusions
