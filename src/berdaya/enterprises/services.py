"""Writes about businesses, each through one statement however many there are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal
from uuid import UUID

from django.db import connection, transaction

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.enterprises.catalogue import catalogue
from berdaya.enterprises.rules.figures import month_of
from berdaya.enterprises.types import (
    Assignment,
    MonthTurnover,
    NewEnterprise,
    NewEvidence,
    NewMentor,
)
from berdaya.kernel.bulk import stage
from berdaya.kernel.ids import new_ids
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor

TurnoverColumn = Literal["market", "fund"]

_ENTERPRISE = {
    "id": "uuid",
    "office_id": "bigint",
    "kind": "text",
    "name": "text",
    "started_on": "date",
    "household_id": "uuid",
    "group_id": "uuid",
    "programme_id": "uuid",
    "ref": "text",
    "baseline_income_idr": "bigint",
    "synthetic": "boolean",
}


@transaction.atomic
def start_enterprises_many(*, actor: Actor, starts: Sequence[NewEnterprise]) -> int:
    """Start businesses; their area is that of the household or group. Returns how many were new.

    The id is the idempotency key. Raises enterprise_without_owner, enterprise_unknown_kind, and enterprise_not_found
    where an owner is outside the scope.
    """
    require(actor, "business.manage")
    kinds = catalogue().kinds
    for start in starts:
        if (start.household_id is None) == (start.group_id is None):
            raise Problem("enterprise_without_owner", ref=start.ref or start.name)
        if start.kind not in kinds:
            raise Problem("enterprise_unknown_kind", kind=start.kind)
    with connection.cursor() as cursor:
        rows = ([getattr(start, name) for name in _ENTERPRISE] for start in starts)
        stage(cursor, "start", _ENTERPRISE, rows)
        cursor.execute(
            """
            SELECT count(*) FROM start s
            LEFT JOIN people_household h ON h.id = s.household_id
            LEFT JOIN groups_group g ON g.id = s.group_id
            WHERE coalesce(h.area, g.area) IS NULL
            """
        )
        missing = cursor.fetchone()[0]
        if missing:
            raise Problem("enterprise_not_found", count=missing)
        columns = ", ".join(_ENTERPRISE)
        cursor.execute(
            f"""
            INSERT INTO enterprises_enterprise (area, {columns})
            SELECT coalesce(h.area, g.area), {", ".join(f"s.{name}" for name in _ENTERPRISE)}
            FROM start s
            LEFT JOIN people_household h ON h.id = s.household_id
            LEFT JOIN groups_group g ON g.id = s.group_id
            ON CONFLICT (id) DO NOTHING
            """
        )
        made: int = cursor.rowcount
    if made:
        record(actor=actor, name="enterprises.started", count=made)
    return made


@transaction.atomic
def adopt_enterprises_many(*, actor: Actor, starts: Sequence[NewEnterprise]) -> set[UUID]:
    """Businesses that groups had before their programme become the programme's, counted from its own day on.

    Answers the groups whose business of that programme is such a one, now or since an earlier call: no other one is
    started for them.
    """
    require(actor, "business.manage")
    wanted = [(s.id, s.group_id, s.programme_id, s.ref, s.started_on, s.baseline_income_idr) for s in starts]
    with connection.cursor() as cursor:
        stage(
            cursor,
            "adoption",
            {
                "id": "uuid",
                "group_id": "uuid",
                "programme_id": "uuid",
                "ref": "text",
                "started_on": "date",
                "baseline_income_idr": "bigint",
            },
            (row for row in wanted if row[1] is not None and row[2] is not None),
        )
        cursor.execute(
            """
            UPDATE enterprises_enterprise e
            SET programme_id = a.programme_id, ref = a.ref, started_on = a.started_on,
                baseline_income_idr = coalesce(e.baseline_income_idr, a.baseline_income_idr)
            FROM adoption a
            WHERE e.id = (SELECT o.id FROM enterprises_enterprise o
                          WHERE o.group_id = a.group_id AND o.programme_id IS NULL ORDER BY o.id LIMIT 1)
              AND NOT EXISTS (SELECT 1 FROM enterprises_enterprise h
                              WHERE h.group_id = a.group_id AND h.programme_id = a.programme_id)
            """
        )
        cursor.execute(
            """
            SELECT DISTINCT e.group_id FROM adoption a JOIN enterprises_enterprise e
              ON e.group_id = a.group_id AND e.programme_id = a.programme_id AND e.id <> a.id
            """
        )
        return {row[0] for row in cursor.fetchall()}


@transaction.atomic
def register_mentors_many(*, actor: Actor, mentors: Sequence[NewMentor]) -> dict[str, UUID]:
    """Register mentors or bring them up to date; the code is unique in the office. Returns code -> id."""
    require(actor, "mentor.assign")
    columns = {
        "id": "uuid",
        "area": "bigint",
        "office_id": "bigint",
        "code": "text",
        "name": "text",
        "phone": "text",
        "areas": "jsonb",
        "account_id": "bigint",
        "synthetic": "boolean",
    }
    with connection.cursor() as cursor:
        stage(
            cursor,
            "mentor",
            columns,
            (
                (m.id, m.areas[0], m.office_id, m.code, m.name, m.phone, json.dumps(m.areas), m.account_id, m.synthetic)
                for m in mentors
            ),
        )
        listed = ", ".join(columns)
        cursor.execute(
            f"""
            INSERT INTO enterprises_mentor ({listed}) SELECT {listed} FROM mentor
            ON CONFLICT (office_id, code) DO UPDATE
            SET name = excluded.name, phone = excluded.phone, areas = excluded.areas,
                account_id = coalesce(excluded.account_id, enterprises_mentor.account_id)
            WHERE (enterprises_mentor.name, enterprises_mentor.phone, enterprises_mentor.areas)
               IS DISTINCT FROM (excluded.name, excluded.phone, excluded.areas)
               OR excluded.account_id IS DISTINCT FROM enterprises_mentor.account_id
            """
        )
        cursor.execute(
            """
            SELECT m.code, m.id FROM enterprises_mentor m
            JOIN mentor s ON s.office_id = m.office_id AND s.code = m.code
            """
        )
        found: dict[str, UUID] = dict(cursor.fetchall())
    record(actor=actor, name="mentors.registered", count=len(found))
    return found


@transaction.atomic
def assign_mentors_many(*, actor: Actor, assignments: Sequence[Assignment]) -> int:
    """Give each business to a mentor from a day on; the assignment before it ends on that day.

    Assigning the mentor that a business already has changes nothing. Returns how many changed.
    """
    require(actor, "mentor.assign")
    with connection.cursor() as cursor:
        stage(
            cursor,
            "assignment",
            {"id": "uuid", "enterprise_id": "uuid", "mentor_id": "uuid", "since": "date"},
            (
                (new, item.enterprise_id, item.mentor_id, item.since)
                for new, item in zip(new_ids(len(assignments)), assignments, strict=True)
            ),
        )
        cursor.execute(
            """
            DELETE FROM assignment a USING enterprises_mentorassignment held
            WHERE held.enterprise_id = a.enterprise_id AND held.until IS NULL AND held.mentor_id = a.mentor_id
            """
        )
        cursor.execute(
            """
            UPDATE enterprises_mentorassignment held SET until = a.since
            FROM assignment a WHERE held.enterprise_id = a.enterprise_id AND held.until IS NULL
            """
        )
        cursor.execute(
            """
            INSERT INTO enterprises_mentorassignment (id, area, office_id, enterprise_id, mentor_id, since)
            SELECT a.id, e.area, e.office_id, e.id, a.mentor_id, a.since
            FROM assignment a JOIN enterprises_enterprise e ON e.id = a.enterprise_id
            """
        )
        changed: int = cursor.rowcount
    if changed:
        record(actor=actor, name="mentors.assigned", count=changed)
    return changed


def add_evidence_many(*, actor: Actor, evidence: Iterable[NewEvidence]) -> int:
    """Write what other packages learnt about businesses; the same source and kind again replaces what it said.

    For packages above this one, inside their own transaction and after their own permission check. Returns how many
    rows were new or changed; businesses outside the scope are left out.
    """
    items = list(evidence)
    with transaction.atomic(), connection.cursor() as cursor:
        stage(
            cursor,
            "evidence",
            {
                "id": "uuid",
                "enterprise_id": "uuid",
                "kind": "text",
                "method": "text",
                "occurred_on": "date",
                "production_days": "smallint",
                "amount_idr": "bigint",
                "detail": "jsonb",
                "source_kind": "text",
                "source_id": "uuid",
            },
            (
                (
                    new,
                    item.enterprise_id,
                    item.kind.value,
                    item.method.value,
                    item.occurred_on,
                    item.production_days,
                    item.amount_idr,
                    json.dumps(item.detail),
                    item.source_kind,
                    item.source_id,
                )
                for new, item in zip(new_ids(len(items)), items, strict=True)
            ),
        )
        cursor.execute(EVIDENCE_UPSERT, [actor.account_id])
        changed: int = cursor.rowcount
    return changed


EVIDENCE_UPSERT = """
    INSERT INTO enterprises_evidence AS held
        (id, area, office_id, enterprise_id, kind, method, occurred_on, production_days, amount_idr, detail,
         source_kind, source_id, account_id)
    SELECT s.id, e.area, e.office_id, e.id, s.kind, s.method, s.occurred_on, s.production_days, s.amount_idr, s.detail,
           s.source_kind, s.source_id, %s
    FROM evidence s JOIN enterprises_enterprise e ON e.id = s.enterprise_id
    ON CONFLICT (source_id, kind) DO UPDATE
    SET method = excluded.method, occurred_on = excluded.occurred_on, production_days = excluded.production_days,
        amount_idr = excluded.amount_idr, detail = excluded.detail, account_id = excluded.account_id
    WHERE (held.method, held.occurred_on, held.production_days, held.amount_idr, held.detail) IS DISTINCT FROM
          (excluded.method, excluded.occurred_on, excluded.production_days, excluded.amount_idr, excluded.detail)
"""


def set_month_turnover_many(*, actor: Actor, column: TurnoverColumn, turnover: Iterable[MonthTurnover]) -> int:
    """Set (not add) one source's turnover of business months: `market` from stalls, `fund` from the group's book.

    For packages above this one, inside their own transaction and after their own permission check.
    Raises `not_allowed`.
    """
    if actor.account_id is None:
        raise Problem("not_allowed", role=actor.role, permission="business.manage")
    target = {"market": "turnover_market_idr", "fund": "turnover_fund_idr"}[column]
    items = list(turnover)
    with transaction.atomic(), connection.cursor() as cursor:
        stage(
            cursor,
            "month_turnover",
            {"id": "uuid", "enterprise_id": "uuid", "month": "date", "amount_idr": "bigint"},
            (
                (new, item.enterprise_id, month_of(item.month), item.amount_idr)
                for new, item in zip(new_ids(len(items)), items, strict=True)
            ),
        )
        cursor.execute(
            f"""
            INSERT INTO enterprises_enterprisemonth AS held
                (id, area, office_id, enterprise_id, month, visits, {target})
            SELECT s.id, e.area, e.office_id, e.id, s.month, 0, s.amount_idr
            FROM month_turnover s JOIN enterprises_enterprise e ON e.id = s.enterprise_id
            ON CONFLICT (enterprise_id, month) DO UPDATE SET {target} = excluded.{target}
            WHERE held.{target} IS DISTINCT FROM excluded.{target}
            """
        )
        changed: int = cursor.rowcount
    return changed


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
