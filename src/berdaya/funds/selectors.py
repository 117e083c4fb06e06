"""Reading funds: the cash book, the members' cards, the queue, the portfolio at risk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Sum

from berdaya.funds import accounts, rules
from berdaya.funds.accounts import account_id
from berdaya.funds.models import CashEvent, Fund, Instalment, Turn
from berdaya.funds.types import (
    EVENT_NAMES,
    Ageing,
    Arrears,
    BookRow,
    EventKind,
    FundBalances,
    FundFigures,
    InstalmentState,
    MemberLedger,
    MemberTurns,
    Statement,
)
from berdaya.groups.models import Membership
from berdaya.kernel.bulk import fetch
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.ledger.models import Account, Transfer
from berdaya.ledger.selectors import book_head
from berdaya.ledger.types import IDR


def _fund(fund: UUID) -> Fund:
    found = Fund.objects.select_related("group").filter(id=fund).first()
    if found is None:
        raise Problem("not_found")
    return found


def funds_of_groups(*, actor: Actor, groups: Sequence[UUID]) -> dict[UUID, UUID]:  # noqa: ARG001
    """Fund by group, for the groups that have one in the scope; the oldest where a group keeps several."""
    rows = Fund.objects.filter(group_id__in=groups).order_by("-opened_on", "-id")
    return dict(rows.values_list("group_id", "id"))


def balances_on(books: Iterable[UUID], as_of: date | None = None) -> dict[UUID, dict[str, int]]:
    """Balance by book and account code, of all transfers up to `as_of`."""
    codes = {row[0]: row[1:] for row in Account.objects.filter(book_id__in=books).values_list("id", "book_id", "code")}
    sums: dict[UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    moved = Transfer.objects.filter(book_id__in=books)
    if as_of is not None:
        moved = moved.filter(occurred_on__lte=as_of)
    for side, sign in (("debit_id", 1), ("credit_id", -1)):
        for account, total in moved.values_list(side).annotate(total=Sum("amount")).order_by():
            book, code = codes[account]
            sums[book][code] += sign * total
    return sums


def states_of(turns: Sequence[Turn], as_of: date) -> dict[UUID, list[InstalmentState]]:
    """Schedules of the turns as they stood on `as_of`, from the standing payments up to that day."""
    paid: dict[UUID, list[tuple[date, int]]] = defaultdict(list)
    standing = CashEvent.objects.filter(
        turn__in=turns, kind=EventKind.INSTALMENT, reversal=None, occurred_on__lte=as_of
    )
    for turn_id, day, amount in standing.values_list("turn_id", "occurred_on", "amount"):
        if turn_id is not None:
            paid[turn_id].append((day, amount))
    states = {}
    for turn in turns:
        rows = plan_on(turn, as_of)
        if turn.written_off_on is not None and turn.written_off_on <= as_of:
            states[turn.id] = [
                InstalmentState(
                    turn.id, row.number, row.due_on, row.principal_idr, row.fee_idr, row.principal_idr + row.fee_idr
                )
                for row in rows
            ]
            continue
        settled = rules.settle([(row.number, row.principal_idr + row.fee_idr) for row in rows], paid[turn.id])
        states[turn.id] = [
            InstalmentState(turn.id, row.number, row.due_on, row.principal_idr, row.fee_idr, part.paid_idr)
            for row, part in zip(rows, settled, strict=True)
        ]
    return states


def plan_on(turn: Turn, as_of: date) -> list[Instalment]:
    """The rows of the plan that held on `as_of`, by number; a rescheduled turn keeps its earlier plans."""
    rows = list(turn.schedule.all())
    number = max((row.plan for row in rows if row.since is None or row.since <= as_of), default=1)
    return sorted((row for row in rows if row.plan == number), key=lambda row: row.number)


def names_of(members: Iterable[Membership]) -> dict[UUID, str]:
    """Name by membership, for whoever may see the group: its officers too, who see no persons otherwise."""
    wanted = [member.id for member in members]
    names: dict[UUID, str] = dict(fetch("SELECT membership, name FROM funds_member_names(%s)", [wanted]))
    return {membership: names.get(membership, "") for membership in wanted}


def fund_balances(*, actor: Actor, fund: UUID) -> FundBalances:  # noqa: ARG001
    """What the fund holds and owes now. Raises `not_found`."""
    found = Fund.objects.filter(id=fund).values_list("book_id", flat=True).first()
    if found is None:
        raise Problem("not_found")
    held: dict[str, int] = defaultdict(int)
    goods: dict[str, int] = defaultdict(int)
    for code, unit, balance in Account.objects.filter(book_id=found).values_list("code", "unit", "balance"):
        held[code] += balance
        if unit != IDR and code.split(":")[0] in {accounts.STOCK, "kept"}:
            goods[unit] += balance
    return FundBalances(
        cash_idr=held[accounts.CASH],
        bank_idr=held[accounts.BANK],
        capital_idr=-held[accounts.CAPITAL],
        lent_idr=_total(held, "debt:"),
        savings_idr=-_total(held, "saving:"),
        iks_idr=-held[accounts.IKS],
        earned_idr=-sum(held[code] for code in accounts.EARNED),
        spent_idr=sum(held[code] for code in accounts.SPENT),
        difference_idr=-held[accounts.DIFFERENCE],
        goods=dict(goods),
    )


def fund_statement(*, actor: Actor, fund: UUID, since: date, until: date, language: str = "id") -> Statement:
    """The cash book of a fund: one row per movement of cash, by day, with the balance after it.

    Reversed rows stay and are marked. Raises `not_found`.
    """
    found = _fund(fund)
    cash = account_id(found.book_id, accounts.CASH)
    moves = [
        row
        for row in Transfer.objects.filter(book_id=found.book_id, occurred_on__lte=until).order_by("occurred_on", "seq")
        if cash in {row.debit_id, row.credit_id}
    ]
    undone = {row.reverses for row in moves if row.reverses}
    texts = _event_texts(found, language)
    balance, opening, rows = 0, 0, []
    for row in moves:
        income, expense = (row.amount, 0) if row.debit_id == cash else (0, row.amount)
        balance += income - expense
        if row.occurred_on < since:
            opening = balance
            continue
        text = texts.get(row.event_id, row.code)
        rows.append(BookRow(row.seq, row.occurred_on, text, income, expense, balance, row.id in undone, row.event_id))
    sums = balances_on([found.book_id], until)[found.book_id]
    seq, head = book_head(actor=actor, book=found.book_id)
    return Statement(
        fund=found.id,
        group=found.group_id,
        group_name=found.group.name,
        since=since,
        until=until,
        opening=opening,
        closing=balance,
        rows=tuple(rows),
        lent_idr=_total(sums, "debt:"),
        savings_idr=-_total(sums, "saving:"),
        iks_idr=-sums[accounts.IKS],
        head_seq=seq,
        head_hash=head.hex(),
    )


def _total(sums: dict[str, int], prefix: str) -> int:
    return sum(amount for code, amount in sums.items() if code.startswith(prefix))


def _event_texts(fund: Fund, language: str) -> dict[UUID, str]:
    events = list(CashEvent.objects.filter(fund=fund))
    members = Membership.objects.in_bulk({event.membership_id for event in events if event.membership_id})
    names, texts = names_of(members.values()), {}
    side = 1 if language.startswith("en") else 0
    for event in events:
        text = EVENT_NAMES[EventKind(event.kind)][side]
        if event.membership_id:
            member = members[event.membership_id]
            text += f", {names[member.id] or ('member' if side else 'anggota')} ({member.number})"
        texts[event.id] = f"{text}: {event.note}" if event.note else text
    return texts


def member_cards(*, actor: Actor, fund: UUID, as_of: date) -> list[MemberLedger]:  # noqa: ARG001
    """Savings, debt and dues of each member of the fund's group on `as_of`, by number. Raises `not_found`."""
    found = _fund(fund)
    members = list(Membership.objects.filter(group_id=found.group_id).order_by("number"))
    names = names_of(members)
    sums = balances_on([found.book_id], as_of)[found.book_id]
    turns = list(
        Turn.objects.filter(fund=found, opened_on__lte=as_of).prefetch_related("schedule").order_by("opened_on")
    )
    states = states_of(turns, as_of)
    dues: dict[UUID, list[InstalmentState]] = defaultdict(list)
    for turn in turns:
        dues[turn.membership_id] += [row for row in states[turn.id] if row.open_idr]
    cards = []
    for member in members:
        late = rules.arrears(member.id, dues[member.id], as_of)
        ahead = next((row for row in dues[member.id] if row.due_on >= as_of), None)
        cards.append(
            MemberLedger(
                membership=member.id,
                number=member.number,
                name=names[member.id],
                savings_idr=-sums.get(accounts.saving(member.number), 0),
                debt_idr=sums.get(accounts.debt(member.number), 0),
                overdue_idr=late.overdue_idr,
                days_overdue=late.days,
                next_due_on=ahead.due_on if ahead else None,
                next_due_idr=ahead.open_idr if ahead else 0,
                joined_on=member.joined_on,
                left_on=member.left_on,
            )
        )
    return cards


def turn_queue(*, actor: Actor, fund: UUID, as_of: date) -> list[MemberTurns]:  # noqa: ARG001
    """Who may take the capital next, first in line first. Raises `not_found`."""
    found = _fund(fund)
    turns = list(Turn.objects.filter(fund=found, opened_on__lte=as_of).prefetch_related("schedule"))
    states = states_of(turns, as_of)
    had: dict[UUID, list[Turn]] = defaultdict(list)
    for turn in turns:
        had[turn.membership_id].append(turn)
    members = Membership.objects.filter(group_id=found.group_id, joined_on__lte=as_of)
    present = [member for member in members if member.left_on is None or member.left_on > as_of]
    return rules.turn_queue(
        MemberTurns(
            membership=member.id,
            number=member.number,
            turns=len(had[member.id]),
            last_on=max((turn.opened_on for turn in had[member.id]), default=None),
            has_open_turn=any(row.open_idr for turn in had[member.id] for row in states[turn.id]),
            in_arrears=any(rules.arrears(turn.id, states[turn.id], as_of).overdue_idr for turn in had[member.id]),
        )
        for member in present
    )


def fund_figures(*, actor: Actor, as_of: date, groups: Sequence[UUID] | None = None) -> list[FundFigures]:  # noqa: ARG001
    """One row per fund that the scope shows (of the groups given), by area and group name."""
    chosen = Fund.objects.select_related("group").filter(opened_on__lte=as_of)
    if groups is not None:
        chosen = chosen.filter(group_id__in=groups)
    funds = list(chosen.order_by("area", "group__name", "id"))
    sums = balances_on([fund.book_id for fund in funds], as_of)
    late, counts = _arrears_by_fund([fund.id for fund in funds], as_of)
    rows = []
    for fund in funds:
        held = sums[fund.book_id]
        rows.append(
            FundFigures(
                fund=fund.id,
                group=fund.group_id,
                group_name=fund.group.name,
                area=fund.area,
                capital_idr=-held.get(accounts.CAPITAL, 0),
                cash_idr=held.get(accounts.CASH, 0),
                lent_idr=_total(held, "debt:"),
                savings_idr=-_total(held, "saving:"),
                iks_idr=-held.get(accounts.IKS, 0),
                turns=counts[fund.id],
                open_turns=sum(1 for row in late[fund.id] if row.open_idr),
                ageing=rules.ageing(late[fund.id]),
            )
        )
    return rows


def _arrears_by_fund(funds: Sequence[UUID], as_of: date) -> tuple[dict[UUID, list[Arrears]], dict[UUID, int]]:
    turns = list(Turn.objects.filter(fund_id__in=funds, opened_on__lte=as_of).prefetch_related("schedule"))
    states = states_of(turns, as_of)
    late: dict[UUID, list[Arrears]] = defaultdict(list)
    counts: dict[UUID, int] = defaultdict(int)
    for turn in turns:
        late[turn.fund_id].append(rules.arrears(turn.id, states[turn.id], as_of))
        counts[turn.fund_id] += 1
    return late, counts


def portfolio(*, actor: Actor, as_of: date, groups: Sequence[UUID] | None = None) -> Ageing:
    """Ageing of all debts in the scope (of the groups given), with the share at risk beyond 30 days."""
    figures = fund_figures(actor=actor, as_of=as_of, groups=groups)
    buckets: dict[str, int] = {name: 0 for name, _ in rules.BUCKETS}
    for row in figures:
        for name, amount in row.ageing.buckets.items():
            buckets[name] += amount
    total = sum(buckets.values())
    late = sum(amount for name, amount in buckets.items() if name not in {"current", "1-30"})
    return Ageing(open_idr=total, buckets=buckets, par30=late / total if total else 0.0)
