"""The record kind `handover`: goods handed to one recipient, written on a phone without signal (BAST on the spot).

Payload, version 1 (only `day`, `slot`, `on`, `received_by` and `proof` are needed)::

    {"day": "…", "slot": "…", "on": "2026-10-30", "place": "", "received_by": "Rohmah",
     "receiver": "self|officer|proxy", "proxy": null, "manner": "desk|home", "condition": "good|damaged|short",
     "exceptions": {"2": "damaged"}, "items": {"1": 1, "2": 30}, "tags": {"1": ["SN-0071"]}, "note": "",
     "proof": {"kind": "signature|thumb|paper", "strokes": [[[x, y], …], …], "giver": [[…]], "witness": "Kepala Dusun",
               "witness_strokes": [[…]]},
     "position": {"lat": -7.7061, "lon": 114.0098}}

Strokes are points on a pad of 1000 x 400, first point at the top left; the server draws the SVG. `items` (number in the
package -> quantity) is a part of what is still due; without it everything due is handed over. `tags` are needed where
the item's store row says `tagged`. A thumb needs the witness's name; `paper` means that the BAST was signed on paper,
whose picture comes as the file `scan`. Photos come apart under the names `photo` (the recipient with the goods),
`item_1`, `item_2` … (single goods), `scan` and `thumb`; they never hold the record up.

Outcomes: `new`; `identical` where the same record is sent again; `conflict` (`ledger.conflict`) for another content
under its id, and (`grants.already_handed_over`, `grants.tag_given_out`, `grants.not_in_decree` …) where the goods have
left and the server cannot take the record as it is: a task for the supervisor is opened, nothing is taken from the
family; `invalid` (`grants.no_signature`, `grants.no_such_item`, `grants.future` …) for what the phone can correct.
A recipient whom a list names only now, or a pack used after its 24 hours, is recorded and opens a case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Literal
from uuid import UUID

from django.db import transaction
from pydantic import BaseModel, ConfigDict, Field

from berdaya.access.permissions import require
from berdaya.devices.kinds import FieldRecord, Outcome, RecordKind, Result, register
from berdaya.files.services import store_signature
from berdaya.files.types import FileDraft
from berdaya.grants.models import HandoverDay, HandoverSlot
from berdaya.grants.services.days import attach_photo, record_at_day
from berdaya.grants.types import (
    Condition,
    HandoverOutcome,
    HandoverRow,
    Manner,
    Proof,
    ProofKind,
    Receiver,
    Screen,
)
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.tasks import services as tasks
from berdaya.tasks.types import NewTask

CASE_DAYS = 3
Stroke = Annotated[list[Annotated[list[float], Field(min_length=2, max_length=2)]], Field(max_length=2_000)]
Strokes = Annotated[list[Stroke], Field(max_length=400)]
Line = Annotated[str, Field(max_length=160)]
Name = Annotated[str, Field(max_length=120)]
Tag = Annotated[str, Field(min_length=1, max_length=60)]
CORRECTABLE = frozenset(
    {"grants.no_signature", "files.empty_signature", "files.not_an_image", "grants.no_such_item", "grants.future",
     "grants.nobody_received", "grants.before_decree", "grants.too_many_tags", "outside_scope"}
)  # fmt: skip


class Payload(BaseModel):
    """Unknown fields are refused, so that nothing typed is dropped in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Position(Payload):
    """Where the phone was, WGS 84."""

    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class Signed(Payload):
    """How the receipt was proven."""

    kind: Literal["signature", "thumb", "paper"]
    strokes: Strokes = []
    giver: Strokes = []
    witness: Name = ""
    witness_strokes: Strokes = []


class HandoverBody(Payload):
    """Payload of `handover`, version 1."""

    day: UUID
    slot: UUID
    on: date
    received_by: Name
    proof: Signed
    place: Line = ""
    receiver: Receiver = Receiver.SELF
    proxy: UUID | None = None
    manner: Manner = Manner.DESK
    condition: Condition = Condition.GOOD
    exceptions: dict[int, Condition] = {}
    items: dict[int, Annotated[int, Field(strict=True, ge=1, le=1_000_000)]] = {}
    tags: dict[int, Annotated[list[Tag], Field(max_length=200)]] = {}
    note: Annotated[str, Field(max_length=2_000)] = ""
    position: Position | None = None


def apply(actor: Actor, records: Sequence[FieldRecord]) -> Mapping[UUID, Result]:
    """Take each handover in its own savepoint through the service that the office web calls."""
    require(actor, "handover.record")
    bodies = {record.id: record.body for record in records if isinstance(record.body, HandoverBody)}
    slots = {
        slot.pk: slot
        for slot in HandoverSlot.objects.select_related("day", "decree_line__candidate").filter(
            id__in=[body.slot for body in bodies.values()]
        )
    }
    return {record.id: _one(actor, record, bodies[record.id], slots) for record in records}


def _one(actor: Actor, record: FieldRecord, body: HandoverBody, slots: Mapping[UUID, HandoverSlot]) -> Result:
    slot = slots.get(body.slot)
    if slot is None or slot.day_id != body.day or slot.office_id != actor.office:
        return Result(Outcome.INVALID, "not_yours")
    try:
        with transaction.atomic():
            row = _row(actor, record, body, slot)
            result = record_at_day(actor=actor, day=slot.day, rows=[row], screen=Screen.AFTER)[0]
            if result.problem is not None:
                raise result.problem
    except Problem as problem:
        return _refused(actor, record, slot, problem)
    if result.outcome is HandoverOutcome.IDENTICAL:
        return Result(Outcome.IDENTICAL)
    if _too_late(record, slot.day):
        _case(actor, slot, "handover.late_pack", "paket hari penyaluran dipakai setelah lewat 24 jam", record.id)
    return Result(Outcome.NEW)


def _refused(actor: Actor, record: FieldRecord, slot: HandoverSlot, problem: Problem) -> Result:
    params = {key: str(value) for key, value in problem.params.items()}
    if problem.code in CORRECTABLE:
        return Result(Outcome.INVALID, problem.code, params)
    _case(actor, slot, "handover.conflict", problem.text("id"), record.id)
    return Result(Outcome.CONFLICT, problem.code, params)


def _too_late(record: FieldRecord, day: HandoverDay) -> bool:
    """True where the phone served with a pack that was never issued or had expired, as far as its clock tells."""
    moment = min(record.device_at, record.received_at)
    return day.issued_at is None or day.expires_at is None or not day.issued_at <= moment < day.expires_at


def _row(actor: Actor, record: FieldRecord, body: HandoverBody, slot: HandoverSlot) -> HandoverRow:
    def drawn(strokes: Strokes, who: str) -> UUID | None:
        if not strokes:
            return None
        draft = FileDraft(
            b"", "image/svg+xml", f"Tanda tangan {who}.svg", "signature", slot.area, slot.office_id,
            household=slot.decree_line.household_id, group=slot.decree_line.group_id,
        )  # fmt: skip
        return store_signature(actor=actor, draft=draft, strokes=strokes)

    proof = body.proof
    return HandoverRow(
        id=record.id,
        ref=slot.decree_line.candidate.ref,
        occurred_on=body.on,
        place=body.place or slot.day.place,
        condition=body.condition,
        received_by=body.received_by,
        note=body.note,
        exceptions=body.exceptions,
        items=body.items,
        tags={number: tuple(tags) for number, tags in body.tags.items()},
        receiver=body.receiver,
        proxy=body.proxy,
        manner=body.manner,
        proof=Proof(
            kind=ProofKind.PAPER if proof.kind == "paper" else ProofKind(proof.kind),
            signature=drawn(proof.strokes, "penerima"),
            giver_signature=drawn(proof.giver, "yang menyerahkan"),
            witness_signature=drawn(proof.witness_strokes, "saksi"),
            witness=proof.witness,
            lat=body.position.lat if body.position else None,
            lon=body.position.lon if body.position else None,
            device_at=record.device_at,
        ),
        store=slot.day.store_id if body.manner is Manner.DESK else None,
        day=slot.day_id,
    )


def _case(actor: Actor, slot: HandoverSlot, kind: str, why: str, record: UUID) -> None:
    today = clock.today()
    line = slot.decree_line
    tasks.create_many(
        actor=actor,
        tasks=[
            NewTask(
                cause=f"{kind}:{record}",
                kind=kind,
                title=f"Periksa penyaluran baris SK {line.number}: {why}"[:240],
                area=slot.area,
                office_id=slot.office_id,
                owner_role="supervisor",
                raised_on=today,
                due_on=today + timedelta(days=CASE_DAYS),
                household_id=line.household_id,
                group_id=line.group_id,
                params={"line": line.number, "record": str(record)},
            )
        ],
    )


def attach(actor: Actor, record: UUID, name: str, file: UUID) -> None:
    """A photo of a handover has come whole: `photo`, `item_<number>`, `scan` or `thumb`."""
    number = int(name.removeprefix("item_")) if name.startswith("item_") and name[5:].isdigit() else None
    shows = "goods" if number is not None else name if name in {"scan", "thumb"} else "receiver"
    attach_photo(actor=actor, handover_id=record, file=file, shows=shows, item_number=number)


KIND = register(
    RecordKind(
        name="handover",
        title=("Penyaluran", "Handover"),
        permission="handover.record",
        payloads={1: HandoverBody},
        apply=apply,
        attach=attach,
    )
)
