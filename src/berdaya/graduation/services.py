"""Assessing businesses for graduation, and approving the assessments: two people, enforced in the database as well."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import connection, transaction

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.graduation.evidence import Subject, subjects
from berdaya.graduation.models import Assessment
from berdaya.graduation.pathways import pathway_of
from berdaya.graduation.rules import judge, months_after
from berdaya.graduation.types import Assessed, Judgement, Pathway
from berdaya.kernel.bulk import stage
from berdaya.kernel.ids import new_ids
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.selectors import config_of
from berdaya.programmes.types import Outcome
from berdaya.tasks.services import create_many
from berdaya.tasks.types import NewTask

RELAPSE_MONTHS = 12
EXCLUSION = "graduated:uep"
_COLUMNS = {
    "id": "uuid",
    "enterprise_id": "uuid",
    "area": "bigint",
    "office_id": "bigint",
    "criteria": "text",
    "outcome": "text",
}


@transaction.atomic
def assess_many(*, actor: Actor, programme_id: UUID, as_of: date, only: Sequence[UUID] | None = None) -> Assessed:
    """Judge the businesses of a programme (those of ``only``) by its pathway, on the evidence of ``as_of``.

    An assessment of the same day stands as it was first made. Raises ``not_allowed``, ``not_found``,
    ``pathway_unknown``.
    """
    require(actor, "graduation.assess")
    pathway = pathway_of(config_of(actor=actor, programme_id=programme_id).graduation)
    found = subjects(actor=actor, programme_id=programme_id, pathway=pathway, as_of=as_of, only=only)
    judged = [(subject, judge(pathway, subject.dossier, as_of)) for subject in found]
    _keep(actor, programme_id, pathway, as_of, judged)
    outcomes = Counter(judgement.outcome.value for _, judgement in judged)
    held = Counter(
        finding.criterion
        for _, judgement in judged
        for finding in judgement.findings
        if finding.outcome is not Outcome.MET
    )
    record(
        actor=actor, name="graduation.assessed", subject_kind="programme", subject_id=programme_id,
        as_of=as_of.isoformat(), outcomes=dict(outcomes),
    )  # fmt: skip
    return Assessed(as_of, dict(sorted(outcomes.items())), dict(sorted(held.items())))


@transaction.atomic
def approve_many(*, actor: Actor, assessment_ids: Sequence[UUID], on: date) -> int:
    """Graduate the businesses of these assessments, as another person than the one who assessed.

    Their families enter the list of graduates, so that the next programme serves others, and a task asks twelve
    months on whether it lasted. Raises ``not_found``, ``outside_scope`` for another office, ``same_person``,
    ``already_decided``, ``not_graduated`` where a criterion is not met, ``assessment_stale`` where a newer one exists.
    """
    require(actor, "graduation.approve")
    wanted = set(assessment_ids)
    rows = list(Assessment.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    if len(rows) < len(wanted):
        raise Problem("not_found")
    if any(row.office_id != actor.office for row in rows):
        raise Problem("outside_scope")
    if any(row.approved_by is not None for row in rows):
        raise Problem("already_decided")
    if any(row.assessed_by == actor.account_id for row in rows):
        raise Problem("same_person")
    unmet = sum(row.outcome != Outcome.MET.value for row in rows)
    if unmet:
        raise Problem("not_graduated", count=unmet)
    _refuse_stale(rows)
    Assessment.objects.filter(pk__in=wanted).update(approved_by=actor.account_id, approved_on=on)
    _exclude(wanted, on)
    _ask_again(actor, wanted, on)
    if rows:
        record(actor=actor, name="graduation.approved", subject_kind="assessment", count=len(rows))
    return len(rows)


def _keep(
    actor: Actor, programme_id: UUID, pathway: Pathway, as_of: date, judged: Sequence[tuple[Subject, Judgement]]
) -> None:
    rows = (
        (
            new,
            subject.enterprise_id,
            subject.area,
            subject.office_id,
            json.dumps([finding.as_json() for finding in judgement.findings]),
            judgement.outcome.value,
        )
        for new, (subject, judgement) in zip(new_ids(len(judged)), judged, strict=True)
    )
    with connection.cursor() as cursor:
        stage(cursor, "judged", _COLUMNS, rows)
        cursor.execute(
            """
            INSERT INTO graduation_assessment
                (id, area, office_id, programme_id, enterprise_id, pathway, as_of, criteria, outcome, assessed_by)
            SELECT id, area, office_id, %s, enterprise_id, %s, %s, criteria::jsonb, outcome, %s FROM judged
            ON CONFLICT (enterprise_id, pathway, as_of) DO NOTHING
            """,
            [programme_id, pathway.code, as_of, actor.account_id],
        )


def _refuse_stale(rows: Sequence[Assessment]) -> None:
    latest: dict[UUID, date] = {}
    newer = Assessment.objects.filter(enterprise_id__in=[row.enterprise_id for row in rows])
    for enterprise, as_of in newer.values_list("enterprise_id", "as_of"):
        latest[enterprise] = max(as_of, latest.get(enterprise, as_of))
    if any(latest[row.enterprise_id] > row.as_of for row in rows):
        raise Problem("assessment_stale")


def _exclude(assessments: set[UUID], on: date) -> None:
    """One line in the list of graduates for each family behind the businesses (of a group: of every member).

    A family is known by its card (KK); where that number is missing, its people are listed by NIK.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH family AS (
                SELECT DISTINCT ON (p.code, h.id) p.code, p.name, a.area, h.id, h.kk_index
                FROM graduation_assessment a
                JOIN programmes_programme p ON p.id = a.programme_id
                JOIN enterprises_enterprise e ON e.id = a.enterprise_id
                LEFT JOIN groups_membership m ON m.group_id = e.group_id AND m.left_on IS NULL
                JOIN people_household h ON h.id = coalesce(e.household_id, m.household_id)
                WHERE a.id = ANY (%(ids)s)
            )
            INSERT INTO people_exclusion (id, area, kind, kk_index, nik_index, source, as_of, import_key)
            SELECT gen_random_uuid(), area, %(kind)s, kk_index, NULL, left(name, 120), %(on)s,
                   md5(%(kind)s || code || id)::uuid
            FROM family WHERE kk_index IS NOT NULL
            UNION ALL
            SELECT gen_random_uuid(), family.area, %(kind)s, NULL, p.nik_index, left(family.name, 120), %(on)s,
                   md5(%(kind)s || code || p.id)::uuid
            FROM family JOIN people_person p ON p.household_id = family.id
            WHERE family.kk_index IS NULL AND p.nik_index IS NOT NULL
            ON CONFLICT (import_key) DO NOTHING
            """,
            {"ids": list(assessments), "kind": EXCLUSION, "on": on},
        )


def _ask_again(actor: Actor, assessments: set[UUID], on: date) -> None:
    due = months_after(on, RELAPSE_MONTHS)
    rows = Assessment.objects.filter(pk__in=assessments).select_related("enterprise", "programme").order_by("pk")
    create_many(
        actor=actor,
        tasks=[
            NewTask(
                cause=f"graduation-check:{row.enterprise_id}",
                kind="graduation_check",
                title=f"Periksa apakah usaha {row.enterprise.name} bertahan 12 bulan setelah graduasi",
                area=row.area,
                office_id=row.office_id,
                owner_role="operator",
                raised_on=on,
                due_on=due,
                programme_code=row.programme.code,
                household_id=row.enterprise.household_id,
                group_id=row.enterprise.group_id,
                enterprise_id=row.enterprise_id,
                params={"graduated_on": on.isoformat()},
            )
            for row in rows
        ],
    )
