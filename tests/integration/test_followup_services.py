"""Alerts and the tasks they raise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from berdaya.followup import services
from berdaya.followup.models import Alert
from berdaya.followup.types import Alert as Kind
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.process.overview import tasks as overview
from berdaya.tasks import services as tasks
from berdaya.tasks.models import Task
from berdaya.tasks.types import Owner, TaskState
from berdaya.visits.services import record_visits_many
from tests.business_world import OLEAN, World, build, visit

pytestmark = pytest.mark.django_db
AS_OF = date(2025, 3, 31)


@pytest.fixture
def world(make_actor: Callable[..., Actor], offices: dict[str, int]) -> World:
    """One business that stopped, one that does well, one that nobody visited."""
    made = build(make_actor, offices)
    stopped, well, _silent = made.enterprises
    with scoped(made.operator):
        record_visits_many(
            actor=made.operator,
            visits=[
                visit(stopped, date(2025, 2, 20)),
                visit(stopped, date(2025, 3, 20), production_days=0, turnover_idr=0),
                visit(well, date(2025, 3, 15)),
            ],
        )
    return made


@pytest.fixture
def lurah(make_actor: Callable[..., Actor], world: World) -> Actor:
    return make_actor("lurah", area=OLEAN, office="*")


def test_each_alert_reaches_the_right_desk_once(world: World) -> None:
    with scoped(world.operator):
        run = services.raise_alerts(actor=world.operator, as_of=AS_OF)
        assert (run.new, run.open, run.cleared) == (2, 2, 0)
        again = services.raise_alerts(actor=world.operator, as_of=AS_OF)
        assert (again.new, again.open) == (0, 2)
        found = {task.kind: (task.owner_role, task.due_on) for task in Task.objects.all()}
        assert found == {
            "production_stopped": ("lurah", date(2025, 4, 7)),
            "not_visited": ("supervisor", date(2025, 4, 7)),
        }
        title = Task.objects.get(kind="production_stopped").title
        assert title == "Kerupuk Ikan 1 berhenti berproduksi sejak 20 Februari 2025; ajak ke pasar atau acara setempat"
        still_open = Alert.objects.filter(cleared_on=None).values_list("rule", flat=True)
        assert sorted(still_open) == sorted([Kind.PRODUCTION_STOPPED, Kind.NOT_VISITED])


def test_when_it_works_again_the_task_goes(world: World) -> None:
    with scoped(world.operator):
        services.raise_alerts(actor=world.operator, as_of=AS_OF)
        record_visits_many(actor=world.operator, visits=[visit(world.enterprises[0], date(2025, 4, 10))])
        run = services.raise_alerts(actor=world.operator, as_of=date(2025, 4, 11))
        assert run.cleared == 1
        task = Task.objects.get(kind="production_stopped")
        assert task.state == TaskState.CANCELLED
        assert "11 April 2025" in task.outcome
        assert Alert.objects.get(rule="production_stopped").cleared_on == date(2025, 4, 11)


def test_a_finished_task_comes_back_only_after_its_time(world: World, lurah: Actor) -> None:
    with scoped(world.operator):
        services.raise_alerts(actor=world.operator, as_of=AS_OF)
        task_id = Task.objects.get(kind="production_stopped").pk
    with clock.frozen(date(2025, 4, 2)), scoped(lurah):
        tasks.complete(actor=lurah, task_id=task_id, outcome="Diajak ke pasar Sabtu")
    with scoped(world.operator):
        assert services.raise_alerts(actor=world.operator, as_of=date(2025, 4, 5)).new == 0
        record_visits_many(
            actor=world.operator,
            visits=[visit(world.enterprises[0], date(2025, 4, 15), production_days=0, turnover_idr=0)],
        )
        assert services.raise_alerts(actor=world.operator, as_of=date(2025, 4, 20)).new == 1
        assert Task.objects.filter(kind="production_stopped").count() == 2
        assert Alert.objects.filter(rule="production_stopped").count() == 1


def test_the_lurah_sees_and_finishes_the_own_task_only(
    world: World, lurah: Actor, make_actor: Callable[..., Actor]
) -> None:
    with scoped(world.operator):
        services.raise_alerts(actor=world.operator, as_of=AS_OF)
        other_task = Task.objects.get(kind="not_visited").pk
    with scoped(lurah):
        with clock.frozen(date(2025, 4, 9)):
            rows = overview.tasks(actor=lurah, filters=overview.TaskFilter()).rows
            assert [row.late_days for row in rows] == [2]
            assert overview.task_counts(actor=lurah) == {"open": 1, "late": 1}
        with pytest.raises(Problem) as problem:
            tasks.complete(actor=lurah, task_id=other_task, outcome="x")
        assert problem.value.code == "task_not_yours"
        with pytest.raises(Problem) as problem:
            tasks.complete(actor=lurah, task_id=rows[0].id, outcome="  ")
        assert problem.value.code == "task_needs_outcome"
        tasks.complete(actor=lurah, task_id=rows[0].id, outcome="Diajak ke pasar")
        with pytest.raises(Problem) as problem:
            tasks.complete(actor=lurah, task_id=rows[0].id, outcome="lagi")
        assert problem.value.code == "bad_state"
    neighbour = make_actor("lurah", area=OLEAN + 1, office="*")
    with scoped(neighbour):
        assert overview.tasks(actor=neighbour, filters=overview.TaskFilter()).rows == ()
        with pytest.raises(Problem) as problem:
            tasks.complete(actor=neighbour, task_id=rows[0].id, outcome="x")
        assert problem.value.code == "not_found"


def test_passing_on_and_opening_again(world: World, make_actor: Callable[..., Actor]) -> None:
    supervisor = make_actor("supervisor")
    with scoped(world.operator):
        services.raise_alerts(actor=world.operator, as_of=AS_OF)
        task = Task.objects.get(kind="not_visited")
    with scoped(supervisor):
        owner = Owner("camat", None, ((task.area, task.area),))
        tasks.reassign_many(actor=supervisor, task_ids=[task.pk], owner=owner, reason="pendamping sakit")
        assert overview.task(actor=supervisor, task_id=task.pk).owner_role == "camat"
        tasks.complete(actor=supervisor, task_id=task.pk, outcome="Dikunjungi")
        with pytest.raises(Problem) as problem:
            tasks.reopen(actor=supervisor, task_id=task.pk, reason=" ")
        assert problem.value.code == "task_needs_reason"
        tasks.reopen(actor=supervisor, task_id=task.pk, reason="belum terbukti")
        with pytest.raises(Problem) as problem:
            tasks.reopen(actor=supervisor, task_id=task.pk, reason="belum terbukti")
        assert problem.value.code == "bad_state"
        assert overview.task(actor=supervisor, task_id=task.pk).state == TaskState.OPEN


@pytest.mark.parametrize("who", ["outsider", "other_office"])
def test_outsiders_raise_nothing(world: World, who: str) -> None:
    actor: Actor = getattr(world, who)
    with scoped(actor):
        assert services.raise_alerts(actor=actor, as_of=AS_OF).open == 0
        assert overview.tasks(actor=actor, filters=overview.TaskFilter(whose="semua")).rows == ()
