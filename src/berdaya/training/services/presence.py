"""Who was there: by card, by list, by own phone; what it makes of attendance, tests and certificates."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Q

from berdaya.access.permissions import require
from berdaya.audit import services as audit
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.training.models import (
    Attendance,
    CheckIn,
    ClassFeedback,
    ClassSession,
    OutsideParticipant,
    ParticipantCard,
    Placement,
    Presence,
    TrainingClass,
)
from berdaya.training.selectors import roster
from berdaya.training.services.attending import record_attendance_many
from berdaya.training.services.cards import clean_code
from berdaya.training.values import NewAttendance, NewPresence, PresenceTaken

CHECK_IN_MINUTES = 30
METHODS = ("card", "list", "phone", "paper")


def _session(actor: Actor, session_id: UUID) -> ClassSession:
    """A session of the actor's office, to a trainer of her classes: plans are readable beyond both."""
    found = ClassSession.objects.select_related("training_class").filter(pk=session_id).first()
    if found is None or found.cancelled or not owns_class(actor, found.training_class_id, found.office_id):
        raise Problem("not_found")
    return found


def owns_class(actor: Actor, class_id: UUID, office: int) -> bool:
    """True where the class is the actor's own work: of the office, for a trainer one of hers."""
    return office == actor.office if actor.kind == "staff" else class_id in actor.classes


@transaction.atomic
def record_presences_many(*, actor: Actor, session_id: UUID, rows: Sequence[NewPresence]) -> PresenceTaken:
    """Record who came to one session. A row again changes what was said; attendance and certificates follow.

    A card that nobody of this class holds answers `unknown`, one of another class of the programme `elsewhere`; the
    others are taken all the same. Raises `training_not_yet` before the day of the session.
    """
    require(actor, "attendance.record")
    session = _session(actor, session_id)
    if session.held_on > clock.today():
        raise Problem("training_not_yet", number=session.number, held_on=session.held_on)
    cls = session.training_class
    seats = dict(Placement.objects.filter(training_class=cls, in_force=True).values_list("id", "person_id"))
    guests = dict(OutsideParticipant.objects.filter(training_class=cls).values_list("id", "name"))
    holders = _holders(actor, session, [clean_code(r.card) for r in rows if r.card])
    names = roster(actor, cls.pk)
    there = {(p.placement_id, p.outsider_id): p for p in Presence.objects.select_for_update().filter(session=session)}
    areas = dict(Placement.objects.filter(pk__in=seats).values_list("id", "area"))
    outcomes, said = [], []
    for row in rows:
        key = holders.get(clean_code(row.card)) if row.card else (row.placement_id, row.outsider_id)
        if key is None or (key[0] not in seats and key[1] not in guests):
            outcomes.append("elsewhere" if key is not None and key != (None, None) else "unknown")
            said.append("")
            continue
        outcomes.append(_take(session, row, key, there, areas.get(key[0], cls.area) if key[0] else cls.area))
        said.append(guests.get(key[1], "") if key[1] else names.get(seats[key[0]], "") if key[0] else "")
    refresh_attendance(actor=actor, programme_id=cls.programme_id, class_id=cls.pk)
    audit.record(
        actor=actor, name="attendance.session", subject_kind="training_class", subject_id=cls.pk, area=cls.area,
        number=session.number, rows=len(rows), unknown=outcomes.count("unknown"),
    )  # fmt: skip
    return PresenceTaken(tuple(outcomes), tuple(said))


_Key = tuple[UUID | None, UUID | None]


def _holders(actor: Actor, session: ClassSession, codes: list[str]) -> dict[str, _Key]:
    """Placement or outside participant behind each code; a card of another class gives a key that is not in it.

    A trainer sees no cards: the definer function answers for her classes only.
    """
    if not codes:
        return {}
    if actor.kind != "staff":
        with connection.cursor() as cursor:
            cursor.execute("SELECT code, placement_id, outsider_id FROM training_cards(%s, %s)", [session.pk, codes])
            return {code: (placement, outsider) for code, placement, outsider in cursor.fetchall()}
    programme = session.training_class.programme_id
    cards = ParticipantCard.objects.filter(programme=programme, code__in=codes)
    rows = list(cards.values_list("code", "person_id", "outsider_id"))
    seated = Placement.objects.filter(run__programme=programme, in_force=True, person__in=[r[1] for r in rows])
    seats = dict(seated.values_list("person_id", "id"))
    return {code: (seats.get(person), outsider) for code, person, outsider in rows}


def _take(session: ClassSession, row: NewPresence, key: _Key, there: dict[_Key, Presence], area: int) -> str:
    if row.method not in METHODS:
        raise Problem("training_code_unknown", what="cara", code_text=row.method)
    known = there.get(key)
    if known is None:
        there[key] = Presence.objects.create(
            id=row.id, area=area, office_id=session.office_id, session=session,
            training_class_id=session.training_class_id, placement_id=key[0], outsider_id=key[1], present=row.present,
            method=row.method, noted_at=row.noted_at or clock.now(),
        )  # fmt: skip
        return "new"
    if known.present == row.present and known.confirmed:
        return "identical"
    known.present, known.method, known.confirmed = row.present, row.method, True
    known.noted_at = row.noted_at or clock.now()
    known.save(update_fields=["present", "method", "confirmed", "noted_at"])
    return "changed"


@transaction.atomic
def record_class_presences_many(*, actor: Actor, class_id: UUID, rows: Sequence[tuple[UUID, NewPresence]]) -> int:
    """A whole class's list at once, as paper brings it: (session, row naming a placement). What stands there stays.

    Attendance and certificates are computed once, from all of it. Answers how many were taken; raises `not_found`.
    """
    require(actor, "attendance.record")
    cls = TrainingClass.objects.filter(pk=class_id).first()
    if cls is None or not owns_class(actor, class_id, cls.office_id):
        raise Problem("not_found")
    held = ClassSession.objects.filter(training_class=class_id, cancelled="", held_on__lte=clock.today())
    sessions = set(held.values_list("id", flat=True))
    areas = dict(Placement.objects.filter(training_class=class_id, in_force=True).values_list("id", "area"))
    made = [
        Presence(
            id=row.id, area=areas[row.placement_id], office_id=cls.office_id, session_id=session,
            training_class_id=class_id, placement_id=row.placement_id, present=row.present, method=row.method,
            noted_at=row.noted_at or clock.now(),
        )
        for session, row in rows
        if session in sessions and row.placement_id in areas
    ]  # fmt: skip
    Presence.objects.bulk_create(made, ignore_conflicts=True)
    refresh_attendance(actor=actor, programme_id=cls.programme_id, class_id=class_id)
    audit.record(
        actor=actor, name="attendance.class", subject_kind="training_class", subject_id=class_id, area=cls.area,
        rows=len(made),
    )  # fmt: skip
    return len(made)


def refresh_attendance(*, actor: Actor, programme_id: UUID, class_id: UUID) -> int:
    """Attendance of everybody in a class from its sessions: held is what has a presence, present what is confirmed."""
    held = ClassSession.objects.filter(training_class=class_id, cancelled="", presences__isnull=False)
    sessions = held.distinct().count()
    if not sessions:
        return 0
    # Each session counts once held, so that who was never ticked counts as absent.
    came = Count("presences", filter=Q(presences__present=True, presences__confirmed=True,
                                       presences__session__cancelled=""))  # fmt: skip
    seated = Placement.objects.filter(training_class=class_id, in_force=True).annotate(came=came)
    marks = {
        p: (pre, post)
        for p, pre, post in Attendance.objects.filter(placement__in=seated.values("id")).values_list(
            "placement_id", "pre", "post"
        )
    }
    rows = [
        NewAttendance(
            sessions=sessions, attended=min(sessions, count), placement_id=pk,
            pre=marks.get(pk, (None, None))[0], post=marks.get(pk, (None, None))[1],
        )
        for pk, count in seated.values_list("id", "came")
    ]  # fmt: skip
    guests = OutsideParticipant.objects.filter(training_class=class_id)
    there = Presence.objects.filter(session__training_class=class_id, present=True, confirmed=True)
    seen = set(there.filter(outsider__isnull=False).values_list("outsider_id", flat=True))
    if actor.kind == "staff":
        guests.filter(pk__in=seen).update(attended=True)
    if rows:
        record_attendance_many(actor=actor, programme_id=programme_id, rows=rows)
    return len(rows)


@transaction.atomic
def record_marks_many(*, actor: Actor, class_id: UUID, rows: Sequence[tuple[UUID, int | None, int | None]]) -> int:
    """Marks of the tests before and after: (placement, before, after), 0 to 100; certificates follow."""
    require(actor, "attendance.record")
    known = {a.placement_id: a for a in Attendance.objects.filter(placement__in=[r[0] for r in rows])}
    seated = Placement.objects.filter(pk__in=[r[0] for r in rows], training_class=class_id, in_force=True)
    programmes = dict(seated.values_list("id", "training_class__programme_id"))
    taken = [
        NewAttendance(
            sessions=known[pk].sessions if pk in known else 0, attended=known[pk].attended if pk in known else 0,
            placement_id=pk, pre=pre, post=post,
        )
        for pk, pre, post in rows
        if pk in programmes
    ]  # fmt: skip
    if taken:
        record_attendance_many(actor=actor, programme_id=next(iter(programmes.values())), rows=taken)
    return len(taken)


@transaction.atomic
def open_check_in(*, actor: Actor, session_id: UUID, minutes: int = CHECK_IN_MINUTES) -> str:
    """Let people check in with their own phones for some minutes; answers the token of the QR code.

    Opening again gives a new token: a photo of the old code is worth nothing.
    Raises `training_not_yet`.
    """
    require(actor, "attendance.record")
    session = _session(actor, session_id)
    if session.held_on != clock.today():
        raise Problem("training_not_yet", number=session.number, held_on=session.held_on)
    token = secrets.token_urlsafe(18)
    now = clock.now()
    found = CheckIn.objects.filter(session=session).first() or CheckIn(
        session=session, training_class_id=session.training_class_id, area=session.area, office_id=session.office_id
    )
    found.token, found.opened_at, found.closes_at = token, now, now + timedelta(minutes=max(1, min(240, minutes)))
    found.save()
    return token


@transaction.atomic
def close_check_in(*, actor: Actor, session_id: UUID) -> None:
    """Take no more check-ins by phone."""
    require(actor, "attendance.record")
    CheckIn.objects.filter(session=_session(actor, session_id)).update(closes_at=clock.now())


def check_in(*, token: str, card: str, device: str) -> tuple[str, str]:
    """A participant's own check-in, as the public. Answers (outcome, name of the class).

    Outcomes: `new`, `identical`, `shared` (this phone was used by somebody else: the trainer confirms), `closed`,
    `unknown`. `device` is anything that stays the same for one phone; only its hash is kept.
    """
    mark = hashlib.sha256(f"berdaya check-in {device}".encode()).hexdigest()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT outcome, class_name FROM training_check_in(%s, %s, %s, %s)",
            [token, clean_code(card), mark, clock.now()],
        )
        outcome, name = cursor.fetchone()
    return outcome, name or ""


@transaction.atomic
def confirm_presences_many(*, actor: Actor, session_id: UUID, ids: Sequence[UUID]) -> int:
    """The trainer confirms check-ins from shared phones. Answers how many."""
    require(actor, "attendance.record")
    session = _session(actor, session_id)
    rows = Presence.objects.filter(session=session, pk__in=list(ids), confirmed=False)
    count = rows.update(confirmed=True)
    cls = session.training_class
    refresh_attendance(actor=actor, programme_id=cls.programme_id, class_id=cls.pk)
    audit.record(
        actor=actor, name="attendance.confirmed", subject_kind="training_class", subject_id=cls.pk, area=cls.area,
        number=session.number, confirmed=count,
    )  # fmt: skip
    return count


@transaction.atomic
def record_feedback(*, actor: Actor, class_id: UUID, useful: int, clear: int, place: int, note: str = "") -> UUID:
    """Marks from 1 to 5 of one participant, without a name, as the paper form has them.

    Raises `not_found`, `training_attendance_unfit`.
    """
    require(actor, "attendance.record")
    cls = Placement.objects.filter(training_class=class_id, in_force=True).first()
    if cls is None or not owns_class(actor, class_id, cls.office_id):
        raise Problem("not_found")
    if not all(1 <= mark <= 5 for mark in (useful, clear, place)):
        raise Problem("training_attendance_unfit", row=1, attended=max(useful, clear, place), sessions=5)
    return ClassFeedback.objects.create(
        area=cls.area, office_id=cls.office_id, training_class_id=class_id, useful=useful, clear=clear, place=place,
        note=note[:500],
    ).pk  # fmt: skip
