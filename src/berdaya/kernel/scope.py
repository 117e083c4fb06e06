"""Who acts, and what the database lets that actor see.

Every database access happens inside :func:`scoped`. It opens a transaction, switches to the database role of the
actor's kind, and writes the limits into transaction-local settings that the row-level policies read. Without it the
settings hold the empty range and no row is visible (DESIGN 3.3).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Literal
from uuid import UUID

from django.db import connection, transaction

from berdaya.kernel.ids import new_id

AREA_MAX = 9_999_999_999
ALL_OFFICES = 0
"""``Actor.office`` of roles that see every office in their area (lurah, camat, auditor)."""

Kind = Literal["staff", "subject", "public"]
DB_ROLES: dict[Kind, str] = {
    "staff": "berdaya_app",
    "subject": "berdaya_subject",
    "public": "berdaya_public",
}


@dataclass(frozen=True)
class Actor:
    """One account in one active role, with the limits that go with it.

    ``ranges`` are inclusive ``(lo, hi)`` pairs of 10-digit area codes. ``office`` is an office id, ``ALL_OFFICES`` for
    roles above the offices, or None for roles without process rights. The id tuples are the subject's own rows.
    """

    kind: Kind = "public"
    role: str = "public"
    account_id: int | None = None
    role_id: int | None = None
    name: str = ""
    ranges: tuple[tuple[int, int], ...] = ()
    office: int | None = None
    groups: tuple[UUID, ...] = ()
    enterprises: tuple[UUID, ...] = ()
    households: tuple[UUID, ...] = ()
    classes: tuple[UUID, ...] = ()
    permissions: frozenset[str] = field(default_factory=frozenset)

    @property
    def lo(self) -> int:
        return min((lo for lo, _ in self.ranges), default=1)

    @property
    def hi(self) -> int:
        return max((hi for _, hi in self.ranges), default=0)

    def covers(self, area: int) -> bool:
        """True where ``area`` lies inside one of the ranges."""
        return any(lo <= area <= hi for lo, hi in self.ranges)

    def with_(self, **changes: object) -> Actor:
        return replace(self, **changes)  # type: ignore[arg-type]


PUBLIC = Actor()
_current: ContextVar[Actor | None] = ContextVar("berdaya_actor", default=None)


def current_actor() -> Actor | None:
    """The actor of the innermost open scope."""
    return _current.get()


@contextmanager
def scoped(actor: Actor, *, reason: str = "", route: str = "") -> Iterator[Actor]:
    """Open a transaction in which the database sees ``actor``; nested scopes give way to the outer one at their end.

    ``reason`` and ``route`` (a route name, never an address) go into the history of whatever is changed.
    """
    inside = connection.in_atomic_block
    outer = _current.get() if inside else None
    with transaction.atomic():
        _apply(actor, reason=reason, route=route)
        token = _current.set(actor)
        try:
            yield actor
        finally:
            _current.reset(token)
        if outer is not None:
            _apply(outer, reason=reason, route=route)
        elif inside:
            _leave()


def _apply(actor: Actor, *, reason: str, route: str) -> None:
    values = settings_of(actor)
    context = {
        "actor": actor.account_id,
        "role": actor.role,
        "role_id": actor.role_id,
        "reason": reason,
        "route": route,
    }
    values["pghistory.context_id"] = str(new_id())
    values["pghistory.context_metadata"] = json.dumps(context)
    # The triggers of history ask for this setting row by row, and an unset one costs a caught error each time.
    values["pgtrigger.ignore"] = "{}"
    # "role" is SET LOCAL ROLE; with it all limits are written in one statement, for each request pays for it.
    values["role"] = DB_ROLES[actor.kind]
    names = list(values)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join("set_config(%s, %s, true)" for _ in names),
            [part for name in names for part in (name, values[name])],
        )


def _leave() -> None:
    """Inside somebody else's transaction: back to the role it began with, and to the empty range."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SELECT set_config('berdaya.ranges', '{}', true), set_config('berdaya.account', '', true)")


def settings_of(actor: Actor) -> dict[str, str]:
    """The transaction-local settings that the policies read, as text."""
    ranges = ",".join(f"[{lo},{hi}]" for lo, hi in actor.ranges)
    return {
        "berdaya.lo": str(actor.lo),
        "berdaya.hi": str(actor.hi),
        "berdaya.ranges": "{" + ranges + "}",
        "berdaya.office": "" if actor.office is None else "*" if actor.office == ALL_OFFICES else str(actor.office),
        "berdaya.account": "" if actor.account_id is None else str(actor.account_id),
        "berdaya.role": actor.role,
        "berdaya.groups": _array(actor.groups),
        "berdaya.enterprises": _array(actor.enterprises),
        "berdaya.households": _array(actor.households),
        "berdaya.classes": _array(actor.classes),
    }


def _array(ids: tuple[UUID, ...]) -> str:
    return "{" + ",".join(str(item) for item in ids) + "}"
