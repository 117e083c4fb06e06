"""Tasks as an actor sees them."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from berdaya.access.permissions import require
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.tasks.models import DailyRun, Task
from berdaya.tasks.rules import overdue_days, urgency
from berdaya.tasks.types import TaskCounts, TaskFilter, TaskRow, TaskState, Urgency


def tasks(
    *, actor: Actor, wanted: TaskFilter, as_of: date, limit: int = 50, offset: int = 0
) -> tuple[list[TaskRow], int]:
    """One page of tasks, nearest date first, and how many there are in all. Two queries."""
    require(actor, "task.read")
    query = _query(actor, wanted, as_of)
    rows = [_row(task, as_of) for task in query.order_by("due_on", "area", "id")[offset : offset + limit]]
    return rows, query.count()


def task(*, actor: Actor, task_id: UUID, as_of: date) -> TaskRow:
    """One task. Raises not_found."""
    require(actor, "task.read")
    found = Task.objects.filter(pk=task_id).first()
    if found is None:
        raise Problem("not_found")
    return _row(found, as_of)


def counts(*, actor: Actor, as_of: date, mine: bool = True) -> TaskCounts:
    """Open tasks by urgency, in one query."""
    require(actor, "task.read")
    week = as_of + timedelta(days=7)
    row = _query(actor, TaskFilter(mine=mine), as_of).aggregate(
        overdue=Count("pk", filter=Q(due_on__lt=as_of)),
        today=Count("pk", filter=Q(due_on=as_of)),
        week=Count("pk", filter=Q(due_on__gt=as_of, due_on__lte=week)),
        later=Count("pk", filter=Q(due_on__gt=week)),
    )
    return TaskCounts(**row)


def mine(actor: Actor) -> Q:
    """The condition "this is for me": the actor's role, and nobody else of that role by name."""
    return Q(owner_role=actor.role) & (Q(owner_account_id=None) | Q(owner_account_id=actor.account_id))


def _query(actor: Actor, wanted: TaskFilter, as_of: date) -> QuerySet[Task]:
    query = Task.objects.all()
    if wanted.mine:
        query = query.filter(mine(actor))
    if wanted.state is not None:
        query = query.filter(state=wanted.state)
    if wanted.kind:
        query = query.filter(kind=wanted.kind)
    if wanted.programme_code:
        query = query.filter(programme_code=wanted.programme_code)
    if wanted.enterprise_id is not None:
        query = query.filter(enterprise_id=wanted.enterprise_id)
    if wanted.area is not None:
        query = query.filter(area__range=wanted.area)
    if wanted.urgency is not None:
        query = query.filter(_due(wanted.urgency, as_of))
    return query


def _due(level: Urgency, as_of: date) -> Q:
    week = as_of + timedelta(days=7)
    still_open = Q(state=TaskState.OPEN)
    match level:
        case Urgency.OVERDUE:
            return still_open & Q(due_on__lt=as_of)
        case Urgency.TODAY:
            return still_open & Q(due_on=as_of)
        case Urgency.WEEK:
            return still_open & Q(due_on__gt=as_of, due_on__lte=week)
        case Urgency.LATER:
            return still_open & Q(due_on__gt=week)
        case Urgency.CLOSED:
            return ~still_open


def _row(task: Task, as_of: date) -> TaskRow:
    state = TaskState(task.state)
    return TaskRow(
        id=task.pk,
        kind=task.kind,
        title=task.title,
        params=task.params,
        area=task.area,
        owner_role=task.owner_role,
        owner_account_id=task.owner_account_id,
        raised_on=task.raised_on,
        due_on=task.due_on,
        done_on=task.done_on,
        state=state,
        urgency=urgency(state, task.due_on, as_of),
        overdue_days=overdue_days(state, task.due_on, as_of),
        outcome=task.outcome,
        programme_code=task.programme_code,
        household_id=task.household_id,
        group_id=task.group_id,
        enterprise_id=task.enterprise_id,
    )


def daily_runs(*, actor: Actor) -> dict[str, DailyRun]:
    """The last run of each daily check in the actor's offices, by code. One query."""
    rows = DailyRun.objects.order_by("check_code", "-on").distinct("check_code")
    if actor.office:
        rows = rows.filter(office_id=actor.office)
    return {row.check_code: row for row in rows}
