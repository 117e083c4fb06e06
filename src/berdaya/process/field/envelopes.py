"""From bytes to a push: gzip with a limit, JSON, envelopes. Bodies are read later, by their kinds."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from berdaya.devices import rules
from berdaya.devices.kinds import Outcome
from berdaya.devices.types import Incoming
from berdaya.kernel.ids import uuid_of
from berdaya.kernel.problems import Problem
from berdaya.process.field.receive import Line, Push

MAX_SEQ = 2_000_000_000
MAX_VERSION = 32_000
MAX_NAME = 40


def gunzip(raw: bytes, most: int) -> bytes:
    """Unpacked bytes, at most ``most`` of them: a bomb is told by its limit, not by the memory it fills.

    Raises ``push_too_large``, ``push_unreadable``.
    """
    machine = zlib.decompressobj(wbits=31)
    try:
        plain = machine.decompress(raw, most + 1)
    except zlib.error as error:
        raise Problem("push_unreadable", detail="gzip") from error
    if len(plain) > most:
        raise Problem("push_too_large", size=len(plain), limit=most)
    if not machine.eof:
        raise Problem("push_unreadable", detail="gzip")
    return plain


def json_of(raw: bytes) -> Any:
    """What the bytes say. Raises ``push_unreadable``."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Problem("push_unreadable", detail="JSON") from error


def push_of(data: Any) -> tuple[UUID | None, Push]:
    """The device that a push names, and the push. Raises ``push_unreadable`` where the envelope itself is wrong."""
    if not isinstance(data, dict) or not isinstance(data.get("records"), list):
        raise Problem("push_unreadable", detail="records")
    seq = data.get("seq")
    if seq is not None and not _whole(seq, 1, MAX_SEQ):
        raise Problem("push_unreadable", detail="seq")
    unsent = data.get("unsent")
    return uuid_of(data.get("device")), Push(
        seq=seq,
        sent_at=moment(data.get("sent_at")),
        records=[record_of(item) for item in data["records"]],
        unsent=unsent if _whole(unsent, 0, MAX_SEQ) else None,
        unsent_since=moment(data.get("unsent_since")),
    )


def record_of(data: Any) -> Incoming | Line:
    """One record's envelope, or the line that says what is wrong with it; nothing of it is kept then."""
    if not isinstance(data, dict):
        return _refused(None, 0, "record")
    key = uuid_of(data.get("id"))
    revision = data.get("revision", 1)
    number = revision if _whole(revision, 1, MAX_SEQ) else 0
    wrong = [] if key is not None else ["id"]
    if not number:
        wrong.append("revision")
    if not _whole(data.get("version"), 1, MAX_VERSION):
        wrong.append("version")
    kind = data.get("kind")
    if not isinstance(kind, str) or not 0 < len(kind) <= MAX_NAME or not kind.isprintable():
        wrong.append("kind")
    body = data.get("body")
    text = _text(body)
    if not text:
        wrong.append("body")
    files = _files(data.get("files") or {})
    if files is None:
        wrong.append("files")
    if key is None or wrong or not isinstance(body, Mapping) or files is None:
        return _refused(key, number, *wrong)
    return Incoming(key, str(kind), data["version"], number, moment(data.get("device_at")), body, files, text)


def _text(body: Any) -> str:
    try:
        return rules.body_text(body) if isinstance(body, dict) else ""
    except ValueError:
        return ""


def _files(data: Any) -> dict[str, UUID] | None:
    if not isinstance(data, dict) or len(data) > 60:
        return None
    found = {str(name): uuid_of(value) for name, value in data.items()}
    kept = {
        name: value for name, value in found.items() if value is not None and len(name) <= 60 and rules.storable(name)
    }
    return kept if len(kept) == len(data) else None


def _refused(key: UUID | None, revision: int, *fields: str) -> Line:
    return Line(key, revision, Outcome.INVALID, False, "record_shape", {"fields": list(fields)})


def _whole(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def moment(value: Any) -> datetime | None:
    """A moment as phones write it, taken for UTC where it has no zone; None where it is none or absurd."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
