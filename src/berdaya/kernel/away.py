"""A database that is stopped, full or out of connections: one problem with one status, whoever meets it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
from django.db import InterfaceError, OperationalError
from psycopg_pool import PoolTimeout

from berdaya.kernel.problems import Entry, Problem, register

RETRY_SECONDS = 30
_CLASSES = ("08", "53", "57P")
"""Of SQLSTATE: connections, resources (disk, memory, connections), an operator's intervention."""
_BROKEN = (OperationalError, InterfaceError, psycopg.OperationalError)

register(
    {
        "database_away": Entry(
            id="Basis data sedang tidak dapat dipakai; tidak ada yang berubah.",
            en="The database cannot be used just now; nothing was changed.",
            do_id="Coba lagi sebentar lagi. Yang sudah tersimpan tetap aman.",
            do_en="Try again in a moment. What was saved is safe.",
            status=503,
        ),
    }
)


def database_away(error: BaseException | None) -> Problem | None:
    """``database_away`` where ``error`` says that the database is stopped, full or out of connections; else None."""
    for one in _causes(error):
        state = str(getattr(one, "sqlstate", "") or "")
        if isinstance(one, PoolTimeout) or state.startswith(_CLASSES):
            return Problem("database_away")
        if state:
            return None
    # A connection that broke or never came has no SQLSTATE.
    return Problem("database_away") if isinstance(error, _BROKEN) else None


def no_connection(error: BaseException | None) -> bool:
    """Whether the whole pool waited in vain: then the next ones need not wait as well."""
    return any(isinstance(one, PoolTimeout) for one in _causes(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
