from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from berdaya.tasks.rules import overdue_days, urgency
from berdaya.tasks.states import NAMES, TRANSITIONS, after, diagram
from berdaya.tasks.types import TaskState, Urgency

AS_OF = date(2026, 10, 31)


@pytest.mark.parametrize(
    ("due", "expected", "days"),
    [
        (date(2026, 10, 28), Urgency.OVERDUE, 3),
        (date(2026, 10, 31), Urgency.TODAY, 0),
        (date(2026, 11, 7), Urgency.WEEK, 0),
        (date(2026, 11, 8), Urgency.LATER, 0),
    ],
)
def test_urgency(due: date, expected: Urgency, days: int) -> None:
    assert urgency(TaskState.OPEN, due, AS_OF) is expected
    assert overdue_days(TaskState.OPEN, due, AS_OF) == days
    assert urgency(TaskState.DONE, due, AS_OF) is Urgency.CLOSED
    assert overdue_days(TaskState.DONE, due, AS_OF) == 0


def test_every_action_leads_from_a_state_to_a_state() -> None:
    assert after(TaskState.OPEN, "complete") is TaskState.DONE
    assert after(TaskState.DONE, "complete") is None
    assert after(TaskState.CANCELLED, "reopen") is None
    assert {state for state, _ in TRANSITIONS} <= set(TaskState)


def test_the_diagram_in_the_documents_is_the_table_in_the_code() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "states" / "task.md"
    assert diagram() in page.read_text(encoding="utf-8")
    assert set(NAMES) == set(TaskState)
