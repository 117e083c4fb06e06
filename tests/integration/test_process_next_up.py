"""The first page of whoever works outdoors: whom to visit, and which session comes next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from berdaya.enterprises.snapshots import refresh_status_many
from berdaya.kernel.clock import frozen
from berdaya.kernel.scope import Actor, scoped
from berdaya.process.overview.next_up import next_sessions, next_visits
from berdaya.training import services
from berdaya.visits.services import record_visits_many
from tests.business_world import build, visit
from tests.integration.test_training_sessions import MORNING, two_classes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("positions")]
TODAY = date(2025, 3, 31)


def test_a_mentor_sees_the_own_businesses_the_unseen_first(
    make_actor: Callable[..., Actor], offices: dict[str, int]
) -> None:
    world = build(make_actor, offices)
    seen, unseen, others = world.enterprises[:3]
    with scoped(world.operator):
        record_visits_many(actor=world.operator, visits=[visit(seen, date(2025, 3, 20))])
        refresh_status_many(actor=world.operator, days=[TODAY], until=TODAY)
    mentor = make_actor("mentor", kind="subject", enterprises=(seen, unseen))
    with frozen(TODAY), scoped(mentor):
        rows = next_visits(actor=mentor)
    assert [row.enterprise for row in rows] == [unseen, seen]
    assert rows[0].reason == "never_visited"
    assert rows[0].late_days > 0
    assert rows[1].due_on > TODAY
    assert others not in {row.enterprise for row in rows}
    with frozen(TODAY), scoped(world.operator):
        assert next_visits(actor=world.operator) == ()


def test_a_trainer_sees_the_sessions_ahead_else_the_last(
    make_actor: Callable[..., Actor],
) -> None:
    operator, head = make_actor("operator"), make_actor("head")
    first, second = two_classes(operator, head)
    with scoped(operator):
        for cls, row in ((first, MORNING), (second, replace(MORNING, room="Aula", trainer="Bu Sari"))):
            services.plan_sessions_many(actor=operator, class_id=cls.pk, rows=[row])
    trainer = make_actor("trainer", kind="subject", classes=(first.pk,))
    stranger = make_actor("trainer", kind="subject", area=3511000000)
    for today in (MORNING.held_on, date(2026, 1, 1)):
        with frozen(today), scoped(trainer):
            (row,) = next_sessions(actor=trainer)
            assert (row.name, row.held_on) == (first.name, MORNING.held_on)
        with frozen(today), scoped(stranger):
            assert next_sessions(actor=stranger) == ()
    with frozen(MORNING.held_on), scoped(operator):
        assert next_sessions(actor=operator) == ()
