"""Why a family stands where it stands (penjelasan peringkat), as numbers that plain words can be made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from berdaya.programmes.rules.ranking import ONE

WEIGHT_NAMES: Mapping[str, tuple[str, str]] = {
    "desil": ("desil", "decile"),
    "female_head": ("kepala keluarga perempuan", "woman as head of family"),
    "disability": ("disabilitas", "disability"),
    "never_in_business": ("belum pernah usaha", "never in business"),
    "in_business": ("sudah merintis usaha", "embryo business"),
    "dependants": ("tanggungan", "dependants"),
    "income": ("penghasilan", "income"),
    "women": ("anggota perempuan", "women among the members"),
    "poor_members": ("anggota miskin", "poor members"),
    "members": ("jumlah anggota", "number of members"),
}
"""Criteria of ranking as people call them, Indonesian and English."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one criterion brought: points of at most ``most``, both whole points times ten thousand."""

    criterion: str
    points: int
    most: int

    def name(self, language: str = "id") -> str:
        """The criterion in ``id`` or ``en``."""
        return WEIGHT_NAMES.get(self.criterion, (self.criterion,) * 2)[language.startswith("en")]


@dataclass(frozen=True, slots=True)
class Explanation:
    """``rank`` of ``listed`` on the frozen list; ``waiting_no`` counts those who wait, 0 for who was selected.

    ``equals`` have the same score in the same quota (the family included); where it is more than one, ``draw`` decided.
    ``last_score`` is the lowest score that got a place in the quota, None where nobody did.
    """

    rank: int
    listed: int
    place: Literal["selected", "waiting"]
    waiting_no: int
    score: int
    parts: tuple[Part, ...]
    equals: int
    draw: str
    places: int
    quota_area: int
    last_score: int | None
    probability: float | None

    @property
    def most(self) -> int:
        """The highest score that the weights allow."""
        return sum(part.most for part in self.parts)


def parts_of(weights: Mapping[str, int], points: Mapping[str, int]) -> tuple[Part, ...]:
    """Criteria with a weight, the heaviest first; what the frozen list has no points for brought none."""
    ordered = sorted((name for name, weight in weights.items() if weight), key=lambda name: (-weights[name], name))
    return tuple(Part(name, points.get(name, 0), weights[name] * ONE) for name in ordered)


def points(value: int) -> str:
    """Points as people write them: 12,5 (two decimals at most)."""
    text = f"{value / ONE:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",")
