"""Businesses: the list with the state of each, and one business as a dated story."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypedDict
from uuid import UUID

from django.db.models import Count, DateField, Exists, OuterRef, Q, QuerySet, Subquery

from berdaya.access.permissions import require
from berdaya.enterprises.models import Enterprise, EnterpriseMonth, Evidence, MentorAssignment, StatusSnapshot
from berdaya.enterprises.rules.figures import shown_turnover
from berdaya.grants.models import Asset
from berdaya.kernel import clock
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.scope import Actor
from berdaya.market.models import Stall
from berdaya.process.overview.common import Page, found, head_names, order_of, page_of, places, within
from berdaya.process.overview.tasks import open_tasks
from berdaya.visits.models import Visit

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

STATUSES = ("active", "weak", "dormant", "holiday_only", "unknown")


@dataclass(frozen=True)
class BusinessFilter(ListFilter):
    """Filter of the list of businesses."""

    programme: str = ""
    status: str = ""
    kind: str = ""
    seen: str = ""
    """``30``: visited in the thirty days that end with the last visit known."""


@dataclass(frozen=True)
class BusinessRow:
    """One business with its present state and last news."""

    id: UUID
    name: str
    kind: str
    owner: str
    place: str
    programme: str
    status: str
    status_on: date | None
    last_visit: date | None
    spark: tuple[int | None, ...]
    synthetic: bool
    area: int = 0


@dataclass(frozen=True)
class StoryEvent:
    """One dated fact: a visit, a sale, goods, a stall; ``data`` is what the page words."""

    on: date
    kind: str
    method: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class MonthFigure:
    """Turnover shown for one month, None where nobody looked; ``source`` is the column it came from."""

    month: date
    amount_idr: int | None
    source: str


@dataclass(frozen=True)
class BusinessView:
    """One business: state with its reason, 24 months, story, goods, products, open tasks."""

    row: BusinessRow
    household_id: UUID | None
    group_id: UUID | None
    programme_code: str
    started_on: date
    baseline_income_idr: int | None
    latest_income_idr: int | None
    reason: Mapping[str, Any]
    months: tuple[MonthFigure, ...]
    events: tuple[StoryEvent, ...]
    assets: tuple[Mapping[str, Any], ...]
    tasks: tuple[Mapping[str, Any], ...]
    mentor: str


def _latest(field: str, today: date) -> Subquery:
    rows = StatusSnapshot.objects.filter(enterprise_id=OuterRef("pk"), as_of__lte=today).order_by("-as_of")
    return Subquery(rows.values(field)[:1])


class StatusColumns(TypedDict):
    """Columns that :func:`with_status` adds."""

    status: str | None
    status_on: date | None


class ListColumns(StatusColumns):
    """Columns of :func:`businesses_queryset`."""

    last_visit: date | None


if TYPE_CHECKING:
    WithStatus = WithAnnotations[Enterprise, StatusColumns]
    Listed = WithAnnotations[Enterprise, ListColumns]


def with_status(rows: QuerySet[Enterprise], today: date) -> QuerySet[WithStatus]:
    """Businesses with ``status`` and ``status_on`` of the latest day computed; without any they are unknown."""
    return rows.annotate(status=_latest("status", today), status_on=_latest("as_of", today))


def by_status(status: str) -> Q:
    """Condition on the annotation of :func:`with_status`."""
    return Q(status=None) | Q(status="unknown") if status == "unknown" else Q(status=status)


def status_counts(*, programme_ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """Businesses of each programme by state; the five sum to all of them."""
    rows = with_status(Enterprise.objects.filter(programme_id__in=programme_ids), clock.today())
    counts: dict[UUID, dict[str, int]] = defaultdict(dict)
    for programme_id, status, count in (
        rows.values_list("programme_id", "status").annotate(count=Count("id")).order_by()
    ):
        known = status or "unknown"
        counts[programme_id][known] = counts[programme_id].get(known, 0) + count
    return dict(counts)


def last_visit_on(today: date) -> date | None:
    """The day of the last visit known."""
    rows = Visit.objects.filter(occurred_on__lte=today).order_by("-occurred_on")
    return rows.values_list("occurred_on", flat=True).first()


def visits_of_late(last: date) -> QuerySet[Visit]:
    """Visits of the thirty days that end with the last one known: later days were not reported yet."""
    return Visit.objects.filter(occurred_on__gt=last - timedelta(days=30), occurred_on__lte=last)


BUSINESS_SORTS = {"wilayah": ("area", "id"), "nama": ("name", "id"), "keadaan": ("status_on", "id")}


def businesses_queryset(*, actor: Actor, filters: BusinessFilter) -> QuerySet[Listed]:
    """Businesses of the filter with state and last visit, for lists and exports."""
    require(actor, "business.read")
    today = clock.today()
    seen = Visit.objects.filter(enterprise_id=OuterRef("pk")).order_by("-occurred_on").values("occurred_on")[:1]
    rows = with_status(Enterprise.objects.filter(within(filters.area)), today)
    if filters.programme:
        rows = rows.filter(programme__code=filters.programme)
    if filters.status in STATUSES:
        rows = rows.filter(by_status(filters.status))
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.seen:
        late = visits_of_late(last_visit_on(today) or today)
        rows = rows.filter(Exists(late.filter(enterprise_id=OuterRef("pk"))))
    if filters.q:
        rows = rows.filter(name__icontains=filters.q)
    listed = rows.annotate(last_visit=Subquery(seen, output_field=DateField()))
    return listed.select_related("programme", "group").order_by(*order_of(filters.sort, BUSINESS_SORTS))


def businesses(*, actor: Actor, filters: BusinessFilter) -> Page[BusinessRow]:
    """One page of businesses with a sparkline of the last twelve months each."""
    page = page_of(businesses_queryset(actor=actor, filters=filters), filters)
    return page.having(business_rows(list(page.rows)))


def business_rows(rows: Sequence[Listed], *, sparks: bool = True) -> list[BusinessRow]:
    """Businesses (annotated by :func:`businesses_queryset`) as rows."""
    names = places(item.area for item in rows)
    owners = _owners(rows)
    turnover = _turnover([item.pk for item in rows], 12) if sparks else {}
    return [
        BusinessRow(
            id=item.pk,
            name=item.name,
            kind=item.kind,
            owner=_owner(item, owners),
            place=names.get(item.area, ""),
            programme=item.programme.name if item.programme else "",
            status=item.status or "unknown",
            status_on=item.status_on,
            last_visit=item.last_visit,
            spark=tuple(figure.amount_idr for figure in turnover.get(item.pk, ())),
            synthetic=item.synthetic,
            area=item.area,
        )
        for item in rows
    ]


def _owner(item: Listed, owners: Mapping[UUID, str]) -> str:
    if item.group:
        return item.group.name
    return owners.get(item.household_id, "") if item.household_id else ""


def _owners(rows: Sequence[Listed]) -> dict[UUID, str]:
    return head_names({item.household_id for item in rows if item.household_id})


def month_starts(last: date, count: int) -> list[date]:
    """First days of the ``count`` months that end with the month of ``last``."""
    at = last.year * 12 + last.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(at - count + 1, at + 1)]


def _turnover(ids: list[UUID], count: int) -> dict[UUID, list[MonthFigure]]:
    starts = month_starts(clock.today(), count)
    months = EnterpriseMonth.objects.filter(enterprise_id__in=ids, month__range=(starts[0], starts[-1]))
    rows = months.values_list(
        "enterprise_id", "month", "turnover_fund_idr", "turnover_visit_idr", "turnover_market_idr"
    )
    known = {(pk, month): shown_turnover(fund, visit, market) for pk, month, fund, visit, market in rows}
    figures = {}
    for pk in ids:
        shown = [known.get((pk, month)) for month in starts]
        figures[pk] = [
            MonthFigure(month, item.amount_idr if item else None, item.source.value if item else "")
            for month, item in zip(starts, shown, strict=True)
        ]
    return figures


def business(*, actor: Actor, enterprise_id: UUID) -> BusinessView:
    """One business; ``not_found`` outside the scope."""
    queryset = businesses_queryset(actor=actor, filters=BusinessFilter())
    item = found(queryset.filter(pk=enterprise_id).first())
    snapshot = item.statuses.filter(as_of__lte=clock.today()).order_by("-as_of").first()
    assigned = None
    if actor.kind == "staff":  # a mentor knows who looks after the own caseload
        assigned = MentorAssignment.objects.select_related("mentor").filter(enterprise=item, until=None).first()
    incomes = EnterpriseMonth.objects.filter(enterprise=item, income_idr__isnull=False).order_by("-month")
    return BusinessView(
        row=business_rows([item], sparks=False)[0],
        household_id=item.household_id,
        group_id=item.group_id,
        programme_code=item.programme.code if item.programme else "",
        started_on=item.started_on,
        baseline_income_idr=item.baseline_income_idr,
        latest_income_idr=incomes.values_list("income_idr", flat=True).first(),
        reason=snapshot.reason if snapshot else {},
        months=tuple(_turnover([item.pk], 24)[item.pk]),
        events=_story(item, with_mentors=actor.kind == "staff"),
        assets=tuple(
            Asset.objects.filter(enterprise=item)
            .order_by("name")
            .values("name", "value_idr", "state", "state_on", "origin")
        ),
        tasks=open_tasks(enterprise_id=item.pk),
        mentor=assigned.mentor.name if assigned else "",
    )


def _story(item: Enterprise, *, with_mentors: bool) -> tuple[StoryEvent, ...]:
    visits = Visit.objects.filter(enterprise=item).order_by("-occurred_on")
    if with_mentors:
        visits = visits.select_related("mentor")
    other = Evidence.objects.filter(enterprise=item).exclude(kind="visit").order_by("-occurred_on")[:60]
    stalls = Stall.objects.filter(enterprise=item).select_related("exhibition")
    events = [
        StoryEvent(
            visit.occurred_on,
            "visit",
            visit.method,
            {
                "production_days": visit.production_days,
                "turnover_idr": visit.turnover_idr,
                "problem": visit.problem,
                "advice": visit.advice,
                "mentor": visit.mentor.name if with_mentors and visit.mentor else "",
            },
        )
        for visit in visits[:60]
    ]
    events += [
        StoryEvent(fact.occurred_on, fact.kind, fact.method, {"amount_idr": fact.amount_idr, **fact.detail})
        for fact in other
    ]
    events += [
        StoryEvent(
            stall.exhibition.starts_on,
            "stall",
            "document",
            {
                "name": stall.exhibition.name,
                "number": stall.number,
                "turnover_idr": stall.turnover_idr,
                "leads": stall.leads,
                "exhibition_id": stall.exhibition_id,
            },
        )
        for stall in stalls
    ]
    return tuple(sorted(events, key=lambda event: event.on, reverse=True))
