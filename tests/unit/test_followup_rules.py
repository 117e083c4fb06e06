from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from berdaya.enterprises.types import Status
from berdaya.followup.rules import alerts
from berdaya.followup.types import Addressee, Alert, AlertRules, Pulse

AS_OF = date(2026, 10, 31)
RULES = AlertRules()
WELL = Pulse(
    enterprise_id=UUID(int=7),
    started_on=date(2024, 9, 1),
    status=Status.ACTIVE,
    last_visit_on=AS_OF - timedelta(days=10),
    last_production_on=AS_OF - timedelta(days=10),
    stopped_seen_on=None,
    recent_idr=1_000_000,
    earlier_idr=1_000_000,
)


def only(pulse: Pulse) -> tuple[Alert, Addressee, int]:
    (raised,) = alerts(pulse, as_of=AS_OF, rules=RULES)
    return raised.alert, raised.addressee, (raised.due_on - AS_OF).days


def test_a_healthy_business_is_left_alone() -> None:
    assert alerts(WELL, as_of=AS_OF, rules=RULES) == []


def test_sales_fell() -> None:
    assert only(replace(WELL, recent_idr=600_000)) == (Alert.SALES_FALL, Addressee.UKPD, 14)
    assert alerts(replace(WELL, recent_idr=600_001), as_of=AS_OF, rules=RULES) == []
    assert alerts(replace(WELL, recent_idr=0, earlier_idr=0), as_of=AS_OF, rules=RULES) == []


def test_production_stopped_three_weeks() -> None:
    seen = AS_OF - timedelta(days=1)
    stopped = replace(WELL, last_production_on=AS_OF - timedelta(days=21), stopped_seen_on=seen)
    assert only(stopped) == (Alert.PRODUCTION_STOPPED, Addressee.LURAH, 7)
    assert alerts(replace(stopped, stopped_seen_on=None), as_of=AS_OF, rules=RULES) == [], "nobody looked"
    young = replace(stopped, last_production_on=AS_OF - timedelta(days=20))
    assert alerts(young, as_of=AS_OF, rules=RULES) == []


def test_not_visited_silences_the_rest() -> None:
    silent = replace(WELL, last_visit_on=AS_OF - timedelta(days=63), recent_idr=0)
    assert only(silent) == (Alert.NOT_VISITED, Addressee.MENTOR_SUPERVISOR, 7)
    never = replace(WELL, last_visit_on=None, started_on=AS_OF - timedelta(days=62))
    assert alerts(never, as_of=AS_OF, rules=RULES) == []


def test_a_seasonal_producer_goes_to_the_camat_and_not_also_to_the_lurah() -> None:
    seasonal = replace(
        WELL,
        status=Status.HOLIDAY_ONLY,
        last_production_on=AS_OF - timedelta(days=200),
        stopped_seen_on=AS_OF - timedelta(days=10),
    )
    assert only(seasonal) == (Alert.HOLIDAY_ONLY, Addressee.CAMAT, 30)


def test_one_cause_per_alert_and_business() -> None:
    (first,) = alerts(replace(WELL, recent_idr=0), as_of=AS_OF, rules=RULES)
    (later,) = alerts(replace(WELL, recent_idr=0), as_of=AS_OF + timedelta(days=5), rules=RULES)
    assert first.cause == later.cause == f"sales_fall:{WELL.enterprise_id}"


def test_rules_refuse_nonsense() -> None:
    with pytest.raises(ValueError, match="sales_fall"):
        AlertRules.of({"sales_fall": 1})
    with pytest.raises(ValueError, match="between"):
        AlertRules.of({"sales_fall_share": 1.5})
