"""Making, finishing and passing on tasks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import connection, transaction

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.kernel import clock
from berdaya.kernel.bulk import stage
from berdaya.kernel.ids import new_ids
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.tasks.models import DailyRun, Task
from berdaya.tasks.states import after
from berdaya.tasks.types import NewTask, Owner, TaskState

MOST_AT_ONCE = 500
"""So many tasks change hands in one act: a list that long was filtered, not ticked."""

_COLUMNS = {
    "id": "uuid",
    "cause": "text",
    "kind": "text",
    "title": "text",
    "area": "bigint",
    "office_id": "bigint",
    "owner_role": "text",
    "raised_on": "date",
    "due_on": "date",
    "owner_account_id": "bigint",
    "programme_code": "text",
    "household_id": "uuid",
    "group_id": "uuid",
    "enterprise_id": "uuid",
    "params": "jsonb",
}


@transaction.atomic
def create_many(*, actor: Actor, tasks: Sequence[NewTask], once: bool = False) -> dict[str, UUID]:
    """Make tasks; where one of the same cause is open in the office, that one stays as it is.

    With `once` a cause that was a task before, finished or not, is not one again: causes that name their month.
    Returns cause -> id of the open task, new or not. For packages above, after their own permission check.
    Raises `not_allowed`.
    """
    if actor.account_id is None:
        raise Problem("not_allowed", role=actor.role, permission="task.manage")
    if not tasks:
        return {}
    with connection.cursor() as cursor:
        stage(
            cursor,
            "new_task",
            _COLUMNS,
            (
                (new, *(getattr(task, name) for name in list(_COLUMNS)[1:-1]), json.dumps(task.params, default=str))
                for new, task in zip(new_ids(len(tasks)), tasks, strict=True)
            ),
        )
        listed = ", ".join(_COLUMNS)
        cursor.execute(
            f"""
            INSERT INTO tasks_task ({listed}, state, outcome)
            SELECT DISTINCT ON (office_id, cause) {listed}, 'open', '' FROM new_task n
            WHERE NOT %s OR NOT EXISTS (
              SELECT 1 FROM tasks_task t WHERE t.office_id = n.office_id AND t.cause = n.cause)
            ORDER BY office_id, cause, id
            ON CONFLICT (office_id, cause) WHERE state = 'open' DO NOTHING
            """,
            [once],
        )
        made = cursor.rowcount
        cursor.execute(
            """
            SELECT t.cause, t.id FROM tasks_task t
            WHERE t.state = 'open' AND (t.office_id, t.cause) IN (SELECT office_id, cause FROM new_task)
            """
        )
        found: dict[str, UUID] = dict(cursor.fetchall())
    if made:
        record(actor=actor, name="tasks.created", count=made)
    return found


@transaction.atomic
def complete(*, actor: Actor, task_id: UUID, outcome: str) -> None:
    """Finish a task and say what was done. Raises not_found, task_not_yours, task_needs_outcome, bad_state."""
    require(actor, "task.complete")
    task = _locked(task_id)
    if not _may_finish(actor, task):
        raise Problem("task_not_yours", role=task.owner_role)
    if not outcome.strip():
        raise Problem("task_needs_outcome")
    _move(task, "complete")
    task.done_on = clock.today()
    task.outcome = outcome.strip()
    task.save(update_fields=["state", "done_on", "outcome"])
    record(actor=actor, name="task.completed", subject_kind="task", subject_id=task.pk, area=task.area)


@transaction.atomic
def reassign_many(*, actor: Actor, task_ids: Sequence[UUID], owner: Owner, reason: str) -> int:
    """Give open tasks to another role or person, all or none; returns how many.

    Raises tasks_none_chosen, tasks_too_many, task_owner_elsewhere where the new owner would not see one of them,
    not_found for one outside the scope, and bad_state for one that is no longer open.
    """
    require(actor, "task.manage")
    wanted = sorted(set(task_ids))
    if not wanted:
        raise Problem("tasks_none_chosen")
    if len(wanted) > MOST_AT_ONCE:
        raise Problem("tasks_too_many", count=len(wanted), most=MOST_AT_ONCE)
    tasks = list(Task.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    if len(tasks) < len(wanted):
        raise Problem("not_found")
    outside = sum(not owner.covers(task.area) for task in tasks)
    if outside:
        raise Problem("task_owner_elsewhere", count=outside)
    for task in tasks:
        _move(task, "reassign")
        task.owner_role, task.owner_account_id = owner.role, owner.account_id
        task.save(update_fields=["owner_role", "owner_account_id"])
        record(
            actor=actor,
            name="task.reassigned",
            subject_kind="task",
            subject_id=task.pk,
            area=task.area,
            reason=reason,
            role=owner.role,
        )
    return len(tasks)


@transaction.atomic
def reopen(*, actor: Actor, task_id: UUID, reason: str) -> None:
    """Open a finished task again, with the reason. Raises not_found, bad_state, task_needs_reason, task_again_open."""
    require(actor, "task.manage")
    if not reason.strip():
        raise Problem("task_needs_reason")
    task = _locked(task_id)
    _move(task, "reopen")
    if Task.objects.filter(office_id=task.office_id, cause=task.cause, state=TaskState.OPEN).exists():
        raise Problem("task_again_open")
    task.done_on = None
    task.save(update_fields=["state", "done_on"])
    record(actor=actor, name="task.reopened", subject_kind="task", subject_id=task.pk, area=task.area, reason=reason)


@transaction.atomic
def cancel_many(*, actor: Actor, task_ids: Sequence[UUID], outcome: str) -> int:
    """Close open tasks whose cause has gone, with the sentence that says so. For packages above. Returns how many.

    Raises `not_allowed`.
    """
    if actor.account_id is None:
        raise Problem("not_allowed", role=actor.role, permission="task.manage")
    closed = Task.objects.filter(pk__in=task_ids, state=TaskState.OPEN).update(
        state=TaskState.CANCELLED, outcome=outcome, done_on=clock.today()
    )
    if closed:
        record(actor=actor, name="tasks.cancelled", count=closed)
    return closed


@transaction.atomic
def finish_many(*, actor: Actor, causes: Sequence[str], outcome: str) -> int:
    """Mark open tasks as done because what they asked for has been done; for packages above, after their own check.

    Returns how many. Tasks of other offices and areas are left alone.
    Raises `not_allowed`.
    """
    if actor.account_id is None:
        raise Problem("not_allowed", role=actor.role, permission="task.complete")
    done = Task.objects.filter(cause__in=list(causes), state=TaskState.OPEN).update(
        state=TaskState.DONE, outcome=outcome, done_on=clock.today()
    )
    if done:
        record(actor=actor, name="tasks.finished", count=done)
    return done


def _locked(task_id: UUID) -> Task:
    task = Task.objects.select_for_update().filter(pk=task_id).first()
    if task is None:
        raise Problem("not_found")
    return task


def _may_finish(actor: Actor, task: Task) -> bool:
    mine = actor.role == task.owner_role and task.owner_account_id in (None, actor.account_id)
    return mine or "task.manage" in actor.permissions


def _move(task: Task, action: str) -> None:
    target = after(TaskState(task.state), action)
    if target is None:
        raise Problem("bad_state", state=task.state)
    task.state = target.value


def daily_done(*, actor: Actor, on: date) -> set[str]:
    """Codes of the daily checks that have run for the actor's office on that day without a problem."""
    ran = DailyRun.objects.filter(office_id=int(actor.office or 0), on=on, problem="")
    return set(ran.values_list("check_code", flat=True))


def keep_daily(
    *, actor: Actor, area: int, on: date, code: str, found: int, seconds: float, done: int = 0, problem: str = ""
) -> None:
    """Keep that a daily check ran: how many tasks stand, what it settled itself, in seconds, or why it could not."""
    require(actor, "task.manage")
    DailyRun.objects.update_or_create(
        office_id=int(actor.office or 0),
        on=on,
        check_code=code,
        defaults={"area": area, "found": found, "done": done, "seconds": seconds, "problem": problem[:200]},
    )
