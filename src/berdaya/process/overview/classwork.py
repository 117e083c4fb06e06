"""What a class is worked with: sessions, who came, materials, feedback, invitations, papers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, Q

from berdaya.access.permissions import can, require
from berdaya.files.selectors import content_of
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people.models import Person
from berdaya.process.overview.common import found, places
from berdaya.process.overview.training import class_of_actor
from berdaya.training.inputs import answers_of
from berdaya.training.models import (
    Attendance,
    CheckIn,
    ClassFeedback,
    ClassMaterial,
    ClassSession,
    Invitation,
    OutsideParticipant,
    ParticipantCard,
    Placement,
    PlacementRun,
    Presence,
    TrainingClass,
)
from berdaya.training.public import material_file
from berdaya.training.selectors import roster
from berdaya.training.services.cards import ensure_cards, ensure_guest_cards, written
from berdaya.training.services.presence import owns_class
from berdaya.training.types import HELP
from berdaya.training.values import MaterialFile

ASKED = {"interpreter": "needs_interpreter", "childcare": "childcare_wanted"}
"""Needs of a session by the question of the assessment that tells them."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session with how many came."""

    id: UUID
    number: int
    held_on: date
    starts_at: time
    ends_at: time
    room: str
    trainer: str
    topic: str
    helpers: tuple[tuple[str, str], ...]
    soft: tuple[str, ...]
    cancelled: str
    came: int
    waiting: int
    own_trainer: str = ""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody on the list: a recipient's seat or an outside participant, with her card and what is known."""

    placement_id: UUID | None
    outsider_id: UUID | None
    name: str
    place: str
    card: str
    phone: str
    attended: int
    sessions: int
    pre: int | None
    post: int | None
    certificate: str
    invited: str = ""
    household_id: UUID | None = None
    present: bool | None = None
    method: str = ""
    shared: bool = False
    presence_id: UUID | None = None
    waiting: bool = False
    invitation_id: UUID | None = None
    token: str = ""
    asked_for: tuple[str, ...] = ()
    note: str = ""

    @property
    def key(self) -> str:
        """What a form sends back for her."""
        return f"p{self.placement_id}" if self.placement_id else f"t{self.outsider_id}"


@dataclass(frozen=True, slots=True)
class ClassWork:
    """One class at work."""

    id: UUID
    code: str
    name: str
    venue: str
    place: str
    area: int
    office: int
    programme: UUID
    programme_code: str
    programme_name: str
    trainer: str
    partner: str
    starts_on: date
    ends_on: date
    synthetic: bool
    mine: bool
    sessions: tuple[SessionRow, ...]
    people: tuple[Participant, ...]
    materials: tuple[tuple[UUID, str], ...]
    needs: tuple[tuple[str, int], ...]
    feedback: tuple[int, float, float, float]
    notes: tuple[str, ...]


def class_work(*, actor: Actor, class_id: UUID, session_id: UUID | None = None) -> ClassWork:
    """One class with its sessions and list; with `session_id` each participant carries what that session says.

    Raises `not_found`.
    """
    item = class_of_actor(actor, class_id)
    mine = owns_class(actor, item.pk, item.office_id)
    rows = _sessions(item)
    if session_id is not None and session_id not in {row.id for row in rows}:
        raise Problem("not_found")
    marks = ClassFeedback.objects.filter(training_class=item).aggregate(
        n=Count("id"), a=Avg("useful"), b=Avg("clear"), c=Avg("place")
    )
    known = places([item.area])
    materials = ClassMaterial.objects.filter(training_class=item).order_by("title", "id").values_list("id", "title")
    people = _people(actor, item, session_id) if mine or can(actor, "family.read") else ()
    notes = ClassFeedback.objects.filter(training_class=item).exclude(note="").values_list("note", flat=True)
    return ClassWork(
        id=item.pk, code=item.code, name=item.name, venue=item.venue, place=known.get(item.area, ""), area=item.area,
        office=item.office_id, programme=item.programme_id, programme_code=item.programme.code,
        programme_name=item.programme.name, trainer=item.trainer, partner=item.partner, starts_on=item.starts_on,
        ends_on=item.ends_on, synthetic=item.programme.synthetic, mine=mine, sessions=rows,
        people=people, materials=tuple(materials), needs=_needs(actor, people),
        feedback=(marks["n"], marks["a"] or 0.0, marks["b"] or 0.0, marks["c"] or 0.0),
        notes=tuple(notes[:20]),
    )  # fmt: skip


def _needs(actor: Actor, people: tuple[Participant, ...]) -> tuple[tuple[str, int], ...]:
    """What participants need to come, by their answers to the invitation and to the assessment, with how many."""
    households = {p.household_id for p in people if p.household_id}
    said = answers_of(list(households)) if actor.kind == "staff" else {}
    counts: Counter[str] = Counter()
    for p in people:
        if p.invited == "not_coming":
            continue
        given = said.get(p.household_id, {}) if p.household_id else {}
        counts.update({*p.asked_for, *(need for need, asked in ASKED.items() if given.get(asked) is True)})
    return tuple((need, counts[need]) for need in HELP if counts[need])


def _sessions(item: TrainingClass) -> tuple[SessionRow, ...]:
    there = Count("presences", filter=Q(presences__present=True, presences__confirmed=True))
    waiting = Count("presences", filter=Q(presences__confirmed=False))
    rows = ClassSession.objects.filter(training_class=item).annotate(came=there, waiting=waiting).order_by("number")
    return tuple(
        SessionRow(
            s.pk, s.number, s.held_on, s.starts_at, s.ends_at, s.room, s.trainer or item.trainer, s.topic,
            tuple((name, text) for name in ("interpreter", "companion", "childcare", "transport")
                  if (text := getattr(s, name))),
            tuple(s.soft), s.cancelled, s.came, s.waiting, s.trainer,
        )
        for s in rows
    )  # fmt: skip


def _people(actor: Actor, item: TrainingClass, session_id: UUID | None) -> tuple[Participant, ...]:
    seats = list(Placement.objects.filter(training_class=item, in_force=True).order_by("number", "id"))
    names = roster(actor, item.pk)
    phones = dict(Person.objects.filter(pk__in=[s.person_id for s in seats]).values_list("id", "phone"))
    # Codes of cards are the office's: a trainer reads them from the card itself.
    owned = ParticipantCard.objects.filter(programme=item.programme_id, person__in=[s.person_id for s in seats])
    cards: dict[UUID | None, str] = dict(owned.values_list("person_id", "code")) if actor.kind == "staff" else {}
    results = {a.placement_id: a for a in Attendance.objects.filter(placement__in=seats)}
    invited = {i.placement_id or i.outsider_id: i for i in Invitation.objects.filter(training_class=item)}
    known = places(s.area for s in seats)
    marks = {}
    if session_id is not None:
        marks = {p.placement_id or p.outsider_id: p for p in Presence.objects.filter(session=session_id)}
    people = []
    for s in seats:
        result, mark = results.get(s.pk), marks.get(s.pk)
        people.append(
            Participant(
                s.pk, None, names.get(s.person_id, ""), known.get(s.area, ""), _code(cards.get(s.person_id)),
                phones.get(s.person_id, ""), result.attended if result else 0, result.sessions if result else 0,
                result.pre if result else None, result.post if result else None,
                result.certificate if result and result.certified_on else "",
                household_id=s.household_id, **_answer(invited.get(s.pk)), **_mark(mark),
            )
        )  # fmt: skip
    guests = OutsideParticipant.objects.filter(training_class=item).order_by("name")
    theirs = ParticipantCard.objects.filter(outsider__in=guests)
    codes: dict[UUID | None, str] = dict(theirs.values_list("outsider_id", "code")) if actor.kind == "staff" else {}
    people += [
        Participant(None, g.pk, g.name, g.role, _code(codes.get(g.pk)), "", int(bool(g.attended)), 0, None, None,
                    "", **_answer(invited.get(g.pk)), **_mark(marks.get(g.pk)))
        for g in guests
    ]  # fmt: skip
    return tuple(people)


def _code(code: str | None) -> str:
    return written(code) if code else ""


def _answer(row: Invitation | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {"invited": row.answer or "sent", "invitation_id": row.pk, "token": row.token,
            "asked_for": tuple(row.asked_for), "note": row.note}  # fmt: skip


def _mark(mark: Presence | None) -> dict[str, Any]:
    if mark is None:
        return {}
    return {"present": mark.present, "method": mark.method, "shared": mark.shared, "presence_id": mark.pk,
            "waiting": not mark.confirmed}  # fmt: skip


def with_guest_cards(*, actor: Actor, class_id: UUID) -> ClassWork:
    """The class with a card for every guest too, ready to be printed. Raises `not_found`."""
    require(actor, "class.plan")
    item = class_of_actor(actor, class_id)
    if not owns_class(actor, item.pk, item.office_id):
        raise Problem("not_found")
    run = PlacementRun.objects.filter(programme=item.programme_id, placements__in_force=True).first()
    if run is not None:
        ensure_cards(run)
    ensure_guest_cards(item.programme_id, item.pk)
    return class_work(actor=actor, class_id=class_id)


def check_in_state(*, actor: Actor, session_id: UUID) -> tuple[str, datetime] | None:
    """Token and end of an open check-in of a session of the actor's own; None where it is closed."""
    require(actor, "attendance.record")
    row = CheckIn.objects.filter(session=session_id, closes_at__gt=clock.now()).first()
    return (row.token, row.closes_at) if row else None


def session_class(*, actor: Actor, session_id: UUID) -> UUID:  # noqa: ARG001
    """The class of a session in the scope."""
    return found(ClassSession.objects.filter(pk=session_id).values_list("training_class_id", flat=True).first())


def class_material(*, actor: Actor, material_id: UUID) -> MaterialFile:
    """A material of a class that the actor may open. Raises `not_found` elsewhere, `files.missing`."""
    if actor.kind != "staff":
        return material_file(material=material_id)
    # The file's own row decides beside the class: it opens to the office that keeps it and to those above.
    row = found(ClassMaterial.objects.filter(pk=material_id).select_related("file").first())
    class_of_actor(actor, row.training_class_id)
    content = content_of(row.file)
    if content is None:
        raise Problem("files.missing", name=row.file.name)
    return MaterialFile(row.file.name, row.file.media_type, content)
