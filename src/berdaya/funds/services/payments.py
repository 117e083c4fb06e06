"""Payments of members: savings, IKS and instalments, one or a hundred thousand by the same path."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from berdaya.access.permissions import require
from berdaya.funds import accounts, rules
from berdaya.funds.accounts import account_id
from berdaya.funds.models import CashEvent, Instalment, Turn
from berdaya.funds.services import plain
from berdaya.funds.services.posting import EventRow, Fill, write_events
from berdaya.funds.types import PAYMENT_KINDS, EventKind, Payment, PaymentOutcome, PaymentResult
from berdaya.kernel import clock
from berdaya.kernel.bulk import update
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.ledger.services import uuids
from berdaya.ledger.types import TransferDraft

SETTLED: dict[str, str] = {"id": "uuid", "paid_idr": "bigint", "paid_on": "date"}
SETTLING = frozenset({EventKind.INSTALMENT, EventKind.WITHDRAWAL})
CLOSED: dict[str, str] = {"id": "uuid", "closed_on": "date"}
PLACES: dict[EventKind, Callable[[int], str]] = {
    EventKind.SAVING: accounts.saving,
    EventKind.WITHDRAWAL: accounts.saving,
    EventKind.IKS: lambda _: accounts.IKS,
    EventKind.FINE: lambda _: accounts.FINE,
    EventKind.FEE: lambda _: accounts.FEE,
    EventKind.INSTALMENT: accounts.debt,
}
"""Where a member's payment comes from, by her number; savings withdrawn go there."""


@dataclass(frozen=True, slots=True)
class KnownFund:
    """A fund whose book is locked for the rest of the transaction."""

    id: UUID
    group: UUID
    book: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class KnownMember:
    """A member of a fund's group with the days between which the person belongs to it."""

    id: UUID
    group: UUID
    number: int
    joined_on: date
    left_on: date | None

    def belongs_on(self, day: date) -> bool:
        """True from the day of joining to the day before leaving."""
        return self.joined_on <= day and (self.left_on is None or day < self.left_on)


@dataclass(slots=True)
class KnownTurn:
    """An open turn; `debt` falls as payments of the batch are taken, `last_on` is the day of its latest payment."""

    id: UUID
    fund: UUID
    membership: UUID
    opened_on: date
    debt: int
    last_on: date | None


@dataclass
class Known:
    """What decides on payments, read under the books' locks."""

    members: dict[UUID, KnownMember]
    funds: dict[UUID, KnownFund]
    by_group: dict[UUID, KnownFund]
    turns: dict[UUID, list[KnownTurn]]
    events: dict[UUID, tuple[object, ...]]
    taken: dict[UUID, Payment] = field(default_factory=dict)
    turn_of: dict[UUID, KnownTurn] = field(default_factory=dict)

    def fund_of(self, payment: Payment) -> KnownFund:
        """The fund that the payment names, else the oldest of the member's group."""
        if payment.fund is None:
            return self.by_group[self.members[payment.membership].group]
        return self.funds[payment.fund]

    def turn_for(self, payment: Payment) -> KnownTurn | None:
        """The member's oldest turn of that fund which is still owed and was open on the day."""
        fund = self.fund_of(payment).id
        for turn in self.turns[payment.membership]:
            if turn.debt > 0 and turn.opened_on <= payment.occurred_on and turn.fund == fund:
                return turn
        return None


def record_payments_many(*, actor: Actor, payments: Sequence[Payment]) -> list[PaymentResult]:
    """Take each payment that can stand; say of every other why not. Results come in the order given.

    Within a batch payments are taken in order of day. An instalment larger than the debt is refused
    (`funds.more_than_debt`); one without an open turn waits for two officers (`funds.no_turn`). The same id and body
    again is `identical`; another body is a conflict. Raises `not_allowed` and `not_found` (a member outside the scope).
    """
    require(actor, "fund.record")
    if plain.pay(actor, payments):
        return [PaymentResult(payment.id, PaymentOutcome.RECORDED) for payment in payments]
    known = read_known(payments)
    by_day = sorted(range(len(payments)), key=lambda index: payments[index].occurred_on)
    results = {index: decide(payments[index], known) for index in by_day}
    _write(actor, known)
    return [results[index] for index in range(len(payments))]


def record_payment(*, actor: Actor, payment: Payment) -> PaymentResult:
    """One payment, as :func:`record_payments_many`."""
    return record_payments_many(actor=actor, payments=[payment])[0]


def read_known(payments: Sequence[Payment]) -> Known:
    """Lock the books of the members' funds and read what their payments depend on. Raises `not_found`."""
    wanted = {payment.membership for payment in payments}
    known = Known({}, {}, {}, defaultdict(list), {})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM funds_state(%s::uuid[], %s::uuid[])",
            [uuids(wanted), uuids(payment.id for payment in payments)],
        )
        for what, key, owner, parent, kind, number, since, until in cursor.fetchall():
            if what == "fund":
                known.funds[key] = KnownFund(key, owner, parent, kind)
                known.by_group.setdefault(owner, known.funds[key])
            elif what == "member":
                known.members[key] = KnownMember(key, owner, number, since, until)
            elif what == "turn":
                known.turns[owner].append(KnownTurn(key, parent, owner, since, number or 0, until))
            else:
                known.events[key] = (owner, kind, since, number)
    named = {payment.fund for payment in payments if payment.fund}
    groups = {member.group for member in known.members.values()}
    if len(known.members) != len(wanted) or not named <= set(known.funds) or not groups <= set(known.by_group):
        raise Problem("not_found")
    return known


def decide(payment: Payment, known: Known) -> PaymentResult:
    """What becomes of one payment, given those taken before it; one that is taken lowers the debt in `known`."""
    before = known.events.get(payment.id)
    if before is None and payment.id in known.taken:
        before = _body(known.taken[payment.id])
    if before is not None:
        if before == _body(payment):
            return PaymentResult(payment.id, PaymentOutcome.IDENTICAL)
        return PaymentResult(payment.id, PaymentOutcome.CONFLICT, Problem("ledger.conflict", id=payment.id))
    problem = _refusal(payment, known.members[payment.membership])
    if problem is not None:
        return PaymentResult(payment.id, PaymentOutcome.REFUSED, problem)
    if payment.kind == EventKind.INSTALMENT:
        turn = known.turn_for(payment)
        if turn is None:
            missing = Problem("funds.no_turn", member=known.members[payment.membership].number)
            return PaymentResult(payment.id, PaymentOutcome.WAITING, missing)
        if payment.amount_idr > turn.debt:
            too_much = Problem("funds.more_than_debt", amount=payment.amount_idr, debt=turn.debt)
            return PaymentResult(payment.id, PaymentOutcome.REFUSED, too_much)
        turn.debt -= payment.amount_idr
        known.turn_of[payment.id] = turn
    known.taken[payment.id] = payment
    return PaymentResult(payment.id, PaymentOutcome.RECORDED)


def _body(payment: Payment) -> tuple[object, ...]:
    return payment.membership, str(payment.kind), payment.occurred_on, payment.amount_idr


def _refusal(payment: Payment, member: KnownMember) -> Problem | None:
    if payment.kind not in PAYMENT_KINDS or isinstance(payment.amount_idr, bool) or payment.amount_idr <= 0:
        return Problem("funds.bad_amount", amount=payment.amount_idr)
    if payment.occurred_on > clock.today():
        return Problem("funds.future", day=payment.occurred_on)
    # A former member may still pay back and take her savings, but saves no more.
    joined = member.joined_on <= payment.occurred_on
    if not joined or (payment.kind not in SETTLING and not member.belongs_on(payment.occurred_on)):
        return Problem("funds.not_a_member", day=payment.occurred_on)
    return None


def _write(actor: Actor, known: Known) -> None:
    by_fund: dict[UUID, list[Payment]] = defaultdict(list)
    for payment in known.taken.values():
        by_fund[known.fund_of(payment).id].append(payment)
    fills, late = fills_of(known)
    # One fund in one call needs no savepoint: a refusal leaves the caller's transaction usable.
    with transaction.atomic() if len(by_fund) > 1 or late else nullcontext():
        for key, payments in sorted(by_fund.items()):
            fund = known.funds[key]
            write_events(
                actor=actor,
                fund=key,
                transfers=[transfer_of(fund.book, known.members[item.membership].number, item) for item in payments],
                events=[event_of(item, known) for item in payments],
                fills=fills.get(key, ()),
                name="funds.payments_recorded",
                body={"count": len(payments), "amount": sum(item.amount_idr for item in payments)},
            )
        resettle(late)


def fills_of(known: Known) -> tuple[dict[UUID, list[Fill]], set[UUID]]:
    """Payments of turns that simply follow the earlier ones, by fund; and the turns to be settled anew."""
    by_turn: dict[UUID, list[Payment]] = defaultdict(list)
    turns: dict[UUID, KnownTurn] = {}
    for key, turn in known.turn_of.items():
        by_turn[turn.id].append(known.taken[key])
        turns[turn.id] = turn
    fills: dict[UUID, list[Fill]] = defaultdict(list)
    late = set()
    for key, paid in by_turn.items():
        turn = turns[key]
        if len(paid) > 1 or (turn.last_on is not None and paid[0].occurred_on < turn.last_on):
            late.add(key)
        else:
            fills[turn.fund].append(Fill(key, paid[0].amount_idr, paid[0].occurred_on))
    return fills, late


def event_of(payment: Payment, known: Known) -> EventRow:
    """The payment as the row that people read."""
    turn = known.turn_of.get(payment.id)
    return EventRow(
        payment.id, payment.kind, payment.occurred_on, payment.amount_idr, payment.membership,
        turn.id if turn else None, note=payment.note,
    )  # fmt: skip


def transfer_of(book: UUID, member: int, payment: Payment) -> TransferDraft:
    """Cash rises, and what it came from falls; savings withdrawn go the other way."""
    cash, place = account_id(book, accounts.CASH), account_id(book, PLACES[payment.kind](member))
    to, out = (place, cash) if payment.kind is EventKind.WITHDRAWAL else (cash, place)
    return TransferDraft(
        payment.id, payment.id, to, out, payment.amount_idr, payment.kind.value, payment.occurred_on
    )  # fmt: skip


def resettle(turns: Iterable[UUID]) -> None:
    """Lay all standing payments of the turns on their schedules anew; close what is paid, reopen what is not."""
    wanted = set(turns)
    if not wanted:
        return
    closed = dict(Turn.objects.filter(id__in=wanted, written_off_on=None).values_list("id", "closed_on"))
    paid: dict[UUID, list[tuple[date, int]]] = defaultdict(list)
    standing = CashEvent.objects.filter(turn_id__in=closed, kind=EventKind.INSTALMENT, reversal=None)
    for turn_id, day, amount in standing.order_by("occurred_on", "id").values_list("turn_id", "occurred_on", "amount"):
        if turn_id is not None:
            paid[turn_id].append((day, amount))
    schedules: dict[UUID, list[tuple[UUID, int, int, int, date | None]]] = defaultdict(list)
    rows = Instalment.objects.filter(turn_id__in=closed, plan=F("turn__plan")).order_by("turn_id", "number")
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
