"""Values of the visits package. No database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from berdaya.enterprises.types import Method, Status


class Outcome(StrEnum):
    """What became of one visit that was handed in; every visit gets exactly one, and each is counted."""

    NEW = "new"
    UPDATED = "updated"
    IDENTICAL = "identical"
    OLDER = "older"
    CONFLICT = "conflict"
    INVALID = "invalid"
    WAITING = "waiting"


class AdviceCheck(StrEnum):
    """What the next visit found of the advice (saran) given before."""

    DONE = "done"
    PARTLY = "partly"
    NOT_DONE = "not_done"
    NOT_CHECKED = "not_checked"
    NONE_GIVEN = "none_given"


class PositionMissing(StrEnum):
    """Why a visit from a phone carries no position."""

    DENIED = "denied"
    OFF = "off"
    TIMEOUT = "timeout"


class AssetState(StrEnum):
    """What a visit found of an asset (aset)."""

    USED = "used"
    UNUSED = "unused"
    BROKEN = "broken"
    LOST = "lost"
    SOLD = "sold"


@dataclass(frozen=True, slots=True)
class Position:
    """Where a visit was recorded (WGS 84); `accuracy_m` as the phone gave it."""

    lat: float
    lon: float
    accuracy_m: int | None = None


@dataclass(frozen=True, slots=True)
class AssetSeen:
    """One asset ticked off at a visit; `photo` is the id that the phone gave the picture."""

    asset_id: UUID
    state: AssetState
    photo: UUID | None = None


@dataclass(frozen=True, slots=True)
class VisitInput:
    """One visit (kunjungan) as a phone, a sheet or a form hands it in.

    `id` is made by the client and is the idempotency key; `revision` counts the client's edits of this visit.
    Figures tell of the 30 days that end on `occurred_on`; money in whole rupiah, None = not told. `same_as_last` says
    that the mentor told in one tap that nothing changed; the figures are those of the visit before then. `next_step` is
    what the family will do about the advice until the next visit.
    """

    id: UUID
    enterprise_id: UUID
    mentor_id: UUID | None
    occurred_on: date
    method: Method
    production_days: int | None = None
    turnover_idr: int | None = None
    cost_idr: int | None = None
    stock_idr: int | None = None
    workers: int | None = None
    active_members: int | None = None
    income_idr: int | None = None
    problem: str = ""
    advice: str = ""
    advice_check: AdviceCheck | None = None
    note: str = ""
    revision: int = 1
    next_step: str = ""
    same_as_last: bool = False
    position: Position | None = None
    position_missing: PositionMissing | None = None
    distance_m: int | None = None
    """How far the position lies from where this business was met before; computed by the server."""
    assets: tuple[AssetSeen, ...] = ()


@dataclass(frozen=True, slots=True)
class Existing:
    """What the server already holds under a client's id."""

    digest: bytes
    revision: int
    mentor_id: UUID | None
    enterprise_id: UUID
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong with a visit: the field and a stable code, translated by the face."""

    field: str
    code: str


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Counts by outcome, and per refused visit why."""

    counts: dict[Outcome, int] = field(default_factory=dict)
    flaws: dict[UUID, tuple[Flaw, ...]] = field(default_factory=dict)
    by_id: dict[UUID, Outcome] = field(default_factory=dict)

    def count(self, outcome: Outcome) -> int:
        return self.counts.get(outcome, 0)


@dataclass(frozen=True, slots=True)
class CaseloadRow:
    """One business of a mentor's caseload, as the plan of a month sees it."""

    enterprise_id: UUID
    started_on: date
    last_visit_on: date | None
    status: Status
    advice_open: bool = False


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """One line of the plan: when it is due, how urgent, and the first reason for its place."""

    enterprise_id: UUID
    due_on: date
    overdue_days: int
    reason: str


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit as the page of a business shows it."""

    id: UUID
    occurred_on: date
    recorded_at: datetime
    method: Method
    mentor: str
    production_days: int | None
    turnover_idr: int | None
    cost_idr: int | None
    stock_idr: int | None
    workers: int | None
    active_members: int | None
    income_idr: int | None
    problem: str
    advice: str
    note: str
    advice_check: AdviceCheck
    questions: tuple[str, ...]
    """What a supervisor should ask about it: more_than_members, sold_without_production, far_away."""
    next_step: str = ""
    same_as_last: bool = False
    position: Position | None = None
    position_missing: PositionMissing | None = None
    distance_m: int | None = None


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One visit that was kept aside."""

    id: UUID
    visit_id: UUID
    outcome: Outcome
    flaws: tuple[tuple[str, str], ...]
    body: dict[str, Any]
    recorded_at: datetime
