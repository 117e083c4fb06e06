"""Sessions of classes: planned with a look at trainers, rooms and people; two planners at once cannot both win."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import NumericRange
from django.db.models import Max

from berdaya.access.permissions import can, require
from berdaya.audit import services as audit
from berdaya.enterprises.rules.holidays import holiday_table
from berdaya.files import services as files
from berdaya.files.types import FileDraft
from berdaya.kernel.bulk import fetch
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.training.inputs import answers_of
from berdaya.training.models import Booking, ClassMaterial, ClassSession, Placement, Presence, TrainingClass
from berdaya.training.rules.clashes import Clash, Hours, Meeting, clashes, slot
from berdaya.training.services.presence import owns_class
from berdaya.training.types import SLOTS
from berdaya.training.values import NewSession

_FACTS = ("held_on", "starts_at", "ends_at", "room", "trainer", "topic", "interpreter", "companion", "childcare",
          "transport")  # fmt: skip
MATERIAL_TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg"}

PLANNING = 0x6B656C73
"""First key of the advisory locks of planners, a lock a day."""
MATERIAL_MAX = 20 * 1024**2
"""Bytes of one material: what a phone in a village still takes along."""


def _class_of(actor: Actor, class_id: UUID) -> TrainingClass:
    """The class, locked: plans of one class wait for each other."""
    found = TrainingClass.objects.select_for_update().filter(pk=class_id, office_id=actor.office or 0).first()
    if found is None:
        raise Problem("not_found")
    return found


def _meeting(cls: TrainingClass, row: NewSession) -> Meeting:
    return Meeting(
        cls.code, Hours(row.held_on, row.starts_at, row.ends_at), cls.venue, row.room, row.trainer or cls.trainer
    )


def _others(cls: TrainingClass, rows: Sequence[NewSession], numbers: Sequence[int]) -> list[Meeting]:
    """Sessions of the office on the same days, other than those that are being planned."""
    there = ClassSession.objects.filter(
        office_id=cls.office_id, cancelled="", held_on__in={r.held_on for r in rows}
    ).select_related("training_class")
    return [
        Meeting(
            s.training_class.code, Hours(s.held_on, s.starts_at, s.ends_at), s.training_class.venue, s.room,
            s.trainer or s.training_class.trainer,
        )
        for s in there
        if s.training_class_id != cls.pk or s.number not in numbers
    ]  # fmt: skip


def _people(cls: TrainingClass, row: NewSession) -> list[Clash]:
    """Participants who sit in another class at these hours, whatever the programme and the office.

    Of another office the planner learns only that there is such a class.
    """
    mine = Placement.objects.filter(training_class=cls, in_force=True).values("person_id")
    theirs = (
        Placement.objects.filter(person__in=mine, in_force=True)
        .exclude(training_class=cls)
        .values_list("training_class_id", flat=True)
    )
    meeting = (
        ClassSession.objects.filter(
            training_class__in=theirs, held_on=row.held_on, starts_at__lt=row.ends_at, ends_at__gt=row.starts_at,
            cancelled="",
        )
        .select_related("training_class")
        .first()
    )  # fmt: skip
    if meeting:
        return [Clash("participant", True, cls.code, meeting.training_class.code)]
    elsewhere = fetch("SELECT training_busy(%s, %s, %s, %s)", [cls.pk, row.held_on, row.starts_at, row.ends_at])[0][0]
    return [Clash("participant", True, cls.code)] if elsewhere else []


def clashes_of(cls: TrainingClass, rows: Sequence[NewSession], numbers: Sequence[int]) -> list[list[Clash]]:
    """Clashes of each row with what is planned and with the rows before it."""
    others = _others(cls, rows, numbers)
    table = holiday_table()
    free = _free_hours(cls)
    found = []
    for row in rows:
        season = table.season_of(row.held_on, before=0, after=0)
        meeting = _meeting(cls, row)
        busy = sum(meeting.hours.slot not in slots for slots in free)
        said = [Clash("hours", False, f"{busy}/{len(free)}")] if busy else []
        clash = clashes(meeting, others, holiday=season.name_id if season else "")
        found.append([*_people(cls, row), *clash, *said])
        others.append(meeting)
    return found


def _free_hours(cls: TrainingClass) -> list[set[str]]:
    """Parts of the week in which participants said to be free; who was not asked is left out."""
    seated = Placement.objects.filter(training_class=cls, in_force=True)
    said = answers_of(list(seated.values_list("household_id", flat=True)))
    slots = [{slot for slot in SLOTS if given.get(f"free_{slot}") is True} for given in said.values()]
    return [free for free in slots if free]


WORDS = {
    "trainer": ("pelatih", "trainer"),
    "room": ("ruang", "room"),
    "participant": ("peserta", "participants of"),
    "travel": ("waktu perjalanan pelatih", "travel time of the trainer"),
    "holiday": ("hari raya", "holiday"),
    "prayer": ("salat Jumat", "Friday prayer"),
    "hours": ("di luar jam luang peserta", "outside the free hours of participants"),
}
"""What clashes, in Indonesian and in English."""
ELSEWHERE = ("kelas lain", "another class")


def _hard(what: str, text: str, other: tuple[str, str]) -> Problem:
    said, said_en = WORDS[what]
    return Problem("training_clash", what=said, what_en=said_en, text=text, other=other[0], other_en=other[1])


def _soft(found: list[Clash]) -> Problem:
    told, told_en = (", ".join(f"{WORDS[c.what][k]} {c.text}" for c in found) for k in (0, 1))
    return Problem("training_clash_soft", text=told, text_en=told_en)


def _wait_for_others(rows: Sequence[NewSession]) -> None:
    """Whoever plans the same day waits: a participant of two classes is seen by the second planner."""
    for day in sorted({row.held_on for row in rows}):
        fetch("SELECT pg_advisory_xact_lock(%s, %s)", [PLANNING, day.toordinal()])


@transaction.atomic
def plan_sessions_many(
    *, actor: Actor, class_id: UUID, rows: Sequence[NewSession], accept_soft: bool = False
) -> list[UUID]:
    """Plan sessions of one class; `number` 0 is the next one, a number that is there changes that session.

    A hard clash (trainer, room or participant at the same minutes) raises `training_clash`, also where another office
    or another planner took the trainer, the room or the participant a moment ago. A soft one raises
    `training_clash_soft` unless `accept_soft`, which is kept with the session. Raises `training_session_unfit`,
    `training_session_held`.
    """
    require(actor, "class.plan")
    cls = _class_of(actor, class_id)
    _wait_for_others(rows)
    last = ClassSession.objects.filter(training_class=cls).aggregate(Max("number"))["number__max"] or 0
    numbers = []
    for row in rows:
        if row.starts_at >= row.ends_at:
            raise Problem("training_session_unfit", starts_at=row.starts_at, ends_at=row.ends_at)
        last += not row.number
        numbers.append(row.number or last)
    if Presence.objects.filter(session__training_class=cls, session__number__in=numbers).exists():
        raise Problem("training_session_held", number=", ".join(map(str, numbers)))
    ids = []
    for number, row, found in zip(numbers, rows, clashes_of(cls, rows, numbers), strict=True):
        for clash in found:
            if clash.hard:
                raise _hard(clash.what, clash.text, (clash.other, clash.other) if clash.other else ELSEWHERE)
        if found and not accept_soft:
            raise _soft(found)
        ids.append(_keep(cls, number, row, found))
    audit.record(
        actor=actor, name="class.sessions_planned", subject_kind="training_class", subject_id=cls.pk, area=cls.area,
        sessions=len(ids),
    )  # fmt: skip
    return ids


def _keep(cls: TrainingClass, number: int, row: NewSession, soft: list[Clash]) -> UUID:
    facts = {name: getattr(row, name) for name in _FACTS}
    session, _ = ClassSession.objects.update_or_create(
        training_class=cls,
        number=number,
        defaults=(changed := facts | {"soft": [c.what for c in soft], "cancelled": ""}),
        create_defaults=changed
        | {"id": stable_id("session", cls.pk, number), "area": cls.area, "office_id": cls.office_id},
    )
    _book(cls, session)
    return session.pk


def _book(cls: TrainingClass, session: ClassSession) -> None:
    """Take trainer and room; the exclusion constraint settles who was first, whatever each planner has seen."""
    hours = Hours(session.held_on, session.starts_at, session.ends_at)
    trainer = session.trainer or cls.trainer
    wanted = {"room": slot("room", cls.area, cls.venue, session.room, hours=hours)} if cls.venue else {}
    if trainer:
        # A trainer is known by name within the office only; two offices may well have a Pak Karta each.
        wanted["trainer"] = slot("trainer", cls.office_id, trainer, hours=hours)
    Booking.objects.filter(session=session).delete()
    for what, (first, last) in wanted.items():
        try:
            with transaction.atomic():
                Booking.objects.create(
                    id=stable_id("booking", session.pk, what), area=cls.area, office_id=cls.office_id,
                    session=session, what=what, slot=NumericRange(first, last),
                )  # fmt: skip
        except IntegrityError as error:
            text = trainer if what == "trainer" else session.room or cls.venue
            raise _hard(what, text, ELSEWHERE) from error


@transaction.atomic
def cancel_session(*, actor: Actor, session_id: UUID, reason: str) -> None:
    """Cancel a session with a reason: trainer and room are free again, attendance already recorded stays."""
    require(actor, "class.plan")
    session = ClassSession.objects.filter(pk=session_id).first()
    if session is None:
        raise Problem("not_found")
    cls = _class_of(actor, session.training_class_id)
    session.cancelled = reason.strip() or "batal"
    session.save(update_fields=["cancelled"])
    Booking.objects.filter(session=session).delete()
    audit.record(
        actor=actor, name="class.session_cancelled", subject_kind="training_class", subject_id=cls.pk, area=cls.area,
        reason=session.cancelled, number=session.number,
    )  # fmt: skip


@transaction.atomic
def add_material(*, actor: Actor, class_id: UUID, title: str, name: str, content: bytes) -> UUID:
    """A file for participants and trainers, from the office or from the trainer of the class.

    Raises `training_material_type` for anything but PDF and pictures, `training_material_large`.
    """
    if not can(actor, "class.plan"):
        require(actor, "attendance.record")
    cls = TrainingClass.objects.filter(pk=class_id).first()
    if cls is None or not owns_class(actor, cls.pk, cls.office_id):
        raise Problem("not_found")
    if len(content) > MATERIAL_MAX:
        raise Problem("training_material_large", name=name, limit=MATERIAL_MAX // 1024**2)
    kind = MATERIAL_TYPES.get(name.rsplit(".", 1)[-1].lower())
    signs = {"application/pdf": b"%PDF", "image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8\xff"}
    if kind is None or not content.startswith(signs[kind]):
        raise Problem("training_material_type", name=name)
    file = files.store_file(
        actor=actor, draft=FileDraft(content, kind, name[:120], "material", cls.area, cls.office_id)
    )
    row = ClassMaterial.objects.create(
        area=cls.area, office_id=cls.office_id, training_class=cls, title=title[:160] or name[:160], file_id=file
    )
    audit.record(
        actor=actor, name="class.material_added", subject_kind="training_class", subject_id=cls.pk, area=cls.area,
        title=row.title,
    )  # fmt: skip
    return row.pk


@transaction.atomic
def remove_material(*, actor: Actor, material_id: UUID) -> None:
    """Take a material off the class; its file stays with the office's files."""
    require(actor, "class.plan")
    row = ClassMaterial.objects.filter(pk=material_id).first()
    if row is None or not owns_class(actor, row.training_class_id, row.office_id):
        raise Problem("not_found")
    audit.record(
        actor=actor, name="class.material_removed", subject_kind="training_class", subject_id=row.training_class_id,
        area=row.area, title=row.title,
    )  # fmt: skip
    row.delete()
