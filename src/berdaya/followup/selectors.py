"""Alerts as the office sees them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Count

from berdaya.access.permissions import require
from berdaya.followup.models import Alert
from berdaya.followup.types import Alert as AlertKind
from berdaya.followup.types import AlertRow
from berdaya.kernel.scope import Actor


def alerts_of(*, actor: Actor, enterprise_id: UUID) -> list[AlertRow]:
    """Every alert of a business, newest first, with its task. One query."""
    require(actor, "business.read")
    found = Alert.objects.filter(enterprise_id=enterprise_id).select_related("task").order_by("-raised_on", "id")
    return [
        AlertRow(
            alert=AlertKind(row.rule),
            raised_on=row.raised_on,
            cleared_on=row.cleared_on,
            detail=row.detail,
            task_id=row.task_id,
            task_state=row.task.state,
            task_due_on=row.task.due_on,
            owner_role=row.task.owner_role,
        )
        for row in found
    ]


def open_by_kind(*, actor: Actor, as_of: date, programme_code: str = "") -> dict[AlertKind, int]:
    """Open alerts by kind on a day. One query."""
    require(actor, "business.read")
    query = Alert.objects.filter(raised_on__lte=as_of).exclude(cleared_on__lte=as_of)
    if programme_code:
        query = query.filter(enterprise__programme__code=programme_code)
    return {AlertKind(rule): number for rule, number in query.values_list("rule").annotate(number=Count("pk"))}
