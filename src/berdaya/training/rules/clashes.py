"""When two meetings want the same trainer, room or person. Pure.

A hard clash is never recorded: the same trainer, room or participant at the same minutes. A soft one asks for the
planner's word: too little time between two places, a holiday, Friday prayer, hours that participants said they lack.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

TRAVEL_MINUTES = 60
"""Time that a trainer needs between two venues on one day."""
FRIDAY = 4
FRIDAY_PRAYER = (time(11, 30), time(13, 0))
"""Salat Jumat with the way there and back, in every time zone of the country."""
NOON, DUSK = time(12), time(18)
_EPOCH = date(2000, 1, 1).toordinal()
_MINUTE_BITS = 26
"""Minutes since 2000 fit into 26 bits until the year 2127."""


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """A stretch of one day, from `starts_at` up to but without `ends_at`."""

    on: date
    starts_at: time
    ends_at: time

    @property
    def minutes(self) -> tuple[int, int]:
        """First minute and the one after the last, counted from 2000."""
        day = (self.on.toordinal() - _EPOCH) * 1440
        return (
            day + self.starts_at.hour * 60 + self.starts_at.minute,
            day + self.ends_at.hour * 60 + self.ends_at.minute,
        )

    def meets(self, other: Hours) -> bool:
        """True where both share a minute."""
        return self.on == other.on and self.starts_at < other.ends_at and other.starts_at < self.ends_at

    @property
    def slot(self) -> str:
        """The part of the week (`types.SLOTS`) in which most of it lies, told by its start."""
        if self.on.weekday() > FRIDAY:
            return "weekend"
        return "morning" if self.starts_at < NOON else "afternoon" if self.starts_at < DUSK else "evening"

    @property
    def in_prayer(self) -> bool:
        """True where it touches the Friday prayer."""
        starts_at, ends_at = FRIDAY_PRAYER
        return self.on.weekday() == FRIDAY and self.starts_at < ends_at and starts_at < self.ends_at

    def gap(self, other: Hours) -> int | None:
        """Minutes between two stretches of one day that do not meet; None otherwise."""
        if self.on != other.on or self.meets(other):
            return None
        (a, b), (c, d) = self.minutes, other.minutes
        return c - b if c >= b else a - d


def name_key(text: str) -> str:
    """One spelling of a name: case and spaces do not matter."""
    return " ".join(text.casefold().split())


def slot(what: str, *names: object, hours: Hours) -> tuple[int, int]:
    """The half-open range that stands for a thing at these hours: ranges of two things never touch.

    The upper 37 bits are a hash of the thing's name, the lower 26 the minute.
    """
    text = "|".join([what, *(name_key(str(name)) for name in names)])
    base = (int.from_bytes(hashlib.sha256(text.encode()).digest()[:5], "big") >> 3) << _MINUTE_BITS
    first, last = hours.minutes
    return base + first, base + last


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting as clashes see it."""

    code: str
    hours: Hours
    venue: str
    room: str
    trainer: str


@dataclass(frozen=True, slots=True)
class Clash:
    """One clash: `what` is trainer, room, participant, travel, holiday, prayer or hours."""

    what: str
    hard: bool
    text: str
    other: str = ""


def clashes(new: Meeting, others: Iterable[Meeting], *, holiday: str = "") -> list[Clash]:
    """Every clash of one meeting with those that are planned, the hard ones first."""
    found = [Clash("holiday", False, holiday)] if holiday else []
    if new.hours.in_prayer:
        found.append(Clash("prayer", False, f"{FRIDAY_PRAYER[0]:%H.%M}–{FRIDAY_PRAYER[1]:%H.%M}"))
    trainer, place = name_key(new.trainer), (name_key(new.venue), name_key(new.room))
    for other in others:
        same_place = place == (name_key(other.venue), name_key(other.room))
        same_trainer = bool(trainer) and trainer == name_key(other.trainer)
        if new.hours.meets(other.hours):
            if same_trainer:
                found.append(Clash("trainer", True, new.trainer, other.code))
            if same_place and place[0]:
                found.append(Clash("room", True, new.room or new.venue, other.code))
            continue
        gap = new.hours.gap(other.hours)
        if same_trainer and name_key(new.venue) != name_key(other.venue) and gap is not None and gap < TRAVEL_MINUTES:
            found.append(Clash("travel", False, new.trainer, other.code))
    return sorted(found, key=lambda c: (not c.hard, c.what, c.other))
