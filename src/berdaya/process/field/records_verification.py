"""The record kind `verification`: one home visit of a TKSK, with photo, position, the family's own words and consent.

Payload, version 1 (only `candidate`, `on` and `result` are needed)::

    {"candidate": "…", "on": "2026-10-30", "result": "confirmed|not_found|not_poor|moved|died", "words": "",
     "note": "", "photos": ["photo_1"], "position": {"lat": -7.7061, "lon": 114.0098, "accuracy_m": 12},
     "position_missing": "denied", "consent": true, "consent_method": "signature|thumbprint|spoken",
     "consent_language": "Madura", "consent_witness": "Kepala Dusun", "consent_copy": true, "nik_sealed": {…}}

Outcomes: `new`; `identical` for the same record again; `invalid` (`not_yours`, `bad_state` where this candidate awaits
no visit any more, `visit_in_future`). A consent whose language or witness is missing is told back in the outcome's
`params` and not kept; the visit is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db import transaction
from pydantic import BaseModel, ConfigDict, Field

from berdaya.access.permissions import require
from berdaya.devices.kinds import FieldRecord, Outcome, RecordKind, Result, register
from berdaya.files.selectors import known_files
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.people.services.consent import NewConsent
from berdaya.process.verification import Visit, attach_photo, record_visit
from berdaya.programmes.models import Candidate, Verification
from berdaya.programmes.values import NewVerification

Words = Annotated[str, Field(max_length=2_000)]


class Place(BaseModel):
    """A position as the phone gave it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    accuracy_m: Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)] | None = None


class VerificationBody(BaseModel):
    """Payload of `verification`, version 1."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    candidate: UUID
    on: date
    result: Literal["confirmed", "not_found", "not_poor", "moved", "died"]
    words: Words = ""
    note: Words = ""
    photos: Annotated[tuple[str, ...], Field(max_length=4)] = ()
    position: Place | None = None
    position_missing: Annotated[str, Field(max_length=20)] = ""
    consent: bool = False
    consent_method: Literal["", "signature", "thumbprint", "spoken"] = ""
    consent_language: Annotated[str, Field(max_length=40)] = ""
    consent_witness: Annotated[str, Field(max_length=120)] = ""
    consent_copy: bool = False
    nik_sealed: dict[str, Any] | None = None


def apply(actor: Actor, records: Sequence[FieldRecord]) -> Mapping[UUID, Result]:
    """Take home visits in, each for itself."""
    require(actor, "verification.record")
    wanted = [_body(item).candidate for item in records]
    rows = {row.pk: row for row in Candidate.objects.filter(pk__in=wanted, office_id=actor.office or 0)}
    known = set(Verification.objects.filter(pk__in=[item.id for item in records]).values_list("pk", flat=True))
    results: dict[UUID, Result] = {}
    for item in records:
        candidate = rows.get(_body(item).candidate)
        if item.id in known:
            results[item.id] = Result(Outcome.IDENTICAL)
        elif candidate is None:
            results[item.id] = Result(Outcome.INVALID, "not_yours")
        else:
            results[item.id] = _take(actor, item, candidate)
    return results


def _take(actor: Actor, item: FieldRecord, candidate: Candidate) -> Result:
    body = _body(item)
    if body.on > clock.today():
        return Result(Outcome.INVALID, "visit_in_future", {"fields": ["on"]})
    consent = _consent(actor, body, candidate)
    try:
        with transaction.atomic():
            visit = Visit(_found(actor, item, candidate.ref), consent=consent)
            record_visit(actor=actor, candidate_id=candidate.pk, visit=visit)
    except Problem as problem:
        return Result(Outcome.INVALID, problem.code, dict(problem.params))
    return Result(Outcome.NEW, params={"consent": "incomplete"} if body.consent and consent is None else {})


def _found(actor: Actor, item: FieldRecord, ref: str) -> NewVerification:
    body, place = _body(item), _body(item).position
    photos = [item.files[name] for name in body.photos if name in item.files]
    there = known_files(actor=actor, files=photos)
    return NewVerification(
        ref=ref,
        visited_on=body.on,
        verifier=actor.name,
        result=body.result,
        note=body.note,
        own_words=body.words,
        photo_id=next((photo for photo in photos if photo in there), None),
        lat=place.lat if place else None,
        lon=place.lon if place else None,
        accuracy_m=round(place.accuracy_m) if place and place.accuracy_m is not None else None,
        id=item.id,
    )


def _consent(actor: Actor, body: VerificationBody, candidate: Candidate) -> NewConsent | None:
    """What was read aloud and agreed to; None where the phone's form leaves out what makes it a consent."""
    method = body.consent_method
    complete = method and body.consent_language.strip() and (method == "signature" or body.consent_witness.strip())
    if not body.consent or not complete or candidate.household_id is None:
        return None
    return NewConsent(
        candidate.household_id, "programme", body.on, method, body.consent_language, actor.name,  # type: ignore[arg-type]
        body.consent_witness, body.consent_copy,
    )  # fmt: skip


def attach(actor: Actor, record: UUID, name: str, file: UUID) -> None:  # noqa: ARG001 - kinds share one shape
    """A photo of the house has come whole, after the visit it belongs to."""
    attach_photo(actor=actor, verification_id=record, file=file)


def _body(record: FieldRecord) -> VerificationBody:
    assert isinstance(record.body, VerificationBody)  # noqa: S101 - the kind's own payload
    return record.body


KIND = register(
    RecordKind(
        name="verification",
        title=("Verifikasi rumah", "Home visit"),
        permission="verification.record",
        payloads={1: VerificationBody},
        apply=apply,
        photos=("photos",),
        attach=attach,
    )
)
