"""Which alert a business raises on a day, and who has to do what about it until when.

The mayor's orders of SCENARIOS S5: nobody is left alone after the training, production every day and not
only at Lebaran and Christmas, lurah and camat invite the producers to the events of their own area.
"""

from __future__ import annotations

from datetime import date, timedelta

from berdaya.enterprises.types import Status
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
