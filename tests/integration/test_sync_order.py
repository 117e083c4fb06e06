"""Any order, any number of times, any clock: the server ends where one orderly run would have ended."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from django.db import transaction

from berdaya.devices import kinds
from berdaya.devices.models import Device, FieldRecord
from berdaya.enterprises.models import EnterpriseMonth, Evidence
from berdaya.kernel.ids import NAMESPACE
from berdaya.kernel.scope import Actor
from berdaya.visits.models import Visit
from tests.business_world import World, build
from tests.field_world import Phone, siti, visit_record

pytestmark = pytest.mark.django_db
Operation = dict[str, Any]


@pytest.fixture
def world(make_actor: Callable[..., Actor], offices: dict[str, int]) -> World:
    return build(make_actor, offices, families=10)


def operations(world: World, count: int) -> list[Operation]:
    """Visits of ten families, four in ten of them edited once or twice."""
    chance = random.Random(17)  # noqa: S311 - a day of nobody
    found: list[Operation] = []
    number = 0
    while len(found) < count:
        key = uuid5(NAMESPACE, f"order-{number}")
        day = f"2025-{1 + number // 10 % 12:02d}-{1 + number // 120 % 28:02d}"
        edits = chance.choice([1, 1, 1, 2, 3])
        family = world.enterprises[number % 10]
        for revision in range(1, edits + 1):
            figures = {"turnover_idr": chance.randrange(9_000_000), "production_days": chance.randrange(28)}
            found.append(visit_record(family, day, key=key, revision=revision, **figures))
        number += 1
    return found[:count]


def state_hash() -> str:
    """Everything that follows from visits, without ids and times that each run makes anew."""
    rows: list[Any] = [
        sorted(Visit.objects.values_list("id", "enterprise_id", "occurred_on", "turnover_idr", "production_days")),
        sorted(Evidence.objects.values_list("source_id", "enterprise_id", "occurred_on", "kind", "method")),
        sorted(
            EnterpriseMonth.objects.values_list(
                "enterprise_id", "month", "visits", "turnover_visit_idr", "production_days"
            )
        ),
    ]
    return hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()


@contextmanager
def undone() -> Iterator[None]:
    """A run of which nothing stays."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def pushed(phone: Phone, many: list[Operation], size: int = 25) -> None:
    for start in range(0, len(many), size):
        lines = phone.push(*many[start : start + size])["outcomes"]
        assert {line["outcome"] for line in lines} <= {"new", "updated", "identical", "older"}, lines


@pytest.mark.parametrize("count", [90, pytest.param(500, marks=pytest.mark.nightly)])
def test_shuffled_three_times_and_sent_thrice_it_ends_the_same(world: World, count: int) -> None:
    phone, many = siti(world, world.enterprises), operations(world, count)
    with undone():
        pushed(phone, many)
        orderly = state_hash()
        assert Visit.objects.count() == len({one["id"] for one in many})
    assert Visit.objects.count() == 0
    for seed in range(3):
        shuffled = many * 3
        random.Random(seed).shuffle(shuffled)  # noqa: S311 - an order of nothing
        with undone():
            pushed(phone, shuffled)
            assert state_hash() == orderly, f"in order {seed}"


@pytest.mark.parametrize("days", [-2, 2])
def test_a_phone_two_days_off_is_flagged_and_orders_nothing(world: World, days: int) -> None:
    """The later revision wins by its number and its arrival, whatever hour either of them claims."""
    phone, key = siti(world, world.enterprises), UUID(int=17)
    told = datetime.now(tz=UTC) + timedelta(days=days)
    first = {**visit_record(world.enterprises[0], key=key), "device_at": told.isoformat()}
    answer = phone.push(first, sent_at=told.isoformat())
    assert abs(answer["clock_off_seconds"] + days * 86_400) < 60
    assert FieldRecord.objects.get().clock_off
    earlier = (told - timedelta(hours=5)).isoformat()
    second = visit_record(world.enterprises[0], key=key, revision=2, turnover_idr=2_000_000)
    assert phone.outcomes({**second, "device_at": earlier}, sent_at=earlier) == [("updated", "")]
    assert phone.outcomes(first, sent_at=told.isoformat())[0][0] in {"older", "identical"}
    assert Visit.objects.get().turnover_idr == 2_000_000
    assert abs((Device.objects.get().clock_off_seconds or 0) + days * 86_400) < 60


def test_nine_minutes_are_no_flag(world: World) -> None:
    phone = siti(world, world.enterprises)
    nearly = datetime.now(tz=UTC) + timedelta(minutes=9)
    phone.push(visit_record(world.enterprises[0]), sent_at=nearly.isoformat())
    assert not FieldRecord.objects.get().clock_off


def test_every_version_that_was_ever_sent_is_still_taken() -> None:
    """A phone that was not updated for ninety days, or a queue from a drawer, sends the payloads of its time."""
    for kind in kinds.all_kinds():
        assert sorted(kind.payloads) == list(range(1, max(kind.payloads) + 1)), kind.name


def test_storage_that_was_wiped_leaves_a_gap_that_the_server_tells(world: World) -> None:
    phone = siti(world, world.enterprises)
    phone.push(visit_record(world.enterprises[0]))
    lost = phone.seq + 1
    phone.seq += 1
    assert phone.push(visit_record(world.enterprises[1]))["gaps"] == [[lost, lost]]
    assert phone.get("/sinkron/perangkat/").json()["gaps"] == [[lost, lost]]
