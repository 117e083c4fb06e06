"""Values of the tasks package. No database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID


class TaskState(StrEnum):
    """State of a task (tugas)."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class Urgency(StrEnum):
    """How near a task's date is; the order of the list."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to be made: what, for which role where, until when, because of what.

    `cause` is the idempotency key: as long as a task of this cause is open in the office, another is not made. The area
    is that of the thing the task is about, and `owner_role` the role that has to do it there; `owner_account_id` names
    one person of that role where it is known. `title` is Indonesian; faces translate by `kind` and `params`.
    """

    cause: str
    kind: str
    title: str
    area: int
    office_id: int
    owner_role: str
    raised_on: date
    due_on: date
    owner_account_id: int | None = None
    programme_code: str = ""
    household_id: UUID | None = None
    group_id: UUID | None = None
    enterprise_id: UUID | None = None
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What a list of tasks shows. `mine` keeps to the actor's role and account; None for `state` shows all."""

    mine: bool = True
    state: TaskState | None = TaskState.OPEN
    urgency: Urgency | None = None
    kind: str = ""
    area: tuple[int, int] | None = None
    programme_code: str = ""
    enterprise_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task as lists and pages show it."""

    id: UUID
    kind: str
    title: str
    params: dict[str, Any]
    area: int
    owner_role: str
    owner_account_id: int | None
    raised_on: date
    due_on: date
    done_on: date | None
    state: TaskState
    urgency: Urgency
    overdue_days: int
    outcome: str
    programme_code: str
    household_id: UUID | None
    group_id: UUID | None
    enterprise_id: UUID | None


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """Open tasks of an actor by urgency."""

    overdue: int
    today: int
    week: int
    later: int

    @property
    def total(self) -> int:
        return self.overdue + self.today + self.week + self.later
