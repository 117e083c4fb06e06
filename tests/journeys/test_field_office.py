"""What the office opens, a phone records without signal, and the office sees once: lists, homes, bazaars, contests."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys import field_given
from tests.journeys.conftest import check_axe, text_of
from tests.journeys.field_phone import KUPANG, Phone
from tests.journeys.test_field_app import READ_ALL, check_screen
from tests.journeys.walked import JAKTIM, Demo

pytestmark = [pytest.mark.journey]
NIK = "3175011208809001"
"""Nobody's: serials from 9001 are given to no real person."""
VERIFIER = "Jakarta Timur"


def sent_once(phone: Phone, demo: Demo, kind: str) -> list[dict[str, Any]]:
    """Send, and send again: every record of ``kind`` came in as new, once; their bodies."""
    phone.signal(True)
    phone.send_everything()
    phone.send_everything()
    rows = demo.ask(
        "SELECT r.outcome, r.code, r.body FROM devices_fieldrecord r JOIN devices_device d ON d.id = r.device_id"
        " WHERE r.kind = %s AND d.revoked_at IS NULL",
        kind,
    )
    assert [row[:2] for row in rows] == [("new", "")] * len(rows)
    return [row[2] for row in rows]


def test_a_list_of_attendance_without_signal_is_at_the_office_once(
    phone: Phone, demo: Demo, visit: Callable[..., Any]
) -> None:
    session, people, title = field_given.session_today(demo, KUPANG)
    phone.enrol("pelatih", role=title)
    page = phone.page
    page.get_by_role("heading", name="Yang dapat dicatat sekarang").wait_for()
    phone.signal(False)
    page.get_by_role("link", name="Daftar hadir").click()
    page.locator(f".f-card[href$='{session}']").click()
    page.get_by_role("button", name="Semua hadir").click()
    boxes = page.locator("[data-path=present] .f-tick")
    assert boxes.count() == people
    boxes.nth(0).click()  # one stayed at home
    page.get_by_text(f"{people - 1} dari {people}").wait_for()
    check_screen(phone, "attendance")
    phone.save()
    page.locator(".f-tabs").wait_for()
    phone.says("menunggu 1")
    assert demo.one("SELECT count(*) FROM training_presence WHERE session_id = %s", session) == 0
    (body,) = sent_once(phone, demo, "attendance")
    assert len(body["rows"]) == people
    marked = demo.ask("SELECT present, count(*) FROM training_presence WHERE session_id = %s GROUP BY 1", session)
    assert dict(marked) == {True: people - 1, False: 1}
    office = visit("operator", role=KUPANG)
    office.goto(f"/pertemuan/{session}/")
    assert re.search(rf"Hadir {people - 1}\b", text_of(office)), text_of(office)[:900]


def nothing_tells(phone: Phone, secret: str) -> None:
    """Neither what the phone keeps nor what it shows holds ``secret``."""
    kept = phone.page.evaluate(READ_ALL)["clear"]
    kept += phone.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.body.innerHTML])")
    assert secret not in kept


def test_homes_are_verified_without_signal_and_a_nik_is_sealed_at_once(
    phone: Phone, demo: Demo, visit: Callable[..., Any]
) -> None:
    homes = field_given.homes_to_visit(demo, JAKTIM, VERIFIER)
    phone.enrol("verifikator", role=VERIFIER)
    phone.signal(False)
    page = phone.page
    phone.to("pilih/verification")
    page.locator(f".f-card[href$='{homes[0]}']").click()
    page.locator("[data-path=result] .f-choice", has_text="Benar, layak").click()
    page.locator("#f-nik_sealed").press_sequentially(NIK[:-1])
    page.get_by_label("Kata keluarga").fill("Suami sakit, saya jualan gorengan")
    nothing_tells(phone, NIK[:-1])
    page.locator("#f-nik_sealed").press("End")
    page.locator("#f-nik_sealed").press_sequentially(NIK[-1])
    page.get_by_text("NIK tersegel untuk kantor").wait_for()
    nothing_tells(phone, NIK[:12])
    phone.photo("photos", 5)
    check_screen(phone, "verification")
    phone.save()
    page.locator(".f-tabs").wait_for()
    phone.to("pilih/verification")
    page.locator(f".f-card[href$='{homes[1]}']").click()
    page.locator("[data-path=result] .f-choice", has_text="Tidak ditemukan").click()
    phone.save()
    page.locator(".f-tabs").wait_for()
    phone.says("menunggu 2")
    seen = "SELECT result, own_words, house_photo_id IS NOT NULL FROM programmes_verification WHERE candidate_id = %s"
    assert [demo.ask(seen, home) for home in homes] == [[], []]
    bodies = sent_once(phone, demo, "verification")
    assert len(bodies) == 2
    assert NIK[:12] not in json.dumps(bodies)
    assert demo.ask(seen, homes[0]) == [("confirmed", "Suami sakit, saya jualan gorengan", True)]
    assert demo.ask(seen, homes[1]) == [("not_found", "", False)]
    waits = "SELECT count(*) FROM tasks_task WHERE cause = %s AND state = 'open'"
    assert [demo.one(waits, f"home_visit:{home}") for home in homes] == [0, 0]
    office = visit("operator", role=VERIFIER)
    office.goto(f"/program/{JAKTIM}/calon/{homes[0]}/")
    assert "jualan gorengan" in text_of(office)
    # Other journeys count who waits in this programme.
    demo.tell("UPDATE programmes_candidate SET verified = true, place = 'waiting' WHERE id = ANY (%s::uuid[])", homes)


def own_business(demo: Demo) -> str:
    """Name of a business that the demo's mentor looks after in Kupang, and nobody else's."""
    return str(
        demo.one(
            """
            SELECT min(e.name) FROM enterprises_enterprise e JOIN access_rolesubject s ON s.subject_id = e.id
            JOIN access_role r ON r.id = s.role_id JOIN access_account a ON a.id = r.account_id
            JOIN access_office f ON f.id = r.office_id
            WHERE a.username = 'pendamping' AND f.name LIKE %s AND (
                SELECT count(*) FROM enterprises_enterprise o WHERE o.name = e.name) = 1
            """,
            f"%{KUPANG}%",
        )
    )


def enter(office: Any, name: str, button: str) -> None:
    """Find a business by its name, tick it, and give it its place."""
    office.get_by_label("Nama usaha, kelompok, atau desa").fill(name)
    office.get_by_role("button", name="Cari usaha").click()
    office.get_by_label(name).first.check()
    office.get_by_role("button", name=button, exact=True).click()


def test_a_bazaar_is_opened_sold_at_from_a_phone_and_closed(
    phone: Phone, demo: Demo, visit: Callable[..., Any]
) -> None:
    office, business = visit("operator", role=KUPANG), own_business(demo)
    office.goto("/acara/")
    office.get_by_role("link", name="Buka pameran atau bazar").click()
    office.get_by_label("Nama pameran atau bazar").fill("Bazar Jumat Berkah")
    office.get_by_label("Tempat", exact=True).fill("Halaman kantor camat")
    office.get_by_role("button", name="Buka pameran").click()
    office.get_by_role("heading", name="Bazar Jumat Berkah").wait_for()
    enter(office, business, "Beri stan")
    office.get_by_text("1 usaha mendapat stan.").wait_for()
    check_axe(office, "an exhibition at the office")
    phone.enrol()
    phone.signal(False)
    page = phone.page
    phone.to("pilih/sale")
    page.locator(".f-card", has_text="Bazar Jumat Berkah").click()
    page.locator(".f-row").first.click()
    phone.key_in(425_000)
    page.locator(".f-pad__close").click()
    phone.save()
    page.locator(".f-tabs").wait_for()
    (body,) = sent_once(phone, demo, "sale")
    assert body["turnover_idr"] == 425_000
    office.reload()
    assert "Rp425.000" in text_of(office) or "Rp425 ribu" in text_of(office)
    assert office.get_by_label("Omzet (Rp)").input_value() == "425.000"
    office.get_by_label("Calon pembeli").fill("6")
    office.get_by_role("button", name="Simpan angka").click()
    office.get_by_role("button", name="Tutup pameran").click()
    office.get_by_text("Pameran ditutup.").wait_for()
    assert office.get_by_role("button", name="Simpan angka").count() == 0
    office.get_by_role("link", name="Cetak daftar stan").click()
    assert "Rp425.000" in text_of(office)
    phone.send_everything()
    phone.to("pilih/sale")
    assert page.locator(".f-card", has_text="Bazar Jumat Berkah").count() == 0, "a closed bazaar leaves the phone"


def test_a_contest_is_opened_marked_on_paper_closed_and_printed(demo: Demo, visit: Callable[..., Any]) -> None:
    office = visit("operator", role=KUPANG)
    names = [
        row[0]
        for row in demo.ask(
            "SELECT min(e.name) FROM enterprises_enterprise e JOIN access_office f ON f.id = e.office_id"
            " WHERE f.name LIKE %s GROUP BY e.name HAVING count(*) = 1 ORDER BY 1 LIMIT 2",
            f"%{KUPANG}%",
        )
    ]
    office.goto("/acara/")
    office.get_by_role("link", name="Buka lomba").click()
    office.get_by_label("Nama lomba").fill("Lomba Kemasan Uji")
    for number in range(1, 7):
        name, weight = {1: ("Kemasan", "70"), 2: ("Label", "30")}.get(number, ("", ""))
        office.locator(f"#kriteria-{number}").fill(name)
        office.locator(f"#bobot-{number}").fill(weight)
    office.get_by_role("button", name="Buka lomba").click()
    office.get_by_role("heading", name="Lomba Kemasan Uji").wait_for()
    for name in names:
        enter(office, name, "Daftarkan")
    for name, marks in zip(names, ((60, 70), (90, 80)), strict=True):
        office.get_by_label("Nama juri").fill("Bu Sari")
        office.locator("#peserta").select_option(label=name)
        office.get_by_label("Kemasan (0–100)").fill(str(marks[0]))
        office.get_by_label("Label (0–100)").fill(str(marks[1]))
        office.get_by_role("button", name="Simpan lembar").click()
        office.get_by_text(f"Nilai {name} tersimpan.").wait_for()
    office.get_by_role("heading", name=f"Sementara di depan: {names[1]}").wait_for()
    check_axe(office, "a contest at the office")
    office.get_by_role("button", name="Tutup lomba").click()
    office.get_by_role("heading", name=f"Juara: {names[1]}").wait_for()
    office.get_by_role("link", name="Cetak hasil").click()
    printed = text_of(office)
    assert "87,00" in printed
    assert "63,00" in printed
    assert printed.index(names[1]) < printed.index("87,00") < printed.index(names[0])
