"""Values of the devices package. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from berdaya.devices.kinds import Outcome
from berdaya.kernel.scope import Actor


class Source(StrEnum):
    """Which way a record came."""

    PUSH = "push"
    FILE = "file"
    OPENROSA = "openrosa"


class Verdict(StrEnum):
    """What the inbox says of a record before any domain has seen it."""

    FRESH = "fresh"
    SAME = "same"
    OLDER = "older"
    REUSED = "reused"
    FOREIGN = "foreign"


class FileState(StrEnum):
    """How far a photo or voice note has come."""

    MISSING = "missing"
    PARTIAL = "partial"
    COMPLETE = "complete"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Sender:
    """On whose behalf records come in: an actor, its phone where there is one, and where its rows belong.

    `uploaded_by` is the account that handed in somebody else's saved queue.
    """

    actor: Actor
    area: int
    office_id: int
    device_id: UUID | None = None
    source: Source = Source.PUSH
    uploaded_by: int | None = None


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new phone; ``token`` is told this once and kept nowhere."""

    id: UUID
    token: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """One record as it was handed in, its envelope checked and its body not yet."""

    id: UUID
    kind: str
    version: int
    revision: int
    device_at: datetime | None
    body: Mapping[str, Any]
    files: Mapping[str, UUID] = field(default_factory=dict)
    text: str = ""
    """The body as :func:`rules.body_text` writes it, where that is known already."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is told of a push whose records were all new: numbers of pushes that never came, and who waited for it.

    `waiters` are records by id, with the account and role to apply them as.
    """

    gaps: tuple[tuple[int, int], ...]
    waiters: list[tuple[UUID, int, int]]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the inbox answers for one record: its verdict, and the outcome that stands where it was known."""

    verdict: Verdict
    outcome: Outcome
    code: str
    params: Mapping[str, Any]
    needs: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record that was taken in and is to be applied, locked for this transaction."""

    id: UUID
    kind: str
    version: int
    revision: int
    body: Mapping[str, Any]
    files: Mapping[str, UUID]
    previous: Mapping[str, Any] | None
    device_at: datetime | None
    received_at: datetime
    device_id: UUID | None
    clock_off: bool


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the change log of one database: the oldest transaction that was running when it was given out."""

    generation: str
    at: int

    def __str__(self) -> str:
        return f"{self.generation}.{self.at}"


@dataclass(frozen=True, slots=True)
class FileStanding:
    """How far one file has come; `size` is 0 where nothing is known of it."""

    id: UUID
    received: int
    size: int
    state: FileState
    outcome: Outcome | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One phone as the office's list shows it."""

    id: UUID
    account_id: int
    role_id: int
    holder: str
    name: str
    platform: str
    app: str
    enrolled_at: datetime
    revoked_at: datetime | None
    wiped_at: datetime | None
    seen_at: datetime | None
    pushed_at: datetime | None
    clock_off_seconds: int | None
    unsent: int | None
    unsent_since: datetime | None
    copied_at: datetime | None
    gaps: tuple[tuple[int, int], ...]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class TakenRow:
    """One pack that a phone holds."""

    kind: str
    subject_id: UUID
    title: str
    taken_at: datetime
    expires_at: datetime
    rows: int


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """Two versions of one record that wait for a decision, or what was decided."""

    id: UUID
    record_id: UUID
    kind: str
    version: int
    code: str
    account_id: int
    holder: str
    raised_at: datetime
    sent: Mapping[str, Any]
    held: Mapping[str, Any]
    fields: tuple[str, ...]
    resolved_at: datetime | None
    resolution: str


@dataclass(frozen=True, slots=True)
class StuckRow:
    """A record that was not applied: invalid or waiting, with why."""

    id: UUID
    kind: str
    holder: str
    outcome: Outcome
    code: str
    params: Mapping[str, Any]
    received_at: datetime
    device_id: UUID | None
