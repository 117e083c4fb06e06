"""Every kind of page that a person reaches by following links, one address for each."""

from __future__ import annotations

from collections import deque
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

SKIPPED = {
    "office:document-file", "office:file", "office:report-workbook", "shop:share-image", "office:import-template",
    "office:group-books", "office:fund-books-pdf", "office:fund-books-xlsx", "office:member-book-pdf",
    "office:member-books-pdf",
    "office:annex", "office:lpj-paper", "office:class-paper", "office:form-paper",
    "office:class-material",
    "office:fund-meeting-paper", "office:field-report", "office:handover-cards", "office:photo", "office:scan",
    "office:complaint-photo",
    "office:catalogue-book", "office:instrument-xlsform", "office:instrument-paper",
    "office:group-proposal-paper",
    "office:consent-sheet", "office:visit-sheets",
}  # fmt: skip
"""Addresses that answer with a file: nothing to look at in a browser."""


def route_of(address: str) -> str:
    """Name of the route behind a path, and the stage where a route shows several lists; "" where there is none."""
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return ""
    return match.view_name or ""


def pages_of(page: Any, start: str = "/", limit: int = 140) -> dict[str, str]:
    """Route -> first address found, breadth first from ``start``, as the person who is signed in on ``page``.

    Fails where a link leads to a page that is closed to the very person who sees the link.
    """
    found = {route_of(start): start}
    waiting = deque([start])
    origin = {start: "the first page"}
    while waiting and len(found) < limit:
        here = waiting.popleft()
        response = page.goto(here, wait_until="domcontentloaded")
        assert response is not None
        assert response.status == 200, f"{origin[here]} leads to {here}: {response.status}"
        for link in page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))"):
            address = link.partition("#")[0]
            if not address.startswith("/") or address.startswith("/static/"):
                continue
            route = route_of(address)
            if route and route not in found and route not in SKIPPED:
                found[route] = address
                origin[address] = here
                waiting.append(address)
    return found
