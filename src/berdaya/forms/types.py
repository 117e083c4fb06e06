"""Instruments, questions, answers and scores (no database)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any


class Shape(StrEnum):
    """Shapes of a question.

    `level`: one of named levels. `number`: a measured number that falls into an interval. `growth`: a number before
    and a number now, whose growth in per cent falls into an interval; without a baseline it has no answer. `choices`
    (several codes of `source`), `yes_no` and `text` carry no score.
    """

    LEVEL = "level"
    NUMBER = "number"
    GROWTH = "growth"
    CHOICES = "choices"
    YES_NO = "yes_no"
    TEXT = "text"


SCORED = frozenset({Shape.LEVEL, Shape.NUMBER, Shape.GROWTH})


@dataclass(frozen=True, slots=True)
class Wording:
    """A text in both languages."""

    id: str
    en: str

    def text(self, language: str = "id") -> str:
        return self.en if language.startswith("en") else self.id


@dataclass(frozen=True, slots=True)
class Step:
    """One level of a question. For `number` and `growth` it holds above `above` up to and including `up_to`."""

    level: int
    label: Wording
    above: float | None = None
    up_to: float | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question (butir): its shape, weight and levels; `optional` ones may be answered "does not apply"."""

    code: str
    label: Wording
    shape: Shape
    weight: int = 0
    steps: tuple[Step, ...] = ()
    unit: str = ""
    source: str = ""
    optional: bool = False

    @property
    def scored(self) -> bool:
        """True where the answer counts: a question of a scored shape without weight is asked and not judged."""
        return self.shape in SCORED and self.weight > 0

    @property
    def best(self) -> int:
        return self.weight * max((s.level for s in self.steps), default=0)


@dataclass(frozen=True, slots=True)
class Dimension:
    """Questions that are reported together (dimensi, aspek)."""

    code: str
    label: Wording
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A verdict for shares of the maximum above `above` up to and including `up_to` (0 to 1)."""

    code: str
    label: Wording
    above: float
    up_to: float


@dataclass(frozen=True, slots=True)
class Instrument:
    """Instrumen: a versioned questionnaire. `subject` is what it judges: group, enterprise or household."""

    code: str
    version: int
    title: Wording
    subject: str
    source: str
    dimensions: tuple[Dimension, ...]
    bands: tuple[Band, ...]
    notes: tuple[str, ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(q for d in self.dimensions for q in d.questions)

    @property
    def best(self) -> int:
        """The highest score when every question applies."""
        return sum(q.best for q in self.questions)


NOT_APPLICABLE = "n/a"
"""The answer "tidak berlaku" to an optional question: it leaves both the score and the maximum."""

Answers = Mapping[str, Any]
"""Answers by question code: a level, a number, `{"before": x, "now": y}`, codes, a truth value, text, or `n/a`."""


@dataclass(frozen=True, slots=True)
class DimensionScore:
    """Score of one dimension; `score` is None while a question in it has no answer."""

    code: str
    score: int | None
    best: int


@dataclass(frozen=True, slots=True)
class Score:
    """What an instrument says about answers.

    `total`, `share` and `band` are None while anything is missing: an unanswered question never counts as zero and
    never leaves the maximum by itself. `so_far` and `best_so_far` cover what is answered.
    """

    total: int | None
    best: int
    band: str | None
    so_far: int
    best_so_far: int
    levels: Mapping[str, int] = field(default_factory=dict)
    dimensions: tuple[DimensionScore, ...] = ()
    missing: tuple[str, ...] = ()
    not_applicable: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        return not self.missing

    @property
    def share(self) -> Fraction | None:
        return None if self.total is None or not self.best else Fraction(self.total, self.best)


@dataclass(frozen=True, slots=True)
class AnswerError:
    """An answer that does not fit its question: `code` is a problem of this package."""

    question: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
