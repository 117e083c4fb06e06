"""The pack of an exhibition: a mentor's own stalls, while it runs, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from berdaya.access.selectors import actor_for
from berdaya.kernel.scope import Actor, scoped
from berdaya.market.models import Exhibition, Stall
from berdaya.process.field.packs_stalls import KIND
from tests.business_world import World, build, open_shop
from tests.field_world import mentor

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(make_actor: Callable[..., Actor], offices: dict[str, int]) -> World:
    return open_shop(build(make_actor, offices, families=2))


def actor(world: World, username: str, businesses: slice) -> Actor:
    account, role, _ = mentor(world, username, world.enterprises[businesses])
    return actor_for(account, role_id=role)


def test_a_mentor_takes_along_the_stalls_of_the_own_businesses(world: World) -> None:
    siti = actor(world, "siti", slice(0, 1))
    stall = Stall.objects.get(enterprise=world.enterprises[0])
    running = stall.exhibition.starts_on
    with scoped(siti):
        (offer,) = KIND.offers(siti, running)
        rows = list(KIND.fill(siti, offer.subject, running))
    assert [(row.store, row.id) for row in rows] == [("stall", stall.pk)]
    body = rows[0].body
    assert body["enterprise"] == str(world.enterprises[0])
    assert body["starts_on"] <= body["ends_on"]
    assert set(body) == {
        "exhibition", "exhibition_name", "enterprise", "enterprise_name", "stall", "starts_on", "ends_on",
    }  # fmt: skip


def test_it_is_offered_while_it_runs_and_to_who_stands_there(world: World) -> None:
    siti, nobody = actor(world, "siti", slice(0, 1)), actor(world, "budi", slice(0, 0))
    exhibition = Exhibition.objects.get()
    with scoped(siti):
        assert KIND.offers(siti, exhibition.ends_on)
        assert not KIND.offers(siti, date(exhibition.ends_on.year + 1, 1, 1))
        assert not KIND.offers(siti, date(exhibition.starts_on.year - 1, 1, 1))
    with scoped(nobody):
        assert not KIND.offers(nobody, exhibition.ends_on)
        assert list(KIND.fill(nobody, exhibition.pk, exhibition.ends_on)) == []
