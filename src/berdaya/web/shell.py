"""What the frame of an office page shows; made once per request from the actor, without a query of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.access.sessions import idle_seconds
from berdaya.kernel.clock import today
from berdaya.kernel.formats import language
from berdaya.kernel.scope import PUBLIC, Actor
from berdaya.web.session import STAFF_ONLY, frame

KEYS_COOKIE = "pintas"
KEYS_OFF = "mati"


@dataclass(frozen=True)
class NavItem:
    text: str
    href: str
    icon: str
    current: bool = False
    exact: bool = False
    count: int = 0


@dataclass(frozen=True)
class NavPart:
    """Entries under one heading; the first part has none."""

    head: str
    items: tuple[NavItem, ...]


@dataclass(frozen=True)
class Shell:
    home: str
    office: str
    nav: tuple[NavPart, ...]
    search: str
    help: str
    guide: str
    name: str
    role: str
    several: bool
    signed_in: bool
    roles: str
    sign_out: str
    account: str
    idle_seconds: int
    demo: bool
    today: date
    keys_off: bool
    brand: str


def _nav() -> tuple[tuple[str, tuple[tuple[str, str, str, str], ...]], ...]:
    """Heading, then words, route, icon and permission of each entry."""
    return (
        ("", ((_("Beranda"), "office:home", "home", ""), (_("Tugas"), "office:tasks", "tasks", "task.read"))),
        (
            _("Program"),
            (
                (_("Program"), "office:programmes", "programme", "programme.read"),
                (_("Impor"), "office:imports", "upload", "import.run|import.confirm"),
                (_("Keluarga"), "office:families", "family", "family.read"),
                (_("Mungkin sama"), "office:look-alikes", "family", "family.merge"),
                (_("Potensi dan asesmen"), "office:resources", "map", "programme.read"),
                (_("Kelas"), "office:classes", "class", "programme.read|class.read"),
                (_("Penyaluran"), "office:handovers", "goods", "family.read"),
                (_("Kata penerima"), "office:confirmations", "voice", "family.read"),
                (_("LPJ"), "office:lpj-list", "receipt", "family.read|lpj.write"),
                (_("Daftar program kantor"), "office:offers", "document", "referral.manage|family.read"),
            ),
        ),
        (
            _("Setelah bantuan"),
            (
                (_("Usaha"), "office:businesses", "business", "business.read"),
                (_("Kelompok"), "office:groups", "group", "group.read"),
                (_("Dana bergulir"), "office:funds", "receipt", "group.read"),
                (_("Pameran dan lomba"), "office:events", "event", "programme.read"),
                (_("Mitra"), "office:partners", "group", "programme.read"),
                (_("Peta"), "office:map", "map", "business.read"),
            ),
        ),
        (
            _("Kantor"),
            (
                (_("Pengaduan"), "office:complaints", "complaint", "complaint.handle"),
                (_("Dokumen"), "office:documents", "document", "document.read"),
                (_("Pendamping dan HP"), "office:field", "group", "task.manage|mentor.assign"),
                (_("Pemeriksaan harian"), "office:daily", "tasks", "task.manage"),
                (_("Penanda tangan"), "office:signers", "document", "office.manage"),
                (_("Pengguna"), "office:accounts", "key", "account.manage"),
            ),
        ),
    )


def _parts(path: str, actor: Actor) -> tuple[NavPart, ...]:
    parts = []
    for head, entries in _nav():
        items = [_item(path, text, route, icon) for text, route, icon, code in entries if _open(actor, route, code)]
        if items:
            parts.append(NavPart(head, tuple(items)))
    # A page stands under one entry: of `keluarga/` and `keluarga/mirip/` under the one that says more of its address.
    here = max((item.href for part in parts for item in part.items if item.current), key=len, default="")
    return tuple(
        NavPart(part.head, tuple(replace(item, current=item.href == here) for item in part.items)) for part in parts
    )


def _open(actor: Actor, route: str, permission: str) -> bool:
    if route in STAFF_ONLY and actor.kind != "staff":
        return False
    return not permission or any(can(actor, code) for code in permission.split("|"))


def _item(path: str, text: str, route: str, icon: str) -> NavItem:
    href = reverse(route)
    here = path == href or (href != "/" and path.startswith(href))
    return NavItem(text, href, icon, current=here, exact=path == href)


def shell_of(request: HttpRequest) -> Shell:
    """The frame for ``request``."""
    actor: Actor = getattr(request, "actor", PUBLIC)
    kept = frame(request)
    title = cast(list[str], kept.get("title") or ["", ""])[language() == "en"]
    return Shell(
        home=reverse("office:home"),
        office=str(kept.get("office") or _("Program ekonomi produktif")),
        nav=_parts(request.path, actor) if actor.account_id is not None else (),
        search=reverse("office:search") if can(actor, "family.read") else "",
        help=reverse("account:help"),
        guide=reverse("account:guide", args=[actor.role]) if actor.account_id is not None and actor.role else "",
        name=actor.name,
        role=title,
        several=bool(kept.get("several")),
        signed_in=actor.account_id is not None,
        roles=reverse("account:roles"),
        sign_out=reverse("account:sign-out"),
        account=reverse("account:me"),
        idle_seconds=idle_seconds(request) if actor.account_id is not None else 0,
        demo=settings.DEMO,
        today=today(),
        keys_off=request.COOKIES.get(KEYS_COOKIE) == KEYS_OFF,
        brand=str(kept.get("brand") or "").removeprefix("#"),
    )
