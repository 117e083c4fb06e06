"""`bench matching`: what it writes and prints is what the issue asks to see."""

from __future__ import annotations

from argparse import Namespace

import pytest
from benchmarks import matching


def options(*people: int) -> Namespace:
    return Namespace(people=people, peers=True, reserve=False, runs=1, json=None)


def test_every_row_holds_proof_gain_time_and_memory(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("scipy", reason="peers are in the dependency group of the benchmarks")
    ours, first, highs, whole = (row.as_dict() for row in matching.run(options(300)))
    assert ours["objective"] == ours["bound"] == highs["objective"]
    assert (ours["gap"], ours["same objective as HiGHS"], ours["peer"]) == (0, True, "HiGHS (scipy)")
    assert ours["ratio_peer"] == pytest.approx(ours["value"] / highs["value"], rel=0.01)
    gain = ours["first_choice"] - first["first_choice"]
    assert ours["more first choices than first come, first served"] == gain > 0
    assert ours["placed"] >= first["placed"]
    assert None not in (ours["peak_mb"], ours["seconds"], whole["peak_mb"])
    assert whole["bound"] <= whole["objective"]
    assert whole["score_gap"] < 0.01
    said = capsys.readouterr().out
    assert f"objective {ours['objective']:,}, bound {ours['bound']:,}; gap 0.000%" in said
    assert f"{gain:+,} against first come, first served; HiGHS: the same objective" in said
    assert "class opening, budget, reserves, companions, 300 people" in said


def test_where_the_peer_is_left_out_it_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(matching, "HIGHS_MAX", 100)
    monkeypatch.setattr(matching, "ARRANGED_MAX", 100)
    rows = [row.as_dict() for row in matching.run(options(150))]
    assert [row["name"] for row in rows] == ["matching, proved", "first come, first served"]
    assert rows[0]["HiGHS left out"] == matching.HIGHS_LEFT_OUT
    assert f"HiGHS left out, {matching.HIGHS_LEFT_OUT}" in capsys.readouterr().out


def test_the_peers_keep_the_limits_too() -> None:
    pytest.importorskip("scipy", reason="peers are in the dependency group of the benchmarks")
    given = matching.problem(300, 12, reserve=False)
    pairs = matching.Instance(given)
    for seat in (matching.served_first(pairs), matching.highs(pairs)):
        taken = [int((seat == j).sum()) for j in range(12)]
        assert all(n <= c.seats for n, c in zip(taken, given.classes, strict=True))
        allowed = set(zip(pairs.person.tolist(), pairs.cls.tolist(), strict=True))
        assert all((i, j) in allowed for i, j in enumerate(seat.tolist()) if j >= 0)
