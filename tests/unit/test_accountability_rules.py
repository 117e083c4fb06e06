"""Codes, words and sums without a database."""

from __future__ import annotations

import hashlib
from datetime import date
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from berdaya.accountability import rules
from berdaya.accountability.types import Age, EntryKind, LpjState, Word
from berdaya.kernel.codes import ALPHABET

HOME = UUID("01930000-0000-7000-8000-000000000001")
PEOPLE = [uuid5(HOME, str(n)) for n in range(5)]


def digest(text: str) -> bytes:
    return hashlib.sha256(b"kunci" + text.encode()).digest()


def test_a_code_differs_by_person_handover_and_issue_and_is_read_in_any_spelling() -> None:
    codes = {rules.code_of(digest, HOME, person, number) for person in PEOPLE for number in (1, 2)}
    codes |= {rules.code_of(digest, PEOPLE[0], PEOPLE[1], 1)}
    assert len(codes) == 11
    assert all(len(code) == 10 and set(code) <= set(ALPHABET) for code in codes)
    code = codes.pop()
    spelt = f" {code[:5].lower()}-{code[5:].lower()} "
    assert rules.code_hash(digest, spelt) == rules.code_hash(digest, code)
    assert rules.code_hash(digest, code[:-1]) != rules.code_hash(digest, code)


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({}, Word.UNCONFIRMED),
        ({0: True}, Word.PARTLY),
        ({0: True, 1: True, 2: True}, Word.CONFIRMED),
        ({0: True, 1: False, 2: True}, Word.DIFFERS),
        ({4: False}, Word.UNCONFIRMED),
    ],
)
def test_silence_of_one_member_is_no_yes(said: dict[int, bool], word: Word) -> None:
    assert rules.word_of(PEOPLE[:3], {PEOPLE[n]: complete for n, complete in said.items()}) is word


def test_about_one_in_twenty_is_drawn_and_always_the_same() -> None:
    handovers = [uuid5(HOME, f"h{n}") for n in range(4000)]
    drawn = [row for row in handovers if rules.drawn(row, seed="sk")]
    assert 140 < len(drawn) < 260
    assert drawn == [row for row in handovers if rules.drawn(row, seed="sk")]
    assert drawn != [row for row in handovers if rules.drawn(row, seed="lain")]


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 10**6), st.booleans()), max_size=30))
def test_sums_leave_out_what_was_taken_back(rows: list[tuple[bool, int, bool]]) -> None:
    item = PEOPLE[0]
    entries: list[tuple[UUID, EntryKind, UUID | None, int, UUID | None]] = []
    spent = returned = 0
    for number, (is_spent, amount, back) in enumerate(rows):
        key = uuid5(HOME, f"e{number}")
        kind = EntryKind.SPENT if is_spent else EntryKind.RETURNED
        entries.append((key, kind, item if is_spent else None, amount, None))
        if back:
            entries.append((uuid5(key, "back"), kind, item if is_spent else None, amount, key))
        elif is_spent:
            spent += amount
        else:
            returned += amount
    totals = rules.totals_of(10**9, entries)
    assert (totals.spent_idr, totals.returned_idr) == (spent, returned)
    assert totals.left_idr == 10**9 - spent - returned
    assert sum(totals.by_item.values()) == spent


@pytest.mark.parametrize(
    ("state", "as_of", "age"),
    [
        (LpjState.DRAFT, date(2025, 1, 1), Age.NOT_DUE),
        (LpjState.DRAFT, date(2025, 1, 2), Age.LATE_30),
        (LpjState.RETURNED, date(2025, 2, 1), Age.LATE_90),
        (LpjState.DRAFT, date(2025, 4, 2), Age.LATE_MORE),
        (LpjState.SUBMITTED, date(2026, 1, 1), Age.SUBMITTED),
        (LpjState.ACCEPTED, date(2026, 1, 1), Age.ACCEPTED),
    ],
)
def test_the_ageing_list(state: LpjState, as_of: date, age: Age) -> None:
    assert rules.age_of(state, date(2025, 1, 1), as_of) is age
