"""Rules of the inbox without database: contents compared, clocks judged, gaps named, cursors read."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from berdaya.devices.types import Cursor

CLOCK_TOLERANCE = timedelta(minutes=10)
MOST_RECORDS = 500
"""Records taken from one push; those behind them are told to come again."""
MOST_BYTES = 4 * 1024 * 1024
MOST_UNPACKED = 24 * 1024 * 1024
MOST_FILE_BYTES = 12 * 1024 * 1024
PART_BYTES = 256 * 1024
MEDIA_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "audio/webm", "audio/ogg", "audio/mp4"})
SANE_SINCE = datetime(2020, 1, 1, tzinfo=UTC)
_ID = re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")
_RANGE = re.compile(r"\[(\d+),(\d+)\)")
_ODD = re.compile(r"\\u(?:0000|d[89a-f])")
"""How U+0000 and surrogates look in JSON; a pair of them is a whole character, and so may look the text of a form."""
_HALF = re.compile("[\ud800-\udfff]")
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode
_CURSOR = re.compile(r"([0-9a-f]{12})\.(\d{1,18})")


def body_text(body: Mapping[str, Any]) -> str:
    """A body as JSON whose keys have one order. Raises ValueError for what no database keeps.

    That is U+0000, half of a surrogate pair, a number that is none, and depth beyond any form.
    """
    try:
        text = _encode(body)
    except RecursionError as error:
        raise ValueError("depth") from error
    # Only where the text looks like it: every value of every record would have to be walked through otherwise.
    if _ODD.search(text) and not storable(body):
        raise ValueError("text")
    return text


def files_text(files: Mapping[str, UUID]) -> str:
    """The names of a record's files with their ids, as JSON in one order."""
    return _encode({name: str(key) for name, key in files.items()}) if files else "{}"


def canonical(kind: str, version: int, body: str, files: str) -> str:
    """What a record says as one text, whatever the order of its keys; its revision and clock say nothing.

    ``body`` and ``files`` are the texts of :func:`body_text` and :func:`files_text`.
    """
    return f"[{_encode(kind)},{version},{body},{files}]"


def digest(text: str) -> bytes:
    """Sixteen bytes over a record's canonical text: equal content, equal digest."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def ids_in(text: str) -> list[str]:
    """Every id that a JSON text names, in lower case, each once and sorted."""
    return sorted({found.lower() for found in _ID.findall(text)})


def storable(value: Any) -> bool:
    """False where a text in it holds U+0000 or half of a surrogate pair, which no database keeps."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, str):
            if "\0" in one or _HALF.search(one):
                return False
        elif isinstance(one, Mapping):
            left += one
            left += one.values()
        elif isinstance(one, list | tuple):
            left += one
    return True


def clock_off(*, sent_at: datetime | None, received_at: datetime) -> int | None:
    """Seconds by which the phone's clock runs behind (positive) or ahead, as far as it told its time."""
    return None if sent_at is None else int((received_at - sent_at).total_seconds())


def is_off(*, off: int | None, device_at: datetime | None, received_at: datetime) -> bool:
    """True where a record's time must not be believed.

    The clock was more than ten minutes off when the record was sent, or the record says a time that has not come yet or
    lies before any phone of this programme was made. A record may be days old: the phone was offline.
    """
    if off is not None and abs(off) > CLOCK_TOLERANCE.total_seconds():
        return True
    return device_at is not None and (device_at < SANE_SINCE or device_at > received_at + CLOCK_TOLERANCE)


def ranges(text: str) -> tuple[tuple[int, int], ...]:
    """``{[12,15)}`` as PostgreSQL writes a multirange of integers, as inclusive pairs: ``((12, 14),)``."""
    return tuple((int(lo), int(hi) - 1) for lo, hi in _RANGE.findall(text))


def cursor_of(text: str) -> Cursor | None:
    """A cursor from an address; None where it is none."""
    found = _CURSOR.fullmatch(text)
    return Cursor(found[1], int(found[2])) if found else None


def audio_matches(media_type: str, head: bytes) -> bool:
    """True where a voice note begins as its kind does: Matroska, Ogg or MPEG-4."""
    return {
        "audio/webm": head.startswith(b"\x1a\x45\xdf\xa3"),
        "audio/ogg": head.startswith(b"OggS"),
        "audio/mp4": head[4:8] == b"ftyp",
    }.get(media_type, False)
