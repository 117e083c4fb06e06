"""Exhibitions with sales per stall, and contests with the scores of their juries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from berdaya.access.permissions import require
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.scope import Actor
from berdaya.market.models import Contest, ContestEntry, Exhibition, JuryScore, Stall
from berdaya.process.overview.common import Page, found, page_of, places, within


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


@dataclass(frozen=True)
class ContestRow:
    id: UUID
    name: str
    level: str
    held_on: date
    entries: int


@dataclass(frozen=True)
class EventLists:
    exhibitions: Page[ExhibitionRow]
    contests: tuple[ContestRow, ...]


@dataclass(frozen=True)
class ExhibitionView:
    row: ExhibitionRow
    stalls: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class EntryRow:
    """One business in a contest: rank, score, and the sheet of each juror."""

    enterprise_id: UUID
    name: str
    score: float | None
    rank: int | None
    scores: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class ContestView:
    row: ContestRow
    entries: tuple[EntryRow, ...]


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
    """Contests as rows, with the entries that the actor may see."""
    entries = ContestEntry.objects.filter(contest__in=[item.pk for item in contests])
    counted = dict(entries.values_list("contest_id").annotate(count=Count("id")).order_by())
    return [ContestRow(item.pk, item.name, item.level, item.held_on, counted.get(item.pk, 0)) for item in contests]


def exhibition_rows(rows: list[Exhibition]) -> list[ExhibitionRow]:
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
            stalls.values("number", "turnover_idr", "leads", "enterprise_id", "enterprise__name", "enterprise__kind")
        ),
    )


def contest(*, actor: Actor, contest_id: UUID) -> ContestView:
    """One contest: entries by rank with every sheet behind the score."""
    require(actor, "programme.read")
    item = found(Contest.objects.filter(pk=contest_id).first())
    entries = list(ContestEntry.objects.filter(contest=item).select_related("enterprise").order_by("rank", "id"))
    sheets: dict[UUID, list[Mapping[str, Any]]] = {entry.pk: [] for entry in entries}
    if actor.kind == "staff":  # roles that see only their own things read the score, not the jury's sheets
        scores = JuryScore.objects.filter(entry__in=entries).order_by("juror", "criterion")
        for sheet in scores.values("entry_id", "juror", "criterion", "weight", "score"):
            sheets[sheet["entry_id"]].append(sheet)
    return ContestView(
        ContestRow(item.pk, item.name, item.level, item.held_on, len(entries)),
        tuple(
            EntryRow(entry.enterprise_id, entry.enterprise.name, entry.score, entry.rank, tuple(sheets[entry.pk]))
            for entry in entries
        ),
    )
