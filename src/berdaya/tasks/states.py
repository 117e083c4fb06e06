"""The states of a task and what leads from one to the next."""

from __future__ import annotations

from typing import Final

from berdaya.tasks.types import TaskState

TRANSITIONS: Final[dict[tuple[TaskState, str], TaskState]] = {
    (TaskState.OPEN, "complete"): TaskState.DONE,
    (TaskState.OPEN, "cancel"): TaskState.CANCELLED,
    (TaskState.OPEN, "reassign"): TaskState.OPEN,
    (TaskState.DONE, "reopen"): TaskState.OPEN,
}


def after(state: TaskState, action: str) -> TaskState | None:
    """The state that an action leads to; None where it is not possible in this state."""
    return TRANSITIONS.get((state, action))
