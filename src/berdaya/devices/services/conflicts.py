"""Two versions of one record: a person chooses, and both stay."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from berdaya.audit.services import record
from berdaya.devices.models import Conflict
from berdaya.devices.selectors import may_read
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor

CHOICES = ("sent", "held")


@transaction.atomic
def close(*, actor: Actor, conflict_id: UUID, choice: str) -> Conflict:
    """Mark a conflict as decided; applying a chosen version is the caller's part, in the same transaction. Audited.

    Raises ``not_allowed``, ``resolution_unknown``, ``not_found`` and, the second time, ``already_decided``.
    """
    may_read(actor)
    if choice not in CHOICES:
        raise Problem("resolution_unknown")
    found = Conflict.objects.select_for_update().filter(pk=conflict_id, office_id=actor.office or 0).first()
    if found is None:
        raise Problem("not_found")
    if found.resolved_at is not None:
        raise Problem("already_decided")
    found.resolved_at = clock.now()
    found.resolved_by = actor.account_id
    found.resolution = choice
    found.save(update_fields=["resolved_at", "resolved_by", "resolution"])
    record(
        actor=actor, name="conflict.resolved", subject_kind="field_record", subject_id=found.record_id,
        area=found.area, choice=choice,
    )  # fmt: skip
    return found
