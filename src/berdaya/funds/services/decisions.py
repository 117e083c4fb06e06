"""What needs minutes and two officers: schedules, write-offs, losses, share-outs, conflicts, an old book."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from berdaya.access.permissions import require
from berdaya.audit import services as audit
from berdaya.funds import accounts
from berdaya.funds.models import Fund, FundDecision, Meeting, Turn
from berdaya.funds.schedules import share_out
from berdaya.funds.services.common import Move, balances, check_amount_and_day, check_day, locked_fund, transfers
from berdaya.funds.services.goods import lose_goods
from berdaya.funds.services.meetings import post_accepted
from berdaya.funds.services.old_book import checked_old_book, post_old_book, still_blank
from berdaya.funds.services.payments import resettle
from berdaya.funds.services.posting import EventRow, write_events
from berdaya.funds.services.turns import carry_on, instalment_rows, standing
from berdaya.funds.types import DecisionDraft, DecisionKind, EventKind, MeetingState
from berdaya.funds.wire import terms_json, terms_of
from berdaya.groups.models import Membership
from berdaya.kernel import bulk, clock
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor


def propose_decision(*, actor: Actor, draft: DecisionDraft) -> UUID:
    """The first officer writes what the minutes say; nothing is posted yet. A known id is left as it is.

    Raises `not_allowed`, `not_found`, `funds.needs_minutes`, `funds.future`, `funds.decided` (another proposal on the
    same is open), `funds.bad_terms`, `funds.bad_amount`.
    """
    require(actor, "fund.record")
    if not draft.minutes.strip():
        raise Problem("funds.needs_minutes")
    check_day(draft.minutes_on)
    body = _checked_body(draft)
    with transaction.atomic():
        fund = locked_fund(actor, draft.fund)
        if FundDecision.objects.filter(id=draft.id).exists():
            return draft.id
        _subject(fund, draft)
        if draft.kind is DecisionKind.OLD_BOOK:
            still_blank(fund)
        try:
            with transaction.atomic():
                FundDecision.objects.create(
                    id=draft.id, area=fund.area, office_id=fund.office_id, fund=fund, group_id=fund.group_id,
                    kind=draft.kind, subject_id=draft.subject, body=body, minutes=draft.minutes.strip(),
                    minutes_on=draft.minutes_on, proposed_by=actor.account_id or 0, proposed_on=clock.today(),
                )  # fmt: skip
        except IntegrityError as error:
            raise Problem("funds.decided") from error
        _audit(actor, "funds.decision_proposed", fund, draft.id, kind=draft.kind)
    return draft.id


def decide_proposal(*, actor: Actor, decision: UUID, accept: bool) -> None:
    """The second officer accepts and it is posted, or refuses and nothing is.

    Raises `not_allowed`, `not_found`, `funds.needs_two` (the one who proposed), `funds.decided`, and what posting
    raises.
    """
    require(actor, "fund.approve")
    with transaction.atomic():
        row = FundDecision.objects.filter(id=decision).first()
        if row is None:
            raise Problem("not_found")
        fund = locked_fund(actor, row.fund_id)
        row.refresh_from_db()
        if row.decided_on is not None:
            raise Problem("funds.decided")
        if row.proposed_by == actor.account_id:
            raise Problem("funds.needs_two")
        if accept:
            APPLY[DecisionKind(row.kind)](actor, fund, row)
        elif row.kind == DecisionKind.MEETING:
            Meeting.objects.filter(id__in=[row.subject_id]).update(state=MeetingState.REFUSED, decided_on=clock.today())
        row.decided_by, row.decided_on, row.accepted = actor.account_id, clock.today(), accept
        row.save(update_fields=["decided_by", "decided_on", "accepted"])
        _audit(actor, "funds.decision_made", fund, row.pk, kind=row.kind, accepted=accept)


def _checked_body(draft: DecisionDraft) -> dict[str, Any]:
    body = dict(draft.body)
    if draft.kind is DecisionKind.RESCHEDULE:
        return {"terms": terms_json(terms_of(body.get("terms", {})))}
    if draft.kind is DecisionKind.LOSS:
        check_amount_and_day(body.get("amount_idr", 0), draft.minutes_on)
        if body.get("place") not in {accounts.CASH, accounts.BANK}:
            raise Problem("funds.bad_amount", amount=body.get("place"))
        return {"amount_idr": body["amount_idr"], "place": body["place"]}
    if draft.kind is DecisionKind.GOODS_LOSS:
        check_amount_and_day(body.get("count", 0), draft.minutes_on)
        return {"count": body["count"], "forgiven": int(body.get("forgiven", 0))}
    if draft.kind is DecisionKind.OLD_BOOK:
        return checked_old_book(body)
    return {}


def _subject(fund: Fund, draft: DecisionDraft) -> None:
    """Raises `not_found` where the thing decided on is not of this fund."""
    subjects: dict[DecisionKind, Any] = {
        DecisionKind.RESCHEDULE: fund.turns,
        DecisionKind.WRITE_OFF: fund.turns,
        DecisionKind.GOODS_LOSS: fund.keepings,
        DecisionKind.MEETING: fund.meetings.filter(state=MeetingState.CONFLICT),
    }
    if draft.kind in subjects and not subjects[draft.kind].filter(id__in=[draft.subject]).exists():
        raise Problem("not_found")


def _open_turn(row: FundDecision) -> Turn:
    turn = Turn.objects.prefetch_related("schedule").filter(id__in=[row.subject_id], closed_on=None).first()
    if turn is None:
        raise Problem("funds.no_debt")
    return turn


def _reschedule(actor: Actor, fund: Fund, row: FundDecision) -> None:  # noqa: ARG001
    turn, today = _open_turn(row), clock.today()
    rows = carry_on(turn, terms_of(row.body["terms"]), today)
    bulk.create(instalment_rows(turn, turn.plan + 1, rows, since=today))
    Turn.objects.filter(id=turn.pk).update(plan=turn.plan + 1)
    resettle([turn.pk])


def _write_off(actor: Actor, fund: Fund, row: FundDecision) -> None:
    turn, today = _open_turn(row), clock.today()
    owed = sum(item.open_idr for item in standing(turn))
    if not owed:
        raise Problem("funds.no_debt")
    number = turn.membership.number
    _post(
        actor, fund, row, EventRow(row.pk, EventKind.WRITE_OFF, today, owed, turn.membership_id, turn.pk),
        [Move(accounts.LOSS, accounts.debt(number), owed, EventKind.WRITE_OFF.value)],
    )  # fmt: skip
    Turn.objects.filter(id=turn.pk).update(closed_on=today, written_off_on=today)


def _loss(actor: Actor, fund: Fund, row: FundDecision) -> None:
    amount = row.body["amount_idr"]
    _post(
        actor, fund, row, EventRow(row.pk, EventKind.LOSS, row.minutes_on, amount),
        [Move(accounts.LOSS, row.body["place"], amount, EventKind.LOSS.value)],
    )  # fmt: skip


def _goods_loss(actor: Actor, fund: Fund, row: FundDecision) -> None:  # noqa: ARG001
    assert row.subject_id is not None  # noqa: S101
    lose_goods(
        actor=actor, id=row.pk, keeping=row.subject_id, count=row.body["count"], occurred_on=row.minutes_on,
        forgiven=row.body["forgiven"],
    )  # fmt: skip


def _share_out(actor: Actor, fund: Fund, row: FundDecision) -> None:
    """All cash and bank money but the social fund and the capital to the members, in proportion to their savings."""
    held, today = balances(fund.book_id), clock.today()
    debts = sum(amount for code, amount in held.items() if code.startswith("debt:"))
    if debts:
        raise Problem("funds.debts_open", amount=debts)
    saved = [(int(code.split(":")[1]), -amount) for code, amount in sorted(held.items()) if code.startswith("saving:")]
    bank = held.get(accounts.BANK, 0)
    total = held.get(accounts.CASH, 0) + bank + held.get(accounts.IKS, 0) + held.get(accounts.CAPITAL, 0)
    if total <= 0 or not any(amount for _, amount in saved):
        raise Problem("funds.nothing_to_share")
    parts = share_out(saved, total)
    moves = [Move(accounts.CASH, accounts.BANK, bank, "share_out.bank")] if bank else []
    moves += share_out_moves(held, dict(saved), parts)
    members = dict(Membership.objects.filter(group_id=fund.group_id).values_list("number", "id"))
    events = [EventRow(row.pk, EventKind.SHARE_OUT, today, total)]
    events += [
        EventRow(stable_id("share", row.pk, number), EventKind.SHARE_OUT, today, part, members[number])
        for number, part in sorted(parts.items()) if part
    ]  # fmt: skip
    write_events(
        actor=actor, fund=fund.pk, transfers=transfers(fund.book_id, row.pk, today, moves), events=events,
        name="funds.shared_out", body={"total": total, "members": len(events) - 1},
    )  # fmt: skip


def share_out_moves(held: dict[str, int], saved: dict[int, int], parts: dict[int, int]) -> list[Move]:
    """Close what was earned and spent into *selisih*, then pay each member: her savings first, the gain from there."""
    moves = []
    for code in (*accounts.EARNED, *accounts.SPENT):
        amount = held.get(code, 0)
        if amount < 0:
            moves.append(Move(code, accounts.DIFFERENCE, -amount, "share_out.close"))
        elif amount > 0:
            moves.append(Move(accounts.DIFFERENCE, code, amount, "share_out.close"))
    for number, part in sorted(parts.items()):
        savings = saved[number]
        place = accounts.saving(number)
        moves.append(Move(place, accounts.CASH, min(part, savings), "share_out"))
        if part > savings:
            moves.append(Move(accounts.DIFFERENCE, accounts.CASH, part - savings, "share_out.gain"))
        elif part < savings:
            moves.append(Move(place, accounts.DIFFERENCE, savings - part, "share_out.short"))
    return [move for move in moves if move.amount]


def _meeting(actor: Actor, fund: Fund, row: FundDecision) -> None:
    """Two officers accept what happened offline: what the rules refuse is posted against *selisih* (DESIGN 3.7)."""
    meeting = Meeting.objects.get(id__in=[row.subject_id])
    if meeting.state != MeetingState.CONFLICT:
        raise Problem("funds.decided")
    post_accepted(actor, fund, meeting)


def _post(actor: Actor, fund: Fund, row: FundDecision, event: EventRow, moves: list[Move]) -> None:
    write_events(
        actor=actor, fund=fund.pk, transfers=transfers(fund.book_id, event.id, event.occurred_on, moves),
        events=[replace(event, note=row.minutes)], name="funds." + row.kind, body={"amount": event.amount},
    )  # fmt: skip


def _audit(actor: Actor, name: str, fund: Fund, decision: UUID, **body: object) -> None:
    audit.record(
        actor=actor, name=name, subject_kind="fund", subject_id=fund.pk, area=fund.area, office=fund.office_id,
        reason="", decision=decision, **body,
    )  # fmt: skip


APPLY: dict[DecisionKind, Callable[[Actor, Fund, FundDecision], None]] = {
    DecisionKind.RESCHEDULE: _reschedule,
    DecisionKind.WRITE_OFF: _write_off,
    DecisionKind.LOSS: _loss,
    DecisionKind.GOODS_LOSS: _goods_loss,
    DecisionKind.SHARE_OUT: _share_out,
    DecisionKind.MEETING: _meeting,
    DecisionKind.OLD_BOOK: post_old_book,
}
