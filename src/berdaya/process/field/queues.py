"""A phone that cannot send saves its queue to a file; somebody else brings it, the records stay the mentor's own."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from berdaya.access.selectors import actor_for
from berdaya.audit.services import record
from berdaya.devices import rules
from berdaya.devices.services.uploads import Part, take_part
from berdaya.devices.types import Sender, Source
from berdaya.kernel import clock
from berdaya.kernel.bulk import fetch
from berdaya.kernel.ids import uuid_of
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.process.field.envelopes import gunzip, json_of, push_of
from berdaya.process.field.receive import Line, Received, receive

MOST_PUSHES = 2_000
MOST_FILES = 500


def take(*, actor: Actor, raw: bytes) -> Received:
    """Records and photos of a saved queue, applied as the phone's own account and role; the answer of all its pushes.

    The phone's own holder may bring it, and every official whose area and office the phone belongs to: a file proves
    nothing about who made it. Opens its own transactions. Raises ``push_unreadable``, ``push_too_large``,
    ``device_unknown``, ``device_revoked`` and ``device_role_ended``.
    """
    data = json_of(gunzip(raw, rules.MOST_UNPACKED) if raw[:2] == b"\x1f\x8b" else raw)
    if not isinstance(data, dict) or data.get("berdaya") != "queue" or not isinstance(data.get("pushes"), list):
        raise Problem("push_unreadable", detail="queue")
    if len(raw) > rules.MOST_UNPACKED or len(data["pushes"]) > MOST_PUSHES:
        raise Problem("push_too_large", size=len(raw), limit=rules.MOST_UNPACKED)
    sender = _sender(actor, uuid_of(data.get("device")))
    lines: list[Line] = []
    gaps: tuple[tuple[int, int], ...] = ()
    for part in data["pushes"]:
        _device, push = push_of(part)
        received = receive(sender=sender, push=push, real_now=clock.real_now())
        lines += received.lines
        gaps = received.gaps
    files = data.get("files")
    for item in files[:MOST_FILES] if isinstance(files, list) else ():
        _file(sender, item)
    with scoped(actor, route="sync:queue"):
        record(actor=actor, name="queue.uploaded", subject_kind="device", subject_id=sender.device_id, count=len(lines))
    return Received(tuple(lines), gaps, None)


def _sender(actor: Actor, device: UUID | None) -> Sender:
    with scoped(actor, route="sync:queue"):
        rows = fetch("SELECT account_id, role_id, revoked_at FROM devices_device WHERE id = %s", [device])
    if not rows:
        raise Problem("device_unknown")
    account, role, revoked = rows[0]
    if revoked is not None:
        raise Problem("device_revoked")
    try:
        holder = actor_for(account, role_id=role)
    except Problem as problem:
        raise Problem("device_role_ended") from problem
    return Sender(holder, holder.lo, int(holder.office or 0), device, Source.FILE, actor.account_id)


def _file(sender: Sender, item: Any) -> None:
    """One photo of the file; a damaged one costs itself only: the phone still has it."""
    if not isinstance(item, Mapping):
        return
    key, of = uuid_of(item.get("id")), uuid_of(item.get("record"))
    try:
        content = base64.b64decode(str(item.get("data", "")), validate=True)
        sha256 = bytes.fromhex(str(item.get("sha256", "")))
    except (binascii.Error, ValueError):
        return
    if key is None or of is None or not 0 < len(content) <= rules.MOST_FILE_BYTES:
        return
    name, media_type = str(item.get("name", "photo"))[:60], str(item.get("type", ""))
    for start in range(0, len(content), rules.PART_BYTES):
        chunk = content[start : start + rules.PART_BYTES]
        part = Part(key, of, name, media_type, len(content), sha256, start, chunk)
        with scoped(sender.actor, route="sync:queue"):
            try:
                take_part(sender=sender, part=part)
            except Problem:
                return
