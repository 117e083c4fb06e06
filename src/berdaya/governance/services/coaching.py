"""Coaching notes: a sponsor sees its own groups, gives one advice, and the next visit says whether it was kept."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require, signed
from berdaya.audit import services as audit
from berdaya.governance.models import Coaching
from berdaya.governance.types import CoachingNote
from berdaya.groups.models import Group
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor

PERMISSION = "group.coach"
ANSWERS = ("", "yes", "partly", "no")


@transaction.atomic
def record_coaching(*, actor: Actor, group_id: UUID, note: CoachingNote) -> UUID:
    """One visit of whoever coaches the group; a known id is left as it is.

    Raises `not_allowed`, `not_found`, `group_dissolved`, `entry_needed`, `governance.ahead`.
    """
    require(actor, PERMISSION)
    group = Group.objects.filter(pk=group_id).first()
    if group is None:
        raise Problem("not_found")
    if group.dissolved_on is not None:
        raise Problem("group_dissolved", day=group.dissolved_on)
    if note.held_on > clock.today():
        raise Problem("governance.ahead", day=note.held_on)
    for name, text in (("dilihat", note.seen), ("saran", note.advice)):
        if not text.strip():
            raise Problem("entry_needed", field=name)
    if note.followed not in ANSWERS:
        raise Problem("entry_needed", field="dijalankan")
    before = Coaching.objects.filter(pk=note.id).first()
    if before is not None:
        return before.pk
    row = Coaching(
        id=note.id, area=group.area, office_id=group.office_id, group=group, held_on=note.held_on,
        seen=note.seen.strip(), advice=note.advice.strip(), followed=note.followed, role=actor.role,
        account_id=signed(actor),
    )  # fmt: skip
    Coaching.objects.bulk_create([row])
    audit.record(actor=actor, name="group.coached", subject_kind="group", subject_id=group_id, area=group.area)
    return row.pk


def coachings_of(*, actor: Actor, groups: list[UUID], until: date | None = None) -> list[Coaching]:
    """Notes of the groups that the scope shows, the latest first."""
    require(actor, "group.read")
    rows = Coaching.objects.filter(group_id__in=groups)
    if until is not None:
        rows = rows.filter(held_on__lte=until)
    return list(rows.order_by("-held_on", "-recorded_at", "-id"))
