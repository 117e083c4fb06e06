"""Sessions on the server: kept under a hash of the cookie, ended by idleness, after a day's work, or by their holder.

``SESSION_ENGINE`` of Django. A backup of the table opens nothing, for the cookie cannot be made from its hash. Times
are real also where a demo database stands still at a fixed day.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest

from berdaya.access.models import Session
from berdaya.audit.services import record
from berdaya.kernel.clock import real_now
from berdaya.kernel.problems import Entry, Problem, register
from berdaya.kernel.scope import Actor, scoped

SINCE, BROWSER, ADDRESS, IDLE = "berdaya_since", "berdaya_browser", "berdaya_address", "berdaya_idle"
"""What a session remembers of its own beginning: seconds since 1970, words, words, seconds."""
FACTOR = "berdaya_factor"
"""True where a second factor was shown at sign-in."""
FACTOR_DUE = "berdaya_factor_due"
"""True where an office asks for a second factor and the account has none yet."""
TOUCH = timedelta(seconds=60)
"""A request is noted at most so often: a list of twenty pictures is one visit."""
LEAST_IDLE, MOST_IDLE = 10, 240
"""Minutes an office may choose from; NIST SP 800-63B-4 names an hour for its second level."""

register(
    {
        "session_gone": Entry(
            id="Sesi itu sudah berakhir.",
            en="That session has ended already.",
            do_id="Muat ulang halaman untuk melihat sesi yang masih terbuka.",
            do_en="Reload the page to see which sessions are still open.",
            status=404,
        ),
    }
)


@dataclass(frozen=True)
class SessionRow:
    """One open session of an account: ``id`` is no secret, ``address`` is shortened; times are aware."""

    id: str
    browser: str
    address: str
    since: datetime
    seen_at: datetime
    own: bool


def hashed(key: str) -> str:
    """What a cookie's value is kept under: 40 hexadecimal digits of its SHA-256."""
    # 160 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(key.encode()).hexdigest()[:40]


class SessionStore(DatabaseStore):
    """Django's store in the database, with our table, hashed keys, and an end by idleness that reading enforces."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        now = real_now()
        row = Session.objects.filter(session_key=hashed(self.session_key or ""), expire_date__gt=now).first()
        if row is None or (row.account_id and row.seen_at + timedelta(seconds=row.idle_seconds) <= now):
            self._session_key: str | None = None
            return None
        if now - row.seen_at > TOUCH:
            Session.objects.filter(pk=row.pk).update(seen_at=now)
        return row

    def exists(self, session_key: str | None = None) -> bool:
        return bool(session_key) and Session.objects.filter(pk=hashed(session_key or "")).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        since = data.get(SINCE)
        ends = self.get_expiry_date()
        if since:
            # A day's work: what is done in a session never makes it longer.
            ends = min(ends, datetime.fromtimestamp(since + settings.SESSION_COOKIE_AGE, tz=UTC))
        key = self._get_or_create_session_key()  # type: ignore[attr-defined]
        return Session(
            session_key=hashed(key),
            session_data=self.encode(data),
            expire_date=ends,
            account_id=int(data[SESSION_KEY]) if SESSION_KEY in data else None,
            browser=data.get(BROWSER, ""),
            address=data.get(ADDRESS, ""),
            since=datetime.fromtimestamp(since, tz=UTC) if since else None,
            seen_at=real_now(),
            idle_seconds=data.get(IDLE) or settings.BERDAYA_IDLE_MINUTES * 60,
        )

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            Session.objects.filter(pk=hashed(key)).delete()


def begin(request: HttpRequest, *, idle_minutes: int, factor: bool, due: bool) -> None:
    """Note in a session that was just signed in when, where and how it began, and when idleness ends it.

    ``factor`` was shown, or is ``due`` and must be set up before anything opens. What has ended elsewhere is swept.
    """
    request.session[SINCE] = real_now().timestamp()
    request.session[BROWSER] = browser_of(request.META.get("HTTP_USER_AGENT", ""))
    request.session[ADDRESS] = shortened(request.META.get("REMOTE_ADDR", ""))
    request.session[IDLE] = idle_minutes * 60
    request.session[FACTOR] = factor
    request.session[FACTOR_DUE] = due and not factor
    SessionStore.clear_expired()


def lacks_factor(request: HttpRequest) -> bool:
    """True where a session must show a second factor first: the account has one, or an office asks for one."""
    user = request.user
    if not user.is_authenticated or request.session.get(FACTOR) or (user.demo and settings.DEMO):
        return False
    return user.factor_since is not None or bool(request.session.get(FACTOR_DUE))


def idle_seconds(request: HttpRequest) -> int:
    """Seconds without a request after which the session of a signed-in person ends."""
    return int(request.session.get(IDLE) or settings.BERDAYA_IDLE_MINUTES * 60)


def sessions_of(*, account_id: int, own_key: str) -> list[SessionRow]:
    """Sessions of the account that still open something, the reader's own first, then the last used."""
    now = real_now()
    rows = Session.objects.filter(account_id=account_id, expire_date__gt=now).order_by("-seen_at")
    alive = [row for row in rows if row.seen_at + timedelta(seconds=row.idle_seconds) > now]
    own = hashed(own_key)
    found = [
        SessionRow(row.pk, row.browser, row.address, row.since or row.seen_at, row.seen_at, own=row.pk == own)
        for row in alive
    ]
    return sorted(found, key=lambda row: not row.own)


def end_session(*, account_id: int, session_id: str) -> None:
    """End one of the account's own sessions at once, wherever it is. Audited; ``session_gone`` for any other."""
    gone, _each = Session.objects.filter(account_id=account_id, pk=session_id).delete()
    if not gone:
        raise Problem("session_gone")
    _told(account_id, 1)


def end_sessions(*, account_id: int, keep: str = "") -> int:
    """End all sessions of the account but the one whose cookie is ``keep``; answers how many there were. Audited."""
    gone, _each = Session.objects.filter(account_id=account_id).exclude(pk=hashed(keep)).delete()
    if gone:
        _told(account_id, gone)
    return gone


def _told(account_id: int, count: int) -> None:
    holder = Actor(kind="staff", role="self", account_id=account_id)
    with scoped(holder):
        record(actor=holder, name="account.sessions_ended", subject_kind="account", subject_id=account_id, count=count)


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_of(agent: str) -> str:
    """What a holder calls the own browser, ``Chrome · Android``, from the header that it sends; no version."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    if browser or system:
        return " · ".join(part for part in (browser, system) if part)
    return re.sub(r"[^\w ./-]", "", agent)[:40].strip()


def shortened(address: str) -> str:
    """An address without the part that names one machine: three numbers of IPv4, the first 48 bits of IPv6."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped is not None:
        known = known.ipv4_mapped
    if isinstance(known, ipaddress.IPv4Address):
        return f"{known.exploded.rpartition('.')[0]}.x"
    return f"{ipaddress.ip_network((known, 48), strict=False).network_address}/48"
