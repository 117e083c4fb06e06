"""Perguliran: members take the capital, get a new schedule, or are freed of what they cannot pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.funds import accounts, rules
from berdaya.funds.models import Fund, Instalment, Turn
from berdaya.funds.schedules import plan
from berdaya.funds.services.common import Move, check_amount_and_day, ensure_accounts, transfers
from berdaya.funds.services.posting import EventRow, write_events
from berdaya.funds.types import ChosenBy, DueInstalment, EventKind, InstalmentState, Method, Terms, TurnDraft
from berdaya.funds.wire import terms_json
from berdaya.groups.models import Membership
from berdaya.kernel import bulk
from berdaya.kernel.ids import new_ids
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.ledger import services as ledger
from berdaya.ledger.types import TransferDraft

MOST_PERCENT = 100


def open_turn(*, actor: Actor, draft: TurnDraft) -> None:
    """One member takes the capital, as :func:`open_turns_many`."""
    open_turns_many(actor=actor, drafts=[draft])


def open_turns_many(*, actor: Actor, drafts: Sequence[TurnDraft]) -> None:
    """Members take capital: cash goes out, debt with its whole fee comes on, the schedule is written.

    Raises `funds.in_arrears`, `funds.turn_open`, `funds.not_a_member`, `funds.bad_amount`, `funds.bad_terms`,
    `funds.future`, `ledger.short` (not enough cash); nothing of the batch is written then. A turn id that exists is
    left as it is.
    """
    require(actor, "fund.manage")
    with transaction.atomic():
        members, funds = _members_and_funds(drafts)
        ledger.lock_books(actor=actor, books=[fund.book_id for fund in funds.values()])
        known = set(Turn.objects.filter(id__in=[draft.id for draft in drafts]).values_list("id", flat=True))
        fresh = [draft for draft in drafts if draft.id not in known]
        check_turns(fresh, members)
        by_fund: dict[UUID, list[TurnDraft]] = {}
        for draft in sorted(fresh, key=lambda item: (item.opened_on, members[item.membership].number)):
            by_fund.setdefault(funds[draft.id].pk, []).append(draft)
        for chosen in by_fund.values():
            fund = funds[chosen[0].id]
            ensure_accounts(
                actor=actor, fund=fund, codes=[accounts.debt(members[draft.membership].number) for draft in chosen]
            )
            write_events(
                actor=actor,
                fund=fund.pk,
                transfers=[
                    row for draft in chosen for row in turn_transfers(fund, members[draft.membership].number, draft)
                ],
                events=[turn_event(draft) for draft in chosen],
                name="funds.turns_opened",
                body={"count": len(chosen), "amount": sum(draft.amount_idr for draft in chosen)},
            )
        write_turns(fresh, funds)


def _members_and_funds(drafts: Sequence[TurnDraft]) -> tuple[dict[UUID, Membership], dict[UUID, Fund]]:
    """Members by id, and the fund of each draft by the draft's id. Raises `not_found`."""
    members = Membership.objects.in_bulk({draft.membership for draft in drafts})
    groups = {member.group_id for member in members.values()}
    funds: dict[UUID, Fund] = {}
    oldest: dict[UUID, Fund] = {}
    for fund in Fund.objects.filter(group_id__in=groups, closed_on=None).order_by("opened_on", "id"):
        funds[fund.pk] = fund
        oldest.setdefault(fund.group_id, fund)
    chosen: dict[UUID, Fund] = {}
    for draft in drafts:
        member = members.get(draft.membership)
        found = None
        if member is not None:
            found = funds.get(draft.fund) if draft.fund else oldest.get(member.group_id)
        if member is None or found is None or found.group_id != member.group_id:
            raise Problem("not_found")
        chosen[draft.id] = found
    return members, chosen


def check_turns(
    drafts: Sequence[TurnDraft], members: Mapping[UUID, Membership], *, paid: Mapping[UUID, int] | None = None
) -> None:
    """Raises where one of the turns may not be opened; `paid` is what is paid on open turns in the same posting."""
    for draft in drafts:
        member = members[draft.membership]
        check_amount_and_day(draft.amount_idr, draft.opened_on)
        if draft.fee_idr < 0 or draft.instalments < 1:
            raise Problem("funds.bad_amount", amount=min(draft.fee_idr, draft.instalments))
        if member.joined_on > draft.opened_on or (member.left_on is not None and member.left_on <= draft.opened_on):
            raise Problem("funds.not_a_member", day=draft.opened_on)
        if draft.chosen_by is ChosenBy.NEED and not draft.reason.strip():
            raise Problem("funds.need_reason", member=member.number)
        planned(draft.amount_idr, draft.plan_terms, draft.opened_on)
    _refuse_debtors(drafts, members, paid or {})


def planned(amount: int, terms: Terms, opened_on: date) -> list[DueInstalment]:
    """The schedule. Raises `funds.bad_terms` for terms that cannot be kept."""
    if terms.fee_idr < 0 or not 0 <= terms.rate_percent <= MOST_PERCENT:
        raise Problem("funds.bad_terms")
    try:
        return plan(amount, terms, opened_on)
    except ValueError as error:
        raise Problem("funds.bad_terms") from error


def _refuse_debtors(drafts: Sequence[TurnDraft], members: Mapping[UUID, Membership], paid: Mapping[UUID, int]) -> None:
    wanted = {draft.membership for draft in drafts}
    open_turns: dict[UUID, list[Turn]] = {}
    for turn in Turn.objects.filter(membership_id__in=wanted, closed_on=None).prefetch_related("schedule"):
        open_turns.setdefault(turn.membership_id, []).append(turn)
    taken: set[UUID] = set()
    for draft in drafts:
        number = members[draft.membership].number
        if draft.membership in taken:
            raise Problem("funds.turn_open", member=number)
        taken.add(draft.membership)
        for turn in open_turns.get(draft.membership, ()):
            rows = standing(turn, paid.get(turn.pk, 0))
            late = rules.arrears(turn.pk, rows, draft.opened_on)
            if late.overdue_idr:
                raise Problem("funds.in_arrears", member=number, amount=late.overdue_idr, days=late.days)
            if late.open_idr and (draft.fund is None or turn.fund_id == draft.fund):
                raise Problem("funds.turn_open", member=number)


def standing(turn: Turn, paid_now: int = 0) -> list[InstalmentState]:
    """The present plan of a turn with `paid_now` laid on its oldest open instalments."""
    rows = []
    for row in sorted(turn.schedule.all(), key=lambda row: row.number):
        if row.plan != turn.plan:
            continue
        share = min(paid_now, row.principal_idr + row.fee_idr - row.paid_idr)
        paid_now -= share
        rows.append(
            InstalmentState(turn.pk, row.number, row.due_on, row.principal_idr, row.fee_idr, row.paid_idr + share)
        )
    return rows


def turn_fee(draft: TurnDraft) -> int:
    """The whole fee of the turn in rupiah."""
    return sum(row.fee_idr for row in planned(draft.amount_idr, draft.plan_terms, draft.opened_on))


def turn_transfers(fund: Fund, member: int, draft: TurnDraft) -> list[TransferDraft]:
    """Cash to the member, and her whole fee onto her debt."""
    debt = accounts.debt(member)
    moves = [
        Move(debt, accounts.CASH, draft.amount_idr, "turn"),
        Move(debt, accounts.FEE, turn_fee(draft), "turn.fee"),
    ]
    return transfers(fund.book_id, draft.id, draft.opened_on, moves)


def turn_event(draft: TurnDraft) -> EventRow:
    """The turn as people read it."""
    return EventRow(draft.id, EventKind.TURN, draft.opened_on, draft.amount_idr, draft.membership, draft.id)


def write_turns(drafts: Sequence[TurnDraft], funds: Mapping[UUID, Fund]) -> None:
    """Turns with their schedules, after their money is posted; `funds` by the draft's id."""
    turns, instalments = [], []
    for draft in drafts:
        fund = funds[draft.id]
        rows = planned(draft.amount_idr, draft.plan_terms, draft.opened_on)
        turn = Turn(
            id=draft.id,
            area=fund.area,
            office_id=fund.office_id,
            fund=fund,
            group_id=fund.group_id,
            membership_id=draft.membership,
            amount_idr=draft.amount_idr,
            fee_idr=sum(row.fee_idr for row in rows),
            opened_on=draft.opened_on,
            terms=terms_json(draft.plan_terms),
            chosen_by=draft.chosen_by,
            reason=draft.reason,
        )
        turns.append(turn)
        instalments += instalment_rows(turn, 1, rows)
    bulk.create(turns)
    bulk.create(instalments)


def instalment_rows(
    turn: Turn, number: int, rows: Sequence[DueInstalment], since: date | None = None
) -> list[Instalment]:
    """The rows of plan ``number`` of a turn, which holds from ``since`` (None: from the beginning)."""
    return [
        Instalment(
            id=key,
            area=turn.area,
            office_id=turn.office_id,
            turn=turn,
            group_id=turn.group_id,
            plan=number,
            since=since,
            number=row.number,
            due_on=row.due_on,
            principal_idr=row.principal_idr,
            fee_idr=row.fee_idr,
        )
        for row, key in zip(rows, new_ids(len(rows)), strict=True)
    ]


def carry_on(turn: Turn, terms: Terms, on: date) -> list[DueInstalment]:
    """A new plan for what is still owed: row 0 is what was paid before, then the rest in the instalments of `terms`.

    Its fee was agreed with the turn, so a new plan adds none; principal and fee that are left are each split evenly.
    """
    rows = standing(turn)
    paid = sum(row.paid_idr for row in rows)
    owed = sum(row.open_idr for row in rows)
    fee = min(sum(row.fee_idr for row in rows), owed)
    free = Terms(Method.FIXED, terms.instalments, fee_idr=fee, every=terms.every, grace=terms.grace,
                 pause=terms.pause, harvests=terms.harvests)  # fmt: skip
    ahead = planned(owed - fee, free, on) if owed > fee else []
    before = [DueInstalment(0, on, paid, 0)] if paid else []
    return before + ahead
