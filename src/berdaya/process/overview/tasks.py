"""Tasks with owner and date, and what needs somebody today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from berdaya.access.models import Account
from berdaya.access.permissions import require
from berdaya.kernel import clock
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.scope import Actor
from berdaya.process.overview.common import Page, found, page_of, places, within
from berdaya.tasks.models import Task
from berdaya.tasks.selectors import mine


@dataclass(frozen=True)
class TaskFilter(ListFilter):
    """Filter of tasks. ``whose``: '' mine, ``semua`` all that the scope shows; ``state``: '' open, ``selesai``."""

    whose: str = ""
    state: str = ""
    kind: str = ""
    late: str = ""


@dataclass(frozen=True)
class TaskRow:
    """One task: what, by when, whose, where, about what."""

    id: UUID
    title: str
    kind: str
    due_on: date
    late_days: int
    owner_role: str
    owner: str
    place: str
    state: str
    done_on: date | None
    outcome: str
    raised_on: date
    household_id: UUID | None
    group_id: UUID | None
    enterprise_id: UUID | None
    programme_code: str
    area: int = 0
    params: Mapping[str, Any] = field(default_factory=dict)


def tasks_queryset(*, actor: Actor, filters: TaskFilter) -> QuerySet[Task]:
    """Tasks of the filter, the earliest date first."""
    require(actor, "task.read")
    closed = filters.state == "selesai"
    rows = Task.objects.filter(within(filters.area), state="done" if closed else "open")
    if filters.whose != "semua":
        rows = rows.filter(mine(actor))
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.late == "ya":
        rows = rows.filter(due_on__lt=clock.today())
    if filters.q:
        rows = rows.filter(title__icontains=filters.q)
    return rows.order_by("-done_on", "id") if closed else rows.order_by("due_on", "area", "id")


def tasks(*, actor: Actor, filters: TaskFilter) -> Page[TaskRow]:
    """One page of tasks."""
    page = page_of(tasks_queryset(actor=actor, filters=filters), filters)
    return page.having(task_rows(list(page.rows)))


def task_rows(rows: list[Task]) -> list[TaskRow]:
    """Tasks as rows with the names of owners and places."""
    today = clock.today()
    known = places(item.area for item in rows)
    owners = {item.owner_account_id for item in rows if item.owner_account_id}
    names = dict(Account.objects.filter(pk__in=owners).values_list("pk", "name")) if owners else {}
    return [
        TaskRow(
            item.pk,
            item.title,
            item.kind,
            item.due_on,
            max(0, (today - item.due_on).days) if item.state == "open" else 0,
            item.owner_role,
            names.get(item.owner_account_id, "") if item.owner_account_id else "",
            known.get(item.area, ""),
            item.state,
            item.done_on,
            item.outcome,
            item.raised_on,
            item.household_id,
            item.group_id,
            item.enterprise_id,
            item.programme_code,
            item.area,
            item.params,
        )
        for item in rows
    ]


def task(*, actor: Actor, task_id: UUID) -> TaskRow:
    """One task; ``not_found`` outside the scope."""
    require(actor, "task.read")
    return task_rows([found(Task.objects.filter(pk=task_id).first())])[0]


def open_tasks(**subject: UUID) -> tuple[Mapping[str, Any], ...]:
    """Open tasks about one subject (``household_id=...``), the earliest date first: what their titles are told from."""
    rows = Task.objects.filter(state="open", **subject).order_by("due_on", "id")
    return tuple(rows.values("id", "kind", "title", "params", "due_on"))


def task_counts(*, actor: Actor) -> dict[str, int]:
    """My open tasks, those late, and those due within a week: one query."""
    require(actor, "task.read")
    today = clock.today()
    counted: dict[str, Any] = Task.objects.filter(mine(actor), state="open").aggregate(
        open=Count("id"),
        late=Count("id", filter=Q(due_on__lt=today)),
    )
    return {key: int(value) for key, value in counted.items()}
