"""A real browser, the whole server, and axe on every page that a journey visits."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from tests import web_world
from tests.journeys import walked
from tests.journeys.field_phone import Phone
from tests.journeys.field_proxy import Line, between
from tests.journeys.walked import Demo
from tests.web_world import World

# Playwright keeps an event loop in the thread of the test; the ORM is used there for given and then, never inside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
BUNDLE = ROOT / "src" / "berdaya" / "web" / "static" / "build" / "office.css"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 320)
PATIENCE_MS = 90_000
"""Only how long a failure takes: a machine that does other work as well may need most of it."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One browser for all journeys; skipped where neither browser nor bundles are there."""
    if os.environ.get("BERDAYA_NO_BROWSER") == "1":
        pytest.skip("no browser on this machine")
    sync_api = pytest.importorskip("playwright.sync_api")
    if os.environ.get("BERDAYA_NO_BROWSER") == "1":
        pytest.skip("no browser on this machine")
    _rest_after_clicks(sync_api.Locator)
    if not BUNDLE.exists() or not AXE.exists():
        pytest.skip("run ./berdaya setup first: the bundles are missing")
    with sync_api.sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(executable_path=walked.chromium())
        except sync_api.Error as error:
            pytest.skip(f"no Chromium: {str(error).splitlines()[0]}")
        yield started
        started.close()


def _rest_after_clicks(locator: Any) -> None:
    """A click is over when the page that it led to stands, its scripts included; Playwright waits for its head."""
    plain = locator.click
    if hasattr(plain, "__wrapped__"):
        return

    @wraps(plain)
    def click(self: Any, **options: Any) -> None:
        plain(self, **options)
        self.page.wait_for_load_state()

    locator.click = click


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    """An office with three of everything, on the day on which a demo stands still."""
    with override_settings(BERDAYA_TODAY=web_world.TODAY):
        yield web_world.build(3)


@pytest.fixture
def open_page(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """``open_page(width=320, scripts=False)``: a new person at a browser; console errors fail the test."""
    with people_at(browser, live_server.url) as make:
        yield make


@pytest.fixture(scope="session")
def demo(browser: Any) -> Iterator[Demo]:
    """Three programmes walked by the real services, served by the real server to this process alone."""
    with walked.demo() as running:
        yield running


@pytest.fixture
def visit(browser: Any, demo: Demo) -> Iterator[Callable[..., Any]]:
    """``visit("operator")``: a new person at the demo, signed in by the button of that login; "" stays outside."""
    with people_at(browser, demo.url) as make:

        def enter(who: str = "", *, role: str = "", **options: Any) -> Any:
            page = make(**options)
            if who:
                walked.enter(page, who)
            if role:
                walked.take_role(page, role)
            return page

        yield enter


@pytest.fixture
def line(demo: Demo) -> Iterator[Line]:
    """The line between a phone and the demo's server, which a test may cut or falsify."""
    # An account has five phones at most; each test brings one more.
    demo.forget_phones()
    with between(demo.url) as made:
        yield made


@pytest.fixture
def phone(browser: Any, line: Line, tmp_path: Path) -> Iterator[Phone]:
    """A mentor's phone that is switched on and knows nobody yet."""
    with Phone(browser, line, tmp_path / "profil") as made:
        yield made


@contextmanager
def people_at(browser: Any, url: str) -> Iterator[Callable[..., Any]]:
    """Makes people at a browser; what their consoles complain about in the meantime fails the test."""
    contexts: list[Any] = []
    errors: list[str] = []

    def make(*, width: int = 1280, scripts: bool = True) -> Any:
        context = browser.new_context(
            base_url=url, viewport={"width": width, "height": 800}, java_script_enabled=scripts, locale="id-ID",
            reduced_motion="reduce",  # what fades has no colour of its own yet, and axe would measure it
        )  # fmt: skip
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: _stays_here(request.url, url, errors))
        return page

    yield make
    for context in contexts:
        context.close()
    assert [text for text in errors if "status of 4" not in text] == []


def _stays_here(url: str, home: str, errors: list[str]) -> None:
    if not url.startswith((home, "about:", "blob:")):
        errors.append(f"a request leaves the machine: {url}")


def sign_in(page: Any, username: str, password: str = web_world.PASSWORD) -> None:
    """Given a person who has signed in."""
    page.goto("/masuk/")
    page.get_by_label("Nama pengguna").fill(username)
    page.locator("#id_password").fill(password)
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_url(lambda url: "/masuk/" not in url)


def check_page(page: Any, address: str) -> None:
    """Axe finds nothing, and nothing scrolls sideways, on a desk and on the narrowest phone."""
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})
    response = page.goto(address)
    assert response.status < 400, (address, response.status)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{address} scrolls sideways by {over} px at {width} px"
        check_axe(page, f"{address} at {width} px")
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})


def check_axe(page: Any, where: str) -> None:
    """Axe on the page as it stands, once it has begun: the field app draws its first screen itself."""
    page.locator("h1").first.wait_for(state="attached")
    # Evaluated through the debugger's door: the page's own policy would rightly refuse a foreign script.
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_axe())
    # No rule of these reads style sheets or media by themselves: nothing is fetched a second time.
    options = {"runOnly": TAGS, "resultTypes": ["violations"], "preload": False}
    found = page.evaluate("options => axe.run(options).then(result => result.violations)", options)
    told = [f"{item['id']}: {[node['target'] for node in item['nodes']][:3]}" for item in found]
    assert told == [], where


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def text_of(page: Any) -> str:
    """All words of the page in one line."""
    return re.sub(r"\s+", " ", page.inner_text("body"))
