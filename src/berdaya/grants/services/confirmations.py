"""What families say they received, apart from the mentor who was there."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.audit import services as audit
from berdaya.grants.models import Confirmation, Handover
from berdaya.grants.types import ConfirmationRow
from berdaya.kernel import clock
from berdaya.kernel.bulk import create
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor


@transaction.atomic
def record_confirmations_many(*, actor: Actor, rows: Sequence[ConfirmationRow]) -> list[UUID]:
    """Keep what families said; a known id is left as it is. Returns the ids that are new, in the order given.

    Mentors do not hold the permission (DOMAIN 1: a confirmation must not pass through the mentor). Raises
    `not_allowed`, `not_found`, `grants.future`, `grants.before_handover`, `grants.nobody_said`.
    """
    require(actor, "confirmation.record")
    handovers = Handover.objects.in_bulk({row.handover for row in rows})
    known = set(Confirmation.objects.filter(id__in=[row.id for row in rows]).values_list("id", flat=True))
    fresh: dict[UUID, Confirmation] = {}
    for row in rows:
        handover = handovers.get(row.handover)
        if handover is None:
            raise Problem("not_found")
        if row.id in known or row.id in fresh:
            continue
        if row.said_on > clock.today():
            raise Problem("grants.future", day=row.said_on)
        if row.said_on < handover.occurred_on:
            raise Problem("grants.before_handover", day=row.said_on, handed=handover.occurred_on)
        if not row.said_by.strip():
            raise Problem("grants.nobody_said", number=handover.number)
        fresh[row.id] = Confirmation(
            id=row.id,
            area=handover.area,
            office_id=handover.office_id,
            handover=handover,
            said_on=row.said_on,
            said_by=row.said_by,
            channel=row.channel,
            complete=row.complete,
            words=row.words,
        )
    create(fresh.values())
    if fresh:
        disputed = sum(not row.complete for row in fresh.values())
        audit.record(actor=actor, name="grants.confirmed", count=len(fresh), disputed=disputed)
    return list(fresh)
