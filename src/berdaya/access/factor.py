"""Faktor kedua: codes of an authenticator on the holder's phone (TOTP, RFC 6238), and ten codes on paper.

Six digits, half a minute, HMAC-SHA-1: what every authenticator speaks. A code is taken once, at most one half minute
early or late. Guesses are slowed by the account, from wherever they come, and after many wrong ones only a code on
paper or an officer's slip opens the account: who guesses codes knows the password already.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from django.db import transaction

from berdaya.access.models import Account, RecoveryCode, SecondFactor, SignInAttempt
from berdaya.access.services import FREE_TRIES, MAX_DELAY, WINDOW, mark_of, may_reset
from berdaya.access.sessions import end_sessions
from berdaya.audit.services import record
from berdaya.kernel.clock import real_now
from berdaya.kernel.codes import ALPHABET, cleaned
from berdaya.kernel.crypto import key_ring
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Entry, Problem, register
from berdaya.kernel.scope import Actor, scoped

STEP_SECONDS, DIGITS, SECRET_BYTES = 30, 6, 20
EARLY_OR_LATE = 1
"""Half minutes by which a phone's clock may differ (RFC 6238, 5.2)."""
PAPER_CODES, PAPER_SIGNS = 10, 10
MOST_WRONG = 30
"""Wrong codes in a row after which no code of the phone is taken: 30 of a million, three of which are good."""
BEGUN_FOR = timedelta(minutes=15)
"""So long a key that was shown can be confirmed."""
SEAL = b"factor:secret:"
ISSUER = "Berdaya"

register(
    {
        "factor_wrong": Entry(
            id="Kode tidak cocok.",
            en="The code does not match.",
            do_id="Ketik kode yang sedang tampil di aplikasi, atau satu kode pemulihan dari kertas.",
            do_en="Type the code that the app shows now, or one recovery code from your paper.",
            status=403,
        ),
        "factor_used": Entry(
            id="Kode ini sudah dipakai.",
            en="This code has been used already.",
            do_id="Tunggu sampai aplikasi menampilkan kode berikutnya.",
            do_en="Wait until the app shows the next code.",
            status=403,
        ),
        "factor_slowed": Entry(
            id="Terlalu banyak kode yang salah. Coba lagi dalam {seconds} detik.",
            en="Too many wrong codes. Try again in {seconds} seconds.",
            do_id="Tunggu sebentar, atau pakai satu kode pemulihan dari kertas.",
            do_en="Wait a moment, or use one recovery code from your paper.",
            status=429,
        ),
        "factor_closed": Entry(
            id="Kode dari HP ditutup setelah terlalu banyak kode yang salah.",
            en="Codes from the phone are closed after too many wrong ones.",
            do_id="Pakai satu kode pemulihan dari kertas, atau minta slip kepada pengelola pengguna di kantor Anda.",
            do_en="Use one recovery code from your paper, or ask who manages the accounts of your office for a slip.",
            status=403,
        ),
        "factor_none": Entry(
            id="Akun ini belum memakai faktor kedua.",
            en="This account has no second factor yet.",
            do_id="Daftarkan HP Anda lebih dahulu.",
            do_en="Set up your phone first.",
            status=409,
        ),
        "factor_token_needed": Entry(
            id="Akun ini memakai faktor kedua; kata sandinya saja tidak cukup untuk ODK Collect.",
            en="This account uses a second factor; its password alone will not do for ODK Collect.",
            do_id="Minta token API kepada admin kantor dan ketik sebagai ganti kata sandi.",
            do_en="Ask the office administrator for an API token and type it in place of the password.",
            status=403,
        ),
        "factor_reason": Entry(
            id="Alasan melepas faktor kedua belum diisi.",
            en="The reason for removing the second factor is missing.",
            do_id="Tulis mengapa, misalnya: HP hilang, dilaporkan sendiri di kantor.",
            do_en="Write why, for example: phone lost, told in person at the office.",
            status=422,
        ),
        "factor_late": Entry(
            id="Kunci ini tidak dapat dipakai lagi.",
            en="This key can no longer be used.",
            do_id="Mulai pendaftaran sekali lagi.",
            do_en="Start setting up once more.",
            status=409,
        ),
        "factor_asked": Entry(
            id="Kantor Anda mewajibkan faktor kedua.",
            en="Your office asks for a second factor.",
            do_id="Daftarkan HP lain sebagai gantinya; faktor kedua tidak dapat dilepas.",
            do_en="Set up another phone instead; the second factor cannot be removed.",
            status=409,
        ),
    }
)


@dataclass(frozen=True)
class Begun:
    """A key that waits for its first code: ``secret`` in groups of four signs, ``uri`` for the QR code."""

    secret: str
    uri: str


@dataclass(frozen=True)
class FactorState:
    """What the holder may know of the own factor: since when, and how many codes on paper are left."""

    since: datetime | None
    paper_left: int


def _self(account_id: int) -> Actor:
    return Actor(kind="staff", role="self", account_id=account_id)


def _step(at: datetime) -> int:
    return int(at.timestamp()) // STEP_SECONDS


def code_at(secret: bytes, step: int) -> str:
    """The six digits of one half minute (RFC 4226 over the number of half minutes since 1970)."""
    return HOTP(secret, DIGITS, SHA1(), enforce_key_length=False).generate(step).decode()  # noqa: S303 - see above


def _context(factor: SecondFactor) -> bytes:
    return SEAL + factor.pk.bytes


def _secret(factor: SecondFactor) -> bytes:
    return base64.b32decode(key_ring().open(bytes(factor.secret_cipher), context=_context(factor)))


def _hash(account_id: int, code: str) -> bytes:
    return mark_of(f"recovery:{account_id}:{code}")


def state_of(*, account_id: int) -> FactorState:
    """Since when the account has a factor, and its unused codes on paper."""
    with scoped(_self(account_id)):
        factor = SecondFactor.objects.filter(account_id=account_id, confirmed_at__isnull=False).first()
        left = RecoveryCode.objects.filter(account_id=account_id, used_at=None).count() if factor else 0
    return FactorState(factor.confirmed_at if factor else None, left)


def begin_factor(*, account: Account) -> None:
    """Make a key that waits for its first code; an earlier one that waited is void, one in use stays in use.

    The caller has asked for the present password: whoever finds a desk unlocked cannot lay an own phone over it.
    """
    ring = key_ring()
    secret = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    factor = SecondFactor(id=new_id(), account=account, secret_key=ring.current.id)
    factor.secret_cipher = ring.seal(secret, context=_context(factor))
    with scoped(_self(account.pk)):
        SecondFactor.objects.filter(account=account, confirmed_at=None).delete()
        factor.recorded_at = real_now()
        factor.save(force_insert=True)


def begun_factor(*, account: Account) -> Begun:
    """The key that waits for its first code. Raises ``factor_late`` where there is none or it is too old."""
    factor = _begun(account.pk)
    secret = base64.b32encode(_secret(factor)).decode()
    label = quote(f"{ISSUER}:{account.username}")
    uri = f"otpauth://totp/{label}?secret={secret}&issuer={ISSUER}&digits={DIGITS}&period={STEP_SECONDS}"
    return Begun(" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)), uri)


def _begun(account_id: int, *, lock: bool = False) -> SecondFactor:
    with scoped(_self(account_id)):
        rows = SecondFactor.objects.select_for_update() if lock else SecondFactor.objects.all()
        factor = rows.filter(account_id=account_id, confirmed_at=None).first()
        begun_at = factor.recorded_at if factor else None
    if factor is None or begun_at is None or begun_at + BEGUN_FOR < real_now():
        raise Problem("factor_late")
    return factor


@transaction.atomic
def confirm_factor(*, account: Account, code: str, keep_session: str) -> list[str]:
    """Take the waiting key into use by its first code; answers ten codes for paper, told this once. Audited.

    An earlier key and its codes end, and so does every other session of the account: what was open without the factor
    does not stay open. Raises ``factor_late``, ``factor_wrong``.
    """
    factor = _begun(account.pk, lock=True)
    step = _matching_step(_secret(factor), code, after=0)
    if step is None:
        raise Problem("factor_wrong")
    now = real_now()
    with scoped(_self(account.pk)):
        SecondFactor.objects.filter(account=account, confirmed_at__isnull=False).delete()
        factor.confirmed_at, factor.last_step = now, step
        factor.save(update_fields=["confirmed_at", "last_step"])
        codes = _new_paper(account.pk)
        Account.objects.filter(pk=account.pk).update(factor_since=now)
        record(actor=_self(account.pk), name="factor.confirmed", subject_kind="account", subject_id=account.pk)
    account.factor_since = now
    end_sessions(account_id=account.pk, keep=keep_session)
    return codes


def new_paper_codes(*, account: Account) -> list[str]:
    """Ten new codes for paper; the old ones are void. Audited. Raises ``factor_none``."""
    if account.factor_since is None:
        raise Problem("factor_none")
    with scoped(_self(account.pk)):
        codes = _new_paper(account.pk)
        record(actor=_self(account.pk), name="factor.paper_renewed", subject_kind="account", subject_id=account.pk)
    return codes


def _new_paper(account_id: int) -> list[str]:
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(PAPER_SIGNS)) for _ in range(PAPER_CODES)]
    RecoveryCode.objects.filter(account_id=account_id).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account_id=account_id, code_hash=_hash(account_id, code)) for code in codes
    )
    return codes


def remove_factor(*, account: Account) -> None:
    """End the holder's own factor and its codes. Audited; the caller has asked for password and code."""
    if account.factor_since is None:
        raise Problem("factor_none")
    _drop(account.pk)
    with scoped(_self(account.pk)):
        record(actor=_self(account.pk), name="factor.removed", subject_kind="account", subject_id=account.pk)
    account.factor_since = None


def release_factor(*, actor: Actor, account_id: int, reason: str) -> None:
    """Another officer ends the factor of somebody whose phone and paper are lost; audited with the reason.

    As with the one-time code (:func:`services.reset_password`) nobody does it for the own account, nor for one that
    also works elsewhere. Raises ``factor_reason``, ``factor_none``, ``not_found``, ``account_elsewhere``.
    """
    may_reset(actor=actor, account_id=account_id)
    if not reason.strip():
        raise Problem("factor_reason")
    if not _drop(account_id):
        raise Problem("factor_none")
    record(
        actor=actor,
        name="factor.released",
        subject_kind="account",
        subject_id=account_id,
        reason=reason.strip()[:300],
    )


def _drop(account_id: int) -> bool:
    with scoped(_self(account_id)):
        had = SecondFactor.objects.filter(account_id=account_id, confirmed_at__isnull=False).exists()
        SecondFactor.objects.filter(account_id=account_id).delete()
        RecoveryCode.objects.filter(account_id=account_id).delete()
        Account.objects.filter(pk=account_id).update(factor_since=None)
    return had


def check_factor(*, account: Account, code: str, address: str) -> int:
    """Take one code of the phone or of the paper; answers how many wrong ones came before it since the last right one.

    All tries of one account wait for each other, so that a hundred at once are counted like a hundred in a row. A wrong
    code is kept although it raises: ``factor_wrong``, ``factor_used``, ``factor_slowed``, ``factor_closed``.
    """
    typed = cleaned(code)
    with scoped(_self(account.pk)):
        factor = SecondFactor.objects.select_for_update().filter(account=account, confirmed_at__isnull=False).first()
        if factor is None:
            raise Problem("factor_none")
        by_paper = len(typed) == PAPER_SIGNS
        problem = _refusal(factor, address, by_paper=by_paper)
        if problem is None:
            problem = _paper(account.pk, typed) if by_paper else _phone(factor, typed)
            before = _weighed(factor, problem, address, by_paper=by_paper)
    if problem is not None:
        raise problem
    return before


def _refusal(factor: SecondFactor, address: str, *, by_paper: bool) -> Problem | None:
    """Why no code is even weighed now. Codes on paper wait by address only: nobody locks the holder out of them."""
    if not by_paper and factor.wrong >= MOST_WRONG:
        return Problem("factor_closed")
    tries = SignInAttempt.objects.filter(succeeded=False, attempted_at__gte=real_now() - WINDOW)
    account_mark, _address = _marks(factor.account_id, address, by_paper=by_paper)
    times = list(
        tries.filter(name_mark=account_mark).order_by("-attempted_at").values_list("attempted_at", flat=True)[:60]
    )
    if len(times) < FREE_TRIES:
        return None
    free_at = times[0] + min(timedelta(seconds=2 ** min(len(times) - FREE_TRIES + 1, 9)), MAX_DELAY)
    if real_now() < free_at:
        return Problem("factor_slowed", seconds=int((free_at - real_now()).total_seconds()) + 1)
    return None


def _marks(account_id: int, address: str, *, by_paper: bool) -> tuple[bytes, bytes]:
    account_mark = f"paper:{account_id}:{address}" if by_paper else f"factor:{account_id}"
    return mark_of(account_mark), mark_of(f"factor-address:{address}")


def _weighed(factor: SecondFactor, problem: Problem | None, address: str, *, by_paper: bool) -> int:
    before = factor.wrong
    factor.wrong = 0 if problem is None else before + 1
    factor.save(update_fields=["wrong", "last_step"])
    account_mark, address_mark = _marks(factor.account_id, address, by_paper=by_paper)
    SignInAttempt.objects.create(
        name_mark=account_mark, address_mark=address_mark, succeeded=problem is None, attempted_at=real_now()
    )
    actor = _self(factor.account_id)
    if problem is None and by_paper:
        record(actor=actor, name="factor.paper_used", subject_kind="account", subject_id=factor.account_id)
    if factor.wrong == MOST_WRONG:
        record(actor=actor, name="factor.closed", subject_kind="account", subject_id=factor.account_id)
    return before


def _paper(account_id: int, typed: str) -> Problem | None:
    now = real_now()
    unused = RecoveryCode.objects.filter(account_id=account_id, code_hash=_hash(account_id, typed), used_at=None)
    return None if unused.update(used_at=now) else Problem("factor_wrong")


def _phone(factor: SecondFactor, typed: str) -> Problem | None:
    secret = _secret(factor)
    step = _matching_step(secret, typed, after=factor.last_step)
    if step is not None:
        factor.last_step = step
        return None
    return Problem("factor_used" if _matching_step(secret, typed, after=0) is not None else "factor_wrong")


def _matching_step(secret: bytes, typed: str, *, after: int) -> int | None:
    """The half minute about now whose code was typed and that is later than the last one taken."""
    now = _step(real_now())
    digits = cleaned(typed)
    found = None
    for step in range(now - EARLY_OR_LATE, now + EARLY_OR_LATE + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), digits.encode()) and step > after:
            found = step
    return found
