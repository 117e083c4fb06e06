"""Rules of a visit: is it valid, what becomes of it, what must the next visit check, whom to visit first."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from operator import attrgetter

from berdaya.enterprises.types import Status
from berdaya.visits.types import (
    AdviceCheck,
    CaseloadRow,
    Existing,
    Flaw,
    Outcome,
    PlannedVisit,
    Position,
    VisitInput,
)

MAX_MONEY_IDR = 10_000_000_000
"""A micro business sells at most Rp300 million a year (UU 20/2008); far above it, somebody typed zeros
too many."""
MAX_PRODUCTION_DAYS = 31
MAX_PEOPLE = 200
MAX_NOTE = 2_000
MAX_LINE = 200
VISIT_EVERY_DAYS = 30

_MONEY = ("turnover_idr", "cost_idr", "stock_idr", "income_idr")
_TEXTS = {"problem": MAX_LINE, "advice": MAX_LINE, "next_step": MAX_LINE, "note": MAX_NOTE}
FAR_M = 5_000
"""Metres from where a business was met before, beyond which the supervisor is asked to look."""
EARTH_M = 6_371_000
FIGURES = ("production_days", "turnover_idr", "cost_idr", "stock_idr", "workers", "active_members")
"""What "same as last month" repeats, and what two people may have changed differently."""
KEPT = ("id", "enterprise_id", "mentor_id", "occurred_on", "method", *FIGURES, "income_idr", "problem", "advice")
"""What stands in the visit's own row as it was said."""
CONTENT = (*KEPT, "advice_check", "note")
"""Everything that a visit says; the revision counts its edits and says nothing."""
_content = attrgetter(*CONTENT)
COMPARED = (*FIGURES, "income_idr", "occurred_on", "method", "problem", "advice", "next_step", "advice_check", "note")
_OUTDOORS = attrgetter("next_step", "same_as_last", "position", "position_missing", "assets")
_PLAN_ORDER = {
    Status.UNKNOWN: 0,
    Status.DORMANT: 1,
    Status.WEAK: 2,
    Status.HOLIDAY_ONLY: 3,
    Status.ACTIVE: 4,
}


def flaws(visit: VisitInput, *, today: date, started_on: date) -> tuple[Flaw, ...]:
    """Everything that makes a visit invalid; empty for a valid one.

    Back-dating is allowed (the phone was offline), a date before the business began or after today is not.
    """
    found: list[Flaw] = []
    if visit.occurred_on > today:
        found.append(Flaw("occurred_on", "in_future"))
    if visit.occurred_on < started_on:
        found.append(Flaw("occurred_on", "before_start"))
    if visit.production_days is not None and not 0 <= visit.production_days <= MAX_PRODUCTION_DAYS:
        found.append(Flaw("production_days", "out_of_range"))
    for name in _MONEY:
        amount = getattr(visit, name)
        if amount is not None and not 0 <= amount <= MAX_MONEY_IDR:
            found.append(Flaw(name, "out_of_range"))
    if visit.workers is not None and not 0 <= visit.workers <= MAX_PEOPLE:
        found.append(Flaw("workers", "out_of_range"))
    if visit.active_members is not None and not 0 <= visit.active_members <= MAX_PEOPLE:
        found.append(Flaw("active_members", "out_of_range"))
    found.extend(Flaw(name, "too_long") for name, limit in _TEXTS.items() if len(getattr(visit, name)) > limit)
    if visit.revision < 1:
        found.append(Flaw("revision", "out_of_range"))
    if visit.position is not None and not _on_earth(visit.position):
        found.append(Flaw("position", "out_of_range"))
    return tuple(found)


def _on_earth(position: Position) -> bool:
    return abs(position.lat) <= 90 and abs(position.lon) <= 180 and 0 <= (position.accuracy_m or 0) <= 1_000_000


def questions(
    *,
    active_members: int | None,
    members: int | None,
    production_days: int | None,
    turnover_idr: int | None,
    distance_m: int | None = None,
) -> tuple[str, ...]:
    """What a supervisor should ask about a visit that is valid all the same.

    More active members than are registered: the list of members may be behind, so the visit counts and the list is
    asked after. Turnover without a day of production: sold from stock, or the days were forgotten. Recorded more than
    5 km from where the business was met before: it moved, or nobody went there.
    """
    found = []
    if active_members is not None and members is not None and active_members > members:
        found.append("more_than_members")
    if production_days == 0 and turnover_idr:
        found.append("sold_without_production")
    if distance_m is not None and distance_m > FAR_M:
        found.append("far_away")
    return tuple(found)


def digest(visit: VisitInput) -> bytes:
    """Sixteen bytes over everything the visit says, its revision left out: equal content, equal digest.

    What only phones tell is added where it was told, so that visits from sheets keep the digest they always had.
    """
    told = [*map(str, _content(visit))]
    outdoors = _OUTDOORS(visit)
    if any(outdoors):
        told.append(repr(outdoors))
    return hashlib.blake2b("\x1f".join(told).encode(), digest_size=16).digest()


def merge(base: VisitInput, sent: VisitInput, held: VisitInput) -> tuple[VisitInput, tuple[str, ...]]:
    """Two people changed one visit: what both leave standing, and the fields that both changed differently.

    `base` is what the phone started from, `sent` its edit, `held` what the server has from somebody else. A field that
    only one of them changed takes that change.
    """
    changes: dict[str, object] = {}
    clashes: list[str] = []
    for name in COMPARED:
        before, mine, theirs = getattr(base, name), getattr(sent, name), getattr(held, name)
        if mine == before and theirs != before:
            changes[name] = theirs
        elif before not in (mine, theirs) and mine != theirs:
            clashes.append(name)
    return replace(sent, **changes), tuple(clashes)  # type: ignore[arg-type]


def distance_m(here: Position, there: Position) -> int:
    """Metres between two positions on a sphere of the Earth's mean radius (haversine)."""
    lat1, lat2 = math.radians(here.lat), math.radians(there.lat)
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin(math.radians(there.lon - here.lon) / 2) ** 2
    )
    return round(2 * EARTH_M * math.asin(math.sqrt(min(1.0, half))))


def outcome(
    visit: VisitInput, visit_digest: bytes, existing: Existing | None, *, enterprise_known: bool, valid: bool
) -> Outcome:
    """What becomes of a visit.

    Its business is not there yet: waiting. Wrong figures: invalid. Nothing under this id: new. The same
    content: identical. Another mentor, or the same edit with another content: conflict, both are kept for a
    person to decide. A later edit of the same mentor: updated; an earlier one: older.
    """
    if not enterprise_known:
        return Outcome.WAITING
    if not valid:
        return Outcome.INVALID
    if existing is None:
        return Outcome.NEW
    if existing.digest == visit_digest:
        return Outcome.IDENTICAL
    if existing.mentor_id != visit.mentor_id or existing.revision == visit.revision:
        return Outcome.CONFLICT
    return Outcome.UPDATED if visit.revision > existing.revision else Outcome.OLDER


def advice_check(previous_advice: str | None, answer: AdviceCheck | None) -> AdviceCheck:
    """What this visit says of the advice of the one before; an answer without advice is dropped."""
    if not (previous_advice or "").strip():
        return AdviceCheck.NONE_GIVEN
    if answer in (None, AdviceCheck.NONE_GIVEN):
        return AdviceCheck.NOT_CHECKED
    return answer or AdviceCheck.NOT_CHECKED


def due_on(row: CaseloadRow, every_days: int = VISIT_EVERY_DAYS) -> date:
    """The day on which the next visit falls due: a month after the last one, or after the start."""
    return (row.last_visit_on or row.started_on) + timedelta(days=every_days)


def plan_month(
    rows: Iterable[CaseloadRow], *, as_of: date, capacity: int, every_days: int = VISIT_EVERY_DAYS
) -> list[PlannedVisit]:
    """The mentor's plan for the month that `as_of` lies in: at most `capacity` businesses, most urgent
    first.

    Order: what is due before the month ends; then by status (unknown, dormant, weak, holiday only, active);
    then open advice; then the longest without a visit. A business that is not due enters only where places
    are left.
    """
    month_end = (as_of.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)

    def urgency(row: CaseloadRow) -> tuple[bool, int, bool, date, str]:
        due = due_on(row, every_days)
        return due > month_end, _PLAN_ORDER[row.status], not row.advice_open, due, str(row.enterprise_id)

    chosen = sorted(rows, key=urgency)[:capacity]
    return [
        PlannedVisit(
            row.enterprise_id,
            due_on(row, every_days),
            max(0, (as_of - due_on(row, every_days)).days),
            _plan_reason(row),
        )
        for row in chosen
    ]


def _plan_reason(row: CaseloadRow) -> str:
    if row.last_visit_on is None:
        return "never_visited"
    if row.status is not Status.ACTIVE:
        return f"status_{row.status.value}"
    return "advice_open" if row.advice_open else "monthly"


_RISK = {Status.DORMANT: 55, Status.UNKNOWN: 45, Status.WEAK: 40, Status.HOLIDAY_ONLY: 20, Status.ACTIVE: 0}


def risk(*, status: Status, overdue_days: int, advice_open: bool, never_visited: bool) -> int:
    """0 to 100, how much a business needs its mentor: its status, how long it waits, and advice nobody has checked.

    A business that nobody has visited yet counts as 20 more; each week beyond the date as 3, up to 30.
    """
    points = _RISK[status] + min(30, 3 * (max(0, overdue_days) // 7)) + (10 if advice_open else 0)
    return min(100, points + (20 if never_visited else 0))


FALLING_SHARE = 0.6
FALLING_FROM = 5


def falling(*, now: int, before: int) -> bool:
    """True where the visits of 30 days fell below three fifths of the 30 days before; few visits prove nothing."""
    return before >= FALLING_FROM and now < FALLING_SHARE * before
