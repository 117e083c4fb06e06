"""Phones: enrolled by whoever signed in on them, cut off by the office, known by a token."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from berdaya.access.permissions import can, require
from berdaya.access.selectors import RoleStanding, actor_of
from berdaya.access.services import SIGN_IN
from berdaya.audit.services import record
from berdaya.devices.models import Device
from berdaya.devices.types import Enrolled
from berdaya.kernel import clock
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped

PREFIX = "bdd_"
OUTDOORS = ("visit.record", "attendance.record", "verification.record", "handover.record", "fund.record")
"""Any of these permissions lets a role enrol a phone."""
MAY_REVOKE = ("account.manage", "mentor.assign", "task.manage")


@dataclass(frozen=True, slots=True)
class Caller:
    """A phone that calls: which one, and the very actor that its role gives now."""

    device_id: UUID
    actor: Actor


def enrol(*, actor: Actor, name: str, platform: str = "", app: str = "") -> Enrolled:
    """Bind a phone to the actor's account and role. Audited. Raises ``not_allowed`` and ``device_too_many``."""
    if actor.account_id is None or actor.role_id is None or not actor.office:
        raise Problem("not_allowed", role=actor.role, permission=OUTDOORS[0])
    if not any(can(actor, permission) for permission in OUTDOORS):
        require(actor, OUTDOORS[0])
    token, device = PREFIX + secrets.token_urlsafe(32), new_id()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT devices_enrol(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [device, actor.role_id, actor.lo, actor.office, _hash(token), name.strip()[:80] or "HP", platform[:120],
             app[:20], clock.now()],
        )  # fmt: skip
        row = cursor.fetchone()
    if not (row and row[0]):
        raise Problem("device_too_many")
    record(actor=actor, name="device.enrolled", subject_kind="device", subject_id=device)
    return Enrolled(device, token)


def caller_of(token: str) -> Caller:
    """Who calls with this token; device, account and role are looked at anew each time.

    Raises ``device_unknown``, ``device_revoked`` and ``device_role_ended``; the last two wipe the phone.
    """
    with connection.cursor() as cursor:
        # One call, which needs no scope: its function looks at nothing but the token. Every push pays for it.
        cursor.execute("SELECT * FROM devices_caller(%s, %s)", [_hash(token), clock.today()])
        row = cursor.fetchone()
    if row is not None and (row[6] is not None or not row[5]):
        with scoped(SIGN_IN), connection.cursor() as cursor:
            cursor.execute("SELECT devices_told_to_wipe(%s, %s)", [_hash(token), clock.now()])
    if row is None or (row[4] and not settings.DEMO):
        raise Problem("device_unknown")
    if row[6] is not None or not row[5]:
        raise Problem("device_revoked")
    if row[2] is None:
        raise Problem("device_role_ended")
    _, _, role_id, _, _, _, _, kind, area, office_id, everywhere, ranges, _ = row
    standing = RoleStanding(role_id, kind, area, office_id, everywhere, tuple((lo, hi) for lo, hi in _json(ranges)))
    lists = [(name, UUID(subject)) for name, subject in _json(row[12])]
    return Caller(row[0], actor_of(row[1], row[3], standing, lists))


def _json(value: Any) -> list[Any]:
    # Django's cursor hands jsonb out as text.
    return list(json.loads(value) if isinstance(value, str) else value or ())


def revoke(*, actor: Actor, device_id: UUID, reason: str) -> None:
    """Cut a phone off: its next call is told to wipe. A second time changes nothing. Audited.

    Raises ``not_allowed``, and ``not_found`` for a phone of another office.
    """
    if not any(can(actor, permission) for permission in MAY_REVOKE):
        require(actor, MAY_REVOKE[0])
    now = clock.now()
    cut = Device.objects.filter(pk=device_id, office_id=actor.office or 0, revoked_at=None).update(
        revoked_at=now, revoked_by=actor.account_id
    )
    if not cut:
        if not Device.objects.filter(pk=device_id, office_id=actor.office or 0).exists():
            raise Problem("not_found")
        return
    record(actor=actor, name="device.revoked", subject_kind="device", subject_id=device_id, reason=reason)


def seen(*, caller: Caller, unsent: int | None, unsent_since: datetime | None) -> None:
    """What a phone tells of itself when it pulls: how much is unsent and since when."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT devices_seen(%s, %s, %s, %s)", [caller.device_id, clock.now(), unsent, unsent_since])


def took(*, caller: Caller, kind: str, subject: UUID, title: str, expires_at: datetime, rows: int = -1) -> None:
    """A phone took a pack along or kept it; ``rows`` below zero leaves the number as it was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT devices_took(%s, %s, %s, %s, %s, %s, %s, %s)",
            [caller.device_id, new_id(), kind, subject, title[:160], clock.now(), expires_at, rows],
        )


def _hash(token: str) -> bytes:
    # 256 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(token.encode()).digest()
