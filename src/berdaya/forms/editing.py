"""A new version of an instrument: the body of the old one with a question more, one less, or other words. Pure."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from berdaya.forms import rules
from berdaya.forms.types import Instrument, Question, Shape


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """Butir baru: a question to be added at the end of a dimension.

    `options` are the levels from the lowest; for `number` and `growth` they are `label | up to`, the last without a
    bound. A new dimension is made where `dimension` names none that exists; `dimension_label` is then its name.
    """

    dimension: str
    code: str
    label: str
    english: str = ""
    shape: Shape = Shape.LEVEL
    weight: int = 0
    options: tuple[str, ...] = ()
    unit: str = ""
    optional: bool = False
    dimension_label: str = ""


def body_of(instrument: Instrument) -> dict[str, Any]:
    """An instrument as it is stored; :func:`berdaya.forms.rules.parse` reads it back to an equal value."""
    return {
        "code": instrument.code,
        "version": instrument.version,
        "subject": instrument.subject,
        "source": instrument.source,
        "notes": list(instrument.notes),
        "title": {"id": instrument.title.id, "en": instrument.title.en},
        "dimensions": [
            {"code": d.code, "id": d.label.id, "en": d.label.en, "questions": [_question(q) for q in d.questions]}
            for d in instrument.dimensions
        ],
        "bands": [
            {"code": b.code, "id": b.label.id, "en": b.label.en, "above": b.above, "up_to": b.up_to}
            for b in instrument.bands
        ],
    }


def _question(q: Question) -> dict[str, Any]:
    body: dict[str, Any] = {"code": q.code, "id": q.label.id, "en": q.label.en, "shape": q.shape.value}
    if q.weight:
        body["weight"] = q.weight
    for name in ("unit", "source", "optional"):
        if getattr(q, name):
            body[name] = getattr(q, name)
    if q.steps:
        body["steps"] = [
            {"level": s.level, "id": s.label.id, "en": s.label.en}
            | ({} if s.above is None else {"above": s.above})
            | ({} if s.up_to is None else {"up_to": s.up_to})
            for s in q.steps
        ]
    return body


def steps_of(shape: Shape, options: Sequence[str]) -> list[dict[str, Any]]:
    """Levels of a question from its lines, the lowest first. Raises `rules.InstrumentError` for a bad bound."""
    steps: list[dict[str, Any]] = []
    before: float | None = None
    for level, line in enumerate(options, start=1):
        label, bar, bound = (part.strip() for part in line.partition("|"))
        step: dict[str, Any] = {"level": level, "id": label, "en": label}
        if shape in {Shape.NUMBER, Shape.GROWTH}:
            if before is not None:
                step["above"] = before
            if bar and bound:
                try:
                    before = step["up_to"] = float(bound.replace(",", "."))
                except ValueError as error:
                    raise rules.InstrumentError(f"{label}: {bound}") from error
        steps.append(step)
    return steps


def with_question(body: Mapping[str, Any], question: NewQuestion) -> dict[str, Any]:
    """The body of the next version with one question more. Raises `rules.InstrumentError` where it would not hold."""
    made = _next(body)
    facts: dict[str, Any] = {
        "code": question.code, "id": question.label, "en": question.english or question.label,
        "shape": question.shape.value,
    }  # fmt: skip
    facts |= {name: value for name in ("weight", "unit", "optional") if (value := getattr(question, name))}
    if question.options:
        facts["steps"] = steps_of(question.shape, question.options)
    home = next((d for d in made["dimensions"] if d["code"] == question.dimension), None)
    if home is None:
        label = question.dimension_label or question.dimension
        home = {"code": question.dimension, "id": label, "en": label, "questions": []}
        made["dimensions"].append(home)
    home["questions"].append(facts)
    rules.parse(made)
    return made


def without_question(body: Mapping[str, Any], code: str) -> dict[str, Any]:
    """The body of the next version with one question less; a dimension that becomes empty goes with it."""
    made = _next(body)
    for dimension in made["dimensions"]:
        dimension["questions"] = [q for q in dimension["questions"] if q["code"] != code]
    made["dimensions"] = [d for d in made["dimensions"] if d["questions"]]
    rules.parse(made)
    return made


def _next(body: Mapping[str, Any]) -> dict[str, Any]:
    made = copy.deepcopy(dict(body))
    made["version"] = int(made["version"]) + 1
    return made
