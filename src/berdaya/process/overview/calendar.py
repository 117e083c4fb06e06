"""The calendar of classes: which session is held when and where, by month or by week."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from berdaya.enterprises.rules.holidays import holiday_table
from berdaya.kernel.scope import Actor
from berdaya.process.overview.common import places
from berdaya.process.overview.training import open_classes
from berdaya.training.models import ClassSession

WEEK = 7


@dataclass(frozen=True, slots=True)
class CalendarSession:
    """One session on its day; `soft` says that a planner accepted a clash, `full` that trainer or room are named."""

    id: UUID
    class_id: UUID
    code: str
    name: str
    number: int
    starts_at: time
    ends_at: time
    venue: str
    place: str
    trainer: str
    soft: tuple[str, ...]
    cancelled: str


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day with its sessions in the order of the clock; `inside` is false for days of the months beside."""

    on: date
    inside: bool
    holiday: str
    sessions: tuple[CalendarSession, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Whole weeks from Monday on."""

    first: date
    last: date
    weeks: tuple[tuple[CalendarDay, ...], ...]
    classes: int

    @property
    def sessions(self) -> int:
        """Sessions that are held inside the stretch asked for."""
        return sum(not s.cancelled for week in self.weeks for day in week if day.inside for s in day.sessions)


def month_of(day: date) -> tuple[date, date]:
    """First and last day of a month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday."""
    first = day - timedelta(days=day.weekday())
    return first, first + timedelta(days=WEEK - 1)


def class_calendar(*, actor: Actor, first: date, last: date, programme: str = "") -> Calendar:
    """Sessions of the classes that the actor may open, between two days, filled up to whole weeks."""
    start, end = week_of(first)[0], week_of(last)[1]
    classes = open_classes(actor)
    if programme:
        classes = classes.filter(programme__code=programme)
    rows = list(
        ClassSession.objects.filter(training_class__in=classes, held_on__range=(start, end))
        .select_related("training_class")
        .order_by("held_on", "starts_at", "training_class__code", "number")
    )
    known = places(s.training_class.area for s in rows)
    days: dict[date, list[CalendarSession]] = defaultdict(list)
    for s in rows:
        cls = s.training_class
        days[s.held_on].append(
            CalendarSession(
                s.pk, cls.pk, cls.code, cls.name, s.number, s.starts_at, s.ends_at, s.room or cls.venue,
                known.get(cls.area, ""), s.trainer or cls.trainer, tuple(s.soft), s.cancelled,
            )
        )  # fmt: skip
    table = holiday_table()
    weeks = []
    for monday in range(0, (end - start).days + 1, WEEK):
        week = []
        for offset in range(WEEK):
            on = start + timedelta(days=monday + offset)
            season = table.season_of(on, before=0, after=0)
            week.append(CalendarDay(on, first <= on <= last, season.name_id if season else "", tuple(days[on])))
        weeks.append(tuple(week))
    return Calendar(first, last, tuple(weeks), len({s.training_class_id for s in rows}))


def next_session_day(*, actor: Actor, today: date) -> date | None:
    """The day of the next session, else of the last one: where a calendar without a date opens."""
    rows = ClassSession.objects.filter(training_class__in=open_classes(actor), cancelled="")
    ahead = rows.filter(held_on__gte=today).order_by("held_on").values_list("held_on", flat=True).first()
    return ahead or rows.order_by("-held_on").values_list("held_on", flat=True).first()
