"""Dossiers of the businesses of a programme, read from the packages below in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from berdaya.funds.rules import BUCKETS
from berdaya.funds.selectors import fund_figures
from berdaya.graduation.types import AssetOn, Dossier, Fact, FundStanding, Pathway, StatusOn
from berdaya.kernel.bulk import fetch
from berdaya.kernel.scope import Actor

COMPLAINT = "complaint%"
"""Kinds of tasks that stand for a complaint (pengaduan)."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One business with what graduation needs to write about it."""

    enterprise_id: UUID
    area: int
    office_id: int
    household_id: UUID | None
    group_id: UUID | None
    dossier: Dossier


def subjects(
    *, actor: Actor, programme_id: UUID, pathway: Pathway, as_of: date, only: Sequence[UUID] | None = None
) -> list[Subject]:
    """Every business of the programme that the scope shows (of ``only``), with its dossier on ``as_of``."""
    rows = fetch(
        """
        SELECT e.id, e.area, e.office_id, e.household_id, e.group_id, e.started_on, e.baseline_income_idr
        FROM enterprises_enterprise e
        WHERE e.programme_id = %(programme)s AND (%(only)s::uuid[] IS NULL OR e.id = ANY (%(only)s::uuid[]))
        ORDER BY e.id
        """,
        {"programme": programme_id, "only": None if only is None else list(only)},
    )
    ids = [row[0] for row in rows]
    groups = [row[4] for row in rows if row[4]]
    statuses, months = _statuses(ids, as_of), _observed(ids, as_of)
    facts = _facts(ids, as_of, max((item.window_days for item in pathway.criteria), default=0))
    assets, complaints = _assets(ids, as_of), _complaints(ids, as_of)
    funds = _funds(actor, groups, as_of)
    return [
        Subject(
            enterprise_id=pk,
            area=area,
            office_id=office,
            household_id=household,
            group_id=group,
            dossier=Dossier(
                started_on=started,
                status=statuses.get(pk),
                observed_months=months.get(pk, 0),
                facts=facts.get(pk, ()),
                baseline_income_idr=baseline,
                assets=assets.get(pk, ()),
                has_fund=group in funds,
                fund=funds.get(group) if group else None,
                complaints=complaints.get(pk, 0),
            ),
        )
        for pk, area, office, household, group, started, baseline in rows
    ]


def _statuses(ids: Sequence[UUID], as_of: date) -> dict[UUID, StatusOn]:
    rows = fetch(
        """
        SELECT DISTINCT ON (enterprise_id) enterprise_id, as_of, status FROM enterprises_statussnapshot
        WHERE enterprise_id = ANY (%s) AND as_of <= %s ORDER BY enterprise_id, as_of DESC
        """,
        [list(ids), as_of],
    )
    return {pk: StatusOn(on, status) for pk, on, status in rows}


def _observed(ids: Sequence[UUID], as_of: date) -> dict[UUID, int]:
    """Months with at least one visit that told of production, among the 24 that end with the month of ``as_of``."""
    rows = fetch(
        """
        SELECT enterprise_id, count(*) FROM enterprises_enterprisemonth
        WHERE enterprise_id = ANY (%(ids)s) AND visits > 0
          AND month > date_trunc('month', %(as_of)s::date) - interval '24 months' AND month <= %(as_of)s
        GROUP BY enterprise_id
        """,
        {"ids": list(ids), "as_of": as_of},
    )
    return {pk: int(count) for pk, count in rows}


def _facts(ids: Sequence[UUID], as_of: date, days: int) -> Mapping[UUID, list[Fact]]:
    rows = fetch(
        """
        SELECT enterprise_id, occurred_on, method, id, production_days, income_idr, stock_idr FROM visits_visit
        WHERE enterprise_id = ANY (%s) AND occurred_on BETWEEN %s AND %s ORDER BY enterprise_id, occurred_on, id
        """,
        [list(ids), as_of - timedelta(days=days), as_of],
    )
    found: dict[UUID, list[Fact]] = defaultdict(list)
    for pk, on, method, source, production, income, stock in rows:
        found[pk].append(Fact(on, method, source, production, income, stock))
    return found


def _assets(ids: Sequence[UUID], as_of: date) -> Mapping[UUID, list[AssetOn]]:
    rows = fetch(
        "SELECT enterprise_id, state_on, state FROM grants_asset"
        " WHERE enterprise_id = ANY (%s) AND state_on <= %s AND origin = 'aid' ORDER BY enterprise_id, state_on",
        [list(ids), as_of],
    )
    found: dict[UUID, list[AssetOn]] = defaultdict(list)
    for pk, on, state in rows:
        found[pk].append(AssetOn(on, state))
    return found


def _complaints(ids: Sequence[UUID], as_of: date) -> dict[UUID, int]:
    """Complaints about the business, its family or its group that were raised and not closed by ``as_of``."""
    rows = fetch(
        """
        SELECT e.id, count(DISTINCT t.id) FROM enterprises_enterprise e
        JOIN tasks_task t ON t.enterprise_id = e.id OR t.household_id = e.household_id OR t.group_id = e.group_id
        WHERE e.id = ANY (%s) AND t.kind LIKE %s AND t.raised_on <= %s AND t.state <> 'cancelled'
          AND (t.done_on IS NULL OR t.done_on > %s)
        GROUP BY e.id
        """,
        [list(ids), COMPLAINT, as_of, as_of],
    )
    return {pk: int(count) for pk, count in rows}


def _funds(actor: Actor, groups: Sequence[UUID], as_of: date) -> dict[UUID, FundStanding]:
    if not groups:
        return {}
    savings = dict(
        fetch(
            """
            SELECT c.group_id, max(c.occurred_on) FROM funds_cashevent c
            WHERE c.group_id = ANY (%s) AND c.kind = 'saving' AND c.occurred_on <= %s
              AND NOT EXISTS (SELECT 1 FROM funds_cashevent r WHERE r.reverses_id = c.id)
            GROUP BY c.group_id
            """,
            [list(groups), as_of],
        )
    )
    return {
        figures.group: FundStanding(as_of, _overdue(figures.ageing.buckets), savings.get(figures.group))
        for figures in fund_figures(actor=actor, as_of=as_of, groups=groups)
    }


def _overdue(buckets: Mapping[str, int]) -> int:
    """Days overdue of the oldest open instalment, as far as the ageing tells: the first day of its bucket."""
    first, oldest = 0, 0
    for name, limit in BUCKETS:
        if buckets.get(name):
            oldest = first
        first = (limit or 0) + 1
    return oldest
