"""What callers of linkage get back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from berdaya.people.linkage.register import Reason


class Decision(StrEnum):
    """What a person says of a pair."""

    SAME = "same"
    DIFFERENT = "different"
    ASKED = "asked"
    """The field is asked: somebody goes and looks."""


class Transfer(StrEnum):
    """What became of a claim on a family that another office holds."""

    ASKED = "asked"
    ASKED_BEFORE = "asked_before"
    YOURS = "yours"


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair in the queue."""

    id: UUID
    area: int
    chance: float
    state: str
    left: str
    right: str
    found_on: date
    decided_on: date | None


@dataclass(frozen=True, slots=True)
class Record:
    """One of the two records, as the family page would show it. `merged_into` is the record that stands for it."""

    person_id: UUID
    household_id: UUID
    name: str
    birth_place: str
    birth_date: date | None
    sex: str
    area: int
    address: str
    phone: str
    has_nik: bool
    has_kk: bool
    is_head: bool
    members: int
    merged_into: UUID | None
    recorded_on: date


@dataclass(frozen=True, slots=True)
class PairView:
    """Both records side by side, with the reasons and what was decided."""

    id: UUID
    chance: float
    state: str
    reasons: tuple[Reason, ...]
    left: Record
    right: Record
    area: int
    model_version: str
    decided_on: date | None
    decision_reason: str
    merge_id: UUID | None


@dataclass(frozen=True, slots=True)
class Similar:
    """Somebody of a name like the one that is being typed."""

    person_id: UUID
    household_id: UUID
    name: str
    birth_date: date | None
    area: int
    same_day: bool


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A claim as one of its two sides sees it."""

    id: UUID
    side: str
    area: int
    to_area: int
    asking_office: str
    asked_on: date
    asked_reason: str
    state: str
    decision_reason: str
    family: str
    household_id: UUID
