"""What the frame of an office page shows; made once per request from the actor, without a query of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from berdaya.kernel.clock import today
from berdaya.kernel.scope import Actor, current_actor

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
    name: str
    role: str
    several: bool
    roles: str
    sign_out: str
    demo: bool
    today: date
    keys_off: bool


def _nav() -> tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]:
    """Heading, then words, route and icon of each entry."""
    return (
        ("", ((_("Beranda"), "office:home", "home"), (_("Tugas"), "office:tasks", "tasks"))),
        (
            _("Program"),
            (
                (_("Program"), "office:programmes", "programme"),
                (_("Keluarga"), "office:families", "family"),
                (_("Kelas"), "office:classes", "class"),
                (_("Penyaluran"), "office:handovers", "goods"),
            ),
        ),
        (
            _("Setelah bantuan"),
            (
                (_("Usaha"), "office:businesses", "business"),
                (_("Kelompok"), "office:groups", "group"),
                (_("Pameran dan lomba"), "office:events", "event"),
                (_("Peta"), "office:map", "map"),
            ),
        ),
        (_("Kantor"), ((_("Dokumen"), "office:documents", "document"), (_("Pengguna"), "account:people", "key"))),
    )


def address(route: str) -> str:
    """Address of a route, or "#" while a route does not exist in this installation."""
    try:
        return reverse(route)
    except NoReverseMatch:
        return "#"


def _item(path: str, text: str, route: str, icon: str) -> NavItem:
    href = address(route)
    here = path == href or (href not in {"/", "#"} and path.startswith(href))
    return NavItem(text, href, icon, current=here, exact=path == href)


def shell_of(request: HttpRequest) -> Shell:
    """The frame for ``request``."""
    actor = current_actor() or Actor()
    return Shell(
        home=address("office:home"),
        office=getattr(request, "office_name", "") or _("Program ekonomi produktif"),
        nav=tuple(NavPart(head, tuple(_item(request.path, *entry) for entry in entries)) for head, entries in _nav()),
        search=address("office:families"),
        help=address("account:help"),
        name=actor.name,
        role=actor.role,
        several=False,
        roles=address("account:roles"),
        sign_out=address("account:sign-out"),
        demo=settings.DEMO,
        today=today(),
        keys_off=request.COOKIES.get(KEYS_COOKIE) == KEYS_OFF,
    )
