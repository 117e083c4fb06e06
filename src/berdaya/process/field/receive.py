"""What a phone hands in is kept and applied; whatever one record meets, the others go on.

Nearly every push holds records that nobody has seen and nothing is wrong with: they are applied and kept in one
transaction, each written once. Where some are known, or anything at all goes wrong with one, two transactions take its
place: the first keeps every record in the inbox, the second hands the fresh ones to their kinds, one by one if need
be. A server that dies between the two finds them waiting when they are sent again.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from berdaya.access.selectors import actor_for
from berdaya.devices import rules
from berdaya.devices.kinds import Outcome, Result
from berdaya.devices.services import inbox
from berdaya.devices.types import Incoming, Sender, Standing, Verdict, Waiting
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.process.field.applying import apply_records, attach_early

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
    done = _in_one_go(sender, push, [item for _, item in chosen], off) or _kept_first(sender, push, chosen, off)
    for (place, _), line in zip(chosen, done.lines, strict=True):
        lines[place] = line
    again = [place for place in repeats if lines[place] is None]
    told = [line for line in lines if line is not None]
    if again:
        told = _repeated(sender, push, lines, repeats, off)
    _apply_others(done.waiters)
    return Received(tuple(told), done.gaps, off)


class _Done(NamedTuple):
    lines: Sequence[Line]
    gaps: tuple[tuple[int, int], ...]
    waiters: Waiters


class _RacedError(Exception):
    """Somebody else brought one of the records while they were applied."""


def _in_one_go(sender: Sender, push: Push, items: Sequence[Incoming], off: int | None) -> _Done | None:
    """Apply and keep records that nobody has seen, in one transaction; None, and nothing done, where that fails.

    Whatever goes wrong is left to :func:`_kept_first`, which gives it its name.
    """
    if not items:
        return None
    now = clock.now()
    try:
        with scoped(sender.actor, route=ROUTE):
            if not inbox.unknown(sender=sender, ids=[item.id for item in items], now=now):
                return None
            results = apply_records(
                sender.actor, [_waiting(item, sender.device_id, off, now) for item in items], guarded=False
            )
            kept = inbox.keep(
                sender=sender, records=items, results=results, now=now, seq=push.seq, off=off,
                unsent=push.unsent, unsent_since=push.unsent_since,
            )  # fmt: skip
            if kept is None:
                raise _RacedError
            attach_early(sender.actor, results, {item.id: item.kind for item in items})
    except Exception as error:
        log.info("a push is taken record by record: %s", type(error).__name__)
        return None
    return _Done([_applied(item, results[item.id]) for item in items], kept.gaps, kept.waiters)


def _waiting(item: Incoming, device_id: UUID | None, off: int | None, now: datetime) -> Waiting:
    return Waiting(
        id=item.id,
        kind=item.kind,
        version=item.version,
        revision=item.revision,
        body=item.body,
        files=item.files,
        previous=None,
        device_at=item.device_at,
        received_at=now,
        device_id=device_id,
        clock_off=rules.is_off(off=off, device_at=item.device_at, received_at=now),
    )


def _kept_first(sender: Sender, push: Push, chosen: Sequence[tuple[int, Incoming]], off: int | None) -> _Done:
    """Keep the records, then apply the fresh ones in another transaction, each alone where they fail together."""
    items = [item for _, item in chosen]
    gaps: tuple[tuple[int, int], ...] = ()
    with scoped(sender.actor, route=ROUTE):
        standing = inbox.take(sender=sender, records=items, seq=push.seq, off=off)
        fresh = [item.id for item, known in zip(items, standing, strict=True) if known.verdict is Verdict.FRESH]
        if sender.device_id is not None and push.seq is not None:
            gaps = inbox.pushed(
                device_id=sender.device_id,
                seq=push.seq,
                off=off,
                unsent=push.unsent,
                unsent_since=push.unsent_since,
                fresh=bool(fresh),
            )
    results, waiters = _apply(sender.actor, fresh)
    lines = [_line(item, known, results) for item, known in zip(items, standing, strict=True)]
    return _Done(lines, gaps, waiters)


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


def _applied(item: Incoming, result: Result) -> Line:
    return Line(item.id, item.revision, result.outcome, True, result.code, result.params, result.needs)


def _line(item: Incoming, known: Standing, results: Mapping[UUID, Result]) -> Line:
    match known.verdict:
        case Verdict.FRESH:
            result = results.get(item.id)
            if result is None:
                # Another call of the same record applied it while this one waited for it.
                return Line(item.id, item.revision, Outcome.IDENTICAL)
            return _applied(item, result)
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
        claimed = inbox.claim(ids)
        results = apply_records(actor, claimed)
        waiters = inbox.settle(results)
        attach_early(actor, results, {item.id: item.kind for item in claimed})
    return results, waiters


def apply_waiting(*, office: int) -> int:
    """Apply what the phones of an office handed in and what still waits, each as the account and role that sent it.

    What a record waits for may come from the office itself, and no push tells of that. Answers how many records wait
    no longer. Twice or at once changes nothing more: who claims a record first settles it. Inside the office's scope.
    """
    waiting = inbox.all_waiting(office=office)
    _apply_others(waiting)
    return len({key for key, _, _ in waiting} - {key for key, _, _ in inbox.all_waiting(office=office)})


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
            for start in range(0, len(records), rules.MOST_RECORDS):
                try:
                    waiting += _apply(actor, records[start : start + rules.MOST_RECORDS])[1]
                except Exception:
                    # They wait on; what one person handed in never keeps another's from being applied.
                    log.exception("waiting records of account %s", account_id)
        if not waiting:
            return


def working_day() -> str:
    """The server's day, which phones put on their records."""
    return clock.today().isoformat()
