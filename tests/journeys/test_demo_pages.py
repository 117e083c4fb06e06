"""Every page of every role: axe, narrow phones, both languages; found by following links, so that none is forgotten."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from berdaya.web.messages import CATALOGUE, read_po
from tests.journeys.conftest import check_axe, text_of
from tests.journeys.crawl import pages_of
from tests.journeys.walked import JAKTIM, SITUBONDO, Demo

pytestmark = pytest.mark.journey
Visit = Callable[..., Any]
OFFICE = {
    "office:home", "office:tasks", "office:task", "office:programmes", "office:programme", "office:stage",
    "office:stage-export", "office:decision", "office:approve", "office:report", "office:upload", "office:families",
    "office:families-export", "office:family", "office:classes", "office:classes-export", "office:class",
    "office:handovers", "office:handovers-export", "office:handover", "office:businesses", "office:businesses-export",
    "office:business", "office:groups", "office:groups-export", "office:group", "office:events", "office:exhibition",
    "office:contest", "office:map", "office:documents", "account:roles", "account:help",
}  # fmt: skip
SHOP = {
    "shop:catalogue", "shop:product", "shop:seller", "shop:exhibitions", "shop:exhibition", "shop:figures",
    "account:sign-in",
}  # fmt: skip
ALWAYS = {"office:home", "office:programme", "office:group", "office:business", "office:family", "office:decision"}
"""Pages whose content differs most between roles and schemes: looked at for everybody who reaches them."""
NARROW, PHONE, DESK = 320, 360, 1280
CHROME = "h1, h2, h3, th, dt, legend, label, button, caption, summary, nav a, .b-status, .b-funnel a, figcaption"
INDONESIAN = re.compile(
    r"\b(dan|yang|dengan|belum|tidak|untuk|dari|sudah|atau|oleh|sampai|setiap|usaha|keluarga|kelompok|bantuan|baris"
    r"|terpilih|ditolak|penerima|hari|bulan|tahun|lulus|daftar|tugas|nama|wilayah)\b",
    re.IGNORECASE,
)
ENGLISH = re.compile(
    r"\b(the|and|with|from|this|your|not|yet|has|have|were|family|families|households?|groups?|business|visits?|tasks?"
    r"|search|filter|download|received|selected|members?|months?|unknown|other|every)\b",
    re.IGNORECASE,
)


def look(page: Any, address: str) -> None:
    """The page opens, scrolls nowhere sideways, and axe finds nothing on a desk and on a phone."""
    response = page.goto(address)
    assert response.status == 200, (address, response.status)
    for width in (DESK, PHONE, NARROW):
        page.set_viewport_size({"width": width, "height": 800})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{address} scrolls sideways by {over} px at {width} px"
        if width != NARROW:
            check_axe(page, f"{address} at {width} px")
    page.set_viewport_size({"width": DESK, "height": 800})


@pytest.mark.parametrize(
    ("who", "role"),
    [
        ("operator", ""),
        ("operator", "Kupang"),
        ("operator", "Jakarta Timur"),
        ("kabid", ""),
        ("verifikator", "Jakarta Timur"),
        ("admin", ""),
        ("walikota", ""),
        ("pendamping", "Jakarta Timur"),
        ("lembaga", ""),
        ("pengurus", ""),
        ("pelatih", ""),
        ("", ""),
    ],
)
def test_axe_finds_nothing_on_any_page_a_role_reaches(who: str, role: str, visit: Visit, looked_at: set[str]) -> None:
    page = visit(who, role=role)
    found = reached(page, who, role)
    if (who, role) == ("operator", ""):
        assert OFFICE - set(found) == set(), "no link leads the operator there"
    if not who:
        assert SHOP - set(found) == set(), "no link leads a visitor there"
    for route, address in found.items():
        if route not in looked_at or route in ALWAYS:
            look(page, address)
            looked_at.add(route)


_REACHED: dict[tuple[str, str], dict[str, str]] = {}


def reached(page: Any, who: str, role: str) -> dict[str, str]:
    """The pages of a role; the way to them is walked once, whichever test comes first."""
    if (who, role) not in _REACHED:
        _REACHED[who, role] = pages_of(page, "/" if who else "/pasar/")
    return dict(_REACHED[who, role])


@pytest.fixture(scope="session")
def looked_at() -> set[str]:
    """Routes that an earlier role showed already in this process."""
    return set()


@pytest.mark.parametrize(
    "address",
    [
        f"/program/{SITUBONDO}/daftar/dikecualikan/",
        f"/program/{SITUBONDO}/daftar/ditolak/",
        f"/program/{JAKTIM}/daftar/tunggu/",
        "/usaha/?q=tidakadasamasekali",
        "/usaha/?status=holiday_only",
        "/tugas/?state=selesai&whose=semua",
        "/keluarga/?q=tidakadasamasekali",
    ],
)
def test_axe_finds_nothing_in_rare_states(address: str, visit: Visit) -> None:
    page = visit("operator", role="Jakarta Timur" if JAKTIM in address else "")
    if page.goto(address).status == 404:
        check_axe(page, address)
    else:
        look(page, address)


@pytest.fixture(scope="session")
def catalogue() -> dict[str, str]:
    """Indonesian text -> English text, where they differ."""
    known = read_po(CATALOGUE)
    return {key: text for key, text in known.items() if isinstance(text, str) and key and key != text}


def names(demo: Demo) -> list[str]:
    """What people and places are called: data, in no language of the interface; the longest first."""
    found = demo.ask(
        "SELECT name FROM programmes_programme UNION SELECT name FROM groups_group UNION SELECT name FROM"
        " enterprises_enterprise UNION SELECT name FROM training_trainingclass UNION SELECT name FROM market_exhibition"
        " UNION SELECT name FROM market_contest UNION SELECT name FROM access_office UNION SELECT name FROM"
        " market_product UNION SELECT name FROM market_storefront UNION SELECT name FROM access_account"
        " UNION SELECT title FROM tasks_task UNION SELECT name FROM people_person UNION SELECT title FROM access_role"
        " UNION SELECT title FROM documents_document UNION SELECT name FROM grants_packageitem"
        " UNION SELECT specification FROM grants_packageitem UNION SELECT name FROM grants_asset"
        " UNION SELECT username FROM access_account UNION SELECT name FROM accountability_lpjitem"
        " UNION SELECT said_by FROM grants_confirmation UNION SELECT title FROM devices_taken"
        " UNION SELECT name FROM programmes_offeredprogramme UNION SELECT name FROM enterprises_mentor"
        " UNION SELECT name FROM grants_store UNION SELECT name FROM grants_supplier"
        " UNION SELECT provider FROM programmes_offeredprogramme UNION SELECT form FROM programmes_offeredprogramme"
    )
    return sorted({row[0] for row in found if row[0]}, key=len, reverse=True)


@pytest.mark.parametrize(
    ("who", "role"), [("operator", ""), ("operator", "Jakarta Timur"), ("admin", ""), ("pengurus", ""), ("", "")]
)
def test_english_shows_no_indonesian_and_indonesian_no_english_and_neither_a_raw_code(
    who: str, role: str, visit: Visit, demo: Demo, catalogue: dict[str, str]
) -> None:
    page = visit(who, role=role)
    data = Names(names(demo))
    english = {text for text in catalogue.values() if text not in catalogue}
    found = reached(page, who, role)
    # The field app speaks the language of the field, whatever the office's pages speak.
    found = {route: address for route, address in found.items() if "lapangan" not in address}
    wrong: dict[str, set[str]] = {}
    for language in ("id", "en"):
        page.context.add_cookies([{"name": "django_language", "value": language, "url": demo.url}])
        for route, address in found.items():
            page.goto(address)
            assert page.locator("html").get_attribute("lang") == language, address
            for text in words_of(page, data):
                known = text in (catalogue if language == "en" else english)
                if known or (INDONESIAN if language == "en" else ENGLISH).search(text):
                    wrong.setdefault(f"{language} {route}", set()).add(text)
            if role == RAW_LOOKED_FOR and (raw := raw_codes(text_of(page))):
                wrong.setdefault(f"{language} {route}", set()).update(raw)
    assert wrong == {}


class Names:
    """Takes names out of texts; the frame's texts stand on every page and are looked through once."""

    def __init__(self, names: list[str]) -> None:
        self._names, self._known = names, dict[str, str]()

    def out_of(self, text: str) -> str:
        """``text`` without what is data."""
        if text not in self._known:
            rest = text
            for name in self._names:
                if name in rest:
                    rest = rest.replace(name, "")
            self._known[text] = rest.strip()
        return self._known[text]


def words_of(page: Any, data: Names) -> list[str]:
    """Words of the frame and of every heading, without the names of people, places and programmes."""
    texts = page.eval_on_selector_all(CHROME, "all => all.map(e => e.innerText.trim()).filter(t => t)")
    cleaned = [data.out_of(text) for text in {re.sub(r"\s+", " ", item) for item in texts}]
    return [
        rest
        for rest in cleaned
        if rest and "Bahasa Indonesia" not in rest and rest != "English" and not rest.endswith(".xlsx")
    ]


RAW_LOOKED_FOR = "Jakarta Timur"
"""The office whose pages show every kind of thing."""
WORDS_OF_SHEETS = {"tidak_ditemukan", "tidak_layak", "form_id"}
"""What a cell of an uploaded sheet has to say, told on the page that takes the sheet."""


def raw_codes(text: str) -> set[str]:
    """Codes of the software carry an underscore; names, addresses and files of people do not."""
    words = set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", text))
    return {word for word in words if not word.endswith("_xlsx")} - WORDS_OF_SHEETS | ({"None"} & set(text.split()))
