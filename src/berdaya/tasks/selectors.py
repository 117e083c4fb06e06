"""Whose a task is, and which daily checks have run."""

from __future__ import annotations

from django.db.models import Q

from berdaya.kernel.scope import Actor
from berdaya.tasks.models import DailyRun


def mine(actor: Actor) -> Q:
    """The condition "this is for me": the actor's role, and nobody else of that role by name."""
    return Q(owner_role=actor.role) & (Q(owner_account_id=None) | Q(owner_account_id=actor.account_id))


def daily_runs(*, actor: Actor) -> dict[str, DailyRun]:
    """The last run of each daily check in the actor's offices, by code. One query."""
    rows = DailyRun.objects.order_by("check_code", "-on").distinct("check_code")
    if actor.office:
        rows = rows.filter(office_id=actor.office)
    return {row.check_code: row for row in rows}
