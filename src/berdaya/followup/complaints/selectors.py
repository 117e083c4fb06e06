"""Reading complaints: only what the database lets this actor see."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from berdaya.access.permissions import require
from berdaya.followup.complaints.types import State
from berdaya.followup.models import Complaint, ComplaintStep
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor


def complaints(*, actor: Actor, state: State | None = None) -> QuerySet[Complaint]:
    """Complaints that this actor may handle, the nearest date first."""
    require(actor, "complaint.handle")
    rows = Complaint.objects.defer("withheld_cipher", "contact_cipher")
    return (rows.filter(state=state) if state else rows).order_by("closed_on", "due_on", "id")


def complaint(*, actor: Actor, complaint_id: UUID) -> tuple[Complaint, list[ComplaintStep]]:
    """One complaint with its steps. Raises `not_found`."""
    require(actor, "complaint.handle")
    row = Complaint.objects.filter(pk=complaint_id).first()
    if row is None:
        raise Problem("not_found")
    return row, list(row.steps.order_by("recorded_at", "id"))


def counts(*, actor: Actor, as_of: date) -> dict[str, int]:
    """How many are new, being looked into, late and closed."""
    require(actor, "complaint.handle")
    found: dict[str, Any] = {"received": 0, "working": 0, "late": 0, "closed": 0}
    for state, due in Complaint.objects.values_list("state", "due_on"):
        late = state != State.CLOSED and due < as_of
        found["late" if late else state] += 1
    return found
