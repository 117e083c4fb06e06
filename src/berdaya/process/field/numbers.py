"""A sealed NIK laid beside the one on record: the phone learns whether the last four digits match, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from berdaya.access.tokens import calls_in
from berdaya.audit.services import record
from berdaya.devices.sealing import open_sealed
from berdaya.devices.services.phones import Caller
from berdaya.kernel import clock
from berdaya.kernel.bulk import fetch
from berdaya.kernel.crypto import key_ring
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import scoped
from berdaya.people.numbers import NIK

MOST_AN_HOUR = 30


def matches(*, caller: Caller, person_id: UUID, sealed: Mapping[str, Any]) -> bool | None:
    """Whether the last four digits of a sealed NIK are the person's; None where the person has no NIK on record.

    Audited; at most 30 an hour for an account, as each answer is worth a guess. Raises ``too_many_calls``,
    ``seal_broken``, and ``not_found`` for a person outside the caller's families.
    """
    _count(caller)
    number = open_sealed(sealed)
    if len(number) != 16 or not number.isdigit():
        raise Problem("seal_broken")
    with scoped(caller.actor, route="sync:nik"):
        rows = fetch("SELECT last4_index FROM people_person WHERE id = %s", [person_id])
        if not rows:
            raise Problem("not_found")
        held = rows[0][0]
        same = None if held is None else bytes(held) == key_ring().last_four(number, purpose=NIK)
        record(actor=caller.actor, name="nik.compared", subject_kind="person", subject_id=person_id)
    return same


def _count(caller: Caller) -> None:
    # Guessing is slowed in real time, also where a demo database stands still at a fixed day.
    now = clock.real_now()
    window = now.replace(minute=0, second=0, microsecond=0)
    calls = calls_in(f"nik:{caller.actor.account_id}", window)
    if calls > MOST_AN_HOUR:
        raise Problem("too_many_calls", limit=MOST_AN_HOUR, seconds=3600 - int((now - window).total_seconds()))
