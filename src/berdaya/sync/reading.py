"""The body of a request, never more of it in memory than a push may have."""

from __future__ import annotations

from django.http import HttpRequest

from berdaya.devices import rules
from berdaya.kernel.problems import Problem
from berdaya.process.field.envelopes import gunzip


def unpacked(request: HttpRequest, *, limit: int = rules.MOST_BYTES, most: int = rules.MOST_UNPACKED) -> bytes:
    """The body of a request, unpacked where it is gzip. Raises ``push_too_large`` and ``push_unreadable``.

    Read from the stream: a body that is too large is refused before it is held in memory.
    """
    told = request.META.get("CONTENT_LENGTH") or "0"
    if told.isdecimal() and int(told) > limit:
        raise Problem("push_too_large", size=int(told), limit=limit)
    raw = request.read(limit + 1)
    if len(raw) > limit:
        raise Problem("push_too_large", size=len(raw), limit=limit)
    if request.headers.get("Content-Encoding", "").lower() == "gzip" or raw[:2] == b"\x1f\x8b":
        return gunzip(raw, most)
    return raw
