"""The record kind `contest`: the sheet of one juror for one entry of a contest, marked on the spot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from django.db import transaction
from pydantic import Field

from berdaya.access.permissions import require
from berdaya.devices import kinds
from berdaya.devices.kinds import FieldRecord, Outcome, RecordKind, Result
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.market.contests import mark_entry
from berdaya.process.field.records_visit import Line, Payload

Mark = Annotated[int, Field(strict=True, ge=0, le=100)]
Name = Annotated[str, Field(min_length=1, max_length=80)]


class ContestBody(Payload):
    """Payload of `contest`, version 1 (docs/guide/sync.md)."""

    entry: UUID
    on: date
    juror: Name
    marks: dict[Name, Mark]
    note: Line = ""


def apply(actor: Actor, records: Sequence[FieldRecord]) -> Mapping[UUID, Result]:
    """Take the sheets in, one by one; places follow. What a juror gave before stays, whoever sends another sheet."""
    require(actor, "market.manage")
    return {item.id: _take(actor, item) for item in records}


def _take(actor: Actor, record: FieldRecord) -> Result:
    body = record.body
    assert isinstance(body, ContestBody)  # noqa: S101 - the kind's own payload
    if body.on > clock.today():
        return Result(Outcome.INVALID, "record_shape", {"fields": ["on"]})
    try:
        with transaction.atomic():
            fresh = mark_entry(actor=actor, entry_id=body.entry, juror=body.juror, marks=body.marks)
    except Problem as problem:
        code = "not_yours" if problem.code == "not_found" else problem.code
        return Result(Outcome.INVALID, code, dict(problem.params))
    return Result(Outcome.NEW if fresh else Outcome.IDENTICAL)


kinds.register(
    RecordKind(
        name="contest",
        title=("Nilai lomba", "Marks of a contest"),
        permission="market.manage",
        payloads={1: ContestBody},
        apply=apply,
    )
)
