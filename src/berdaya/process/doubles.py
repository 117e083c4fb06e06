"""A decision about two records, with what follows from it in other packages: the field is asked by a task."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from berdaya.kernel import clock
from berdaya.kernel.scope import Actor
from berdaya.people.linkage.selectors import pair as pair_of
from berdaya.people.linkage.services import decide_look_alike
from berdaya.people.linkage.types import Decision
from berdaya.tasks.services import create_many
from berdaya.tasks.types import NewTask

DAYS_TO_LOOK = 14


@transaction.atomic
def decide_pair(
    *, actor: Actor, pair_id: UUID, decision: Decision, reason: str, keep: UUID | None = None
) -> UUID | None:
    """As `people.linkage.services.decide_look_alike`; asking the field makes a task for a verifier of the village."""
    merge = decide_look_alike(actor=actor, pair_id=pair_id, decision=decision, reason=reason, keep=keep)
    if decision is Decision.ASKED and actor.office:
        view = pair_of(actor=actor, pair_id=pair_id)
        today = clock.today()
        create_many(
            actor=actor,
            tasks=[
                NewTask(
                    cause=f"look_alike:{pair_id}",
                    kind="look_alike",
                    title=f"Pastikan: {view.left.name} dan {view.right.name}, satu orang atau dua?"[:200],
                    area=view.right.area,
                    office_id=actor.office,
                    owner_role="verifier",
                    raised_on=today,
                    due_on=today + timedelta(days=DAYS_TO_LOOK),
                    household_id=view.right.household_id,
                )
            ],
        )
    return merge
