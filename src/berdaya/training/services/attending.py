"""Attendance, tests and certificates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.audit import services as audit
from berdaya.groups.models import Membership
from berdaya.kernel.bulk import fetch
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.training.models import Attendance, Placement, TrainingClass
from berdaya.training.rules.attendance import CERTIFICATE_PERCENT, PASS_MARK, passed, sensible
from berdaya.training.values import AttendanceTaken, NewAttendance

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class _Seat:
    """A placement as attendance needs it."""

    placement_id: UUID
    area: int
    office_id: int
    class_id: UUID | None


def _seats(programme_id: UUID, rows: Sequence[NewAttendance]) -> dict[object, _Seat]:
    """Placements in force by id and, where rows name people by the list, by (ref, member).

    A trainer sees neither candidates nor runs, so rows by id get along without them.
    """
    by_list = any(r.placement_id is None for r in rows)
    placements = Placement.objects.filter(in_force=True)
    if by_list:
        placements = placements.filter(candidate__programme=programme_id)
    else:
        placements = placements.filter(pk__in=[r.placement_id for r in rows])
    columns = ["id", "area", "office_id", "training_class_id", "person_id"]
    found: dict[object, _Seat] = {}
    people: dict[UUID, tuple[str, UUID | None, _Seat]] = {}
    if not by_list:
        for pk, area, office, cls, _ in placements.values_list(*columns):
            found[pk] = _Seat(pk, area, office, cls)
        return found
    for pk, area, office, cls, person, ref, group in placements.values_list(
        *columns, "candidate__ref", "candidate__group_id"
    ):
        found[pk] = seat = _Seat(pk, area, office, cls)
        people[person] = (ref, group, seat)
        if group is None:
            found[ref, ""] = seat
    groups = {group for _, group, _ in people.values() if group}
    members = Membership.objects.filter(group__in=list(groups)).order_by("number")
    for group, person, number in members.values_list("group_id", "person_id", "number"):
        if person in people and people[person][1] == group:
            found[people[person][0], str(number)] = people[person][2]
    return found


@transaction.atomic
def record_attendance_many(*, actor: Actor, programme_id: UUID, rows: Sequence[NewAttendance]) -> AttendanceTaken:
    """Record sessions and tests on the placements in force; a row again corrects it. Certificates follow.

    Who attended another class than hers is recorded where she was. Raises `bad_state` before publication,
    `training_attendance_unfit`.
    """
    require(actor, "attendance.record")
    in_force = Placement.objects.filter(in_force=True, training_class__programme=programme_id)
    if not in_force.exists():
        raise Problem("bad_state", state="unpublished")
    for number, row in enumerate(rows, 1):
        if not sensible(sessions=row.sessions, attended=row.attended, pre=row.pre, post=row.post):
            raise Problem("training_attendance_unfit", row=number, attended=row.attended, sessions=row.sessions)
    seats = _seats(programme_id, rows)
    classes = {c.code: c for c in TrainingClass.objects.filter(programme=programme_id)}
    by_id = {c.pk: c for c in classes.values()}
    by_code: dict[UUID | None, str] = {c.pk: c.code for c in classes.values()}
    taken: dict[UUID, Attendance] = {}
    unknown, elsewhere = [], 0
    for index, row in enumerate(rows):
        seat = seats.get(row.placement_id or (row.ref, row.member))
        chosen = classes.get(row.class_code or (by_code.get(seat.class_id, "") if seat else ""))
        if seat is None or chosen is None:
            unknown.append(index)
            continue
        elsewhere += seat.class_id != chosen.pk
        taken[seat.placement_id] = Attendance(
            id=stable_id("attendance", seat.placement_id), area=seat.area, office_id=seat.office_id,
            placement_id=seat.placement_id, training_class=chosen, sessions=row.sessions, attended=row.attended,
            pre=row.pre, post=row.post,
        )  # fmt: skip
    certificates = _certify(list(taken.values()), by_id, _lines(programme_id))
    Attendance.objects.bulk_create(
        taken.values(), batch_size=BATCH, update_conflicts=True, unique_fields=["placement"],
        update_fields=["training_class", "sessions", "attended", "pre", "post", "certificate", "certified_on"],
    )  # fmt: skip
    audit.record(
        actor=actor, name="attendance.recorded", subject_kind="programme", subject_id=programme_id,
        recorded=len(taken), certificates=certificates, unknown=len(unknown),
    )  # fmt: skip
    return AttendanceTaken(len(taken), certificates, elsewhere, tuple(unknown))


def _lines(programme_id: UUID) -> tuple[int, int]:
    """Share of sessions and mark that the programme's present version asks for a certificate."""
    # Trainers read no rules of a programme; the function answers these two numbers and nothing else.
    found = fetch("SELECT percent, mark FROM training_lines(%s)", [programme_id])
    return found[0] if found else (CERTIFICATE_PERCENT, PASS_MARK)


def _certify(rows: list[Attendance], classes: dict[UUID, TrainingClass], lines: tuple[int, int]) -> int:
    """Give certificates their numbers: those given stay, new ones go on counting in their class.

    A correction that falls below the line takes the certificate back (`certified_on` is empty); its number stays
    with the person, so that it is never given to somebody else. Answers how many hold a valid one.
    """
    affected = TrainingClass.objects.filter(pk__in={r.training_class_id for r in rows}).order_by("pk")
    last: Counter[UUID] = Counter()
    given: dict[UUID, str] = {}
    for placement, cls, number in (
        Attendance.objects.filter(training_class__in=affected)
        .exclude(certificate="")
        .values_list("placement_id", "training_class_id", "certificate")
    ):
        given[placement] = number
        last[cls] = max(last[cls], int(number.split("/")[0]))
    count = 0
    for row in rows:
        held = classes[row.training_class_id]
        row.certificate = given.get(row.placement_id, "")
        if not passed(sessions=row.sessions, attended=row.attended, post=row.post, percent=lines[0], mark=lines[1]):
            continue
        count += 1
        row.certified_on = held.ends_on
        if not row.certificate:
            last[held.pk] += 1
            row.certificate = f"{last[held.pk]:03d}/{held.code}/{held.ends_on.year}"
    return count
