"""Values of the enterprise package: status, evidence, thresholds. No database."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any, Self
from uuid import UUID


class Status(StrEnum):
    """State of a business at a date (status usaha); exclusive and exhaustive, never typed by a person."""

    ACTIVE = "active"
    WEAK = "weak"
    DORMANT = "dormant"
    HOLIDAY_ONLY = "holiday_only"
    UNKNOWN = "unknown"


class EvidenceKind(StrEnum):
    """What a piece of evidence (bukti) is about."""

    VISIT = "visit"
    SALE = "sale"
    BOOK = "book"
    MEETING = "meeting"
    REPAYMENT = "repayment"


class Method(StrEnum):
    """How the fact became known (cara): ditanya, dilihat, dokumen."""

    ASKED = "asked"
    SEEN = "seen"
    DOCUMENT = "document"


class Reason(StrEnum):
    """Why a status was given; the text of each is in `texts.py`."""

    NOT_STARTED = "not_started"
    NEVER_VISITED = "never_visited"
    NOT_VISITED_SINCE = "not_visited_since"
    NOT_ASKED_SINCE = "not_asked_since"
    PRODUCING = "producing"
    SELLING = "selling"
    STOPPED_RECENTLY = "stopped_recently"
    FEW_DAYS = "few_days"
    TURNOVER_FELL = "turnover_fell"
    NOT_YET_PRODUCING = "not_yet_producing"
    NO_PRODUCTION_SINCE = "no_production_since"
    NEVER_PRODUCED = "never_produced"
    ONLY_AT_HOLIDAYS = "only_at_holidays"


class TurnoverSource(StrEnum):
    """Which column of the month the shown turnover (omzet) came from."""

    BOOK = "book"
    VISIT = "visit"
    MARKET = "market"


@dataclass(frozen=True, slots=True)
class Fact:
    """One piece of evidence, reduced to what the status rule reads.

    `production_days` (0 to 31) and `turnover_idr` (whole rupiah) describe the 30 days that end on
    `occurred_on` for a visit, and the day itself otherwise; None means that nobody told or saw it.
    """

    occurred_on: date
    kind: EvidenceKind
    method: Method
    production_days: int | None = None
    turnover_idr: int | None = None

    @property
    def produced(self) -> bool:
        """Production took place: goods made or, for trade and services, days on which the business worked."""
        if self.kind is not EvidenceKind.VISIT:
            return False
        if self.production_days is None:
            return bool(self.turnover_idr)
        return self.production_days > 0

    @property
    def alive(self) -> bool:
        """Production or a sale took place."""
        if self.kind in (EvidenceKind.SALE, EvidenceKind.BOOK):
            return bool(self.turnover_idr)
        return self.produced or (self.kind is EvidenceKind.VISIT and bool(self.turnover_idr))

    @property
    def absence(self) -> bool:
        """Somebody saw or asked, and there was neither production nor sale. A document cannot prove
        absence."""
        told = self.production_days is not None or self.turnover_idr is not None
        return (
            self.kind is EvidenceKind.VISIT and self.method in (Method.ASKED, Method.SEEN) and told and not self.alive
        )


@dataclass(frozen=True, slots=True)
class StatusThresholds:
    """Figures of `[status]` in programme.toml; all days are calendar days."""

    dormant_days: int = 60
    unknown_days: int = 62
    weak_production_days: int = 8
    weak_turnover_share: float = 0.5
    holiday_before_days: int = 30
    holiday_after_days: int = 7
    holiday_months: int = 12
    holiday_window_months: int = 24
    holiday_quiet_months: int = 4

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if value <= 0:
                raise ValueError(f"[status] {item.name} must be positive, not {value}")
        if not 0 < self.weak_turnover_share < 1:
            raise ValueError(f"[status] weak_turnover_share must lie between 0 and 1, not {self.weak_turnover_share}")

    @classmethod
    def of(cls, table: dict[str, Any]) -> Self:
        """The thresholds of a programme's `[status]` table; an unknown key raises ValueError."""
        known = {item.name for item in fields(cls)}
        unknown = sorted(set(table) - known)
        if unknown:
            raise ValueError(f"[status] has unknown keys: {', '.join(unknown)}")
        return cls(**table)


@dataclass(frozen=True, slots=True)
class StatusResult:
    """A status with its reason; `params` are JSON values (dates as ISO text, money in rupiah)."""

    status: Status
    reason: Reason
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShownTurnover:
    """The figure shown for a month and the column that it came from."""

    amount_idr: int
    source: TurnoverSource


@dataclass(frozen=True, slots=True)
class NewEnterprise:
    """A business (usaha) to be started: of a household or of a group, never both; its area is theirs."""

    id: UUID
    office_id: int
    kind: str
    name: str
    started_on: date
    household_id: UUID | None = None
    group_id: UUID | None = None
    programme_id: UUID | None = None
    ref: str = ""
    baseline_income_idr: int | None = None
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class NewMentor:
    """A mentor (pendamping) with the areas of the caseload; a `TKSK` of one kecamatan or of two."""

    id: UUID
    office_id: int
    code: str
    name: str
    areas: tuple[int, ...]
    phone: str = ""
    account_id: int | None = None
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """One business given to one mentor from a day on."""

    enterprise_id: UUID
    mentor_id: UUID
    since: date


@dataclass(frozen=True, slots=True)
class NewEvidence:
    """One dated fact about a business, written by the package that learnt it.

    `source_kind` and `source_id` name the row it came from; handing in the same source again replaces what
    it said.
    """

    enterprise_id: UUID
    kind: EvidenceKind
    method: Method
    occurred_on: date
    source_kind: str
    source_id: UUID
    production_days: int | None = None
    amount_idr: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MonthTurnover:
    """Turnover of one business in one month from one source; `month` is the first day of the month."""

    enterprise_id: UUID
    month: date
    amount_idr: int
