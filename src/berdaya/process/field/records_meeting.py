"""Record ``meeting``: one whole meeting of a group over one fund, posted whole or not at all.

Body, version 1 (all money in whole rupiah, ISO days, ids as the pack ``group`` gave them)::

    {"fund": uuid, "held_on": "2026-10-31", "place": "", "note": "",
     "counted_idr": 1250000 | null,        cash counted at the end and read aloud; null where it was not counted
     "difference_agreed": false,           true: the members saw that it differs from the book and agreed
     "paper": false,                       true: typed from the paper form by someone else than the officers
     "confirmed_by": [membership, ...],    paper: the members who checked it (two are needed; else it waits)
     "unit": "IDR",                        a meeting counts money; another unit is kept as ``funds.wrong_unit``
     "lines": [{"membership": uuid, "presence": "present"|"excused"|"absent",
                "saving_idr": 0, "instalment_idr": 0, "iks_idr": 0, "fine_idr": 0, "fee_idr": 0,
                "signed": ""|"signature"|"thumb", "file": "name of the photo" | null}],
     "turns": [{"membership": uuid, "amount_idr": 1000000, "terms": null | {...},
                "chosen_by": "queue"|"need"|"draw", "reason": ""}]}

The record's id is the meeting's. Outcomes: ``new`` (posted), ``identical``, ``conflict`` (kept; two officers decide;
``code`` is the first reason), ``waiting`` with ``funds.two_members`` (paper not yet confirmed), ``invalid``. The same
id with another body is ``conflict`` with ``ledger.conflict``; a revision after posting cannot change the book.
``terms`` is as `berdaya.funds.wire.terms_json`; null takes the fund's usual terms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from berdaya.devices.kinds import FieldRecord, Outcome, RecordKind, Result, register
from berdaya.funds.services.meetings import record_meeting
from berdaya.funds.types import (
    ChosenBy,
    MeetingDraft,
    MeetingLine,
    MeetingState,
    MeetingTurn,
    Presence,
    Source,
)
from berdaya.funds.wire import terms_of
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.ledger.types import IDR

MOST = 10**12


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TermsBody(_Part):
    """Syarat angsuran; as `funds.wire.terms_json`."""

    method: str = "none"
    instalments: int = Field(default=10, ge=1, le=520)
    rate_percent: str = "0"
    fee_idr: int = Field(default=0, ge=0, le=MOST)
    every: str = "month"
    grace: int = Field(default=0, ge=0)
    pause: int = Field(default=0, ge=0)
    harvests: tuple[date, ...] = ()


class LineBody(_Part):
    """Satu anggota."""

    membership: UUID
    presence: Presence = Presence.PRESENT
    saving_idr: int = Field(default=0, ge=0, le=MOST)
    instalment_idr: int = Field(default=0, ge=0, le=MOST)
    iks_idr: int = Field(default=0, ge=0, le=MOST)
    fine_idr: int = Field(default=0, ge=0, le=MOST)
    fee_idr: int = Field(default=0, ge=0, le=MOST)
    signed: str = Field(default="", pattern="^(signature|thumb|)$")
    file: str | None = None


class TurnBody(_Part):
    """Satu giliran."""

    membership: UUID
    amount_idr: int = Field(gt=0, le=MOST)
    terms: TermsBody | None = None
    chosen_by: ChosenBy = ChosenBy.QUEUE
    reason: str = Field(default="", max_length=200)


class MeetingBody(_Part):
    """Pertemuan, version 1."""

    fund: UUID
    held_on: date
    place: str = Field(default="", max_length=120)
    note: str = Field(default="", max_length=400)
    counted_idr: int | None = Field(default=None, ge=0, le=MOST)
    difference_agreed: bool = False
    paper: bool = False
    confirmed_by: tuple[UUID, ...] = ()
    unit: str = Field(default=IDR, min_length=1, max_length=20)
    lines: tuple[LineBody, ...] = Field(max_length=200)
    turns: tuple[TurnBody, ...] = Field(default=(), max_length=50)


def draft_of(record: FieldRecord) -> MeetingDraft:
    """The record as the input of the service that the office's page calls."""
    body = record.body
    assert isinstance(body, MeetingBody)  # noqa: S101
    return MeetingDraft(
        id=record.id,
        fund=body.fund,
        held_on=body.held_on,
        place=body.place,
        note=body.note,
        counted_idr=body.counted_idr,
        difference_agreed=body.difference_agreed,
        source=Source.PAPER if body.paper else Source.PHONE,
        confirmed_by=body.confirmed_by,
        unit=body.unit,
        lines=tuple(
            MeetingLine(
                line.membership, line.presence, line.saving_idr, line.instalment_idr, line.iks_idr, line.fine_idr,
                line.fee_idr, line.signed, record.files.get(line.file) if line.file else None,
            )
            for line in body.lines
        ),
        turns=tuple(
            MeetingTurn(
                turn.membership, turn.amount_idr,
                terms_of(turn.terms.model_dump(mode="json")) if turn.terms else None, turn.chosen_by, turn.reason,
            )
            for turn in body.turns
        ),
    )  # fmt: skip


def apply(actor: Actor, records: Sequence[FieldRecord]) -> Mapping[UUID, Result]:
    """Each meeting by itself, in the order of arrival; what is wrong with one does not stop the others."""
    return {record.id: _one(actor, record) for record in records}


def _one(actor: Actor, record: FieldRecord) -> Result:
    try:
        result = record_meeting(actor=actor, draft=draft_of(record))
    except Problem as problem:
        kind = Outcome.CONFLICT if problem.code == "ledger.conflict" else Outcome.INVALID
        return Result(kind, problem.code, _params(problem))
    first = result.problems[0] if result.problems else None
    if result.state in {MeetingState.CONFLICT, MeetingState.REFUSED}:
        return Result(Outcome.CONFLICT, first.code if first else "funds.decided", _params(first) if first else {})
    if result.state is MeetingState.AWAITING:
        return Result(Outcome.WAITING, "funds.two_members")
    return Result(Outcome.IDENTICAL if result.known else Outcome.NEW)


def _params(problem: Problem) -> dict[str, object]:
    return {name: value if isinstance(value, int | str) else str(value) for name, value in problem.params.items()}


MEETING = register(
    RecordKind(
        name="meeting",
        title=("Pertemuan", "Meeting"),
        permission="fund.record",
        payloads={1: MeetingBody},
        apply=apply,
    )
)
