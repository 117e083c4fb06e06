"""Counted livestock and goods that multiply and are passed on (gaduh), and what the group buys, sells and banks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.funds import accounts
from berdaya.funds.models import CashEvent, Fund, Keeping
from berdaya.funds.schedules import split_offspring
from berdaya.funds.services.common import Move, check_amount_and_day, check_day, ensure_accounts, locked_fund, transfers
from berdaya.funds.services.posting import EventRow, write_events
from berdaya.funds.services.screening import refuse_excluded
from berdaya.funds.types import GROUP_KINDS, EventKind, FundKind, GoodsDraft, GroupEvent, KeepingDraft
from berdaya.funds.wire import rules_of
from berdaya.groups.models import Membership
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.ledger.types import IDR

MONEY: dict[EventKind, tuple[str, str]] = {
    EventKind.PURCHASE: (accounts.PURCHASES, accounts.CASH),
    EventKind.SALE: (accounts.CASH, accounts.SALES),
    EventKind.BANK_DEPOSIT: (accounts.BANK, accounts.CASH),
    EventKind.BANK_WITHDRAWAL: (accounts.CASH, accounts.BANK),
    EventKind.BANK_COST: (accounts.PURCHASES, accounts.BANK),
    EventKind.INTEREST: (accounts.BANK, accounts.INTEREST),
    EventKind.IKS_HELP: (accounts.IKS, accounts.CASH),
}
"""Kind -> account that receives, account that gives."""
WITH_GOODS = {
    EventKind.PURCHASE: (accounts.STOCK, accounts.SOURCE),
    EventKind.SALE: (accounts.SOLD, accounts.STOCK),
}


def record_group_event(*, actor: Actor, event: GroupEvent) -> None:
    """One named event of the group as a whole; the same id and body again changes nothing.

    Raises `not_found`, `funds.bad_amount`, `funds.future`, `funds.wrong_unit` (goods with an event that moves none),
    `ledger.conflict`, `ledger.short`.
    """
    require(actor, "fund.record")
    if event.kind not in GROUP_KINDS:
        raise Problem("funds.bad_amount", amount=event.amount_idr)
    check_amount_and_day(event.amount_idr, event.occurred_on)
    if event.count < 0 or bool(event.count) != bool(event.unit) or (event.count and event.kind not in WITH_GOODS):
        raise Problem("funds.wrong_unit", unit=event.unit or "?", expected="rupiah")
    with transaction.atomic():
        fund = locked_fund(actor, event.fund)
        if _known(event.id, fund, event.kind, event.amount_idr, event.occurred_on):
            return
        moves = [Move(*MONEY[event.kind], event.amount_idr, event.kind.value)]
        if event.count:
            to, out = WITH_GOODS[event.kind]
            code = event.kind.value + ".goods"
            moves.append(Move(accounts.goods(to, event.unit), accounts.goods(out, event.unit), event.count, code))
        _post(
            actor, fund, moves, name="funds.event_recorded",
            event=EventRow(event.id, event.kind, event.occurred_on, event.amount_idr, note=event.note),
        )  # fmt: skip


def receive_goods(*, actor: Actor, draft: GoodsDraft) -> None:
    """Animals or goods come to the group, unless an exclusion list names somebody on its decree.

    Raises `not_found`, `funds.bad_amount`, `funds.future`, `funds.excluded_now`, `ledger.conflict`.
    """
    require(actor, "fund.manage")
    check_amount_and_day(draft.count, draft.occurred_on)
    with transaction.atomic():
        fund = locked_fund(actor, draft.fund)
        if _known(draft.id, fund, EventKind.GOODS_RECEIVED, draft.count, draft.occurred_on):
            return
        refuse_excluded(actor, {fund.pk: draft.occurred_on})
        to, out = accounts.goods(accounts.STOCK, draft.unit), accounts.goods(accounts.SOURCE, draft.unit)
        _post(
            actor, fund, [Move(to, out, draft.count, EventKind.GOODS_RECEIVED.value)], name="funds.goods_received",
            event=EventRow(
                draft.id, EventKind.GOODS_RECEIVED, draft.occurred_on, draft.count, unit=draft.unit, note=draft.note
            ),
        )  # fmt: skip


def open_keeping(*, actor: Actor, draft: KeepingDraft) -> None:
    """Animals of the group go into a member's care, who owes some to be passed on.

    Raises `not_found`, `funds.not_a_member`, `funds.keeping_open`, `funds.bad_amount`, `funds.future`, `ledger.short`.
    """
    require(actor, "fund.record")
    check_amount_and_day(draft.count, draft.opened_on)
    if draft.to_return < 0 or draft.due_on < draft.opened_on:
        raise Problem("funds.bad_amount", amount=draft.to_return)
    with transaction.atomic():
        fund = locked_fund(actor, draft.fund)
        if _known(draft.id, fund, EventKind.KEEPING, draft.count, draft.opened_on):
            return
        member = _member(fund, draft.membership, draft.opened_on)
        before = Keeping.objects.filter(fund=fund, membership=member, unit=draft.unit, closed_on=None).first()
        if before is not None:
            left = before.to_return - before.returned
            raise Problem("funds.keeping_open", member=member.number, count=left, unit=draft.unit)
        place = accounts.kept(draft.unit, member.number)
        _post(
            actor, fund, [Move(place, accounts.goods(accounts.STOCK, draft.unit), draft.count, "keeping")],
            name="funds.keeping_opened", numbers=[member.number],
            event=EventRow(draft.id, EventKind.KEEPING, draft.opened_on, draft.count, member.pk, unit=draft.unit),
        )  # fmt: skip
        Keeping.objects.create(
            id=draft.id, area=fund.area, office_id=fund.office_id, fund=fund, group_id=fund.group_id, membership=member,
            unit=draft.unit, given=draft.count, to_return=draft.to_return, due_on=draft.due_on,
            opened_on=draft.opened_on,
        )  # fmt: skip


def record_birth(*, actor: Actor, id: UUID, keeping: UUID, count: int, occurred_on: date) -> tuple[int, int]:  # noqa: A002
    """Animals are born to a keeper; answers how many are hers and how many the group's.

    Raises `not_found`, `funds.bad_amount`, `funds.future`, `bad_state` where the keeping is over.
    """
    require(actor, "fund.record")
    check_amount_and_day(count, occurred_on)
    with transaction.atomic():
        row, fund = _keeping(actor, keeping)
        rules = rules_of(fund.terms)
        if _known(id, fund, EventKind.BIRTH, count, occurred_on):
            return split_offspring(row.born - count, count, rules.first_to_keeper, rules.keeper_share)
        _still_open(row)
        hers, groups = split_offspring(row.born, count, rules.first_to_keeper, rules.keeper_share)
        number, born = row.membership.number, accounts.goods(accounts.BORN, row.unit)
        moves = [
            Move(accounts.own(row.unit, number), born, hers, "birth.own"),
            Move(accounts.kept(row.unit, number), born, groups, "birth"),
        ]
        _post(
            actor, fund, moves, name="funds.birth_recorded", numbers=[number],
            event=EventRow(id, EventKind.BIRTH, occurred_on, count, row.membership_id, unit=row.unit),
        )  # fmt: skip
        row.born += count
        row.save(update_fields=["born"])
        return hers, groups


def pass_on(*, actor: Actor, id: UUID, keeping: UUID, count: int, occurred_on: date) -> None:  # noqa: A002
    """A keeper gives animals back to be passed on; when she owes none, what she still keeps becomes her own.

    Raises `not_found`, `funds.bad_amount`, `funds.more_than_kept`, `funds.future`, `bad_state`.
    """
    require(actor, "fund.record")
    check_amount_and_day(count, occurred_on)
    with transaction.atomic():
        row, fund = _keeping(actor, keeping)
        if _known(id, fund, EventKind.PASSED_ON, count, occurred_on):
            return
        _still_open(row)
        number = row.membership.number
        place = accounts.kept(row.unit, number)
        held = kept_count(fund, place)
        if count > held:
            raise Problem("funds.more_than_kept", member=number, kept=held, unit=row.unit)
        row.returned += count
        over = row.returned >= row.to_return
        moves = [Move(accounts.goods(accounts.STOCK, row.unit), place, count, "passed_on")]
        if over:
            moves.append(Move(accounts.own(row.unit, number), place, held - count, "kept.own"))
            row.closed_on = occurred_on
        _post(
            actor, fund, moves, name="funds.passed_on", numbers=[number],
            event=EventRow(id, EventKind.PASSED_ON, occurred_on, count, row.membership_id, unit=row.unit),
        )  # fmt: skip
        row.save(update_fields=["returned", "closed_on"])


def lose_goods(*, actor: Actor, id: UUID, keeping: UUID, count: int, occurred_on: date, forgiven: int) -> None:  # noqa: A002
    """Animals died or were lost, by a decision of two officers; `forgiven` of those owed need not be given back."""
    row, fund = _keeping(actor, keeping)
    _still_open(row)
    number = row.membership.number
    place = accounts.kept(row.unit, number)
    held = kept_count(fund, place)
    if not 0 < count <= held:
        raise Problem("funds.more_than_kept", member=number, kept=held, unit=row.unit)
    if not 0 <= forgiven <= row.to_return - row.returned:
        raise Problem("funds.bad_amount", amount=forgiven)
    row.lost += count
    row.to_return -= forgiven
    moves = [Move(accounts.goods(accounts.LOST, row.unit), place, count, EventKind.GOODS_LOSS.value)]
    if row.returned >= row.to_return:
        moves.append(Move(accounts.own(row.unit, number), place, held - count, "kept.own"))
        row.closed_on = occurred_on
    _post(
        actor, fund, moves, name="funds.goods_lost", numbers=[number],
        event=EventRow(id, EventKind.GOODS_LOSS, occurred_on, count, row.membership_id, unit=row.unit),
    )  # fmt: skip
    row.save(update_fields=["lost", "to_return", "closed_on"])


def kept_count(fund: Fund, place: str) -> int:
    """How many the account of that code holds."""
    from berdaya.ledger.models import Account  # noqa: PLC0415

    return Account.objects.filter(book_id=fund.book_id, code=place).values_list("balance", flat=True).first() or 0


def _keeping(actor: Actor, keeping: UUID) -> tuple[Keeping, Fund]:
    found = Keeping.objects.filter(id=keeping).values_list("fund_id", flat=True).first()
    if found is None:
        raise Problem("not_found")
    fund = locked_fund(actor, found)
    return Keeping.objects.select_related("membership").get(id=keeping), fund


def _still_open(row: Keeping) -> None:
    if row.closed_on is not None:
        raise Problem("bad_state", state="closed")


def _member(fund: Fund, membership: UUID, day: date) -> Membership:
    member = Membership.objects.filter(id=membership, group_id=fund.group_id).first()
    if member is None:
        raise Problem("not_found")
    if member.joined_on > day or (member.left_on is not None and member.left_on <= day):
        raise Problem("funds.not_a_member", day=day)
    return member


def _known(event: UUID, fund: Fund, kind: EventKind, amount: int, day: date) -> bool:
    """True where the event stands with this very body. Raises `ledger.conflict` for another one."""
    row = CashEvent.objects.filter(id=event).first()
    if row is None:
        return False
    if (row.fund_id, row.kind, row.amount, row.occurred_on) != (fund.pk, kind, amount, day):
        raise Problem("ledger.conflict", id=event)
    return True


def _post(
    actor: Actor, fund: Fund, moves: Sequence[Move], *, event: EventRow, name: str, numbers: Sequence[int] = ()
) -> None:
    check_day(event.occurred_on)
    codes = {code for move in moves if move.amount for code in (move.debit, move.credit)}
    units = {code.split(":")[1] for code in codes if code.split(":")[0] in {*accounts.GOODS, "kept", "own"}}
    own = rules_of(fund.terms).unit
    for unit in sorted(units):
        if own not in {"", unit} or (fund.kind == FundKind.VSLA and unit != IDR):
            raise Problem("funds.wrong_unit", unit=unit, expected=own or "rupiah")
    ensure_accounts(actor=actor, fund=fund, codes=sorted(codes), units=sorted(units), numbers=numbers)
    write_events(
        actor=actor,
        fund=fund.pk,
        transfers=transfers(fund.book_id, event.id, event.occurred_on, moves),
        events=[event],
        name=name,
        body={"kind": event.kind, "amount": event.amount, "unit": event.unit},
    )
