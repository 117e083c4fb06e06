"""No aid is given past the exclusion screen: goods at a desk or from a past list, capital and animals of a group."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from berdaya.funds import services as funds
from berdaya.funds.types import CapitalDraft, FundDraft, GoodsDraft
from berdaya.grants import services as grants
from berdaya.grants.models import Handover
from berdaya.grants.types import Condition, HandoverOutcome, HandoverRow, Screen
from berdaya.groups.models import Group
from berdaya.kernel.clock import frozen
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.ledger.models import Transfer
from berdaya.people.models import Person
from berdaya.programmes import services
from berdaya.programmes.models import Candidate, DecreeLine
from berdaya.programmes.services.screening import screening_hits
from berdaya.tasks.models import Task
from tests.integration import programmes_world as world
from tests.integration.goods_stock import HANDED, Stocked
from tests.integration.test_programmes_hits import ranked

pytestmark = pytest.mark.django_db
TODAY, PAID, LISTED = date(2026, 10, 31), date(2024, 9, 2), date(2024, 8, 15)
Maker = Callable[..., Actor]


class Recipients:
    """Recipients of a decree who have formed a group of two, whose fund waits for capital."""

    def __init__(self, make_actor: Maker) -> None:
        self.operator, self.head = make_actor("operator"), make_actor("head")
        programme = ranked(self.operator)
        with scoped(self.operator):
            draft = services.propose_decree(
                actor=self.operator, programme_id=programme.id, number="1", decreed_on=world.DECREE
            )
        with scoped(self.head):
            services.approve_decree(actor=self.head, decree_id=draft.id)
        with scoped(self.operator):
            lines = list(DecreeLine.objects.filter(replaced_on=None).order_by("number").select_related("candidate"))[:2]
            self.refs = [line.candidate.ref for line in lines]
            ids = [line.candidate.person_id for line in lines]
            people = list(Person.objects.select_related("household").filter(pk__in=[one for one in ids if one]))
        group = world.group(self.operator, "kelompok", [(one.household, one) for one in people])
        self.fund = self.open(group, lines[0].pk)

    def open(self, group: Group, line: UUID | None) -> UUID:
        fund = new_id()
        with frozen(TODAY), scoped(self.operator) as actor:
            funds.open_fund(actor=actor, draft=FundDraft(fund, group.pk, PAID, decree_line=line))
        return fund

    def pay(self, on: date = PAID, key: UUID | None = None) -> None:
        with frozen(TODAY), scoped(self.operator) as actor:
            funds.receive_capital(actor=actor, draft=CapitalDraft(key or new_id(), self.fund, 1_000_000, on))

    def listed(self, at: int = 1) -> None:
        world.listed("civil_servant", nik=f"nikk{int(self.refs[at]) - 1}", as_of=LISTED)


@pytest.fixture
def recipients(make_actor: Maker) -> Recipients:
    return Recipients(make_actor)


def test_capital_waits_while_a_list_names_any_recipient_of_the_group(recipients: Recipients) -> None:
    recipients.listed()
    with pytest.raises(Problem) as caught:
        recipients.pay()
    assert caught.value.code == "funds.excluded_now"
    assert recipients.refs[1] in caught.value.text()
    assert "daftar civil_servant per 15/08/2024" in caught.value.text()
    assert "Recorded in the list" in caught.value.text("en")
    assert not Transfer.objects.exists()
    key = new_id()
    recipients.pay(on=date(2024, 8, 14), key=key)
    assert Transfer.objects.count() == 1, "on the day before the list nobody stood on it"
    recipients.pay(on=date(2024, 8, 14), key=key)
    assert Transfer.objects.count() == 1, "the same payment again is the same"


def test_what_two_people_set_aside_holds_no_capital_back(recipients: Recipients) -> None:
    recipients.listed()
    with scoped(recipients.operator) as actor:
        candidate = Candidate.objects.get(ref=recipients.refs[1])
        assert screening_hits(candidate, date(2024, 8, 14)) == ()
        (hit,) = screening_hits(candidate, PAID)
        asked = services.overrule_hit(
            actor=actor, candidate_id=candidate.pk, hit=hit.key, reason="orang lain bernomor sama", on=PAID
        )
    with pytest.raises(Problem):
        recipients.pay()
    with scoped(recipients.head) as actor:
        services.answer_overrule(actor=actor, overrule_id=asked, agreed=True, answer="", on=PAID)
    recipients.pay()
    assert Transfer.objects.count() == 1
    with scoped(recipients.operator):
        decreed = Candidate.objects.get(pk=candidate.pk)
        assert (decreed.state, decreed.screening, decreed.decreed_on) == ("decreed", None, world.DECREE)


def test_animals_are_given_to_no_group_that_a_list_names(recipients: Recipients) -> None:
    recipients.listed(0)
    draft = GoodsDraft(new_id(), recipients.fund, "kambing", 4, PAID)
    with frozen(TODAY), scoped(recipients.operator) as actor, pytest.raises(Problem) as caught:
        funds.receive_goods(actor=actor, draft=draft)
    assert caught.value.code == "funds.excluded_now"
    assert not Transfer.objects.exists()


def test_a_group_without_a_decree_is_asked_by_nobody(recipients: Recipients, make_actor: Maker) -> None:
    recipients.listed()
    own = world.group(recipients.operator, "lama", world.families(recipients.operator, 2, prefix="z"))
    recipients.fund = recipients.open(own, None)
    recipients.pay()
    assert Transfer.objects.count() == 1


@pytest.fixture
def office(make_actor: Maker) -> Stocked:
    made = Stocked(make_actor("operator"), make_actor("head"))
    made.stock_all()
    return made


def hand_over(office: Stocked, on: date = HANDED, **how: Any) -> HandoverOutcome:
    row = HandoverRow(new_id(), "1", on, "Kantor Camat", Condition.GOOD, "Penerima", store=office.store)
    with frozen(TODAY), scoped(office.actor) as actor:
        (result,) = grants.record_handovers_many(actor=actor, programme_id=office.programme, rows=[row], **how)
    return result.outcome


def test_goods_are_screened_unless_somebody_says_they_have_left(office: Stocked) -> None:
    world.listed("civil_servant", nik="nikk0")
    assert hand_over(office) is HandoverOutcome.REFUSED
    assert not Handover.objects.exists()
    assert hand_over(office, screen=Screen.PAST) is HandoverOutcome.RECORDED
    case = Task.objects.get(kind="handover.against_list")
    assert (case.owner_role, case.params["reason"]) == ("supervisor", "civil_servant")


def test_a_past_handover_is_judged_by_the_lists_of_its_own_day(office: Stocked) -> None:
    world.listed("deceased", nik="nikk0", as_of=date.fromordinal(HANDED.toordinal() + 1))
    assert hand_over(office, screen=Screen.PAST) is HandoverOutcome.RECORDED
    assert not Task.objects.filter(kind__startswith="handover.").exists()
