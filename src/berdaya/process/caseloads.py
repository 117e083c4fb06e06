"""What opens to a person who sees only their own: a mentor's caseload, a sponsor's groups, a trainer's classes.

The lists follow from assignments, sponsorships, offices held and classes taught; they are written again whenever one
of these changes, by whoever may give out roles.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from berdaya.access.models import Role
from berdaya.access.services import open_subjects_many
from berdaya.enterprises.models import Enterprise, MentorAssignment
from berdaya.groups.models import Group, Membership
from berdaya.kernel.scope import Actor
from berdaya.training.models import Placement, TrainingClass


def open_mentor(*, actor: Actor, role_id: int, mentor_id: UUID) -> int:
    """Open the businesses that the mentor looks after now, with their families and groups; returns how many."""
    role = Role.objects.get(pk=role_id)
    assigned = MentorAssignment.objects.filter(mentor=mentor_id, until=None).values_list("enterprise_id", flat=True)
    rows = Enterprise.objects.filter(pk__in=assigned).values_list("id", "household_id", "group_id")
    enterprises = [row[0] for row in rows]
    groups = [row[2] for row in rows if row[2]]
    households = [row[1] for row in rows if row[1]]
    return _open(actor, role, enterprises=enterprises, groups=groups, households=[*households, *_members(groups)])


def open_groups(*, actor: Actor, role_id: int, group_ids: Iterable[UUID]) -> int:
    """Open groups with their businesses and members: for a sponsor organisation or a group's officer."""
    role = Role.objects.get(pk=role_id)
    groups = list(Group.objects.filter(pk__in=list(group_ids)).values_list("id", flat=True))
    enterprises = Enterprise.objects.filter(group__in=groups).values_list("id", flat=True)
    return _open(actor, role, enterprises=enterprises, groups=groups, households=_members(groups))


def open_classes(*, actor: Actor, role_id: int, class_ids: Iterable[UUID]) -> int:
    """Open classes with the families of their participants: for a trainer."""
    role = Role.objects.get(pk=role_id)
    classes = list(TrainingClass.objects.filter(pk__in=list(class_ids)).values_list("id", flat=True))
    households = Placement.objects.filter(training_class__in=classes, run__published_at__isnull=False).values_list(
        "household_id", flat=True
    )
    open_subjects_many(actor=actor, role=role, list_name="classes", ids=classes)
    open_subjects_many(actor=actor, role=role, list_name="households", ids=set(households))
    return len(classes)


def _members(groups: Iterable[UUID]) -> list[UUID]:
    members = Membership.objects.filter(group__in=list(groups), left_on=None)
    return list(members.values_list("household_id", flat=True).distinct())


def _open(
    actor: Actor, role: Role, *, enterprises: Iterable[UUID], groups: Iterable[UUID], households: Iterable[UUID]
) -> int:
    ids = list(enterprises)
    open_subjects_many(actor=actor, role=role, list_name="enterprises", ids=ids)
    open_subjects_many(actor=actor, role=role, list_name="groups", ids=groups)
    open_subjects_many(actor=actor, role=role, list_name="households", ids=set(households))
    return len(ids)
