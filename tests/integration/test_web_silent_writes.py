"""A form sent by somebody who may read a page and not write there ends in a named refusal, never in "saved".

Every form of every page of the office is filled in as its own people see it, and sent by them and by the same role of
other offices: one in the same area, one whose area lies around it, one far away. The database counts what each wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from berdaya.access.models import Office
from tests import web_world
from tests.integration.test_web_matrix import ABOVE, OWN, arguments, client_of, every_route
from tests.integration.test_web_matrix import world as world  # noqa: PLC0414 - the fixture of the matrix
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day", "own_files")]
QUIET = {"django_session", "audit_auditentry", "access_savedview", "access_account"}
"""Written by every request or about the reader's own account."""
TODAY = date(2025, 6, 20)
MOST_TABS = 8
_TABS = re.compile(r'href="(\?[^"#]+|/[^"#]+\?[^"#]+)')


@dataclass
class Form:
    """One form of a page: where it goes and what it sends when it is filled in."""

    action: str
    sent: list[tuple[str, str]] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        return self.action, tuple(sorted({name for name, _ in self.sent}))


class _Forms(HTMLParser):
    """Forms that post, each input with what stands in it or with something that fits its type."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._select = ""
        self._options: list[tuple[str, bool]] = []
        self._radios: set[str] = set()
        self._area = ""

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attrs = {name: value or "" for name, value in given}
        if tag == "form":
            post = attrs.get("method", "get").lower() == "post"
            self._open = Form(urljoin(self.address, attrs.get("action", ""))) if post else None
            self._radios = set()
        if self._open is None:
            return
        name = attrs.get("name", "")
        if tag == "input" and name and name != "csrfmiddlewaretoken":
            self._input(name, attrs)
        elif tag == "textarea" and name:
            self._open.sent.append((name, "Alasan yang cukup panjang"))
        elif tag == "select" and name:
            self._select, self._options = name, []
        elif tag == "option" and self._select:
            self._options.append((attrs.get("value", ""), "selected" in attrs))
        elif tag == "button" and name:
            # A form with several buttons is several forms.
            self.forms.append(Form(self._open.action, [*self._open.sent, (name, attrs.get("value", ""))]))

    def _input(self, name: str, attrs: dict[str, str]) -> None:
        assert self._open is not None
        kind, value = attrs.get("type", "text"), attrs.get("value", "")
        if kind == "radio":
            if name not in self._radios or "checked" in attrs:
                self._radios.add(name)
                self._open.sent = [pair for pair in self._open.sent if pair[0] != name]
                self._open.sent.append((name, value))
            return
        if kind in {"file", "submit", "reset"}:
            return
        made = {"date": TODAY.isoformat(), "time": "09:00", "number": attrs.get("min") or "1", "month": "2025-06"}
        usual = "on" if kind == "checkbox" else "1" if "inputmode" in attrs else "Isian uji"
        self._open.sent.append((name, value or made.get(kind, usual)))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select and self._open is not None:
            chosen = [value for value, selected in self._options if selected and value]
            some = chosen or [value for value, _ in self._options if value] or [""]
            self._open.sent.append((self._select, some[0]))
            self._select = ""
        if tag == "form" and self._open is not None:
            self.forms.append(self._open)
            self._open = None


def forms_of(client: Client, kind: str, world: World) -> Iterator[Form]:
    """Forms of all pages that a role opens in its own office, tabs of one page included."""
    for route in sorted(OWN[kind] & set(every_route())):
        first = reverse(route, args=arguments(route, world))
        waiting, seen = [first], {first}
        while waiting and len(seen) <= MOST_TABS:
            address = waiting.pop()
            response = client.get(address)
            if response.status_code != 200 or not response.headers["Content-Type"].startswith("text/html"):
                continue
            page = response.content.decode()
            reader = _Forms(address)
            reader.feed(page)
            yield from reader.forms
            tabs = {urljoin(address, link.replace("&amp;", "&")) for link in _TABS.findall(page)}
            fresh = {tab for tab in tabs if urlsplit(tab).path == first} - seen
            seen |= fresh
            waiting += sorted(fresh)


@dataclass
class Sent:
    """What came of one form: status, where it led, rows written besides the trail."""

    status: int
    location: str
    rows: int
    file: bool

    @property
    def as_if_saved(self) -> bool:
        return self.status in {200, 302} and not self.rows and not self.file

    @property
    def refused(self) -> bool:
        return self.status >= 400


def rows_written() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables"
            " WHERE relname <> ALL (%s)",
            [list(QUIET)],
        )
        return int(cursor.fetchone()[0])


class _UndoneError(Exception):
    """Takes back what a form wrote, so that every form meets the same world."""


def send(client: Client, form: Form) -> Sent:
    """Send a form, count what was written in its transaction, and take everything back."""
    body: dict[str, list[str]] = {}
    for name, value in form.sent:
        body.setdefault(name, []).append(value)
    found: list[Sent] = []
    cookies = client.cookies.copy()
    try:
        with transaction.atomic():
            before = rows_written()
            client.raise_request_exception = False
            response = client.post(urlsplit(form.action).path, body)
            written, file = rows_written() - before, "Content-Disposition" in response.headers
            found.append(Sent(response.status_code, response.headers.get("Location", ""), written, file))
            raise _UndoneError
    except _UndoneError:
        pass
    client.cookies = cookies
    return found[0]


PLACES = {
    "same area": ("diskop", web_world.KABUPATEN),
    "wider area": ("prov", 3500000000),
    "other area": ("bondowoso", 3511000000),
}
"""Where the readers' offices lie: beside the office of the pages, around it, far away."""
WROTE = {"operator": 50, "head": 10, "supervisor": 10, "group_officer": 3, "trainer": 1}
"""Of the forms of a role, at least so many are saved as they are filled in here: a refusal then says something."""
SELF = ("/bahasa", "/keluar", "/masuk", "/peran", "/akun", "/tampilan/", "/kelompok/nilai/", "/perangkat/antrean/")
"""Forms about the reader or the reader's own office, whatever page they stand on."""


@pytest.mark.parametrize("kind", sorted(OWN))
def test_nobody_is_told_saved_where_nothing_was_written(kind: str, world: World) -> None:
    own = client_of(world.office, kind, world)
    outsiders = {}
    for where, (code, area) in PLACES.items():
        office = Office.objects.create(code=code, name=f"Dinas {code}", area=area)
        if not (kind in ABOVE and where != "other area"):  # for these the area counts, not the office
            outsiders[where] = client_of(office, kind, world, area=area, own=False)
    silent, broken, seen, wrote = [], [], set(), 0
    for form in forms_of(own, kind, world):
        if form.key in seen or form.action.startswith(SELF):
            continue
        seen.add(form.key)
        at_home = send(own, form)
        wrote += bool(at_home.rows)
        broken += [form] if at_home.status >= 500 else []
        for where, client in outsiders.items():
            came = send(client, form)
            if came.as_if_saved:
                silent.append((where, form, came))
            elif came.status >= 500:
                broken.append(form)
    assert silent == []
    assert broken == []
    assert wrote >= WROTE.get(kind, 0), "the forms are filled in well enough to be saved at home"
