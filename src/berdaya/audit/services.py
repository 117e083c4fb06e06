"""Writing the audit trail. An anonymous actor is refused: whoever decides has a name."""

from __future__ import annotations

import json

from django.db import connection

from berdaya.audit.models import AuditEntry
from berdaya.kernel import clock
from berdaya.kernel.ids import new_id
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
    # Not through the ORM: it asks for the row back, and those who may only append cannot read it.
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {AuditEntry._meta.db_table}
                (id, name, version, account_id, role, area, office_id, occurred_at, reason, subject_kind,
                 subject_id, body)
            VALUES (%s, %s, 1, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            [
                new_id(),
                name,
                actor.account_id,
                actor.role,
                area if area is not None else (actor.lo if actor.ranges else None),
                office if office is not None else (actor.office if actor.office != ALL_OFFICES else None),
                clock.now(),
                reason,
                subject_kind,
                str(subject_id),
                json.dumps(body, default=str),
            ],
        )
