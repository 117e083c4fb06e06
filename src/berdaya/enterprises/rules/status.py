"""Status of a business at any date, from its evidence (docs/adr/0013-status-of-a-business.md).

The questions, in this order; the first that is answered decides, so the statuses exclude each other and the
last answer catches the rest:

1. unknown       nobody observed it within `unknown_days` (a visit that learnt something, a sale, a book)
2. holiday_only  in the last 12 observed months it produced, and only in the seasons of holidays
3. dormant       the last production or sale is `dormant_days` old or older, and somebody looked since then
   unknown       as 3, but nobody asked since: silence is no proof
4. weak          it lives, but production stopped at the last visit, or few days, or turnover fell by half
5. active        everything else
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from berdaya.enterprises.rules.holidays import HolidayTable, holiday_table
from berdaya.enterprises.types import (
    EvidenceKind,
    Fact,
    Reason,
    Status,
    StatusResult,
    StatusThresholds,
)

RECENT_OBSERVATIONS = 3
EARLIER_OBSERVATIONS = 6
"""Turnover fell: mean of the last three told figures against the mean of up to six before them (at least
three)."""

_HOLIDAY_MEMORY_DAYS = 400
"""A seasonal producer that let a whole year's seasons pass is dormant, not seasonal."""


@dataclass(frozen=True, slots=True)
class _Step:
    """What is known after the facts up to one index: positions of the last fact of each sort, or -1."""

    alive: int
    absence: int
    told: int
    visits: int
    turnovers: int


_NOTHING = _Step(-1, -1, -1, 0, 0)


class History:
    """All facts of one business, prepared once so that its status at many dates costs little."""

    def __init__(self, started_on: date, facts: Iterable[Fact]) -> None:
        self.started_on = started_on
        self.facts: list[Fact] = sorted(facts, key=_order)
        self._days = [fact.occurred_on for fact in self.facts]
        self._visits: list[Fact] = []
        self._turnovers: list[int] = []
        self._steps: list[_Step] = []
        alive = absence = told = -1
        for index, fact in enumerate(self.facts):
            if fact.alive:
                alive = index
            if fact.absence:
                absence = index
            if fact.kind is EvidenceKind.VISIT:
                if fact.turnover_idr is not None:
                    self._turnovers.append(fact.turnover_idr)
                if fact.alive or fact.absence:
                    self._visits.append(fact)
                    told = index
            step = _Step(alive, absence, told, len(self._visits), len(self._turnovers))
            self._steps.append(step)

    def status_at(
        self, as_of: date, thresholds: StatusThresholds, holidays: HolidayTable | None = None
    ) -> StatusResult:
        """The status on a day, from the facts that occurred on or before it."""
        if as_of < self.started_on:
            params = {"started_on": self.started_on.isoformat()}
            return StatusResult(Status.UNKNOWN, Reason.NOT_STARTED, params)
        position = bisect_right(self._days, as_of) - 1
        step = self._steps[position] if position >= 0 else _NOTHING
        observed = max(step.alive, step.absence)
        if observed < 0:
            return _never_visited(self.started_on)
        last = self.facts[observed]
        if (as_of - last.occurred_on).days > thresholds.unknown_days:
            return _result(Status.UNKNOWN, Reason.NOT_VISITED_SINCE, last)
        seasonal = self._holiday_only(as_of, step, thresholds, holidays or holiday_table())
        return seasonal or self._judged(as_of, step, last, thresholds)

    def _judged(self, as_of: date, step: _Step, last: Fact, thresholds: StatusThresholds) -> StatusResult:
        if step.alive < 0:
            return self._never_produced(as_of, last, thresholds)
        alive = self.facts[step.alive]
        if (as_of - alive.occurred_on).days < thresholds.dormant_days:
            return self._weak_or_active(step, thresholds)
        if step.absence > step.alive:
            return _result(Status.DORMANT, Reason.NO_PRODUCTION_SINCE, last, since=alive.occurred_on)
        return _result(Status.UNKNOWN, Reason.NOT_ASKED_SINCE, alive)

    def _never_produced(self, as_of: date, last: Fact, thresholds: StatusThresholds) -> StatusResult:
        young = (as_of - self.started_on).days < thresholds.dormant_days
        if young:
            return _result(Status.WEAK, Reason.NOT_YET_PRODUCING, last, since=self.started_on)
        return _result(Status.DORMANT, Reason.NEVER_PRODUCED, last, since=self.started_on)

    def _weak_or_active(self, step: _Step, thresholds: StatusThresholds) -> StatusResult:
        alive = self.facts[step.alive]
        if step.told < 0:
            return _result(Status.ACTIVE, Reason.SELLING, alive)
        visit = self.facts[step.told]
        if not visit.produced:
            if step.alive > step.told:
                return _result(Status.ACTIVE, Reason.SELLING, alive)
            return _result(Status.WEAK, Reason.STOPPED_RECENTLY, visit, since=alive.occurred_on)
        if visit.production_days is not None and visit.production_days < thresholds.weak_production_days:
            return _result(Status.WEAK, Reason.FEW_DAYS, visit)
        fallen = self._turnover_fall(step.turnovers, thresholds.weak_turnover_share)
        if fallen is not None:
            recent, earlier = fallen
            return _result(Status.WEAK, Reason.TURNOVER_FELL, visit, recent_idr=recent, earlier_idr=earlier)
        return _result(Status.ACTIVE, Reason.PRODUCING, visit)

    def _turnover_fall(self, told: int, share: float) -> tuple[int, int] | None:
        earliest_recent = told - RECENT_OBSERVATIONS
        earlier = self._turnovers[max(0, earliest_recent - EARLIER_OBSERVATIONS) : max(0, earliest_recent)]
        if len(earlier) < RECENT_OBSERVATIONS:
            return None
        recent_mean = fmean(self._turnovers[earliest_recent:told])
        earlier_mean = fmean(earlier)
        if recent_mean < share * earlier_mean:
            return round(recent_mean), round(earlier_mean)
        return None

    def _holiday_only(
        self, as_of: date, step: _Step, thresholds: StatusThresholds, holidays: HolidayTable
    ) -> StatusResult | None:
        before, after = thresholds.holiday_before_days, thresholds.holiday_after_days
        months: set[int] = set()
        quiet: set[int] = set()
        seasons: dict[str, date] = {}
        earliest = _month(as_of) - thresholds.holiday_window_months
        last_produced: date | None = None
        for visit in reversed(self._visits[: step.visits]):
            month = _month(visit.occurred_on)
            if month <= earliest or (len(months) == thresholds.holiday_months and month not in months):
                break
            if not holidays.covers(visit.occurred_on, before=before, after=after):
                return None
            season = holidays.season_touched(visit.occurred_on, before=before, after=after)
            months.add(month)
            if visit.produced:
                if season is None:
                    return None
                seasons[f"{season.code}:{season.on.isoformat()}"] = season.on
                last_produced = last_produced or visit.occurred_on
            elif season is None:
                quiet.add(month)
        if len(months) < thresholds.holiday_months or len(quiet) < thresholds.holiday_quiet_months:
            return None
        if last_produced is None or (as_of - last_produced).days > _HOLIDAY_MEMORY_DAYS:
            return None
        return StatusResult(
            Status.HOLIDAY_ONLY,
            Reason.ONLY_AT_HOLIDAYS,
            {
                "on": last_produced.isoformat(),
                "months": len(months),
                "quiet_months": len(quiet),
                "seasons": sorted(seasons, key=lambda key: seasons[key]),
            },
        )


def status_of(
    started_on: date,
    facts: Iterable[Fact],
    as_of: date,
    thresholds: StatusThresholds | None = None,
    holidays: HolidayTable | None = None,
) -> StatusResult:
    """The status of one business on one day; `History` is the form for many days."""
    return History(started_on, facts).status_at(as_of, thresholds or StatusThresholds(), holidays)


def _order(fact: Fact) -> tuple[date, str, str, int, int]:
    # A total order: two facts of one day must not change their places with the order in which they were read.
    told = -1 if fact.production_days is None else fact.production_days
    turnover = -1 if fact.turnover_idr is None else fact.turnover_idr
    return fact.occurred_on, fact.kind, fact.method, told, turnover


def _month(day: date) -> int:
    return day.year * 12 + day.month


def _never_visited(started_on: date) -> StatusResult:
    return StatusResult(Status.UNKNOWN, Reason.NEVER_VISITED, {"started_on": started_on.isoformat()})


def _result(status: Status, reason: Reason, fact: Fact, *, since: date | None = None, **more: int) -> StatusResult:
    params: dict[str, int | str] = {
        "on": fact.occurred_on.isoformat(),
        "method": fact.method.value,
        "kind": fact.kind.value,
        **more,
    }
    if fact.production_days is not None:
        params["production_days"] = fact.production_days
    if fact.turnover_idr is not None:
        params["turnover_idr"] = fact.turnover_idr
    if since is not None:
        params["since"] = since.isoformat()
    return StatusResult(status, reason, params)
