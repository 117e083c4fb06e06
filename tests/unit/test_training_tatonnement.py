"""Rough prices: dearer where too many ask, the same however the pairs are cut, and never the last word."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.matching import problem

from berdaya.training.rules import network, solving, tatonnement
from berdaya.training.rules.matching import match
from berdaya.training.rules.tatonnement import rough_prices


def test_what_too_many_ask_for_becomes_dearer() -> None:
    person = np.repeat(np.arange(10), 2)
    cls = np.tile([0, 1], 10)
    cost = np.tile([100, 400], 10)
    price = rough_prices(person, cls, cost, np.array([3, 9]), best=1000, unplaced=4000)
    assert price[0] > 0
    assert price[1] < price[0]
    assert price.min() >= 0


def test_whoever_finds_all_too_dear_asks_for_nothing() -> None:
    price = rough_prices(np.arange(3), np.zeros(3, dtype=np.int64), np.full(3, 900), np.array([1]), best=10, unplaced=5)
    assert price.tolist() == [0]
    none = np.zeros(0, dtype=np.int64)
    assert rough_prices(none, none, none, np.array([2]), best=10, unplaced=5).tolist() == [0]


@pytest.mark.parametrize("at_once", [1, 7, 10_000])
def test_how_the_pairs_are_cut_changes_nothing(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(4)
    person = np.sort(draw.integers(0, 60, 400))
    cls, cost, seats = draw.integers(0, 9, 400), draw.integers(0, 1000, 400), draw.integers(0, 9, 9)
    whole = rough_prices(person, cls, cost, seats, best=1000, unplaced=4000)
    monkeypatch.setattr(tatonnement, "AT_ONCE", at_once)
    assert rough_prices(person, cls, cost, seats, best=1000, unplaced=4000).tolist() == whole.tolist()


def test_few_pairs_and_small_tables_give_the_same_proved_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    given = problem(1_500, 60, reserve=True)
    whole = match(given)
    monkeypatch.setattr(solving, "FULL_EDGES", 0)
    monkeypatch.setattr(solving, "FIRST_EDGES", 2)
    monkeypatch.setattr(network, "TABLE", 900)
    monkeypatch.setattr(network, "SPARSE", 0)
    pruned = match(given)
    assert pruned.objective == whole.objective == pruned.bound
    assert pruned.one_more_seat == whole.one_more_seat
    assert pruned.placement.tolist() == whole.placement.tolist()
