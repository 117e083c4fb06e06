"""A whole meeting in one posting: who was here, who paid, who got the turn, what was counted; whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.funds import accounts
from berdaya.funds.models import Attendance, Fund, Meeting
from berdaya.funds.services import plain
from berdaya.funds.services.common import Move, balances, check_day, ensure_accounts, locked_fund, transfers
from berdaya.funds.services.payments import Known, decide, event_of, fills_of, read_known, resettle, transfer_of
from berdaya.funds.services.posting import EventRow, write_events
from berdaya.funds.services.turns import check_turns, turn_event, turn_transfers, write_turns
from berdaya.funds.types import (
    EventKind,
    FundKind,
    MeetingDraft,
    MeetingLine,
    MeetingResult,
    MeetingState,
    Payment,
    PaymentOutcome,
    Presence,
    Source,
    TurnDraft,
)
from berdaya.funds.wire import meeting_json, meeting_of, rules_of
from berdaya.groups.models import Membership
from berdaya.kernel import bulk, clock
from berdaya.kernel.ids import new_ids, stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.ledger.models import Book
from berdaya.ledger.types import IDR, TransferDraft

PAID = (
    ("saving_idr", EventKind.SAVING),
    ("instalment_idr", EventKind.INSTALMENT),
    ("iks_idr", EventKind.IKS),
    ("fine_idr", EventKind.FINE),
    ("fee_idr", EventKind.FEE),
)
MEMBERS_WHO_CONFIRM = 2


@dataclass
class Prepared:
    """What a meeting would post, and everything that stands against it."""

    transfers: list[TransferDraft] = field(default_factory=list)
    events: list[EventRow] = field(default_factory=list)
    turns: list[TurnDraft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    beside: list[tuple[UUID, UUID, int]] = field(default_factory=list)
    known: Known | None = None
    book_idr: int = 0
    accepted: bool = False


def record_meeting(*, actor: Actor, draft: MeetingDraft) -> MeetingResult:
    """Post the whole meeting, or nothing of it; the same id and body again changes nothing.

    From the web every misuse raises the first of its named problems, so that it can be mended on the spot. A record
    of a phone (`source` phone) has happened already: it is kept as `conflict` for two officers instead. A paper form
    typed by someone else is kept as `awaiting` until two members who were present have confirmed it.

    Raises `not_allowed`, `not_found`, `ledger.conflict` (the id stands for another body) and, but for phones,
    `funds.future`, `funds.not_a_member`, `funds.more_than_debt`, `funds.no_turn`, `funds.in_arrears`,
    `funds.turn_open`, `funds.wrong_unit`, `funds.not_whole_shares`, `funds.meeting_twice`, `funds.book_moved`,
    `funds.cash_differs`, `funds.nobody_present`, `ledger.short`.
    """
    require(actor, "fund.record")
    if draft.unit == IDR and plain.meet(actor, draft, payments_of(draft)):
        return MeetingResult(draft.id, MeetingState.POSTED)
    with transaction.atomic():
        fund = locked_fund(actor, draft.fund)
        before = Meeting.objects.filter(id=draft.id).first()
        if before is not None:
            return _again(before, draft)
        prepared = prepare(actor, fund, draft)
        if prepared.problems and draft.source is not Source.PHONE:
            raise prepared.problems[0]
        if prepared.problems:
            state = MeetingState.CONFLICT
        elif draft.source is Source.PAPER and len(set(draft.confirmed_by)) < MEMBERS_WHO_CONFIRM:
            state = MeetingState.AWAITING
        else:
            state = MeetingState.POSTED
            _post(actor, fund, draft, prepared)
        meeting = _write(actor, fund, draft, state, prepared)
        return MeetingResult(meeting.pk, state, problems=tuple(prepared.problems))


def confirm_meeting(*, actor: Actor, meeting: UUID, membership: UUID) -> MeetingResult:
    """A member who was present confirms a paper form; the second one lets it be posted.

    Raises `not_found`, `bad_state`, `funds.two_members` (not present) and what posting raises.
    """
    require(actor, "fund.record")
    with transaction.atomic():
        row = Meeting.objects.filter(id=meeting).first()
        if row is None:
            raise Problem("not_found")
        fund = locked_fund(actor, row.fund_id)
        row.refresh_from_db()
        if row.state != MeetingState.AWAITING:
            raise Problem("bad_state", state=row.state)
        here = Attendance.objects.filter(meeting=row, membership_id=membership, presence=Presence.PRESENT)
        if not here.update(confirmed=True):
            raise Problem("funds.two_members")
        if Attendance.objects.filter(meeting=row, confirmed=True).count() < MEMBERS_WHO_CONFIRM:
            return MeetingResult(row.pk, MeetingState.AWAITING)
        draft = draft_of(row)
        prepared = prepare(actor, fund, draft)
        if prepared.problems:
            raise prepared.problems[0]
        _post(actor, fund, draft, prepared)
        row.state, row.book_idr = MeetingState.POSTED, prepared.book_idr
        row.save(update_fields=["state", "book_idr"])
        return MeetingResult(row.pk, MeetingState.POSTED)


def draft_of(meeting: Meeting) -> MeetingDraft:
    """What was handed in, from the row that keeps it."""
    return meeting_of(meeting.body, id=meeting.pk, fund=meeting.fund_id)


def digest(draft: MeetingDraft) -> str:
    """SHA-256 of the body: two records of one id are the same where this is."""
    return hashlib.sha256(json.dumps(meeting_json(draft), sort_keys=True).encode()).hexdigest()


def _again(before: Meeting, draft: MeetingDraft) -> MeetingResult:
    same = before.fund_id == draft.fund and digest(draft_of(before)) == digest(draft)
    if not same:
        raise Problem("ledger.conflict", id=draft.id)
    problems = tuple(Problem(row["code"], **row["params"]) for row in before.problems)
    return MeetingResult(before.pk, MeetingState(before.state), known=True, problems=problems)


def prepare(actor: Actor, fund: Fund, draft: MeetingDraft, *, accepted: bool = False) -> Prepared:
    """Everything the meeting would post, under the book's lock, and every named problem that stands against it.

    Once two officers `accepted` a meeting that happened offline, what the rules refuse goes against *selisih*.
    """
    made = Prepared(accepted=accepted)
    if draft.unit != IDR:
        # Never posted, whoever accepts: goats are no rupiah.
        made.problems.append(Problem("funds.wrong_unit", unit=draft.unit, expected="rupiah"))
        return made
    if not accepted:
        _check_frame(fund, draft, made)
    members = _members(fund, draft)
    payments = payments_of(draft)
    held = balances(fund.book_id)
    ensure_accounts(actor=actor, fund=fund, codes=_codes(members, draft), held=held)
    if payments:
        made.known = read_known(payments)
        _take(fund, payments, made, members)
    _give(fund, draft, made, members)
    _close_cash(fund, draft, made, held.get(accounts.CASH, 0))
    return made


def _give(fund: Fund, draft: MeetingDraft, made: Prepared, members: dict[UUID, Membership]) -> None:
    paid_now: dict[UUID, int] = {}
    if made.known is not None:
        for key, turn in made.known.turn_of.items():
            paid_now[turn.id] = paid_now.get(turn.id, 0) + made.known.taken[key].amount_idr
    for turn_draft in turn_drafts(fund, draft):
        try:
            check_turns([turn_draft], members, paid=paid_now)
        except Problem as problem:
            if not made.accepted:
                made.problems.append(problem)
            elif turn_draft.amount_idr > 0:
                _beside(fund, draft.held_on, made, (turn_draft.id, turn_draft.membership, -turn_draft.amount_idr))
            continue
        made.turns.append(turn_draft)
        made.transfers += turn_transfers(fund, members[turn_draft.membership].number, turn_draft)
        made.events.append(turn_event(turn_draft))


def _beside(fund: Fund, day: date, made: Prepared, row: tuple[UUID, UUID | None, int]) -> None:
    """Money that came (or went, negative) against the rules: cash moves, *selisih* is the other side."""
    cause, membership, amount = row
    event = stable_id("beside", cause)
    to, out = (accounts.CASH, accounts.DIFFERENCE) if amount > 0 else (accounts.DIFFERENCE, accounts.CASH)
    kind = EventKind.DIFFERENCE
    made.transfers += transfers(fund.book_id, event, day, [Move(to, out, abs(amount), kind.value)])
    made.events.append(EventRow(event, kind, day, abs(amount), membership))


def _check_frame(fund: Fund, draft: MeetingDraft, made: Prepared) -> None:
    try:
        check_day(draft.held_on)
    except Problem as problem:
        made.problems.append(problem)
    if not any(line.presence is Presence.PRESENT for line in draft.lines):
        made.problems.append(Problem("funds.nobody_present"))
    twice = Meeting.objects.filter(fund=fund, held_on=draft.held_on, state=MeetingState.POSTED)
    if twice.exists():
        made.problems.append(Problem("funds.meeting_twice", day=draft.held_on))
    elif draft.seen_seq is not None and Book.objects.filter(id=fund.book_id).exclude(seq=draft.seen_seq).exists():
        made.problems.append(Problem("funds.book_moved"))
    if draft.counted_idr is not None and draft.counted_idr < 0:
        made.problems.append(Problem("funds.bad_amount", amount=draft.counted_idr))


def _members(fund: Fund, draft: MeetingDraft) -> dict[UUID, Membership]:
    named = [line.membership for line in draft.lines]
    wanted = {*named, *(turn.membership for turn in draft.turns), *draft.confirmed_by}
    members = Membership.objects.filter(group_id=fund.group_id).in_bulk(wanted)
    if len(members) != len(wanted) or len(set(named)) != len(named):
        raise Problem("not_found")
    return members


def _codes(members: dict[UUID, Membership], draft: MeetingDraft) -> list[str]:
    numbers = [member.number for member in members.values()]
    codes = [accounts.saving(number) for number in numbers] + [accounts.debt(number) for number in numbers]
    return [*codes, accounts.FINE, accounts.FEE, accounts.DIFFERENCE] if draft.lines else codes


def payments_of(draft: MeetingDraft) -> list[Payment]:
    """The lines of the meeting as payments; their ids follow from the meeting's, so that a replay makes the same."""
    return [
        Payment(
            id=stable_id("meeting", draft.id, line.membership, kind.value),
            membership=line.membership,
            kind=kind,
            occurred_on=draft.held_on,
            amount_idr=getattr(line, column),
            fund=draft.fund,
        )
        for line in draft.lines
        for column, kind in PAID
        if getattr(line, column)
    ]


def turn_drafts(fund: Fund, draft: MeetingDraft) -> list[TurnDraft]:
    """The turns of the meeting with the fund's usual terms where none are named."""
    usual = rules_of(fund.terms).terms
    return [
        TurnDraft(
            id=stable_id("meeting", draft.id, turn.membership, "turn"),
            membership=turn.membership,
            amount_idr=turn.amount_idr,
            instalments=(turn.terms or usual).instalments,
            opened_on=draft.held_on,
            fund=fund.pk,
            terms=turn.terms or usual,
            chosen_by=turn.chosen_by,
            reason=turn.reason,
        )
        for turn in draft.turns
    ]


def _take(fund: Fund, payments: Sequence[Payment], made: Prepared, members: dict[UUID, Membership]) -> None:
    known = made.known
    assert known is not None  # noqa: S101
    rules = rules_of(fund.terms)
    for payment in payments:
        number = members[payment.membership].number
        bad_shares = (
            fund.kind == FundKind.VSLA
            and payment.kind is EventKind.SAVING
            and rules.share_idr
            and (payment.amount_idr % rules.share_idr or payment.amount_idr > rules.share_idr * rules.max_shares)
        )
        if bad_shares and not made.accepted:
            shares = {"amount": payment.amount_idr, "share": rules.share_idr, "most": rules.max_shares}
            made.problems.append(Problem("funds.not_whole_shares", member=number, **shares))
            continue
        result = decide(payment, known)
        taken = payment
        if result.outcome is not PaymentOutcome.RECORDED:
            problem = result.problem or Problem("ledger.conflict", id=payment.id)
            if not made.accepted or result.outcome is PaymentOutcome.CONFLICT or payment.amount_idr <= 0:
                made.problems.append(problem)
                continue
            owed = int(str(problem.params["debt"])) if problem.code == "funds.more_than_debt" else 0
            made.beside.append((payment.id, payment.membership, payment.amount_idr - owed))
            if not owed:
                continue
            taken = replace(payment, amount_idr=owed)
            decide(taken, known)
        made.transfers.append(transfer_of(fund.book_id, number, taken))
        made.events.append(event_of(taken, known))


def _close_cash(fund: Fund, draft: MeetingDraft, made: Prepared, before: int) -> None:
    for row in made.beside:
        _beside(fund, draft.held_on, made, row)
    cash = accounts.account_id(fund.book_id, accounts.CASH)
    moved = sum(item.amount * ((item.debit == cash) - (item.credit == cash)) for item in made.transfers)
    made.book_idr = before + moved
    if made.book_idr < 0 and not made.accepted:
        given = sum(turn.amount_idr for turn in made.turns)
        made.problems.append(Problem("ledger.short", account="Kas", amount=given, available=made.book_idr + given))
        return
    counted = draft.counted_idr if draft.counted_idr is not None else max(made.book_idr, 0)
    if counted == made.book_idr:
        made.transfers.sort(key=lambda item: item.credit == cash)
        return
    if not draft.difference_agreed and not made.accepted:
        made.problems.append(Problem("funds.cash_differs", counted=counted, book=made.book_idr))
        return
    _beside(fund, draft.held_on, made, (stable_id("meeting", draft.id, "count"), None, counted - made.book_idr))
    made.book_idr = counted
    # What comes in first: cash is never below 0 on the way.
    made.transfers.sort(key=lambda item: item.credit == cash)


def _post(actor: Actor, fund: Fund, draft: MeetingDraft, prepared: Prepared) -> None:
    fills, late = fills_of(prepared.known) if prepared.known else ({}, set())
    write_events(
        actor=actor,
        fund=fund.pk,
        transfers=prepared.transfers,
        events=prepared.events,
        fills=fills.get(fund.pk, ()),
        name="funds.meeting_posted",
        body={"meeting": draft.id, "events": len(prepared.events), "cash": prepared.book_idr},
        meeting=draft.id,
    )
    write_turns(prepared.turns, {turn.id: fund for turn in prepared.turns})
    resettle(late)


def post_accepted(actor: Actor, fund: Fund, meeting: Meeting) -> None:
    """Post what two officers accepted of a meeting in conflict; a day that has not come is posted as of today."""
    draft = draft_of(meeting)
    draft = replace(draft, held_on=min(draft.held_on, clock.today()))
    prepared = prepare(actor, fund, draft, accepted=True)
    if prepared.problems:
        raise prepared.problems[0]
    _post(actor, fund, draft, prepared)
    meeting.state, meeting.book_idr, meeting.decided_on = MeetingState.POSTED, prepared.book_idr, clock.today()
    meeting.save(update_fields=["state", "book_idr", "decided_on"])


def _write(actor: Actor, fund: Fund, draft: MeetingDraft, state: MeetingState, prepared: Prepared) -> Meeting:
    row = Meeting.objects.create(
        id=draft.id,
        area=fund.area,
        office_id=fund.office_id,
        fund=fund,
        group_id=fund.group_id,
        held_on=draft.held_on,
        place=draft.place,
        note=draft.note,
        source=draft.source,
        state=state,
        counted_idr=draft.counted_idr,
        book_idr=prepared.book_idr if state is MeetingState.POSTED else None,
        body=meeting_json(draft),
        problems=[{"code": item.code, "params": _plain(item)} for item in prepared.problems],
        entered_by=actor.account_id or 0,
    )
    bulk.create(
        _attendance(row, line, key, draft) for line, key in zip(draft.lines, new_ids(len(draft.lines)), strict=True)
    )
    return row


def _attendance(row: Meeting, line: MeetingLine, key: UUID, draft: MeetingDraft) -> Attendance:
    return Attendance(
        id=key,
        area=row.area,
        office_id=row.office_id,
        meeting=row,
        group_id=row.group_id,
        membership_id=line.membership,
        presence=line.presence,
        signed=line.signed,
        file_id=line.file_id,
        confirmed=line.membership in draft.confirmed_by,
    )


def _plain(problem: Problem) -> dict[str, object]:
    return {
        name: value if isinstance(value, int | str) else str(value) for name, value in sorted(problem.params.items())
    }
