"""Which alert a business raises on a day, and who has to do what about it until when.

The mayor's orders of SCENARIOS S5: nobody is left alone after the training, production every day and not
only at Lebaran and Christmas, lurah and camat invite the producers to the events of their own area.
"""

from __future__ import annotations

from datetime import date, timedelta
from statistics import fmean
from uuid import UUID

from berdaya.enterprises.rules.status import EARLIER_OBSERVATIONS, RECENT_OBSERVATIONS, History
from berdaya.enterprises.types import EvidenceKind, Status, StatusThresholds
from berdaya.followup.types import Addressee, Alert, AlertRules, Pulse, Raised


def alerts(pulse: Pulse, *, as_of: date, rules: AlertRules) -> list[Raised]:
    """Every alert of one business on a day.

    A business that nobody visited raises only that: its other figures are too old to judge. A seasonal
    producer does not also raise "stopped" each time it rests. Falling sales are told beside a stop only
    while it still produces.
    """
    silent_since = pulse.last_visit_on or pulse.started_on
    if (as_of - silent_since).days > rules.not_visited_days:
        params = {"since": silent_since.isoformat(), "visited": pulse.last_visit_on is not None}
        due = as_of + timedelta(days=rules.due_days_visit)
        return [Raised(pulse.enterprise_id, Alert.NOT_VISITED, Addressee.MENTOR_SUPERVISOR, due, params)]
    if pulse.status is Status.HOLIDAY_ONLY:
        due = as_of + timedelta(days=rules.due_days_holiday)
        return [Raised(pulse.enterprise_id, Alert.HOLIDAY_ONLY, Addressee.CAMAT, due)]
    stopped = _stopped(pulse, as_of=as_of, rules=rules)
    if stopped is not None:
        return [stopped]
    fallen = _fallen(pulse, as_of=as_of, rules=rules)
    return [] if fallen is None else [fallen]


def _stopped(pulse: Pulse, *, as_of: date, rules: AlertRules) -> Raised | None:
    if pulse.stopped_seen_on is None:
        return None
    since = pulse.last_production_on or pulse.started_on
    if (as_of - since).days < rules.stopped_days:
        return None
    params = {"since": since.isoformat(), "seen_on": pulse.stopped_seen_on.isoformat()}
    due = as_of + timedelta(days=rules.due_days_stopped)
    return Raised(pulse.enterprise_id, Alert.PRODUCTION_STOPPED, Addressee.LURAH, due, params)


def _fallen(pulse: Pulse, *, as_of: date, rules: AlertRules) -> Raised | None:
    if pulse.recent_idr is None or not pulse.earlier_idr:
        return None
    lost = 1 - pulse.recent_idr / pulse.earlier_idr
    if lost < rules.sales_fall_share:
        return None
    params = {
        "recent_idr": pulse.recent_idr,
        "earlier_idr": pulse.earlier_idr,
        "lost_percent": round(lost * 100),
    }
    due = as_of + timedelta(days=rules.due_days_sales)
    return Raised(pulse.enterprise_id, Alert.SALES_FALL, Addressee.UKPD, due, params)


_JAKARTA = range(3100000000, 3200000000)
_ROLES = {Addressee.LURAH: "lurah", Addressee.CAMAT: "camat", Addressee.MENTOR_SUPERVISOR: "supervisor"}


def role_for(addressee: Addressee, area: int) -> str:
    """The role that gets the task in an area; only Jakarta has UKPD, elsewhere the office itself helps to sell."""
    if addressee is Addressee.UKPD:
        return "ukpd" if area in _JAKARTA else "operator"
    return _ROLES[addressee]


def pulse_of(enterprise_id: UUID, history: History, as_of: date, thresholds: StatusThresholds) -> Pulse:
    """What the alert rules read, out of a business's evidence up to a day."""
    visits = [f for f in history.facts if f.kind is EvidenceKind.VISIT and f.occurred_on <= as_of]
    told = [f for f in visits if f.production_days is not None or f.turnover_idr is not None]
    produced = [f.occurred_on for f in told if f.produced]
    last_production = produced[-1] if produced else None
    stopped = [f.occurred_on for f in told if last_production is None or f.occurred_on > last_production]
    figures = [f.turnover_idr for f in told if f.turnover_idr is not None]
    recent = figures[-RECENT_OBSERVATIONS:]
    earlier = figures[:-RECENT_OBSERVATIONS][-EARLIER_OBSERVATIONS:]
    enough = len(earlier) >= RECENT_OBSERVATIONS
    return Pulse(
        enterprise_id=enterprise_id,
        started_on=history.started_on,
        status=history.status_at(as_of, thresholds).status,
        last_visit_on=visits[-1].occurred_on if visits else None,
        last_production_on=last_production,
        stopped_seen_on=stopped[-1] if stopped else None,
        recent_idr=round(fmean(recent)) if enough else None,
        earlier_idr=round(fmean(earlier)) if enough else None,
    )
