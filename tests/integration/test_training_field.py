"""Attendance as a trainer's phone hands it in, and the pack that it takes along."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from berdaya.devices.kinds import FieldRecord, Outcome, kind_of
from berdaya.devices.packs import kind_of as pack_of
from berdaya.kernel.clock import WIB, frozen
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.training import services
from berdaya.training.models import ParticipantCard, Placement, Presence
from tests.integration.test_training_sessions import MORNING, two_classes
from tests.integration.training_world import DAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("positions")]
Maker = Callable[..., Actor]


def hand_in(actor: Actor, *bodies: dict[str, Any], day: date = DAY) -> list[tuple[Outcome, str]]:
    kind = kind_of("attendance")
    assert kind is not None
    at = datetime(2024, 7, 1, 9, tzinfo=WIB)
    records = [
        FieldRecord(new_id(), "attendance", 1, 1, kind.payloads[1].model_validate(body), at, at) for body in bodies
    ]
    with frozen(day), scoped(actor) as who:
        results = kind.apply(who, records)
    return [(results[record.id].outcome, results[record.id].code) for record in records]


def test_a_class_on_the_phone(make_actor: Maker) -> None:
    operator, head = make_actor("operator"), make_actor("head")
    first, second = two_classes(operator, head)
    with scoped(operator):
        (session,) = services.plan_sessions_many(actor=operator, class_id=first.pk, rows=[MORNING])
        seats = list(Placement.objects.filter(training_class=first, in_force=True).order_by("number"))
        cards = dict(ParticipantCard.objects.values_list("person_id", "code"))
    trainer = make_actor("trainer", kind="subject", classes=(first.pk,))
    stranger = make_actor("trainer", kind="subject", classes=(second.pk,))
    pack = pack_of("class")
    assert pack is not None
    with frozen(DAY), scoped(trainer) as who:
        assert [offer.subject for offer in pack.offers(who, DAY)] == [first.pk]
        rows = list(pack.fill(who, first.pk, DAY))
    stores = [row.store for row in rows]
    assert (stores.count("class"), stores.count("session"), stores.count("participant")) == (1, 1, 3)
    assert all(row.body["name"] for row in rows if row.store == "participant")
    assert not any(code in json.dumps([dict(row.body) for row in rows]) for code in cards.values())
    with scoped(stranger) as who, pytest.raises(Problem):
        list(pack.fill(who, first.pk, DAY))

    def said(**row: object) -> dict[str, Any]:
        return {"session": str(session), "rows": [row]}

    by_card = said(card=cards[seats[0].person_id], method="card")
    by_list = said(placement=str(seats[1].pk))
    wrong = said(card="ZZZZZZZZ")
    assert hand_in(trainer, by_card, wrong, by_list) == [
        (Outcome.NEW, ""),
        (Outcome.INVALID, "training_card_unknown"),
        (Outcome.NEW, ""),
    ]
    assert hand_in(trainer, by_card, by_list) == [(Outcome.IDENTICAL, ""), (Outcome.IDENTICAL, "")]
    assert hand_in(stranger, by_list) == [(Outcome.INVALID, "not_found")]
    assert hand_in(trainer, by_list, day=date(2024, 6, 1)) == [(Outcome.INVALID, "training_not_yet")]
    with scoped(operator):
        assert Presence.objects.filter(present=True).count() == 2


@pytest.mark.parametrize("row", [{}, {"card": "A", "placement": "0" * 32}, {"card": "A", "method": "phone"}])
def test_a_row_names_one_person(row: dict[str, Any]) -> None:
    kind = kind_of("attendance")
    assert kind is not None
    with pytest.raises(ValidationError):
        kind.payloads[1].model_validate({"session": "0" * 32, "rows": [row]})
