"""Record ``attendance``: who came to one session, as the trainer's phone noted it by card and by list.

Body, version 1 (ids as the pack ``class`` gave them)::

    {"session": uuid,
     "rows": [{"placement": uuid | null, "outsider": uuid | null, "card": "K7QM-2XRT" | "",
               "present": true, "method": "card" | "list" | "paper", "at": "2024-07-01T08:05:00+07:00" | null}]}

Each row names one person by exactly one of placement, outsider and card. A record again, or by a second phone, sets
what it says: rows are facts of a person and a session, not of the record. Outcomes: ``new`` (something was recorded),
``identical`` (all of it stood there), ``invalid`` with ``training_not_yet`` (before the session's day), ``not_found``
(no session of hers) or ``training_card_unknown`` (no row of it could be placed; rows that could are kept elsewhere).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.db import transaction
from pydantic import BaseModel, ConfigDict, Field, model_validator

from berdaya.devices.kinds import FieldRecord, Outcome, RecordKind, Result, register
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.training.services import record_presences_many
from berdaya.training.values import NewPresence

MOST = 500


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PresenceRow(_Part):
    """One person at the session."""

    placement: UUID | None = None
    outsider: UUID | None = None
    card: Annotated[str, Field(max_length=60)] = ""
    present: bool = True
    method: Literal["card", "list", "paper"] = "list"
    at: datetime | None = None

    @model_validator(mode="after")
    def one_name(self) -> PresenceRow:
        """Exactly one way to say who it is."""
        if (self.placement is not None) + (self.outsider is not None) + bool(self.card) != 1:
            raise ValueError("name one of placement, outsider and card")
        return self


class AttendanceBody(_Part):
    """Payload of `attendance`, version 1."""

    session: UUID
    rows: Annotated[tuple[PresenceRow, ...], Field(min_length=1, max_length=MOST)]


def apply(actor: Actor, records: Sequence[FieldRecord]) -> Mapping[UUID, Result]:
    """Take records in, each for itself."""
    results = {}
    for record in records:
        body = record.body
        assert isinstance(body, AttendanceBody)  # noqa: S101 - the kind's own payload
        try:
            with transaction.atomic():
                taken = record_presences_many(actor=actor, session_id=body.session, rows=_rows(body, record))
        except Problem as problem:
            if problem.code == "not_allowed":
                raise
            results[record.id] = Result(Outcome.INVALID, problem.code, problem.params)
            continue
        placed = [outcome for outcome in taken.outcomes if outcome not in {"unknown", "elsewhere"}]
        if not placed:
            results[record.id] = Result(Outcome.INVALID, "training_card_unknown")
        else:
            same = all(outcome == "identical" for outcome in placed)
            results[record.id] = Result(Outcome.IDENTICAL if same else Outcome.NEW)
    return results


def _rows(body: AttendanceBody, record: FieldRecord) -> list[NewPresence]:
    # A time without its zone says nothing; the server's receipt stands for it then.
    return [
        NewPresence(
            present=row.present, card=row.card, placement_id=row.placement, outsider_id=row.outsider,
            method=row.method, noted_at=row.at if row.at and row.at.tzinfo else record.received_at,
        )
        for row in body.rows
    ]  # fmt: skip


KIND = register(
    RecordKind(
        name="attendance",
        title=("Presensi kelas", "Class attendance"),
        permission="attendance.record",
        payloads={1: AttendanceBody},
        apply=apply,
    )
)
