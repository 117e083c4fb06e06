"""What a phone may hand in: one record kind for each thing that happens outdoors (DESIGN 3.9).

A package above registers its kinds when the applications are ready; the inbox keeps every record and calls
:attr:`RecordKind.apply` in batches of one kind. `apply` goes through the same services as the office web and never
raises for what is wrong with one record: it answers that record's outcome and lets the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from berdaya.kernel.scope import Actor


class Outcome(StrEnum):
    """What became of one record; every record handed in gets exactly one, counted on both sides."""

    NEW = "new"
    UPDATED = "updated"
    IDENTICAL = "identical"
    OLDER = "older"
    CONFLICT = "conflict"
    INVALID = "invalid"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class FieldRecord:
    """One record as the inbox holds it, its body already checked against the kind's payload.

    `id` is made by the phone and is the idempotency key; `revision` counts the phone's edits of it. `device_at` is what
    the phone's clock said and is never used for order or deadlines; `received_at` is the server's. `files` are the ids
    of photos and signatures that arrived or will arrive apart, as name in the payload -> file id.
    """

    id: UUID
    kind: str
    version: int
    revision: int
    body: BaseModel
    device_at: datetime
    received_at: datetime
    device_id: UUID | None = None
    files: Mapping[str, UUID] = field(default_factory=dict)
    previous: BaseModel | None = None
    """What the phone had sent and the server applied before this edit: the base of a comparison field by field."""
    clock_off: bool = False
    """The phone's clock was more than ten minutes off: days that come from it are not to be believed."""
    decided: bool = False
    """A person at the office chose this version: it is taken as it is, whoever wrote the other."""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one record; `code` is a problem code and `params` its words, for invalid, conflict and waiting.

    `needs` names the records or rows a waiting record waits for; `theirs` is what the server holds, for a conflict
    that a person will resolve.
    """

    outcome: Outcome
    code: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[UUID, ...] = ()
    theirs: Mapping[str, Any] = field(default_factory=dict)


Apply = Callable[[Actor, Sequence[FieldRecord]], Mapping[UUID, Result]]
Attach = Callable[[Actor, UUID, str, UUID], None]
"""A photo has come whole: the actor, the record's id, the photo's name in the record's files, id of the stored file."""


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of record: its name on the wire, the payload by version, and the service that takes it.

    `permission` is what the actor's role must hold. `photos` names the payload's fields that hold a file id; `attach`
    is called once for each photo that has come whole, after its record was applied. Old versions stay registered for at
    least 90 days after a newer one is shipped (EXPECTATIONS A22).
    """

    name: str
    title: tuple[str, str]
    permission: str
    payloads: Mapping[int, type[BaseModel]]
    apply: Apply
    photos: tuple[str, ...] = ()
    attach: Attach | None = None


_KINDS: dict[str, RecordKind] = {}


def register(kind: RecordKind) -> RecordKind:
    """Make ``kind`` known; a second kind of the same name is a programming error."""
    if kind.name in _KINDS:
        raise ValueError(f"record kind {kind.name!r} is registered twice")
    _KINDS[kind.name] = kind
    return kind


def kind_of(name: str) -> RecordKind | None:
    """The kind called ``name``, or None where this server does not know it."""
    return _KINDS.get(name)


def all_kinds() -> tuple[RecordKind, ...]:
    """Every registered kind, by name."""
    return tuple(_KINDS[name] for name in sorted(_KINDS))
