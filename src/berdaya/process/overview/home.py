"""The first page: what needs this person today, and at most five figures with source, date and comparison."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, F, Max, Min, OuterRef, Q, Subquery, Sum

from berdaya.access.models import Account
from berdaya.access.permissions import can
from berdaya.enterprises.models import Enterprise, StatusSnapshot
from berdaya.funds.models import CashEvent
from berdaya.grants.models import HandoverLine
from berdaya.kernel import clock
from berdaya.kernel.scope import Actor
from berdaya.process.overview.enterprises import last_visit_on, visits_of_late
from berdaya.process.overview.tasks import TaskFilter, TaskRow, task_counts, task_rows, tasks_queryset
from berdaya.programmes.models import Approval, Candidate, Programme
from berdaya.programmes.states import HOLDING
from berdaya.tasks.models import Task
from berdaya.tasks.selectors import mine

SHOWN_TASKS = 8


@dataclass(frozen=True)
class StatusFigures:
    """Businesses by state today and a month before."""

    now: dict[str, int]
    before: dict[str, int]
    as_of: date
    before_on: date


@dataclass(frozen=True)
class WaitingApproval:
    """A stage that waits for a second person; ``own`` ones wait for somebody else."""

    id: UUID
    programme_code: str
    programme_name: str
    stage: str
    made_by: str
    on: date
    own: bool


@dataclass(frozen=True)
class TaskGroup:
    """Tasks of one kind together: how many, how many late, the nearest date."""

    kind: str
    count: int
    late: int
    nearest: date


@dataclass(frozen=True)
class HomeView:
    """What the first page shows; parts that the role may not read are None."""

    tasks: tuple[TaskRow, ...]
    task_groups: tuple[TaskGroup, ...]
    task_counts: dict[str, int]
    approvals: tuple[WaitingApproval, ...]
    statuses: StatusFigures | None
    goods_idr: int | None
    handovers: int
    last_handover: date | None
    capital_idr: int
    funds: int
    selected: int | None
    candidates: int
    visits_month: int | None
    visited: int
    last_visit: date | None
    office_late: tuple[TaskGroup, ...]
    only_programme: str
    """Code of the programme where there is just one: its figures then open its own lists."""
    as_of: date


def home(*, actor: Actor) -> HomeView:
    """Everything on the first page in a fixed number of queries."""
    today = clock.today()
    reads_tasks = can(actor, "task.read")
    rows = list(tasks_queryset(actor=actor, filters=TaskFilter())[:SHOWN_TASKS]) if reads_tasks else []
    sees_families = can(actor, "family.read") and actor.kind == "staff"
    goods = _goods() if sees_families else (None, 0, None)
    capital = _capital() if sees_families and not goods[1] else (0, 0)
    chosen, every = _candidates() if sees_families else (None, 0)
    reads_business = can(actor, "business.read")
    last_visit = last_visit_on(today) if reads_business else None
    visits = _visits(last_visit) if last_visit else (0, 0)
    return HomeView(
        tasks=tuple(task_rows(rows)),
        task_groups=_groups(actor, today) if reads_tasks else (),
        task_counts=task_counts(actor=actor) if reads_tasks else {},
        approvals=_approvals(actor) if sees_families else (),
        statuses=_statuses(today) if reads_business else None,
        goods_idr=goods[0],
        handovers=goods[1],
        last_handover=goods[2],
        capital_idr=capital[0],
        funds=capital[1],
        selected=chosen,
        candidates=every,
        visits_month=visits[0] if last_visit else None,
        visited=visits[1],
        last_visit=last_visit,
        office_late=_office_late(today) if reads_tasks and actor.kind == "staff" else (),
        only_programme=_only_programme() if sees_families else "",
        as_of=today,
    )


def _only_programme() -> str:
    codes = list(Programme.objects.values_list("code", flat=True)[:2])
    return codes[0] if len(codes) == 1 else ""


def _groups(actor: Actor, today: date) -> tuple[TaskGroup, ...]:
    rows = Task.objects.filter(mine(actor), state="open").values_list("kind")
    counted = rows.annotate(count=Count("id"), late=Count("id", filter=Q(due_on__lt=today)), nearest=Min("due_on"))
    return tuple(TaskGroup(*row) for row in counted.order_by("nearest", "kind"))


def _visits(last: date) -> tuple[int, int]:
    """Visits of late, and how many businesses they reached."""
    sums = visits_of_late(last).aggregate(visits=Count("id"), seen=Count("enterprise_id", distinct=True))
    return sums["visits"], sums["seen"]


def _office_late(today: date) -> tuple[TaskGroup, ...]:
    """What is overdue in the whole scope, whoever has to do it, the largest pile first."""
    rows = Task.objects.filter(state="open", due_on__lt=today).values_list("kind")
    counted = rows.annotate(count=Count("id"), late=Count("id"), nearest=Min("due_on"))
    return tuple(TaskGroup(*row) for row in counted.order_by("-count", "kind"))


def _goods() -> tuple[int | None, int, date | None]:
    # What came back is in store again: the same sum as in every report.
    kept = HandoverLine.objects.aggregate(
        total=Sum((F("quantity") - F("returned")) * F("unit_value_idr")),
        count=Count("handover", distinct=True),
        latest=Max("handover__occurred_on"),
    )
    return kept["total"] or 0, kept["count"], kept["latest"]


def _capital() -> tuple[int, int]:
    """Revolving capital that the office paid out, and into how many funds."""
    sums = CashEvent.objects.filter(kind="capital").aggregate(total=Sum("amount"), funds=Count("fund", distinct=True))
    return sums["total"] or 0, sums["funds"]


def _candidates() -> tuple[int, int]:
    chosen = Count("id", filter=Q(state__in=HOLDING))
    sums = Candidate.objects.aggregate(every=Count("id"), chosen=chosen)
    return sums["chosen"], sums["every"]


def _statuses(today: date) -> StatusFigures:
    before = today - timedelta(days=30)
    return StatusFigures(_count(today), _count(before), today, before)


def _count(on: date) -> dict[str, int]:
    latest = StatusSnapshot.objects.filter(enterprise_id=OuterRef("pk"), as_of__lte=on).order_by("-as_of")
    rows = Enterprise.objects.filter(started_on__lte=on).annotate(status=Subquery(latest.values("status")[:1]))
    counts: dict[str, int] = {}
    for status, count in rows.values_list("status").annotate(count=Count("id")).order_by():
        counts[status or "unknown"] = counts.get(status or "unknown", 0) + count
    return counts


def _approvals(actor: Actor) -> tuple[WaitingApproval, ...]:
    rows = list(Approval.objects.filter(checked_at=None).select_related("programme").order_by("made_at")[:20])
    names = dict(Account.objects.filter(pk__in={row.made_by for row in rows}).values_list("pk", "name")) if rows else {}
    return tuple(
        WaitingApproval(
            row.pk,
            row.programme.code,
            row.programme.name,
            row.stage,
            names.get(row.made_by, ""),
            row.made_at.date(),
            row.made_by == actor.account_id,
        )
        for row in rows
    )
