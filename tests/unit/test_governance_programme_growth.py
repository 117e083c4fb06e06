"""`[growth]` of programme.toml, and how a problem says days, amounts and names in two languages."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from berdaya.governance.rules import growth_criteria
from berdaya.governance.services.changes import WORDS
from berdaya.kernel.problems import Problem
from berdaya.programmes.types import GrowthRule


def test_a_programme_names_figures_of_its_own() -> None:
    rule = GrowthRule.model_validate(
        {"members": {"berkembang": 6, "mandiri": 10}, "arrears_share": {"berkembang": 8, "mandiri": 2},
         "without": ["turnover_idr"]}
    )  # fmt: skip
    assert rule.pairs() == {"members": (6, 10), "arrears_share": (8, 2)}
    assert rule.without == ("turnover_idr",)


def test_every_criterion_of_the_file_can_be_set_by_a_programme() -> None:
    assert set(GrowthRule.model_fields) - {"without"} == {item.code for item in growth_criteria()}


@pytest.mark.parametrize(
    "raw",
    [
        {"members": {"berkembang": 10, "mandiri": 6}},
        {"arrears_share": {"berkembang": 2, "mandiri": 8}},
        {"members": {"berkembang": -1, "mandiri": 6}},
        {"without": ["colour"]},
        {"without": [item.code for item in growth_criteria()]},
        {"members": {"berkembang": 10}},
    ],
)
def test_figures_that_contradict_themselves_are_refused(raw: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        GrowthRule.model_validate(raw)


def test_amounts_days_and_accounts_are_said_in_the_readers_language() -> None:
    late = Problem("funds.in_arrears", member=3, amount=1_250_000, days=45)
    assert "Rp1.250.000" in late.text("id")
    assert "Rp1,250,000" in late.text("en")
    assert "31 Oktober 2026" in Problem("funds.future", day=date(2026, 10, 31)).text("id")
    assert "31 October 2026" in Problem("funds.future", day="2026-10-31").text("en")
    short = Problem("ledger.short", account="Simpanan anggota 4", amount=50_000, available=0)
    assert short.text("id").startswith("Saldo Simpanan anggota 4 tidak cukup: hanya 0, diminta 50.000")
    assert short.text("en").startswith("Savings of member 4 holds too little: only 0, asked 50,000")
    left = Problem("funds.not_empty", left=("Kas", "Pinjaman anggota 2"))
    assert "Cash, Loan of member 2" in left.text("en")
    assert "Kas, Pinjaman anggota 2" in left.text("id")


def test_every_open_matter_has_two_languages() -> None:
    assert all(len(pair) == 2 and pair[0] for pair in WORDS.values())
    assert WORDS["debt"] == ("pinjaman {rupiah}", "loans {rupiah}")
