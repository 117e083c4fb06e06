"""Two years after the handover: what mentors find each month, and what members pay into their funds."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from berdaya.example.seeds import weighted
from berdaya.example.sheets import Cell
from berdaya.example.trades import data, economy

MONTHS: tuple[tuple[int, int], ...] = tuple((2024 + month // 12, month % 12 + 1) for month in range(9, 33))
"""October 2024 to September 2026."""
HOLIDAY_MONTHS = frozenset({(2024, 12), (2025, 3), (2025, 12), (2026, 3)})
"""A visit of these months tells of 30 days in the season of Lebaran (31 March 2025, 20-21 March 2026) or Christmas."""
COVERAGE = 0.80
_RECENT = 3

STATUSES = {"thriving": 21, "active": 42, "weak": 13, "dormant": 11, "holiday_only": 4, "unknown": 9}
TAKEN_HOME = {"thriving": 0.85, "active": 0.26, "unknown": 0.26}
"""Share of the profit that reaches the family; the rest goes back into the business or makes up for bad months."""
VISIT_HEADINGS = (
    "ref", "date", "mentor", "method", "production_days", "turnover_idr", "cost_idr", "stock_idr", "workers",
    "active_members", "problem", "advice", "income_idr", "note",
)  # fmt: skip
PAYMENT_HEADINGS = ("ref", "member", "date", "kind", "amount_idr")


@dataclass(frozen=True)
class Followed:
    """One business under follow-up. ``members`` is 0 for the business of one family.

    ``counted`` members can be met on a visit: those whose row could be read; 0 where nobody knows them yet.
    """

    ref: str
    kind: str
    mentor: str
    income: int
    members: int = 0
    counted: int = 0
    scale: float = 1.0


def draw_status(rng: random.Random, chances: Mapping[str, float] = STATUSES) -> str:
    """How the business will fare; ``thriving`` is an active one that grows."""
    return weighted(rng, chances)


def status_of(drawn: str) -> str:
    """The status that the evidence of a drawn course amounts to."""
    return "active" if drawn == "thriving" else drawn


def visit_rows(rng: random.Random, business: Followed, course: str) -> list[Sequence[Cell]]:
    """The visits to one business, about four of five months, the last three always unless nobody comes any more."""
    stop = rng.randint(6, 17)
    fell = rng.random() < 0.5
    level = rng.lognormvariate(0, 0.28) * business.scale * max(1.0, business.members * 0.55)
    rows: list[Sequence[Cell]] = []
    for place, month in enumerate(MONTHS):
        recent = place >= len(MONTHS) - _RECENT
        if course == "unknown" and place > stop + 2:
            break
        always = recent or (course == "holiday_only" and month in HOLIDAY_MONTHS)
        if not always and rng.random() > (0.92 if course == "holiday_only" else COVERAGE):
            continue
        day = date(*month, rng.randint(10, 28) if recent else rng.randint(6, 28))
        share, days = _pace(rng, course, place, month, stop=stop, fell=fell)
        rows.append(_visit(rng, business, course, day, share=share * level, pace=days, first=not rows, last=recent))
    return rows


def _pace(
    rng: random.Random, course: str, place: int, month: tuple[int, int], *, stop: int, fell: bool
) -> tuple[float, int]:
    """Turnover as a share of the kind's usual one, and days of production in per cent of the usual ones."""
    season = 1.2 if month in HOLIDAY_MONTHS else 1.0
    noise = rng.uniform(0.86, 1.14) * season
    if course == "thriving":
        return noise * (0.75 + 1.1 * place / len(MONTHS)), rng.randint(88, 112)
    if course == "dormant" and place > stop:
        return 0.0, 0
    if course == "holiday_only":
        return (rng.uniform(0.8, 1.6), rng.randint(45, 80)) if month in HOLIDAY_MONTHS else (0.0, 0)
    if course == "weak" and fell and place >= len(MONTHS) - _RECENT:
        return noise * 0.28, rng.randint(45, 60)
    if course == "weak" and not fell and place >= len(MONTHS) - 5:
        return noise * 0.55, rng.randint(10, 26)
    return noise * (0.82 + 0.2 * place / len(MONTHS)), rng.randint(72, 108)


def _visit(
    rng: random.Random, business: Followed, course: str, day: date, *, share: float, pace: int, first: bool, last: bool
) -> list[Cell]:
    usual = economy(business.kind)
    turnover = _round(usual.turnover * share)
    cost = _round(turnover * usual.cost_share * rng.uniform(0.92, 1.08))
    days = min(28, max(1, round(usual.days * pace / 100))) if pace else 0
    if pace and pace < 30:
        days = min(days, 7)
    stopped = pace == 0
    # A document cannot prove that nothing happens. Who grows is asked, seen and shows books in the last three months.
    grown = course == "thriving" and last
    method = weighted(rng, {"asked": 55, "seen": 45, "document": 0 if stopped else 8})
    if grown:
        method = ("document", "asked", "seen")[day.month % 3]
    income: int | None = None
    if first or last or day.month % 3 == 0:
        gain = (turnover - cost) / max(1, business.members) * TAKEN_HOME.get(course, 0.2)
        income = _round((business.income + gain) * rng.uniform(0.94, 1.06))
    state = status_of(course) if course != "unknown" else "active"
    if state == "dormant" and not stopped:
        state = "weak"
    texts = data("trades")
    told = rng.random()
    return [
        business.ref,
        day.isoformat(),
        business.mentor,
        method,
        days,
        turnover,
        cost,
        0 if stopped else _round(turnover * rng.uniform(0.08, 0.3)),
        0 if stopped else rng.randint(1, 2) + (business.members // 3),
        _present(rng, business.counted, stopped=stopped) if business.counted else None,
        rng.choice(texts["problems"][state]) if told < (0.9 if stopped else 0.35) else "",
        rng.choice(texts["advice"][state]) if told < 0.6 else "",
        income,
        "",
    ]


def _present(rng: random.Random, members: int, *, stopped: bool) -> int:
    return rng.randint(0, members // 3) if stopped else rng.randint(max(1, members * 2 // 3), members)


def _round(amount: float) -> int:
    return round(amount / 5_000) * 5_000


@dataclass(frozen=True)
class FundTerms:
    """Instalments of a turn and what a member saves, in rupiah; months between savings, and between IKS."""

    instalment: int
    instalments: int
    saving: int
    iks: int
    every: int = 1
    iks_every: int = 3


def payment_rows(
    rng: random.Random, ref: str, member: str, terms: FundTerms, *, borrower: bool, alive: bool
) -> list[Sequence[Cell]]:
    """Savings, IKS and instalments of one member; one borrower in seven falls behind, a dead business stops paying."""
    late = rng.random() < 0.14
    lasts = len(MONTHS) if alive else rng.randint(5, 14)
    rows: list[Sequence[Cell]] = []
    paid = 0
    for place, month in enumerate(MONTHS[:lasts]):
        day = date(*month, rng.randint(3, 27)).isoformat()
        # Counted back from the last month, so that whoever still saves did so lately.
        if (len(MONTHS) - 1 - place) % terms.every == 0 and rng.random() < 0.88:
            rows.append((ref, member, day, "saving", terms.saving * rng.choice((1, 1, 1, 2))))
        if place % terms.iks_every == terms.iks_every - 1 and rng.random() < 0.8:
            rows.append((ref, member, day, "iks", terms.iks))
        if borrower and place and paid < terms.instalments and rng.random() < (0.6 if late else 0.98):
            rows.append((ref, member, day, "instalment", terms.instalment))
            paid += 1
    return rows
