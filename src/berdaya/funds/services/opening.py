"""Opening funds, receiving capital, corrections; turns stand in `turns`, payments of members in `payments`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.audit import services as audit
from berdaya.funds import accounts
from berdaya.funds.accounts import account_id
from berdaya.funds.models import CashEvent, Fund, Turn
from berdaya.funds.services.common import balances, check_amount_and_day, open_accounts, transfer_id
from berdaya.funds.services.payments import resettle
from berdaya.funds.services.posting import EventRow, write_events
from berdaya.funds.services.screening import refuse_excluded
from berdaya.funds.types import FIXED_KINDS, CapitalDraft, EventKind, FundDraft
from berdaya.funds.wire import rules_json
from berdaya.groups.models import Group
from berdaya.kernel import clock
from berdaya.kernel.ids import new_id, stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.ledger import services as ledger
from berdaya.ledger.models import Account, Transfer
from berdaya.ledger.types import TransferDraft


def open_fund(*, actor: Actor, draft: FundDraft) -> UUID:
    """One fund with its book and the accounts of all members, as :func:`open_funds_many`.

    Answers the group's fund of that kind, which may have been there before.
    """
    open_funds_many(actor=actor, drafts=[draft])
    return Fund.objects.filter(group_id=draft.group, kind=draft.kind).values_list("id", flat=True)[0]


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
                terms=rules_json(draft.rules),
            )
            for draft in fresh
        )
        open_member_accounts(actor=actor, funds=[draft.id for draft in fresh])
        for draft in fresh:
            _audit(actor, "funds.opened", roots[draft.id], draft.id)


def close_funds(*, actor: Actor, group: UUID, on: date) -> int:
    """The funds of a group that has ended take no entries any more; answers how many were closed now.

    Raises `not_allowed`, `funds.not_empty` where money, debts or goods are left.
    """
    require(actor, "fund.manage")
    with transaction.atomic():
        rows = list(Fund.objects.filter(group_id=group, closed_on=None))
        ledger.lock_books(actor=actor, books=[fund.book_id for fund in rows])
        for fund in rows:
            left = {code: amount for code, amount in balances(fund.book_id).items() if amount and _is_held(code)}
            if left:
                held = Account.objects.filter(book_id=fund.book_id, code__in=left).order_by("code")
                raise Problem("funds.not_empty", left=tuple(held.values_list("name", flat=True)))
            fund.closed_on = on
            fund.save(update_fields=["closed_on"])
            _audit(actor, "funds.closed", fund, fund.pk)
    return len(rows)


def _is_held(code: str) -> bool:
    return code in {accounts.CASH, accounts.BANK} or code.split(":", maxsplit=1)[0] in {"debt", "kept", accounts.STOCK}


def _book(fund: UUID) -> UUID:
    return stable_id("book", fund)


def open_member_accounts(*, actor: Actor, funds: Iterable[UUID]) -> None:
    """Accounts for all present and former members of the funds' groups; those that exist are left."""
    require(actor, "fund.manage")
    open_accounts(actor=actor, funds=funds)


def receive_capital(*, actor: Actor, draft: CapitalDraft) -> None:
    """Capital into one fund, as :func:`receive_capital_many`."""
    receive_capital_many(actor=actor, drafts=[draft])


def receive_capital_many(*, actor: Actor, drafts: Sequence[CapitalDraft]) -> None:
    """Capital into funds: cash rises, and so does what the group answers for. Known ids are left as they are.

    Nobody is paid whom an exclusion list names on the day of the money. Raises `funds.bad_amount`, `funds.future`,
    `funds.excluded_now`, `not_found`, `ledger.conflict`.
    """
    require(actor, "fund.manage")
    with transaction.atomic():
        funds = _funds(actor, [draft.fund for draft in drafts])
        for draft in drafts:
            check_amount_and_day(draft.amount_idr, draft.occurred_on)
        known = set(CashEvent.objects.filter(id__in=[draft.id for draft in drafts]).values_list("id", flat=True))
        fresh = {draft.fund: draft.occurred_on for draft in drafts if draft.id not in known}
        refuse_excluded(actor, fresh)
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
                        id=transfer_id(draft.id),
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


def reverse_event(*, actor: Actor, event: UUID, reason: str, id: UUID | None = None) -> UUID:  # noqa: A002
    """Undo one payment or capital by transfers the other way; the entry stays, struck through. Returns the new event.

    The same reversal again (by its id) answers itself. Raises `not_found`, `reason_needed`, `funds.closed`,
    `funds.already_reversed`, `bad_state` for a turn (paid back, not undone), `ledger.short`.
    """
    require(actor, "fund.manage")
    if not reason.strip():
        raise Problem("reason_needed")
    with transaction.atomic():
        found = CashEvent.objects.select_related("fund").filter(id=event).first()
        if found is None:
            raise Problem("not_found")
        ledger.lock_books(actor=actor, books=[found.fund.book_id])
        before = CashEvent.objects.filter(reverses_id=event).values_list("id", flat=True).first()
        if before is not None and before == id:
            return before
        if before is not None:
            raise Problem("funds.already_reversed")
        if found.fund.closed_on is not None:
            raise Problem("funds.closed", day=found.fund.closed_on)
        if found.kind in FIXED_KINDS:
            raise Problem("bad_state", state=found.kind)
        _refuse_second_open_turn(found)
        undo = id or new_id()
        posted = Transfer.objects.filter(book=found.fund.book_id, event_id=event).order_by("-seq")
        drafts = [
            TransferDraft(
                id=transfer_id(undo, index),
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
                    unit=found.unit, note=reason.strip()[:200], reverses=event,
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
    for fund in funds.values():
        if fund.closed_on is not None:
            raise Problem("funds.closed", day=fund.closed_on)
    return funds


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
