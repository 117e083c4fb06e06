"""The shop as a visitor without an account meets it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from berdaya.kernel.scope import Actor
from berdaya.web.shop import filters
from tests.business_world import World, build, open_shop

pytestmark = pytest.mark.django_db
FORBIDDEN = re.compile(r"miskin|desil|ppks|pmks|fakir|disabil|\bNIK\b|\bKK\b|\bKUBE\b|poverty|poor", re.IGNORECASE)


@pytest.fixture
def world(make_actor: Callable[..., Actor], offices: dict[str, int]) -> World:
    return open_shop(build(make_actor, offices))


def links(html: str, start: str) -> list[str]:
    return sorted(set(re.findall(rf'href="({start}[^"?]+)"', html)))


@pytest.mark.usefixtures("world")
class TestPages:
    def test_every_page_opens_and_says_nothing_of_a_case(self, client: Client) -> None:
        home = client.get("/pasar/").content.decode()
        found = [
            *links(home, "/pasar/produk/"),
            *links(home, "/pasar/penjual/"),
            *links(client.get("/pasar/pameran/").content.decode(), "/pasar/pameran/[0-9a-f]"),
        ]
        pages = ["/pasar/", "/pasar/pameran/", "/pasar/angka/", *found]
        pages += links(client.get(found[0]).content.decode(), "/pasar/penjual/")
        assert len(pages) >= 8
        for address in pages:
            answer = client.get(address)
            assert answer.status_code == 200, address
            body = answer.content.decode()
            assert not FORBIDDEN.search(body), (address, FORBIDDEN.search(body))
            assert "<script" not in body, address
            assert "style=" not in body, address

    def test_a_name_with_tags_is_text(self, client: Client) -> None:
        body = client.get("/pasar/").content.decode()
        assert "<b>nomor</b>" not in body
        assert "&lt;b&gt;nomor&lt;/b&gt;" in body

    def test_the_order_is_filled_in(self, client: Client) -> None:
        (address, *_) = links(client.get("/pasar/").content.decode(), "/pasar/produk/")
        body = client.get(address, {"jumlah": "3"}).content.decode()
        (link,) = re.findall(r'href="(https://wa\.me/[^"]+)"', body)
        parts = urlsplit(link.replace("&amp;", "&"))
        assert parts.path == "/6281200001234"
        text = parse_qs(parts.query)["text"][0]
        assert "sebanyak 3 bungkus" in text
        assert address.rpartition("-")[2].strip("/").upper() in text
        assert "Rp45.000" in body

    @pytest.mark.parametrize(
        ("asked", "shown"), [("99", "5"), ("0", "1"), ("-3", "1"), ("x", "1"), ("²", "1"), ("", "1")]
    )
    def test_a_quantity_stays_within_the_stock(self, client: Client, asked: str, shown: str) -> None:
        (address, *_) = links(client.get("/pasar/").content.decode(), "/pasar/produk/")
        assert f"sebanyak {shown} bungkus" in client.get(address, {"jumlah": asked}).content.decode()

    def test_no_number_no_badge(self, client: Client) -> None:
        body = client.get("/pasar/").content.decode()
        assert "9999000000001" in body
        assert "halal sekali" not in body

    def test_a_messenger_finds_title_and_picture(self, client: Client) -> None:
        (address, *_) = links(client.get("/pasar/").content.decode(), "/pasar/produk/")
        body = client.get(address).content.decode()
        assert 'property="og:title"' in body
        image = client.get(urlsplit(re.findall(r'og:image" content="([^"]+)"', body)[0]).path)
        assert image["Content-Type"] == "image/png"
        assert image.content.startswith(b"\x89PNG")
        assert len(image.content) < 60_000

    @pytest.mark.parametrize(
        "address",
        [
            "/pasar/produk/tidak-ada/",
            "/pasar/produk/tidak-ada/kartu.png",
            "/pasar/penjual/tidak-ada/",
            "/pasar/pameran/tidak-ada/",
            "/dok/tidak-ada-tidak-ada-tidak-ada/",
        ],
    )
    def test_what_is_not_there(self, client: Client, address: str) -> None:
        assert client.get(address).status_code == 404

    @pytest.mark.parametrize(
        "query",
        ["hal=99999999999", "hal=-1", "daerah=abc", "izin=sim", "kategori='--", "q=%00", "q=" + "a" * 500, "hal=9999"],
    )
    def test_a_strange_address_is_no_error(self, client: Client, query: str) -> None:
        assert client.get(f"/pasar/?{query}").status_code == 200

    def test_search_and_filter_stay_in_the_address(self, client: Client) -> None:
        body = client.get("/pasar/?q=krupuk&daerah=3512000000&izin=nib").content.decode()
        assert "4 produk untuk" in body
        assert 'value="3512000000" selected' in body
        assert "q=krupuk" in body

    @pytest.mark.parametrize(("query", "most"), [("", 3), ("?q=nomor", 4), ("?q=tidakada", 4)])
    def test_a_page_takes_as_many_queries_however_full(self, client: Client, query: str, most: int) -> None:
        """A search takes one more: the hits are put in the order of their likeness."""
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/pasar/{query}")
        assert sum("public_product" in asked["sql"] for asked in queries) <= most

    def test_english(self, client: Client) -> None:
        client.cookies["django_language"] = "en"
        assert '<html lang="en"' in client.get("/pasar/").content.decode()

    def test_the_style_sheet_and_its_patterns_are_small(self) -> None:
        static = Path(__file__).resolve().parents[2] / "src/berdaya/web/static"
        patterns = list((static / "motif").glob("*.svg"))
        assert len(patterns) == 8
        assert sum(path.stat().st_size for path in patterns) < 8_000


class TestQuery:
    def test_an_address_gives_the_query_that_made_it(self) -> None:
        query = filters.parse({"q": "  abon   ikan ", "daerah": "3512000000", "izin": "halal", "hal": "3"})
        assert (
            filters.parse(
                dict(pair.split("=") for pair in query.address().partition("?")[2].replace("+", " ").split("&"))
            )
            == query
        )
        assert filters.parse({}).address() == "/pasar/"

    def test_a_pager_shows_ends_and_neighbours(self) -> None:
        pager = filters.parse({"hal": "10"}).pager(24 * 20)
        assert pager is not None
        assert [item.number if item else None for item in pager.items] == [1, None, 8, 9, 10, 11, 12, None, 20]
        assert filters.parse({}).pager(24) is None


def test_a_small_group_is_never_told(world: World, client: Client) -> None:
    body = client.get("/pasar/angka/").content.decode()
    assert "kurang dari lima usaha" in body
    assert "<rect" not in body
