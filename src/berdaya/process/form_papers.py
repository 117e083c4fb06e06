"""Instruments on paper: the questions of the screen in their order, boxes to tick; scores are never written there."""

from __future__ import annotations

from typing import Any

from berdaya.documents.papers import paper
from berdaya.forms.selectors import instrument as instrument_of
from berdaya.forms.types import Question, Shape
from berdaya.kernel.scope import Actor

_YES_NO = {"id": ("ya", "tidak"), "en": ("yes", "no")}
_NOT_APPLICABLE = {"id": "tidak berlaku", "en": "does not apply"}


def form_paper(*, actor: Actor, code: str, language: str = "id") -> bytes:
    """The newest version of an instrument as PDF. Raises `not_found`."""
    instrument = instrument_of(actor, code).instrument
    return paper("questions", {
        "title": instrument.title.text(language), "version": instrument.version,
        "rows": [
            {"title": d.label.text(language), "questions": [_asked(q, language) for q in d.questions]}
            for d in instrument.dimensions
        ],
    })  # fmt: skip


def _asked(question: Question, language: str) -> dict[str, Any]:
    """One question as the paper draws it; a number is written, its level is the instrument's business."""
    options: list[str] = []
    if question.shape is Shape.LEVEL:
        options = [f"{step.level} {step.label.text(language)}" for step in question.steps]
    elif question.shape is Shape.YES_NO:
        options = list(_YES_NO[language])
    if question.optional:
        options.append(_NOT_APPLICABLE[language])
    return {
        "label": question.label.text(language), "unit": question.unit, "shape": question.shape.value,
        "options": options,
    }  # fmt: skip
