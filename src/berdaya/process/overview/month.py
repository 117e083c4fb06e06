"""Bulan kerja: what a month brought, on one sheet of paper: visits, states, goods, tasks, complaints."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth

from berdaya.access.permissions import can, require
from berdaya.areas.codes import Level, ancestor
from berdaya.enterprises.models import Enterprise, EnterpriseMonth
from berdaya.enterprises.rules.figures import shown_turnover
from berdaya.followup.models import Complaint
from berdaya.grants.models import Handover
from berdaya.kernel import clock
from berdaya.kernel.scope import Actor
from berdaya.process.overview import calendar
from berdaya.process.overview.common import places
from berdaya.process.overview.enterprises import month_starts, with_status
from berdaya.process.overview.rupiah import Pot, pots, total
from berdaya.tasks.models import Task
from berdaya.visits.models import Visit

BACK = 12
"""So many months stand in the picture of visits, and can be opened."""
PLACES = 6


@dataclass(frozen=True)
class Pair:
    """A figure of the month beside that of the month before."""

    now: int
    before: int


@dataclass(frozen=True)
class LatePile:
    """Tasks of one kind that are late at the end of the month."""

    kind: str
    count: int
    oldest: date


@dataclass(frozen=True)
class WorryPlace:
    """One kecamatan (or kelurahan, from a camat's view) with its businesses that need somebody."""

    name: str
    dotted: int
    businesses: int
    worry: int
    unknown: int


@dataclass(frozen=True)
class MonthView:
    """One month of one scope. ``as_of`` is its last day, or today where it still runs."""

    first: date
    as_of: date
    months: tuple[date, ...]
    visits: tuple[int, ...]
    visited: Pair
    businesses: int
    turnover_idr: Pair
    reporting: int
    statuses: dict[str, int]
    statuses_before: dict[str, int]
    tasks_done: Pair
    tasks_raised: int
    late: tuple[LatePile, ...]
    goods_idr: Pair | None
    handovers: int
    complaints: Pair | None
    complaints_closed: int
    rupiah: Pot | None
    places: tuple[WorryPlace, ...]

    @property
    def late_count(self) -> int:
        return sum(pile.count for pile in self.late)


def month_of(wanted: str) -> date:
    """The first day of ``2026-10``; for anything else of the last month that somebody has reported of."""
    known = month_starts(clock.today(), BACK)
    chosen = next((first for first in known if f"{first:%Y-%m}" == wanted), None)
    if chosen:
        return chosen
    visits = Visit.objects.filter(occurred_on__range=(known[0], clock.today())).order_by("-occurred_on")
    last = visits.values_list("occurred_on", flat=True).first()
    return last.replace(day=1) if last else known[-1]


def month(*, actor: Actor, first: date) -> MonthView:
    """Everything on the sheet in a fixed number of queries. Raises ``not_allowed``."""
    require(actor, "report.read")
    last = min(calendar.month_of(first)[1], clock.today())
    before = (first - timedelta(days=1)).replace(day=1)
    months = tuple(month_starts(first, BACK))
    visits, visited = _visits(months, first, before, last)
    turnover, reporting = _turnover(first, before)
    statuses, worry = _states(last)
    staff = actor.kind == "staff" and can(actor, "family.read")
    goods, handovers = _goods(first, before, last) if staff else (None, 0)
    cases, closed = _complaints(first, before, last) if can(actor, "complaint.handle") else (None, 0)
    return MonthView(
        first=first,
        as_of=last,
        months=months,
        visits=visits,
        visited=visited,
        businesses=sum(statuses.values()),
        turnover_idr=turnover,
        reporting=reporting,
        statuses=statuses,
        statuses_before=_states(first - timedelta(days=1))[0],
        tasks_done=Pair(_done(first, last), _done(before, first - timedelta(days=1))),
        tasks_raised=Task.objects.filter(raised_on__range=(first, last)).count(),
        late=_late(last),
        goods_idr=goods,
        handovers=handovers,
        complaints=cases,
        complaints_closed=closed,
        rupiah=total(pots(actor=actor)) if staff else None,
        places=worry,
    )


def _visits(months: tuple[date, ...], first: date, before: date, last: date) -> tuple[tuple[int, ...], Pair]:
    rows = Visit.objects.filter(occurred_on__range=(months[0], last)).annotate(month=TruncMonth("occurred_on"))
    counted = {
        row["month"]: (row["n"], row["seen"])
        for row in rows.values("month").annotate(n=Count("id"), seen=Count("enterprise_id", distinct=True)).order_by()
    }
    seen = [counted.get(at, (0, 0))[1] for at in (first, before)]
    return tuple(counted.get(at, (0, 0))[0] for at in months), Pair(*seen)


def _turnover(first: date, before: date) -> tuple[Pair, int]:
    """What businesses turned over, each by the one rule that picks the figure of a month."""
    rows = EnterpriseMonth.objects.filter(month__in=(first, before))
    amounts, reporting = {first: 0, before: 0}, 0
    for at, fund, visit, market in rows.values_list(
        "month", "turnover_fund_idr", "turnover_visit_idr", "turnover_market_idr"
    ).iterator(chunk_size=5000):
        shown = shown_turnover(fund, visit, market)
        if shown is not None:
            amounts[at] += shown.amount_idr
            reporting += at == first
    return Pair(amounts[first], amounts[before]), reporting


def _states(on: date) -> tuple[dict[str, int], tuple[WorryPlace, ...]]:
    """Businesses by state on that day, and the places with most that are weak, dormant or not seen."""
    rows = with_status(Enterprise.objects.filter(started_on__lte=on), on)
    statuses: dict[str, int] = defaultdict(int)
    cells: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    areas = rows.values_list("area", "status").annotate(count=Count("id")).order_by()
    found = [(int(area), status or "unknown", int(count)) for area, status, count in areas]
    level = Level.DISTRICT if len({ancestor(area, Level.DISTRICT) for area, _s, _n in found}) > 1 else Level.VILLAGE
    if len({ancestor(area, Level.REGENCY) for area, _s, _n in found}) > 1:
        level = Level.REGENCY
    for area, status, count in found:
        statuses[status] += count
        cell = cells[ancestor(area, level)]
        cell["businesses"] += count
        cell["worry"] += count if status in {"weak", "dormant"} else 0
        cell["unknown"] += count if status == "unknown" else 0
    ordered = sorted(cells, key=lambda code: (-cells[code]["worry"] - cells[code]["unknown"], code))[:PLACES]
    names = places(ordered)
    worry = tuple(
        WorryPlace(names.get(code, ""), code, cells[code]["businesses"], cells[code]["worry"], cells[code]["unknown"])
        for code in ordered
        if cells[code]["worry"] + cells[code]["unknown"]
    )
    return dict(statuses), worry


def _done(first: date, last: date) -> int:
    return Task.objects.filter(state="done", done_on__range=(first, last)).count()


def _late(on: date) -> tuple[LatePile, ...]:
    """Tasks whose date had passed by that day and that were not done by then, the largest pile first."""
    rows = Task.objects.filter(due_on__lt=on, raised_on__lte=on).filter(Q(state="open") | Q(done_on__gt=on))
    piles: dict[str, LatePile] = {}
    for kind, due, count in rows.values_list("kind", "due_on").annotate(count=Count("id")).order_by("kind", "due_on"):
        known = piles.get(kind)
        piles[kind] = LatePile(kind, (known.count if known else 0) + count, known.oldest if known else due)
    return tuple(sorted(piles.values(), key=lambda pile: (-pile.count, pile.kind)))


def _goods(first: date, before: date, last: date) -> tuple[Pair, int]:
    sums = Handover.objects.aggregate(
        now=Sum("value_idr", filter=Q(occurred_on__range=(first, last))),
        before=Sum("value_idr", filter=Q(occurred_on__range=(before, first - timedelta(days=1)))),
        count=Count("id", filter=Q(occurred_on__range=(first, last))),
    )
    return Pair(int(sums["now"] or 0), int(sums["before"] or 0)), int(sums["count"])


def _complaints(first: date, before: date, last: date) -> tuple[Pair, int]:
    counts = Complaint.objects.aggregate(
        now=Count("id", filter=Q(filed_on__range=(first, last))),
        before=Count("id", filter=Q(filed_on__range=(before, first - timedelta(days=1)))),
        closed=Count("id", filter=Q(closed_on__range=(first, last))),
    )
    return Pair(int(counts["now"]), int(counts["before"])), int(counts["closed"])
