"""Reads about businesses. Lists take one page at a time and a literal number of queries."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from berdaya.access.permissions import require
from berdaya.enterprises.rules.figures import shown_turnover
from berdaya.enterprises.types import (
    Business,
    BusinessFilter,
    BusinessRow,
    EvidenceKind,
    EvidenceRow,
    Method,
    MonthRow,
    Status,
    StatusCounts,
    StatusRow,
)
from berdaya.kernel.bulk import fetch
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor

_COLUMNS = """
    e.id, e.area, e.name, e.kind, coalesce(p.code, '') AS programme_code, e.group_id IS NOT NULL AS is_group,
    e.started_on, coalesce(s.status, 'unknown') AS status, s.as_of AS status_on,
    coalesce(s.reason, '{}') AS reason,
    (SELECT max(v.occurred_on) FROM enterprises_evidence v
      WHERE v.enterprise_id = e.id AND v.kind = 'visit' AND v.occurred_on <= %(as_of)s) AS last_seen_on,
    coalesce(enterprises_mentor_name(a.mentor_id, e.id), '') AS mentor, e.synthetic
"""
_STATUS = """
    LEFT JOIN LATERAL (
        SELECT x.status, x.as_of, x.reason FROM enterprises_statussnapshot x
        WHERE x.enterprise_id = e.id AND x.as_of <= %(as_of)s ORDER BY x.as_of DESC LIMIT 1) s ON true
"""
_MENTOR = """
    LEFT JOIN enterprises_mentorassignment a ON a.enterprise_id = e.id AND a.until IS NULL
"""
_BASE = "FROM enterprises_enterprise e LEFT JOIN programmes_programme p ON p.id = e.programme_id"
_FROM = _BASE + _STATUS + _MENTOR


def businesses(
    *, actor: Actor, wanted: BusinessFilter, as_of: date, limit: int = 50, offset: int = 0
) -> tuple[list[BusinessRow], int]:
    """One page of businesses in the order of their areas, and how many there are in all. Two queries.

    The status is the last one kept on or before `as_of`; a business without one is unknown.
    """
    require(actor, "business.read")
    where, params = _where(wanted)
    params["as_of"] = as_of
    rows = fetch(
        f"SELECT {_COLUMNS} {_FROM} {where} ORDER BY e.area, e.id LIMIT %(limit)s OFFSET %(offset)s",
        {**params, "limit": limit, "offset": offset},
    )
    # The count joins only what its conditions read: looking up a million statuses to count them takes seconds.
    joins = _BASE + (_STATUS if wanted.status else "") + (_MENTOR if wanted.mentor_id else "")
    total = fetch(f"SELECT count(*) {joins} {where}", params)[0][0]
    return [_business_row(row) for row in rows], total


def _where(wanted: BusinessFilter) -> tuple[str, dict[str, Any]]:
    conditions: list[str] = []
    params: dict[str, Any] = {}

    def add(condition: str, **values: Any) -> None:
        conditions.append(condition)
        params.update(values)

    if wanted.programme_code:
        add("p.code = %(programme)s", programme=wanted.programme_code)
    if wanted.area is not None:
        add("e.area BETWEEN %(area_lo)s AND %(area_hi)s", area_lo=wanted.area[0], area_hi=wanted.area[1])
    if wanted.status is not None:
        add("coalesce(s.status, 'unknown') = %(status)s", status=wanted.status.value)
    if wanted.kind:
        add("e.kind = %(kind)s", kind=wanted.kind)
    if wanted.mentor_id is not None:
        add("a.mentor_id = %(mentor)s", mentor=wanted.mentor_id)
    if wanted.group is not None:
        add("(e.group_id IS NOT NULL) = %(group)s", group=wanted.group)
    if wanted.text.strip():
        add("e.name ILIKE %(text)s", text=f"%{_like(wanted.text.strip())}%")
    return ("WHERE " + " AND ".join(conditions)) if conditions else "", params


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _business_row(row: Sequence[Any]) -> BusinessRow:
    return BusinessRow(
        id=row[0],
        area=row[1],
        name=row[2],
        kind=row[3],
        programme_code=row[4],
        is_group=row[5],
        started_on=row[6],
        status=Status(row[7]),
        status_on=row[8],
        reason=_json(row[9]),
        last_seen_on=row[10],
        mentor=row[11],
        synthetic=row[12],
    )


def _json(value: Any) -> dict[str, Any]:
    # Django's cursor hands jsonb out as text.
    return json.loads(value) if isinstance(value, str) else dict(value)


def business(*, actor: Actor, enterprise_id: UUID, as_of: date) -> Business:
    """The page of one business: row, months, evidence and statuses. Five queries. Raises not_found."""
    require(actor, "business.read")
    params = {"as_of": as_of, "id": enterprise_id}
    rows = fetch(
        f"SELECT {_COLUMNS}, e.household_id, e.group_id, e.baseline_income_idr {_FROM} WHERE e.id = %(id)s", params
    )
    if not rows:
        raise Problem("not_found")
    (row,) = rows
    return Business(
        row=_business_row(row[:13]),
        household_id=row[13],
        group_id=row[14],
        baseline_income_idr=row[15],
        months=tuple(months(actor=actor, enterprise_id=enterprise_id)),
        evidence=tuple(evidence(actor=actor, enterprise_id=enterprise_id)),
        statuses=tuple(statuses(actor=actor, enterprise_id=enterprise_id)),
    )


def months(*, actor: Actor, enterprise_id: UUID) -> list[MonthRow]:
    """Every month of a business, oldest first, with the figure that the rule shows."""
    require(actor, "business.read")
    rows = fetch(
        """
        SELECT month, production_days, turnover_visit_idr, turnover_market_idr, turnover_fund_idr, income_idr
        FROM enterprises_enterprisemonth WHERE enterprise_id = %s ORDER BY month
        """,
        [enterprise_id],
    )
    found = []
    for month, production_days, visit_idr, market_idr, book_idr, income_idr in rows:
        shown = shown_turnover(book_idr, visit_idr, market_idr)
        found.append(
            MonthRow(
                month=month,
                production_days=production_days,
                visit_idr=visit_idr,
                market_idr=market_idr,
                book_idr=book_idr,
                shown_idr=shown.amount_idr if shown else None,
                shown_source=shown.source if shown else None,
                income_idr=income_idr,
            )
        )
    return found


def evidence(*, actor: Actor, enterprise_id: UUID) -> list[EvidenceRow]:
    """Everything known about a business, newest first."""
    require(actor, "business.read")
    rows = fetch(
        """
        SELECT id, occurred_on, recorded_at, kind, method, production_days, amount_idr, source_kind, source_id, detail
        FROM enterprises_evidence WHERE enterprise_id = %s ORDER BY occurred_on DESC, id DESC
        """,
        [enterprise_id],
    )
    return [
        EvidenceRow(
            id=row[0],
            occurred_on=row[1],
            recorded_at=row[2],
            kind=EvidenceKind(row[3]),
            method=Method(row[4]),
            production_days=row[5],
            amount_idr=row[6],
            source_kind=row[7],
            source_id=row[8],
            detail=_json(row[9]),
        )
        for row in rows
    ]


def statuses(*, actor: Actor, enterprise_id: UUID) -> list[StatusRow]:
    """Every kept status of a business, oldest first."""
    require(actor, "business.read")
    rows = fetch(
        """
        SELECT as_of, status, reason, milestone FROM enterprises_statussnapshot
        WHERE enterprise_id = %s ORDER BY as_of
        """,
        [enterprise_id],
    )
    return [StatusRow(row[0], Status(row[1]), _json(row[2]), row[3]) for row in rows]


def status_counts(*, actor: Actor, as_of: date, programme_code: str = "") -> StatusCounts:
    """Businesses by status on a day; they sum to the businesses that had begun. One query."""
    return status_counts_by_programme(actor=actor, as_of=as_of, programme_code=programme_code).get(
        programme_code, StatusCounts(as_of, {})
    )


def status_counts_by_programme(*, actor: Actor, as_of: date, programme_code: str = "") -> Mapping[str, StatusCounts]:
    """As `status_counts`, for every programme in the scope by code, and all together under the empty code."""
    require(actor, "business.read")
    rows = fetch(
        """
        SELECT coalesce(p.code, ''), coalesce(s.status, 'unknown'), count(*)
        FROM enterprises_enterprise e
        LEFT JOIN programmes_programme p ON p.id = e.programme_id
        LEFT JOIN LATERAL (
            SELECT x.status FROM enterprises_statussnapshot x
            WHERE x.enterprise_id = e.id AND x.as_of <= %(as_of)s ORDER BY x.as_of DESC LIMIT 1) s ON true
        WHERE e.started_on <= %(as_of)s AND (%(programme)s = '' OR p.code = %(programme)s)
        GROUP BY 1, 2
        """,
        {"as_of": as_of, "programme": programme_code},
    )
    found: dict[str, dict[Status, int]] = {"": {}}
    for code, status, number in rows:
        for key in dict.fromkeys((code, "")):
            counts = found.setdefault(key, {})
            counts[Status(status)] = counts.get(Status(status), 0) + number
    return {code: StatusCounts(as_of, counts) for code, counts in found.items()}


def status_at_milestones(*, actor: Actor, programme_code: str) -> dict[int, StatusCounts]:
    """Businesses by status 6, 12 and 24 months (the kept milestones) after each one's own start. One query.

    `as_of` of each result is the last day on which one of its businesses reached the milestone.
    """
    require(actor, "business.read")
    rows = fetch(
        """
        SELECT s.milestone, s.status, count(*), max(s.as_of)
        FROM enterprises_statussnapshot s
        JOIN enterprises_enterprise e ON e.id = s.enterprise_id
        JOIN programmes_programme p ON p.id = e.programme_id
        WHERE s.milestone IS NOT NULL AND p.code = %s
        GROUP BY 1, 2 ORDER BY 1
        """,
        [programme_code],
    )
    counts: dict[int, dict[Status, int]] = {}
    last: dict[int, date] = {}
    for milestone, status, number, day in rows:
        counts.setdefault(milestone, {})[Status(status)] = number
        last[milestone] = max(day, last.get(milestone, day))
    return {milestone: StatusCounts(last[milestone], found) for milestone, found in counts.items()}


def status_by_month(*, actor: Actor, programme_code: str, days: Sequence[date]) -> dict[date, StatusCounts]:
    """Businesses by status on each of the given days (month ends), for a chart. One query."""
    require(actor, "business.read")
    rows = fetch(
        """
        SELECT s.as_of, s.status, count(*)
        FROM enterprises_statussnapshot s
        JOIN enterprises_enterprise e ON e.id = s.enterprise_id
        JOIN programmes_programme p ON p.id = e.programme_id
        WHERE p.code = %s AND s.as_of = ANY (%s)
        GROUP BY 1, 2
        """,
        [programme_code, list(days)],
    )
    counts: dict[date, dict[Status, int]] = {day: {} for day in days}
    for day, status, number in rows:
        counts[day][Status(status)] = number
    return {day: StatusCounts(day, found) for day, found in counts.items()}


def enterprise_by_ref(*, actor: Actor, programme_code: str) -> dict[str, UUID]:
    """Ref of the programme folder -> id of the business, for all businesses of a programme. One query."""
    require(actor, "business.read")
    return dict(
        fetch(
            """
            SELECT e.ref, e.id FROM enterprises_enterprise e JOIN programmes_programme p ON p.id = e.programme_id
            WHERE p.code = %s AND e.ref <> ''
            """,
            [programme_code],
        )
    )
