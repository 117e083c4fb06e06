"""Selection within nested quotas: properties, and brute force on small instances."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from berdaya.areas.codes import lineage
from berdaya.kernel.problems import Problem
from berdaya.programmes.configfile import parse_config
from berdaya.programmes.rules import quota
from berdaya.programmes.rules.lottery import Entry
from berdaya.programmes.rules.quota import TOTAL, Ceiling

SEEDS = ("benih inspektorat", "benih forum warga")
VILLAGES = (3601012001, 3601012002, 3601022001, 3602012001, 3602012002)
CODES = sorted({code for village in VILLAGES for code in lineage(village)})

entries_of = st.lists(
    st.tuples(st.sampled_from(VILLAGES), st.integers(0, 3), st.integers(0, 6)), min_size=0, max_size=9
).map(
    lambda rows: [
        Entry(number, f"{number}", area, f"{area}-{household}", score)
        for number, (area, score, household) in enumerate(rows, start=1)
    ]
)
limits_of = st.tuples(st.integers(0, 7), st.dictionaries(st.sampled_from(CODES), st.integers(0, 4), max_size=4)).map(
    lambda pair: {
        TOTAL: Ceiling(TOTAL, pair[0], "total"),
        **{code: Ceiling(code, places, "named") for code, places in pair[1].items()},
    }
)


def admissible(chosen, limits) -> bool:
    """The definition, independent of the code under test: no ceiling and no household is exceeded."""
    households = [entry.household for entry in chosen]
    if len(set(households)) < len(households) or len(chosen) > limits[TOTAL].places:
        return False
    return all(
        sum(code in lineage(entry.area) for entry in chosen) <= ceiling.places
        for code, ceiling in limits.items()
        if code != TOTAL
    )


@settings(max_examples=150, deadline=None)
@given(entries_of, limits_of)
def test_the_selection_is_the_best_admissible_set_by_brute_force(entries, limits):
    selection = quota.select(entries, limits, SEEDS)
    order = {place.number: place.rank for place in selection.places}
    taken = [entry for entry in entries if entry.number in {place.number for place in selection.selected}]
    assert admissible(taken, limits)
    sets = [
        chosen
        for size in range(len(entries) + 1)
        for chosen in combinations(entries, size)
        if admissible(chosen, limits)
    ]
    most = max(len(chosen) for chosen in sets)
    best = min(sorted(order[entry.number] for entry in chosen) for chosen in sets if len(chosen) == most)
    assert sorted(order[entry.number] for entry in taken) == best


@settings(max_examples=150, deadline=None)
@given(entries_of, limits_of)
def test_nobody_better_waits_while_there_is_room(entries, limits):
    selection = quota.select(entries, limits, SEEDS)
    by_number = {entry.number: entry for entry in entries}
    taken: list[Entry] = []
    for place in selection.places:
        fits = admissible([*taken, by_number[place.number]], limits)
        assert place.selected == fits
        assert bool(place.full) != fits
        if fits:
            taken.append(by_number[place.number])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(VILLAGES), st.integers(0, 1), st.integers(0, 2)), max_size=6),
    limits_of,
)
def test_probability_is_the_share_of_all_orders_by_brute_force(rows, limits):
    entries = [Entry(n, str(n), area, f"{area}-{h}", s) for n, (area, s, h) in enumerate(rows, start=1)]
    selection = quota.select(entries, limits, SEEDS)
    counted = dict.fromkeys((entry.number for entry in entries), 0)
    orders = list(permutations(entries))
    for order in orders:
        taken: list[Entry] = []
        for entry in sorted(order, key=lambda item: -item.score):
            if admissible([*taken, entry], limits):
                taken.append(entry)
        for entry in taken:
            counted[entry.number] += 1
    for place in selection.places:
        assert place.probability == pytest.approx(Fraction(counted[place.number], len(orders)), abs=1e-9)


def test_probabilities_sum_to_the_places_in_a_large_tie_under_three_levels():
    entries = [Entry(n, str(n), VILLAGES[n % 5] if n % 7 else 3601012001, f"k{n}", 0) for n in range(1, 801)]
    limits = {
        TOTAL: Ceiling(TOTAL, 150, "total"),
        3601000000: Ceiling(3601000000, 100, "named"),
        3601010000: Ceiling(3601010000, 70, "named"),
        3601012001: Ceiling(3601012001, 40, "named"),
        3602012002: Ceiling(3602012002, 30, "named"),
    }
    selection = quota.select(entries, limits, SEEDS)
    assert len(selection.selected) == 150
    assert sum(place.probability for place in selection.places) == pytest.approx(150, abs=1e-6)
    assert len({place.probability for place in selection.places if place.stratum == "36.01.01.2001@0"}) == 1


def test_without_seeds_a_contested_place_is_refused_and_an_uncontested_one_is_not():
    tied = [Entry(n, str(n), VILLAGES[0], f"k{n}", 5) for n in (1, 2, 3)]
    with pytest.raises(Problem) as caught:
        quota.select(tied, {TOTAL: Ceiling(TOTAL, 2, "total")})
    assert caught.value.code == "lottery_needed"
    assert caught.value.params["count"] == 3
    assert len(quota.select(tied, {TOTAL: Ceiling(TOTAL, 3, "total")}).selected) == 3


@settings(max_examples=80, deadline=None)
@given(entries_of, limits_of, st.data())
def test_a_replacement_is_the_best_waiting_one_that_fits(entries, limits, data):
    selection = quota.select(entries, limits, SEEDS)
    if not selection.selected:
        return
    gone = data.draw(st.sampled_from(selection.selected)).number
    by_number = {entry.number: entry for entry in entries}
    lines = [
        quota.Waiting(place.rank, by_number[place.number], place.selected and place.number != gone)
        for place in selection.places
    ]
    waiting = {place.number for place in selection.waiting}
    found = quota.next_waiting(lines, limits, lambda line: line.entry.number in waiting)
    kept = [by_number[place.number] for place in selection.selected if place.number != gone]
    fitting = [p for p in selection.waiting if admissible([*kept, by_number[p.number]], limits)]
    best = min((place.rank for place in fitting), default=None)
    assert (found.rank if found else None) == best


def test_hamilton_gives_the_textbook_shares():
    assert quota.share_proportional(10, {1: 50, 2: 30, 3: 20}) == {1: 5, 2: 3, 3: 2}
    # Quotas 3.5, 2.1, 1.4: whole parts 3+2+1, the odd place to the fraction .5.
    assert quota.share_proportional(7, {1: 50, 2: 30, 3: 20}) == {1: 4, 2: 2, 3: 1}
    assert quota.share_proportional(1, {2: 4, 1: 4}) == {1: 1, 2: 0}
    assert quota.share_proportional(5, {}) == {}


@given(st.integers(0, 500), st.dictionaries(st.integers(1, 20), st.integers(0, 99), max_size=8))
def test_shares_never_lose_or_make_a_place(places, eligible):
    shared = quota.share_proportional(places, eligible)
    assert sum(shared.values()) == (places if sum(eligible.values()) else 0)
    everyone = sum(eligible.values())
    assert all(abs(Fraction(places * eligible[c], everyone) - n) < 1 for c, n in shared.items())
    even = quota.share_equal(places, eligible)
    assert sum(even.values()) == min(places, everyone)
    assert all(count <= eligible[code] for code, count in even.items())
    unfilled = [count for code, count in even.items() if count < eligible[code]]
    assert not unfilled or max(even.values()) - min(unfilled) <= 1


def config(**quota_keys):
    return parse_config(
        {
            "programme": {"code": "x", "area": "36", "year": 2022, "office": "D", "scheme": "individual"},
            "aid": {"form": "goods"},
            "dates": {"proposal": "2022-02-01"},
            "quota": quota_keys,
        }
    )


def test_the_remainder_goes_to_the_areas_without_a_quota_of_their_own():
    places = quota.ceilings(
        config(**{"total": 100, "36.01": 40, "36.02.01": 10, "remainder": {"method": "proportional"}}),
        [3601012001] * 90 + [3602012001] * 30 + [3602022001] * 20 + [3603012001] * 30,
    )
    # 50 places are left for 20 + 30 eligible outside named areas; 36.02 keeps the 10 named inside it as well.
    assert {code: item.places for code, item in places.items()} == {
        TOTAL: 100,
        3601000000: 40,
        3602010000: 10,
        3602000000: 30,
        3603000000: 30,
    }
    assert places[3602000000].origin == "remainder"
    free = quota.ceilings(config(**{"total": 100, "36.01": 40}), [3603012001])
    assert set(free) == {TOTAL, 3601000000}
