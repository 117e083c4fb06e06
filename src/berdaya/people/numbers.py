"""NIK and KK numbers as they are stored: sealed, indexed, and looked up beyond the scope by definer functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import DatabaseError, connection

from berdaya.kernel.crypto import key_ring
from berdaya.kernel.problems import Problem

NIK, KK = "nik", "kk"
_PROBLEM_OF_STATE = {
    "BD001": "move_area_unknown",
    "BD002": "not_found",
    "BD003": "lookup_limit",
    "BD004": "not_allowed",
    "BD005": "merged_already",
    "BD006": "already_decided",
}


def nik_context(person_id: UUID) -> bytes:
    """What binds a sealed NIK to its person."""
    return b"person.nik:" + person_id.bytes


def kk_context(household_id: UUID) -> bytes:
    """What binds a sealed KK number to its household."""
    return b"household.kk:" + household_id.bytes


def nik_index(nik: str) -> bytes | None:
    """Blind index of a NIK; None for an empty one."""
    return key_ring().index(nik, purpose=NIK) if nik else None


def kk_index(kk: str) -> bytes | None:
    """Blind index of a KK number; None for an empty one."""
    return key_ring().index(kk, purpose=KK) if kk else None


@contextmanager
def named_errors() -> Iterator[None]:
    """Errors that definer functions raise by code become problems of the catalogue."""
    try:
        yield
    except DatabaseError as error:
        state = str(getattr(error.__cause__, "sqlstate", "") or "")
        if state not in _PROBLEM_OF_STATE:
            raise
        raise Problem(_PROBLEM_OF_STATE[state], role="", permission="people.lookup") from error


@dataclass(frozen=True, slots=True)
class Known:
    """A number that exists: `mine` inside the scope, only then with the id of its person or household."""

    mine: bool
    subject: UUID | None


def known_numbers(niks: Sequence[bytes], kks: Sequence[bytes]) -> tuple[dict[bytes, Known], dict[bytes, Known]]:
    """Which indexes exist in the whole country. Counted against the account's limit.

    Raises:
        Problem: `lookup_limit`.
    """
    found: tuple[dict[bytes, Known], dict[bytes, Known]] = ({}, {})
    with named_errors(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, number, mine, subject FROM people_identity_known(%b, %b)",
            [b"".join(niks), b"".join(kks)],
        )
        for kind, number, mine, subject in cursor.fetchall():
            found[kind == KK][bytes(number)] = Known(mine, subject)
    return found
