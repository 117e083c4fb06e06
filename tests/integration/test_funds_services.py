"""A group's fund from its capital to the last instalment, and all that must be refused on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from berdaya.funds import selectors, services
from berdaya.funds.types import CapitalDraft, EventKind, FundDraft, Payment, PaymentOutcome, TurnDraft
from berdaya.groups.models import Membership
from berdaya.kernel.clock import frozen
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.ledger.selectors import verify_books

from . import goods_people

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 31)


class Kube:
    """A group of five with Rp5,000,000 of capital, received on 2 September 2024."""

    def __init__(self, actor: Actor, office: int, code: str = "K1") -> None:
        self.actor, self.fund = actor, new_id()
        self.group, self.members = goods_people.group(office, code=code)
        with frozen(TODAY), scoped(actor):
            services.open_fund(actor=actor, draft=FundDraft(self.fund, self.group, date(2024, 9, 2)))
            services.receive_capital(
                actor=actor, draft=CapitalDraft(new_id(), self.fund, 5_000_000, date(2024, 9, 2), "SK 1")
            )

    def turn(self, member: int, amount: int = 1_000_000, day: date = date(2024, 9, 30), **changes: Any) -> TurnDraft:
        return TurnDraft(new_id(), self.members[member - 1].pk, amount, 10, day, **changes)

    def open(self, *drafts: TurnDraft) -> None:
        with frozen(TODAY), scoped(self.actor):
            services.open_turns_many(actor=self.actor, drafts=drafts)

    def payment(self, member: int, kind: EventKind, amount: int, day: date = date(2024, 10, 30)) -> Payment:
        return Payment(new_id(), self.members[member - 1].pk, kind, day, amount)

    def pay(self, *rows: Payment, actor: Actor | None = None) -> list[Any]:
        with frozen(TODAY), scoped(actor or self.actor) as who:
            return services.record_payments_many(actor=who, payments=rows)

    def statement(self, until: date = TODAY) -> Any:
        with scoped(self.actor) as who:
            return selectors.fund_statement(actor=who, fund=self.fund, since=date(2024, 9, 1), until=until)


@pytest.fixture
def kube(operator: Actor, offices: dict[str, int]) -> Kube:
    return Kube(operator, offices["dinsos-situbondo"])


def test_statement_reads_like_a_cash_book(kube: Kube) -> None:
    kube.open(kube.turn(1, fee_idr=50_000))
    kube.pay(
        kube.payment(1, EventKind.INSTALMENT, 105_000),
        kube.payment(2, EventKind.SAVING, 10_000, date(2024, 10, 5)),
        kube.payment(3, EventKind.IKS, 2_000, date(2024, 10, 5)),
    )
    book = kube.statement()
    assert [(row.text, row.income, row.expense, row.balance) for row in book.rows] == [
        ("Modal bantuan diterima: SK 1", 5_000_000, 0, 5_000_000),
        ("Giliran modal, Anggota Contoh 1 (1)", 0, 1_000_000, 4_000_000),
        ("Simpanan, Anggota Contoh 2 (2)", 10_000, 0, 4_010_000),
        ("IKS (iuran kesetiakawanan sosial), Anggota Contoh 3 (3)", 2_000, 0, 4_012_000),
        ("Angsuran, Anggota Contoh 1 (1)", 105_000, 0, 4_117_000),
    ]
    assert (book.closing, book.lent_idr, book.savings_idr, book.iks_idr) == (4_117_000, 945_000, 10_000, 2_000)
    assert (book.head_seq, len(book.head_hash)) == (6, 64)
    with scoped(kube.actor) as who:
        assert [row.fault for row in verify_books(actor=who)] == [None]


def test_the_span_of_a_statement_starts_with_what_was_there(kube: Kube) -> None:
    kube.pay(kube.payment(2, EventKind.SAVING, 10_000, date(2024, 10, 5)))
    with scoped(kube.actor) as who:
        book = selectors.fund_statement(actor=who, fund=kube.fund, since=date(2024, 10, 1), until=date(2024, 10, 31))
    assert (book.opening, book.closing, len(book.rows)) == (5_000_000, 5_010_000, 1)


def test_a_turn_is_paid_back_and_closes_and_the_next_may_open(kube: Kube) -> None:
    kube.open(kube.turn(1))
    with pytest.raises(Problem) as caught:
        kube.open(kube.turn(1, day=date(2024, 10, 1)))
    assert caught.value.code == "funds.turn_open"
    results = kube.pay(
        *(kube.payment(1, EventKind.INSTALMENT, 100_000, date(2024, 10 + n // 2, 10 + n)) for n in range(6)),
        kube.payment(1, EventKind.INSTALMENT, 400_000, date(2025, 1, 2)),
    )
    assert {row.outcome for row in results} == {PaymentOutcome.RECORDED}
    kube.open(kube.turn(1, day=date(2025, 2, 1)))


def test_no_new_turn_while_in_arrears(kube: Kube) -> None:
    kube.open(kube.turn(1))
    with pytest.raises(Problem) as caught:
        kube.open(kube.turn(1, day=date(2024, 12, 1)))
    assert (caught.value.code, caught.value.params) == (
        "funds.in_arrears",
        {"member": 1, "amount": 200_000, "days": 32},
    )
    with scoped(kube.actor) as who:
        queue = selectors.turn_queue(actor=who, fund=kube.fund, as_of=date(2024, 12, 1))
    assert [member.number for member in queue] == [2, 3, 4, 5]


def test_cash_that_is_not_there_cannot_be_lent(kube: Kube) -> None:
    with pytest.raises(Problem) as caught:
        kube.open(kube.turn(1, 3_000_000), kube.turn(2, 2_000_001))
    assert (caught.value.code, caught.value.params["available"]) == ("ledger.short", 2_000_000)
    assert kube.statement().lent_idr == 0


def test_each_payment_has_its_outcome(kube: Kube) -> None:
    kube.open(kube.turn(1, 300_000))
    good = kube.payment(1, EventKind.INSTALMENT, 300_000)
    results = kube.pay(
        good,
        good,
        replace(good, amount_idr=1),
        kube.payment(1, EventKind.INSTALMENT, 1, date(2024, 12, 1)),
        kube.payment(2, EventKind.INSTALMENT, 5_000),
        kube.payment(2, EventKind.SAVING, 0),
        kube.payment(2, EventKind.SAVING, 5_000, date(2026, 11, 1)),
        kube.payment(2, EventKind.SAVING, 5_000, date(2023, 11, 1)),
        kube.payment(2, EventKind.CAPITAL, 5_000),
    )
    assert [(row.outcome, row.problem.code if row.problem else "") for row in results] == [
        (PaymentOutcome.RECORDED, ""),
        (PaymentOutcome.IDENTICAL, ""),
        (PaymentOutcome.CONFLICT, "ledger.conflict"),
        (PaymentOutcome.WAITING, "funds.no_turn"),
        (PaymentOutcome.WAITING, "funds.no_turn"),
        (PaymentOutcome.REFUSED, "funds.bad_amount"),
        (PaymentOutcome.REFUSED, "funds.future"),
        (PaymentOutcome.REFUSED, "funds.not_a_member"),
        (PaymentOutcome.REFUSED, "funds.bad_amount"),
    ]
    assert kube.pay(good)[0].outcome is PaymentOutcome.IDENTICAL
    assert kube.statement().closing == 5_000_000


def test_an_instalment_larger_than_the_debt_is_refused_by_name(kube: Kube) -> None:
    kube.open(kube.turn(1, 300_000))
    (result,) = kube.pay(kube.payment(1, EventKind.INSTALMENT, 300_001))
    assert result.outcome is PaymentOutcome.REFUSED
    assert result.problem is not None
    assert result.problem.params == {"amount": 300_001, "debt": 300_000}


def test_a_correction_is_a_struck_row_and_its_reversal(kube: Kube) -> None:
    kube.open(kube.turn(1))
    wrong = kube.payment(1, EventKind.INSTALMENT, 100_000)
    kube.pay(wrong)
    with frozen(TODAY), scoped(kube.actor) as who:
        services.reverse_event(actor=who, event=wrong.id, reason="Salah anggota")
        with pytest.raises(Problem) as caught:
            services.reverse_event(actor=who, event=wrong.id, reason="Lagi")
        (card, *_) = selectors.member_cards(actor=who, fund=kube.fund, as_of=TODAY)
    assert caught.value.code == "funds.already_reversed"
    book = kube.statement()
    assert [row.reversed for row in book.rows] == [False, False, True, False]
    assert book.rows[-1].text == "Pembatalan, Anggota Contoh 1 (1): Salah anggota"
    assert book.closing == 4_000_000
    assert (card.debt_idr, card.overdue_idr) == (1_000_000, 1_000_000)


def test_portfolio_at_risk_follows_the_day(kube: Kube) -> None:
    kube.open(kube.turn(1), kube.turn(2))
    kube.pay(kube.payment(1, EventKind.INSTALMENT, 100_000))
    with scoped(kube.actor) as who:
        early = selectors.portfolio(actor=who, as_of=date(2024, 10, 30))
        late = selectors.portfolio(actor=who, as_of=date(2024, 12, 5))
        figures = selectors.fund_figures(actor=who, as_of=date(2024, 12, 5))
    assert (early.open_idr, early.par30) == (1_900_000, 0)
    # Member 2 has missed 30 October (36 days), member 1 30 November (5 days).
    assert late.buckets == {"current": 0, "1-30": 900_000, "31-60": 1_000_000, "61-90": 0, "over-90": 0}
    assert late.par30 == pytest.approx(1_000_000 / 1_900_000)
    assert [(row.cash_idr, row.open_turns, row.turns) for row in figures] == [(3_100_000, 2, 2)]


def test_a_group_officer_records_for_the_own_group_only(
    kube: Kube, offices: dict[str, int], make_actor: Callable[..., Actor]
) -> None:
    other = Kube(kube.actor, offices["dinsos-situbondo"], code="K2")
    kube.open(kube.turn(1, 300_000))
    officer = make_actor("group_officer", office=None, kind="subject", groups=(kube.group,))
    results = kube.pay(
        kube.payment(1, EventKind.INSTALMENT, 300_000), kube.payment(2, EventKind.SAVING, 5_000), actor=officer
    )
    assert [row.outcome for row in results] == [PaymentOutcome.RECORDED] * 2
    with scoped(officer) as who:
        book = selectors.fund_statement(actor=who, fund=kube.fund, since=date(2024, 9, 1), until=TODAY)
        with pytest.raises(Problem) as caught:
            selectors.fund_statement(actor=who, fund=other.fund, since=date(2024, 9, 1), until=TODAY)
    assert caught.value.code == "not_found"
    assert book.rows[-1].text == "Simpanan, Anggota Contoh 2 (2)"
    with pytest.raises(Problem) as caught:
        kube.pay(other.payment(1, EventKind.SAVING, 5_000), actor=officer)
    assert caught.value.code == "not_found"
    with pytest.raises(Problem) as caught, scoped(officer):
        services.open_turns_many(actor=officer, drafts=[kube.turn(2)])
    assert caught.value.code == "not_allowed"


def test_outsiders_cannot_pay_into_the_fund(kube: Kube, make_actor: Callable[..., Actor]) -> None:
    for outsider in (
        make_actor("operator", area=3511000000, office="dinsos-bondowoso"),
        make_actor("operator", office="diskop-situbondo"),
    ):
        with pytest.raises(Problem) as caught:
            kube.pay(kube.payment(1, EventKind.SAVING, 5_000), actor=outsider)
        assert caught.value.code == "not_found"
    assert kube.pay(kube.payment(1, EventKind.SAVING, 5_000))[0].outcome is PaymentOutcome.RECORDED


def test_a_moved_group_takes_its_book_along(kube: Kube) -> None:
    kube.pay(kube.payment(1, EventKind.SAVING, 5_000))
    from berdaya.groups.models import Group

    Group.objects.filter(pk=kube.group).update(area=3512020001)
    assert Membership.objects.filter(group_id=kube.group, area=3512020001).count() == 5
    book = kube.statement()
    assert book.closing == 5_005_000
    with scoped(kube.actor) as who:
        assert [row.fault for row in verify_books(actor=who)] == [None]
