"""The dated table of holidays, and whether a visit's reporting period touches a season."""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files

REPORTING_DAYS = 30
"""A visit tells of the 30 days that end on its date."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """One holiday (hari raya) in one year; `basis` is decided or calculated."""

    code: str
    name_id: str
    name_en: str
    on: date
    basis: str


@dataclass(frozen=True)
class HolidayTable:
    """Holidays sorted by day, and the span of days for which the table is complete."""

    days: tuple[Holiday, ...]
    covers_from: date
    covers_to: date

    def __post_init__(self) -> None:
        object.__setattr__(self, "_ordinals", tuple(day.on.toordinal() for day in self.days))

    def season_of(self, on: date, *, before: int, after: int) -> Holiday | None:
        """The holiday whose season (`before` days before it to `after` days after it) contains the day."""
        return self._first(on.toordinal() - after, on.toordinal() + before)

    def season_touched(self, visited_on: date, *, before: int, after: int) -> Holiday | None:
        """The holiday whose season meets the 30 days that a visit on this day tells of."""
        end = visited_on.toordinal()
        return self._first(end - (REPORTING_DAYS - 1) - after, end + before)

    def covers(self, on: date, *, before: int, after: int) -> bool:
        """Whether the table is complete for every holiday that could matter to a visit on this day."""
        start = on - timedelta(days=REPORTING_DAYS - 1 + after)
        return self.covers_from <= start and on + timedelta(days=before) <= self.covers_to

    def _first(self, low: int, high: int) -> Holiday | None:
        ordinals: tuple[int, ...] = self._ordinals  # type: ignore[attr-defined]  # set in __post_init__
        index = bisect_left(ordinals, low)
        if index < len(ordinals) and ordinals[index] <= high:
            return self.days[index]
        return None


@lru_cache(maxsize=1)
def holiday_table() -> HolidayTable:
    """The table of `data/holidays.toml`."""
    raw = tomllib.loads(files("berdaya.enterprises").joinpath("data/holidays.toml").read_text("utf-8"))
    days = [
        Holiday(code=h["code"], name_id=h["name_id"], name_en=h["name_en"], on=d["on"], basis=d["basis"])
        for h in raw["holiday"]
        for d in h["days"]
    ]
    return HolidayTable(tuple(sorted(days, key=lambda day: day.on)), raw["covers_from"], raw["covers_to"])
