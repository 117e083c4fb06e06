"""States of the steps from evidence alone, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from berdaya.process.overview.steps import Evidence, Promise, Signed, State, steps_of

TODAY = date(2026, 10, 31)
ID = UUID(int=1)
VERIFIED = Evidence(TODAY, {"verified": 3, "ineligible": 1}, asks_verification=True)
FROZEN = replace(VERIFIED, frozen_on=TODAY, frozen_count=3, sha256="ab")
RANKED = replace(FROZEN, states={"selected": 2, "waiting": 1}, decided_on=TODAY)
PROPOSED = replace(RANKED, decree=Signed(ID, 1, TODAY, None, None), decree_number="1", decree_lines=2)
DECREED = replace(PROPOSED, states={"decreed": 2, "waiting": 1}, decree=Signed(ID, 1, TODAY, 2, TODAY))


def states(known: Evidence) -> dict[str, str]:
    return {step.code: step.why or step.state.value for step in steps_of(known)}


def now(known: Evidence) -> list[str]:
    return [step.code for step in steps_of(known) if step.state is State.NOW]


def test_one_step_after_another_becomes_possible() -> None:
    assert now(Evidence(TODAY)) == ["daftar"]
    assert now(Evidence(TODAY, {"proposed": 4}, configured_lottery=True)) == ["saring"]
    assert now(Evidence(TODAY, {"eligible": 4}, asks_verification=True)) == ["verifikasi", "undian"]
    assert now(Evidence(TODAY, {"eligible": 4}, configured_lottery=True)) == ["beku"]
    assert now(replace(FROZEN, configured_lottery=True)) == ["peringkat"]
    assert now(RANKED) == ["usul-sk"]
    assert now(PROPOSED) == []
    assert now(DECREED) == ["surat-sk", "usaha", "salur", "laporan"]
    assert now(replace(DECREED, businesses=2, received=2, letter_id=ID)) == ["status", "laporan"]


def test_what_stands_in_the_way_is_named() -> None:
    first = states(Evidence(TODAY))
    assert first["saring"] == "no_list"
    assert first["beku"] == "not_screened"
    assert states(Evidence(TODAY, {"ineligible": 4}, asks_verification=True))["verifikasi"] == "nobody_eligible"
    assert states(RANKED)["undian"] == "no_tie"
    assert states(PROPOSED)["sah-sk"] == "waits"
    assert states(PROPOSED)["surat-sk"] == "not_approved"
    assert states(DECREED)["kelas"] == "no_classes"


def test_a_list_is_frozen_again_only_while_seeds_are_closed() -> None:
    closed = replace(FROZEN, promises=(Promise(1, TODAY, None, None), Promise(2, TODAY, None, None)))
    opened = replace(FROZEN, promises=(Promise(1, TODAY, 7, TODAY), Promise(2, TODAY, None, None)))
    again = [next(step.again for step in steps_of(known) if step.code == "beku") for known in (closed, opened, RANKED)]
    assert again == [True, False, False]
    assert "undian" in now(closed)
    assert "undian" in now(opened)


def test_who_is_selected_after_a_decree_needs_the_next_one() -> None:
    more = replace(DECREED, states={"decreed": 2, "selected": 1})
    assert "usul-sk" in now(more)


def test_graduation_waits_for_the_second_person() -> None:
    assessed = replace(DECREED, businesses=2, status_on=TODAY, assessed_on=TODAY, outcomes={"met": 1}, open_graduates=1)
    assert states(assessed)["lulus"] == "waits"
    assert states(replace(assessed, open_graduates=0))["lulus"] == "nobody_met"
    assert states(replace(assessed, open_graduates=0, approved_on=TODAY))["lulus"] == "done"
    yesterday = replace(assessed, status_on=date(2026, 10, 30))
    assert "status" in now(yesterday)
