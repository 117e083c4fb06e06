"""Who in the office can take over a task, and the tasks that somebody means to hand over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from berdaya.access.models import Role
from berdaya.access.permissions import PERMISSIONS, SUBJECT_ROLES, require
from berdaya.areas.codes import area_range
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.process.overview.tasks import TaskFilter, TaskRow, task_rows, tasks_queryset
from berdaya.tasks.models import Task
from berdaya.tasks.services import MOST_AT_ONCE
from berdaya.tasks.types import Owner


@dataclass(frozen=True)
class OwnerChoice:
    """One entry of the list: ``key`` stands in the form, ``name`` is empty for anybody of the role."""

    key: str
    role: str
    name: str
    owner: Owner


def owner_choices(*, actor: Actor) -> tuple[OwnerChoice, ...]:
    """Roles of the actor's office that finish tasks, and behind each the people who hold it today."""
    require(actor, "task.manage")
    today = clock.today()
    kinds = sorted(
        kind for kind, codes in PERMISSIONS.items() if "task.complete" in codes and kind not in SUBJECT_ROLES
    )
    rows = Role.objects.filter(Q(valid_until=None) | Q(valid_until__gte=today), valid_from__lte=today, kind__in=kinds)
    rows = rows.filter(Q(office_id=actor.office) | Q(all_offices=True)) if isinstance(actor.office, int) else rows
    known = list(rows.select_related("account").order_by("account__name", "id"))
    found: list[OwnerChoice] = []
    for kind in kinds:
        held = [role for role in known if role.kind == kind]
        everywhere = tuple(pair for role in held for pair in _ranges(role))
        if held:
            found.append(OwnerChoice(kind, kind, "", Owner(kind, None, everywhere)))
        found += [
            OwnerChoice(f"{kind}:{role.pk}", kind, role.account.name, Owner(kind, role.account_id, _ranges(role)))
            for role in held
        ]
    return tuple(found)


def _ranges(role: Role) -> tuple[tuple[int, int], ...]:
    return tuple((int(lo), int(hi)) for lo, hi in role.ranges) or (area_range(role.area),)


def ticked(*, actor: Actor, ids: Sequence[UUID]) -> list[TaskRow]:
    """The open tasks of these ids that the actor sees, the earliest date first."""
    require(actor, "task.manage")
    return task_rows(list(Task.objects.filter(pk__in=ids[:MOST_AT_ONCE], state="open").order_by("due_on", "id")))


def filtered(*, actor: Actor, filters: TaskFilter) -> list[TaskRow]:
    """Every task of the filter. Raises ``tasks_too_many`` above what one act may move."""
    rows = tasks_queryset(actor=actor, filters=filters.with_(state=""))
    count = rows.count()
    if count > MOST_AT_ONCE:
        raise Problem("tasks_too_many", count=count, most=MOST_AT_ONCE)
    return task_rows(list(rows))
