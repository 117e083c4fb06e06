"""Values of complaints. No database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class Channel(StrEnum):
    """How a complaint came (cara mengadu)."""

    WEB = "web"
    PHONE = "phone"
    PAPER = "paper"


class Subject(StrEnum):
    """What a complaint is about (hal yang diadukan). Office and village go to the inspectorate."""

    GOODS = "goods"
    MONEY = "money"
    MENTOR = "mentor"
    GROUP = "group"
    SELECTION = "selection"
    VILLAGE = "village"
    OFFICE = "office"
    OTHER = "other"


class State(StrEnum):
    """State of a complaint: received, being looked into, closed with a result."""

    RECEIVED = "received"
    WORKING = "working"
    CLOSED = "closed"


class StepKind(StrEnum):
    """What was done with a complaint."""

    TAKEN = "taken"
    NOTE = "note"
    TOLD = "told"
    PASSED_ON = "passed_on"
    REVEALED = "revealed"
    CLOSED = "closed"


SAFE_TIMES = ("pagi", "siang", "sore", "kapan saja")
"""When a neutral message may come; another person may hold the phone at other hours."""
DAYS = 14
"""Days until a complaint is due (Perpres 76/2013: 14 days, where nobody has to be heard on the spot)."""


@dataclass(frozen=True, slots=True)
class NewComplaint:
    """A complaint as it comes in. `withheld` are details that would give the complainant away; `contact` a number."""

    id: UUID
    channel: Channel
    subject: Subject
    area: int
    words: str
    withheld: str = ""
    contact: str = ""
    safe_time: str = ""
    photo: bytes = b""
    about_account: int | None = None
    group: UUID | None = None


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """What the holder of a case code reads."""

    state: State
    filed_on: date
    due_on: date
    closed_on: date | None
    result: str
    told: tuple[tuple[date, str], ...]


@dataclass(frozen=True, slots=True)
class PublicCount:
    """Complaints of one kabupaten in one year; None where fewer than five would be told."""

    place: str
    year: int
    filed: int | None
    closed: int | None
    in_time: int | None
