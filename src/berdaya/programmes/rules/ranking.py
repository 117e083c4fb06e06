"""Scores for ranking: each criterion has a documented scale from 0 to 1, kept in ten-thousandths.

``score = sum(weight x scale)`` in ten-thousandths of a point, so that equal scores are exactly equal and
ties are ties on every machine. A fact that is not known scores 0: nobody gains by leaving a field empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from berdaya.programmes.types import Subject

ONE = 10_000
"""The scale value 1, in ten-thousandths."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Facts of one candidate that ranking looks at; None where nobody knows.

    ``dependants`` are people who live on the family's income; ``members`` and what follows concern groups.
    """

    desil: int | None = None
    female_head: bool | None = None
    disability: bool | None = None
    ever_in_business: bool | None = None
    dependants: int | None = None
    income_idr: int | None = None
    members: int | None = None
    women: int | None = None
    members_with_disability: int | None = None
    poor_members: int | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One ranking criterion.

    Its scale in words (Indonesian, English) and as a function to ten-thousandths.
    """

    id: str
    en: str
    scale: Callable[[Standing], int]


def _flag(value: bool | None) -> int:
    return ONE if value else 0


def _desil(facts: Standing) -> int:
    return 0 if facts.desil is None else (10 - min(max(facts.desil, 1), 10)) * ONE // 9


def _dependants(facts: Standing) -> int:
    return min(max(facts.dependants or 0, 0), 5) * ONE // 5


def _income(facts: Standing) -> int:
    """1 at no income, 0 from Rp5.000.000 a month."""
    ceiling = 5_000_000
    return 0 if facts.income_idr is None else (ceiling - min(max(facts.income_idr, 0), ceiling)) * ONE // ceiling


def _part(part: int | None, members: int | None) -> int:
    return min(part, members) * ONE // members if part and members else 0


CRITERIA: Mapping[Subject, Mapping[str, Criterion]] = {
    Subject.HOUSEHOLD: {
        "desil": Criterion(
            "desil 1 = 1, desil 10 = 0, lurus di antaranya", "desil 1 = 1, desil 10 = 0, linear", _desil
        ),
        "female_head": Criterion(
            "kepala keluarga perempuan = 1", "head of family is a woman = 1", lambda f: _flag(f.female_head)
        ),
        "disability": Criterion(
            "penyandang disabilitas = 1", "person with a disability = 1", lambda f: _flag(f.disability)
        ),
        "never_in_business": Criterion(
            "belum pernah berusaha = 1",
            "never been in business = 1",
            lambda f: _flag(f.ever_in_business is False),
        ),
        "in_business": Criterion(
            "sudah merintis usaha = 1", "has an embryo business = 1", lambda f: _flag(f.ever_in_business)
        ),
        "dependants": Criterion(
            "1/5 tiap tanggungan, paling tinggi 1", "1/5 for each dependant, at most 1", _dependants
        ),
        "income": Criterion(
            "tanpa penghasilan = 1, Rp5.000.000 sebulan = 0, lurus di antaranya",
            "no income = 1, Rp5,000,000 a month = 0, linear",
            _income,
        ),
    },
    Subject.GROUP: {
        "poor_members": Criterion(
            "bagian anggota dalam batas desil",
            "share of members within the desil limit",
            lambda f: _part(f.poor_members, f.members),
        ),
        "women": Criterion("bagian anggota perempuan", "share of women", lambda f: _part(f.women, f.members)),
        "disability": Criterion(
            "bagian anggota dengan disabilitas",
            "share of members with a disability",
            lambda f: _part(f.members_with_disability, f.members),
        ),
        "members": Criterion(
            "1/20 tiap anggota, paling tinggi 1",
            "1/20 for each member, at most 1",
            lambda f: min(max(f.members or 0, 0), 20) * ONE // 20,
        ),
    },
}


@dataclass(frozen=True, slots=True)
class Score:
    """Total in ten-thousandths of a point, and what each criterion brought to it."""

    total: int
    parts: Mapping[str, int]


def score(subject: Subject, weights: Mapping[str, int], facts: Standing) -> Score:
    """The score of one candidate; ``weights`` are whole numbers by criterion of ``CRITERIA[subject]``."""
    known = CRITERIA[subject]
    parts = {name: weight * known[name].scale(facts) for name, weight in sorted(weights.items())}
    return Score(sum(parts.values()), parts)
