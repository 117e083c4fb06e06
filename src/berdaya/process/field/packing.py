"""Packs for phones: which there are, what is in one, and what changed in those that a phone holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from berdaya.devices import packs, selectors
from berdaya.devices.packs import Departure, PackKind, PackRef, PackRow
from berdaya.devices.types import Cursor
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor


@dataclass(frozen=True, slots=True)
class Filled:
    """One whole pack; ``lines`` are its rows as they go over the wire, ``etag`` changes with any of them."""

    ref: PackRef
    rows: tuple[PackRow, ...]
    lines: tuple[str, ...]
    etag: str


@dataclass(frozen=True, slots=True)
class Held:
    """A pack that a phone says it holds."""

    kind: str
    subject: UUID
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """What a phone must change in one pack; ``replace``: the rows are the whole of it."""

    ref: PackRef
    replace: bool
    rows: tuple[PackRow, ...]
    removed: tuple[Departure, ...]
    etag: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since a cursor; ``reset``: the cursor is of another database or too old, so all is filled anew."""

    cursor: Cursor
    reset: bool
    packs: tuple[Changed, ...]
    dropped: tuple[Held, ...]


def offers(actor: Actor, as_of: date) -> list[PackRef]:
    """Every pack that the actor may take along, by kind."""
    return [ref for kind in packs.all_kinds() for ref in kind.offers(actor, as_of)]


def offered(actor: Actor, kind: PackKind, subject: UUID, as_of: date) -> PackRef:
    """One pack. Raises ``pack_unknown`` where it is not offered to this actor now."""
    ref = next((item for item in kind.offers(actor, as_of) if item.subject == subject), None)
    if ref is None or ref.expires_at <= clock.now():
        raise Problem("pack_unknown")
    return ref


def fill(actor: Actor, kind_name: str, subject: UUID) -> Filled:
    """A whole pack. Raises ``pack_unknown``."""
    kind, as_of = packs.kind_of(kind_name), clock.today()
    if kind is None:
        raise Problem("pack_unknown")
    ref = offered(actor, kind, subject, as_of)
    rows = tuple(kind.fill(actor, subject, as_of))
    lines = tuple(map(row_line, rows))
    return Filled(ref, rows, lines, etag_of(lines))


def etag_of(lines: Iterable[str]) -> str:
    """Sixteen hexadecimal digits over rows as they go over the wire, whatever their order."""
    return hashlib.blake2b("\n".join(sorted(lines)).encode(), digest_size=8).hexdigest()


def changes(actor: Actor, since: Cursor | None, held: Sequence[Held]) -> Changes:
    """What changed in the packs that a phone holds, and which of them it must drop.

    The cursor to go on with is taken before anything is read: what changes meanwhile is told again next time.
    """
    until, floor = selectors.cursor()
    reset = since is None or since.generation != until.generation or since.at < floor
    as_of = clock.today()
    found: list[Changed] = []
    dropped: list[Held] = []
    for one in held:
        kind = packs.kind_of(one.kind)
        try:
            ref = offered(actor, kind, one.subject, as_of) if kind is not None else None
        except Problem:
            ref = None
        if kind is None or ref is None:
            dropped.append(one)
        elif kind.roots is not None and kind.rows is not None and since is not None and not reset:
            found.append(_by_roots(actor, kind, ref, (since, until), as_of))
        else:
            rows = tuple(kind.fill(actor, one.subject, as_of))
            etag = etag_of(map(row_line, rows))
            if reset or etag != one.etag:
                found.append(Changed(ref, True, rows, (), etag))
    return Changes(until, reset, tuple(found), tuple(dropped))


def _by_roots(actor: Actor, kind: PackKind, ref: PackRef, span: tuple[Cursor, Cursor], as_of: date) -> Changed:
    assert kind.roots is not None  # noqa: S101 - the caller has looked
    assert kind.rows is not None  # noqa: S101
    mine = list(kind.roots(actor, ref.subject, as_of))
    touched = selectors.changes(actor=actor, ids=mine, since=span[0], until=span[1])
    still = set(mine)
    rows = tuple(kind.rows(actor, ref.subject, [key for key in mine if key in touched], mine, as_of))
    gone = sorted(key for key, kinds in touched.items() if key not in still and kind.opened_by in kinds)
    removed = tuple(kind.departed(actor, gone)) if gone and kind.departed is not None else ()
    return Changed(ref, False, rows, removed, "")


def row_body(row: PackRow) -> dict[str, Any]:
    """A row as it goes over the wire."""
    return {"store": row.store, "id": row.id, "body": row.body}


def row_line(row: PackRow) -> str:
    """A row as JSON. A pack is written once: for its etag and for the wire."""
    return json.dumps(row_body(row), ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def ref_body(ref: PackRef) -> dict[str, Any]:
    """What a phone is told of a pack."""
    return {"kind": ref.kind, "subject": ref.subject, "title": ref.title, "expires_at": ref.expires_at}


def departure_body(gone: Departure) -> Mapping[str, Any]:
    """A root that left, with the word to whoever had it."""
    return {"store": gone.store, "id": gone.id, "reason": gone.reason, "note": gone.note, "to": gone.to}
