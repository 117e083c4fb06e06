"""Photos and voice notes that come in parts: each part joins what is there, the last one is checked and stored.

The bytes lie beside the store until they are whole; a part is written before the row says that it came, so a cut
anywhere leaves at worst a part that is sent again.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from berdaya.devices import rules, selectors
from berdaya.devices.kinds import Outcome, kind_of
from berdaya.devices.types import FileStanding, FileState, Sender
from berdaya.files.services import store_file, store_photo
from berdaya.files.types import FileDraft
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped

APPLIED = frozenset({Outcome.NEW, Outcome.UPDATED, Outcome.IDENTICAL, Outcome.OLDER})


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a file as it was sent; ``size`` and ``sha256`` are those of the whole."""

    id: UUID
    record_id: UUID
    name: str
    media_type: str
    size: int
    sha256: bytes
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class _Row:
    record_id: UUID
    name: str
    media_type: str
    size: int
    sha256: bytes
    received: int
    state: FileState
    code: str


def _check(part: Part) -> None:
    if part.media_type not in rules.MEDIA_TYPES:
        raise Problem("upload_kind", kind=part.media_type)
    if not 0 < part.size <= rules.MOST_FILE_BYTES:
        raise Problem("files.too_large", size=part.size, limit=rules.MOST_FILE_BYTES)
    if len(part.data) > rules.PART_BYTES:
        raise Problem("push_too_large", size=len(part.data), limit=rules.PART_BYTES)


def take_part(*, sender: Sender, part: Part) -> FileStanding:
    """Join a part to what is there. Call inside the sender's scope.

    Raises ``upload_kind``, ``upload_headers``, ``files.too_large``, ``push_too_large``, ``upload_offset`` with what
    was received, and ``not_found`` where the id is somebody else's file.
    """
    _check(part)
    row = _locked(sender, part)
    if row.state is FileState.COMPLETE:
        return FileStanding(part.id, row.received, row.size, row.state, Outcome.IDENTICAL)
    if row.state is FileState.REFUSED or (row.sha256, row.size) != (part.sha256, part.size):
        # Begun again with another content: the phone shrank the photo anew, or the first one was damaged.
        row = _Row(part.record_id, part.name, part.media_type, part.size, part.sha256, 0, FileState.PARTIAL, "")
    path = path_of(part.id)
    there = path.stat().st_size if path.exists() else 0
    received = row.received if there >= row.received else 0
    if part.offset > received:
        _grew(part, received, FileState.PARTIAL)
        raise Problem("upload_offset", received=received)
    fresh = part.data[received - part.offset :]
    if received + len(fresh) > row.size:
        raise Problem("upload_headers", name="X-Size")
    _append(path, received, fresh)
    received += len(fresh)
    if received < row.size:
        _grew(part, received, FileState.PARTIAL)
        return FileStanding(part.id, received, row.size, FileState.PARTIAL)
    return _finish(sender, part, path)


def _locked(sender: Sender, part: Part) -> _Row:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record_id, name, media_type, size, sha256, received, state, code"
            " FROM devices_upload(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [part.id, sender.device_id, sender.area, sender.office_id, part.record_id, part.name, part.media_type,
             part.size, part.sha256, clock.now()],
        )  # fmt: skip
        row = cursor.fetchone()
    if row is None or row[0] != part.record_id:
        raise Problem("not_found")
    return _Row(row[0], row[1], row[2], row[3], bytes(row[4]), row[5], FileState(row[6]), row[7])


def path_of(file_id: UUID) -> Path:
    """Where the parts of a file lie until they are whole."""
    root: Path = settings.BERDAYA_FILES
    return root / "unggahan" / file_id.hex[-2:] / file_id.hex


def _append(path: Path, at: int, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
    try:
        # What a server that died had written beyond the received bytes is written over.
        os.ftruncate(handle, at)
        os.pwrite(handle, data, at)
    finally:
        os.close(handle)


def _finish(sender: Sender, part: Part, path: Path) -> FileStanding:
    content = path.read_bytes()
    if hashlib.sha256(content).digest() != part.sha256:
        path.unlink(missing_ok=True)
        _grew(part, 0, FileState.PARTIAL)
        return FileStanding(part.id, 0, part.size, FileState.PARTIAL, Outcome.INVALID, "upload_hash")
    try:
        file_id = _store(sender, part, content)
    except Problem as problem:
        if problem.status >= 500:
            raise
        path.unlink(missing_ok=True)
        _grew(part, part.size, FileState.REFUSED, code=problem.code)
        return FileStanding(part.id, part.size, part.size, FileState.REFUSED, Outcome.INVALID, problem.code)
    path.unlink(missing_ok=True)
    _grew(part, part.size, FileState.COMPLETE, file=file_id)
    known = selectors.record_kind(part.record_id)
    if known is None or known[1] not in APPLIED:
        code = "photo_without_record" if known is None else "needs_record"
        return FileStanding(part.id, part.size, part.size, FileState.COMPLETE, Outcome.WAITING, code)
    kind = kind_of(known[0])
    if kind is not None and kind.attach is not None:
        kind.attach(sender.actor, part.record_id, part.name, file_id)
    return FileStanding(part.id, part.size, part.size, FileState.COMPLETE, Outcome.NEW)


def _store(sender: Sender, part: Part, content: bytes) -> UUID:
    draft = FileDraft(
        content, part.media_type, f"{part.name}-{part.id.hex[-6:]}", "field_photo", sender.area, sender.office_id
    )
    # Rows of files belong to the office: people with a caseload have no right of their own on that table.
    keeper = Actor(
        kind="staff",
        role="sync",
        account_id=sender.actor.account_id,
        ranges=sender.actor.ranges,
        office=sender.office_id,
    )
    with scoped(keeper, route="sync:file"):
        if part.media_type.startswith("image/"):
            return store_photo(actor=keeper, draft=draft)
        if not rules.audio_matches(part.media_type, content[:12]):
            raise Problem("upload_kind", kind=part.media_type)
        return store_file(actor=keeper, draft=draft)


def _grew(part: Part, received: int, state: FileState, *, code: str = "", file: Any = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT devices_upload_grew(%s, %s, %s, %s, %s, %s, %s, %s)",
            [part.id, received, state.value, code, file, part.sha256, part.size, clock.now()],
        )
