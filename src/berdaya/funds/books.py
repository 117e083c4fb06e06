"""The books as groups know them: savings and IKS, loans, inventory, minutes (cash: `selectors.fund_statement`).

Each answers rows in the usual columns, for a screen, a PDF or a workbook alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, Sum

from berdaya.funds import accounts, rules
from berdaya.funds.models import Attendance, BankLine, CashEvent, Fund, FundDecision, Keeping, Meeting, Turn
from berdaya.funds.selectors import names_of, states_of
from berdaya.funds.types import EventKind, MeetingState, Moved, Presence, Reconciliation
from berdaya.groups.models import Membership
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.ledger.models import Account, Transfer
from berdaya.ledger.types import IDR


@dataclass(frozen=True, slots=True)
class SavingRow:
    """Baris buku simpanan dan IKS: `balance` is the member's savings after it."""

    occurred_on: date
    number: int
    name: str
    saving: int
    withdrawal: int
    iks: int
    balance: int
    reversed: bool


@dataclass(frozen=True, slots=True)
class LoanRow:
    """Baris buku pinjaman: one turn as of a day; `state` is open, closed, or written_off."""

    turn: UUID
    number: int
    name: str
    opened_on: date
    amount: int
    fee: int
    instalments: int
    paid: int
    open: int
    overdue: int
    days: int
    next_due_on: date | None
    next_due: int
    state: str
    plan: int


@dataclass(frozen=True, slots=True)
class InventoryRow:
    """Baris buku inventaris: counted goods of one unit; what was received and born equals the rest."""

    unit: str
    received: int
    born: int
    stock: int
    kept: int
    own: int
    sold: int
    lost: int


@dataclass(frozen=True, slots=True)
class MinutesRow:
    """Baris buku notulen: one meeting."""

    meeting: UUID
    held_on: date
    place: str
    state: str
    source: str
    present: int
    members: int
    saving_idr: int
    paid_back_idr: int
    iks_idr: int
    lent_idr: int
    book_idr: int | None
    counted_idr: int | None
    note: str


def savings_book(*, actor: Actor, fund: UUID, since: date, until: date) -> list[SavingRow]:  # noqa: ARG001
    """Savings and IKS, a line for each member and day, in order of day and number. Raises `not_found`.

    Balances are those of the book: they start at what came before `since` and fall where savings are shared out. What
    was corrected stands in a line of its own, struck, and counts nowhere.
    """
    found = fund_row(fund)
    members = {row.number: row for row in Membership.objects.filter(group=found.group_id)}
    names = names_of(members.values())
    held: dict[int, int] = defaultdict(int)
    days: dict[tuple[date, int], dict[str, int]] = {}
    struck = []
    for move in _saving_moves(found, until):
        if move.gone:
            struck.append(move)
            continue
        held[move.number] += move.saved
        if move.occurred_on >= since:
            line = days.setdefault((move.occurred_on, move.number), {"saving": 0, "withdrawal": 0, "iks": 0})
            line["saving"] += max(move.saved, 0)
            line["withdrawal"] += max(-move.saved, 0)
            line["iks"] += move.iks
            line["balance"] = held[move.number]
    rows = [
        SavingRow(day, number, names[members[number].pk], **line, reversed=False)
        for (day, number), line in days.items()
    ]
    rows += [
        SavingRow(move.occurred_on, move.number, names[members[move.number].pk], max(move.saved, 0),
                  max(-move.saved, 0), move.iks, 0, True)
        for move in struck if move.occurred_on >= since
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.occurred_on, row.number, row.reversed))


@dataclass(frozen=True, slots=True)
class _SavingMove:
    occurred_on: date
    number: int
    saved: int
    iks: int
    gone: bool


def _saving_moves(fund: Fund, until: date) -> list[_SavingMove]:
    """What moved members' savings by the chain, and what they gave to the solidarity fund, in order of day."""
    undone = set(CashEvent.objects.filter(fund=fund, reverses__isnull=False).values_list("reverses_id", flat=True))
    places = {
        pk: int(code.partition(":")[2])
        for pk, code in Account.objects.filter(book_id=fund.book_id, code__startswith="saving:").values_list(
            "id", "code"
        )
    }
    moves = [
        _SavingMove(
            day, places[credit] if credit in places else places[debit], amount if credit in places else -amount, 0,
            event in undone,
        )
        for day, debit, credit, amount, event in Transfer.objects.filter(
            Q(debit__in=places) | Q(credit__in=places), book_id=fund.book_id, occurred_on__lte=until
        ).exclude(code=EventKind.REVERSAL).order_by("seq")
        .values_list("occurred_on", "debit_id", "credit_id", "amount", "event_id")
    ]  # fmt: skip
    given = CashEvent.objects.filter(
        fund=fund, kind=EventKind.IKS, occurred_on__lte=until, membership__isnull=False
    ).values_list("occurred_on", "membership__number", "amount", "id")
    moves += [_SavingMove(day, number, 0, amount, event in undone) for day, number, amount, event in given]
    # Within a day the order of the book; a day's IKS comes last.
    return sorted(moves, key=lambda move: move.occurred_on)


@dataclass(frozen=True, slots=True)
class SharePicture:
    """Saham simpan pinjam: whole shares by member, what one is worth now, and what the last share-out paid.

    `worth_idr` is what a share-out would share today: cash, bank and loans, less the solidarity fund and what was given
    as capital. `members` are (number, name, shares), `last_parts` (number, name, rupiah).
    """

    price_idr: int
    shares: int
    worth_idr: int
    members: tuple[tuple[int, str, int], ...]
    last_on: date | None
    last_parts: tuple[tuple[int, str, int], ...]

    @property
    def share_worth_idr(self) -> int:
        """Whole rupiah of one share; 0 where nobody holds any."""
        return self.worth_idr // self.shares if self.shares else 0


def share_picture(*, actor: Actor, fund: UUID) -> SharePicture:  # noqa: ARG001
    """The shares of a savings group (VSLA). Raises `not_found`."""
    found = fund_row(fund)
    price = int(found.terms.get("share_idr") or 0)
    held = dict(Account.objects.filter(book_id=found.book_id, unit=IDR).values_list("code", "balance"))
    members = list(Membership.objects.filter(group=found.group_id).order_by("number"))
    names = names_of(members)
    saved = {row.number: -held.get(accounts.saving(row.number), 0) for row in members}
    lent = sum(amount for code, amount in held.items() if code.startswith("debt:"))
    kept = held.get(accounts.IKS, 0) + held.get(accounts.CAPITAL, 0)
    worth = held.get(accounts.CASH, 0) + held.get(accounts.BANK, 0) + lent + kept
    parts = CashEvent.objects.filter(fund=found, kind=EventKind.SHARE_OUT, membership__isnull=False)
    last = parts.order_by("-occurred_on").values_list("occurred_on", flat=True).first()
    paid = dict(parts.filter(occurred_on=last).values_list("membership_id", "amount")) if last else {}
    return SharePicture(
        price,
        sum(saved.values()) // price if price else 0,
        max(worth, 0) if any(saved.values()) else 0,
        tuple((row.number, names[row.pk], saved[row.number] // price if price else 0) for row in members),
        last,
        tuple((row.number, names[row.pk], paid[row.pk]) for row in members if row.pk in paid),
    )


def loan_book(*, actor: Actor, fund: UUID, as_of: date) -> list[LoanRow]:  # noqa: ARG001
    """All turns as they stood on `as_of`, the latest first. Raises `not_found`."""
    found = fund_row(fund)
    turns = list(
        Turn.objects.filter(fund=found, opened_on__lte=as_of)
        .select_related("membership")
        .prefetch_related("schedule")
        .order_by("-opened_on", "membership__number")
    )
    names = names_of(turn.membership for turn in turns)
    states = states_of(turns, as_of)
    rows = []
    for turn in turns:
        plan = states[turn.pk]
        late = rules.arrears(turn.pk, plan, as_of)
        ahead = next((row for row in plan if row.open_idr and row.due_on >= as_of), None)
        off = turn.written_off_on is not None and turn.written_off_on <= as_of
        rows.append(
            LoanRow(
                turn.pk,
                turn.membership.number,
                names[turn.membership_id],
                turn.opened_on,
                turn.amount_idr,
                turn.fee_idr,
                len(plan),
                sum(row.paid_idr for row in plan) if not off else turn.amount_idr + turn.fee_idr,
                late.open_idr,
                late.overdue_idr,
                late.days,
                ahead.due_on if ahead else None,
                ahead.open_idr if ahead else 0,
                "written_off" if off else "open" if late.open_idr else "closed",
                turn.plan,
            )
        )
    return rows


def inventory_book(*, actor: Actor, fund: UUID) -> list[InventoryRow]:  # noqa: ARG001
    """Counted goods by unit, now. Raises `not_found`."""
    found = fund_row(fund)
    held: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = Account.objects.filter(book_id=found.book_id).exclude(unit=IDR).order_by("unit")
    for unit, code, balance in rows.values_list("unit", "code", "balance"):
        held[unit][code.split(":")[0]] += balance
    return [
        InventoryRow(
            unit,
            -places[accounts.SOURCE],
            -places[accounts.BORN],
            places[accounts.STOCK],
            places["kept"],
            places["own"],
            places[accounts.SOLD],
            places[accounts.LOST],
        )
        for unit, places in held.items()
        if any(places.values())
    ]


def minutes_book(*, actor: Actor, fund: UUID) -> list[MinutesRow]:  # noqa: ARG001
    """Meetings of the fund, the latest first, with what was paid at each. Raises `not_found`."""
    found = fund_row(fund)
    meetings = list(Meeting.objects.filter(fund=found).order_by("-held_on", "-id"))
    here: dict[UUID, list[str]] = defaultdict(list)
    for meeting, presence in Attendance.objects.filter(meeting__in=meetings).values_list("meeting_id", "presence"):
        here[meeting].append(presence)
    sums: dict[tuple[UUID | None, str], int] = {
        (meeting, kind): total
        for meeting, kind, total in CashEvent.objects.filter(meeting_id__in=[row.pk for row in meetings])
        .values_list("meeting_id", "kind")
        .annotate(total=Sum("amount"))
        .order_by()
    }
    return [
        MinutesRow(
            row.pk,
            row.held_on,
            row.place,
            row.state,
            row.source,
            sum(1 for presence in here[row.pk] if presence == Presence.PRESENT),
            len(here[row.pk]),
            sums.get((row.pk, EventKind.SAVING), 0),
            sums.get((row.pk, EventKind.INSTALMENT), 0),
            sums.get((row.pk, EventKind.IKS), 0),
            sums.get((row.pk, EventKind.TURN), 0),
            row.book_idr,
            row.counted_idr,
            row.note,
        )
        for row in meetings
    ]


def reconciliation(*, actor: Actor, fund: UUID) -> Reconciliation:  # noqa: ARG001
    """The book's bank account beside the bank's lines. Raises `not_found`."""
    found = fund_row(fund)
    bank = accounts.account_id(found.book_id, accounts.BANK)
    moves = [
        Moved(row.id, row.occurred_on, row.amount if row.debit_id == bank else -row.amount, row.code)
        for row in Transfer.objects.filter(book_id=found.book_id).order_by("seq")
        if bank in {row.debit_id, row.credit_id}
    ]
    lines = list(BankLine.objects.filter(fund=found).order_by("occurred_on", "recorded_at", "id"))
    theirs = [Moved(row.pk, row.occurred_on, row.amount_idr, row.text) for row in lines]
    pairs, only_book, only_bank = rules.match_bank(moves, theirs)
    printed = [row.balance_idr for row in lines if row.balance_idr is not None]
    total = printed[-1] if printed else sum(row.amount_idr for row in theirs) if theirs else None
    return Reconciliation(tuple(pairs), tuple(only_bank), tuple(only_book), sum(row.amount_idr for row in moves), total)


def fund_row(fund: UUID) -> Fund:
    """The fund with its group. Raises `not_found`."""
    found = Fund.objects.select_related("group").filter(id=fund).first()
    if found is None:
        raise Problem("not_found")
    return found


def waiting_meetings(*, actor: Actor, funds: Sequence[UUID]) -> list[Meeting]:  # noqa: ARG001
    """Meetings that wait for two officers or two members, oldest first."""
    states = (MeetingState.CONFLICT, MeetingState.AWAITING)
    return list(Meeting.objects.filter(fund_id__in=funds, state__in=states).order_by("held_on", "id"))


@dataclass(frozen=True, slots=True)
class MeetingMember:
    """Satu anggota pada satu pertemuan; `amounts` by kind of event."""

    membership: UUID
    number: int
    name: str
    presence: str
    signed: str
    confirmed: bool
    amounts: Mapping[EventKind, int]


@dataclass(frozen=True, slots=True)
class MeetingView:
    """Satu pertemuan dengan semua barisnya. `proposed`: an officer has proposed a decision already."""

    row: MinutesRow
    fund: UUID
    group: UUID
    group_name: str
    lines: tuple[MeetingMember, ...]
    problems: tuple[Problem, ...]
    proposed: bool


def meeting_view(*, actor: Actor, meeting: UUID, language: str = "id") -> MeetingView:  # noqa: ARG001
    """One meeting; amounts are those handed in, also while they wait. Raises `not_found`."""
    found = Meeting.objects.select_related("group").filter(id=meeting).first()
    if found is None:
        raise Problem("not_found")
    row = next(item for item in minutes_book(actor=actor, fund=found.fund_id) if item.meeting == found.pk)
    here = list(Attendance.objects.filter(meeting=found).select_related("membership").order_by("membership__number"))
    names = names_of(item.membership for item in here)
    lines = {line["membership"]: line for line in found.body.get("lines", ())}
    turns = {turn["membership"]: turn["amount_idr"] for turn in found.body.get("turns", ())}
    columns = {
        EventKind.SAVING: "saving_idr",
        EventKind.INSTALMENT: "instalment_idr",
        EventKind.IKS: "iks_idr",
        EventKind.FINE: "fine_idr",
        EventKind.FEE: "fee_idr",
    }
    return MeetingView(
        row=row,
        fund=found.fund_id,
        group=found.group_id,
        group_name=found.group.name,
        lines=tuple(
            MeetingMember(
                item.membership_id,
                item.membership.number,
                names[item.membership_id],
                item.presence,
                item.signed,
                item.confirmed,
                {
                    **{kind: lines.get(str(item.membership_id), {}).get(name, 0) for kind, name in columns.items()},
                    EventKind.TURN: turns.get(str(item.membership_id), 0),
                },
            )
            for item in here
        ),
        problems=tuple(Problem(item["code"], **item["params"]) for item in found.problems),
        proposed=FundDecision.objects.filter(subject_id=found.pk, decided_on=None).exists(),
    )


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """Satu usulan keputusan; `mine` for the one who proposed it, who may not decide it."""

    id: UUID
    kind: str
    subject: UUID | None
    body: Mapping[str, Any]
    minutes: str
    minutes_on: date
    proposed_on: date
    decided_on: date | None
    accepted: bool | None
    mine: bool


def decisions(*, actor: Actor, fund: UUID) -> list[DecisionRow]:
    """Proposals of the fund, open ones first, then the latest."""
    rows = FundDecision.objects.filter(fund_id=fund).order_by("-proposed_on", "-id")
    made = [
        DecisionRow(
            row.pk, row.kind, row.subject_id, row.body, row.minutes, row.minutes_on, row.proposed_on, row.decided_on,
            row.accepted, row.proposed_by == actor.account_id,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(made, key=lambda row: row.decided_on is not None)


@dataclass(frozen=True, slots=True)
class KeepingRow:
    """Satu gaduhan: what she keeps for the group and still owes."""

    id: UUID
    number: int
    name: str
    unit: str
    given: int
    born: int
    lost: int
    owed: int
    due_on: date
    closed_on: date | None
    to_return: int


def keepings(*, actor: Actor, fund: UUID) -> list[KeepingRow]:  # noqa: ARG001
    """Keepings of the fund, open ones first, by due day."""
    rows = list(Keeping.objects.filter(fund_id=fund).select_related("membership").order_by("due_on", "id"))
    names = names_of(row.membership for row in rows)
    made = [
        KeepingRow(
            row.pk, row.membership.number, names[row.membership_id], row.unit, row.given, row.born, row.lost,
            row.to_return - row.returned if row.closed_on is None else 0, row.due_on, row.closed_on, row.to_return,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(made, key=lambda row: row.closed_on is not None)


def owed_by(*, actor: Actor, group: UUID | None = None, household: UUID | None = None) -> list[KeepingRow]:
    """What a group's members, or the members of one family, keep and still owe to be passed on; open ones first."""
    if group is None and household is None:
        return []
    rows = Keeping.objects.filter(group_id=group) if group else Keeping.objects.filter(membership__household=household)
    funds = sorted(set(rows.values_list("fund_id", flat=True)))
    mine = set(rows.values_list("id", flat=True))
    return [row for fund in funds for row in keepings(actor=actor, fund=fund) if row.id in mine]
