"""Tokens of other systems: lent from one role, counted, and dead as soon as the role or the account is."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from berdaya.access.models import ApiToken, ApiUse, Role
from berdaya.access.permissions import require
from berdaya.access.selectors import actor_for
from berdaya.access.services import SIGN_IN
from berdaya.audit.services import record
from berdaya.kernel import clock
from berdaya.kernel.problems import Entry, Problem, register
from berdaya.kernel.scope import Actor, scoped

PREFIX = "bdy_"
MOST_DAYS = 366
MINUTE = timedelta(minutes=1)

register(
    {
        "token_refused": Entry(
            id="Token API tidak berlaku: salah, kedaluwarsa, atau sudah dicabut.",
            en="The API token is not valid: wrong, expired or revoked.",
            do_id="Minta token baru kepada admin kantor.",
            do_en="Ask the office administrator for a new token.",
            status=401,
        ),
        "token_days": Entry(
            id="Masa berlaku token 1 sampai {most} hari, bukan {days}.",
            en="A token is valid for 1 to {most} days, not {days}.",
            do_id="Pilih masa berlaku yang lebih pendek; token dapat diperbarui.",
            do_en="Choose a shorter time; a token can be renewed.",
        ),
        "token_without_office": Entry(
            id="Peran ini tidak terikat pada kantor, sehingga tidak dapat dipinjamkan sebagai token.",
            en="This role belongs to no office and cannot be lent as a token.",
            do_id="Beri akun itu peran pada sebuah kantor.",
            do_en="Give the account a role at an office.",
            status=409,
        ),
        "too_many_calls": Entry(
            id="Terlalu banyak permintaan: paling banyak {limit} per menit.",
            en="Too many calls: {limit} a minute at most.",
            do_id="Coba lagi dalam {seconds} detik.",
            do_en="Try again in {seconds} seconds.",
            status=429,
        ),
    }
)


@dataclass(frozen=True)
class IssuedToken:
    """A new token; ``secret`` is told this once and kept nowhere."""

    id: int
    secret: str
    expires_at: datetime


@dataclass(frozen=True)
class TokenRow:
    """A token as lists show it."""

    id: int
    label: str
    username: str
    role: str
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True)
class Budget:
    """Calls of one caller in the present minute: ``limit``, how many are ``left``, ``seconds`` to the next one."""

    limit: int
    left: int
    seconds: int
    exceeded: bool


def issue_token(*, actor: Actor, role_id: int, days: int, label: str = "") -> IssuedToken:
    """Lend a role that the actor's office gave out to another system for ``days`` (1 to 366). Audited.

    Raises ``token_days``, ``token_without_office``, and ``not_found`` for a role that is not in force or elsewhere.
    """
    require(actor, "account.manage")
    if not 1 <= days <= MOST_DAYS:
        raise Problem("token_days", most=MOST_DAYS, days=days)
    role = Role.objects.filter(pk=role_id, account__is_active=True).first()
    if role is None:
        raise Problem("not_found")
    if role.office_id is None:
        raise Problem("token_without_office")
    actor_for(role.account_id, role_id=role.pk)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        account_id=role.account_id,
        role=role,
        office_id=role.office_id,
        area=role.area,
        label=label,
        hash=_hash(secret),
        expires_at=clock.now() + timedelta(days=days),
    )
    record(
        actor=actor,
        name="api_token.issued",
        subject_kind="api_token",
        subject_id=token.pk,
        role=role.pk,
        account=role.account_id,
        expires_at=token.expires_at,
    )
    return IssuedToken(token.pk, secret, token.expires_at)


def revoke_token(*, actor: Actor, token_id: int, reason: str) -> None:
    """End a token at once; a second time changes nothing. Audited; ``not_found`` outside the actor's office."""
    require(actor, "account.manage")
    token = ApiToken.objects.filter(pk=token_id).first()
    if token is None:
        raise Problem("not_found")
    if token.revoked_at is not None:
        return
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    record(actor=actor, name="api_token.revoked", subject_kind="api_token", subject_id=token.pk, reason=reason)


def tokens_of(*, actor: Actor, username: str = "") -> list[TokenRow]:
    """Tokens of the actor's office, the newest first."""
    require(actor, "account.manage")
    rows = ApiToken.objects.select_related("account", "role").order_by("-id")
    if username:
        rows = rows.filter(account__username=username)
    return [
        TokenRow(row.pk, row.label, row.account.username, row.role.kind, row.expires_at, row.revoked_at) for row in rows
    ]


def actor_of_token(secret: str) -> tuple[int, Actor]:
    """Number of the token and the very actor that its role gives. Raises ``token_refused``.

    Role and account are looked at anew at each call: a role taken back takes the token with it.
    """
    with scoped(SIGN_IN), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM berdaya_api_token(%s, %s)", [_hash(secret), clock.now()])
        row = cursor.fetchone()
    if row is None or (row[4] and not settings.DEMO):
        raise Problem("token_refused")
    try:
        return int(row[0]), actor_for(row[1], name=row[3], role_id=row[2])
    except Problem as problem:
        raise Problem("token_refused") from problem


def count_call(caller: str) -> Budget:
    """Count one call of ``caller`` in a transaction of its own, whichever process answers it.

    One row for each caller, so the table never outgrows the callers. Real time, also where a demo database stands
    still at a fixed day.
    """
    limit = int(settings.BERDAYA_API_PER_MINUTE)
    now = clock.real_now()
    window = now.replace(second=0, microsecond=0)
    calls = calls_in(caller, window)
    seconds = int((window + MINUTE - now).total_seconds()) + 1
    return Budget(limit, max(0, limit - calls), seconds, calls > limit)


def calls_in(caller: str, window: datetime) -> int:
    """One more call of a caller in this window of time; answers how many there were."""
    with scoped(SIGN_IN), connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {ApiUse._meta.db_table} AS known (caller, "window", calls) VALUES (%s, %s, 1)
            ON CONFLICT (caller) DO UPDATE SET
              calls = CASE WHEN known."window" = excluded."window" THEN known.calls + 1 ELSE 1 END,
              "window" = excluded."window"
            RETURNING calls
            """,
            [caller, window],
        )
        return int(cursor.fetchone()[0])


def _hash(secret: str) -> bytes:
    # 256 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(secret.encode()).digest()
