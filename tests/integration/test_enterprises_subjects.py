"""Mentors, sponsors and group officers read their own businesses and what hangs on them, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from berdaya.enterprises.snapshots import refresh_status_many
from berdaya.followup.models import Alert
from berdaya.followup.services import raise_alerts
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.market.models import ContestEntry, Product, Stall
from berdaya.process.overview import enterprises as overview
from berdaya.process.overview import tasks
from berdaya.visits import selectors as visits
from berdaya.visits.models import Visit
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
    with scoped(actor), clock.frozen(AS_OF):
        listed = overview.businesses(actor=actor, filters=overview.BusinessFilter())
        assert ([row.id for row in listed.rows], listed.total) == ([mine], 1)
        page = overview.business(actor=actor, enterprise_id=mine)
        assert (page.row.status, page.row.last_visit) == ("active", date(2025, 2, 20))
        assert any(figure.amount_idr for figure in page.months)
        assert [event.data["advice"] for event in page.events if event.kind == "visit"] == ["Catat"]
        assert [item.enterprise_id for item in visits.plan(actor=actor, as_of=AS_OF)] == [mine]
        for model, count in ((Visit, 1), (Product, 1), (Stall, 1), (ContestEntry, 0), (Alert, 1)):
            assert list(model.objects.values_list("enterprise", flat=True)) == [mine] * count
        with pytest.raises(Problem):
            overview.business(actor=actor, enterprise_id=other)


@pytest.mark.parametrize("who", ["mentor", "sponsor"])
def test_tasks_of_the_own_business(world: World, request: pytest.FixtureRequest, who: str) -> None:
    actor: Actor = request.getfixturevalue(who)
    with scoped(actor):
        page = tasks.tasks(actor=actor, filters=tasks.TaskFilter(whose="semua"))
    assert (len(page.rows), page.total) == (1, 1)
