"""The first page of whoever has groups of their own: the officers of one, the sponsor of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from uuid import UUID

from berdaya.access.permissions import require
from berdaya.enterprises.models import StatusSnapshot
from berdaya.funds import books, selectors
from berdaya.funds.models import Fund, FundDecision, Meeting
from berdaya.funds.portfolio import FundRisk, portfolio_at_risk
from berdaya.funds.types import FundBalances, MeetingState, MemberLedger
from berdaya.governance.models import Coaching, GroupRules, GrowthAssessment
from berdaya.governance.services.coaching import coachings_of
from berdaya.groups.models import Group
from berdaya.kernel import clock
from berdaya.kernel.scope import Actor
from berdaya.process.lifecycle import LifeOfficer, officers_of
from berdaya.process.overview.common import places

LAST_MEETINGS = 6
STATES = ("late", "stopped", "idle", "weak", "none", "selling", "well")
"""How a group stands with its sponsor, who needs somebody first."""
BY_BUSINESS = {"dormant": "idle", "holiday_only": "idle", "weak": "weak", "active": "selling"}
"""Status of a business -> how its group stands with its sponsor."""


@dataclass(frozen=True)
class OwnFund:
    """A fund as its officers see it first: cash, who has not paid, what is due next, and what waits."""

    fund: UUID
    kind: str
    balance: FundBalances
    unpaid: tuple[MemberLedger, ...]
    due_on: date | None
    due: tuple[MemberLedger, ...]
    next_turn: str
    last_met: date | None
    next_meeting: date | None
    loans: tuple[books.LoanRow, ...]
    waiting: tuple[tuple[UUID, date, str], ...]
    decisions: int


@dataclass(frozen=True)
class OwnGroup:
    """A group as its officers see it first."""

    id: UUID
    name: str
    synthetic: bool
    meets: str
    funds: tuple[OwnFund, ...]
    officers: tuple[LifeOfficer, ...]
    advice: Coaching | None


@dataclass(frozen=True)
class CoachedGroup:
    """A group as its sponsor sees it first; `risk` is None where it keeps no fund."""

    id: UUID
    name: str
    place: str
    synthetic: bool
    level: str
    risk: FundRisk | None
    last: Coaching | None
    business: str = ""
    """Status of the group's business today: what tells about a group that keeps no fund."""

    @property
    def state(self) -> str:
        """``late``, ``stopped`` or ``well`` by its fund; else by its business; ``none`` where nothing is known."""
        if self.risk is None:
            return BY_BUSINESS.get(self.business, "none")
        if self.risk.days_late:
            return "late"
        return "stopped" if self.risk.stopped else "well"


def own_groups(*, actor: Actor) -> tuple[OwnGroup, ...]:
    """The groups that the scope shows, each with its funds; an officer has one."""
    require(actor, "fund.read")
    today = clock.today()
    groups = list(Group.objects.filter(dissolved_on=None).order_by("name", "id"))
    notes = _latest(coachings_of(actor=actor, groups=[group.pk for group in groups], until=today))
    return tuple(
        OwnGroup(
            group.pk,
            group.name,
            group.synthetic,
            GroupRules.objects.filter(group=group).order_by("-number").values_list("meeting", flat=True).first() or "",
            tuple(
                _fund(actor, fund, today)
                for fund in Fund.objects.filter(group=group, closed_on=None).order_by("opened_on", "id")
            ),
            officers_of(group),
            notes.get(group.pk),
        )
        for group in groups
    )


def coached_groups(*, actor: Actor) -> tuple[CoachedGroup, ...]:
    """The sponsor's groups, those that need somebody first."""
    require(actor, "group.read")
    today = clock.today()
    groups = list(Group.objects.filter(dissolved_on=None).order_by("name", "id"))
    keys = [group.pk for group in groups]
    risks: dict[UUID, FundRisk] = {}
    for row in portfolio_at_risk(actor=actor, as_of=today).funds:
        if row.group not in risks or row.days_late > risks[row.group].days_late:
            risks[row.group] = row
    levels = dict(
        GrowthAssessment.objects.filter(group_id__in=keys)
        .order_by("assessed_on", "recorded_at")
        .values_list("group_id", "level")
    )
    named = places(group.area for group in groups)
    notes = _latest(coachings_of(actor=actor, groups=keys, until=today))
    businesses = dict(
        StatusSnapshot.objects.filter(enterprise__group__in=keys, as_of__lte=today)
        .order_by("as_of")
        .values_list("enterprise__group_id", "status")
    )
    rows = [
        CoachedGroup(
            group.pk, group.name, named.get(group.area, ""), group.synthetic, levels.get(group.pk, ""),
            risks.get(group.pk), notes.get(group.pk), businesses.get(group.pk, ""),
        )
        for group in groups
    ]  # fmt: skip
    urgent = {state: place for place, state in enumerate(STATES)}
    return tuple(sorted(rows, key=lambda row: (urgent[row.state], row.name)))


def _latest(notes: Sequence[Coaching]) -> dict[UUID, Coaching]:
    found: dict[UUID, Coaching] = {}
    for note in notes:
        found.setdefault(note.group_id, note)
    return found


def _fund(actor: Actor, fund: Fund, today: date) -> OwnFund:
    cards = selectors.member_cards(actor=actor, fund=fund.pk, as_of=today)
    present = [card for card in cards if card.left_on is None or card.debt_idr]
    dues = [card for card in present if card.next_due_on]
    due_on = min((card.next_due_on for card in dues if card.next_due_on), default=None)
    queue = selectors.turn_queue(actor=actor, fund=fund.pk, as_of=today)
    names = {card.membership: f"{card.number}. {card.name}" for card in cards}
    held = list(
        Meeting.objects.filter(fund=fund, state=MeetingState.POSTED, held_on__lte=today)
        .order_by("-held_on")
        .values_list("held_on", flat=True)[:LAST_MEETINGS]
    )
    return OwnFund(
        fund=fund.pk,
        kind=fund.kind,
        balance=selectors.fund_balances(actor=actor, fund=fund.pk),
        unpaid=tuple(sorted((card for card in present if card.overdue_idr), key=lambda card: -card.days_overdue)),
        due_on=due_on,
        due=tuple(card for card in dues if card.next_due_on == due_on),
        next_turn=names[queue[0].membership] if queue else "",
        last_met=held[0] if held else None,
        next_meeting=_next(held, today),
        loans=tuple(row for row in books.loan_book(actor=actor, fund=fund.pk, as_of=today) if row.state == "open"),
        waiting=tuple((row.pk, row.held_on, row.state) for row in books.waiting_meetings(actor=actor, funds=[fund.pk])),
        decisions=FundDecision.objects.filter(fund=fund, decided_on=None).count(),
    )


def _next(held: Sequence[date], today: date) -> date | None:
    """When the group meets next by the usual distance of its last meetings; None before the second one."""
    if len(held) < 2:
        return None
    gap = timedelta(days=int(median((late - early).days for late, early in pairwise(held))))
    if not gap:
        return None
    day = held[0] + gap
    return day if day >= today else today
