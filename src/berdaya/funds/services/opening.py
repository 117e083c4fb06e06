"""Opening funds, receiving capital, turns and corrections; payments of members stand in `payments`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.audit import services as audit
from berdaya.funds import accounts, rules
from berdaya.funds.accounts import account_id
from berdaya.funds.models import CashEvent, Fund, Instalment, Turn
from berdaya.funds.services.payments import resettle
from berdaya.funds.services.posting import EventRow, write_events
from berdaya.funds.types import CapitalDraft, EventKind, FundDraft, InstalmentState, TurnDraft
from berdaya.groups.models import Group, Membership
from berdaya.kernel import bulk, clock
from berdaya.kernel.ids import new_id, new_ids, stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.ledger import services as ledger
from berdaya.ledger.models import Transfer
from berdaya.ledger.types import TransferDraft


def open_fund(*, actor: Actor, draft: FundDraft) -> UUID:
    """One fund with its book and the accounts of all members, as :func:`open_funds_many`."""
    open_funds_many(actor=actor, drafts=[draft])
    return draft.id


def open_funds_many(*, actor: Actor, drafts: Sequence[FundDraft]) -> None:
    """Funds with book and accounts; a fund of the same kind that the group already has is left as it is.

    Raises `not_allowed`, `not_found` for a group outside the scope.
    """
    require(actor, "fund.manage")
    with transaction.atomic():
        groups = Group.objects.in_bulk({draft.group for draft in drafts})
        if len(groups) != len({draft.group for draft in drafts}):
            raise Problem("not_found")
        known = set(Fund.objects.filter(group__in=groups).values_list("group_id", "kind"))
        fresh = [draft for draft in drafts if (draft.group, draft.kind) not in known]
        roots = {draft.id: groups[draft.group] for draft in fresh}
        ledger.open_books_many(
            actor=actor,
            rows=[(_book(d.id), roots[d.id].area, roots[d.id].office_id, d.group) for d in fresh],
        )
        Fund.objects.bulk_create(
            Fund(
                id=draft.id,
                area=roots[draft.id].area,
                office_id=roots[draft.id].office_id,
                group_id=draft.group,
                book_id=_book(draft.id),
                decree_line_id=draft.decree_line,
                kind=draft.kind,
                opened_on=draft.opened_on,
            )
            for draft in fresh
        )
        open_member_accounts(actor=actor, funds=[draft.id for draft in fresh])
        for draft in fresh:
            _audit(actor, "funds.opened", roots[draft.id], draft.id)


def _book(fund: UUID) -> UUID:
    return stable_id("book", fund)


def open_member_accounts(*, actor: Actor, funds: Iterable[UUID]) -> None:
    """Accounts for all present and former members of the funds' groups; those that exist are left."""
    require(actor, "fund.manage")
    rows = list(Fund.objects.filter(id__in=list(funds)).values_list("book_id", "group_id"))
    numbers: dict[UUID, list[int]] = {group: [] for _, group in rows}
    members = Membership.objects.filter(group_id__in=numbers).order_by("group_id", "number")
    for group, number in members.values_list("group_id", "number"):
        numbers[group].append(number)
    drafts = [
        draft
        for book, group in rows
        for draft in (*accounts.common_accounts(book), *accounts.member_accounts(book, numbers[group]))
    ]
    ledger.open_accounts_many(actor=actor, drafts=drafts)


def receive_capital(*, actor: Actor, draft: CapitalDraft) -> None:
    """Capital into one fund, as :func:`receive_capital_many`."""
    receive_capital_many(actor=actor, drafts=[draft])


def receive_capital_many(*, actor: Actor, drafts: Sequence[CapitalDraft]) -> None:
    """Capital into funds: cash rises, and so does what the group answers for. Known ids are left as they are.

    Raises `funds.bad_amount`, `funds.future`, `not_found`, `ledger.conflict`.
    """
    require(actor, "fund.manage")
    with transaction.atomic():
        funds = _funds(actor, [draft.fund for draft in drafts])
        for draft in drafts:
            _check_amount_and_day(draft.amount_idr, draft.occurred_on)
        known = set(CashEvent.objects.filter(id__in=[draft.id for draft in drafts]).values_list("id", flat=True))
        for draft in drafts:
            if draft.id in known:
                _same_capital(draft)
                continue
            book = funds[draft.fund].book_id
            write_events(
                actor=actor,
                fund=draft.fund,
                transfers=[
                    TransferDraft(
                        id=stable_id("transfer", draft.id, 1),
                        event=draft.id,
                        debit=account_id(book, accounts.CASH),
                        credit=account_id(book, accounts.CAPITAL),
                        amount=draft.amount_idr,
                        code=EventKind.CAPITAL.value,
                        occurred_on=draft.occurred_on,
                    )
                ],
                events=[EventRow(draft.id, EventKind.CAPITAL, draft.occurred_on, draft.amount_idr, note=draft.note)],
                name="funds.capital_received",
                body={"amount": draft.amount_idr},
            )


def _same_capital(draft: CapitalDraft) -> None:
    row = CashEvent.objects.get(id=draft.id)
    if (row.fund_id, row.kind, row.amount, row.occurred_on) != (
        draft.fund, EventKind.CAPITAL, draft.amount_idr, draft.occurred_on,
    ):  # fmt: skip
        raise Problem("ledger.conflict", id=draft.id)


def open_turn(*, actor: Actor, draft: TurnDraft) -> None:
    """One member takes the capital, as :func:`open_turns_many`."""
    open_turns_many(actor=actor, drafts=[draft])


def open_turns_many(*, actor: Actor, drafts: Sequence[TurnDraft]) -> None:
    """Members take capital: cash goes out, debt with its whole fee comes on, the schedule is written.

    Raises `funds.in_arrears`, `funds.turn_open`, `funds.not_a_member`, `funds.bad_amount`, `funds.future`,
    `ledger.short` (not enough cash); nothing of the batch is written then. A turn id that exists is left as it is.
    """
    require(actor, "fund.manage")
    with transaction.atomic():
        members = Membership.objects.in_bulk({draft.membership for draft in drafts})
        by_group = {
            fund.group_id: fund
            for fund in Fund.objects.filter(group_id__in={member.group_id for member in members.values()})
        }
        if len(members) != len({draft.membership for draft in drafts}) or {
            member.group_id for member in members.values()
        } != set(by_group):
            raise Problem("not_found")
        ledger.lock_books(actor=actor, books=[fund.book_id for fund in by_group.values()])
        known = set(Turn.objects.filter(id__in=[draft.id for draft in drafts]).values_list("id", flat=True))
        fresh = [draft for draft in drafts if draft.id not in known]
        for draft in fresh:
            _check_turn(draft, members[draft.membership])
        _refuse_debtors(fresh, members)
        by_fund: dict[UUID, list[TurnDraft]] = {}
        for draft in sorted(fresh, key=lambda item: (item.opened_on, members[item.membership].number)):
            by_fund.setdefault(members[draft.membership].group_id, []).append(draft)
        for group, chosen in sorted(by_fund.items()):
            fund = by_group[group]
            write_events(
                actor=actor,
                fund=fund.pk,
                transfers=[
                    transfer
                    for draft in chosen
                    for transfer in _turn_transfers(fund.book_id, members[draft.membership].number, draft)
                ],
                events=[
                    EventRow(draft.id, EventKind.TURN, draft.opened_on, draft.amount_idr, draft.membership, draft.id)
                    for draft in chosen
                ],
                name="funds.turns_opened",
                body={"count": len(chosen), "amount": sum(draft.amount_idr for draft in chosen)},
            )
        _write_turns(fresh, members, by_group)


def _check_turn(draft: TurnDraft, member: Membership) -> None:
    _check_amount_and_day(draft.amount_idr, draft.opened_on)
    if draft.fee_idr < 0 or draft.instalments < 1:
        raise Problem("funds.bad_amount", amount=min(draft.fee_idr, draft.instalments))
    if member.joined_on > draft.opened_on or (member.left_on is not None and member.left_on <= draft.opened_on):
        raise Problem("funds.not_a_member", day=draft.opened_on)


def _refuse_debtors(drafts: Sequence[TurnDraft], members: dict[UUID, Membership]) -> None:
    open_turns = {
        turn.membership_id: turn
        for turn in Turn.objects.filter(membership_id__in=members, closed_on=None).prefetch_related("schedule")
    }
    taken: set[UUID] = set()
    for draft in drafts:
        turn = open_turns.get(draft.membership)
        if draft.membership in taken:
            raise Problem("funds.turn_open", member=members[draft.membership].number)
        taken.add(draft.membership)
        if turn is None:
            continue
        rows = [
            InstalmentState(turn.id, row.number, row.due_on, row.principal_idr, row.fee_idr, row.paid_idr)
            for row in turn.schedule.all()
        ]
        late = rules.arrears(turn.id, rows, draft.opened_on)
        number = members[draft.membership].number
        if late.overdue_idr:
            raise Problem("funds.in_arrears", member=number, amount=late.overdue_idr, days=late.days)
        raise Problem("funds.turn_open", member=number)


def _turn_transfers(book: UUID, member: int, draft: TurnDraft) -> list[TransferDraft]:
    debt = account_id(book, accounts.debt(member))
    parts = [(accounts.CASH, draft.amount_idr, "turn"), (accounts.FEE, draft.fee_idr, "turn.fee")]
    return [
        TransferDraft(
            id=stable_id("transfer", draft.id, index),
            event=draft.id,
            debit=debt,
            credit=account_id(book, credit),
            amount=amount,
            code=code,
            occurred_on=draft.opened_on,
        )
        for index, (credit, amount, code) in enumerate(parts, start=1)
        if amount
    ]


def _write_turns(drafts: Sequence[TurnDraft], members: dict[UUID, Membership], by_group: dict[UUID, Fund]) -> None:
    turns, instalments = [], []
    for draft in drafts:
        member = members[draft.membership]
        fund = by_group[member.group_id]
        turns.append(
            Turn(
                id=draft.id,
                area=fund.area,
                office_id=fund.office_id,
                fund=fund,
                group_id=fund.group_id,
                membership=member,
                amount_idr=draft.amount_idr,
                fee_idr=draft.fee_idr,
                opened_on=draft.opened_on,
            )
        )
        plan = rules.schedule(draft.amount_idr, draft.instalments, draft.opened_on, draft.fee_idr)
        for row, row_id in zip(plan, new_ids(len(plan)), strict=True):
            instalments.append(
                Instalment(
                    id=row_id,
                    area=fund.area,
                    office_id=fund.office_id,
                    turn_id=draft.id,
                    group_id=fund.group_id,
                    number=row.number,
                    due_on=row.due_on,
                    principal_idr=row.principal_idr,
                    fee_idr=row.fee_idr,
                )
            )
    for rows in (turns, instalments):
        bulk.create(rows)


def reverse_event(*, actor: Actor, event: UUID, reason: str, id: UUID | None = None) -> UUID:  # noqa: A002
    """Undo one payment or capital by transfers the other way; the entry stays, struck through. Returns the new event.

    Raises `not_found`, `funds.already_reversed`, `bad_state` for a turn (paid back, not undone), `ledger.short`.
    """
    require(actor, "fund.manage")
    with transaction.atomic():
        found = CashEvent.objects.select_related("fund").filter(id=event).first()
        if found is None:
            raise Problem("not_found")
        ledger.lock_books(actor=actor, books=[found.fund.book_id])
        if CashEvent.objects.filter(reverses_id=event).exists():
            raise Problem("funds.already_reversed")
        if found.kind in {EventKind.TURN, EventKind.REVERSAL}:
            raise Problem("bad_state", state=found.kind)
        _refuse_second_open_turn(found)
        undo = id or new_id()
        posted = Transfer.objects.filter(book=found.fund.book_id, event_id=event).order_by("-seq")
        drafts = [
            TransferDraft(
                id=stable_id("transfer", undo, index),
                event=undo,
                debit=row.credit_id,
                credit=row.debit_id,
                amount=row.amount,
                code=EventKind.REVERSAL,
                occurred_on=clock.today(),
                reverses=row.id,
            )
            for index, row in enumerate(posted, start=1)
        ]
        write_events(
            actor=actor,
            fund=found.fund_id,
            transfers=drafts,
            events=[
                EventRow(
                    undo, EventKind.REVERSAL, clock.today(), found.amount, found.membership_id, found.turn_id,
                    note=reason, reverses=event,
                )
            ],
            name="funds.reversed",
            body={"event": event, "amount": found.amount, "reason": reason},
        )  # fmt: skip
        if found.turn_id:
            resettle([found.turn_id])
    return undo


def _refuse_second_open_turn(event: CashEvent) -> None:
    """A turn whose instalment is undone is open again: it cannot stand beside the member's present one."""
    if event.turn is None or event.turn.closed_on is None:
        return
    present = Turn.objects.select_related("membership").filter(membership=event.turn.membership, closed_on=None).first()
    if present is not None:
        raise Problem("funds.turn_open", member=present.membership.number)


def _funds(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, Fund]:
    wanted = set(ids)
    funds = Fund.objects.in_bulk(wanted)
    if len(funds) != len(wanted):
        raise Problem("not_found")
    ledger.lock_books(actor=actor, books=[fund.book_id for fund in funds.values()])
    return funds


def _check_amount_and_day(amount: int, day: date) -> None:
    if isinstance(amount, bool) or not isinstance(amount, int) or amount <= 0:
        raise Problem("funds.bad_amount", amount=amount)
    if day > clock.today():
        raise Problem("funds.future", day=day)


def _audit(actor: Actor, name: str, fund: Fund | Group, subject: UUID, *, reason: str = "", **body: object) -> None:
    audit.record(
        actor=actor,
        name=name,
        subject_kind="fund",
        subject_id=subject,
        area=fund.area,
        office=fund.office_id,
        reason=reason,
        **body,
    )
