"""From the fields of a web form to answers, and the numbers of its questions. Pure.

A question's field is `q-CODE`; a growth has two, `q-CODE-before` and `q-CODE-now`. Nothing chosen is no answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from berdaya.forms import rules
from berdaya.forms.types import NOT_APPLICABLE, AnswerError, Instrument, Question, Shape

YES, NO = "ya", "tidak"
WISHES = 3
"""How many ordered wishes a form asks for."""


def field_of(question: Question, part: str = "") -> str:
    """Name of a question's field."""
    return f"q-{question.code}-{part}" if part else f"q-{question.code}"


def number_of(text: str) -> float | int | None:
    """`1.250,5`, `1250.5` and `1250` as a number; a dot before three digits is a thousand. None for no number."""
    plain = text.strip().replace(" ", "")
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".")
    elif plain.count(".") > 1 or (plain.count(".") == 1 and len(plain.rpartition(".")[2]) == 3):
        plain = plain.replace(".", "")
    try:
        value = float(plain)
    except ValueError:
        return None
    return int(value) if value.is_integer() else value


def read(instrument: Instrument, told: Mapping[str, Sequence[str]]) -> tuple[dict[str, Any], list[AnswerError]]:
    """Answers of a posted form, and what does not fit; an answer that does not fit is left out."""
    answers: dict[str, Any] = {}
    wrong: list[AnswerError] = []
    for question in instrument.questions:
        answer = _answer(question, told)
        if answer is None:
            continue
        errors = rules.check(instrument, {question.code: answer})
        if errors:
            wrong += errors
        else:
            answers[question.code] = answer
    return answers, wrong


def _answer(question: Question, told: Mapping[str, Sequence[str]]) -> Any:
    values = [text.strip() for text in told.get(field_of(question), ()) if text.strip()]
    if question.optional and NOT_APPLICABLE in values:
        return NOT_APPLICABLE
    if question.shape is Shape.GROWTH:
        pair = [next(iter(told.get(field_of(question, part), ())), "").strip() for part in ("before", "now")]
        if not any(pair):
            return None
        before, now = (number_of(text) for text in pair)
        return {"before": before, "now": now}
    return _typed(question.shape, values) if values else None


def _typed(shape: Shape, values: list[str]) -> Any:
    """Texts as the shape of the question holds them; what is no number stays text, so that the check names it."""
    first = values[0]
    if shape is Shape.CHOICES:
        return list(dict.fromkeys(values))
    if shape is Shape.YES_NO:
        return {YES: True, NO: False}.get(first, first)
    if shape is Shape.LEVEL and first.isdecimal():
        return int(first)
    number = number_of(first) if shape is Shape.NUMBER else None
    return first[:2000] if number is None else number
