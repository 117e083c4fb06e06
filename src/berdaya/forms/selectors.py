"""Reading instruments and responses. Call inside a scope."""

from __future__ import annotations

from uuid import UUID

from berdaya.access.permissions import can, require
from berdaya.forms import rules
from berdaya.forms.models import Instrument as StoredInstrument
from berdaya.forms.models import Response
from berdaya.forms.values import InstrumentLine, ResponseLine
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor

READING = ("business.read", "family.read", "group.read")


def _may_read(actor: Actor) -> None:
    if not any(can(actor, permission) for permission in READING):
        require(actor, READING[0])


def _own_first(actor: Actor, rows: list[StoredInstrument]) -> list[StoredInstrument]:
    """Instruments of the actor's office by code; another's only where the office has none of that code."""
    own = {row.code for row in rows if row.office_id == actor.office}
    return [row for row in rows if row.office_id == actor.office or row.code not in own]


def instruments(actor: Actor) -> list[InstrumentLine]:
    """All published versions of the actor's office, by code, newest version first."""
    _may_read(actor)
    rows = _own_first(actor, list(StoredInstrument.objects.order_by("code", "-version", "id")))
    return [InstrumentLine(row.pk, rules.parse(row.body)) for row in rows]


def instrument(actor: Actor, code: str, version: int | None = None) -> InstrumentLine:
    """One instrument of the office in the version asked for, else the newest. Raises `not_found`."""
    _may_read(actor)
    rows = StoredInstrument.objects.filter(code=code)
    if version is not None:
        rows = rows.filter(version=version)
    row = next(iter(_own_first(actor, list(rows.order_by("-version", "id")))), None)
    if row is None:
        raise Problem("not_found")
    return InstrumentLine(row.pk, rules.parse(row.body))


def responses_of(actor: Actor, subject_id: UUID, *, code: str = "") -> list[ResponseLine]:
    """Responses about one subject, newest first."""
    _may_read(actor)
    rows = Response.objects.filter(subject_id=subject_id).select_related("instrument")
    if code:
        rows = rows.filter(instrument__code=code)
    return [_line(row) for row in rows.order_by("-occurred_on", "-recorded_at", "id")]


def _line(row: Response) -> ResponseLine:
    scores = row.scores
    total, best = scores["total"], scores["best"]
    return ResponseLine(
        id=row.pk,
        instrument_id=row.instrument_id,
        code=row.instrument.code,
        version=row.instrument.version,
        occurred_on=row.occurred_on,
        answers=row.answers,
        total=total,
        best=best,
        share=None if total is None or not best else total / best,
        band=scores["band"],
        missing=tuple(scores["missing"]),
        dimensions=scores["dimensions"],
    )
