"""A person decides between two versions of a record, or lets a stuck one be tried again."""

from __future__ import annotations

import json
from uuid import UUID

from django.db import transaction

from berdaya.access.selectors import actor_for
from berdaya.devices import kinds
from berdaya.devices.kinds import FieldRecord, Outcome, Result
from berdaya.devices.models import FieldRecord as Stored
from berdaya.devices.selectors import may_read
from berdaya.devices.services import conflicts
from berdaya.kernel import clock
from berdaya.kernel.bulk import fetch
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.process.field.receive import apply


@transaction.atomic
def resolve(*, actor: Actor, conflict_id: UUID, choice: str) -> Result:
    """Take the version that was sent, or keep the one that is held. Both stay on record, with who decided.

    The sent version goes through its kind like any record, in the name of the person who decides. Raises what
    :func:`conflicts.close` raises, and ``bad_state`` with the reason where the chosen version cannot be applied.
    """
    found = conflicts.close(actor=actor, conflict_id=conflict_id, choice=choice)
    if choice == "held":
        return Result(Outcome.IDENTICAL)
    kind = kinds.kind_of(found.kind)
    payload = kind.payloads.get(found.version) if kind is not None else None
    if kind is None or payload is None:
        raise Problem("bad_state", state=found.kind)
    head = fetch(
        "SELECT revision, device_at, received_at, files FROM devices_fieldrecord WHERE id = %s", [found.record_id]
    )
    revision, device_at, received_at, files = head[0] if head else (1, None, found.raised_at, "{}")
    files = json.loads(files) if isinstance(files, str) else files
    chosen = FieldRecord(
        id=found.record_id,
        kind=found.kind,
        version=found.version,
        revision=revision + 1,
        body=payload.model_validate(found.sent),
        device_at=device_at or received_at,
        received_at=clock.now(),
        device_id=found.device_id,
        files={name: UUID(value) for name, value in files.items()},
        decided=True,
    )
    # Deciding is looking after mentors; what is applied by it is the mentor's own record.
    decider = actor.with_(permissions=actor.permissions | {kind.permission})
    result = kind.apply(decider, [chosen])[found.record_id]
    if result.outcome not in {Outcome.NEW, Outcome.UPDATED, Outcome.IDENTICAL}:
        raise Problem("bad_state", state=Problem(result.code).text())
    return result


def try_again(*, actor: Actor, record_id: UUID) -> Result:
    """Apply a waiting record once more, as the account and role that sent it. Call outside any scope but the office's.

    Raises ``not_allowed`` and ``not_found``.
    """
    may_read(actor)
    row = Stored.objects.filter(pk=record_id, office_id=actor.office or 0, outcome=Outcome.WAITING).first()
    if row is None:
        raise Problem("not_found")
    owner = actor_for(row.account_id, role_id=row.role_id)
    return apply(actor=owner, ids=[record_id]).get(record_id, Result(Outcome.WAITING, row.code))
