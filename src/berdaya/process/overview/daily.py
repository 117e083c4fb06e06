"""The daily checks of an office: when each ran last and what it found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from berdaya.access.permissions import require
from berdaya.kernel.scope import Actor
from berdaya.process.daily import CHECKS
from berdaya.process.overview.common import Page
from berdaya.tasks.selectors import daily_runs


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check: kind of its tasks, names, the day it last ran, tasks that stood then, what it settled by itself, what
    kept it from ending."""

    kind: str
    name: tuple[str, str]
    on: date | None
    found: int
    done: int
    problem: str


def checks_of(*, actor: Actor) -> Page[CheckRow]:
    """All checks of the actor's office with their last run. One query."""
    require(actor, "task.manage")
    last = daily_runs(actor=actor)
    rows = [
        CheckRow(check.kind, check.name, run.on, run.found, run.done, run.problem)
        if (run := last.get(check.code))
        else CheckRow(check.kind, check.name, None, 0, 0, "")
        for check in CHECKS
        if check.code in last or not check.once
    ]
    return Page(tuple(rows), len(rows), 1)
