"""Who has passed a class. Pure."""

from __future__ import annotations

CERTIFICATE_PERCENT = 80
"""Share of the sessions that must be attended, rounded up to whole sessions."""
PASS_MARK = 60
"""Least mark of the test after the class; where no test was held, attendance decides."""


def sensible(*, sessions: int, attended: int, pre: int | None, post: int | None) -> bool:
    """Sessions and marks that can be: 0 <= attended <= sessions, marks from 0 to 100."""
    return 0 <= attended <= sessions and all(mark is None or 0 <= mark <= 100 for mark in (pre, post))


def passed(
    *, sessions: int, attended: int, post: int | None, percent: int = CERTIFICATE_PERCENT, mark: int = PASS_MARK
) -> bool:
    """True where the certificate is earned: enough sessions, and the mark where a test was held.

    `percent` and `mark` are the programme's own (``[training] attendance_percent``, ``pass_mark``).
    """
    enough = sessions > 0 and attended * 100 >= sessions * percent
    return enough and (post is None or post >= mark)
