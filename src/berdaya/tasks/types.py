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
class Owner:
    """Who takes over tasks: one person, or any of a role where ``account_id`` is None; ``ranges`` are inclusive."""

    role: str
    account_id: int | None
    ranges: tuple[tuple[int, int], ...]

    def covers(self, area: int) -> bool:
        """True where the owner sees what lies in ``area``."""
        return any(lo <= area <= hi for lo, hi in self.ranges)
