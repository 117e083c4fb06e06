"""Growth classes and cards without a database."""

from __future__ import annotations

import hashlib
from uuid import UUID, uuid5

import pytest

from berdaya.governance import rules
from berdaya.governance.types import Criterion, Level, Source, Standard
from berdaya.kernel.problems import Problem

HOME = UUID("01930000-0000-7000-8000-00000000000a")
GOOD = {
    "age_months": 30,
    "members": 10,
    "meetings_6m": 6,
    "turnover_idr": 9_000_000,
    "arrears_share": 2,
    "savings_idr": 3_000_000,
}


def digest(text: str) -> bytes:
    return hashlib.sha256(b"kunci" + text.encode()).digest()


@pytest.mark.parametrize(
    ("change", "level"),
    [
        ({}, Level.MANDIRI),
        ({"arrears_share": 7}, Level.BERKEMBANG),
        ({"arrears_share": 10.1}, Level.TUMBUH),
        ({"turnover_idr": 3_000_000}, Level.BERKEMBANG),
        ({"turnover_idr": None}, Level.TUMBUH),
        ({"members": 4}, Level.TUMBUH),
    ],
)
def test_a_class_needs_all_of_its_criteria_and_unknown_never_passes(
    change: dict[str, float | None], level: Level
) -> None:
    found, judged = rules.judge(rules.growth_criteria(), GOOD | change)
    assert found is level
    assert [item.code for item in judged] == list(GOOD)


def test_cards_differ_and_a_code_belongs_to_its_card() -> None:
    cards = [uuid5(HOME, str(n)) for n in range(50)]
    tokens = {rules.token_of(digest, card) for card in cards}
    assert len(tokens) == 50
    assert all(len(token) == 24 for token in tokens)
    assert all(len(rules.code_of(digest, card)) == 6 for card in cards)
    first, second = rules.token_of(digest, cards[0]), rules.token_of(digest, cards[1])
    assert rules.code_hash(digest, first, "123 456") == rules.code_hash(digest, first.lower(), "123456")
    assert rules.code_hash(digest, first, "123456") != rules.code_hash(digest, second, "123456")


def criterion(code: str) -> Criterion:
    return next(item for item in rules.growth_criteria() if item.code == code)


def test_an_office_sets_figures_and_leaves_criteria_out() -> None:
    own = rules.set_to(rules.growth_criteria(), {"members": (10, 15)}, ["turnover_idr"])
    assert [item.code for item in own] == [code for code in GOOD if code != "turnover_idr"]
    assert rules.judge(own, GOOD | {"turnover_idr": None})[0] is Level.BERKEMBANG
    assert rules.judge(own, GOOD | {"members": 15})[0] is Level.MANDIRI
    assert criterion("members").mandiri == 8, "the file's own figures stay"


@pytest.mark.parametrize(
    ("code", "pair", "named"),
    [
        ("members", (10, 5), "governance.growth_order"),
        ("arrears_share", (5, 10), "governance.growth_order"),
        ("members", (-1, 5), "governance.growth_order"),
    ],
)
def test_a_higher_class_never_asks_less(code: str, pair: tuple[float, float], named: str) -> None:
    with pytest.raises(Problem, check=lambda problem: problem.code == named):
        rules.checked(rules.set_to(rules.growth_criteria(), {code: pair}))


def test_criteria_without_any_are_refused_and_equal_ones_taken() -> None:
    with pytest.raises(Problem, check=lambda problem: problem.code == "governance.growth_none"):
        rules.checked([])
    assert rules.checked(rules.set_to(rules.growth_criteria(), {"members": (5, 5)}))


def test_what_is_missing_to_the_next_class() -> None:
    assert rules.next_step(criterion("members"), 4) == 1
    assert rules.next_step(criterion("members"), 6) == 2
    assert rules.next_step(criterion("members"), 8) is None
    assert rules.next_step(criterion("arrears_share"), 12) == 2
    assert rules.next_step(criterion("turnover_idr"), None) is None


def test_a_preview_counts_before_and_after_and_names_what_decides() -> None:
    strong, weak = uuid5(HOME, "kuat"), uuid5(HOME, "lemah")
    now = rules.growth_criteria()
    stricter = rules.set_to(now, {"members": (5, 12)})
    rows = [(strong, "Melati", GOOD, now), (weak, "Mawar", GOOD | {"members": 4}, now)]
    done = rules.compare(rows, stricter)
    assert done.before == {Level.TUMBUH: 1, Level.BERKEMBANG: 0, Level.MANDIRI: 1}
    assert done.after == {Level.TUMBUH: 1, Level.BERKEMBANG: 1, Level.MANDIRI: 0}
    assert [(row.name, row.before, row.after, row.because) for row in done.moved] == [
        ("Melati", Level.MANDIRI, Level.BERKEMBANG, ("members",))
    ]
    easier = rules.compare(rows, rules.set_to(now, {"members": (3, 4)}))
    assert [(row.name, row.after, row.because) for row in easier.moved] == [("Mawar", Level.MANDIRI, ("members",))]


def test_the_same_criteria_under_another_version_are_another_judgement() -> None:
    now = rules.growth_criteria()
    first, second = (rules.fingerprint(Standard(Source.OFFICE, key, now)) for key in ("1", "2"))
    assert first != second
    assert first == rules.fingerprint(Standard(Source.OFFICE, "1", now))
