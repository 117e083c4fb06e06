"""Logs tell what failed and where, never whom it was about.

PostgreSQL puts whole rows into the details of its errors, and addresses may hold codes and numbers; both end up in a
traceback. They are taken out where the line is formatted, so that no handler can forget it.
"""

from __future__ import annotations

import logging
import re

HIDDEN = "[disembunyikan / withheld]"
_DETAIL = re.compile(
    r"^(DETAIL|CONTEXT|QUERY|STATEMENT):.*?(?=^(?:DETAIL|CONTEXT|QUERY|STATEMENT|HINT|LOCATION):|\n\n|^\S+Error: |\Z)",
    re.MULTILINE | re.DOTALL,
)
_NUMBER = re.compile(r"(?<![\w-])(?:\d[ .\-]?){15}\d(?![\w-])")
"""16 digits, also as people group them: a NIK or the number of a family card; never the inside of an id."""
_CODE = re.compile(r"(/(?:konfirmasi|kartu|undangan|hadir)/)(?!\?)[^/\s'\"]+")


def discreet(text: str) -> str:
    """``text`` without details of rows, without numbers of people and without codes that open something."""
    return _CODE.sub(rf"\1{HIDDEN}", _NUMBER.sub(HIDDEN, _DETAIL.sub(rf"\1: {HIDDEN}\n", text)))


class DiscreetFormatter(logging.Formatter):
    """Formats as :class:`logging.Formatter`, then takes out what concerns people."""

    def format(self, record: logging.LogRecord) -> str:
        return discreet(super().format(record))
