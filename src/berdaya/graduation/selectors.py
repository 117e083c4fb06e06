"""Reads of graduation: assessments, counts for the report, who may motivate, what the check a year on found."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q

from berdaya.access.permissions import require
from berdaya.graduation.models import Assessment
from berdaya.graduation.types import AssessmentRow, GraduationCounts, finding_from_json
from berdaya.kernel.bulk import fetch
from berdaya.kernel.scope import Actor
from berdaya.programmes.types import Outcome


def assessments(
    *,
    actor: Actor,
    programme_id: UUID | None = None,
    enterprise_id: UUID | None = None,
    outcome: Outcome | None = None,
    open_only: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> list[AssessmentRow]:
    """A page of assessments, latest day first, then by the business's ref; ``open_only`` keeps those to be approved."""
    require(actor, "business.read")
    where = Q()
    if programme_id is not None:
        where &= Q(programme_id=programme_id)
    if enterprise_id is not None:
        where &= Q(enterprise_id=enterprise_id)
    if outcome is not None:
        where &= Q(outcome=outcome.value)
    if open_only:
        where &= Q(outcome=Outcome.MET.value, approved_by=None)
    rows = Assessment.objects.filter(where).select_related("enterprise").order_by("-as_of", "enterprise__ref", "id")
    return [_row(row) for row in rows[offset : offset + limit]]


def to_approve(*, actor: Actor, programme_id: UUID, as_of: date) -> list[UUID]:
    """Ids of the assessments of ``as_of`` that meet every criterion and wait for the second person."""
    require(actor, "business.read")
    rows = Assessment.objects.filter(
        programme_id=programme_id, as_of=as_of, outcome=Outcome.MET.value, approved_by=None
    )
    return list(rows.order_by("enterprise__ref", "id").values_list("id", flat=True))


def counts(*, actor: Actor, programme_id: UUID) -> GraduationCounts:
    """The latest assessment of each business by outcome, and how many have graduated."""
    require(actor, "programme.read")
    rows = fetch(
        """
        SELECT count(*) FILTER (WHERE outcome = 'met'), count(*) FILTER (WHERE outcome = 'not_met'),
               count(*) FILTER (WHERE outcome = 'unknown'),
               (SELECT count(DISTINCT enterprise_id) FROM graduation_assessment
                WHERE programme_id = %(id)s AND approved_by IS NOT NULL)
        FROM (SELECT DISTINCT ON (enterprise_id) enterprise_id, outcome FROM graduation_assessment
              WHERE programme_id = %(id)s ORDER BY enterprise_id, as_of DESC) latest
        """,
        {"id": programme_id},
    )
    met, not_met, unknown, graduated = rows[0]
    return GraduationCounts(int(met), int(not_met), int(unknown), int(graduated))


def _row(row: Assessment) -> AssessmentRow:
    return AssessmentRow(
        id=row.pk,
        enterprise_id=row.enterprise_id,
        enterprise_name=row.enterprise.name,
        area=row.area,
        ref=row.enterprise.ref,
        as_of=row.as_of,
        outcome=Outcome(row.outcome),
        findings=tuple(finding_from_json(item) for item in row.criteria),
        assessed_by=row.assessed_by,
        approved_by=row.approved_by,
        approved_on=row.approved_on,
    )
