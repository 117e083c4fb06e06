"""Who was invited to a class by which letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from berdaya.access.permissions import require
from berdaya.kernel.bulk import create
from berdaya.kernel.scope import Actor
from berdaya.training.models import Invitation


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
            )
            for row in rows
        ),
        skip_known=True,
    )
