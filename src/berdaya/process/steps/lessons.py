"""Classes of synthetic programmes as they happened: sessions, lists, a material, words without names, letters.

The attendance sheet of a folder says how many sessions somebody came to; here its first classes get those sessions, so
that the pages of a class at work have something to show. No figure of the programme changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from berdaya.example.pictures import material_page
from berdaya.kernel import clock
from berdaya.kernel.ids import stable_id
from berdaya.kernel.scope import Actor
from berdaya.process import classes as papers
from berdaya.process.walk import Walk
from berdaya.training import services
from berdaya.training.models import Attendance, Invitation, Placement, TrainingClass
from berdaya.training.values import NewPresence, NewSession

CLASSES = 2
"""Classes of a programme that are shown at work."""
MOST = 40
"""People in a class up to which it is shown."""
LETTERS = {"jaktim": 1, "kupang": 2}
"""How a programme's code begins -> so many of its classes issue letters: invitations and certificates."""
HOURS = ((time(8), time(11, 15)), (time(13, 30), time(16, 30)))
"""Of the first class and of the next: never the same room or trainer at once, and no Friday prayer."""
WAYS = ("card", "list", "phone", "card", "paper")
SUNDAY = 6


@dataclass(frozen=True, slots=True)
class _Seat:
    placement: UUID
    sessions: int
    attended: int


def hold(walk: Walk, actor: Actor) -> None:
    """Sessions and lists of the first classes; nothing where people are real."""
    if not walk.synthetic:
        return
    shown, lettered = 0, next((count for name, count in LETTERS.items() if walk.code.startswith(name)), 0)
    for cls in TrainingClass.objects.filter(programme=walk.programme).order_by("code"):
        seats = _seats(cls)
        if not seats or shown == CLASSES:
            continue
        sessions = services.plan_sessions_many(
            actor=actor, class_id=cls.pk, rows=_plan(cls, seats[0].sessions, shown), accept_soft=True
        )
        if shown < lettered:
            _letters(actor, cls, seats)
        services.record_class_presences_many(actor=actor, class_id=cls.pk, rows=_list(cls, sessions, seats))
        _words(actor, cls, seats)
        if shown < lettered:
            papers.certify(actor=actor, class_id=cls.pk)
        shown += 1


def _seats(cls: TrainingClass) -> list[_Seat]:
    """Everybody in the class with her attendance; empty where somebody attended elsewhere or not at all."""
    found = Attendance.objects.filter(
        training_class=cls, placement__training_class=cls, placement__in_force=True
    ).order_by("placement__number", "id")
    seats = [_Seat(*row) for row in found.values_list("placement_id", "sessions", "attended")]
    placed = Placement.objects.filter(training_class=cls, in_force=True).count()
    whole = placed == len(seats) and len({s.sessions for s in seats}) == 1 and any(s.attended for s in seats)
    everybody_absent = whole and max(s.attended for s in seats) < seats[0].sessions
    return seats if whole and not everybody_absent and placed <= MOST else []


def _plan(cls: TrainingClass, count: int, shown: int) -> list[NewSession]:
    """One session a day from the first day on, without Sundays; the trainer names what is taught."""
    days, day = list[date](), cls.starts_on
    while len(days) < count:
        if day.weekday() != SUNDAY:
            days.append(day)
        day += timedelta(days=1)
    topics = ("Pengenalan usaha", "Bahan dan alat", "Praktik", "Mutu dan kemasan", "Harga dan pembukuan", "Pemasaran")
    return [
        NewSession(
            on, *HOURS[shown % len(HOURS)], number=number, topic=topics[(number - 1) % len(topics)],
            transport="Dinas Sosial", interpreter="Gerkatin" if number == 1 else "",
        )
        for number, on in enumerate(days, 1)
    ]  # fmt: skip


def _list(cls: TrainingClass, sessions: list[UUID], seats: list[_Seat]) -> list[tuple[UUID, NewPresence]]:
    """Who missed a session missed another one than her neighbour; every session has its list."""
    rows = []
    for place, seat in enumerate(seats):
        missed = {(place + step) % seat.sessions for step in range(seat.sessions - seat.attended)}
        for number, session in enumerate(sessions):
            key = stable_id("presence", session, seat.placement)
            at = datetime.combine(cls.starts_on + timedelta(days=number), HOURS[0][0], tzinfo=clock.WIB)
            way = WAYS[(place + number) % len(WAYS)]
            present = number not in missed
            rows.append(
                (session, NewPresence(present=present, placement_id=seat.placement, method=way, noted_at=at, id=key))
            )
    return rows


def _words(actor: Actor, cls: TrainingClass, seats: list[_Seat]) -> None:
    """A sheet of feedback from every second one, and something to take along."""
    said = ("", "Praktiknya perlu lebih lama.", "", "Tempatnya sejuk dan mudah dicapai.", "", "Terima kasih, jelas.")
    for place, _seat in enumerate(seats[::2]):
        services.record_feedback(
            actor=actor, class_id=cls.pk, useful=5 - place % 2, clear=4 + (place % 3 == 0), place=3 + place % 3,
            note=said[place % len(said)],
        )  # fmt: skip
    services.add_material(
        actor=actor,
        class_id=cls.pk,
        title=f"Ringkasan {cls.name}",
        name="ringkasan.png",
        content=material_page(cls.name),
    )


def _letters(actor: Actor, cls: TrainingClass, seats: list[_Seat]) -> None:
    """Invitations and what people answered: who hardly came had said so, some need help to come."""
    papers.invite(actor=actor, class_id=cls.pk)
    helps = ((), ("childcare",), (), ("transport",), (), ("interpreter", "companion"))
    sent = dict(Invitation.objects.filter(training_class=cls).values_list("placement_id", "id"))
    for place, seat in enumerate(seats[:-2]):
        coming = 2 * seat.attended > seat.sessions
        services.record_answer(
            actor=actor, invitation_id=sent[seat.placement], answer="coming" if coming else "not_coming",
            asked_for=helps[place % len(helps)] if coming else (), note="" if coming else "anak sakit",
        )  # fmt: skip
