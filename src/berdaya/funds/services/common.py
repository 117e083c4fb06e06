"""What the services of funds share: a locked fund, transfers by account codes, accounts that came later."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from berdaya.funds import accounts
from berdaya.funds.accounts import account_id
from berdaya.funds.models import Fund, Keeping
from berdaya.groups.models import Membership
from berdaya.kernel import clock
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.ledger import services as ledger
from berdaya.ledger.models import Account
from berdaya.ledger.types import AccountDraft, TransferDraft


@dataclass(frozen=True, slots=True)
class Move:
    """One transfer by the codes of its accounts: `amount` comes to `debit` from `credit`."""

    debit: str
    credit: str
    amount: int
    code: str


def locked_fund(actor: Actor, fund: UUID) -> Fund:
    """The fund with its book held until the transaction ends. Raises `not_found`, `funds.closed`.

    The group's other books are held too: payments may go to any of them, and all callers take them in one order.
    """
    found = Fund.objects.select_related("group").filter(id=fund).first()
    if found is None:
        raise Problem("not_found")
    if found.closed_on is not None:
        raise Problem("funds.closed", day=found.closed_on)
    ledger.lock_books(actor=actor, books=Fund.objects.filter(group_id=found.group_id).values_list("book_id", flat=True))
    return found


def check_amount_and_day(amount: int, day: date) -> None:
    """Raises `funds.bad_amount`, `funds.future`."""
    if isinstance(amount, bool) or not isinstance(amount, int) or amount <= 0:
        raise Problem("funds.bad_amount", amount=amount)
    check_day(day)


def check_day(day: date) -> None:
    """Raises `funds.future`."""
    if day > clock.today():
        raise Problem("funds.future", day=day)


def transfer_id(event: UUID, index: int = 1) -> UUID:
    """The id of an event's transfer: the event's own for the first one, so that the client's UUIDv7 is the key.

    Keys that grow with time also keep the index of ten million transfers in few pages.
    """
    return event if index == 1 else stable_id("transfer", event, index)


def transfers(book: UUID, event: UUID, day: date, moves: Iterable[Move]) -> list[TransferDraft]:
    """The moves of one event as transfers; ids follow from the event, so that a repeated call makes the same ones."""
    return [
        TransferDraft(
            id=transfer_id(event, index),
            event=event,
            debit=account_id(book, move.debit),
            credit=account_id(book, move.credit),
            amount=move.amount,
            code=move.code,
            occurred_on=day,
        )
        for index, move in enumerate(moves, start=1)
        if move.amount
    ]


def balances(book: UUID) -> dict[str, int]:
    """Present balance by account code, as kept under the book's lock."""
    return dict(Account.objects.filter(book_id=book).values_list("code", "balance"))


def open_accounts(*, actor: Actor, funds: Iterable[UUID]) -> None:
    """Accounts for all present and former members of the funds' groups and their counted units; known ones are left."""
    rows = list(Fund.objects.filter(id__in=list(funds)).values_list("id", "book_id", "group_id", "terms"))
    numbers: dict[UUID, list[int]] = {group: [] for _, _, group, _ in rows}
    members = Membership.objects.filter(group_id__in=numbers).order_by("group_id", "number")
    for group, number in members.values_list("group_id", "number"):
        numbers[group].append(number)
    units: dict[UUID, set[str]] = {}
    for fund, unit in Keeping.objects.filter(fund_id__in=[row[0] for row in rows]).values_list("fund_id", "unit"):
        units.setdefault(fund, set()).add(unit)
    drafts: list[AccountDraft] = []
    for fund, book, group, terms in rows:
        drafts += accounts.common_accounts(book)
        drafts += accounts.member_accounts(book, numbers[group])
        for unit in sorted({terms.get("unit", "")} | units.get(fund, set())):
            if unit:
                drafts += accounts.goods_accounts(book, unit, numbers[group])
    ledger.open_accounts_many(actor=actor, drafts=drafts)


def ensure_accounts(
    *,
    actor: Actor,
    fund: Fund,
    codes: Sequence[str],
    units: Sequence[str] = (),
    numbers: Sequence[int] = (),
    held: Mapping[str, int] | None = None,
) -> None:
    """Open what is missing of `codes`: of members who joined later, and of units and places that came later.

    `held` are the balances by code, where the caller has read them anyway.
    """
    present: Collection[str] = (
        held
        if held is not None
        else set(Account.objects.filter(book_id=fund.book_id, code__in=codes).values_list("code", flat=True))
    )
    if set(codes) <= set(present):
        return
    open_accounts(actor=actor, funds=[fund.pk])
    drafts = [draft for unit in units for draft in accounts.goods_accounts(fund.book_id, unit, numbers)]
    if drafts:
        ledger.open_accounts_many(actor=actor, drafts=drafts)
