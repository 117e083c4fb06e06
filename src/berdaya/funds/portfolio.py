"""What the office sees of all funds: portfolio at risk, capital that lies idle, groups that stopped meeting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Max

from berdaya.access.permissions import require
from berdaya.funds import accounts, rules
from berdaya.funds.models import CashEvent, Fund, Meeting, Turn
from berdaya.funds.selectors import balances_on, states_of
from berdaya.funds.types import Arrears, EventKind, MeetingState
from berdaya.kernel.scope import Actor

PAR = (1, 30, 90)
IDLE_SHARE = 0.5
IDLE_DAYS = 60
STOPPED_DAYS = 60
FROM_MEMBERS = (
    EventKind.SAVING, EventKind.IKS, EventKind.INSTALMENT, EventKind.FINE, EventKind.KEEPING, EventKind.BIRTH,
    EventKind.PASSED_ON,
)  # fmt: skip
"""What shows that a group is alive: money or animals that pass between it and its members."""


@dataclass(frozen=True, slots=True)
class FundRisk:
    """Satu dana: what is out, what is late, what lies idle and when the group last met."""

    fund: UUID
    group: UUID
    group_name: str
    kind: str
    area: int
    capital_idr: int
    cash_idr: int
    lent_idr: int
    at_risk: tuple[int, int, int]
    """Open rupiah of turns at least 1, 30 and 90 days late."""
    days_late: int
    last_turn_on: date | None
    last_met_on: date | None
    idle: bool
    stopped: bool


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Portofolio pada suatu hari. `par` are shares (0 to 1) of the open rupiah, at least 1, 30 and 90 days late."""

    as_of: date
    funds: tuple[FundRisk, ...]
    open_idr: int
    par: tuple[float, float, float]
    at_risk: tuple[int, int, int]
    idle_idr: int
    buckets: dict[str, int]
    """Open rupiah by days late, as `rules.ageing`."""

    @property
    def idle(self) -> tuple[FundRisk, ...]:
        """Funds whose capital lies idle, most cash first."""
        return tuple(sorted((row for row in self.funds if row.idle), key=lambda row: -row.cash_idr))

    @property
    def stopped(self) -> tuple[FundRisk, ...]:
        """Funds of groups that stopped meeting, the longest first."""
        rows = (row for row in self.funds if row.stopped)
        return tuple(sorted(rows, key=lambda row: (row.last_met_on or date.min, row.group_name)))

    @property
    def late(self) -> tuple[FundRisk, ...]:
        """Funds with anything late, the most at risk beyond 30 days first."""
        rows = (row for row in self.funds if row.days_late)
        return tuple(sorted(rows, key=lambda row: (-row.at_risk[1], -row.at_risk[0], row.group_name)))


def portfolio_at_risk(*, actor: Actor, as_of: date, areas: tuple[int, int] | None = None) -> Portfolio:
    """All funds of the scope (inside `areas`, inclusive) as they stood on `as_of`.

    *Idle*: half of the capital or more lies in cash or bank and no turn was given for 60 days. *Stopped*: neither a
    meeting nor anything from a member (money, animals) for 60 days. The share at risk is by the oldest overdue day of
    each turn.
    """
    require(actor, "group.read")
    chosen = Fund.objects.select_related("group").filter(opened_on__lte=as_of, closed_on=None, group__dissolved_on=None)
    if areas is not None:
        chosen = chosen.filter(area__gte=areas[0], area__lte=areas[1])
    funds = list(chosen.order_by("area", "group__name", "id"))
    keys = [fund.pk for fund in funds]
    turns = list(Turn.objects.filter(fund_id__in=keys, opened_on__lte=as_of).prefetch_related("schedule"))
    states = states_of(turns, as_of)
    late: dict[UUID, list[Arrears]] = defaultdict(list)
    last_turn: dict[UUID, date] = {}
    for turn in turns:
        late[turn.fund_id].append(rules.arrears(turn.pk, states[turn.pk], as_of))
        last_turn[turn.fund_id] = max(last_turn.get(turn.fund_id, turn.opened_on), turn.opened_on)
    met = _last_met(keys, as_of)
    held = balances_on([fund.book_id for fund in funds], as_of)
    rows = tuple(
        _risk(fund, held[fund.book_id], late[fund.pk], last_turn.get(fund.pk), met.get(fund.pk), as_of)
        for fund in funds
    )
    every = [row for group in late.values() for row in group]
    open_idr = sum(row.open_idr for row in every)
    at_risk = tuple(sum(row.at_risk[at] for row in rows) for at in range(len(PAR)))
    return Portfolio(
        as_of=as_of,
        funds=rows,
        open_idr=open_idr,
        par=tuple(rules.par(every, days) for days in PAR),  # type: ignore[arg-type]
        at_risk=at_risk,  # type: ignore[arg-type]
        idle_idr=sum(row.cash_idr for row in rows if row.idle),
        buckets=rules.ageing(every).buckets,
    )


def _last_met(funds: Sequence[UUID], as_of: date) -> dict[UUID, date]:
    met: dict[UUID, date] = dict(
        Meeting.objects.filter(fund_id__in=funds, state=MeetingState.POSTED, held_on__lte=as_of)
        .values_list("fund_id")
        .annotate(last=Max("held_on"))
        .order_by()
    )
    paid = CashEvent.objects.filter(fund_id__in=funds, kind__in=FROM_MEMBERS, occurred_on__lte=as_of)
    for fund, last in paid.values_list("fund_id").annotate(last=Max("occurred_on")).order_by():
        met[fund] = max(met.get(fund, last), last)
    return met


def _risk(  # noqa: PLR0917
    fund: Fund, held: dict[str, int], late: Sequence[Arrears], turned: date | None, met: date | None, as_of: date
) -> FundRisk:
    capital = -held.get(accounts.CAPITAL, 0)
    cash = held.get(accounts.CASH, 0) + held.get(accounts.BANK, 0)
    quiet = (as_of - (turned or fund.opened_on)).days >= IDLE_DAYS
    return FundRisk(
        fund=fund.pk,
        group=fund.group_id,
        group_name=fund.group.name,
        kind=fund.kind,
        area=fund.area,
        capital_idr=capital,
        cash_idr=cash,
        lent_idr=sum(amount for code, amount in held.items() if code.startswith("debt:")),
        at_risk=tuple(sum(row.open_idr for row in late if row.days >= days) for days in PAR),  # type: ignore[arg-type]
        days_late=max((row.days for row in late), default=0),
        last_turn_on=turned,
        last_met_on=met,
        idle=bool(capital) and quiet and cash >= capital * IDLE_SHARE,
        stopped=(as_of - (met or fund.opened_on)).days >= STOPPED_DAYS,
    )
