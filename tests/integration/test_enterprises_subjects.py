"""Mentors, sponsors and group officers read their own businesses through every selector, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from berdaya.enterprises import selectors
from berdaya.enterprises.snapshots import refresh_status_many
from berdaya.enterprises.types import BusinessFilter
from berdaya.followup import selectors as followup
from berdaya.followup.services import raise_alerts
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.market import selectors as market
from berdaya.tasks import selectors as tasks
from berdaya.tasks.types import TaskFilter
from berdaya.visits import selectors as visits
from berdaya.visits.services import record_visits_many
from tests.business_world import World, build, open_shop, visit

pytestmark = pytest.mark.django_db
AS_OF = date(2025, 3, 31)


@pytest.fixture
def world(make_actor: Callable[..., Actor], offices: dict[str, int]) -> World:
    made = open_shop(build(make_actor, offices))
    with scoped(made.operator):
        record_visits_many(
            actor=made.operator, visits=[visit(item, date(2025, 2, 20), advice="Catat") for item in made.enterprises]
        )
        refresh_status_many(actor=made.operator, days=[AS_OF], until=AS_OF)
        raise_alerts(actor=made.operator, as_of=date(2025, 6, 1))
    return made


@pytest.fixture
def mentor(world: World, make_actor: Callable[..., Actor]) -> Actor:
    return make_actor("mentor", kind="subject", enterprises=(world.enterprises[0],))


@pytest.fixture
def sponsor(world: World, make_actor: Callable[..., Actor]) -> Actor:
    return make_actor("sponsor", kind="subject", groups=(world.groups[0],), enterprises=(world.enterprises[3],))


@pytest.fixture
def officer(world: World, make_actor: Callable[..., Actor]) -> Actor:
    return make_actor("group_officer", kind="subject", groups=(world.groups[0],), enterprises=(world.enterprises[3],))


@pytest.mark.parametrize(("who", "own"), [("mentor", 0), ("sponsor", 3), ("officer", 3)])
def test_every_read_works_for_the_own_business_only(
    world: World, request: pytest.FixtureRequest, who: str, own: int
) -> None:
    actor: Actor = request.getfixturevalue(who)
    mine, other = world.enterprises[own], world.enterprises[1]
    with scoped(actor):
        rows, total = selectors.businesses(actor=actor, wanted=BusinessFilter(), as_of=AS_OF)
        assert ([row.id for row in rows], total) == ([mine], 1)
        page = selectors.business(actor=actor, enterprise_id=mine, as_of=AS_OF)
        assert page.months
        assert page.evidence
        assert page.statuses
        assert [row.advice for row in visits.visits_of(actor=actor, enterprise_id=mine)] == ["Catat"]
        assert visits.visits_of(actor=actor, enterprise_id=other) == []
        assert [item.enterprise_id for item in visits.plan(actor=actor, as_of=AS_OF)] == [mine]
        assert selectors.status_counts(actor=actor, as_of=AS_OF).total == 1
        assert len(market.products_of(actor=actor, enterprise_id=mine, as_of=AS_OF)) == 1
        assert len(market.stalls_of(actor=actor, enterprise_id=mine)) == 1
        assert market.entries_of(actor=actor, enterprise_id=mine) == []
        assert len(followup.alerts_of(actor=actor, enterprise_id=mine)) == 1
        assert followup.alerts_of(actor=actor, enterprise_id=other) == []
        with pytest.raises(Problem):
            selectors.business(actor=actor, enterprise_id=other, as_of=AS_OF)


@pytest.mark.parametrize("who", ["mentor", "sponsor"])
def test_tasks_of_the_own_business(world: World, request: pytest.FixtureRequest, who: str) -> None:
    actor: Actor = request.getfixturevalue(who)
    with scoped(actor):
        rows, total = tasks.tasks(actor=actor, wanted=TaskFilter(mine=False), as_of=AS_OF)
    assert (len(rows), total) == (1, 1)
