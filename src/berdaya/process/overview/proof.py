"""What a programme can show: quotas kept, goods that became capital, motivators, the official rate beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count

from berdaya.access.permissions import can, require
from berdaya.areas.codes import area_range
from berdaya.enterprises.models import Enterprise, StatusSnapshot
from berdaya.enterprises.rules.capital import CapitalEvidence, Turning, times_turned, turning
from berdaya.enterprises.rules.figures import shown_turnover_sql
from berdaya.kernel import clock
from berdaya.kernel.bulk import fetch
from berdaya.kernel.scope import Actor
from berdaya.process.overview.common import found, head_names, places, staff_only
from berdaya.programmes.models import Candidate, MotivatorPair, Programme
from berdaya.programmes.selectors import config_of
from berdaya.programmes.states import HOLDING
from berdaya.programmes.types import ProgrammeConfig

LISTED = 50
"""So many businesses whose goods were used up, and so many motivators, stand on the page by name."""
MOST_QUOTAS = 40
RECENT = timedelta(days=122)
"""So far back a month's first day may lie for its purchases to count as those of the last three months."""
GONE = (Turning.USED_UP, Turning.STOPPED)
ALIVE = ("active", "weak")
GIVEN = f"""
    WITH recipients AS MATERIALIZED (
        SELECT d.id AS line, d.household_id, d.group_id FROM programmes_decreeline d
        JOIN programmes_decree k ON k.id = d.decree_id
        WHERE k.programme_id = %(programme)s AND d.replaced_on IS NULL
    ), worth AS MATERIALIZED (
        SELECT r.household_id, r.group_id, sum((l.quantity - l.returned) * l.unit_value_idr) AS given
        FROM recipients r JOIN grants_handover h ON h.decree_line_id = r.line
        JOIN grants_handoverline l ON l.handover_id = h.id
        JOIN grants_packageitem i ON i.id = l.item_id AND NOT i.durable
        GROUP BY r.household_id, r.group_id
    ), given AS MATERIALIZED (
        SELECT e.id, e.name, e.area, w.given FROM enterprises_enterprise e
        JOIN worth w ON w.household_id = e.household_id WHERE e.programme_id = %(programme)s
        UNION ALL
        SELECT e.id, e.name, e.area, w.given FROM enterprises_enterprise e
        JOIN worth w ON w.group_id = e.group_id WHERE e.programme_id = %(programme)s
    ), months AS MATERIALIZED (
        SELECT m.enterprise_id, sum(m.cost_idr) AS cost,
               sum({shown_turnover_sql("m")}) AS turnover,
               count(*) FILTER (WHERE m.visits > 0) AS months,
               sum(m.cost_idr) FILTER (WHERE m.month > %(since)s) AS recent,
               count(*) FILTER (WHERE m.month > %(since)s AND m.visits > 0) AS seen
        FROM enterprises_enterprisemonth m WHERE m.enterprise_id IN (SELECT id FROM given) GROUP BY m.enterprise_id
    ), stocks AS MATERIALIZED (
        SELECT DISTINCT ON (v.enterprise_id) v.enterprise_id, v.stock_idr FROM visits_visit v
        WHERE v.enterprise_id IN (SELECT id FROM given) AND v.stock_idr IS NOT NULL
        ORDER BY v.enterprise_id, v.occurred_on DESC
    )
    SELECT g.id, g.name, g.area, g.given, coalesce(m.cost, 0), coalesce(m.turnover, 0), coalesce(m.months, 0),
           s.stock_idr, coalesce(m.recent, 0), coalesce(m.seen, 0)
    FROM given g LEFT JOIN months m ON m.enterprise_id = g.id LEFT JOIN stocks s ON s.enterprise_id = g.id
"""


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """One area with places of its own: how many were selected of how many."""

    area: int
    name: str
    places: int
    selected: int


@dataclass(frozen=True, slots=True)
class CapitalRow:
    """One business whose goods did not come back as goods."""

    enterprise_id: UUID
    name: str
    place: str
    given_idr: int
    cost_idr: int
    turnover_idr: int
    stock_idr: int | None


@dataclass(frozen=True, slots=True)
class Capital:
    """What became of the raw material of all businesses; `times` is the median of how often it was bought anew."""

    given_idr: int
    businesses: int
    counts: Mapping[Turning, int]
    times: float
    used_up: tuple[CapitalRow, ...]


@dataclass(frozen=True, slots=True)
class MotivatorRow:
    """One family that introduces others: how many of theirs were selected, and how many of those run a business."""

    name: str
    household_id: UUID | None
    newcomers: int
    selected: int
    alive: int


@dataclass(frozen=True, slots=True)
class Motivators:
    """All pairs of a programme; `alone_*` are newcomers to business who had no motivator."""

    motivators: int
    newcomers: int
    selected: int
    alive: int
    alone_selected: int
    alone_alive: int
    rows: tuple[MotivatorRow, ...]


@dataclass(frozen=True, slots=True)
class ProofView:
    """Everything on the page; a part without data is None or empty."""

    code: str
    name: str
    config: ProgrammeConfig
    quotas: tuple[QuotaRow, ...]
    capital: Capital | None
    motivators: Motivators | None
    alive: int
    businesses: int
    as_of: date


def proof(*, actor: Actor, code: str) -> ProofView:
    """The page of one programme. Raises ``not_found``."""
    staff_only(actor)
    require(actor, "report.read")
    programme = found(Programme.objects.filter(code=code).first())
    config = config_of(actor=actor, programme_id=programme.pk)
    statuses = _statuses(programme.pk)
    return ProofView(
        code, programme.name, config, _quotas(actor, programme, config), _capital(programme.pk),
        _motivators(actor, programme.pk), sum(statuses.get(name, 0) for name in ALIVE), sum(statuses.values()),
        clock.today(),
    )  # fmt: skip


def _statuses(programme: UUID) -> dict[str, int]:
    rows = StatusSnapshot.objects.filter(enterprise__programme=programme, as_of=clock.today())
    return dict(rows.values_list("status").annotate(n=Count("id")).order_by())


def _quotas(actor: Actor, programme: Programme, config: ProgrammeConfig) -> tuple[QuotaRow, ...]:
    """Areas with places of their own, where the actor sees the whole programme."""
    if not config.quota.areas or not actor.covers(programme.area):
        return ()
    rows = Candidate.objects.filter(programme=programme, state__in=HOLDING).values_list("area")
    counted = dict(rows.annotate(n=Count("id")).order_by())
    names = places(config.quota.areas)

    def within(area: int) -> int:
        lo, hi = area_range(area)
        return sum(count for code, count in counted.items() if lo <= code <= hi)

    quotas = sorted(config.quota.areas.items())[:MOST_QUOTAS]
    return tuple(QuotaRow(area, names.get(area, str(area)), count, within(area)) for area, count in quotas)


def _capital(programme: UUID) -> Capital | None:
    rows = fetch(GIVEN, {"programme": programme, "since": clock.today() - RECENT})
    if not rows:
        return None
    judged = []
    for row in rows:
        evidence = CapitalEvidence(int(row[3]), int(row[4]), int(row[5]), row[7], int(row[6]), int(row[8]), int(row[9]))
        judged.append((row, evidence, turning(evidence)))
    lost = sorted((item for item in judged if item[2] in GONE), key=lambda item: -item[1].given_idr)
    names = places({row[2] for row, _evidence, _state in lost[:LISTED]})
    turned = sorted(times_turned(evidence) for _row, evidence, state in judged if state is not Turning.UNKNOWN)
    return Capital(
        sum(evidence.given_idr for _row, evidence, _state in judged),
        len(judged),
        Counter(state for _row, _evidence, state in judged),
        turned[len(turned) // 2] if turned else 0.0,
        tuple(
            CapitalRow(row[0], row[1], names.get(row[2], ""), evidence.given_idr, evidence.cost_idr,
                       evidence.turnover_idr, evidence.stock_idr)
            for row, evidence, _state in lost[:LISTED]
        ),
    )  # fmt: skip


def _motivators(actor: Actor, programme: UUID) -> Motivators | None:
    if not can(actor, "family.read"):
        return None
    pairs = list(
        MotivatorPair.objects.filter(newcomer__programme=programme).values_list(
            "motivator__household_id", "newcomer_id", "newcomer__household_id", "newcomer__state"
        )
    )
    if not pairs:
        return None
    alive = _alive_homes(programme)
    found_rows: dict[Any, list[int]] = {}
    for motivator, _newcomer, home, state in pairs:
        sums = found_rows.setdefault(motivator, [0, 0, 0])
        sums[0] += 1
        sums[1] += state in HOLDING
        sums[2] += state in HOLDING and home in alive
    alone = _alone(programme, {pair[1] for pair in pairs})
    order = sorted(found_rows.items(), key=lambda item: (-item[1][0], -item[1][2], str(item[0])))[:LISTED]
    names = head_names(key for key, _sums in order if key)
    return Motivators(
        len(found_rows), len(pairs), sum(sums[1] for sums in found_rows.values()),
        sum(sums[2] for sums in found_rows.values()), len(alone), sum(home in alive for home in alone),
        tuple(MotivatorRow(names.get(key, ""), key, *sums) for key, sums in order),
    )  # fmt: skip


def _alive_homes(programme: UUID) -> set[UUID]:
    rows = Enterprise.objects.filter(
        programme=programme, statuses__as_of=clock.today(), statuses__status__in=ALIVE, household__isnull=False
    )
    return set(rows.values_list("household_id", flat=True))


def _alone(programme: UUID, paired: Iterable[UUID]) -> list[UUID]:
    """Families selected who had never been in business and whom nobody introduced."""
    rows = Candidate.objects.filter(
        programme=programme, state__in=HOLDING, facts__ever_in_business=False, household__isnull=False
    )
    return list(rows.exclude(pk__in=set(paired)).values_list("household_id", flat=True))
