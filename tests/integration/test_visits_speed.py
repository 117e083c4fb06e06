"""The load of the five example programmes: 75,000 visits to 3,900 businesses, and all their statuses."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from berdaya.enterprises.snapshots import refresh_status_many
from berdaya.kernel.scope import Actor, scoped
from berdaya.visits import services
from berdaya.visits.types import Outcome
from tests.business_world import build, visit

pytestmark = [pytest.mark.django_db, pytest.mark.nightly]


def test_the_five_programmes_fit(make_actor: Callable[..., Actor], offices: dict[str, int]) -> None:
    world = build(make_actor, offices, families=3_900)
    visits = [
        visit(enterprise, date(2024, 10, 3) + timedelta(days=30 * month), turnover_idr=month * 1_000 + number)
        for number, enterprise in enumerate(world.enterprises)
        for month in range(24)
        if (number + month) % 5
    ]
    assert len(visits) >= 74_000
    month_ends = [date(2024 + m // 12, m % 12 + 1, 28) for m in range(9, 33)]
    with scoped(world.operator):
        began = time.perf_counter()
        assert services.record_visits_many(actor=world.operator, visits=visits).counts == {Outcome.NEW: len(visits)}
        recorded = time.perf_counter() - began
        refresh_status_many(actor=world.operator, days=month_ends, milestones=(6, 12, 24), until=date(2026, 9, 30))
        computed = time.perf_counter() - began - recorded
        services.record_visits_many(actor=world.operator, visits=visits)
        again = time.perf_counter() - began - recorded - computed
    print(f"\nrecorded {recorded:.1f} s, statuses {computed:.1f} s, again {again:.1f} s")
    assert recorded < 20
    assert computed < 20
