"""The field app on a phone without signal: a real browser, its real service worker, the real server.

What the issue says it must show: a day of work offline is on the server once; a routine visit takes eight taps and less
than a minute; the app opens within two seconds on a slow phone; a phone that is cut off wipes itself.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from tests.journeys import field_given, group_given
from tests.journeys.conftest import AXE
from tests.journeys.field_phone import PIN, Phone
from tests.journeys.walked import JAKTIM, Demo
from tests.patience import best, crowded

pytestmark = [pytest.mark.journey]
MOST_TAPS, MOST_SECONDS = 8, 60
OPENS_WITHIN, SLOWER = 2.0, 4
MOST_PHOTO = 200 * 1024
NOW = 20
"""Version of the storage as IndexedDB counts: the app's own times ten."""


def test_a_routine_visit_takes_eight_taps_and_less_than_a_minute(phone: Phone) -> None:
    phone.enrol()
    phone.signal(False)
    phone.page.goto("about:blank")
    phone.page.goto("/lapangan/")
    phone.page.locator(".f-pin").wait_for()
    phone.human, phone.taps, phone.digits = True, 0, 0
    opened = time.monotonic()
    phone.pin()
    phone.page.locator(".f-card").first.wait_for()
    unlocked, started, phone.digits = phone.digits, time.monotonic(), 0
    phone.tap(".f-card")
    if phone.page.locator("[data-path=advice_check]").count():
        phone.tap("#f-advice_check-done")
    phone.tap("[data-path=turnover_idr]")
    phone.key_in(1_650_000)
    phone.tap(".f-pad__go")
    phone.key_in(820_000)
    phone.tap(".f-pad__close")
    phone.tap(phone.page.get_by_role("button", name="Sisanya sama"))
    phone.tap(phone.page.get_by_role("button", name="Cari pembeli baru"))
    phone.save()
    ended = time.monotonic()
    seconds = ended - started
    phone.page.locator(".f-tabs").wait_for()
    print(f"\nroutine visit: {phone.taps} taps, {phone.digits} digits, {seconds:.1f} s at human speed")
    print(f"from the closed app: {unlocked} digits of the PIN before, {ended - opened:.1f} s in all")
    phone.says("menunggu 1")
    assert phone.taps <= MOST_TAPS
    whole = ended - opened
    # Both are far below on a phone of one's own; a crowded machine may stretch them, the thumb's pauses included.
    assert seconds <= MOST_SECONDS or seconds <= MOST_SECONDS * crowded()
    assert whole <= MOST_SECONDS or whole <= MOST_SECONDS * crowded(), "with the PIN it is still a minute"


def cold_start(phone: Phone) -> tuple[float, float]:
    """Seconds from a closed browser to the door, and from the PIN to the day's list."""
    phone.off()
    phone.on()
    phone.signal(False)
    slow = phone.context.new_cdp_session(phone.page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    started = time.monotonic()
    phone.page.goto("/lapangan/", wait_until="commit")
    phone.page.locator(".f-pin").wait_for()
    opened = time.monotonic() - started
    phone.pin()
    started = time.monotonic()
    phone.page.locator(".f-card").first.wait_for()
    return opened, time.monotonic() - started


def test_a_cold_start_offline_on_a_slow_phone(phone: Phone) -> None:
    phone.enrol()
    took, limit = best(lambda: sum(cold_start(phone)), OPENS_WITHIN)
    print(f"\ncold start offline, CPU {SLOWER}x slower: {took:.2f} s from the closed app to the day's list")
    assert took < limit


def test_killed_in_mid_form_it_comes_back_to_the_same_field(phone: Phone) -> None:
    phone.enrol()
    phone.signal(False)
    phone.page.locator(".f-card").first.click()
    name = phone.page.locator(".f-top h1").inner_text()
    phone.page.locator("[data-path=turnover_idr]").click()
    phone.key_in(450)
    phone.kept()
    phone.off()
    phone.on()
    phone.signal(False)
    phone.unlock()
    assert phone.page.locator(".f-top h1").inner_text() == name
    assert phone.page.locator(".f-pad__value").inner_text() == "Rp450"
    assert phone.page.locator(".f-pad__label").inner_text() == "Omzet"
    phone.page.locator(".f-pad__close").click()
    phone.page.locator("summary", has_text="Ada kendala?").click()
    phone.page.get_by_label("Kendala utama").fill("Hujan te")
    phone.kept()
    phone.off()
    phone.on()
    phone.unlock()
    assert phone.page.get_by_label("Kendala utama").input_value() == "Hujan te"
    assert phone.page.evaluate("document.activeElement.id") == "f-problem"


def test_a_pin_guards_and_five_minutes_lock(phone: Phone) -> None:
    phone.enrol()
    phone.page.clock.install()
    phone.unlock()
    phone.page.clock.fast_forward("03:30")
    assert phone.page.locator(".f-tabs").is_visible()
    phone.page.clock.fast_forward("01:35")
    phone.page.locator(".f-pin").wait_for()
    for left in (4, 3, 2, 1):
        phone.pin("111222")
        phone.page.get_by_text(f"PIN salah. {left} kali lagi").wait_for()
    phone.pin("111222")
    phone.page.get_by_text("Tunggu 30 detik").wait_for()
    phone.pin(PIN)
    phone.page.get_by_text("Tunggu").wait_for()
    assert phone.page.locator(".f-tabs").count() == 0
    phone.page.clock.fast_forward("00:31")
    phone.pin(PIN)
    phone.page.locator(".f-tabs").wait_for()


READ_ALL = """() => new Promise((resolve, reject) => {
  const open = indexedDB.open('berdaya-lapangan');
  open.onerror = reject;
  open.onsuccess = async () => {
    const db = open.result, all = {};
    for (const name of db.objectStoreNames) {
      const [rows, keys] = await Promise.all(['getAll', 'getAllKeys'].map((way) => new Promise((done) => {
        const ask = db.transaction(name).objectStore(name)[way]();
        ask.onsuccess = () => done(ask.result);
      })));
      all[name] = rows;
    }
    const version = db.version;
    db.close();
    resolve({version, counts: Object.fromEntries(Object.entries(all).map(([name, rows]) => [name, rows.length])),
             sizes: (all.files ?? []).map((row) => row.size),
             clear: JSON.stringify(all, (key, value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
               ? new TextDecoder('latin1').decode(value) : value)});
  };
})"""


def test_nothing_readable_lies_on_the_phone(phone: Phone) -> None:
    phone.enrol()
    phone.signal(False)
    names = [text.splitlines()[0] for text in phone.page.locator(".f-card__name").all_inner_texts()]
    assert len(names) > 3
    phone.page.locator(".f-card").first.click()
    phone.page.locator("summary", has_text="Ada kendala?").click()
    phone.page.get_by_label("Kendala utama").fill("Rahasia keluarga ini")
    phone.photo("photos", 1)
    kept = phone.page.evaluate(READ_ALL)
    assert kept["counts"]["drafts"] == 1
    assert kept["counts"]["files"] == 1
    assert all(size <= MOST_PHOTO for size in kept["sizes"]), kept["sizes"]
    for secret in (*names, "Rahasia", "bdd_", "JFIF", PIN):
        assert secret not in kept["clear"], f"{secret!r} stands readable in IndexedDB"


DOWNGRADE = """() => new Promise((resolve, reject) => {
  const open = indexedDB.open('berdaya-lapangan');
  open.onsuccess = async () => {
    const db = open.result, all = {}, shapes = {};
    for (const name of db.objectStoreNames) {
      const store = db.transaction(name).objectStore(name);
      shapes[name] = [store.keyPath, [...store.indexNames].map((index) => [index, store.index(index).keyPath])];
      all[name] = await new Promise((done) => { const ask = store.getAll(); ask.onsuccess = () => done(ask.result); });
    }
    db.close();
    for (const person of all.people) delete person.used_at;
    indexedDB.deleteDatabase('berdaya-lapangan').onsuccess = () => {
      const old = indexedDB.open('berdaya-lapangan', 10);
      old.onupgradeneeded = () => {
        for (const [name, [keyPath, indexes]] of Object.entries(shapes)) {
          const store = old.result.createObjectStore(name, {keyPath});
          for (const [index, path] of indexes) if (index !== 'used_at') store.createIndex(index, path);
        }
      };
      old.onerror = reject;
      old.onsuccess = () => {
        const write = old.result.transaction(Object.keys(all), 'readwrite');
        for (const [name, rows] of Object.entries(all)) for (const row of rows) write.objectStore(name).put(row);
        write.oncomplete = () => { old.result.close(); resolve(true); };
      };
    };
  };
})"""


def test_storage_of_an_older_version_is_upgraded(phone: Phone) -> None:
    phone.enrol()
    phone.signal(False)
    phone.visit(0, 1_200_000, photos=1)
    phone.to("isi/visit/" + _first_business(phone))
    phone.page.locator("summary", has_text="Ada kendala?").click()
    phone.page.get_by_label("Kendala utama").fill("Alat rusak")
    phone.kept()
    age_storage(phone)
    phone.unlock()
    assert phone.page.get_by_label("Kendala utama").input_value() == "Alat rusak"
    phone.page.get_by_role("button", name="Kembali").click()
    phone.says("menunggu 1")
    after = phone.page.evaluate(READ_ALL)
    assert after["version"] == NOW
    assert (after["counts"]["records"], after["counts"]["drafts"], after["counts"]["files"]) == (1, 1, 1)


def age_storage(phone: Phone) -> None:
    """What is on the phone as the first edition of the app kept it."""
    style = phone.page.evaluate("document.querySelector('link[rel=stylesheet]').href")
    phone.page.goto(style)  # a page of the phone's own without the app: nothing holds the database open
    assert phone.page.evaluate(DOWNGRADE)
    assert phone.page.evaluate("indexedDB.databases().then(all => all.map(one => one.version))") == [10]


def _first_business(phone: Phone) -> str:
    phone.to("pilih/visit")
    return str(phone.page.locator(".f-card").nth(1).get_attribute("href")).rsplit("/", 1)[1]


def test_a_phone_that_is_cut_off_wipes_itself(phone: Phone, demo: Demo) -> None:
    phone.enrol()
    phone.signal(False)
    phone.visit(0, 900_000)
    demo.forget_phones()
    phone.signal(True)
    phone.page.get_by_text("HP ini diputus oleh kantor").wait_for()
    kept = phone.page.evaluate(READ_ALL)
    assert set(kept["counts"].values()) == {0}
    phone.page.goto("/lapangan/")
    phone.page.get_by_text("Siap bekerja tanpa sinyal").wait_for()


TARGETS = """() => [...document.querySelectorAll('button, a, input, textarea, summary')]
  .filter((node) => node.checkVisibility() && !node.classList.contains('f-unseen') && node.getClientRects().length)
  .map((node) => [node.innerText || node.ariaLabel || node.id, node.getBoundingClientRect()])
  .filter(([, box]) => box.height < 48 || box.width < 44)
  .map(([name, box]) => `${name}: ${Math.round(box.width)} x ${Math.round(box.height)}`)"""


def check_screen(phone: Phone, where: str) -> None:
    """Axe with contrast 7:1, targets of 48 px, nothing to scroll sideways."""
    page = phone.page
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    rules = {
        "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"],
        "rules": {"color-contrast-enhanced": {"enabled": True}},
    }
    found = page.evaluate("rules => axe.run(rules).then(result => result.violations)", rules)
    assert [(item["id"], [node["target"] for node in item["nodes"]][:3]) for item in found] == [], where
    assert page.evaluate(TARGETS) == [], where
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0, where


def test_every_page_is_readable_in_the_sun_and_by_thumb(phone: Phone) -> None:
    phone.page.goto("/lapangan/")
    phone.page.locator(".f-gate").wait_for()
    check_screen(phone, "invitation")
    phone.enrol()
    phone.page.set_viewport_size({"width": 320, "height": 640})
    for tab in ("hari", "catat", "kirim", "saya"):
        phone.to(tab)
        phone.page.locator(f".f-tab[href='#/{tab}'][aria-current=page]").wait_for()
        check_screen(phone, tab)
    phone.to("hari")
    phone.page.locator(".f-card").first.click()
    for fold in phone.page.locator("summary").all():
        fold.click()
    check_screen(phone, "visit")
    phone.page.locator("[data-path=turnover_idr]").click()
    check_screen(phone, "number pad")


def hand_over(phone: Phone, card: str) -> None:
    """The last family of the queue, found by the code on her card: goods, photo, two signatures."""
    page = phone.page
    phone.to("pilih/handover")
    page.get_by_role("button", name="Pindai kartu").click()
    page.get_by_label("Ketik kode kartu").fill(card)
    page.get_by_role("button", name="Cari kode").click()
    page.get_by_role("button", name="Semua lengkap dan baik").click()
    phone.photo("photo", 7)
    phone.sign("strokes")
    phone.sign("giver")
    phone.save()
    page.locator(".f-tabs").wait_for()


def meet(phone: Phone) -> tuple[int, int]:
    """A meeting of the treasurer's group: everybody is here and saves, cash counted, two sign; members and cash."""
    page = phone.page
    phone.to("pilih/meeting")
    page.locator(".f-card").first.click()
    page.get_by_role("button", name="Semua hadir").click()
    members = page.locator("[aria-checked=true]").count()
    phone.save()
    page.locator(".f-pay__sum").first.click()
    for number in range(members):
        phone.key_in(10_000)
        page.locator(".f-pad__go").click()
        assert number == members - 1 or page.locator(".f-pad").is_visible()
    for _ in range(4):
        phone.save()
    page.get_by_role("heading", name="Tutup buku").wait_for()
    lines = page.locator(".f-aloud li").all_inner_texts()
    assert all(len(line.split()) <= 12 for line in lines), lines
    assert any(f"{members} orang menabung" in line for line in lines), lines
    page.locator("[data-path=counted_idr]").click()
    page.locator(".f-pad__last").click()
    cash = int(re.sub(r"\D", "", page.locator(".f-pad__value").inner_text()))
    page.locator(".f-pad__close").click()
    phone.save()
    for seat in range(2):
        page.locator("[data-path^='signed.']").nth(seat).get_by_role("button", name="Tanda tangan").click()
        phone.sign(str(page.locator("[data-path^='sign_file.']").nth(seat).get_attribute("data-path")))
    phone.save()
    page.locator(".f-tabs").wait_for()
    return members, cash


OFFICER, TREASURER, MENTOR = "Rina Lestari", "Maria Tefa", "Sri Wahyuni"
OFFICER_PIN, TREASURER_PIN = "904417", "731059"


def at_the_handover(phone: Phone, demo: Demo, called: int) -> None:
    """The officer of the same phone: who is held back gets nothing, the next one everything."""
    page = phone.page
    phone.unlock(OFFICER, OFFICER_PIN)
    phone.to("pilih/handover")
    assert page.locator(".f-card").count() == called
    slots = "FROM grants_handoverslot s JOIN grants_handoverday d ON d.id = s.day_id WHERE d.place = %s AND s.barred"
    barred = demo.one(f"SELECT s.number {slots} <> '' ORDER BY s.number LIMIT 1", field_given.PLACE)
    page.locator(".f-card", has_text=f"antrean {barred} ").click()
    page.get_by_text("Jangan serahkan").wait_for()
    page.get_by_role("button", name="Kembali").click()
    hand_over(phone, demo.one(f"SELECT s.card {slots} = '' ORDER BY s.number LIMIT 1", field_given.PLACE))
    phone.says("menunggu 1")
    assert page.locator(".f-card").count() == called - 1


def test_a_whole_day_without_signal_is_on_the_server_once(phone: Phone, demo: Demo) -> None:
    """Ten visits, thirty photos, a meeting and a handover by three people on one phone; each sees the own work only."""
    called = field_given.handover_day(demo, JAKTIM, "Jakarta Timur")
    group_given.free_day(demo)
    phone.enrol("operator", role="Jakarta Timur", pin=OFFICER_PIN)
    phone.enrol()
    phone.enrol("pengurus", role="", pin=TREASURER_PIN)
    before = facts(demo)
    phone.signal(False)
    phone.unlock(MENTOR)
    for number in range(5):
        phone.visit(number, 1_000_000 + number, photos=3)
    phone.off()  # the battery at noon
    phone.on()
    phone.unlock(TREASURER, TREASURER_PIN)
    members, cash = meet(phone)
    phone.says("menunggu 1")
    age_storage(phone)  # and what noon found on the phone was of an older edition
    phone.unlock(MENTOR)
    phone.says("menunggu 5")
    for number in range(5, 10):
        phone.visit(number % 8, 1_000_000 + number, photos=3, back_days=1 if number > 7 else 0)
    phone.says("menunggu 10")
    at_the_handover(phone, demo, called)
    kept = phone.page.evaluate(READ_ALL)
    assert (kept["version"], kept["counts"]["records"], kept["counts"]["files"]) == (NOW, 12, 30 + 2 + 1)
    assert facts(demo) == before
    files = everything_sent(phone)
    assert len(files) == 33
    assert all(len(file) <= MOST_PHOTO for file in files)
    assert sum(file.startswith(b"\xff\xd8") for file in files) == 31
    assert not any(b"Exif" in file or b"Kamera" in file for file in files), "position and camera stay on the phone"
    after = {"visits": 10, "meetings": 1, "handovers": 1, "handover photos": 1, "uploads": 33}
    assert {name: count - before[name] for name, count in facts(demo).items()} == after
    rows = demo.ask("SELECT turnover_idr FROM visits_visit WHERE turnover_idr BETWEEN 1000000 AND 1000009 ORDER BY 1")
    assert [row[0] for row in rows] == list(range(1_000_000, 1_000_010))
    met = demo.ask("SELECT state, counted_idr FROM funds_meeting ORDER BY recorded_at DESC LIMIT 1")
    assert met == [("posted", cash)]
    told = demo.ask("SELECT DISTINCT outcome, code FROM devices_fieldrecord WHERE device_id = ANY (%s)", devices(demo))
    assert told == [("new", "")]
    kept = phone.page.evaluate(READ_ALL)["counts"]
    assert (kept["files"], kept["records"], kept["drafts"]) == (0, 12, 0)
    print(f"\na whole day: 10 visits, 30 photos, 1 meeting of {members}, 1 handover: all on the server once")
    assert everything_sent(phone) == []
    assert {name: count - before[name] for name, count in facts(demo).items()} == after


def everything_sent(phone: Phone) -> list[bytes]:
    """Signal again: everybody's own opens and sends; the files that went over the line, their parts joined."""
    files: dict[str, bytes] = {}

    def noted(request: Any) -> None:
        if request.method == "PUT":
            file = request.url.partition("?")[0]
            files[file] = files.get(file, b"") + request.post_data_buffer

    phone.page.on("request", noted)
    phone.signal(True)
    for name, pin in ((MENTOR, PIN), (TREASURER, TREASURER_PIN), (OFFICER, OFFICER_PIN)):
        phone.unlock(name, pin)
        phone.send_everything()
    phone.page.remove_listener("request", noted)
    return list(files.values())


def devices(demo: Demo) -> list[Any]:
    """Phones that work now: those of this test."""
    return [row[0] for row in demo.ask("SELECT id FROM devices_device WHERE revoked_at IS NULL")]


def facts(demo: Demo) -> dict[str, int]:
    """How many of each the server holds."""
    tables = {
        "visits": "visits_visit",
        "meetings": "funds_meeting",
        "handovers": "grants_handover",
        "handover photos": "grants_handoverphoto",
        "uploads": "devices_upload",
    }
    return {name: int(demo.one(f"SELECT count(*) FROM {table}")) for name, table in tables.items()}


def test_people_on_one_phone_open_with_their_own_pin(phone: Phone) -> None:
    phone.enrol()
    phone.enrol("pengurus", role="", pin=TREASURER_PIN)
    phone.page.goto("about:blank")
    phone.page.goto("/lapangan/")
    first = phone.page.locator(".f-who").first
    assert TREASURER in first.inner_text(), "who used the phone last comes first"
    first.click()
    phone.pin(PIN)
    phone.page.get_by_text("PIN salah").wait_for()
    phone.pin(TREASURER_PIN)
    phone.page.get_by_role("heading", name="Catat").wait_for()
    phone.to("hari")
    phone.page.get_by_role("heading", name="Yang dapat dicatat sekarang").wait_for()
    assert phone.page.locator(".f-kind").count() == 1, "who visits nobody sees what there is to record"


def test_what_is_unsent_can_be_saved_to_a_file(phone: Phone, demo: Demo) -> None:
    phone.enrol()
    phone.signal(False)
    phone.visit(0, 777_000, photos=1)
    phone.to("kirim")
    with phone.page.expect_download() as told:
        phone.page.get_by_role("button", name="Simpan sebagai berkas").click()
    packed = Path(told.value.path()).read_bytes()
    queue = json.loads(gzip.decompress(packed))
    assert (queue["berdaya"], queue["version"]) == ("queue", 1)
    record = queue["pushes"][0]["records"][0]
    assert record["body"]["turnover_idr"] == 777_000
    assert queue["files"][0]["record"] == record["id"]
    assert base64.b64decode(queue["files"][0]["data"]).startswith(b"\xff\xd8")
    assert "bdd_" not in json.dumps(queue), "the file carries work, no key"


def test_the_monthly_report_takes_one_tap(phone: Phone) -> None:
    phone.enrol()
    phone.to("saya")
    with phone.page.expect_download() as told:
        phone.page.get_by_role("button", name="Laporan Oktober 2026 (PDF)").click()
    assert Path(told.value.path()).read_bytes().startswith(b"%PDF")
    assert told.value.suggested_filename == "laporan-2026-10.pdf"
