"""Accounts, roles and sign-in: who may act, given out and taken back by people with a name."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from berdaya.access.models import Account, Role, RoleSubject, SecondFactor, Session, SignInAttempt
from berdaya.access.permissions import PERMISSIONS, require
from berdaya.access.selectors import actor_for, roles_of
from berdaya.access.sign_in_rules import LEAST_ALONE, LEAST_WITH_FACTOR, weakness
from berdaya.areas.codes import area_range
from berdaya.audit.services import record
from berdaya.kernel import clock
from berdaya.kernel.bulk import fetch
from berdaya.kernel.clock import real_now
from berdaya.kernel.codes import ALPHABET
from berdaya.kernel.problems import Entry, Problem, register
from berdaya.kernel.scope import ALL_OFFICES, Actor, scoped

SIGN_IN = Actor(kind="staff", role="sign-in")
"""The actor of the sign-in pages: reads accounts, sees no row of any office."""

CODE_VALID = timedelta(hours=24)
LONGEST_NOTICE = timedelta(days=366)
"""A role's end is told at most so long ahead."""
WINDOW = timedelta(minutes=15)
FREE_TRIES = 5
MAX_DELAY = timedelta(minutes=5)

register(
    {
        "sign_in_failed": Entry(
            id="Nama pengguna atau kata sandi tidak cocok.",
            en="User name or password do not match.",
            do_id="Coba lagi, atau minta kode sekali pakai kepada atasan Anda.",
            do_en="Try again, or ask your supervisor for a one-time code.",
            status=403,
        ),
        "sign_in_slowed": Entry(
            id="Terlalu banyak percobaan. Coba lagi dalam {seconds} detik.",
            en="Too many attempts. Try again in {seconds} seconds.",
            do_id="Tunggu sebentar, atau minta kode sekali pakai kepada atasan Anda.",
            do_en="Wait a moment, or ask your supervisor for a one-time code.",
            status=429,
        ),
        "demo_account": Entry(
            id="Akun contoh hanya berlaku pada basis data contoh.",
            en="Demo accounts work in a demo database only.",
            do_id="Masuk dengan akun kantor Anda.",
            do_en="Sign in with your office account.",
            status=403,
        ),
        "username_taken": Entry(
            id="Nama pengguna {username} sudah dipakai.",
            en="The user name {username} is taken.",
            do_id="Pilih nama pengguna lain.",
            do_en="Choose another user name.",
            status=409,
        ),
        "password_weak": Entry(
            id="Kata sandi terlalu lemah: {detail}",
            en="The password is too weak: {detail}",
            do_id="Pakai kalimat pendek yang tidak mudah ditebak.",
            do_en="Use a short sentence that is hard to guess.",
        ),
        "account_elsewhere": Entry(
            id="Akun ini juga mempunyai peran di kantor lain.",
            en="This account holds a role in another office as well.",
            do_id="Mintalah pengelola yang membawahi semua kantornya memberi kode.",
            do_en="Ask an administrator above all its offices for the code.",
            status=403,
        ),
        "role_own": Entry(
            id="Peran Anda sendiri tidak dapat Anda akhiri.",
            en="You cannot end a role of your own.",
            do_id="Minta petugas lain yang mengelola pengguna.",
            do_en="Ask another officer who manages accounts.",
            status=409,
        ),
        "role_needs_reason": Entry(
            id="Alasan belum diisi.",
            en="The reason is missing.",
            do_id="Tulis mengapa peran ini berakhir, misalnya pindah tugas.",
            do_en="Write why the role ends, such as a new posting.",
            status=422,
        ),
        "role_last_day": Entry(
            id="Hari terakhir paling lambat {most} hari dari hari ini, dan tidak di masa lalu.",
            en="The last day lies at most {most} days from today, and not in the past.",
            do_id="Pilih hari lain, atau kosongkan agar berakhir sekarang.",
            do_en="Choose another day, or leave it empty to end the role now.",
            status=422,
        ),
        "role_unknown": Entry(
            id="Jenis peran {kind} tidak dikenal.",
            en="The role {kind} is unknown.",
            do_id="Pilih peran dari daftar.",
            do_en="Choose a role from the list.",
        ),
    }
)


def create_account(
    *, actor: Actor, username: str, name: str, password: str | None = None, demo: bool = False
) -> Account:
    """A new account without any role; without ``password`` it waits for a one-time code."""
    require(actor, "account.manage")
    username = username.strip().lower()
    if Account.objects.filter(username=username).exists():
        raise Problem("username_taken", username=username)
    account = Account.objects.create(
        username=username, name=name, password=make_password(password), demo=demo, must_change_password=password is None
    )
    record(actor=actor, name="account.created", subject_kind="account", subject_id=account.pk)
    return account


def grant_role(
    *,
    actor: Actor,
    account: Account,
    kind: str,
    title: str,
    area: int,
    office_id: int | None,
    all_offices: bool = False,
    areas: Iterable[int] = (),
) -> Role:
    """Give ``account`` a role inside the giver's own area; ``areas`` narrows it to several places inside ``area``.

    Raises ``role_unknown`` and ``outside_scope``: nobody gives out more than they hold.
    """
    require(actor, "account.manage")
    if kind not in PERMISSIONS:
        raise Problem("role_unknown", kind=kind)
    lo, hi = area_range(area)
    ranges = [list(area_range(code)) for code in areas] or [[lo, hi]]
    if not (actor.covers(lo) and actor.covers(hi)) or any(low < lo or high > hi for low, high in ranges):
        raise Problem("outside_scope")
    role = Role.objects.create(
        account=account,
        kind=kind,
        title=title,
        office_id=office_id,
        all_offices=all_offices,
        area=area,
        ranges=ranges,
        valid_from=clock.today(),
    )
    record(actor=actor, name="role.granted", subject_kind="role", subject_id=role.pk, kind=kind, account=account.pk)
    return role


def open_subjects_many(*, actor: Actor, role: Role, list_name: str, ids: Iterable[UUID]) -> int:
    """Open groups, enterprises, households or classes to a role (caseload, own group); known ones stay."""
    rows = [
        RoleSubject(
            role=role,
            account_id=role.account_id,
            office_id=role.office_id,
            area=role.area,
            list=list_name,
            subject_id=item,
        )
        for item in ids
    ]
    RoleSubject.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
    record(actor=actor, name="role.subjects_opened", subject_kind="role", subject_id=role.pk, count=len(rows))
    return len(rows)


def revoke_role(*, actor: Actor, role_id: int, reason: str, last_day: date | None = None) -> None:
    """End a role after ``last_day``, without one at once (its last day was yesterday); it stays in the history.

    From then on sessions and phones that work in this role are refused. A role that has ended stays as it is.
    Raises ``not_found``, ``role_own``, ``role_needs_reason``, ``role_last_day``.
    """
    require(actor, "account.manage")
    role = Role.objects.select_for_update().filter(pk=role_id).first()
    if role is None:
        raise Problem("not_found")
    if role.account_id == actor.account_id:
        raise Problem("role_own")
    if not reason.strip():
        raise Problem("role_needs_reason")
    today = clock.today()
    ends = last_day or today - timedelta(days=1)
    if not today - timedelta(days=1) <= ends <= today + LONGEST_NOTICE:
        raise Problem("role_last_day", most=LONGEST_NOTICE.days)
    if role.valid_until is not None and role.valid_until < today:
        return
    role.valid_until = ends
    role.save(update_fields=["valid_until"])
    record(
        actor=actor,
        name="role.revoked",
        subject_kind="role",
        subject_id=role.pk,
        area=role.area,
        account=role.account_id,
        reason=reason.strip(),
        until=ends,
    )


def reset_password(*, actor: Actor, account_id: int) -> str:
    """A printed one-time code of 10 letters that opens the account once within 24 hours. Audited.

    The account must hold a role in the giver's area and office, and none elsewhere: whoever knows the code could sign
    in and switch to it. Nobody resets their own. Raises ``not_found``, ``account_elsewhere``.
    """
    may_reset(actor=actor, account_id=account_id)
    code = "".join(secrets.choice(ALPHABET) for _ in range(10))
    Account.objects.filter(pk=account_id).update(
        password=make_password(code), must_change_password=True, code_expires_at=clock.now() + CODE_VALID
    )
    Session.objects.filter(account_id=account_id).delete()
    record(actor=actor, name="account.password_reset", subject_kind="account", subject_id=account_id)
    return code


def may_reset(*, actor: Actor, account_id: int) -> None:
    """Refuse who may not take over the way into an account: ``not_allowed``, ``not_found``, ``account_elsewhere``."""
    require(actor, "account.manage")
    if account_id == actor.account_id or not Role.objects.filter(account_id=account_id).exists():
        raise Problem("not_found")
    demo = settings.DEMO and Account.objects.filter(pk=account_id, demo=True).exists()
    if not demo and any(
        not actor.covers(role.area) or actor.office not in {ALL_OFFICES, role.office_id}
        for role in roles_of(account_id)
    ):
        raise Problem("account_elsewhere")


def change_password(*, account: Account, new: str) -> None:
    """Set a password of the holder's own choice and end the one-time code. The caller ends the other sessions.

    Raises ``password_weak``.
    """
    with_factor = account.factor_since is not None
    lacks = weakness(new, account_id=account.pk, with_factor=with_factor)
    if "short" in lacks:
        least = LEAST_WITH_FACTOR if with_factor else LEAST_ALONE
        raise Problem("password_weak", detail=_("sedikitnya %(least)s huruf.") % {"least": least})
    if lacks:
        asked = _("kantor Anda meminta huruf besar, huruf kecil, angka, dan tanda baca atau spasi.")
        raise Problem("password_weak", detail=asked)
    try:
        validate_password(new, account)
    except ValidationError as error:
        raise Problem("password_weak", detail=" ".join(error.messages)) from error
    account.set_password(new)
    account.must_change_password = False
    account.code_expires_at = None
    with scoped(SIGN_IN):
        account.save(update_fields=["password", "must_change_password", "code_expires_at"])
    with scoped(Actor(kind="staff", role="self", account_id=account.pk)):
        # Whoever guessed codes knew the old password.
        SecondFactor.objects.filter(account_id=account.pk).update(wrong=0)


def check_sign_in(*, username: str, password: str, address: str) -> Account:
    """The account behind name and password; raises ``sign_in_failed``, ``sign_in_slowed`` or ``demo_account``.

    The same work is done for an unknown name, so that time tells nothing. Attempts are slowed per name *and* address:
    a stranger's guesses never lock the holder out.
    """
    username = username.strip().lower()
    with scoped(SIGN_IN):
        name_mark, address_mark = mark_of(f"name:{username}:{address}"), mark_of(f"address:{address}")
        _slow_down(name_mark, address_mark)
        account = Account.objects.filter(username=username, is_active=True).first()
        encoded = account.password if account else _DUMMY
        matches = check_password(password, encoded) and account is not None
        if account is not None and account.code_expires_at and account.code_expires_at < clock.now():
            matches = False
        if not settings.DEMO and account is not None and account.demo and matches:
            raise Problem("demo_account")
        SignInAttempt.objects.create(
            name_mark=name_mark, address_mark=address_mark, succeeded=matches, attempted_at=real_now()
        )
    if not matches or account is None:
        raise Problem("sign_in_failed")
    return account


def sweep_marks() -> int:
    """Remove marks of tries to enter that are older than thirty days; returns how many. For the daily run."""
    return int(fetch("SELECT berdaya_sweep_marks()")[0][0])


def _slow_down(name_mark: bytes, address_mark: bytes) -> None:
    now = real_now()
    recent = SignInAttempt.objects.filter(succeeded=False, attempted_at__gte=now - WINDOW)
    for mark, free in ((name_mark, FREE_TRIES), (address_mark, FREE_TRIES * 10)):
        column = "name_mark" if mark is name_mark else "address_mark"
        times = list(
            recent.filter(**{column: mark}).order_by("-attempted_at").values_list("attempted_at", flat=True)[:60]
        )
        if len(times) < free:
            continue
        delay = min(timedelta(seconds=2 ** min(len(times) - free + 1, 9)), MAX_DELAY)
        if now < times[0] + delay:
            raise Problem("sign_in_slowed", seconds=int((times[0] + delay - now).total_seconds()) + 1)


def mark_of(text: str) -> bytes:
    """A keyed hash (32 bytes) under which the doors remember names, addresses and codes."""
    return hmac.new(settings.BERDAYA_INDEX_KEY, text.encode(), hashlib.sha256).digest()


_DUMMY = make_password("no account has this password")


def switch_role(*, account_id: int, role_id: int) -> Actor:
    """The actor of another own role, audited."""
    actor = actor_for(account_id, role_id=role_id)
    with scoped(actor):
        record(actor=actor, name="role.switched", subject_kind="role", subject_id=role_id)
    return actor
