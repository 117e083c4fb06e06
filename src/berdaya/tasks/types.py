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
    """A task to be made: what, for whom, until when, because of what.

    `cause` is the idempotency key: as long as a task of this cause is open in the office, another is not
    made. `subject_kind` and `subject_id` name the thing it is about (for example enterprise and its id); the
    area is that of the thing, and `role` the code of the role that has to do it there.
    """

    cause: str
    kind: str
    area: int
    office_id: UUID | None
    role: str
    due_on: date
    subject_kind: str = ""
    subject_id: UUID | None = None
    assignee_id: UUID | None = None
    params: dict[str, Any] = field(default_factory=dict)
