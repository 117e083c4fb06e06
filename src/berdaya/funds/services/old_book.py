"""An existing book comes in: the balances of its last page, typed once, signed by two officers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from berdaya.funds import accounts
from berdaya.funds.models import Fund, FundDecision
from berdaya.funds.services.common import Move, check_amount_and_day, ensure_accounts, transfers
from berdaya.funds.services.posting import EventRow, write_events
from berdaya.funds.services.turns import write_turns
from berdaya.funds.types import EventKind, OldBalance, OldPlace, TurnDraft
from berdaya.groups.models import Membership
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.ledger.models import Book

MOST_INSTALMENTS = 520


def old_book_json(
    balances: Iterable[OldBalance], *, instalments: int = 10, photo: UUID | None = None
) -> dict[str, object]:
    """The body of a decision ``old_book``."""
    rows = [{"place": row.place.value, "member": row.member, "amount_idr": row.amount_idr} for row in balances]
    return {"balances": rows, "instalments": instalments, "photo": str(photo) if photo else None}


def checked_old_book(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body with everything in its place. Raises `funds.bad_amount`, `funds.bad_terms`, `funds.needs_photo`."""
    if not body.get("photo"):
        raise Problem("funds.needs_photo")
    if not 1 <= int(body.get("instalments", 0)) <= MOST_INSTALMENTS:
        raise Problem("funds.bad_terms")
    rows, seen = [], set()
    for row in body.get("balances", ()):
        place, member, amount = OldPlace(row["place"]), int(row["member"]), row["amount_idr"]
        of_member = place in {OldPlace.SAVING, OldPlace.LOAN}
        if type(amount) is not int or amount < 0 or of_member != bool(member) or (place, member) in seen:
            raise Problem("funds.bad_amount", amount=amount)
        seen.add((place, member))
        if amount:
            rows.append({"place": place.value, "member": member, "amount_idr": amount})
    if not rows:
        raise Problem("funds.bad_amount", amount=0)
    return {"balances": rows, "instalments": int(body["instalments"]), "photo": str(UUID(str(body["photo"])))}


def still_blank(fund: Fund) -> None:
    """Raises `funds.book_begun` where the fund has entries already: an old book is taken over before the first one."""
    if Book.objects.filter(id=fund.book_id, seq__gt=0).exists():
        raise Problem("funds.book_begun")


def post_old_book(actor: Actor, fund: Fund, row: FundDecision) -> None:
    """What the old book held, as one event of the day of its last page; loans go on as turns in equal instalments."""
    still_blank(fund)
    day = row.minutes_on
    members = {item.number: item for item in Membership.objects.filter(group_id=fund.group_id)}
    held = [OldBalance(OldPlace(item["place"]), item["amount_idr"], item["member"]) for item in row.body["balances"]]
    if any(item.member and item.member not in members for item in held):
        raise Problem("not_found")
    moves = [_move(item) for item in held]
    ensure_accounts(
        actor=actor, fund=fund, codes=sorted({code for move in moves for code in (move.debit, move.credit)})
    )
    total = sum(item.amount_idr for item in held if item.place in {OldPlace.CASH, OldPlace.BANK, OldPlace.LOAN})
    total = total or sum(item.amount_idr for item in held)
    check_amount_and_day(total, day)
    write_events(
        actor=actor, fund=fund.pk, transfers=transfers(fund.book_id, row.pk, day, moves),
        events=[EventRow(row.pk, EventKind.OPENING, day, total, note=row.minutes)],
        name="funds.old_book", body={"total": total, "balances": len(held), "photo": row.body["photo"]},
    )  # fmt: skip
    turns = [
        TurnDraft(
            stable_id("old-loan", row.pk, item.member), members[item.member].pk, item.amount_idr,
            row.body["instalments"], day, fund=fund.pk,
        )
        for item in held if item.place is OldPlace.LOAN
    ]  # fmt: skip
    write_turns(turns, {turn.id: fund for turn in turns})


def _move(row: OldBalance) -> Move:
    """What is held comes from the old book's balance; what is owed (savings, IKS, capital) goes back to it."""
    code = EventKind.OPENING.value
    if row.place is OldPlace.CASH:
        return Move(accounts.CASH, accounts.OPENING, row.amount_idr, code)
    if row.place is OldPlace.BANK:
        return Move(accounts.BANK, accounts.OPENING, row.amount_idr, code)
    if row.place is OldPlace.LOAN:
        return Move(accounts.debt(row.member), accounts.OPENING, row.amount_idr, code)
    owed = {OldPlace.IKS: accounts.IKS, OldPlace.CAPITAL: accounts.CAPITAL}.get(row.place) or accounts.saving(
        row.member
    )
    return Move(accounts.OPENING, owed, row.amount_idr, code)
