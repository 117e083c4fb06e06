"""The meeting as a phone hands it in, and the pack that it takes along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from berdaya.devices.kinds import FieldRecord, Outcome, kind_of
from berdaya.devices.packs import kind_of as pack_of
from berdaya.funds import selectors, services
from berdaya.funds.models import Meeting
from berdaya.funds.types import DecisionDraft, DecisionKind, EventKind
from berdaya.groups.models import Membership
from berdaya.kernel.clock import WIB, frozen
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped

from .test_funds_services import TODAY, Kube

pytestmark = pytest.mark.django_db


@pytest.fixture
def kube(make_actor: Callable[..., Actor], offices: dict[str, int]) -> Kube:
    return Kube(make_actor("operator"), offices["dinsos-situbondo"])


@pytest.fixture
def officer(kube: Kube, make_actor: Callable[..., Actor]) -> Actor:
    return make_actor("group_officer", office=None, kind="subject", groups=(kube.group,))


def hand_in(actor: Actor, *bodies: dict[str, Any]) -> list[tuple[Outcome, str]]:
    kind = kind_of("meeting")
    assert kind is not None
    at = datetime(2026, 10, 30, 9, tzinfo=WIB)
    records = [
        FieldRecord(body.pop("id"), "meeting", 1, 1, kind.payloads[1].model_validate(body), at, at)
        for body in map(dict, bodies)
    ]
    with frozen(TODAY), scoped(actor) as who:
        results = kind.apply(who, records)
    return [(results[record.id].outcome, results[record.id].code) for record in records]


def body(kube: Kube, day: str, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": new_id(), "fund": str(kube.fund), "held_on": day, "lines": lines, **more}


def test_every_record_gets_its_outcome_and_one_does_not_stop_the_others(kube: Kube, officer: Actor) -> None:
    first, second = (str(member.pk) for member in kube.members[:2])
    good = body(
        kube, "2026-10-01", {"membership": first, "saving_idr": 5_000, "signed": "thumb"}, counted_idr=5_005_000
    )
    broken = body(kube, "2026-10-02", {"membership": first, "instalment_idr": 5_000})
    paper = body(kube, "2026-10-03", {"membership": first}, {"membership": second}, paper=True)
    strange = body(kube, "2026-10-04", {"membership": str(new_id())})
    assert hand_in(officer, good, broken, paper, strange) == [
        (Outcome.NEW, ""),
        (Outcome.CONFLICT, "funds.no_turn"),
        (Outcome.WAITING, "funds.two_members"),
        (Outcome.INVALID, "not_found"),
    ]
    assert hand_in(officer, good, broken) == [(Outcome.IDENTICAL, ""), (Outcome.CONFLICT, "funds.no_turn")]
    assert hand_in(officer, {**good, "note": "lain"}) == [(Outcome.CONFLICT, "ledger.conflict")]


def test_every_misuse_offline_waits_under_its_name_and_moves_nothing(
    kube: Kube, officer: Actor, make_actor: Callable[..., Actor]
) -> None:
    kube.open(kube.turn(1, 300_000, date(2026, 7, 1)))
    Membership.objects.filter(pk=kube.members[4].pk).update(left_on=date(2026, 9, 1))
    first, second, gone = (str(kube.members[at].pk) for at in (0, 1, 4))
    wrong = {
        "funds.more_than_debt": body(kube, "2026-10-01", {"membership": first, "instalment_idr": 300_001}),
        "funds.in_arrears": body(
            kube, "2026-10-02", {"membership": first}, turns=[{"membership": first, "amount_idr": 100_000}]
        ),
        "funds.future": body(kube, "2026-11-01", {"membership": first}),
        "funds.not_a_member": body(
            kube, "2026-10-03", {"membership": second}, {"membership": gone, "saving_idr": 1_000}
        ),
        "funds.wrong_unit": body(kube, "2026-10-04", {"membership": first, "saving_idr": 3}, unit="kambing"),
    }
    with scoped(kube.actor) as who:
        before = selectors.fund_balances(actor=who, fund=kube.fund)
    assert hand_in(officer, *wrong.values()) == [(Outcome.CONFLICT, code) for code in wrong]
    one, two = (
        body(kube, "2026-10-05", {"membership": first, "iks_idr": 1_000}),
        body(kube, "2026-10-05", {"membership": second, "iks_idr": 1_000}),
    )
    assert hand_in(officer, one, two) == [(Outcome.NEW, ""), (Outcome.CONFLICT, "funds.meeting_twice")]
    with scoped(kube.actor) as who:
        after = selectors.fund_balances(actor=who, fund=kube.fund)
        goats = Meeting.objects.get(id=wrong["funds.wrong_unit"]["id"])
        draft = DecisionDraft(new_id(), kube.fund, DecisionKind.MEETING, "Berita acara 7", date(2026, 10, 30), goats.pk)
        with frozen(TODAY):
            services.propose_decision(actor=who, draft=draft)
    assert replace(after, iks_idr=0, cash_idr=0) == replace(before, iks_idr=0, cash_idr=0)
    assert (after.iks_idr, after.cash_idr) == (1_000, before.cash_idr + 1_000)
    with frozen(TODAY), scoped(make_actor("supervisor")) as who:
        with pytest.raises(Problem) as refused:
            services.decide_proposal(actor=who, decision=draft.id, accept=True)
        assert refused.value.code == "funds.wrong_unit", "nobody makes rupiah of goats"
        services.decide_proposal(actor=who, decision=draft.id, accept=False)


@pytest.mark.parametrize(
    "line", [{"saving_idr": -1}, {"saving_idr": 1.5}, {"unit": "goat"}, {"signed": "x"}, {"presence": "dead"}]
)
def test_bodies_that_no_meeting_can_have_are_refused_at_the_door(kube: Kube, line: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        hand_in(kube.actor, body(kube, "2026-10-01", {"membership": str(new_id()), **line}))


def test_the_pack_holds_what_the_screen_shows_and_no_numbers_of_people(kube: Kube, officer: Actor) -> None:
    kube.open(kube.turn(1, 1_000_000, date(2026, 8, 1)))
    kube.pay(kube.payment(1, EventKind.INSTALMENT, 100_000, date(2026, 9, 1)))
    kind = pack_of("group")
    assert kind is not None
    with scoped(officer) as who:
        (offered,) = kind.offers(who, TODAY)
        rows = list(kind.fill(who, offered.subject, TODAY))
    stores = {store: [row.body for row in rows if row.store == store] for store in ("group", "fund", "member", "card")}
    assert [row["name"] for row in stores["group"]] == ["KUBE Contoh K1"]
    assert (stores["fund"][0]["cash_idr"], stores["fund"][0]["lent_idr"]) == (4_100_000, 900_000)
    assert [row["name"] for row in stores["member"]] == [f"Anggota Contoh {number}" for number in range(1, 6)]
    card = stores["card"][0]
    assert (card["debt_idr"], card["due_idr"], card["overdue_idr"], card["queue"]) == (900_000, 100_000, 100_000, None)
    assert [row["queue"] for row in stores["card"]] == [None, 1, 2, 3, 4]
    assert not {"nik", "kk", "income_idr"} & {key for row in rows for key in row.body}
    with scoped(kube.actor) as who:
        assert list(kind.offers(who, TODAY)) == []
