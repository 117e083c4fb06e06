"""Sessions, clashes, cards, check-ins and arrangements, through the services."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, connections, transaction

from berdaya.kernel.clock import frozen
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import PUBLIC, Actor, scoped
from berdaya.people.models import Household, Person
from berdaya.programmes.models import Candidate
from berdaya.training import services
from berdaya.training.models import (
    Attendance,
    Booking,
    CheckIn,
    ClassSession,
    ParticipantCard,
    Placement,
    PlacementRun,
    Presence,
    TrainingClass,
)
from berdaya.training.services.cards import clean_code, written
from berdaya.training.values import NewArrangement, NewPresence, NewSession, WhatIfChange
from tests.integration import programmes_world as world
from tests.integration.training_world import DAY, NEXT, decreed, families, new_class, placed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("positions")]
Maker = Callable[..., Actor]
MORNING = NewSession(held_on=DAY, starts_at=time(8), ends_at=time(12))


def two_classes(operator: Actor, head: Actor, people: int = 3) -> tuple[TrainingClass, TrainingClass]:
    programme = placed(
        operator, head, families(operator, people), new_class("K1", seats=9),
        new_class("K2", seats=9, kinds=("batik",), venue="Aula", trainer="Bu Rini"),
    )  # fmt: skip
    with scoped(operator):
        first, second = TrainingClass.objects.filter(programme=programme.id).order_by("code")
    return first, second


def problem_of(call: Callable[[], object]) -> str:
    with pytest.raises(Problem) as caught:
        call()
    return caught.value.code


def test_a_trainer_a_room_and_a_soft_clash(operator: Actor, head: Actor) -> None:
    first, second = two_classes(operator, head)
    with scoped(operator):
        services.plan_sessions_many(actor=operator, class_id=first.pk, rows=[MORNING])
        same = replace(MORNING, starts_at=time(11), ends_at=time(13), trainer=" pak  KARTA")
        plan = services.plan_sessions_many
        assert problem_of(lambda: plan(actor=operator, class_id=second.pk, rows=[same])) == "training_clash"
        late = replace(same, starts_at=time(12, 30), ends_at=time(15))
        assert problem_of(lambda: plan(actor=operator, class_id=second.pk, rows=[late])) == "training_clash_soft"
        plan(actor=operator, class_id=second.pk, rows=[late], accept_soft=True)
        assert ClassSession.objects.get(training_class=second).soft == ["travel"]
        assert problem_of(
            lambda: plan(actor=operator, class_id=first.pk, rows=[replace(MORNING, starts_at=time(12))])
        ) == "training_session_unfit"  # fmt: skip
        session = ClassSession.objects.get(training_class=first)
        services.cancel_session(actor=operator, session_id=session.pk, reason="banjir")
        free = replace(MORNING, trainer="Pak Karta")
        plan(actor=operator, class_id=second.pk, rows=[free], accept_soft=True)
        assert Booking.objects.filter(session__training_class=first).count() == 0


def test_the_database_refuses_what_a_planner_did_not_see(operator: Actor, head: Actor, make_actor: Maker) -> None:
    """Another office books the same room: its sessions are invisible here, the exclusion constraint is not."""
    first, _ = two_classes(operator, head)
    with scoped(operator):
        services.plan_sessions_many(actor=operator, class_id=first.pk, rows=[MORNING])
        taken = Booking.objects.get(what="room")
        with pytest.raises(IntegrityError, match="training_booked_once"), transaction.atomic():
            Booking.objects.create(area=taken.area, office_id=taken.office_id, session_id=taken.session_id,
                                   what="other", slot=taken.slot)  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_two_planners_at_once_cannot_both_win(operator: Actor, head: Actor) -> None:
    first, second = two_classes(operator, head)
    gate, answers = Barrier(2), list[str]()

    def plan(cls: TrainingClass) -> None:
        try:
            with scoped(operator):
                gate.wait()
                row = replace(MORNING, trainer="Pak Karta")
                services.plan_sessions_many(actor=operator, class_id=cls.pk, rows=[row])
            answers.append("planned")
        except Problem as problem:
            answers.append(problem.code)
        finally:
            connections.close_all()

    threads = [Thread(target=plan, args=(cls,)) for cls in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["planned", "training_clash"]


def test_card_list_and_phone(operator: Actor, head: Actor, make_actor: Maker) -> None:
    cls, _ = two_classes(operator, head)
    trainer = make_actor("trainer", kind="subject", classes=(cls.pk,))
    with scoped(operator):
        (session,) = services.plan_sessions_many(actor=operator, class_id=cls.pk, rows=[MORNING])
        seats = list(Placement.objects.filter(training_class=cls, in_force=True).order_by("number"))
        cards = {c.person_id: c.code for c in ParticipantCard.objects.all()}
    record = services.record_presences_many
    with frozen(date(2024, 6, 1)), scoped(trainer):
        assert problem_of(lambda: record(actor=trainer, session_id=session, rows=[])) == "training_not_yet"
    with frozen(DAY):
        with scoped(trainer):
            typed = f" https://x/kartu/{written(cards[seats[0].person_id]).lower()}/ "
            rows = [NewPresence(card=typed, method="card"), NewPresence(card="ZZZZ-ZZZZ", method="card")]
            taken = record(actor=trainer, session_id=session, rows=rows)
            assert taken.outcomes == ("new", "unknown")
            assert taken.names[0]
            again = record(actor=trainer, session_id=session, rows=rows[:1])
            assert again.outcomes == ("identical",)
            token = services.open_check_in(actor=trainer, session_id=session)
        with scoped(PUBLIC):
            code = cards[seats[1].person_id]
            assert services.check_in(token="x" * 24, card=code, device="a")[0] == "closed"
            assert services.check_in(token=token, card="00000000", device="a")[0] == "unknown"
            assert services.check_in(token=token, card=code, device="a") == ("new", cls.name)
            assert services.check_in(token=token, card=code, device="a")[0] == "identical"
            assert services.check_in(token=token, card=cards[seats[2].person_id], device="a")[0] == "shared"
        with scoped(trainer):
            services.close_check_in(actor=trainer, session_id=session)
            waiting = Presence.objects.get(confirmed=False)
            assert (waiting.placement_id, waiting.shared) == (seats[2].pk, True)
            assert services.refresh_attendance(actor=trainer, programme_id=cls.programme_id, class_id=cls.pk) == 3
            assert list(Attendance.objects.order_by("placement__number").values_list("attended", flat=True)) == [
                1,
                1,
                0,
            ]
            services.confirm_presences_many(actor=trainer, session_id=session, ids=[waiting.pk])
            services.record_marks_many(actor=trainer, class_id=cls.pk, rows=[(s.pk, 40, 80) for s in seats])
            assert list(Attendance.objects.values_list("attended", "post").distinct()) == [(1, 80)]
            assert Attendance.objects.exclude(certificate="").count() == 3
        with scoped(PUBLIC):
            assert services.check_in(token=token, card=code, device="b")[0] == "closed"


def test_an_outsider_reads_no_cards(operator: Actor, head: Actor, make_actor: Maker) -> None:
    cls, other = two_classes(operator, head)
    with scoped(operator):
        (session,) = services.plan_sessions_many(actor=operator, class_id=cls.pk, rows=[MORNING])
        code = ParticipantCard.objects.values_list("code", flat=True)[0]

    def asked(actor: Actor) -> int:
        with scoped(actor), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM training_cards(%s, %s)", [session, [code]])
            return int(cursor.fetchone()[0])

    assert asked(make_actor("trainer", kind="subject", classes=(cls.pk,))) == 1
    assert asked(make_actor("trainer", kind="subject", classes=(other.pk,))) == 0
    assert asked(make_actor("mentor", kind="subject")) == 0
    for office, area in (("diskop-situbondo", 3512000000), ("dinsos-bondowoso", 3511000000)):
        outsider = make_actor("operator", office=office, area=area)
        with scoped(outsider):
            assert ParticipantCard.objects.count() == 0
            call = {"actor": outsider, "session_id": session, "rows": [NewPresence(card=code)]}
            with frozen(DAY):
                assert problem_of(lambda c=call: services.record_presences_many(**c)) == "not_found"
    with scoped(make_actor("trainer", kind="subject", classes=(other.pk,))):
        assert CheckIn.objects.count() == 0


def test_a_card_is_read_as_people_type_it() -> None:
    assert clean_code("k7qm-2xrt") == clean_code("HTTPS://contoh/kartu/K7QM-2XRT/") == "K7QM2XRT"
    assert clean_code("O1IL") == "0111"


def test_a_new_run_keeps_what_is_published(operator: Actor, head: Actor) -> None:
    rows = families(operator, 4)
    programme = placed(operator, head, rows, new_class("K1", seats=2), new_class("K2", seats=4, area=NEXT))
    with scoped(operator):
        before = dict(Placement.objects.filter(in_force=True).values_list("person_id", "training_class__code"))
        services.create_classes_many(
            actor=operator,
            programme_id=programme.id,
            rows=[new_class("K1", seats=6), new_class("K2", area=NEXT, kinds=("batik",))],
        )
        kept = services.propose_placements(actor=operator, programme_id=programme.id)
        again = dict(Placement.objects.filter(run=kept.run_id).values_list("person_id", "training_class__code"))
        assert again == before
        told = services.propose_placements(actor=operator, programme_id=programme.id, keep=False)
        free = list(Placement.objects.filter(run=told.run_id).values_list("training_class__code", flat=True))
        assert free == ["K1"] * 4
        answer = services.what_if(
            actor=operator, programme_id=programme.id, change=WhatIfChange(closed="K2", keep=False)
        )
        assert (answer.placed, answer.published_placed, answer.moved, answer.gap) == (4, 4, 2, 0)
        assert PlacementRun.objects.count() == 3


def test_broken_input_is_named_and_the_published_plan_stays(operator: Actor, head: Actor) -> None:
    rows = families(operator, 3)
    programme = placed(operator, head, rows, new_class("K1", seats=3))
    make = services.create_classes_many

    def published() -> list[tuple[object, ...]]:
        return list(
            Placement.objects.filter(in_force=True).order_by("number").values_list("person_id", "training_class")
        )

    with scoped(operator):
        before = published()
        ask = {"actor": operator, "programme_id": programme.id}
        assert problem_of(lambda: make(**ask, rows=[new_class("K9", seats=0)])) == "training_class_no_seats"
        twice = [new_class("K9"), new_class("K9", seats=4)]
        assert problem_of(lambda: make(**ask, rows=twice)) == "training_class_code_twice"
        refs = list(Placement.objects.order_by("number").values_list("candidate__ref", flat=True))
        circle = [NewArrangement(a, follows=b) for a, b in zip(refs, [*refs[1:], refs[0]], strict=True)]
        assert problem_of(lambda: services.arrange_many(**ask, rows=circle)) == "training_together_circle"
        assert services.arrange_many(**ask, rows=circle[:2]) == 2
        assert problem_of(
            lambda: services.arrange_many(**ask, rows=[NewArrangement("tidak ada", "K1")])
        ) == "training_ref_unknown"  # fmt: skip
        person = Person.objects.get(pk=before[0][0])
        household = person.household_id
    Household.objects.filter(pk=household).update(area=3512040000)
    with scoped(operator):
        assert problem_of(lambda: services.propose_placements(**ask)) == "training_no_village"
        assert published() == before
        assert PlacementRun.objects.count() == 1


def test_a_wheelchair_is_never_fixed_at_a_stair(operator: Actor, head: Actor) -> None:
    pairs = world.families(operator, 2)
    rows = [replace(r, kind="fish_crackers", interests=("fish_crackers",)) for r in world.proposal(pairs)]
    world.private(operator, pairs[0][1], disability=True)
    programme = decreed(operator, rows)
    with scoped(operator):
        services.create_classes_many(actor=operator, programme_id=programme.id, rows=[new_class("K1"), new_class("K2")])
    with scoped(operator):
        who = Candidate.objects.filter(programme=programme.id).order_by("list_no").first()
        rows_ = [NewArrangement(who.ref, "K1")]
        call = {"actor": operator, "programme_id": programme.id}
        assert problem_of(lambda: services.arrange_many(**call, rows=rows_)) == "training_fixed_steps"


@pytest.mark.django_db(transaction=True)
def test_two_planners_at_once_never_seat_one_person_twice(operator: Actor, head: Actor) -> None:
    """Two classes of two programmes share a person; other room, other trainer, the same minutes."""
    rows = families(operator, 1)
    first = placed(operator, head, rows, new_class("K1", seats=3))
    other = new_class("L1", seats=3, venue="Aula", trainer="Bu Rini")
    second = placed(operator, head, rows, other, programme={"code": "situbondo-uji-lain"})
    with scoped(operator):
        classes = [TrainingClass.objects.get(programme=p.id) for p in (first, second)]
        shared = Placement.objects.filter(in_force=True).values_list("person_id", flat=True)
        assert len(shared) == 2
        assert len(set(shared)) == 1
    gate, answers = Barrier(2), list[str]()

    def plan(cls: TrainingClass) -> None:
        try:
            with scoped(operator):
                gate.wait()
                services.plan_sessions_many(actor=operator, class_id=cls.pk, rows=[MORNING])
            answers.append("planned")
        except Problem as problem:
            answers.append(problem.code)
        finally:
            connections.close_all()

    threads = [Thread(target=plan, args=(cls,)) for cls in classes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["planned", "training_clash"]


def test_a_participant_of_another_office_is_seen_and_not_told(
    operator: Actor, head: Actor, make_actor: Maker, offices: dict[str, int]
) -> None:
    """The class that holds the person is another office's: the planner learns that there is one, not which."""
    rows = families(operator, 1)
    theirs = placed(operator, head, rows, new_class("RAHASIA", seats=3, venue="Aula", trainer="Bu Rini"))
    ours = placed(operator, head, rows, new_class("K1", seats=3), programme={"code": "situbondo-uji-lain"})
    with scoped(operator):
        held = TrainingClass.objects.get(programme=theirs.id)
        planned = TrainingClass.objects.get(programme=ours.id)
        services.plan_sessions_many(actor=operator, class_id=held.pk, rows=[MORNING])
    elsewhere = next(key for name, key in offices.items() if key != operator.office)
    TrainingClass.objects.filter(pk=held.pk).update(office_id=elsewhere)
    for model in (ClassSession, Placement):
        model.objects.filter(training_class=held).update(office_id=elsewhere)
    with scoped(operator):
        assert not Placement.objects.filter(training_class=held).exists(), "who sits there stays with that office"
        plan = services.plan_sessions_many
        with pytest.raises(Problem) as refused:
            plan(actor=operator, class_id=planned.pk, rows=[MORNING])
        assert refused.value.code == "training_clash"
        assert "kelas lain" in refused.value.text("id")
        assert "another class" in refused.value.text("en")
        assert "RAHASIA" not in refused.value.text("id")
        plan(actor=operator, class_id=planned.pk, rows=[replace(MORNING, starts_at=time(13), ends_at=time(15))])
        probe = "SELECT training_busy(%s, %s, '08:00', '12:00')"
        with connection.cursor() as cursor:
            cursor.execute(probe, [held.pk, DAY])
            assert cursor.fetchone() == (False,), "a class of another office answers nothing"
