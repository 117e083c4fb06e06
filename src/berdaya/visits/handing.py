"""Caseloads that change hands: the note for whoever takes over, and the days of a stand-in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from berdaya.access.permissions import require
from berdaya.enterprises.models import Enterprise
from berdaya.kernel import clock
from berdaya.kernel.bulk import create
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.visits.models import CaseloadNote, StandIn


@dataclass(frozen=True, slots=True)
class HandingNote:
    """A word about one business for the mentor who takes it over."""

    enterprise: UUID
    from_mentor: UUID | None
    to_mentor: UUID
    from_role: int | None
    note: str


def keep_notes_many(*, actor: Actor, notes: Sequence[HandingNote]) -> None:
    """Keep notes of a handing-over; nobody changes them afterwards."""
    require(actor, "mentor.assign")
    rows = Enterprise.objects.filter(pk__in=[item.enterprise for item in notes])
    places = {row[0]: row[1:] for row in rows.values_list("id", "area", "office_id")}
    create(
        CaseloadNote(
            id=new_id(),
            area=places[item.enterprise][0],
            office_id=places[item.enterprise][1],
            enterprise_id=item.enterprise,
            from_mentor_id=item.from_mentor,
            to_mentor_id=item.to_mentor,
            from_role_id=item.from_role,
            on_day=clock.today(),
            note=item.note,
        )
        for item in notes
    )


def open_stand_in(
    *, actor: Actor, mentor: UUID, role: tuple[int, int], place: tuple[int, int], until: date, note: str
) -> UUID:
    """Lend a caseload until a day: role and account of the stand-in, area and office it lies in. Answers its id."""
    require(actor, "mentor.assign")
    lent = StandIn(
        id=new_id(),
        area=place[0],
        office_id=place[1],
        role_id=role[0],
        account_id=role[1],
        mentor_id=mentor,
        since=clock.today(),
        until=until,
        note=note,
    )
    create([lent])
    return lent.pk


def close_stand_in(*, actor: Actor, stand_in_id: UUID) -> StandIn | None:
    """End a stand-in today; None where it has ended before. Raises `not_found`."""
    require(actor, "mentor.assign")
    lent = StandIn.objects.filter(pk=stand_in_id).first()
    if lent is None:
        raise Problem("not_found")
    if lent.ended_on is not None:
        return None
    lent.ended_on = clock.today()
    lent.save(update_fields=["ended_on"])
    return lent
