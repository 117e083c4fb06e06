"""Writing the audit trail. An anonymous actor is refused: whoever decides has a name."""

from __future__ import annotations

from berdaya.audit.models import AuditEntry
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import ALL_OFFICES, Actor


def record(
    *,
    actor: Actor,
    name: str,
    subject_kind: str = "",
    subject_id: object = "",
    area: int | None = None,
    office: int | None = None,
    reason: str = "",
    **body: object,
) -> None:
    """Append one event. ``body`` takes ids and figures only. Raises ``not_allowed`` for an anonymous actor."""
    if actor.account_id is None:
        raise Problem("not_allowed", role=actor.role, permission=name)
    AuditEntry.objects.create(
        name=name,
        account_id=actor.account_id,
        role=actor.role,
        area=area if area is not None else (actor.lo if actor.ranges else None),
        office_id=office if office is not None else (actor.office if actor.office != ALL_OFFICES else None),
        occurred_at=clock.now(),
        reason=reason,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        body=body,
    )
