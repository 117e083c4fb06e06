"""Publishing instruments and recording answers; scores are computed here, never taken from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import can, require
from berdaya.audit import services as audit
from berdaya.forms import rules
from berdaya.forms.models import Instrument as StoredInstrument
from berdaya.forms.models import Response
from berdaya.forms.types import Score
from berdaya.forms.values import NewResponse, Recorded
from berdaya.kernel import clock
from berdaya.kernel.bulk import create
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor

ANSWERING = ("visit.record", "verification.record", "graduation.assess", "candidate.propose")
"""Any of these permissions lets a role record answers."""


@transaction.atomic
def publish_instrument(*, actor: Actor, area: int, body: Mapping[str, Any]) -> UUID:
    """Publish a version of an instrument for the actor's office; the same version again answers the one there.

    Raises `form_instrument_unreadable`, `form_version_taken`, `not_allowed`.
    """
    require(actor, "instrument.manage")
    if not actor.office:
        raise Problem("not_allowed", role=actor.role, permission="instrument.manage")
    try:
        instrument = rules.parse(body)
    except rules.InstrumentError as error:
        raise Problem("form_instrument_unreadable", detail=str(error)) from error
    key = {"office_id": actor.office, "code": instrument.code, "version": instrument.version}
    known = StoredInstrument.objects.filter(**key).first()
    if known is not None:
        if known.body != dict(body):
            raise Problem("form_version_taken", instrument=instrument.code, version=instrument.version)
        return known.pk
    made = StoredInstrument.objects.create(id=stable_id("instrument", *key.values()), area=area, body=dict(body), **key)
    audit.record(
        actor=actor, name="instrument.published", subject_kind="instrument", subject_id=made.pk, area=area,
        version=instrument.version,
    )  # fmt: skip
    return made.pk


def ensure_instruments(*, actor: Actor, area: int) -> dict[str, UUID]:
    """Publish the instruments that ship with the product where the office has none yet; ids by code."""
    return {code: publish_instrument(actor=actor, area=area, body=rules.shipped_body(code)) for code in rules.SHIPPED}


def score_body(score: Score) -> dict[str, Any]:
    """A score as it is stored with the answers."""
    return {
        "total": score.total,
        "best": score.best,
        "band": score.band,
        "so_far": score.so_far,
        "best_so_far": score.best_so_far,
        "levels": dict(score.levels),
        "dimensions": {d.code: d.score for d in score.dimensions},
        "missing": list(score.missing),
        "not_applicable": list(score.not_applicable),
    }


@transaction.atomic
def record_responses_many(*, actor: Actor, rows: Sequence[NewResponse]) -> Recorded:
    """Record answers with the score that their instrument computes. An id that is known already is left as it is.

    Missing answers are allowed: the score waits and says what is missing. Raises `form_answer_unfit` and its
    siblings for an answer that does not fit, `form_not_yet`, `not_found` for an unknown instrument.
    """
    if not any(can(actor, permission) for permission in ANSWERING):
        require(actor, ANSWERING[0])
    stored = {i.pk: i for i in StoredInstrument.objects.filter(pk__in={r.instrument_id for r in rows})}
    parsed = {pk: rules.parse(i.body) for pk, i in stored.items()}
    known = set(Response.objects.filter(pk__in=[r.id for r in rows]).values_list("id", flat=True))
    made, incomplete = [], 0
    for row in rows:
        if row.id in known:
            continue
        known.add(row.id)
        if row.instrument_id not in parsed:
            raise Problem("not_found")
        if row.occurred_on > clock.today():
            raise Problem("form_not_yet", day=row.occurred_on)
        instrument = parsed[row.instrument_id]
        for wrong in rules.check(instrument, row.answers):
            raise Problem(wrong.code, question=wrong.question, **wrong.params)
        score = rules.score(instrument, row.answers)
        incomplete += not score.complete
        made.append(
            Response(
                id=row.id,
                area=row.area,
                office_id=stored[row.instrument_id].office_id,
                instrument_id=row.instrument_id,
                subject_kind=instrument.subject,
                subject_id=row.subject_id,
                occurred_on=row.occurred_on,
                answers=dict(row.answers),
                scores=score_body(score),
            )
        )
    create(made)
    audit.record(actor=actor, name="response.recorded", new=len(made), incomplete=incomplete)
    return Recorded(new=len(made), identical=len(rows) - len(made), incomplete=incomplete)
