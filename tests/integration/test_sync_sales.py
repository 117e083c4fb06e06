"""Sales at a stall: the days add up, an edit replaces its day, the office's own total is never overwritten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from berdaya.devices.models import Conflict
from berdaya.enterprises.models import EnterpriseMonth, Evidence
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import Actor
from berdaya.market.models import Stall
from tests.business_world import World, build, open_shop
from tests.field_world import Phone, siti

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(make_actor: Callable[..., Actor], offices: dict[str, int]) -> World:
    made = open_shop(build(make_actor, offices, families=2))
    Stall.objects.update(turnover_idr=0, leads=0)
    return made


def sale(stall: UUID, amount: int, *, key: UUID | None = None, revision: int = 1, on: str = "2025-01-05") -> Any:
    return {
        "id": str(key or new_id()),
        "kind": "sale",
        "version": 1,
        "revision": revision,
        "device_at": f"{on}T10:00:00+07:00",
        "body": {"stall": str(stall), "on": on, "turnover_idr": amount, "leads": 1},
    }


def own(world: World) -> tuple[Phone, Stall]:
    return siti(world, world.enterprises[:1]), Stall.objects.get(enterprise=world.enterprises[0])


def test_days_add_up_and_an_edit_replaces_its_day(world: World) -> None:
    one, stall = own(world)
    first, second = sale(stall.pk, 100_000), sale(stall.pk, 50_000)
    assert one.outcomes(first, second) == [("new", "")] * 2
    assert one.outcomes(first) == [("identical", "")]
    edited = {**first, "revision": 2, "body": {**first["body"], "turnover_idr": 70_000}}
    assert one.outcomes(edited) == [("updated", "")]
    stall.refresh_from_db()
    assert (stall.turnover_idr, stall.leads) == (120_000, 2)
    assert Evidence.objects.get(source_id=stall.pk).amount_idr == 120_000
    assert EnterpriseMonth.objects.get(enterprise=stall.enterprise_id).turnover_market_idr == 120_000


def test_the_offices_own_total_stays_until_a_person_decides(world: World) -> None:
    from berdaya.kernel.scope import scoped
    from berdaya.process.field.resolving import resolve

    one, stall = own(world)
    Stall.objects.filter(pk=stall.pk).update(turnover_idr=999)
    assert one.outcomes(sale(stall.pk, 5_000)) == [("conflict", "field_conflict")]
    stall.refresh_from_db()
    assert stall.turnover_idr == 999
    with scoped(world.operator):
        resolve(actor=world.operator, conflict_id=Conflict.objects.get().pk, choice="sent")
    stall.refresh_from_db()
    assert stall.turnover_idr == 5_000


def test_what_is_not_theirs_or_not_that_day(world: World) -> None:
    one, stall = own(world)
    other = Stall.objects.get(enterprise=world.enterprises[1])
    assert one.outcomes(
        sale(other.pk, 1), sale(new_id(), 1), sale(stall.pk, 1, on="2025-01-06"), sale(stall.pk, -1)
    ) == [
        ("invalid", "not_yours"),
        ("invalid", "not_yours"),
        ("invalid", "record_shape"),
        ("invalid", "record_shape"),
    ]
    assert not Stall.objects.exclude(turnover_idr=0).exists()
