"""What goes into the services of programmes and what comes out. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import UUID


class Stage(StrEnum):
    """Stages that one person makes and another checks (tahap persetujuan)."""

    LIST = "list"
    SELECTION = "selection"
    DECREE = "decree"
    PLACEMENT = "placement"
    HANDOVER = "handover"
    RULES = "rules"


@dataclass(frozen=True, slots=True)
class ProgrammeRef:
    """A programme with the version of its rules that is in force."""

    id: UUID
    code: str
    area: int
    office_id: int
    version_id: UUID
    version_number: int


@dataclass(frozen=True, slots=True)
class NewCandidate:
    """One row of the proposal: a household with the person who would run the business, or an existing group.

    ``list_no`` is the number on the list, ``ref`` what files call it. ``kind`` and ``interests`` are kind codes,
    ``sources`` the doors it came through (`alumni:jamsosratu`). ``ever_in_business`` is None where nobody knows.
    """

    ref: str
    list_no: int
    area: int
    household_id: UUID | None = None
    person_id: UUID | None = None
    group_id: UUID | None = None
    sources: tuple[str, ...] = ()
    kind: str = ""
    interests: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    ever_in_business: bool | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """What became of proposed rows. ``duplicates``: ref -> ref of the candidate that stands for the same family."""

    created: int
    identical: int
    duplicates: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewVerification:
    """What the verifier found at the house, and what the village meeting decided (empty: not met yet)."""

    ref: str
    visited_on: date
    verifier: str
    result: Literal["confirmed", "not_found", "not_poor", "moved", "died"]
    meeting_on: date | None = None
    meeting_decision: Literal["", "accepted", "rejected"] = ""
    note: str = ""
    own_words: str = ""
    photo_id: UUID | None = None
    lat: float | None = None
    lon: float | None = None
    accuracy_m: int | None = None
    id: UUID | None = None
    """Made by whoever records it (a phone); None gives one that follows from the visit itself."""


@dataclass(frozen=True, slots=True)
class Verified:
    """Outcome of recorded verifications; ``skipped`` rows name nobody who awaits verification."""

    accepted: int
    refused: int
    open: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Screened:
    """A screen against lists and aid: candidates looked up, candidates with a hit, and how many are now excluded."""

    candidates: int
    hits: int
    excluded: int


@dataclass(frozen=True, slots=True)
class Decided:
    """Verdict -> candidates, and reason -> candidates of those that did not pass."""

    verdicts: Mapping[str, int]
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Frozen:
    """A frozen list: its run, its length and the SHA-256 (hex) that both parties note down."""

    run_id: UUID
    count: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Selected:
    """Outcome of a selection run."""

    run_id: UUID
    selected: int
    waiting: int
    contested: int
    """Candidates whose place the lottery decided (chance strictly between 0 and 1)."""


@dataclass(frozen=True, slots=True)
class DecreeRef:
    """A decree with its approval; lines counts the recipients named."""

    id: UUID
    approval_id: UUID
    number: str
    lines: int


@dataclass(frozen=True, slots=True)
class Replacement:
    """Who left a place and who took it; ``came`` is None where nobody on the waiting list fits."""

    gone: UUID
    came: UUID | None


@dataclass(frozen=True, slots=True)
class AnnexLine:
    """One line of the annex of a decree (lampiran SK)."""

    number: int
    ref: str
    name: str
    area: int
    address: str
    kind: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class Simulated:
    """Who would enter and leave under other rules: refs in list order; nothing is written."""

    enters: tuple[str, ...]
    leaves: tuple[str, ...]
    stays: int
    eligible_before: int
    eligible_after: int
    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
