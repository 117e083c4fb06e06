"""The reference of the API as a person reads it: both languages, axe, both widths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.conftest import check_page

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_the_reference_is_read_without_help(transactional_db: None, open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.goto("/api/docs")
    assert page.locator("html").get_attribute("lang") == "id"
    page.locator('nav a[href="#businesses_business_detail"]').click()
    assert page.locator("#businesses_business_detail").is_visible()
    page.get_by_role("link", name="English").click()
    assert "List of families" in page.inner_text("main")
    for address in ("/api/docs", "/api/docs?lang=en"):
        check_page(page, address)
