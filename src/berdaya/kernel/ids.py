"""UUIDv7 identifiers (RFC 9562): made by whoever creates the fact, sortable by time, unguessable."""

from __future__ import annotations

import os
import time
import uuid

NAMESPACE = uuid.UUID("6f1e9b2c-6d1f-5c0a-9a54-b3b8a1d1e0aa")


def new_id() -> uuid.UUID:
    """A fresh UUIDv7."""
    return _pack(time.time_ns() // 1_000_000, os.urandom(10))


def new_ids(count: int) -> list[uuid.UUID]:
    """``count`` UUIDv7 in ascending order, with one call for randomness."""
    milliseconds = time.time_ns() // 1_000_000
    pool = os.urandom(10 * count)
    ids = []
    for index in range(count):
        # The 12 bits behind the time count up, so that a batch keeps its order inside one millisecond.
        tail = (index & 0xFFF).to_bytes(2, "big") + pool[10 * index + 2 : 10 * index + 10]
        ids.append(_pack(milliseconds + (index >> 12), tail))
    return ids


def stable_id(*parts: object) -> uuid.UUID:
    """A UUIDv5 that the same parts always give: the key of facts that a file names (programme, row, month)."""
    return uuid.uuid5(NAMESPACE, "\x1f".join(str(part) for part in parts))


def _pack(milliseconds: int, tail: bytes) -> uuid.UUID:
    value = (milliseconds & ((1 << 48) - 1)) << 80 | int.from_bytes(tail, "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return uuid.UUID(int=value)
