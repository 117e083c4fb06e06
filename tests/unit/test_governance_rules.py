"""Growth classes and cards without a database."""

from __future__ import annotations

import hashlib
from uuid import UUID, uuid5

import pytest

from berdaya.governance import rules
from berdaya.governance.types import Level

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
