"""``python -m tests.journeys.shots OUT``: a picture of every page of every role, at desk and phone width.

For people who look: dull, crowded and broken pages show in a picture before any check finds them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import django

from tests.journeys.walked import demo, enter

WIDTHS = (1280, 360)
ROLES = ("operator", "verifikator", "kabid", "kadis", "admin", "auditor", "walikota", "camat", "lurah", "ukpd")
SUBJECTS = ("pendamping", "lembaga", "pengurus", "pelatih")


def main(target: Path, language: str = "id", only: tuple[str, ...] = ()) -> None:
    """Write ``OUT/ROLE/WIDTH/ROUTE.png``; a route that an earlier role showed is left out."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "berdaya.config.settings"
    os.environ.setdefault("BERDAYA_NO_SECRETS", "1")
    django.setup()
    from playwright.sync_api import sync_playwright

    from tests.journeys.crawl import pages_of
    from tests.journeys.walked import chromium

    with demo() as here, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium())
        seen: set[str] = set()
        for who in only or ("", *ROLES, *SUBJECTS):
            context = browser.new_context(base_url=here.url, viewport={"width": WIDTHS[0], "height": 800})
            context.add_cookies([{"name": "django_language", "value": language, "url": here.url}])
            page = context.new_page()
            if who:
                enter(page, who)
            found = pages_of(page, "/" if who else "/pasar/")
            for route, address in found.items():
                if route not in seen or route in {"office:home", "office:programme"}:
                    _shoot(page, address, target / (who or "publik"), route.replace(":", "-"))
            seen |= set(found)
            context.close()
        browser.close()


def _shoot(page: Any, address: str, folder: Path, name: str) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(address)
        place = folder / str(width)
        place.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=place / f"{name}.png", full_page=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3], only=tuple(sys.argv[3:]))
