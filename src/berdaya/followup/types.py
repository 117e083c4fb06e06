"""Values of the follow-up package. No database."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from berdaya.enterprises.types import Status


class Alert(StrEnum):
    """What went wrong with a business (peringatan)."""

    SALES_FALL = "sales_fall"
    PRODUCTION_STOPPED = "production_stopped"
    NOT_VISITED = "not_visited"
    HOLIDAY_ONLY = "holiday_only"


class Addressee(StrEnum):
    """Who gets the task; followup.services maps it to a role and the office or area that holds it."""

    LURAH = "lurah"
    CAMAT = "camat"
    MENTOR_SUPERVISOR = "mentor_supervisor"
    UKPD = "ukpd"


@dataclass(frozen=True, slots=True)
class AlertRules:
    """Thresholds of the alerts; days are calendar days, `sales_fall_share` is the part lost (0.4 = 40
    percent)."""

    sales_fall_share: float = 0.4
    stopped_days: int = 21
    not_visited_days: int = 62
    due_days_sales: int = 14
    due_days_stopped: int = 7
    due_days_visit: int = 7
    due_days_holiday: int = 30

    def __post_init__(self) -> None:
        if not 0 < self.sales_fall_share < 1:
            raise ValueError("[followup] sales_fall_share must lie between 0 and 1")
        for item in fields(self):
            if getattr(self, item.name) <= 0:
                raise ValueError(f"[followup] {item.name} must be positive")

    @classmethod
    def of(cls, table: dict[str, Any]) -> Self:
        """The rules of a programme's `[followup]` table; an unknown key raises ValueError."""
        unknown = sorted(set(table) - {item.name for item in fields(cls)})
        if unknown:
            raise ValueError(f"[followup] has unknown keys: {', '.join(unknown)}")
        return cls(**table)


@dataclass(frozen=True, slots=True)
class Pulse:
    """What the alert rules read of one business on one day."""

    enterprise_id: UUID
    started_on: date
    status: Status
    last_visit_on: date | None
    last_production_on: date | None
    stopped_seen_on: date | None
    """Day of the last visit that found no production, if it is later than the last production."""
    recent_idr: int | None = None
    """Mean turnover of the last three told months; None when fewer are known."""
    earlier_idr: int | None = None
    """Mean turnover of the three to six told months before; None when fewer than three are known."""


@dataclass(frozen=True, slots=True)
class Raised:
    """One alert with the task that it asks for."""

    enterprise_id: UUID
    alert: Alert
    addressee: Addressee
    due_on: date
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def cause(self) -> str:
        """One open task per cause: raising the same alert again changes nothing."""
        return f"{self.alert.value}:{self.enterprise_id}"


@dataclass(frozen=True, slots=True)
class AlertRun:
    """What judging all businesses on a day came to."""

    as_of: date
    open: int
    new: int
    cleared: int
