"""Records go to their kinds, one kind at a time; whatever one record meets, the others go on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from django.db import transaction
from pydantic import BaseModel, ValidationError

from berdaya.access.permissions import can
from berdaya.devices import kinds
from berdaya.devices.kinds import FieldRecord, Outcome, RecordKind, Result
from berdaya.devices.selectors import attachments
from berdaya.devices.types import Waiting
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor

log = logging.getLogger(__name__)


def apply_records(actor: Actor, waiting: Iterable[Waiting], *, guarded: bool = True) -> dict[UUID, Result]:
    """Hand records to their kinds, in the scope that is open; answers an outcome for each.

    Where a kind fails with all of them, each is tried alone and its fault is its own. Not ``guarded``: what is raised
    goes through, for who takes everything back then.
    """
    by_kind: dict[str, list[Waiting]] = {}
    for item in waiting:
        by_kind.setdefault(item.kind, []).append(item)
    results: dict[UUID, Result] = {}
    for name, items in by_kind.items():
        results |= _apply_kind(actor, name, items, guarded)
    return results


def _apply_kind(actor: Actor, name: str, waiting: Sequence[Waiting], guarded: bool) -> dict[UUID, Result]:
    kind = kinds.kind_of(name)
    if kind is None:
        return {item.id: Result(Outcome.INVALID, "record_kind_unknown", {"kind": name}) for item in waiting}
    if not can(actor, kind.permission):
        return {item.id: Result(Outcome.INVALID, "record_permission", {"kind": name}) for item in waiting}
    results: dict[UUID, Result] = {}
    records: list[FieldRecord] = []
    for item in waiting:
        read = _read(kind, item)
        if isinstance(read, Result):
            results[item.id] = read
        else:
            records.append(read)
    return results | (_guarded(kind, actor, records) if guarded else _at_once(kind, actor, records))


def _read(kind: RecordKind, item: Waiting) -> FieldRecord | Result:
    payload = kind.payloads.get(item.version)
    if payload is None:
        return Result(Outcome.INVALID, "version_unknown", {"kind": kind.name, "version": item.version})
    try:
        body = payload.model_validate(item.body)
    except ValidationError as error:
        fields = sorted({".".join(str(part) for part in found["loc"]) or "body" for found in error.errors()})
        return Result(Outcome.INVALID, "record_shape", {"fields": fields[:20]})
    return FieldRecord(
        id=item.id,
        kind=item.kind,
        version=item.version,
        revision=item.revision,
        body=body,
        device_at=item.device_at or item.received_at,
        received_at=item.received_at,
        device_id=item.device_id,
        files=item.files,
        previous=_previous(payload, item),
        clock_off=item.clock_off,
    )


def _previous(payload: type[BaseModel], item: Waiting) -> BaseModel | None:
    if item.previous is None:
        return None
    try:
        return payload.model_validate(item.previous)
    except ValidationError:
        # The earlier edit came from an app with another payload: there is nothing to compare field by field.
        return None


def _at_once(kind: RecordKind, actor: Actor, records: Sequence[FieldRecord]) -> dict[UUID, Result]:
    found = kind.apply(actor, records) if records else {}
    return {item.id: found.get(item.id) or Result(Outcome.WAITING, "apply_failed") for item in records}


def _guarded(kind: RecordKind, actor: Actor, records: Sequence[FieldRecord]) -> dict[UUID, Result]:
    """All at once; where that fails, each alone, so that one record's fault is its own."""
    if not records:
        return {}
    try:
        with transaction.atomic():
            return _at_once(kind, actor, records)
    except Problem as problem:
        if len(records) == 1:
            return {records[0].id: Result(Outcome.INVALID, problem.code, dict(problem.params))}
    except Exception:
        if len(records) == 1:
            log.exception("record of kind %s could not be applied", kind.name)
            return {records[0].id: Result(Outcome.WAITING, "apply_failed")}
    results: dict[UUID, Result] = {}
    for record in records:
        results |= _guarded(kind, actor, [record])
    return results


def attach_early(actor: Actor, results: Mapping[UUID, Result], names: Mapping[UUID, str]) -> None:
    """Photos that came before their record was applied find it now; ``names`` are the kinds of the records."""
    applied = [
        key
        for key, result in results.items()
        if result.outcome in {Outcome.NEW, Outcome.UPDATED} and _hook(names[key]) is not None
    ]
    for record_id, name, file_id in attachments(applied):
        attach = _hook(names[record_id])
        if attach is not None:
            attach(actor, record_id, name, file_id)


def _hook(kind: str) -> Callable[[Actor, UUID, str, UUID], None] | None:
    known = kinds.kind_of(kind)
    return known.attach if known is not None else None
