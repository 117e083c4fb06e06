from __future__ import annotations

from pathlib import Path

from berdaya.tasks.states import NAMES, TRANSITIONS, after, diagram
from berdaya.tasks.types import TaskState


def test_every_action_leads_from_a_state_to_a_state() -> None:
    assert after(TaskState.OPEN, "complete") is TaskState.DONE
    assert after(TaskState.DONE, "complete") is None
    assert after(TaskState.CANCELLED, "reopen") is None
    assert {state for state, _ in TRANSITIONS} <= set(TaskState)


def test_the_diagram_in_the_documents_is_the_table_in_the_code() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "states" / "task.md"
    assert diagram() in page.read_text(encoding="utf-8")
    assert set(NAMES) == set(TaskState)
