"""Payments of members: savings, IKS and instalments, one or a hundred thousand by the same path."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.audit import services as audit
from berdaya.funds import accounts, rules
from berdaya.funds.accounts import account_id
from berdaya.funds.models import CashEvent, Fund, Instalment, Turn
from berdaya.funds.types import PAYMENT_KINDS, EventKind, Payment, PaymentOutcome, PaymentResult
from berdaya.groups.models import Membership
from berdaya.kernel import clock
from berdaya.kernel.bulk import insert, update
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.ledger import services as ledger
from berdaya.ledger.types import IDR, TransferDraft

CASH_EVENT: dict[str, str] = {
    "id": "uuid", "area": "bigint", "office_id": "bigint", "fund_id": "uuid", "group_id": "uuid",
    "membership_id": "uuid", "turn_id": "uuid", "kind": "text", "occurred_on": "date", "amount": "bigint",
    "unit": "text", "note": "text", "account_id": "bigint",
}  # fmt: skip
SETTLED: dict[str, str] = {"id": "uuid", "paid_idr": "bigint", "paid_on": "date"}
CLOSED: dict[str, str] = {"id": "uuid", "closed_on": "date"}


@dataclass
class _Known:
    """What decides on payments, read once under the books' locks; `debts` falls as payments of the batch are taken."""

    members: dict[UUID, Membership]
    funds: dict[UUID, Fund]
    turns: dict[UUID, list[Turn]]
    debts: dict[UUID, int]
    events: dict[UUID, CashEvent]
    taken: dict[UUID, Payment] = field(default_factory=dict)
    turn_of: dict[UUID, UUID] = field(default_factory=dict)


def record_payments_many(*, actor: Actor, payments: Sequence[Payment]) -> list[PaymentResult]:
    """Take each payment that can stand; say of every other why not. Results come in the order given.

    Within a batch payments are taken in order of day. An instalment larger than the debt is refused
    (`funds.more_than_debt`); one without an open turn waits for two officers (`funds.no_turn`). The same id and body
    again is `identical`; another body is a conflict. Raises `not_allowed` and `not_found` (a member outside the scope).
    """
    require(actor, "fund.record")
    with transaction.atomic():
        known = _read(actor, payments)
        by_day = sorted(range(len(payments)), key=lambda index: payments[index].occurred_on)
        results = {index: _decide(payments[index], known) for index in by_day}
        _write(actor, known)
        for fund, count, amount in _totals(known):
            audit.record(
                actor=actor,
                name="funds.payments_recorded",
                subject_kind="fund",
                subject_id=fund.id,
                area=fund.area,
                office=fund.office_id,
                count=count,
                amount=amount,
            )
        return [results[index] for index in range(len(payments))]


def record_payment(*, actor: Actor, payment: Payment) -> PaymentResult:
    """One payment, as :func:`record_payments_many`."""
    return record_payments_many(actor=actor, payments=[payment])[0]


def _read(actor: Actor, payments: Sequence[Payment]) -> _Known:
    wanted = {payment.membership for payment in payments}
    members = Membership.objects.in_bulk(wanted)
    groups = {member.group_id for member in members.values()}
    funds = {fund.group_id: fund for fund in Fund.objects.filter(group_id__in=groups)}
    if len(members) != len(wanted) or set(funds) != groups:
        raise Problem("not_found")
    ledger.lock_books(actor=actor, books=[fund.book_id for fund in funds.values()])
    turns: dict[UUID, list[Turn]] = defaultdict(list)
    debts: dict[UUID, int] = defaultdict(int)
    for turn in Turn.objects.filter(membership_id__in=members, closed_on=None):
        turns[turn.membership_id].append(turn)
    rows = Instalment.objects.filter(turn__membership_id__in=members, turn__closed_on=None)
    for turn_id, principal, fee, paid in rows.values_list("turn_id", "principal_idr", "fee_idr", "paid_idr"):
        debts[turn_id] += principal + fee - paid
    events = CashEvent.objects.in_bulk([payment.id for payment in payments])
    return _Known(members, funds, turns, debts, events)


def _decide(payment: Payment, known: _Known) -> PaymentResult:
    before = known.events.get(payment.id) or known.taken.get(payment.id)
    if before is not None:
        same = _body(before) == _body(payment)
        return (
            PaymentResult(payment.id, PaymentOutcome.IDENTICAL)
            if same
            else PaymentResult(payment.id, PaymentOutcome.CONFLICT, Problem("ledger.conflict", id=payment.id))
        )
    problem = _refusal(payment, known.members[payment.membership])
    if problem is not None:
        return PaymentResult(payment.id, PaymentOutcome.REFUSED, problem)
    if payment.kind == EventKind.INSTALMENT:
        open_turns = (turn for turn in known.turns[payment.membership] if known.debts[turn.id] > 0)
        turn = next((turn for turn in open_turns if turn.opened_on <= payment.occurred_on), None)
        if turn is None:
            missing = Problem("funds.no_turn", member=known.members[payment.membership].number)
            return PaymentResult(payment.id, PaymentOutcome.WAITING, missing)
        owed = known.debts[turn.id]
        if payment.amount_idr > owed:
            too_much = Problem("funds.more_than_debt", amount=payment.amount_idr, debt=owed)
            return PaymentResult(payment.id, PaymentOutcome.REFUSED, too_much)
        known.debts[turn.id] -= payment.amount_idr
        known.turn_of[payment.id] = turn.id
    known.taken[payment.id] = payment
    return PaymentResult(payment.id, PaymentOutcome.RECORDED)


def _body(row: CashEvent | Payment) -> tuple[object, ...]:
    if isinstance(row, Payment):
        return row.membership, str(row.kind), row.occurred_on, row.amount_idr
    return row.membership_id, row.kind, row.occurred_on, row.amount


def _refusal(payment: Payment, member: Membership) -> Problem | None:
    if payment.kind not in PAYMENT_KINDS or isinstance(payment.amount_idr, bool) or payment.amount_idr <= 0:
        return Problem("funds.bad_amount", amount=payment.amount_idr)
    if payment.occurred_on > clock.today():
        return Problem("funds.future", day=payment.occurred_on)
    # A former member may still pay back, but saves no more.
    joined = member.joined_on <= payment.occurred_on
    left = member.left_on is not None and member.left_on <= payment.occurred_on
    if not joined or (left and payment.kind != EventKind.INSTALMENT):
        return Problem("funds.not_a_member", day=payment.occurred_on)
    return None


def _write(actor: Actor, known: _Known) -> None:
    posts: dict[UUID, list[TransferDraft]] = defaultdict(list)
    events: list[tuple[object, ...]] = []
    for payment in known.taken.values():
        member = known.members[payment.membership]
        fund = known.funds[member.group_id]
        posts[fund.book_id].append(_transfer(fund.book_id, member.number, payment))
        events.append(
            (
                payment.id, fund.area, fund.office_id, fund.id, fund.group_id, member.id, known.turn_of.get(payment.id),
                payment.kind.value, payment.occurred_on, payment.amount_idr, IDR, payment.note, actor.account_id,
            )
        )  # fmt: skip
    ledger.post_events_many(actor=actor, posts=list(posts.items()))
    if events:
        insert("funds_cashevent", CASH_EVENT, events)
    resettle(set(known.turn_of.values()))


def _transfer(book: UUID, member: int, payment: Payment) -> TransferDraft:
    source = {
        EventKind.SAVING: accounts.saving(member),
        EventKind.IKS: accounts.IKS,
        EventKind.INSTALMENT: accounts.debt(member),
    }[payment.kind]
    return TransferDraft(
        id=stable_id("transfer", payment.id, 1),
        event=payment.id,
        debit=account_id(book, accounts.CASH),
        credit=account_id(book, source),
        amount=payment.amount_idr,
        code=payment.kind,
        occurred_on=payment.occurred_on,
    )


def resettle(turns: Iterable[UUID]) -> None:
    """Lay all standing payments of the turns on their schedules anew; close what is paid, reopen what is not."""
    wanted = set(turns)
    if not wanted:
        return
    closed = dict(Turn.objects.filter(id__in=wanted).values_list("id", "closed_on"))
    paid: dict[UUID, list[tuple[date, int]]] = defaultdict(list)
    standing = CashEvent.objects.filter(turn_id__in=closed, kind=EventKind.INSTALMENT, reversal=None)
    for turn_id, day, amount in standing.order_by("occurred_on", "id").values_list("turn_id", "occurred_on", "amount"):
        if turn_id is not None:
            paid[turn_id].append((day, amount))
    schedules: dict[UUID, list[tuple[UUID, int, int, int, date | None]]] = defaultdict(list)
    rows = Instalment.objects.filter(turn_id__in=closed).order_by("turn_id", "number")
    for turn_id, row, number, principal, fee, before, on in rows.values_list(
        "turn_id", "id", "number", "principal_idr", "fee_idr", "paid_idr", "paid_on"
    ):
        schedules[turn_id].append((row, number, principal + fee, before, on))
    changed: list[tuple[UUID, int, date | None]] = []
    moved: list[tuple[UUID, date | None]] = []
    for turn_id, closed_before in closed.items():
        due = [(number, amount) for _, number, amount, _, _ in schedules[turn_id]]
        settled = rules.settle(due, paid[turn_id])
        for (row, _, _, before, on), now in zip(schedules[turn_id], settled, strict=True):
            if (before, on) != (now.paid_idr, now.paid_on):
                changed.append((row, now.paid_idr, now.paid_on))
        whole = sum(amount for _, amount in paid[turn_id]) == sum(amount for _, amount in due)
        closed_on = max((day for day, _ in paid[turn_id]), default=None) if whole else None
        if closed_before != closed_on:
            moved.append((turn_id, closed_on))
    update("funds_instalment", SETTLED, changed)
    update("funds_turn", CLOSED, moved)


def _totals(known: _Known) -> list[tuple[Fund, int, int]]:
    sums: dict[UUID, list[int]] = defaultdict(lambda: [0, 0])
    for payment in known.taken.values():
        group = known.members[payment.membership].group_id
        sums[group][0] += 1
        sums[group][1] += payment.amount_idr
    return [(known.funds[group], count, amount) for group, (count, amount) in sums.items()]
