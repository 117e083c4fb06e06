"""A buyer without an account, on a phone, without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from berdaya.kernel.scope import Actor
from tests.business_world import World, build, open_shop
from tests.journeys.conftest import check_page, text_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Any]
FIRST_VIEW_BYTES = 300 * 1024


@pytest.fixture
def shop(transactional_db: None, make_actor: Callable[..., Actor], offices: dict[str, int]) -> World:
    return open_shop(build(make_actor, offices))


def test_a_buyer_finds_and_orders_without_scripts(shop: World, open_page: Open) -> None:
    page = open_page(width=360, scripts=False)
    page.goto("/pasar/")
    page.get_by_role("searchbox").fill("krupuk nomer")
    page.get_by_role("button", name="Cari").click()
    assert "4 produk untuk" in text_of(page)
    page.locator(".s-card h3 a").first.click()
    page.get_by_label("Jumlah (bungkus)").fill("3")
    page.get_by_role("button", name="Hitung").click()
    assert "3 bungkus: Rp45.000" in text_of(page)
    link = page.get_by_role("link", name="Pesan lewat WhatsApp").get_attribute("href")
    assert link.startswith("https://wa.me/6281200001234?text=Halo")
    page.get_by_role("link", name="Dapur").first.click()
    assert "berusaha sejak 2024" in text_of(page)


def test_the_first_view_is_light(shop: World, open_page: Open) -> None:
    page = open_page(width=360)
    sizes: dict[str, int] = {}
    page.on("response", lambda answer: sizes.update({answer.url: len(answer.body()) if answer.ok else 0}))
    page.goto("/pasar/")
    page.wait_for_load_state("networkidle")
    assert len(sizes) >= 3, "the page, its style sheet and its font"
    assert sum(sizes.values()) <= FIRST_VIEW_BYTES, sizes
    assert not [url for url in sizes if url.endswith(".js")], "a buyer needs no script"


def test_axe_finds_nothing_in_the_shop(shop: World, open_page: Open) -> None:
    page = open_page()
    page.goto("/pasar/")
    product = page.locator(".s-card h3 a").first.get_attribute("href")
    page.goto(product)
    seller = page.locator(".s-product .s-meta a").first.get_attribute("href")
    page.goto("/pasar/pameran/")
    exhibition = page.locator(".s-events h3 a").first.get_attribute("href")
    for address in (
        "/pasar/",
        "/pasar/?q=tidakada",
        "/pasar/?q=krupuk&izin=nib",
        product,
        seller,
        "/pasar/pameran/",
        exhibition,
        "/pasar/angka/",
    ):
        check_page(page, address)
