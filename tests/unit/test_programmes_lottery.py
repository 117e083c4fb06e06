"""The lottery: commitments, repeatable draws, and an added ineligible candidate that changes nothing."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from berdaya.kernel.problems import Problem
from berdaya.programmes.rules import lottery

seeds_of = st.tuples(*[st.text(st.characters(min_codepoint=32, codec="utf-8"), min_size=1, max_size=40)] * 2)


def test_anyone_can_repeat_a_draw_with_sha256sum():
    shell = subprocess.run(
        ["sh", "-c", "printf 'benih satu\\nbenih dua\\n17' | sha256sum"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert lottery.draw(("benih satu", "benih dua"), 17) == shell.stdout.split()[0]


@given(seeds_of, st.lists(st.integers(1, 10**6), unique=True, max_size=30))
def test_draws_are_repeatable_and_do_not_depend_on_one_another(seeds, numbers):
    drawn = lottery.draws(seeds, numbers)
    assert drawn == {number: lottery.draw(seeds, number) for number in reversed(numbers)}
    assert len(set(drawn.values())) == len(numbers)


@pytest.mark.parametrize("seed", ["", "dua\nbaris", "x" * 201])
def test_a_seed_that_could_be_read_two_ways_is_refused(seed):
    with pytest.raises(Problem, match="lottery seed"):
        lottery.commitment(seed)


def test_every_field_of_the_frozen_list_is_under_its_hash():
    entry = lottery.Entry(1, "7", 3601012001, "kk-1", 42)
    changed = [
        lottery.Entry(2, "7", 3601012001, "kk-1", 42),
        lottery.Entry(1, "8", 3601012001, "kk-1", 42),
        lottery.Entry(1, "7", 3601012002, "kk-1", 42),
        lottery.Entry(1, "7", 3601012001, "kk-2", 42),
        lottery.Entry(1, "7", 3601012001, "kk-1", 43),
    ]
    assert len({lottery.list_hash([item]) for item in [entry, *changed]}) == 6


def test_refs_are_numbered_as_people_number_lists():
    assert sorted(["10", "2", "K-2", "1", "K-10"], key=lottery.ref_order) == ["1", "2", "10", "K-10", "K-2"]


@pytest.mark.parametrize("number", [1, 17, 4100])
def test_the_draw_favours_nobody_over_many_seeds(number):
    firsts = sum(
        lottery.draw((f"benih {turn}", "x"), number) < lottery.draw((f"benih {turn}", "x"), number + 1)
        for turn in range(2000)
    )
    # Five standard deviations of a fair coin.
    assert abs(firsts - 1000) < 5 * (2000 * 0.25) ** 0.5
