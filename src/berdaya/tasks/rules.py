"""Rules of tasks. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from berdaya.tasks.types import TaskState, Urgency


def urgency(state: TaskState, due_on: date, as_of: date) -> Urgency:
    """How near the date is, seen from `as_of`; a task that is closed has none."""
    if state is not TaskState.OPEN:
        return Urgency.CLOSED
    if due_on < as_of:
        return Urgency.OVERDUE
    if due_on == as_of:
        return Urgency.TODAY
    return Urgency.WEEK if due_on <= as_of + timedelta(days=7) else Urgency.LATER


def overdue_days(state: TaskState, due_on: date, as_of: date) -> int:
    """Days past the date; 0 where it is not overdue."""
    return max(0, (as_of - due_on).days) if state is TaskState.OPEN else 0
