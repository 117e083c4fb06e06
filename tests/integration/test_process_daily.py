"""The daily checks: once for each office and day, each on its own, and nothing comes twice in a month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from berdaya.access.models import Account, Office, Role, SignInAttempt
from berdaya.access.services import check_sign_in
from berdaya.devices.models import Device
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.process import daily, forgotten
from berdaya.process.offices import automatic, installer
from berdaya.tasks.models import DailyRun, Task
from berdaya.tasks.services import complete, create_many
from berdaya.tasks.types import NewTask
from tests.business_world import World, build

pytestmark = pytest.mark.django_db
ON = date(2025, 6, 20)


@pytest.fixture
def world(make_actor: Callable[..., Actor], offices: dict[str, int]) -> World:
    return build(make_actor, offices)


def _office(world: World) -> Office:
    with scoped(installer()):
        return Office.objects.get(pk=world.office_id)


def _late(world: World, number: int, *, days: int = 30) -> None:
    with scoped(world.operator):
        create_many(
            actor=world.operator,
            tasks=[
                NewTask(
                    cause=f"any:{item}", kind="visit", title="Kunjungan", area=world.operator.lo,
                    office_id=world.office_id, owner_role="mentor", raised_on=ON - timedelta(days=60),
                    due_on=ON - timedelta(days=days),
                )
                for item in range(number)
            ],
        )  # fmt: skip


def _ran(found: list[daily.Ran], code: str, office: str) -> daily.Ran:
    return next(ran for ran in found if ran.code == code and ran.office == office)


def test_each_check_runs_once_a_day_for_each_office(world: World) -> None:
    first = daily.run_due(on=ON)
    with scoped(installer()):
        offices = Office.objects.count()
    assert offices >= 2
    house = [check.code for check in daily.CHECKS if check.once]
    assert house == ["files", "marks"]
    assert len(first) == offices * (len(daily.CHECKS) - len(house)) + len(house)
    assert [ran.problem for ran in first] == [""] * len(first)
    assert daily.run_due(on=ON) == []
    assert len(daily.run_due(on=ON + timedelta(days=1))) == len(first)


def test_old_marks_of_tries_to_enter_go_and_fresh_ones_stay(world: World) -> None:
    now = datetime.now(UTC)
    for days in (31, 29, 0):
        SignInAttempt.objects.create(
            name_mark=b"n", address_mark=b"a", succeeded=False, attempted_at=now - timedelta(days=days)
        )
    with connection.cursor() as owner:
        for days in (31, 29):
            owner.execute(
                "INSERT INTO accountability_codetry (source, hour, tries) VALUES ('\\x01', %s, 1)",
                [now - timedelta(days=days)],
            )
    ran = next(ran for ran in daily.run_due(on=ON) if ran.code == "marks")
    assert (ran.problem, ran.done) == ("", 2)
    assert SignInAttempt.objects.count() == 2


def test_late_tasks_reach_the_supervisor_once_a_month(world: World) -> None:
    _late(world, 3)
    code = _office(world).code
    assert _ran(daily.run_due(on=ON), "tasks", code).found == 1
    with scoped(world.operator):
        task = Task.objects.get(kind="tasks_late")
        assert (task.owner_role, task.params, task.raised_on) == ("supervisor", {"count": 3}, ON)
    chief = world.operator.with_(role="supervisor", permissions=frozenset({"task.complete"}))
    with scoped(chief):
        complete(actor=chief, task_id=task.pk, outcome="Pendamping sudah ditegur.")
    daily.run_due(on=ON + timedelta(days=1))
    with scoped(world.operator):
        assert Task.objects.filter(kind="tasks_late").count() == 1
    daily.run_due(on=ON + timedelta(days=12))
    with scoped(world.operator):
        assert Task.objects.filter(kind="tasks_late", state="open").count() == 1
        assert Task.objects.filter(kind="tasks_late").count() == 2


def test_tasks_that_are_only_a_little_late_are_left_to_their_owner(world: World) -> None:
    _late(world, 3, days=forgotten.LATE_DAYS)
    daily.run_due(on=ON)
    with scoped(world.operator):
        assert not Task.objects.filter(kind="tasks_late").exists()


def test_one_office_never_sees_the_checks_of_another(world: World, make_actor: Callable[..., Actor]) -> None:
    _late(world, 1)
    daily.run_due(on=ON)
    with scoped(installer()):
        other = Office.objects.exclude(pk=world.office_id).first()
    assert other is not None
    stranger = make_actor("operator", area=other.area, office=other.code)
    with scoped(stranger):
        assert not Task.objects.filter(kind="tasks_late").exists()
        assert set(DailyRun.objects.values_list("office_id", flat=True)) == {other.pk}


def test_a_check_that_fails_is_named_and_tried_again_and_keeps_no_other_from_running(world: World) -> None:
    calls: list[int] = []

    def broken(actor: Actor, _on: date) -> int:
        calls.append(int(actor.office or 0))
        _late_inside(actor)
        if len(calls) <= 1:
            raise Problem("not_found")
        return 7

    def _late_inside(actor: Actor) -> None:
        create_many(
            actor=actor,
            tasks=[
                NewTask(
                    cause=f"half:{len(calls)}", kind="visit", title="Setengah", area=actor.lo,
                    office_id=int(actor.office or 0), owner_role="mentor", raised_on=ON, due_on=ON,
                )
            ],
        )  # fmt: skip

    checks = [daily.Check("broken", ("Rusak", "Broken"), broken), daily.CHECKS[-1]]
    found = daily.run_due(on=ON, checks=checks)
    assert found[0].problem == "not_found"
    assert not any(ran.problem for ran in found[1:])
    with scoped(world.operator.with_(office=calls[0])):
        assert not Task.objects.filter(cause="half:1").exists()
    again = daily.run_due(on=ON, checks=checks)
    assert [(ran.code, ran.found, ran.problem) for ran in again] == [("broken", 7, "")]


def test_nobody_can_sign_in_as_the_clock(world: World) -> None:
    actor = automatic(_office(world), daily.PERMISSIONS)
    account = Account.objects.get(pk=actor.account_id)
    assert not account.is_active
    assert not account.has_usable_password()
    with scoped(world.operator):
        assert not Role.objects.filter(account=account).exists()
    with pytest.raises(Problem) as refused:
        check_sign_in(username=account.username, password="", address="203.0.113.5")
    assert refused.value.code == "sign_in_failed"


def test_a_silent_phone_becomes_a_task(world: World) -> None:
    holder = Account.objects.create(username="siti", name="Siti (contoh)")
    facts: dict[str, Any] = {
        "area": world.operator.lo, "office_id": world.office_id, "account_id": holder.pk, "role_id": 1,
        "enrolled_at": clock.now(),
    }  # fmt: skip
    long_ago = clock.now().replace(year=2025, month=6, day=1)
    Device.objects.create(name="lama", hash=b"1" * 32, seen_at=long_ago, **facts)
    Device.objects.create(name="baru", hash=b"2" * 32, seen_at=long_ago.replace(day=15), **facts)
    Device.objects.create(name="dicabut", hash=b"3" * 32, seen_at=long_ago, revoked_at=long_ago, **facts)
    code = _office(world).code
    assert _ran(daily.run_due(on=ON), "phones", code).found == 1
    with scoped(world.operator):
        task = Task.objects.get(kind="phone_silent")
    assert task.params["phone"] == "lama"
    assert task.owner_role == "supervisor"
