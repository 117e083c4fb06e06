"""Who was invited to a class by which letter, and what she answered."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.audit import services as audit
from berdaya.kernel import clock
from berdaya.kernel.bulk import create
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.training.models import Invitation
from berdaya.training.services.presence import owns_class
from berdaya.training.types import HELP

ANSWERS = ("coming", "not_coming")
TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True)
class Invited:
    """One invitation: a participant or an outsider, and the letter."""

    id: UUID
    area: int
    office: int
    placement: UUID | None
    outsider: UUID | None
    document: UUID


def keep_invitations(*, actor: Actor, class_id: UUID, rows: Sequence[Invited]) -> None:
    """Keep invitations of a class; whoever has one keeps it."""
    require(actor, "document.issue")
    create(
        (
            Invitation(
                id=row.id,
                area=row.area,
                office_id=row.office,
                training_class_id=class_id,
                placement_id=row.placement,
                outsider_id=row.outsider,
                document_id=row.document,
                token=secrets.token_urlsafe(TOKEN_BYTES),
            )
            for row in rows
        ),
        skip_known=True,
    )


@transaction.atomic
def record_answer(*, actor: Actor, invitation_id: UUID, answer: str, asked_for: Sequence[str], note: str = "") -> None:
    """What somebody answered by telephone or at the door; her own answer by the link is taken in the same way.

    Raises `not_found` outside the actor's own classes, `training_code_unknown`.
    """
    require(actor, "attendance.record")
    row = Invitation.objects.select_for_update().filter(pk=invitation_id).first()
    if row is None or not owns_class(actor, row.training_class_id, row.office_id):
        raise Problem("not_found")
    checked(answer, asked_for)
    row.answer, row.asked_for, row.note, row.answered_on = answer, sorted(asked_for), note[:160], clock.today()
    row.save(update_fields=["answer", "asked_for", "note", "answered_on"])
    audit.record(
        actor=actor, name="class.invitation_answered", subject_kind="training_class", subject_id=row.training_class_id,
        area=row.area, answer=answer,
    )  # fmt: skip


def checked(answer: str, asked_for: Sequence[str]) -> None:
    """Raises `training_code_unknown` for words that are neither an answer nor a need."""
    unknown = [w for w in asked_for if w not in HELP]
    if answer not in ANSWERS or unknown:
        raise Problem("training_code_unknown", what="jawaban", code_text=", ".join(unknown) or answer)
