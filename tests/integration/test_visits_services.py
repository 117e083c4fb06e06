"""Visits taken in: outcomes, evidence, months, and what is kept aside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from berdaya.enterprises.models import EnterpriseMonth, Evidence
from berdaya.enterprises.services import assign_mentors_many, register_mentors_many
from berdaya.enterprises.types import Assignment, NewMentor
from berdaya.kernel import clock
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.visits import selectors, services
from berdaya.visits.models import HeldVisit, Visit
from berdaya.visits.types import AdviceCheck, Outcome
from tests.business_world import World, add_group, build, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(make_actor: Callable[..., Actor], offices: dict[str, int]) -> World:
    return build(make_actor, offices)


def test_the_same_queue_twice_changes_nothing(world: World) -> None:
    visits = [visit(enterprise, date(2025, 3, 3)) for enterprise in world.enterprises]
    with scoped(world.operator):
        assert services.record_visits_many(actor=world.operator, visits=visits).counts == {Outcome.NEW: 3}
        assert services.record_visits_many(actor=world.operator, visits=visits).counts == {Outcome.IDENTICAL: 3}
        assert Visit.objects.count() == Evidence.objects.count() == EnterpriseMonth.objects.count() == 3


def test_an_edit_moves_evidence_and_month_with_it(world: World) -> None:
    first = visit(world.enterprises[0], date(2025, 3, 3))
    edited = replace(first, occurred_on=date(2025, 4, 1), turnover_idr=700_000, revision=2)
    with scoped(world.operator):
        services.record_visits_many(actor=world.operator, visits=[first])
        outcomes = services.record_visits_many(actor=world.operator, visits=[edited, first])
        assert outcomes.by_id == {first.id: Outcome.OLDER} or outcomes.counts == {
            Outcome.UPDATED: 1,
            Outcome.OLDER: 1,
        }
        evidence = Evidence.objects.get()
        assert (evidence.occurred_on, evidence.amount_idr) == (date(2025, 4, 1), 700_000)
        months = dict(EnterpriseMonth.objects.values_list("month", "turnover_visit_idr"))
        assert months == {date(2025, 3, 1): None, date(2025, 4, 1): 700_000}


def test_two_visits_in_a_month_are_not_added_up(world: World) -> None:
    enterprise = world.enterprises[0]
    with scoped(world.operator):
        services.record_visits_many(
            actor=world.operator,
            visits=[
                visit(enterprise, date(2025, 3, 28), turnover_idr=900_000),
                visit(enterprise, date(2025, 3, 2), turnover_idr=400_000),
            ],
        )
        month = EnterpriseMonth.objects.get()
        assert (month.visits, month.turnover_visit_idr) == (2, 900_000)


def test_what_cannot_be_counted_is_kept_aside(world: World) -> None:
    kept = visit(world.enterprises[0], date(2025, 3, 3))
    wrong = visit(world.enterprises[1], date(2025, 3, 3), production_days=40)
    early = visit(world.enterprises[1], date(2023, 1, 1))
    lost = visit(new_id(), date(2025, 3, 3))
    rival = replace(kept, turnover_idr=5)
    with scoped(world.operator):
        outcomes = services.record_visits_many(actor=world.operator, visits=[kept, wrong, early, lost, rival])
        assert outcomes.counts == {Outcome.NEW: 1, Outcome.INVALID: 2, Outcome.WAITING: 1, Outcome.CONFLICT: 1}
        assert sum(outcomes.counts.values()) == 5
        assert [flaw.code for flaw in outcomes.flaws[wrong.id]] == ["out_of_range"]
        held = HeldVisit.objects.filter(resolved_on=None)
        assert {row.visit_id for row in held} == {kept.id, wrong.id, early.id, lost.id}
        assert Visit.objects.get().turnover_idr == 1_000_000
        services.record_visits_many(actor=world.operator, visits=[rival])
        assert held.count() == 4, "handed in again, kept once"


def test_accepting_a_conflict_is_a_later_edit(world: World) -> None:
    kept = visit(world.enterprises[0], date(2025, 3, 3))
    rival = replace(kept, turnover_idr=5)
    with scoped(world.operator):
        services.record_visits_many(actor=world.operator, visits=[kept, rival])
        held = HeldVisit.objects.get()
        outcome = services.resolve_held(actor=world.operator, held_id=held.pk, accept=True, reason="cocok")
        assert outcome is Outcome.UPDATED
        assert Visit.objects.get().turnover_idr == 5
        with pytest.raises(Problem, match="Not found"):
            services.resolve_held(actor=world.operator, held_id=held.pk, accept=False, reason="x")


def test_more_active_members_than_registered_is_a_question_not_a_refusal(world: World) -> None:
    enterprise = add_group(world, members=5)
    with scoped(world.operator):
        outcomes = services.record_visits_many(
            actor=world.operator,
            visits=[
                visit(enterprise, date(2025, 3, 3), active_members=6, advice="Catat anggota baru"),
                visit(enterprise, date(2025, 4, 4), active_members=5, advice_check=AdviceCheck.DONE),
            ],
        )
        assert outcomes.counts == {Outcome.NEW: 2}
        later, first = selectors.visits_of(actor=world.operator, enterprise_id=enterprise)
    assert (first.questions, first.advice_check) == (("more_than_members",), AdviceCheck.NONE_GIVEN)
    assert (later.questions, later.advice_check) == ((), AdviceCheck.DONE)


def test_plan_and_caseload(world: World) -> None:
    first, second, _third = world.enterprises
    with scoped(world.operator):
        mentor = register_mentors_many(
            actor=world.operator, mentors=[NewMentor(new_id(), world.office_id, "T1", "TKSK", (3512060000,))]
        )["T1"]
        assign_mentors_many(
            actor=world.operator, assignments=[Assignment(item, mentor, date(2024, 9, 1)) for item in (first, second)]
        )
        services.record_visits_many(actor=world.operator, visits=[visit(first, date(2025, 3, 25))])
        plan = selectors.plan(actor=world.operator, as_of=date(2025, 3, 31), mentor_id=mentor)
        assert [item.enterprise_id for item in plan] == [second, first]
        assert plan[0].reason == "never_visited"


def test_the_future_is_refused_and_a_backdated_visit_is_taken(world: World) -> None:
    with clock.frozen(date(2025, 3, 10)), scoped(world.operator):
        outcomes = services.record_visits_many(
            actor=world.operator,
            visits=[visit(world.enterprises[0], date(2025, 3, 11)), visit(world.enterprises[0], date(2024, 10, 1))],
        )
    assert outcomes.counts == {Outcome.INVALID: 1, Outcome.NEW: 1}


@pytest.mark.parametrize("who", ["outsider", "other_office"])
def test_outsiders_record_nothing_and_see_nothing(world: World, who: str) -> None:
    actor: Actor = getattr(world, who)
    entry = visit(world.enterprises[0], date(2025, 3, 3))
    with scoped(actor):
        assert services.record_visits_many(actor=actor, visits=[entry]).counts == {Outcome.WAITING: 1}
    with scoped(world.operator):
        assert services.record_visits_many(actor=world.operator, visits=[entry]).counts == {Outcome.NEW: 1}
    with scoped(actor):
        assert not Visit.objects.exists()
        assert not Evidence.objects.exists()


def test_a_mentor_records_the_own_caseload_only(world: World, make_actor: Callable[..., Actor]) -> None:
    mine, other = world.enterprises[:2]
    mentor = make_actor("mentor", kind="subject", enterprises=(mine,))
    with scoped(mentor):
        outcomes = services.record_visits_many(
            actor=mentor, visits=[visit(mine, date(2025, 3, 3)), visit(other, date(2025, 3, 3))]
        )
        assert outcomes.counts == {Outcome.NEW: 1, Outcome.WAITING: 1}
    with scoped(world.operator):
        assert [row.enterprise_id for row in Visit.objects.all()] == [mine]
        assert HeldVisit.objects.count() == 1


def test_a_waiting_visit_needs_an_office_that_will_look_at_it(world: World, make_actor: Callable[..., Actor]) -> None:
    mentor = make_actor("mentor", kind="subject", office=None, enterprises=(world.enterprises[0],))
    with scoped(mentor), pytest.raises(Problem) as problem:
        services.record_visits_many(actor=mentor, visits=[visit(new_id(), date(2025, 3, 3))])
    assert problem.value.code == "outside_scope"


def test_a_lurah_records_no_visit(world: World, make_actor: Callable[..., Actor]) -> None:
    lurah = make_actor("lurah", area=3512062003, office="*")
    with scoped(lurah), pytest.raises(Problem) as problem:
        services.record_visits_many(actor=lurah, visits=[visit(world.enterprises[0], date(2025, 3, 3))])
    assert problem.value.code == "not_allowed"


def test_outcomes_always_sum_to_what_came_in(world: World) -> None:
    ids: list[UUID] = [new_id() for _ in range(4)]
    visits = [
        visit(world.enterprises[number % 3], date(2025, 1 + number, 5), id=ids[number % 4], revision=1 + number % 2)
        for number in range(12)
    ]
    with scoped(world.operator):
        outcomes = services.record_visits_many(actor=world.operator, visits=visits)
    assert sum(outcomes.counts.values()) == len(visits)
