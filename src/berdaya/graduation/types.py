"""Pathway, criterion, assessment: three things. The pathway is configuration, the assessment a dated record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from berdaya.programmes.types import Outcome

Method = Literal["asked", "seen", "document"]


class CriterionKind(StrEnum):
    """Which rule judges a criterion (see ``rules``)."""

    MONTHS_SINCE_START = "months_since_start"
    STATUS = "status"
    OBSERVED_MONTHS = "observed_months"
    PRODUCTION = "production"
    INCOME_GROWTH = "income_growth"
    INCOME_FLOOR = "income_floor"
    GOODS = "goods"
    FUND = "fund"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One demand of a pathway. ``minimum`` has the unit of its kind: months, days, per cent, rupiah, days overdue."""

    code: str
    kind: CriterionKind
    name_id: str
    name_en: str
    window_days: int = 0
    methods: tuple[Method, ...] = ()
    document_counts: bool = False
    minimum: int | None = None
    allowed: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Pathway:
    """Jalur graduasi: a code, the months it takes, and its criteria."""

    code: str
    name_id: str
    name_en: str
    months: int
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One dated observation of a visit; None where nobody told or saw it. Money in whole rupiah."""

    on: date
    method: Method
    source_id: UUID
    production_days: int | None = None
    income_idr: int | None = None
    stock_idr: int | None = None


@dataclass(frozen=True, slots=True)
class StatusOn:
    """The computed status of the business on a day."""

    on: date
    status: str


@dataclass(frozen=True, slots=True)
class AssetOn:
    """One durable thing handed over: its state and the day that state was recorded."""

    on: date
    state: str


@dataclass(frozen=True, slots=True)
class FundStanding:
    """The group's fund on the day of assessment: longest overdue in days, last saving."""

    as_of: date
    overdue_days: int
    last_saving_on: date | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is known of one business on the day of assessment.

    ``fund`` is None where the recipient has no fund; ``complaints`` is None where nobody looked into the register.
    """

    started_on: date
    status: StatusOn | None = None
    observed_months: int | None = None
    facts: Sequence[Fact] = ()
    baseline_income_idr: int | None = None
    assets: Sequence[AssetOn] = ()
    has_fund: bool = False
    fund: FundStanding | None = None
    complaints: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One criterion judged: outcome, the code and facts of the sentence that says why, ids of the evidence used."""

    criterion: str
    outcome: Outcome
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    evidence: tuple[UUID, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values, kept with the assessment."""
        return {
            "criterion": self.criterion,
            "outcome": self.outcome.value,
            "code": self.code,
            "params": dict(self.params),
            "evidence": [str(item) for item in self.evidence],
        }


def finding_from_json(data: Mapping[str, Any]) -> Finding:
    """A stored finding back as an object."""
    return Finding(
        criterion=data["criterion"],
        outcome=Outcome(data["outcome"]),
        code=data["code"],
        params=data["params"],
        evidence=tuple(UUID(item) for item in data["evidence"]),
    )


@dataclass(frozen=True, slots=True)
class Judgement:
    """All criteria of one business; ``met`` only where every one is met."""

    outcome: Outcome
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Assessed:
    """A round of assessments: businesses by outcome, and how often each criterion kept one back."""

    as_of: date
    outcomes: Mapping[str, int]
    held_back_by: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """One line of the list of assessments; accounts are ids."""

    id: UUID
    enterprise_id: UUID
    enterprise_name: str
    area: int
    ref: str
    as_of: date
    outcome: Outcome
    findings: tuple[Finding, ...]
    assessed_by: int
    approved_by: int | None
    approved_on: date | None


@dataclass(frozen=True, slots=True)
class GraduationCounts:
    """Assessments of a programme by outcome, and how many have graduated (approved)."""

    met: int
    not_met: int
    unknown: int
    graduated: int
