"""States of a candidate (calon penerima) as a table. Nobody sets a state: it follows from the evidence on the row.

:data:`RULES` is read from the top; the first whose evidence is there names the state. The database computes
the same table as a generated column (``models.Candidate.state``), :func:`state_of` does it in Python,
:func:`diagram` draws it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class CandidateState(StrEnum):
    """Keadaan calon."""

    PROPOSED = "proposed"
    DUPLICATE = "duplicate"
    EXCLUDED = "excluded"
    INELIGIBLE = "ineligible"
    INCOMPLETE = "incomplete"
    ELIGIBLE = "eligible"
    REFUSED_VERIFICATION = "refused_verification"
    VERIFIED = "verified"
    SELECTED = "selected"
    WAITING = "waiting"
    DECREED = "decreed"
    REPLACED = "replaced"


HOLDING = (CandidateState.SELECTED, CandidateState.DECREED)
"""States of whoever holds a place."""
NAMES: dict[CandidateState, tuple[str, str]] = {
    CandidateState.PROPOSED: ("diusulkan", "proposed"),
    CandidateState.DUPLICATE: ("ganda", "duplicate"),
    CandidateState.EXCLUDED: ("dikecualikan", "excluded"),
    CandidateState.INELIGIBLE: ("tidak memenuhi syarat", "not eligible"),
    CandidateState.INCOMPLETE: ("belum lengkap", "incomplete"),
    CandidateState.ELIGIBLE: ("memenuhi syarat", "eligible"),
    CandidateState.REFUSED_VERIFICATION: ("gugur verifikasi", "refused at verification"),
    CandidateState.VERIFIED: ("terverifikasi", "verified"),
    CandidateState.SELECTED: ("terpilih", "selected"),
    CandidateState.WAITING: ("daftar tunggu", "waiting list"),
    CandidateState.DECREED: ("ditetapkan", "decreed"),
    CandidateState.REPLACED: ("diganti", "replaced"),
}
"""Indonesian and English name of each state."""


@dataclass(frozen=True, slots=True)
class Trail:
    """Evidence columns: ``place`` is `selected` or `waiting`; ``verified`` is None before the visit."""

    duplicate_of: object | None = None
    verdict: str = ""
    verified: bool | None = None
    place: str = ""
    decreed_on: date | None = None
    replaced_on: date | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """``state`` holds where column ``column`` passes ``lookup`` (a Django lookup) with ``value``."""

    state: CandidateState
    column: str
    lookup: str
    value: Any
    evidence: str


RULES: tuple[Rule, ...] = (
    Rule(CandidateState.REPLACED, "replaced_on", "isnull", False, "penggantian dengan alasan"),
    Rule(CandidateState.DECREED, "decreed_on", "isnull", False, "SK disetujui"),
    Rule(CandidateState.DUPLICATE, "duplicate_of", "isnull", False, "NIK atau KK sama dengan calon lain"),
    Rule(CandidateState.EXCLUDED, "verdict", "exact", "excluded", "tercatat pada daftar pengecualian"),
    Rule(CandidateState.INELIGIBLE, "verdict", "exact", "ineligible", "syarat tidak terpenuhi"),
    Rule(CandidateState.INCOMPLETE, "verdict", "exact", "incomplete", "data syarat belum ada"),
    Rule(
        CandidateState.REFUSED_VERIFICATION, "verified", "exact", False, "kunjungan, musyawarah, atau sanggahan menolak"
    ),
    Rule(CandidateState.SELECTED, "place", "exact", "selected", "peringkat dalam kuota"),
    Rule(CandidateState.WAITING, "place", "exact", "waiting", "peringkat di luar kuota"),
    Rule(CandidateState.VERIFIED, "verified", "exact", True, "kunjungan dan musyawarah menerima"),
    Rule(CandidateState.ELIGIBLE, "verdict", "exact", "eligible", "semua syarat terpenuhi"),
)

_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "isnull": lambda value, wanted: (value is None) is wanted,
    "exact": lambda value, wanted: value is not None and value == wanted,
}

STEPS: tuple[tuple[CandidateState, CandidateState], ...] = (
    (CandidateState.PROPOSED, CandidateState.DUPLICATE),
    (CandidateState.PROPOSED, CandidateState.EXCLUDED),
    (CandidateState.PROPOSED, CandidateState.INELIGIBLE),
    (CandidateState.PROPOSED, CandidateState.INCOMPLETE),
    (CandidateState.PROPOSED, CandidateState.ELIGIBLE),
    (CandidateState.INCOMPLETE, CandidateState.ELIGIBLE),
    (CandidateState.INCOMPLETE, CandidateState.INELIGIBLE),
    (CandidateState.INCOMPLETE, CandidateState.EXCLUDED),
    (CandidateState.ELIGIBLE, CandidateState.REFUSED_VERIFICATION),
    (CandidateState.ELIGIBLE, CandidateState.VERIFIED),
    (CandidateState.ELIGIBLE, CandidateState.EXCLUDED),
    (CandidateState.VERIFIED, CandidateState.SELECTED),
    (CandidateState.VERIFIED, CandidateState.WAITING),
    (CandidateState.VERIFIED, CandidateState.EXCLUDED),
    (CandidateState.WAITING, CandidateState.SELECTED),
    (CandidateState.WAITING, CandidateState.EXCLUDED),
    (CandidateState.SELECTED, CandidateState.DECREED),
    (CandidateState.SELECTED, CandidateState.EXCLUDED),
    (CandidateState.SELECTED, CandidateState.REPLACED),
    (CandidateState.SELECTED, CandidateState.REFUSED_VERIFICATION),
    (CandidateState.WAITING, CandidateState.REFUSED_VERIFICATION),
    (CandidateState.EXCLUDED, CandidateState.ELIGIBLE),
    (CandidateState.DECREED, CandidateState.REPLACED),
)
"""Steps that services take; a service that would take another one raises ``bad_state``."""


def state_of(trail: Trail) -> CandidateState:
    """The state that the evidence gives."""
    for rule in RULES:
        if _TESTS[rule.lookup](getattr(trail, rule.column), rule.value):
            return rule.state
    return CandidateState.PROPOSED


def may_step(before: CandidateState, after: CandidateState) -> bool:
    """True where ``after`` may follow ``before`` (or nothing changes)."""
    return before == after or (before, after) in STEPS


def diagram() -> str:
    """The table as a Mermaid state diagram with Indonesian names (``docs/states/candidate.md``)."""
    evidence = {rule.state: rule.evidence for rule in RULES}
    lines = ["stateDiagram-v2", "  [*] --> proposed : usulan"]
    lines += [f"  {state.value} : {NAMES[state][0]}" for state in CandidateState]
    lines += [f"  {before.value} --> {after.value} : {evidence[after]}" for before, after in STEPS]
    return "\n".join(lines) + "\n"
