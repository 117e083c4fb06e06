"""One visit feeds the business and the things that it ticks off."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from berdaya.access.models import Account
from berdaya.access.selectors import actor_for
from berdaya.devices.kinds import FieldRecord, Outcome
from berdaya.enterprises.types import Method
from berdaya.grants.models import Asset, HandoverLine
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import scoped
from berdaya.process.field import records_visit
from berdaya.tasks.models import Task
from tests import web_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day", "own_files")]


def test_what_a_mentor_ticks_off_becomes_the_state_of_the_thing() -> None:
    world = web_world.build(2)
    line = HandoverLine.objects.order_by("id").first()
    assert line is not None
    business = world.ids["enterprise"]
    things = [
        Asset.objects.create(
            area=line.area,
            office=world.office,
            enterprise_id=business,
            line=line,
            name=f"Alat {n}",
            value_idr=100_000,
            state_on=web_world.things.START,
        )
        for n in range(3)
    ]
    mentor = web_world.open_to(web_world.sign_up(world.office, "mentor"), enterprises=business)
    actor = actor_for(Account.objects.get(pk=mentor.pk).pk)
    body = records_visit.VisitBody(
        enterprise=business,
        on=web_world.TODAY,
        method=Method.SEEN,
        production_days=20,
        turnover_idr=1_000_000,
        assets=tuple(
            records_visit.Ticked(asset=thing.pk, state=state)
            for thing, state in zip(things, ("used", "broken", "sold"), strict=True)
        ),
    )
    now = datetime(2026, 10, 31, 5, tzinfo=UTC)
    record = FieldRecord(new_id(), "visit", 1, 1, body, now, now)
    with scoped(actor):
        assert records_visit.apply(actor, [record])[record.id].outcome is Outcome.NEW
        assert records_visit.apply(actor, [record])[record.id].outcome is Outcome.IDENTICAL
    states = [Asset.objects.get(pk=thing.pk).state for thing in things]
    assert states == ["working", "broken", "present"], "what is sold waits for its minutes"
    assert not Task.objects.filter(kind="asset.check").exists()
