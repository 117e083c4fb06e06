"""Families change hands: to another mentor for good, or lent to a stand-in until a day; never without a word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from berdaya.access.models import Role, RoleSubject
from berdaya.access.permissions import require
from berdaya.access.services import open_subjects_many
from berdaya.audit.services import record
from berdaya.enterprises.models import Enterprise, Mentor, MentorAssignment
from berdaya.enterprises.services import assign_mentors_many
from berdaya.enterprises.types import Assignment
from berdaya.groups.models import Membership
from berdaya.kernel import clock
from berdaya.kernel.problems import Entry, Problem, register
from berdaya.kernel.scope import Actor, scoped
from berdaya.visits.handing import HandingNote, close_stand_in, keep_notes_many, open_stand_in
from berdaya.visits.models import StandIn

MOST_STAND_IN_DAYS = 186
register(
    {
        "handing_note": Entry(
            "Catatan serah binaan belum diisi.", "The hand-over note is empty.",
            "Tulis apa yang perlu diketahui pendamping baru.", "Write what the new mentor must know.", 422),
        "stand_in_days": Entry(
            "Masa pengganti 1 sampai {most} hari.", "A stand-in lasts 1 to {most} days.",
            "Pilih hari akhir lain.", "Choose another last day.", 422),
        "mentor_without_account": Entry(
            "Pendamping {name} belum mempunyai akun.", "The mentor {name} has no account yet.",
            "Buat akunnya lebih dahulu.", "Make the account first.", 409),
    }
)  # fmt: skip


@transaction.atomic
def hand_over(*, actor: Actor, enterprises: Sequence[UUID], to_mentor: UUID, note: str) -> int:
    """Give families to another mentor, with a note for whom they come to. Audited. Returns how many changed hands.

    They leave the phone of whoever had them at its next call, and the database shows them there no more from now on.
    Raises ``handing_note`` and ``not_found``.
    """
    require(actor, "mentor.assign")
    if not note.strip():
        raise Problem("handing_note")
    mentor = Mentor.objects.filter(pk=to_mentor).first()
    today = clock.today()
    held = {
        row[0]: row[1:]
        for row in MentorAssignment.objects.filter(enterprise__in=enterprises, until=None).values_list(
            "enterprise_id", "mentor_id", "mentor__account_id"
        )
    }
    moving = [
        item
        for item in Enterprise.objects.filter(pk__in=enterprises).order_by("id")
        if held.get(item.pk, (None, None))[0] != to_mentor
    ]
    if mentor is None or (not moving and not held):
        raise Problem("not_found")
    assign_mentors_many(actor=actor, assignments=[Assignment(item.pk, to_mentor, today) for item in moving])
    accounts = {row[1] for row in held.values() if row[1]}
    by_account = dict(
        Role.objects.filter(account__in=accounts, kind="mentor", office_id=actor.office or 0).values_list(
            "account", "id"
        )
    )
    giver = {key: by_account[row[1]] for key, row in held.items() if row[1] in by_account}
    keep_notes_many(
        actor=actor,
        notes=[
            HandingNote(item.pk, held.get(item.pk, (None, None))[0], to_mentor, giver.get(item.pk), note.strip())
            for item in moving
        ],
    )
    for role_id in set(giver.values()):
        _close(role_id, [item for item in moving if giver.get(item.pk) == role_id])
    if mentor.account_id is not None:
        _open(actor, _role_of(actor, mentor.account_id), moving, until=None)
    record(actor=actor, name="caseload.handed_over", count=len(moving), mentor=to_mentor)
    return len(moving)


@transaction.atomic
def lend(*, actor: Actor, mentor_id: UUID, to_mentor: UUID, until: date, note: str) -> UUID:
    """Lend a mentor's whole caseload to another until a day, as a pack of its own. Audited. Returns the stand-in's id.

    Raises ``handing_note``, ``stand_in_days``, ``mentor_without_account`` and ``not_found``.
    """
    require(actor, "mentor.assign")
    today = clock.today()
    if not note.strip():
        raise Problem("handing_note")
    if not today <= until <= today + timedelta(days=MOST_STAND_IN_DAYS):
        raise Problem("stand_in_days", most=MOST_STAND_IN_DAYS)
    mentor, other = (Mentor.objects.filter(pk=key).first() for key in (mentor_id, to_mentor))
    if mentor is None or other is None or mentor.pk == other.pk:
        raise Problem("not_found")
    if other.account_id is None:
        raise Problem("mentor_without_account", name=other.name)
    role = _role_of(actor, other.account_id)
    lent = open_stand_in(
        actor=actor,
        mentor=mentor.pk,
        role=(role.pk, role.account_id),
        place=(role.area, other.office_id),
        until=until,
        note=note.strip(),
    )
    assigned = MentorAssignment.objects.filter(mentor=mentor, until=None).values_list("enterprise_id", flat=True)
    _open(actor, role, list(Enterprise.objects.filter(pk__in=list(assigned))), until=until)
    record(actor=actor, name="caseload.lent", subject_kind="stand_in", subject_id=lent, until=until)
    return lent


@transaction.atomic
def end_stand_in(*, actor: Actor, stand_in_id: UUID, mentor_id: UUID | None = None) -> None:
    """Take a lent caseload back before its day. Audited. A second time changes nothing; ``not_found`` elsewhere.

    With ``mentor_id`` the stand-in must be that mentor's.
    """
    require(actor, "mentor.assign")
    if mentor_id is not None and not StandIn.objects.filter(pk=stand_in_id, mentor=mentor_id).exists():
        raise Problem("not_found")
    lent = close_stand_in(actor=actor, stand_in_id=stand_in_id)
    if lent is None:
        return
    assigned = MentorAssignment.objects.filter(mentor=lent.mentor_id, until=None).values_list(
        "enterprise_id", flat=True
    )
    with scoped(_giver(actor)):
        # What the other mentor holds for good has no last day and stays.
        RoleSubject.objects.filter(
            role=lent.role_id, subject_id__in=_subjects(list(assigned)), valid_until__isnull=False
        ).update(valid_until=clock.today() - timedelta(days=1))
    record(actor=actor, name="caseload.returned", subject_kind="stand_in", subject_id=lent.pk)


def _giver(actor: Actor) -> Actor:
    """Lists follow from assignments: whoever may assign opens and closes them, though not for anything else."""
    return actor.with_(kind="staff", permissions=actor.permissions | {"account.manage"})


def _role_of(actor: Actor, account_id: int) -> Role:
    role = Role.objects.filter(account=account_id, kind="mentor", office_id=actor.office or 0, valid_until=None).first()
    if role is None:
        raise Problem("not_found")
    return role


def _subjects(enterprises: Sequence[UUID]) -> list[UUID]:
    rows = Enterprise.objects.filter(pk__in=enterprises).values_list("id", "household_id", "group_id")
    groups = [row[2] for row in rows if row[2]]
    members = Membership.objects.filter(group__in=groups, left_on=None).values_list("household_id", flat=True)
    return [key for row in rows for key in row if key] + list(members)


def _close(role_id: int, moved: Sequence[Enterprise]) -> None:
    """Everything that only these businesses opened: what another business of the role opens too stays."""
    going = [item.pk for item in moved]
    staying = RoleSubject.objects.filter(role=role_id, list="enterprises").exclude(subject_id__in=going)
    kept = set(_subjects(list(staying.values_list("subject_id", flat=True))))
    RoleSubject.objects.filter(role=role_id, subject_id__in=set(_subjects(going)) - kept).update(
        valid_until=clock.today() - timedelta(days=1)
    )


def _open(actor: Actor, role: Role, businesses: Sequence[Enterprise], *, until: date | None) -> None:
    groups = [item.group_id for item in businesses if item.group_id]
    members = Membership.objects.filter(group__in=groups, left_on=None).values_list("household_id", flat=True)
    households = {item.household_id for item in businesses if item.household_id} | set(members)
    giver = _giver(actor)
    for name, ids in (
        ("enterprises", [item.pk for item in businesses]),
        ("groups", groups),
        ("households", households),
    ):
        wanted = list(ids)
        known = RoleSubject.objects.filter(role=role, list=name, subject_id__in=wanted)
        before = set(known.values_list("subject_id", flat=True))
        open_subjects_many(actor=giver, role=role, list_name=name, ids=wanted)
        fresh = [key for key in wanted if key not in before]
        # Closed before: open again, until the later of the two days. Open for good stays open for good.
        known.filter(valid_until__isnull=False).update(valid_until=until)
        if until is not None:
            RoleSubject.objects.filter(role=role, list=name, subject_id__in=fresh).update(valid_until=until)
