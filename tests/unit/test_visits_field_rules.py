"""Two people change one visit; positions, risk and trends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from berdaya.enterprises.types import Method, Status
from berdaya.visits import rules
from berdaya.visits.types import AssetSeen, AssetState, Position, VisitInput

BASE = VisitInput(UUID(int=1), UUID(int=2), None, date(2026, 3, 3), Method.SEEN, 20, 1_000, 500, note="a")
values = st.integers(0, 3)


@given(values, values, values)
def test_a_field_clashes_only_where_both_changed_it_differently(before: int, mine: int, theirs: int) -> None:
    base, sent, held = (replace(BASE, turnover_idr=value) for value in (before, mine, theirs))
    joined, clashes = rules.merge(base, sent, held)
    both = before not in (mine, theirs) and mine != theirs
    assert clashes == (("turnover_idr",) if both else ())
    if not both:
        assert joined.turnover_idr == (theirs if mine == before else mine)


def test_what_only_phones_tell_changes_the_digest_and_sheets_keep_theirs() -> None:
    assert rules.digest(BASE).hex() == rules.digest(replace(BASE, revision=9, distance_m=4)).hex()
    for changed in (
        replace(BASE, next_step="x"),
        replace(BASE, same_as_last=True),
        replace(BASE, position=Position(1.0, 2.0)),
        replace(BASE, assets=(AssetSeen(UUID(int=3), AssetState.BROKEN),)),
    ):
        assert rules.digest(changed) != rules.digest(BASE)


def test_distances_are_those_of_the_map() -> None:
    monas, tugu_yogya = Position(-6.1754, 106.8272), Position(-7.7829, 110.3671)
    assert abs(rules.distance_m(monas, tugu_yogya) - 430_000) < 5_000
    assert rules.distance_m(monas, monas) == 0


def test_risk_grows_with_waiting_and_never_leaves_its_scale() -> None:
    def risk(status: Status = Status.ACTIVE, days: int = 0, *, advice: bool = False, never: bool = False) -> int:
        return rules.risk(status=status, overdue_days=days, advice_open=advice, never_visited=never)

    assert risk() == 0
    assert risk(days=14) == 6 < risk(days=28) < risk(Status.WEAK) < risk(Status.DORMANT)
    assert risk(Status.DORMANT, 900, advice=True, never=True) == 100
    assert risk(days=-40) == 0


def test_few_visits_prove_no_fall() -> None:
    assert rules.falling(now=5, before=10)
    assert not rules.falling(now=6, before=10)
    assert not rules.falling(now=0, before=4)


def test_a_visit_far_away_is_asked_about() -> None:
    def asked(metres: int | None) -> tuple[str, ...]:
        return rules.questions(
            active_members=None, members=None, production_days=3, turnover_idr=1, distance_m=metres
        )  # fmt: skip

    assert asked(5_001) == ("far_away",)
    assert asked(5_000) == asked(None) == ()
