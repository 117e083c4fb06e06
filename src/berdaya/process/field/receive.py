"""What a phone hands in is kept first and applied then; whatever one record meets, the others go on.

Two transactions: the first keeps every record in the inbox, so that what is acknowledged is never lost; the second
hands the fresh ones to their kinds. A server that dies between the two finds them waiting when they are sent again.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from pydantic import BaseModel, ValidationError

from berdaya.access.permissions import can
from berdaya.access.selectors import actor_for
from berdaya.devices import kinds, rules
from berdaya.devices.kinds import FieldRecord, Outcome, RecordKind, Result
from berdaya.devices.selectors import attachments
from berdaya.devices.services import inbox
from berdaya.devices.types import Incoming, Sender, Standing, Verdict, Waiting
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped

log = logging.getLogger(__name__)
ROUTE = "sync:push"
Waiters = list[tuple[UUID, int, int]]
"""Records that wait: their ids, and the account and role to apply them as."""


@dataclass(frozen=True, slots=True)
class Line:
    """The answer for one record; ``id`` is None where the record had none."""

    id: UUID | None
    revision: int
    outcome: Outcome
    stored: bool = True
    code: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Push:
    """One push as the face read it: records, or the line of what could not be read as one."""

    seq: int | None
    sent_at: datetime | None
    records: Sequence[Incoming | Line]
    unsent: int | None = None
    unsent_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """The answer to a push: one line for each record in the order sent, and what is known of the phone's clock."""

    lines: tuple[Line, ...]
    gaps: tuple[tuple[int, int], ...]
    clock_off_seconds: int | None

    @property
    def counts(self) -> dict[str, int]:
        """How many lines have which outcome; every outcome is named."""
        told = Counter(line.outcome for line in self.lines)
        return {outcome.value: told[outcome] for outcome in Outcome}


def receive(*, sender: Sender, push: Push, real_now: datetime) -> Received:
    """Keep the records of a push, apply the fresh ones, answer a line for each. ``real_now`` judges the phone's clock.

    Opens its own transactions: call it outside any scope.
    """
    off = rules.clock_off(sent_at=push.sent_at, received_at=real_now)
    lines: list[Line | None] = [item if isinstance(item, Line) else None for item in push.records]
    first: dict[UUID, int] = {}
    repeats: dict[int, int] = {}
    chosen: list[tuple[int, Incoming]] = []
    for place, item in enumerate(push.records):
        if not isinstance(item, Incoming):
            continue
        if len(chosen) >= rules.MOST_RECORDS:
            lines[place] = _full(item)
        elif item.id in first:
            repeats[place] = first[item.id]
        else:
            first[item.id] = place
            chosen.append((place, item))
    gaps: tuple[tuple[int, int], ...] = ()
    with scoped(sender.actor, route=ROUTE):
        standing = inbox.take(sender=sender, records=[item for _, item in chosen], seq=push.seq, off=off)
        fresh = [item.id for (_, item), known in zip(chosen, standing, strict=True) if known.verdict is Verdict.FRESH]
        if sender.device_id is not None and push.seq is not None:
            gaps = inbox.pushed(
                device_id=sender.device_id,
                seq=push.seq,
                off=off,
                unsent=push.unsent,
                unsent_since=push.unsent_since,
                fresh=bool(fresh),
            )
    results, waited_for = _apply(sender.actor, fresh)
    for (place, item), known in zip(chosen, standing, strict=True):
        lines[place] = _line(item, known, results)
    again = [place for place in repeats if lines[place] is None]
    told = [line for line in lines if line is not None]
    if again:
        told = _repeated(sender, push, lines, repeats, off)
    _apply_others(waited_for)
    return Received(tuple(told), gaps, off)


def _repeated(
    sender: Sender, push: Push, lines: list[Line | None], repeats: Mapping[int, int], off: int | None
) -> list[Line]:
    """Records whose id stands twice in one push: the later ones are judged against the first, one after the other."""
    for place in sorted(repeats):
        item = push.records[place]
        if not isinstance(item, Incoming):
            continue
        with scoped(sender.actor, route=ROUTE):
            (known,) = inbox.take(sender=sender, records=[item], seq=push.seq, off=off)
        fresh = [item.id] if known.verdict is Verdict.FRESH else []
        lines[place] = _line(item, known, apply(actor=sender.actor, ids=fresh))
    return [line for line in lines if line is not None]


def _full(item: Incoming) -> Line:
    return Line(item.id, item.revision, Outcome.WAITING, False, "push_full", {"limit": rules.MOST_RECORDS})


def _line(item: Incoming, known: Standing, results: Mapping[UUID, Result]) -> Line:
    match known.verdict:
        case Verdict.FRESH:
            result = results.get(item.id)
            if result is None:
                # Another call of the same record applied it while this one waited for it.
                return Line(item.id, item.revision, Outcome.IDENTICAL)
            return Line(item.id, item.revision, result.outcome, True, result.code, result.params, result.needs)
        case Verdict.OLDER:
            return Line(item.id, item.revision, Outcome.OLDER)
        case Verdict.REUSED | Verdict.FOREIGN:
            code = "revision_reused" if known.verdict is Verdict.REUSED else "id_taken"
            return Line(item.id, item.revision, Outcome.CONFLICT, True, code)
    if known.outcome in {Outcome.INVALID, Outcome.WAITING, Outcome.CONFLICT}:
        return Line(item.id, item.revision, known.outcome, True, known.code, known.params, known.needs)
    return Line(item.id, item.revision, Outcome.IDENTICAL)


def apply(*, actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Result]:
    """Hand the actor's waiting records among ``ids`` to their kinds; writes and answers their outcomes."""
    return _apply(actor, ids)[0]


def _apply(actor: Actor, ids: Sequence[UUID]) -> tuple[dict[UUID, Result], Waiters]:
    """As :func:`apply`, and who waits for what has been applied."""
    if not ids:
        return {}, []
    with scoped(actor, route=ROUTE):
        results: dict[UUID, Result] = {}
        by_kind: dict[str, list[Waiting]] = {}
        for waiting in inbox.claim(ids):
            by_kind.setdefault(waiting.kind, []).append(waiting)
        for name, waiting_ones in by_kind.items():
            results |= _apply_kind(actor, name, waiting_ones)
        waiters = inbox.settle(results)
        _attach(actor, results, {item.id: kind for kind, items in by_kind.items() for item in items})
    return results, waiters


def _apply_kind(actor: Actor, name: str, waiting: Sequence[Waiting]) -> dict[UUID, Result]:
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
    return results | _guarded(kind, actor, records)


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


def _guarded(kind: RecordKind, actor: Actor, records: Sequence[FieldRecord]) -> dict[UUID, Result]:
    """All at once; where that fails, each alone, so that one record's fault is its own."""
    if not records:
        return {}
    try:
        with transaction.atomic():
            found = dict(kind.apply(actor, records))
        return {item.id: found.get(item.id, Result(Outcome.WAITING, "apply_failed")) for item in records}
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


def _attach(actor: Actor, results: Mapping[UUID, Result], names: Mapping[UUID, str]) -> None:
    """Photos that came before their record was applied find it now."""
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


def apply_waiting(arrived: Iterable[UUID]) -> None:
    """Apply what waited for the ids that have just arrived, each as the account and role that sent it."""
    with scoped(Actor(kind="staff", role="sync")):
        waiting = inbox.waiting_for(arrived)
    _apply_others(waiting)


def _apply_others(waiting: Waiters) -> None:
    """What comes in by this may be waited for in turn; a chain longer than eight goes on with the next push."""
    for _ in range(8):
        by_role: dict[tuple[int, int], list[UUID]] = {}
        for record_id, account_id, role_id in waiting:
            by_role.setdefault((account_id, role_id), []).append(record_id)
        waiting = []
        for (account_id, role_id), records in by_role.items():
            try:
                actor = actor_for(account_id, role_id=role_id)
            except Problem:
                # The role has ended: the record stays where the office sees it.
                continue
            waiting += _apply(actor, records)[1]
        if not waiting:
            return


def working_day() -> str:
    """The server's day, which phones put on their records."""
    return clock.today().isoformat()
