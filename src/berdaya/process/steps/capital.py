"""Capital into the groups' funds, the first turns, and what members paid since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from berdaya.funds.models import Fund, Turn
from berdaya.funds.services import (
    aid_held_back,
    open_funds_many,
    open_turns_many,
    receive_capital_many,
    record_payments_many,
)
from berdaya.funds.types import CapitalDraft, EventKind, FundDraft, Payment, TurnDraft
from berdaya.grants.services.handovers import record_capital_funding
from berdaya.groups.models import Group, Membership
from berdaya.intake.types import PaymentRow
from berdaya.kernel.ids import stable_id
from berdaya.process.steps import funds_shown
from berdaya.process.walk import Walk
from berdaya.programmes.models import DecreeLine


def open_funds(walk: Walk) -> str:
    """One fund per group on the decree, or per group formed from its recipients; the capital; the first turns."""
    rule = walk.config.fund
    if rule is None:
        return "tanpa dana bergulir"
    dates = walk.config.dates
    on = dates.handover or dates.decree or dates.proposal
    with walk.acting("funds") as actor:
        lines = _lines_by_group(walk)
        drafts = [
            FundDraft(
                id=stable_id(walk.code, "fund", group.code),
                group=group.pk,
                opened_on=on,
                kind=rule.kind,
                decree_line=lines.get(group.pk),
            )
            for group in Group.objects.filter(pk__in=lines).order_by("code")
        ]
        open_funds_many(actor=actor, drafts=drafts)
        capital = [
            CapitalDraft(
                id=stable_id(walk.code, "capital", draft.id),
                fund=draft.id,
                occurred_on=on,
                amount_idr=rule.capital_idr,
            )
            for draft in drafts
            if rule.capital_idr
        ]
        held = aid_held_back(actor=actor, wanted={draft.fund: draft.occurred_on for draft in capital})
        capital = [draft for draft in capital if draft.fund not in held]
        receive_capital_many(actor=actor, drafts=capital)
        line_of = {draft.id: lines[draft.group] for draft in drafts}
        record_capital_funding(
            actor=actor,
            programme_id=walk.programme,
            amounts=[(line_of[draft.fund], draft.id, draft.amount_idr) for draft in capital],
        )
        turns = _first_turns(walk, [draft.group for draft in drafts if draft.id not in held])
        open_turns_many(actor=actor, drafts=turns)
    waiting = f", {len(held)} modal tertahan pada daftar pengecualian" if held else ""
    return f"{len(drafts)} dana, {len(turns)} giliran pertama{waiting}"


def _lines_by_group(walk: Walk) -> dict[UUID, UUID]:
    """Group -> decree line that grants its capital: its own, or that of its member with the lowest number."""
    lines = DecreeLine.objects.filter(
        decree__programme=walk.programme, replaced_on=None, decree__approval__checked_by__isnull=False
    )
    found: dict[UUID, UUID] = {
        group: line for group, line in lines.values_list("group_id", "id").order_by("number") if group
    }
    members = lines.filter(
        candidate__person__memberships__left_on=None, candidate__person__memberships__isnull=False
    ).values_list("candidate__person__memberships__group_id", "id")
    for group, line in members.order_by("number"):
        found.setdefault(group, line)
    return found


def _first_turns(walk: Walk, groups: list[UUID]) -> list[TurnDraft]:
    """The first members in the order of their numbers, as many as the rule says and the capital bears."""
    rule, dates = walk.config.fund, walk.config.dates
    if rule is None or not rule.turn_idr:
        return []
    on = dates.followup_start or dates.handover or dates.decree or dates.proposal
    count = min(rule.first_turns, rule.capital_idr // rule.turn_idr)
    taken: Counter[UUID] = Counter()
    drafts = []
    members = Membership.objects.filter(group__in=groups, left_on=None).order_by("group__code", "number")
    for membership, group, number in members.values_list("id", "group_id", "number"):
        if taken[group] >= count:
            continue
        taken[group] += 1
        drafts.append(
            TurnDraft(
                id=stable_id(walk.code, "turn", group, number),
                membership=membership,
                opened_on=on,
                amount_idr=rule.turn_idr,
                instalments=rule.instalments,
                fee_idr=rule.fee_idr,
            )
        )
    return drafts


def pay(walk: Walk, rows: Iterable[PaymentRow]) -> str:
    """Savings, solidarity contributions and instalments; what cannot be posted is named and kept apart."""
    with walk.acting("payments") as actor:
        members = _members(walk)
        borrowers = set(
            Turn.objects.filter(fund__decree_line__decree__programme=walk.programme).values_list(
                "membership_id", flat=True
            )
        )
        counted: Counter[str] = Counter()
        payments = []
        for row in rows:
            membership = members.get((row.ref, row.member)) or members.get((row.ref, ""))
            if membership is None or (row.kind == EventKind.INSTALMENT and membership not in borrowers):
                counted["bukan peminjam" if membership else "bukan anggota"] += 1
                continue
            payments.append(
                Payment(
                    id=stable_id(walk.code, "payment", row.ref, row.member, row.date, row.kind),
                    membership=membership,
                    kind=EventKind(row.kind),
                    occurred_on=row.date,
                    amount_idr=row.amount_idr,
                )
            )
        for result in record_payments_many(actor=actor, payments=payments):
            counted[result.outcome.value] += 1
    meetings = funds_shown.show(walk)
    if meetings:
        counted["pertemuan"] = meetings
    return ", ".join(f"{name} {count}" for name, count in sorted(counted.items())) or "tanpa pembayaran"


def _members(walk: Walk) -> dict[tuple[str, str], UUID]:
    """(group code, member number) and (candidate's ref, '') -> membership in a group that holds a fund."""
    funded = Fund.objects.filter(decree_line__decree__programme=walk.programme).values_list("group_id", flat=True)
    rows = Membership.objects.filter(group__in=list(funded), left_on=None)
    found: dict[tuple[str, str], UUID] = {
        (code, str(number)): membership for membership, code, number in rows.values_list("id", "group__code", "number")
    }
    candidates = rows.filter(person__candidacies__programme=walk.programme)
    for membership, ref in candidates.values_list("id", "person__candidacies__ref"):
        found[ref, ""] = membership
    return found
