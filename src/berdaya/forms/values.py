"""What goes into the services of forms and what comes out. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from berdaya.forms.types import Instrument
from berdaya.kernel.ids import new_id


@dataclass(frozen=True, slots=True)
class NewResponse:
    """Jawaban: what somebody answered about one subject on one day. `id` is the client's, the idempotency key."""

    instrument_id: UUID
    subject_id: UUID
    area: int
    occurred_on: date
    answers: Mapping[str, Any]
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of responses: `new`, `identical` (the id was known), `incomplete` (the score waits)."""

    new: int
    identical: int
    incomplete: int


@dataclass(frozen=True, slots=True)
class InstrumentLine:
    """A published version of an instrument."""

    id: UUID
    instrument: Instrument


@dataclass(frozen=True, slots=True)
class ResponseLine:
    """One response with its computed score; `share` is None while answers are missing."""

    id: UUID
    instrument_id: UUID
    code: str
    version: int
    occurred_on: date
    answers: Mapping[str, Any]
    total: int | None
    best: int
    share: float | None
    band: str | None
    missing: tuple[str, ...]
    dimensions: Mapping[str, int | None]
