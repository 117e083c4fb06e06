"""The only source of "now". A demo database stands still at a fixed day, so that its figures never move."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

WIB = ZoneInfo("Asia/Jakarta")
_frozen: ContextVar[date | None] = ContextVar("berdaya_today", default=None)


def today() -> date:
    """The working day in WIB: frozen by :func:`frozen`, fixed by ``settings.BERDAYA_TODAY``, else the real one."""
    fixed: date | None = _frozen.get() or settings.BERDAYA_TODAY
    return fixed or datetime.now(tz=WIB).date()


def now() -> datetime:
    """Aware time; with a fixed day it is that day at noon WIB."""
    fixed: date | None = _frozen.get() or settings.BERDAYA_TODAY
    return datetime.combine(fixed, time(12), tzinfo=WIB) if fixed else datetime.now(tz=UTC)


def real_now() -> datetime:
    """Aware time that no demo stops: by it doors open and close, codes expire, and the clocks of phones are judged."""
    return datetime.now(tz=UTC)


@contextmanager
def frozen(day: date) -> Iterator[None]:
    """Let ``day`` be today inside the block (tests, demo)."""
    token = _frozen.set(day)
    try:
        yield
    finally:
        _frozen.reset(token)
