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


NAMES: Final[dict[TaskState, str]] = {
    TaskState.OPEN: "terbuka",
    TaskState.DONE: "selesai",
    TaskState.CANCELLED: "gugur",
}
_ACTIONS: Final = {
    "complete": "selesaikan, dengan hasil",
    "cancel": "penyebab hilang",
    "reassign": "alihkan",
    "reopen": "buka kembali, dengan alasan",
}


def diagram() -> str:
    """The table as a Mermaid state diagram with Indonesian names (``docs/states/task.md``)."""
    lines = ["stateDiagram-v2", "  [*] --> open : penyebab muncul"]
    lines += [f"  {state.value} : {name}" for state, name in NAMES.items()]
    lines += [
        f"  {before.value} --> {target.value} : {_ACTIONS[action]}" for (before, action), target in TRANSITIONS.items()
    ]
    return "\n".join(lines) + "\n"
