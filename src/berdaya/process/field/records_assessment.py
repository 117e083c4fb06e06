"""Record ``assessment``: the answers of one person's family to an instrument, asked at home and scored at the server.

Body, version 1 (codes and version as the office published them)::

    {"person": uuid, "instrument": "assessment", "version": 2, "on": "2024-07-01",
     "answers": {"kinds": ["batik"], "skill_level": 3, "hours_a_day": 4, "childcare": "n/a", ...}}

``subject`` stands in place of ``person`` where a family, business or group is meant itself; ``told`` stands in place of
``answers`` where a form of ODK Collect gives texts by question. ``on`` is the day of the talk; without it the day of
receipt counts. Scores are computed by the instrument, never taken. Outcomes: ``new``, ``identical`` (the id was known),
``invalid`` with the problem of the first answer that does not fit, `not_found` for somebody outside the caseload, or
``form_version_unknown`` for a version that nobody published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from pydantic import BaseModel, ConfigDict, Field, model_validator

from berdaya.devices.kinds import FieldRecord, Outcome, RecordKind, Result, register
from berdaya.forms import filling
from berdaya.forms.models import Response
from berdaya.forms.selectors import instrument as instrument_of
from berdaya.forms.types import Instrument, Shape
from berdaya.kernel.clock import WIB
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people.models import Person
from berdaya.process.assessing import fill

MOST_ANSWERS = 400
Code = Annotated[str, Field(max_length=60)]


class AssessmentBody(BaseModel):
    """Payload of `assessment`, version 1."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    instrument: Annotated[str, Field(max_length=40)]
    version: Annotated[int, Field(ge=1, le=32_000)]
    person: UUID | None = None
    subject: UUID | None = None
    on: date | None = None
    answers: Annotated[dict[Code, Any], Field(max_length=MOST_ANSWERS)] = Field(default_factory=dict)
    told: Annotated[dict[Code, Annotated[str, Field(max_length=4000)]], Field(max_length=MOST_ANSWERS)] = Field(
        default_factory=dict
    )

    @model_validator(mode="after")
    def one_subject(self) -> AssessmentBody:
        """Exactly one way to say who is meant, and some answer."""
        if (self.person is None) == (self.subject is None):
            raise ValueError("name one of person and subject")
        if bool(self.answers) == bool(self.told):
            raise ValueError("answers are missing")
        return self


def apply(actor: Actor, records: Sequence[FieldRecord]) -> Mapping[UUID, Result]:
    """Take records in, each for itself."""
    known = set(Response.objects.filter(pk__in=[_key(record) for record in records]).values_list("id", flat=True))
    results: dict[UUID, Result] = {}
    for record in records:
        if _key(record) in known:
            results[record.id] = Result(Outcome.IDENTICAL)
            continue
        body = record.body
        assert isinstance(body, AssessmentBody)  # noqa: S101 - the kind's own payload
        try:
            with transaction.atomic():
                _take(actor, record, body)
        except Problem as problem:
            if problem.code == "not_allowed":
                raise
            results[record.id] = Result(Outcome.INVALID, problem.code, problem.params)
        else:
            results[record.id] = Result(Outcome.NEW)
    return results


def _take(actor: Actor, record: FieldRecord, body: AssessmentBody) -> None:
    try:
        instrument = instrument_of(actor, body.instrument, body.version).instrument
    except Problem as problem:
        if problem.code != "not_found":
            raise
        params = {"instrument": body.instrument, "version": body.version}
        raise Problem("form_version_unknown", **params) from problem
    fill(
        actor=actor, code=body.instrument, version=body.version, subject_id=body.subject or _family(body.person),
        answers=body.answers or answers_of(instrument, body.told),
        occurred_on=body.on or record.received_at.astimezone(WIB).date(), response_id=_key(record),
    )  # fmt: skip


def _key(record: FieldRecord) -> UUID:
    """Id of the answers: an edit of the record is a new response, for answers are never rewritten."""
    return record.id if record.revision <= 1 else stable_id("assessment", record.id, record.revision)


def _family(person: UUID | None) -> UUID:
    if person is None:
        raise Problem("not_found")
    home = Person.objects.filter(pk=person, merged_into=None).values_list("household_id", flat=True).first()
    if home is None:
        raise Problem("not_found")
    return home


def answers_of(instrument: Instrument, told: Mapping[str, str]) -> dict[str, Any]:
    """Texts by question, as an XForm has them, as answers. Raises the problem of the first that does not fit."""
    fields: dict[str, list[str]] = {}
    for question in instrument.questions:
        name = filling.field_of(question)
        if question.shape is Shape.GROWTH:
            for part in ("before", "now"):
                fields[f"{name}-{part}"] = [_number(told.get(f"{question.code}_{part}", ""))]
        elif question.code in told:
            text = told[question.code].replace("tidak_berlaku", "n/a")
            many = question.shape is Shape.CHOICES
            fields[name] = text.split() if many else [_number(text) if question.shape is Shape.NUMBER else text]
    answers, wrong = filling.read(instrument, fields)
    for one in wrong:
        raise Problem(one.code, question=one.question, **one.params)
    return answers


def _number(text: str) -> str:
    """XForms write a decimal point; the field reads numbers as people write them, with a comma."""
    return text.strip().replace(".", ",")


KIND = register(
    RecordKind(
        name="assessment",
        title=("Asesmen", "Assessment"),
        permission="visit.record",
        payloads={1: AssessmentBody},
        apply=apply,
    )
)
