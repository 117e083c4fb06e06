"""The field app when the line breaks, when the app itself is renewed, and with five hundred families on the phone."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from tests.journeys.field_phone import Phone
from tests.journeys.field_proxy import Line
from tests.journeys.walked import Demo

pytestmark = [pytest.mark.journey]
FAMILIES = 500
MOST_STORAGE = 25 * 1024 * 1024
PART = 262_144


def test_a_reply_that_is_lost_after_the_server_acted_doubles_nothing(phone: Phone, line: Line, demo: Demo) -> None:
    phone.enrol()
    phone.signal(False)
    phone.visit(0, 654_321, photos=1)
    lose = ["/sinkron/kirim/", "/sinkron/berkas/"]

    def once(method: str, path: str, reply: bytes) -> bytes | None:
        for start in lose:
            if method != "GET" and path.startswith(start):
                lose.remove(start)
                return None
        return reply

    line.tamper = once
    phone.signal(True)
    phone.to("kirim")
    for _ in range(40):
        if not lose:
            break
        # A lost reply ends a turn; the button is there again when it has ended.
        phone.page.get_by_role("button", name="Kirim dan ambil sekarang").click()
    phone.send_everything()
    assert line.lost == 2
    visits = demo.ask("SELECT id FROM visits_visit WHERE turnover_idr = 654321")
    assert len(visits) == 1
    assert demo.ask("SELECT state FROM devices_upload WHERE record_id = %s", visits[0][0]) == [("complete",)]


def test_a_newer_app_takes_over_at_the_door_and_keeps_the_draft(phone: Phone, line: Line) -> None:
    phone.enrol()
    phone.page.locator(".f-card").first.click()
    phone.page.locator("[data-path=turnover_idr]").click()
    phone.key_in(321)

    def newer(_method: str, path: str, reply: bytes) -> bytes:
        if path == "/lapangan/pekerja.js":
            return reply.replace(b'"version": "', b'"version": "2-')
        if "/build/field" in path and path.endswith(".js") and b"berdaya-lapangan" in reply:
            return reply + b'\ndocument.documentElement.dataset.edition="2";'
        return reply

    line.tamper = newer
    phone.kept()
    phone.page.goto("about:blank")
    phone.page.goto("/lapangan/")
    phone.page.locator("html[data-edition='2'] .f-pin").wait_for()
    phone.pin()
    phone.page.locator(".f-pad").wait_for()
    assert phone.page.locator(".f-pad__value").inner_text() == "Rp321"
    phone.signal(False)
    phone.page.goto("about:blank")
    phone.page.goto("/lapangan/")
    phone.page.locator("html[data-edition='2'] .f-pin").wait_for()
    assert phone.page.evaluate("caches.keys().then(names => names.length)") == 1


def many(pack: dict[str, Any]) -> dict[str, Any]:
    """The pack with its families repeated until there are five hundred, under other ids, names and figures."""
    chance = random.Random(4)  # noqa: S311 - figures of nobody
    rows = pack["rows"]
    own = [row["id"] for row in rows if row["store"] == "business"]
    fixed = [row for row in rows if row["store"] in {"instrument", "target"}]
    moving = [row for row in rows if row not in fixed]
    made: list[dict[str, Any]] = []
    copies = -(-FAMILIES // len(own))
    for copy in range(copies):
        text = json.dumps(moving)
        for row in moving:
            text = text.replace(row["id"], f"{copy:08x}{row['id'][8:]}")
        made += [varied(row, chance) for row in json.loads(text)]
    return {**pack, "rows": fixed + made}


def varied(row: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Copies would compress far better than real families do."""
    body = row["body"]
    if "name" in body:
        body["name"] = f"{body['name']} {chance.randbytes(6).hex()}"
    if row["store"] == "months":
        body["months"] = [
            [f"{2024 + at // 12}-{at % 12 + 1:02d}", chance.randrange(31), *(chance.randrange(10**7) for _ in range(2))]
            for at in range(24)
        ]
    return dict(row)


def test_five_hundred_families_fit_on_the_phone(phone: Phone, line: Line) -> None:
    def filled(_method: str, path: str, reply: bytes) -> bytes:
        if path.startswith("/sinkron/paket/caseload/"):
            return json.dumps(many(json.loads(reply))).encode()
        return reply

    line.tamper = filled
    phone.enrol()
    phone.page.locator(".f-card").first.wait_for()
    phone.to("catat")
    families = int(phone.page.get_by_text("di HP ini").first.inner_text().split()[0])
    usage = phone.page.evaluate("navigator.storage.estimate().then(told => told.usage)")
    print(f"\n{families} families on the phone: {usage / 1024 / 1024:.2f} MB with the app itself")
    assert families >= FAMILIES
    assert usage < MOST_STORAGE
    phone.to("hari")
    phone.page.get_by_role("searchbox").fill("zzz tidak ada")
    phone.page.get_by_text("Tidak ada nama seperti itu").wait_for()
