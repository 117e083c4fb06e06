"""A group's fund against a model that anyone understands: who has how much of what. Any history, same end.

Meetings, payments in any order of days, turns, corrections, replays, clock errors, decisions of two officers, a savings
group's share-out and goats: whatever is taken moves exactly what its name says, whatever is refused moves nothing, and
no rupiah and no goat appears or vanishes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from berdaya.funds import services
from berdaya.funds.examining import examine_funds
from berdaya.funds.models import Fund, Keeping, Turn
from berdaya.funds.services.common import balances
from berdaya.funds.types import (
    DecisionDraft,
    DecisionKind,
    EventKind,
    FundDraft,
    FundKind,
    FundRules,
    GoodsDraft,
    GroupEvent,
    KeepingDraft,
    MeetingDraft,
    MeetingLine,
    MeetingState,
    MeetingTurn,
    Method,
    Payment,
    PaymentOutcome,
    Source,
    Terms,
    TurnDraft,
)
from berdaya.kernel.clock import frozen
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.ledger.selectors import verify_books

from .test_funds_services import TODAY, Kube

FIRST = date(2024, 9, 2)
SHARE = 5_000
MEMBER = st.integers(1, 5)
DAY = st.integers(-3, 30).map(lambda weeks: TODAY - timedelta(weeks=weeks))
"""Some lie ahead of the clock."""
AMOUNT = st.sampled_from([1, 1_000, 5_000, 10_000, 25_000, 333_333, 1_000_000])
KINDS = st.sampled_from([EventKind.SAVING, EventKind.IKS, EventKind.INSTALMENT, EventKind.WITHDRAWAL, EventKind.FINE])
Moves = Counter[str]


def moved(kind: EventKind, member: int, amount: int) -> Moves:
    """What one payment moves, by account; the whole is 0."""
    place = {
        EventKind.SAVING: f"saving:{member}", EventKind.WITHDRAWAL: f"saving:{member}", EventKind.IKS: "iks",
        EventKind.INSTALMENT: f"debt:{member}", EventKind.FINE: "fine",
    }[kind]  # fmt: skip
    sign = -1 if kind is EventKind.WITHDRAWAL else 1
    return Counter({"cash": sign * amount, place: -sign * amount})


@dataclass(frozen=True)
class Done:
    """Something that was taken: what it moved, and how to say it again."""

    event: UUID
    moves: Moves
    fund: UUID
    again: Callable[[], object]
    may_undo: bool = True


class Book(RuleBasedStateMachine):
    """`maker`, `checker` and `office` are set by the test; `deep` runs keep one world each."""

    maker: ClassVar[Actor]
    checker: ClassVar[Actor]
    office: ClassVar[int]
    count: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).count += 1
        self.kube = Kube(self.maker, self.office, code=f"M{type(self).count}")
        kinds = {
            FundKind.VSLA: FundRules(Terms(Method.NONE, 3), SHARE, 5),
            FundKind.GOODS_TURNS: FundRules(unit="goat"),
        }
        self.funds = {FundKind.CASH_TURNS: self.kube.fund}
        for kind, rules in kinds.items():
            self.funds[kind] = new_id()
            with frozen(TODAY), scoped(self.maker) as who:
                draft = FundDraft(self.funds[kind], self.kube.group, FIRST, kind, rules=rules)
                services.open_fund(actor=who, draft=draft)
        self.expected: dict[UUID, Moves] = {fund: Counter() for fund in self.funds.values()}
        self.expected[self.kube.fund] = Counter({"cash": 5_000_000, "capital": -5_000_000})
        self.done: list[Done] = []
        self.undone: set[UUID] = set()

    # What happens ---------------------------------------------------------------------------------------------------

    def _try(self, act: Callable[[Actor], object], actor: Actor | None = None) -> Problem | None:
        """The act in a scope of its own; the problem that refused it."""
        try:
            with transaction.atomic(), frozen(TODAY), scoped(actor or self.maker) as who:
                act(who)
        except Problem as problem:
            return problem
        return None

    def _take(
        self, fund: UUID, event: UUID, moves: Mapping[str, int], act: Callable[[Actor], object], **more: Any
    ) -> bool:
        if self._try(act) is not None:
            return False
        self.expected[fund].update(moves)
        self.done.append(Done(event, Counter(moves), fund, lambda: self._try(act), **more))
        return True

    def _id(self, member: int) -> UUID:
        return self.kube.members[member - 1].pk

    def _debt(self, fund: UUID, member: int) -> int:
        return self.expected[fund][f"debt:{member}"]

    @rule(rows=st.lists(st.tuples(MEMBER, KINDS, AMOUNT, DAY), min_size=1, max_size=5), vsla=st.booleans())
    def pay(self, rows: list[tuple[int, EventKind, int, date]], vsla: bool) -> None:
        fund = self.funds[FundKind.VSLA if vsla else FundKind.CASH_TURNS]
        for member, kind, amount, day in rows:
            payment = Payment(new_id(), self._id(member), kind, day, amount, fund=fund)
            outcome: list[PaymentOutcome] = []

            def act(who: Actor, payment: Payment = payment, outcome: list[PaymentOutcome] = outcome) -> None:
                outcome[:] = [services.record_payment(actor=who, payment=payment).outcome]

            problem = self._try(act)
            if problem is not None:
                assert problem.code == "ledger.short"
                assert kind is EventKind.WITHDRAWAL
                continue
            if outcome[0] is not PaymentOutcome.RECORDED:
                assert day > TODAY or (kind is EventKind.INSTALMENT), (kind, outcome)
                continue
            assert day <= TODAY, "a day that has not come is never taken"
            assert kind is not EventKind.INSTALMENT or amount <= self._debt(fund, member)
            moves = moved(kind, member, amount)
            self.expected[fund].update(moves)
            self.done.append(Done(payment.id, moves, fund, lambda act=act: self._try(act)))

    @rule(member=MEMBER, amount=AMOUNT, fee=st.sampled_from([0, 1, 50_000]), parts=st.integers(1, 12), day=DAY)
    def turn(self, member: int, amount: int, fee: int, parts: int, day: date) -> None:
        fund = self.kube.fund
        draft = TurnDraft(new_id(), self._id(member), amount, parts, day, fee, fund)
        owed = self._debt(fund, member)
        moves = Counter({f"debt:{member}": amount + fee, "cash": -amount, "fee": -fee})
        taken = self._take(
            fund, draft.id, moves, lambda who: services.open_turn(actor=who, draft=draft), may_undo=False
        )
        assert not (taken and (owed or day > TODAY or self.expected[fund]["cash"] < 0))

    @rule(
        saving=st.integers(0, 6), iks=st.sampled_from([0, 500]), instalment=AMOUNT, turn=st.none() | MEMBER, day=DAY,
        vsla=st.booleans(), phone=st.booleans(), extra=st.sampled_from([0, 0, 7]),
    )  # fmt: skip
    def meeting(self, **given: Any) -> None:
        fund = self.funds[FundKind.VSLA if given["vsla"] else FundKind.CASH_TURNS]
        lines, moves = [], Counter[str]()
        for member in range(1, 6):
            paid = given["instalment"] if self._debt(fund, member) >= given["instalment"] and member % 2 else 0
            lines.append(
                MeetingLine(
                    self._id(member), saving_idr=SHARE * given["saving"], iks_idr=given["iks"], instalment_idr=paid
                )
            )
            for kind, amount in (
                (EventKind.SAVING, SHARE * given["saving"]),
                (EventKind.IKS, given["iks"]),
                (EventKind.INSTALMENT, paid),
            ):
                moves.update(moved(kind, member, amount))
        turns: tuple[MeetingTurn, ...] = ()
        if given["turn"]:
            turns = (MeetingTurn(self._id(given["turn"]), 10_000, Terms(Method.NONE, 3)),)
            moves.update({f"debt:{given['turn']}": 10_000, "cash": -10_000})
        counted = None
        if given["extra"]:
            counted = self.expected[fund]["cash"] + moves["cash"] + given["extra"]
            moves.update({"cash": given["extra"], "difference": -given["extra"]})
        draft = MeetingDraft(
            new_id(), fund, given["day"], tuple(lines), turns, counted, difference_agreed=bool(given["extra"]),
            source=Source.PHONE if given["phone"] else Source.WEB,
        )  # fmt: skip
        state: list[MeetingState] = []

        def act(who: Actor) -> None:
            state[:] = [services.record_meeting(actor=who, draft=draft).state]

        if self._try(act) is not None or state[0] is not MeetingState.POSTED:
            return
        assert given["day"] <= TODAY
        self.expected[fund].update(moves)
        self.done.append(Done(draft.id, moves, fund, lambda: self._try(act), may_undo=False))

    @rule(kind=st.sampled_from([EventKind.SALE, EventKind.PURCHASE, EventKind.BANK_DEPOSIT]), amount=AMOUNT, day=DAY)
    def trade(self, kind: EventKind, amount: int, day: date) -> None:
        event = GroupEvent(new_id(), self.kube.fund, kind, amount, day)
        to, out = {
            EventKind.SALE: ("cash", "sales"),
            EventKind.PURCHASE: ("purchases", "cash"),
            EventKind.BANK_DEPOSIT: ("bank", "cash"),
        }[kind]
        taken = self._take(
            event.fund, event.id, {to: amount, out: -amount},
            lambda who: services.record_group_event(actor=who, event=event),
        )  # fmt: skip
        assert (
            taken == (day <= TODAY and (kind is EventKind.SALE or self.expected[event.fund]["cash"] >= 0)) or not taken
        )

    # What happens to what happened ----------------------------------------------------------------------------------

    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        """The same again, however late: nothing moves."""
        if self.done:
            data.draw(st.sampled_from(self.done)).again()

    @rule(data=st.data())
    def correct(self, data: st.DataObject) -> None:
        """A correction restores exactly what was there before, once."""
        able = [item for item in self.done if item.may_undo]
        if not able:
            return
        item = data.draw(st.sampled_from(able))
        problem = self._try(lambda who: services.reverse_event(actor=who, event=item.event, reason="salah catat"))
        if item.event in self.undone:
            assert problem is not None
            assert problem.code == "funds.already_reversed"
        elif problem is None:
            self.undone.add(item.event)
            self.expected[item.fund].subtract(item.moves)
        else:
            assert problem.code in {"ledger.short", "funds.turn_open"}, problem.code

    @rule(member=MEMBER)
    def write_off(self, member: int) -> None:
        turn = Turn.objects.filter(fund=self.kube.fund, membership=self._id(member), closed_on=None).first()
        if turn is None:
            return
        owed = self._debt(self.kube.fund, member)
        if self._decide(DecisionKind.WRITE_OFF, self.kube.fund, turn.pk):
            self.expected[self.kube.fund].update({"loss": owed, f"debt:{member}": -owed})

    @rule(member=MEMBER, parts=st.integers(1, 9))
    def reschedule(self, member: int, parts: int) -> None:
        turn = Turn.objects.filter(fund=self.kube.fund, membership=self._id(member), closed_on=None).first()
        if turn is not None:
            self._decide(DecisionKind.RESCHEDULE, self.kube.fund, turn.pk, terms={"instalments": parts})

    @rule()
    def share_out(self) -> None:
        """All but the social fund goes out, to the last rupiah."""
        fund = self.funds[FundKind.VSLA]
        before = self.expected[fund]
        total = before["cash"] + before["bank"] + before["iks"] + before["capital"]
        if not self._decide(DecisionKind.SHARE_OUT, fund, None):
            return
        with scoped(self.maker):
            after = Counter(balances(Fund.objects.get(id=fund).book_id))
        assert after["cash"] == before["cash"] - total == -before["iks"] - before["capital"]
        assert not any(after[f"saving:{member}"] for member in range(1, 6))
        self.expected[fund] = after

    def _decide(self, kind: DecisionKind, fund: UUID, subject: UUID | None, **body: Any) -> bool:
        row = DecisionDraft(new_id(), fund, kind, "BA 1/2026", TODAY, subject, body)
        if self._try(lambda who: services.propose_decision(actor=who, draft=row)) is not None:
            return False
        alone = self._try(lambda who: services.decide_proposal(actor=who, decision=row.id, accept=True))
        assert alone is not None, "one officer alone decides nothing"
        problem = self._try(lambda who: services.decide_proposal(actor=who, decision=row.id, accept=True), self.checker)
        if problem is not None:
            with scoped(self.checker) as who, suppress(Problem), frozen(TODAY):
                services.decide_proposal(actor=who, decision=row.id, accept=False)
        return problem is None

    # Goats ----------------------------------------------------------------------------------------------------------

    @rule(count=st.integers(1, 4), day=DAY)
    def goats_come(self, count: int, day: date) -> None:
        fund = self.funds[FundKind.GOODS_TURNS]
        draft = GoodsDraft(new_id(), fund, "goat", count, day)
        self._take(
            fund, draft.id, {"stock:goat": count, "source:goat": -count},
            lambda who: services.receive_goods(actor=who, draft=draft),
        )  # fmt: skip

    @rule(member=MEMBER, count=st.integers(1, 3), owed=st.integers(0, 3))
    def goats_are_kept(self, member: int, count: int, owed: int) -> None:
        fund = self.funds[FundKind.GOODS_TURNS]
        draft = KeepingDraft(new_id(), fund, self._id(member), "goat", count, owed, FIRST, TODAY)
        self._take(
            fund, draft.id, {f"kept:goat:{member}": count, "stock:goat": -count},
            lambda who: services.open_keeping(actor=who, draft=draft), may_undo=False,
        )  # fmt: skip

    @rule(data=st.data(), count=st.integers(1, 3), unit=st.sampled_from(["goat", "goat", "sack"]))
    def goats_live(self, data: st.DataObject, count: int, unit: str) -> None:
        """Births, animals given on, deaths: every animal is somewhere."""
        fund = self.funds[FundKind.GOODS_TURNS]
        if unit == "sack":
            wrong = GoodsDraft(new_id(), fund, unit, count, FIRST)
            problem = self._try(lambda who: services.receive_goods(actor=who, draft=wrong))
            assert problem is not None
            assert problem.code == "funds.wrong_unit"
            return
        rows = list(Keeping.objects.filter(fund=fund).select_related("membership").order_by("id"))
        if not rows:
            return
        row, key = data.draw(st.sampled_from(rows)), new_id()
        what = data.draw(st.sampled_from(["born", "on", "lost"]))
        before = self._goats()
        if what == "born":
            act = lambda who: services.record_birth(actor=who, id=key, keeping=row.pk, count=count, occurred_on=TODAY)  # noqa: E731
            problem = self._try(act)
        elif what == "on":
            act = lambda who: services.pass_on(actor=who, id=key, keeping=row.pk, count=count, occurred_on=TODAY)  # noqa: E731
            problem = self._try(act)
        else:
            act = None
            problem = (
                None
                if self._decide(DecisionKind.GOODS_LOSS, fund, row.pk, count=count, forgiven=0)
                else Problem("not_found")
            )
        after = self._goats()
        if problem is None:
            assert after["born:goat"] == before["born:goat"] - (count if what == "born" else 0)
            assert after["lost:goat"] == before["lost:goat"] + (count if what == "lost" else 0)
            assert after["stock:goat"] == before["stock:goat"] + (count if what == "on" else 0)
            if act is not None:
                assert self._try(act) is None, "the same again is no problem"
                assert self._goats() == after, "and moves nothing"
        else:
            assert after == before
        self.expected[fund] = after

    def _goats(self) -> Moves:
        with scoped(self.maker):
            return Counter(balances(Fund.objects.get(id=self.funds[FundKind.GOODS_TURNS]).book_id))

    # What is always so ----------------------------------------------------------------------------------------------

    @invariant()
    def nothing_appears_or_vanishes(self) -> None:
        with scoped(self.maker) as who:
            books = dict(Fund.objects.filter(group=self.kube.group).values_list("id", "book_id"))
            assert {row.fault for row in verify_books(actor=who, books=list(books.values()))} == {None}
            for fund, expected in self.expected.items():
                held = {code: amount for code, amount in balances(books[fund]).items() if amount}
                assert held == {code: amount for code, amount in expected.items() if amount}
                for unit in ("goat", None):
                    assert (
                        sum(amount for code, amount in held.items() if (unit in code if unit else "goat" not in code))
                        == 0
                    )

    def teardown(self) -> None:
        """At the end events, schedules, keepings and accounts say what the chain holds, as `ledger verify` asks."""
        with scoped(self.maker) as who:
            own = set(Fund.objects.filter(group=self.kube.group).values_list("book_id", flat=True))
            # What an earlier run left is that run's own failure.
            assert {book: faults for book, faults in examine_funds(actor=who).items() if book in own} == {}

    @invariant()
    def schedules_are_the_debts(self) -> None:
        """What is open of a member's plans is what she owes by the book; a plan that is paid has ended at zero."""
        with scoped(self.maker):
            open_idr: Counter[str] = Counter()
            for turn in (
                Turn.objects.filter(fund=self.kube.fund).select_related("membership").prefetch_related("schedule")
            ):
                left = sum(
                    row.principal_idr + row.fee_idr - row.paid_idr
                    for row in turn.schedule.all()
                    if row.plan == turn.plan
                )
                assert left >= 0
                assert (left == 0) == (turn.closed_on is not None) or turn.written_off_on is not None
                if turn.written_off_on is None:
                    open_idr[f"debt:{turn.membership.number}"] += left
        owed = {
            code: amount
            for code, amount in self.expected[self.kube.fund].items()
            if code.startswith("debt:") and amount
        }
        assert owed == {code: amount for code, amount in open_idr.items() if amount}


@pytest.mark.django_db
@pytest.mark.parametrize(("runs", "steps"), [(8, 14), pytest.param(1_000, 50, marks=pytest.mark.nightly, id="nightly")])
def test_no_rupiah_and_no_goat_appears_or_vanishes(
    make_actor: Callable[..., Actor], offices: dict[str, int], runs: int, steps: int
) -> None:
    world = {
        "maker": make_actor("operator"),
        "checker": make_actor("supervisor"),
        "office": offices["dinsos-situbondo"],
    }
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        type("Bound", (Book,), world),
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            derandomize=runs < 100,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
