"""Instruments on paper: the questions of the screen in their order, boxes to tick; scores are never written there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from berdaya.documents.papers import paper
from berdaya.enterprises.catalogue import Named
from berdaya.forms.filling import WISHES
from berdaya.forms.selectors import instrument as instrument_of
from berdaya.forms.types import Question, Shape
from berdaya.kernel import clock
from berdaya.kernel.scope import Actor
from berdaya.process.assessing import Judged, choices_of, subject_of
from berdaya.training.catalogue import catalogue_of

_YES_NO = {"id": ("ya", "tidak"), "en": ("yes", "no")}
_NOT_APPLICABLE = {"id": "tidak berlaku", "en": "does not apply"}
MOST_BOXES = 30
"""A list longer than this is printed as text, with lines to write the wishes on."""


def form_paper(*, actor: Actor, code: str, language: str = "id", subject_id: UUID | None = None) -> bytes:
    """The newest version of an instrument as tagged PDF, with the data of the one it is about where one is named.

    Raises `not_found`, `not_allowed`.
    """
    instrument = instrument_of(actor, code).instrument
    choices = choices_of(instrument, catalogue_of(actor.office))
    subject = None
    if subject_id is not None:
        subject = subject_of(actor=actor, kind=instrument.subject, subject_id=subject_id)
    return paper("questions", {
        "title": instrument.title.text(language), "version": instrument.version, "lang": language,
        "who": _who(subject), "demo": subject is not None and subject.synthetic,
        "rows": [
            {
                "title": d.label.text(language),
                "questions": [_asked(q, language, choices.get(q.code, ())) for q in d.questions],
            }
            for d in instrument.dimensions
        ],
    })  # fmt: skip


def _who(subject: Judged | None) -> Mapping[str, str]:
    if subject is None:
        return {"name": "", "place": "", "code": "", "printed": ""}
    # The end of an id is enough to find the family again, and says nothing about it.
    return {
        "name": subject.name, "place": subject.place, "code": str(subject.id)[-8:].upper(),
        "printed": clock.today().isoformat(),
    }  # fmt: skip


def _asked(question: Question, language: str, choices: tuple[Named, ...]) -> dict[str, Any]:
    """One question as the paper draws it; a number is written, its level is the instrument's business."""
    options: list[str] = []
    if question.shape is Shape.LEVEL:
        options = [f"{step.level} {step.label.text(language)}" for step in question.steps]
    elif question.shape is Shape.YES_NO:
        options = list(_YES_NO[language])
    names = [item.name(language) for item in choices]
    wishes = 0
    if names and len(names) <= MOST_BOXES:
        options, names = names, []
    elif names:
        wishes = WISHES
    if question.optional:
        options.append(_NOT_APPLICABLE[language])
    return {
        "label": question.label.text(language), "unit": question.unit, "shape": question.shape.value,
        "options": options, "wishes": wishes, "names": names,
    }  # fmt: skip
