"""Cards, rules, changes and growth of groups, as the roles of the database meet them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import Error, transaction
from django.test import Client

from berdaya.access.models import Office
from berdaya.access.selectors import actor_for
from berdaya.funds import services
from berdaya.funds.models import Fund
from berdaya.funds.services import receive_capital, reverse_event
from berdaya.funds.services.opening import open_member_accounts
from berdaya.funds.types import (
    CapitalDraft,
    EventKind,
    FundDraft,
    FundKind,
    FundRules,
    GoodsDraft,
    KeepingDraft,
    Method,
    Payment,
    Terms,
    TurnDraft,
)
from berdaya.governance import public
from berdaya.governance.models import GroupChange, GroupRules, GrowthAssessment, GrowthRules, MemberCard
from berdaya.governance.rules import set_to
from berdaya.governance.services import cards, changes, growth
from berdaya.governance.types import Card, Criterion, Level, NewRules, Source
from berdaya.grants.models import Asset
from berdaya.groups.models import Group, Membership
from berdaya.groups.types import GroupLimits
from berdaya.kernel.bulk import fetch
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.models import Household, Person
from berdaya.process.member_book import member_book
from berdaya.process.overview.governance import governance_of
from berdaya.tasks.models import Task
from tests import web_world
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day")]
ON = date(2026, 10, 1)
LIMITS = GroupLimits(smallest=2, largest=20)
OFFICE: dict[str, Any] = {"programme": None, "on": web_world.TODAY}


@pytest.fixture
def world() -> World:
    return web_world.build(3)


def refused(name: str):  # type: ignore[no-untyped-def]
    return pytest.raises(Problem, check=lambda problem: problem.code == name)


def operator(world: World) -> Actor:
    return actor_for(world.ids["maker"].pk)


def checker(world: World) -> Actor:
    """Somebody else of the office who decides."""
    return actor_for(web_world.sign_up(Office.objects.get(pk=operator(world).office), "head", username="kepala2").pk)


def decided(actor: Actor, proposal: UUID) -> int:
    return growth.decide_growth_rules(actor=actor, proposal=proposal, accept=True, note="", on=web_world.TODAY)


def people(world: World, group: UUID, count: int) -> list[UUID]:
    """Members of a group, invented."""
    found = []
    row = Group.objects.get(pk=group)
    last = Membership.objects.filter(group=row).count()
    for n in range(count):
        home = Household.objects.create(area=row.area, synthetic=True)
        person = Person.objects.create(
            area=row.area, household=home, name=f"Anggota {n}", name_key=f"anggota {n}", birth_date=date(1990, 1, 1)
        )
        found.append(
            Membership.objects.create(
                area=row.area,
                office=row.office,
                group=row,
                person=person,
                household=home,
                number=last + n + 100,
                joined_on=date(2024, 1, 1),
            ).pk
        )
    return found


def issued(world: World) -> list[Card]:
    people(world, world.ids["group"], 3)
    with scoped(operator(world)):
        return cards.issue_cards_many(actor=operator(world), group_id=world.ids["group"])


class TestCards:
    def test_the_qr_alone_says_genuine_and_the_digits_open_her_own_account(self, world: World) -> None:
        card = issued(world)[0]
        face = public.card_face(token=card.token.lower())
        assert (face.genuine, face.group) == (True, card.group_name)
        assert not public.card_face(token="X" * 24).genuine
        book = public.own_book(token=card.token, code=card.code)
        assert (book.member_number, book.group) == (card.member_number, card.group_name)
        wrong = f"{(int(card.code) + 1) % 1_000_000:06d}"
        with refused("governance.card_wrong"):
            public.own_book(token=card.token, code=wrong)

    def test_the_digits_open_all_funds_of_the_group_and_the_qr_alone_none(self, world: World) -> None:
        group, actor = world.ids["group"], operator(world)
        first, second = people(world, group, 2)
        day, loan = date(2026, 9, 1), date(2026, 9, 10)
        vsla, goats, cash = new_id(), new_id(), Fund.objects.get(group=group).pk
        with scoped(actor) as who:
            for key, kind, rules in (
                (vsla, FundKind.VSLA, FundRules(Terms(Method.NONE, 3), 5_000, 5)),
                (goats, FundKind.GOODS_TURNS, FundRules(unit="kambing")),
            ):
                services.open_fund(actor=who, draft=FundDraft(key, group, day, kind, rules=rules))
                assert services.open_fund(actor=who, draft=FundDraft(new_id(), group, day, kind, rules=rules)) == key
            open_member_accounts(actor=who, funds=[cash])
            services.receive_capital(actor=who, draft=CapitalDraft(new_id(), cash, 100_000, day))
            for member, fund, amount in ((first, cash, 40_000), (first, vsla, 15_000), (second, vsla, 25_000)):
                payment = Payment(new_id(), member, EventKind.SAVING, day, amount, fund=fund)
                services.record_payment(actor=who, payment=payment)
            for fund, amount in ((cash, 30_000), (vsla, 12_000)):
                services.open_turn(actor=who, draft=TurnDraft(new_id(), first, amount, 3, loan, fund=fund))
            services.receive_goods(actor=who, draft=GoodsDraft(new_id(), goats, "kambing", 4, day))
            care = KeepingDraft(new_id(), goats, first, "kambing", 2, 2, day, date(2027, 9, 1))
            services.open_keeping(actor=who, draft=care)
            services.record_birth(actor=who, id=new_id(), keeping=care.id, count=1, occurred_on=day)
            issued_now = cards.issue_cards_many(actor=who, group_id=group)
            own = member_book(actor=who, membership=first)
        number = Membership.objects.get(pk=first).number
        (card,) = (one for one in issued_now if one.member_number == number)
        book = public.own_book(token=card.token, code=card.code)
        assert (book.savings_idr, book.debt_idr, book.late_idr, book.next_idr) == (55_000, 42_000, 14_000, 14_000)
        assert book.next_on == date(2026, 11, 10)
        assert book.goods == (("kambing", 2, 1),)
        for name in ("savings_idr", "debt_idr", "late_idr", "next_on", "next_idr", "goods"):
            assert getattr(book, name) == getattr(own, name), name
        assert {line.unit for line in book.lines} == {"IDR", "kambing"}
        assert len(book.heads) == 3
        client = Client()
        shut = client.get(f"/kartu/{card.token}/").content.decode()
        assert not any(word in shut for word in ("Rp", "kambing", "55.000", "42.000"))
        opened = client.post(f"/kartu/{card.token}/", {"kode": card.code}).content.decode()
        assert all(word in opened for word in ("Rp55.000", "Rp42.000", "Rp14.000", "kambing", "Giliran modal"))
        assert "25.000" not in opened, "nothing of another member"

    def test_ten_wrong_codes_close_the_card_for_an_hour_even_to_the_right_one(self, world: World) -> None:
        card = issued(world)[0]
        client = Client()
        for _ in range(10):
            assert client.post(f"/kartu/{card.token}/", {"kode": "000001"}).status_code == 404
        assert client.post(f"/kartu/{card.token}/", {"kode": card.code}).status_code == 429

    def test_printed_again_it_is_the_same_and_revoked_it_is_gone(self, world: World) -> None:
        first = issued(world)[0]
        actor = operator(world)
        with scoped(actor):
            again = cards.issue_cards_many(actor=actor, group_id=world.ids["group"])
            assert again[0] == first
            assert cards.revoke_card(actor=actor, card_id=first.id) == world.ids["group"]
            cards.revoke_card(actor=actor, card_id=first.id)
        assert not public.card_face(token=first.token).genuine
        with refused("governance.card_wrong"):
            public.own_book(token=first.token, code=first.code)
        with scoped(actor):
            fresh = cards.issue_cards_many(actor=actor, group_id=world.ids["group"])[0]
        assert fresh.token != first.token
        stored = MemberCard.objects.get(pk=fresh.id)
        assert fresh.token.encode() not in bytes(stored.token_hash) + bytes(stored.code_hash)

    def test_another_office_revokes_nothing(self, world: World) -> None:
        card = issued(world)[0]
        stranger = actor_for(web_world.sign_up(web_world.office("lain"), "operator").pk)
        with scoped(stranger), refused("not_found"):
            cards.revoke_card(actor=stranger, card_id=card.id)


class TestChanges:
    def test_rules_have_versions_and_need_a_quorum(self, world: World) -> None:
        people(world, world.ids["group"], 4)
        actor, group = operator(world), world.ids["group"]
        with scoped(actor):
            with refused("governance.no_minutes"):
                changes.agree_rules(actor=actor, group_id=group, rules=NewRules(ON, present=1))
            first = changes.agree_rules(actor=actor, group_id=group, rules=NewRules(ON, 5, saving_idr=10_000))
            second = changes.agree_rules(actor=actor, group_id=group, rules=NewRules(ON, 5, saving_idr=15_000))
        assert (first, second) == (1, 2)
        assert list(GroupRules.objects.order_by("number").values_list("saving_idr", flat=True)) == [10_000, 15_000]
        with pytest.raises(Error, match="permission denied"), transaction.atomic(), scoped(actor):
            fetch("UPDATE governance_grouprules SET saving_idr = 1")

    def test_a_split_keeps_everybody_in_one_group(self, world: World) -> None:
        members = people(world, world.ids["group"], 6)
        actor, group = operator(world), world.ids["group"]
        before = Membership.objects.filter(left_on=None).count()
        with scoped(actor), refused("governance.too_small"):
            changes.split(
                actor=actor, group_id=group, members=members[:1], name="Baru", code="B1", on=ON, present=7,
                minutes="dibagi", limits=LIMITS,
            )  # fmt: skip
        with scoped(actor):
            fresh = changes.split(
                actor=actor, group_id=group, members=members[:3], name="Baru", code="B1", on=ON, present=7,
                minutes="dibagi", limits=LIMITS,
            )  # fmt: skip
        assert Membership.objects.filter(group=fresh, left_on=None).count() == 3
        assert Membership.objects.filter(left_on=None).count() == before
        assert set(GroupChange.objects.values_list("kind", flat=True)) == {"split"}

    def test_a_merger_ends_one_group_and_loses_nobody(self, world: World) -> None:
        members = people(world, world.ids["group"], 6)
        actor, group = operator(world), world.ids["group"]
        with scoped(actor):
            fresh = changes.split(
                actor=actor, group_id=group, members=members[:3], name="Baru", code="B1", on=ON, present=7,
                minutes="dibagi", limits=LIMITS,
            )  # fmt: skip
            before = Membership.objects.filter(left_on=None).count()
            changes.merge(
                actor=actor, group_id=fresh, into=group, on=web_world.TODAY, present=3, minutes="bergabung lagi",
                settlement={}, limits=LIMITS,
            )  # fmt: skip
        assert Membership.objects.filter(left_on=None).count() == before
        assert Group.objects.get(pk=fresh).dissolved_on == web_world.TODAY
        with scoped(actor), refused("governance.same_group"):
            changes.merge(
                actor=actor, group_id=group, into=group, on=ON, present=9, minutes="x", settlement={}, limits=LIMITS
            )

    def test_a_group_with_cash_or_assets_does_not_end(self, world: World) -> None:
        people(world, world.ids["group"], 3)
        actor, group = operator(world), world.ids["group"]
        fund = Fund.objects.get(group=group)
        capital = CapitalDraft(new_id(), fund.pk, 75_000, date(2024, 3, 1))
        with scoped(actor):
            receive_capital(actor=actor, draft=capital)
            assert changes.open_matters(actor=actor, group_id=group)["cash"] == 75_000
            with refused("governance.matters_open"):
                changes.dissolve(actor=actor, group_id=group, on=ON, present=4, minutes="bubar", settlement={})
            reverse_event(actor=actor, event=capital.id, reason="dikembalikan")
            owners = dict.fromkeys(
                Asset.objects.filter(enterprise__group=group).values_list("id", flat=True), "Anggota 1"
            )
            changes.dissolve(actor=actor, group_id=group, on=ON, present=4, minutes="bubar", settlement=owners)
            assert Group.objects.get(pk=group).dissolved_on == ON


def test_growth_is_judged_once_a_day_with_its_evidence(world: World) -> None:
    people(world, world.ids["group"], 3)
    actor = operator(world)
    with scoped(actor):
        groups = growth.groups_with_growth(actor=actor)
        counts = growth.assess_growth_many(actor=actor, groups=groups, as_of=web_world.TODAY)
        assert growth.assess_growth_many(actor=actor, groups=groups, as_of=web_world.TODAY) == counts
    assert sum(counts.values()) == len(groups) == GrowthAssessment.objects.count()
    row = GrowthAssessment.objects.order_by("id").first()
    assert row is not None
    assert row.level in set(Level)
    assert {item["code"] for item in row.criteria} >= {"members", "turnover_idr", "arrears_share"}


def neighbour() -> Office:
    """Another office of the same area."""
    return Office.objects.create(code="diskop-tetangga", name="Dinas Koperasi", area=web_world.things.KABUPATEN)


def office_criteria(actor: Actor, **pairs: tuple[float, float]) -> tuple[Criterion, ...]:
    return set_to(growth.standard_of(actor=actor).criteria, pairs)


def test_an_office_sets_its_criteria_after_seeing_who_would_change(world: World) -> None:
    group = world.ids["group"]
    people(world, group, 5)
    actor = operator(world)
    with scoped(actor):
        growth.assess_growth_many(actor=actor, groups=growth.groups_with_growth(actor=actor), as_of=web_world.TODAY)
        easy = tuple(item for item in office_criteria(actor, members=(1, 2)) if item.code == "members")
        seen = growth.preview_growth(actor=actor, programme=None, criteria=easy, as_of=web_world.TODAY)
        assert seen.after[Level.MANDIRI] == sum(seen.before.values()) == 3
        assert {row.after for row in seen.moved} == {Level.MANDIRI}
        assert not GrowthRules.objects.exists(), "a preview writes nothing"
        proposal = growth.propose_growth_rules(actor=actor, criteria=easy, reason="Hanya anggota", **OFFICE)
        assert growth.standard_of(actor=actor).source is Source.FILE, "what waits asks nothing"
        assert GrowthAssessment.objects.filter(group=group).count() == 1
    second = checker(world)
    with scoped(second):
        assert decided(second, proposal) == 1
    with scoped(actor):
        last = governance_of(actor=actor, group_id=group).growth
        assert last is not None
        assert (last.level, [item["code"] for item in last.criteria]) == (Level.MANDIRI, ["members"])
        assert (last.criteria[0]["berkembang"], last.criteria[0]["mandiri"]) == (1, 2)
        assert GrowthAssessment.objects.filter(group=group).count() == 2, "the earlier judgement stays"
        with refused("governance.growth_same"):
            growth.propose_growth_rules(actor=actor, criteria=easy, reason="lagi", **OFFICE)
        with refused("reason_needed"):
            growth.propose_growth_rules(
                actor=actor, criteria=office_criteria(actor, members=(1, 3)), reason=" ", **OFFICE
            )
    other = actor_for(web_world.sign_up(neighbour(), "operator", username="tetangga").pk)
    with scoped(other):
        assert growth.standard_of(actor=other).source is Source.FILE, "another office keeps its own"


def test_criteria_take_a_second_person_whom_service_and_database_ask_for(world: World) -> None:
    actor, second = operator(world), checker(world)
    with scoped(actor):
        new = office_criteria(actor, members=(4, 7))
        key = growth.propose_growth_rules(actor=actor, criteria=new, reason="Kelompok kecil", **OFFICE)
        assert growth.propose_growth_rules(actor=actor, criteria=new, reason="Kelompok kecil", **OFFICE) == key
        with refused("governance.growth_waits"):
            other = office_criteria(actor, members=(4, 8))
            growth.propose_growth_rules(actor=actor, criteria=other, reason="lain", **OFFICE)
        with refused("not_allowed"):
            decided(actor, key)
        row = GrowthRules.objects.filter(pk=key)
        me = actor.account_id
        for change in (
            {"accepted": True, "decided_by": me},
            {"accepted": True, "decided_by": second.account_id},
            {"accepted": True},
            {"criteria": []},
        ):
            with pytest.raises(Error), transaction.atomic():
                row.update(**change)
        made = {"area": web_world.things.KABUPATEN, "office_id": actor.office, "number": 9, "reason": "langsung"}
        made |= {"programme": world.ids["programme"], "made_by": me, "made_on": ON, "accepted": True}
        with pytest.raises(Error), transaction.atomic():
            GrowthRules.objects.create(**made)
        task = Task.objects.get(cause=f"growth_rules:{key}")
        assert (task.owner_role, task.state) == ("supervisor", "open")
    both = replace(second, account_id=actor.account_id)
    with scoped(both), refused("same_person"):
        decided(both, key)
    with scoped(second):
        assert decided(second, key) == 1
        assert Task.objects.get(cause=f"growth_rules:{key}").state == "done"
        with refused("already_decided"):
            decided(second, key)
        with pytest.raises(Error), transaction.atomic():
            GrowthRules.objects.filter(pk=key).update(accepted=False, decided_by=second.account_id)
        assert {item.code: item.mandiri for item in growth.standard_of(actor=second).criteria}["members"] == 7


def test_refused_or_withdrawn_criteria_change_nothing_and_give_the_place_free(world: World) -> None:
    actor, second = operator(world), checker(world)
    for who, number in ((second, 1), (actor, 2)):
        with scoped(actor):
            new = office_criteria(actor, members=(4, 7))
            key = growth.propose_growth_rules(actor=actor, criteria=new, reason="Coba", **OFFICE)
        with scoped(who):
            with refused("reason_needed"):
                growth.decide_growth_rules(actor=who, proposal=key, accept=False, note=" ", on=web_world.TODAY)
            told = growth.decide_growth_rules(actor=who, proposal=key, accept=False, note="Belum", on=web_world.TODAY)
            assert told == number
            assert growth.standard_of(actor=who).source is Source.FILE
    stranger = actor_for(web_world.sign_up(neighbour(), "head", username="tetangga").pk)
    with scoped(actor):
        new = office_criteria(actor, members=(4, 7))
        key = growth.propose_growth_rules(actor=actor, criteria=new, reason="Coba lagi", **OFFICE)
    with scoped(stranger), refused("not_found"):
        decided(stranger, key)


def test_a_programme_of_its_own_stands_above_the_office_and_the_evidence_is_kept(world: World) -> None:
    group = world.ids["group"]
    people(world, group, 4)
    actor = operator(world)
    with scoped(actor):
        Fund.objects.filter(group=group).update(decree_line_id=world.ids["decree_line"])
        programme = world.ids["programme"].pk
        assert group in growth.groups_under(actor=actor, programme=programme)
        strict = office_criteria(actor, members=(50, 60))
        proposal = growth.propose_growth_rules(
            actor=actor, programme=programme, criteria=strict, reason="Program besar", on=web_world.TODAY
        )
    second = checker(world)
    with scoped(second):
        decided(second, proposal)
    with scoped(actor):
        assert growth.standard_of(actor=actor, programme=programme).source is Source.PROGRAMME
        assert growth.standard_of(actor=actor).source is Source.FILE
        assert group not in growth.groups_under(actor=actor, programme=None)
        last = governance_of(actor=actor, group_id=group).growth
        assert last is not None
        by_code = {item["code"]: item for item in last.criteria}
        assert by_code["members"]["mandiri"] == 60
        assert sum(by_code["savings_idr"]["evidence"]) == by_code["savings_idr"]["value"]
        assert len(by_code["arrears_share"]["evidence"]) == 2
        with refused("not_found"):
            growth.standard_of(actor=actor, programme=new_id())
    other = actor_for(web_world.sign_up(neighbour(), "operator", username="tetangga").pk)
    with scoped(other), refused("not_found"):
        growth.standard_of(actor=other, programme=programme)


def test_what_keeps_a_group_from_ending_is_named_in_the_readers_language(world: World) -> None:
    group = world.ids["group"]
    people(world, group, 3)
    actor = operator(world)
    fund = Fund.objects.get(group=group)
    with scoped(actor):
        receive_capital(actor=actor, draft=CapitalDraft(new_id(), fund.pk, 75_000, web_world.TODAY))
    with scoped(actor), pytest.raises(Problem) as caught:
        changes.dissolve(actor=actor, group_id=group, on=ON, present=4, minutes="bubar", settlement={})
    assert caught.value.code == "governance.matters_open"
    assert "kas Rp75.000" in caught.value.text("id")
    assert "cash Rp75,000" in caught.value.text("en")
    assert "kas" not in caught.value.text("en")
