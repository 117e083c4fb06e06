"""What a phone may hold: packs with an expiry, without NIK and without restricted fields (DESIGN 3.9).

A package above registers how a pack is filled. The phone keeps rows in stores by name; a row that the actor may no
longer see is taken away by the change log, and a pack whose time is over is wiped by the phone itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from berdaya.kernel.scope import Actor


@dataclass(frozen=True, slots=True)
class PackRef:
    """One pack that the actor may take along: a caseload, a group, a class, a handover or verification list."""

    kind: str
    subject: UUID
    title: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PackRow:
    """One row on the phone: its store (``business``, ``person``, ``handover_line`` ...), its id and a JSON body.

    The body carries what a screen shows and nothing else: names and numbers of the field, never NIK, KK, category,
    disability, health, income or bank account.
    """

    store: str
    id: UUID
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Departure:
    """A root that left a phone: to whom it went, and what the one who had it should know."""

    store: str
    id: UUID
    reason: str
    note: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class PackKind:
    """One kind of pack: which ones an actor may take (`offers`) and the rows of one (`fill`).

    `tables` names the tables whose change means that the pack must be filled again, as ``app_model`` table names.

    A large pack hangs on `roots` (the families of a caseload): then `rows` fills those of some roots (the second list
    is all of the pack's), only changed ones are sent, and `departed` says of roots that left why, where to and with
    what note.
    """

    name: str
    title: tuple[str, str]
    offers: Callable[[Actor, date], Sequence[PackRef]]
    fill: Callable[[Actor, UUID, date], Iterable[PackRow]]
    tables: tuple[str, ...] = ()
    roots: Callable[[Actor, UUID, date], Sequence[UUID]] | None = None
    rows: Callable[[Actor, UUID, Sequence[UUID], Sequence[UUID], date], Iterable[PackRow]] | None = None
    departed: Callable[[Actor, Sequence[UUID]], Sequence[Departure]] | None = None
    opened_by: str = ""
    """The list of a role (``enterprises``, ``groups``) whose entries are the pack's roots."""


_KINDS: dict[str, PackKind] = {}


def register(kind: PackKind) -> PackKind:
    """Make ``kind`` known; a second kind of the same name is a programming error."""
    if kind.name in _KINDS:
        raise ValueError(f"pack kind {kind.name!r} is registered twice")
    _KINDS[kind.name] = kind
    return kind


def kind_of(name: str) -> PackKind | None:
    """The pack kind called ``name``, or None."""
    return _KINDS.get(name)


def all_kinds() -> tuple[PackKind, ...]:
    """Every registered pack kind, by name."""
    return tuple(_KINDS[name] for name in sorted(_KINDS))
