"""Exhibitions with sales per stall, and contests with the scores of their juries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from berdaya.access.permissions import can, require
from berdaya.areas.models import Area
from berdaya.areas.selectors import areas_by_code, children
from berdaya.enterprises.models import Enterprise
from berdaya.kernel import clock
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.scope import Actor, current_actor
from berdaya.market.models import Contest, ContestEntry, Exhibition, JuryScore, Stall
from berdaya.process.overview.common import Page, found, head_names, page_of, places, within

AROUND = timedelta(days=30)
"""What is near enough to today to stand above the lists."""
MOST_FOUND = 40
"""So many businesses a search shows; whoever sees more types another word."""


@dataclass(frozen=True)
class EventFilter(ListFilter):
    """Filter of exhibitions."""


@dataclass(frozen=True)
class ExhibitionRow:
    """One exhibition with what the actor's own sellers earned there."""

    id: UUID
    name: str
    venue: str
    place: str
    starts_on: date
    ends_on: date
    stalls: int
    turnover_idr: int
    leads: int
    area: int = 0
    closed_on: date | None = None
    mine: bool = False


@dataclass(frozen=True)
class ContestRow:
    """One contest; ``mine`` is True for who may run it: the office's own staff with `market.manage`."""

    id: UUID
    name: str
    level: str
    held_on: date
    entries: int
    closed_on: date | None = None
    mine: bool = False
    marked: int = 0


@dataclass(frozen=True)
class EventLists:
    """Exhibitions of one page, and all contests."""

    exhibitions: Page[ExhibitionRow]
    contests: tuple[ContestRow, ...]


@dataclass(frozen=True)
class ExhibitionView:
    """``code`` and ``place`` are what the form of a change needs besides the row."""

    row: ExhibitionRow
    stalls: tuple[Mapping[str, Any], ...]
    code: str = ""


@dataclass(frozen=True)
class EntryRow:
    """One business in a contest: rank, score, and the sheet of each juror."""

    enterprise_id: UUID
    name: str
    score: float | None
    rank: int | None
    scores: tuple[Mapping[str, Any], ...]
    id: UUID | None = None
    kind: str = ""
    place: str = ""
    synthetic: bool = False


@dataclass(frozen=True)
class ContestView:
    """``criteria`` are (name, weight) in the order of the sheet; ``jurors`` who has marked so far, by name."""

    row: ContestRow
    entries: tuple[EntryRow, ...]
    criteria: tuple[tuple[str, int], ...] = ()
    jurors: tuple[str, ...] = ()
    code: str = ""


@dataclass(frozen=True)
class Candidate:
    """A business of the office that may still be entered."""

    id: UUID
    name: str
    kind: str
    owner: str
    place: str


@dataclass(frozen=True)
class Running:
    """What goes on around today: exhibitions by their first day, contests by theirs."""

    exhibitions: tuple[ExhibitionRow, ...]
    contests: tuple[ContestRow, ...]


def events(*, actor: Actor, filters: EventFilter) -> EventLists:
    """Exhibitions (paged) and the hundred latest contests that lie in, contain or invite the actor's area."""
    page = page_of(exhibitions_queryset(actor=actor, filters=filters), filters)
    contests = list(contests_queryset(actor=actor, filters=EventFilter())[:100])
    return EventLists(page.having(exhibition_rows(list(page.rows))), tuple(contest_rows(contests)))


def exhibitions_queryset(*, actor: Actor, filters: EventFilter) -> QuerySet[Exhibition]:
    """Exhibitions of the filter, the latest first."""
    require(actor, "programme.read")
    rows = Exhibition.objects.filter(within(filters.area))
    if filters.q:
        rows = rows.filter(name__icontains=filters.q)
    return rows.order_by("-starts_on", "id")


def contests_queryset(*, actor: Actor, filters: EventFilter) -> QuerySet[Contest]:
    """Contests of the filter, the latest first."""
    require(actor, "programme.read")
    rows = Contest.objects.filter(within(filters.area))
    if filters.q:
        rows = rows.filter(name__icontains=filters.q)
    return rows.order_by("-held_on", "id")


def contest_rows(contests: list[Contest]) -> list[ContestRow]:
    """Contests as rows, with the entries that the actor may see and how many of them have a place."""
    entries = ContestEntry.objects.filter(contest__in=[item.pk for item in contests])
    counted = {
        pk: (count, marked)
        for pk, count, marked in entries.values_list("contest_id")
        .annotate(count=Count("id"), marked=Count("rank"))
        .order_by()
    }
    rows = []
    for item in contests:
        count, marked = counted.get(item.pk, (0, 0))
        rows.append(ContestRow(item.pk, item.name, item.level, item.held_on, count, item.closed_on, runs(item), marked))
    return rows


def runs(event: Contest | Exhibition) -> bool:
    """True for who may change an exhibition or contest: the office that holds it."""
    actor = current_actor()
    return (
        actor is not None
        and actor.kind == "staff"
        and can(actor, "market.manage")
        and event.office_id == (actor.office or 0)
    )


def running(*, actor: Actor) -> Running:
    """What the own office holds within thirty days of today and has not closed."""
    require(actor, "programme.read")
    today = clock.today()
    fairs = Exhibition.objects.filter(
        office_id=actor.office or 0, starts_on__lte=today + AROUND, ends_on__gte=today - AROUND, closed_on=None
    )
    held = Contest.objects.filter(
        office_id=actor.office or 0, held_on__range=(today - AROUND, today + AROUND), closed_on=None
    )
    return Running(
        tuple(exhibition_rows(list(fairs.order_by("starts_on", "id")[:6]))),
        tuple(contest_rows(list(held.order_by("held_on", "id")[:6]))),
    )


def candidates(*, actor: Actor, text: str, without: Iterable[UUID]) -> list[Candidate]:
    """Businesses of the actor's office that a word finds: by their own name, their group's, or their village's."""
    require(actor, "market.manage")
    words = text.strip()
    if len(words) < 2:
        return []
    villages = Area.objects.filter(name__icontains=words, code__gte=actor.lo, code__lte=actor.hi).values("code")
    rows = list(
        Enterprise.objects.filter(
            Q(name__icontains=words) | Q(group__name__icontains=words) | Q(area__in=villages),
            office_id=actor.office or 0,
        )
        .exclude(pk__in=list(without))
        .select_related("group")
        .order_by("name", "id")[:MOST_FOUND]
    )
    heads = head_names({row.household_id for row in rows if row.household_id})
    known = places({row.area for row in rows})
    return [
        Candidate(
            row.pk,
            row.name,
            row.kind,
            row.group.name if row.group else heads.get(row.household_id, "") if row.household_id else "",
            known.get(row.area, ""),
        )
        for row in rows
    ]


def venues(*, actor: Actor) -> list[tuple[int, str]]:
    """Where an exhibition can be held: the actor's own area and the areas just below it."""
    require(actor, "market.manage")
    own = list(areas_by_code([actor.lo]).values())
    return [(info.code, info.name) for info in (*own, *children(actor.lo)) if actor.covers(info.code)]


def last_criteria(*, actor: Actor) -> tuple[tuple[str, int], ...]:
    """Criteria of the office's newest contest, for the form of the next one; nothing where there was none."""
    require(actor, "market.manage")
    last = Contest.objects.filter(office_id=actor.office or 0).exclude(criteria=[]).order_by("-held_on", "id").first()
    return _pairs(last.criteria) if last else ()


def _pairs(criteria: Sequence[Sequence[Any]]) -> tuple[tuple[str, int], ...]:
    return tuple((str(name), int(weight)) for name, weight in criteria)


def exhibition_rows(rows: list[Exhibition]) -> list[ExhibitionRow]:
    """Exhibitions as rows, with stalls, sales and leads counted in one query."""
    sums = {
        pk: (count, turnover or 0, leads or 0)
        for pk, count, turnover, leads in Stall.objects.filter(exhibition__in=rows)
        .values_list("exhibition_id")
        .annotate(count=Count("id"), turnover=Sum("turnover_idr"), leads_sum=Sum("leads"))
        .order_by()
    }
    known = places(item.place for item in rows)
    return [
        ExhibitionRow(
            item.pk,
            item.name,
            item.venue,
            known.get(item.place, ""),
            item.starts_on,
            item.ends_on,
            *sums.get(item.pk, (0, 0, 0)),
            item.place,
            item.closed_on,
            runs(item),
        )
        for item in rows
    ]


def exhibition(*, actor: Actor, exhibition_id: UUID) -> ExhibitionView:
    """One exhibition with the stalls that the actor may see."""
    require(actor, "programme.read")
    item = found(Exhibition.objects.filter(pk=exhibition_id).first())
    stalls = Stall.objects.filter(exhibition=item).order_by("-turnover_idr", "number")
    return ExhibitionView(
        exhibition_rows([item])[0],
        tuple(
            stalls.values(
                "id",
                "number",
                "turnover_idr",
                "leads",
                "office_id",
                "enterprise_id",
                "enterprise__name",
                "enterprise__kind",
            )
        ),
        item.code,
    )


def contest(*, actor: Actor, contest_id: UUID) -> ContestView:
    """One contest: entries by rank with every sheet behind the score."""
    require(actor, "programme.read")
    item = found(Contest.objects.filter(pk=contest_id).first())
    entries = list(
        ContestEntry.objects.filter(contest=item)
        .select_related("enterprise")
        .order_by("rank", "enterprise__name", "id")
    )
    sheets: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
    jurors: set[str] = set()
    if actor.kind == "staff":  # roles that see only their own things read the score, not the jury's sheets
        scores = JuryScore.objects.filter(entry__in=entries).order_by("juror", "criterion")
        for sheet in scores.values("entry_id", "juror", "criterion", "weight", "score"):
            sheets[sheet["entry_id"]].append(sheet)
            jurors.add(sheet["juror"])
    known = places({entry.area for entry in entries})
    return ContestView(
        contest_rows([item])[0],
        tuple(
            EntryRow(
                entry.enterprise_id,
                entry.enterprise.name,
                entry.score,
                entry.rank,
                tuple(sheets[entry.pk]),
                entry.pk,
                entry.enterprise.kind,
                known.get(entry.area, ""),
                entry.enterprise.synthetic,
            )
            for entry in entries
        ),
        _pairs(item.criteria),
        tuple(sorted(jurors)),
        item.code,
    )
