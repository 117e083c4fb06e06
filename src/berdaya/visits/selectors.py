"""Reads about visits: what was found, what advice became of it, whom to visit next."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from berdaya.access.permissions import require
from berdaya.enterprises.types import Method, Status
from berdaya.kernel.bulk import fetch
from berdaya.kernel.scope import Actor
from berdaya.visits import rules
from berdaya.visits.types import (
    AdviceCheck,
    CaseloadRow,
    HeldRow,
    Outcome,
    PlannedVisit,
    Position,
    PositionMissing,
    VisitInput,
    VisitRow,
)


def visits_of(*, actor: Actor, enterprise_id: UUID) -> list[VisitRow]:
    """Every visit of a business, newest first, each with what it found of the advice given before. One query."""
    require(actor, "business.read")
    rows = fetch(
        """
        SELECT v.id, v.occurred_on, v.recorded_at, v.method,
               coalesce(enterprises_mentor_name(v.mentor_id, v.enterprise_id), ''), v.production_days, v.turnover_idr,
               v.cost_idr, v.stock_idr, v.workers, v.active_members, v.income_idr, v.problem, v.advice, v.note,
               v.advice_answer, lag(v.advice) OVER (ORDER BY v.occurred_on, v.id),
               (SELECT nullif(count(*), 0) FROM enterprises_enterprise e
                JOIN groups_membership g ON g.group_id = e.group_id AND g.joined_on <= v.occurred_on
                 AND (g.left_on IS NULL OR g.left_on >= v.occurred_on)
                WHERE e.id = v.enterprise_id),
               v.next_step, v.same_as_last, v.met_lat, v.met_lon, v.met_within_m, v.position_missing, v.distance_m
        FROM visits_visit v
        WHERE v.enterprise_id = %s ORDER BY v.occurred_on DESC, v.id DESC
        """,
        [enterprise_id],
    )
    return [_visit_row(row) for row in rows]


def _visit_row(row: Sequence[Any]) -> VisitRow:
    return VisitRow(
        id=row[0],
        occurred_on=row[1],
        recorded_at=row[2],
        method=Method(row[3]),
        mentor=row[4],
        production_days=row[5],
        turnover_idr=row[6],
        cost_idr=row[7],
        stock_idr=row[8],
        workers=row[9],
        active_members=row[10],
        income_idr=row[11],
        problem=row[12],
        advice=row[13],
        note=row[14],
        advice_check=rules.advice_check(row[16], AdviceCheck(row[15]) if row[15] else None),
        questions=rules.questions(
            active_members=row[10],
            members=row[17],
            production_days=row[5],
            turnover_idr=row[6],
            distance_m=row[24],
        ),
        next_step=row[18],
        same_as_last=row[19],
        position=Position(row[20], row[21], row[22]) if row[20] is not None else None,
        position_missing=PositionMissing(row[23]) if row[23] else None,
        distance_m=row[24],
    )


def plan(*, actor: Actor, as_of: date, capacity: int = 10, mentor_id: UUID | None = None) -> list[PlannedVisit]:
    """The plan of the month for one mentor; without `mentor_id` over every business in the actor's scope."""
    require(actor, "business.read")
    rows = fetch(
        """
        SELECT e.id, e.started_on, v.occurred_on, coalesce(s.status, 'unknown'), coalesce(v.advice, '') <> ''
        FROM enterprises_enterprise e
        LEFT JOIN LATERAL (
            SELECT x.occurred_on, x.advice FROM visits_visit x
            WHERE x.enterprise_id = e.id AND x.occurred_on <= %(as_of)s ORDER BY x.occurred_on DESC LIMIT 1) v ON true
        LEFT JOIN LATERAL (
            SELECT x.status FROM enterprises_statussnapshot x
            WHERE x.enterprise_id = e.id AND x.as_of <= %(as_of)s ORDER BY x.as_of DESC LIMIT 1) s ON true
        WHERE e.started_on <= %(as_of)s AND (%(mentor)s::uuid IS NULL OR EXISTS (
            SELECT 1 FROM enterprises_mentorassignment a
            WHERE a.enterprise_id = e.id AND a.until IS NULL AND a.mentor_id = %(mentor)s))
        """,
        {"as_of": as_of, "mentor": mentor_id},
    )
    caseload = [CaseloadRow(row[0], row[1], row[2], Status(row[3]), row[4]) for row in rows]
    return rules.plan_month(caseload, as_of=as_of, capacity=capacity)


def held(*, actor: Actor, limit: int = 50, offset: int = 0) -> tuple[list[HeldRow], int]:
    """Visits kept aside that wait for a decision, oldest first, and how many there are. Two queries."""
    require(actor, "mentor.assign")
    rows = fetch(
        """
        SELECT h.id, h.visit_id, h.outcome, h.flaws, h.body, h.recorded_at FROM visits_heldvisit h
        WHERE h.resolved_on IS NULL ORDER BY h.recorded_at, h.id LIMIT %s OFFSET %s
        """,
        [limit, offset],
    )
    return [_held_row(row) for row in rows], held_count(actor=actor)


def held_count(*, actor: Actor) -> int:
    """How many visits kept aside wait for a decision."""
    require(actor, "mentor.assign")
    return int(fetch("SELECT count(*) FROM visits_heldvisit WHERE resolved_on IS NULL")[0][0])


def held_input(body: Mapping[str, Any]) -> VisitInput:
    """A visit as it was handed in, from the body that was kept aside."""
    mentor, check = body.get("mentor_id"), body.get("advice_check")
    return VisitInput(
        **{
            **body,
            "id": UUID(body["id"]),
            "enterprise_id": UUID(body["enterprise_id"]),
            "mentor_id": UUID(mentor) if mentor else None,
            "occurred_on": date.fromisoformat(body["occurred_on"]),
            "method": Method(body["method"]),
            "advice_check": AdviceCheck(check) if check else None,
        }
    )


def _held_row(row: Sequence[Any]) -> HeldRow:
    flaws = tuple((name, code) for name, code in json.loads(row[3]))
    return HeldRow(row[0], row[1], Outcome(row[2]), flaws, json.loads(row[4]), row[5])


_STORED = """
    SELECT v.id, v.enterprise_id, v.mentor_id, v.occurred_on, v.method, v.production_days, v.turnover_idr, v.cost_idr,
           v.stock_idr, v.workers, v.active_members, v.income_idr, v.problem, v.advice, v.advice_answer, v.note,
           v.revision, v.next_step, v.same_as_last, v.account_id
    FROM visits_visit v
"""


_INPUT_FIELDS = (
    "id", "enterprise_id", "mentor_id", "occurred_on", "method", "production_days", "turnover_idr", "cost_idr",
    "stock_idr", "workers", "active_members", "income_idr", "problem", "advice", "advice_check", "note", "revision",
    "next_step", "same_as_last",
)  # fmt: skip


def stored(ids: Sequence[UUID]) -> dict[UUID, tuple[VisitInput, int]]:
    """Visits as they stand, as inputs, each with the account that wrote it last; those in the scope."""
    return {row[0]: (_input(row), row[19]) for row in fetch(f"{_STORED} WHERE v.id = ANY (%s)", [list(ids)])}


def last_before(wanted: Sequence[tuple[UUID, UUID, date]]) -> dict[UUID, VisitInput]:
    """For each (id, business, day): the last visit of the business up to that day, by the given id."""
    rows = fetch(
        f"""
        SELECT w.key, s.* FROM unnest(%s::uuid[], %s::uuid[], %s::date[]) AS w(key, enterprise, day)
        CROSS JOIN LATERAL (
            {_STORED} WHERE v.enterprise_id = w.enterprise AND v.id <> w.key AND v.occurred_on <= w.day
            ORDER BY v.occurred_on DESC, v.id DESC LIMIT 1) AS s
        """,
        [[item[0] for item in wanted], [item[1] for item in wanted], [item[2] for item in wanted]],
    )
    return {row[0]: _input(row[1:]) for row in rows}


def _input(row: Sequence[Any]) -> VisitInput:
    told = dict(zip(_INPUT_FIELDS, row, strict=False))
    told["method"] = Method(told["method"])
    told["advice_check"] = AdviceCheck(told["advice_check"]) if told["advice_check"] else None
    return VisitInput(**told)


def usual_places(enterprises: Sequence[UUID]) -> dict[UUID, Position]:
    """Where each business was met first, as far as a visit carried a position."""
    rows = fetch(
        """
        SELECT DISTINCT ON (v.enterprise_id) v.enterprise_id, v.met_lat, v.met_lon, v.met_within_m FROM visits_visit v
        WHERE v.enterprise_id = ANY (%s) AND v.met_lat IS NOT NULL ORDER BY v.enterprise_id, v.occurred_on, v.id
        """,
        [list(enterprises)],
    )
    return {row[0]: Position(row[1], row[2], row[3]) for row in rows}
