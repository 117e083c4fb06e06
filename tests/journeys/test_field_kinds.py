"""Kinds of record that no other journey writes, and the app in English: the real browser, worker and server."""

from __future__ import annotations

import re
from typing import Any

import pytest

from berdaya.enterprises.catalogue import catalogue
from tests.journeys import field_given
from tests.journeys.field_phone import KUPANG, Phone
from tests.journeys.test_field_app import check_screen
from tests.journeys.walked import Demo

pytestmark = [pytest.mark.journey]
SEEN = """() => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    if (node.checkVisibility() && walk.currentNode.textContent.trim()) found.push(walk.currentNode.textContent.trim());
  }
  for (const node of document.querySelectorAll('[aria-label], [placeholder]')) {
    found.push(node.getAttribute('aria-label') ?? node.getAttribute('placeholder'));
  }
  return found;
}"""


def test_a_jury_marks_without_signal_and_places_follow(phone: Phone, demo: Demo) -> None:
    phone.enrol("operator", role=KUPANG)
    phone.signal(False)
    page = phone.page
    phone.to("pilih/contest")
    entries = page.locator(".f-card").count()
    assert entries > 1
    for number, mark in enumerate((70, 90)):
        phone.to("pilih/contest")
        page.locator(".f-card", has_text="belum dinilai").first.click()
        if number == 0:
            page.get_by_label("Nama juri").fill("Bu Tini")
        assert page.get_by_label("Nama juri").input_value() == "Bu Tini", "the same juror goes on"
        criteria = page.locator("#bagian-nilai .f-row").count()
        page.locator("#bagian-nilai .f-row").first.click()
        for place in range(criteria):
            phone.key_in(mark)
            page.locator(".f-pad__go" if place < criteria - 1 else ".f-pad__close").click()
        page.get_by_text(f"Rata-rata berbobot {mark},00").wait_for()
        check_screen(phone, "contest")
        phone.save()
        page.locator(".f-tabs").wait_for()
    assert page.locator(".f-card", has_text="dinilai 1 juri").count() == 2
    phone.says("menunggu 2")
    assert demo.one("SELECT count(*) FROM market_juryscore WHERE juror = 'Bu Tini'") == 0
    phone.signal(True)
    phone.send_everything()
    placed = demo.ask(
        "SELECT score, rank FROM market_contestentry e WHERE EXISTS (SELECT 1 FROM market_juryscore j"
        " WHERE j.entry_id = e.id AND j.juror = 'Bu Tini') ORDER BY rank"
    )
    assert placed == [(90.0, 1), (70.0, 2)]


def test_an_assessment_is_asked_without_signal(phone: Phone, demo: Demo) -> None:
    phone.enrol()
    phone.signal(False)
    page = phone.page
    phone.to("pilih/assessment")
    page.locator(".f-card").first.click()
    person = page.locator(".f-top h1").inner_text()
    options = page.locator("[data-path='_answers.kinds'] .f-tick")
    wishes = [options.nth(5), options.nth(2)]
    for wish in wishes:
        wish.click()
    assert wishes[0].locator(".f-tick__box").inner_text() == "1", "wishes stand in the order of the taps"
    page.locator("[data-path='_answers.interest_strength'] .f-choice").nth(1).click()
    check_screen(phone, "assessment")
    while page.locator(".f-foot__go").inner_text() != "Simpan asesmen":
        page.locator(".f-foot__go").click()
    before = demo.one("SELECT count(*) FROM forms_response")
    phone.save()
    phone.says("menunggu 1")
    phone.signal(True)
    phone.send_everything()
    told = demo.ask("SELECT outcome, code, body FROM devices_fieldrecord WHERE kind = 'assessment'")
    assert [row[:2] for row in told] == [("new", "")], person
    assert len(told[0][2]["answers"]["kinds"]) == 2
    assert demo.one("SELECT count(*) FROM forms_response") == before + 1


def test_a_family_that_goes_to_another_mentor_is_told_of(phone: Phone, demo: Demo) -> None:
    phone.enrol()
    page = phone.page
    card = page.locator(".f-cards .f-card").last
    name = card.locator(".f-card__name").inner_text().splitlines()[0]
    business = str(card.get_attribute("href")).rsplit("/", 1)[1]
    account = demo.one("SELECT account_id FROM devices_device WHERE revoked_at IS NULL")
    other = field_given.leaves(demo, business, account, "Ibu sedang hamil, datang pagi saja")
    phone.to("kirim")
    page.get_by_role("button", name="Kirim dan ambil sekarang").click()
    phone.to("hari")
    page.get_by_text(f"{name} diserahkan kepada {other}.").wait_for()
    page.get_by_text("Ibu sedang hamil, datang pagi saja").wait_for()
    assert page.locator(f".f-card[href$='{business}']").count() == 0
    check_screen(phone, "a family left")
    gone = page.locator("section").filter(has_text="diserahkan kepada")
    gone.get_by_role("button", name="Sudah saya baca").click()
    page.get_by_text("diserahkan kepada").wait_for(state="detached")
    phone.unlock()
    page.locator(".f-tabs").wait_for()
    assert page.get_by_text("diserahkan kepada").count() == 0


def test_a_note_of_the_last_mentor_waits_for_the_first_visit(phone: Phone, demo: Demo) -> None:
    phone.enrol()
    business = str(phone.page.locator(".f-cards .f-card").first.get_attribute("href")).rsplit("/", 1)[1]
    demo.tell(
        "INSERT INTO visits_caseloadnote (id, area, office_id, enterprise_id, to_mentor_id, note, on_day)"
        " SELECT gen_random_uuid(), e.area, e.office_id, e.id, a.mentor_id, 'Alat dipinjam tetangga', '2026-10-31'"
        " FROM enterprises_enterprise e JOIN enterprises_mentorassignment a ON a.enterprise_id = e.id"
        " WHERE e.id = %s AND a.until IS NULL",
        business,
    )
    demo.forget_phones()
    phone.page.get_by_role("link", name="Kiriman").click()
    phone.page.get_by_role("button", name="Kirim dan ambil sekarang").click()
    phone.page.get_by_text("HP ini diputus oleh kantor").wait_for()
    phone.enrol()
    card = phone.page.locator(f".f-card[href$='{business}']")
    card.get_by_text("ada titipan").wait_for()
    card.click()
    phone.page.get_by_text("Alat dipinjam tetangga").wait_for()


def test_the_app_speaks_english_and_remembers_it(phone: Phone) -> None:
    phone.enrol()
    page = phone.page
    indonesian = _words()
    phone.to("saya")
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Monthly report for signature").wait_for()
    assert page.evaluate("document.documentElement.lang") == "en"
    for tab in ("hari", "catat", "kirim", "saya"):
        phone.to(tab)
        page.locator(f".f-tab[href='#/{tab}'][aria-current=page]").wait_for()
        assert seen(page) & indonesian == set(), tab
        check_screen(phone, f"{tab} in English")
    phone.to("hari")
    page.locator(".f-card").first.click()
    for fold in page.locator("summary").all():
        fold.click()
    page.locator("[data-path=turnover_idr]").click()
    assert seen(page) & indonesian == set()
    page.get_by_label("Number pad: Turnover").wait_for()
    page.locator(".f-pad__close").click()
    page.get_by_role("button", name="Find new buyers").click()
    assert page.locator("#f-advice").input_value() == "Cari pembeli baru", "what is recorded stays in one language"
    page.get_by_role("button", name="Back").click()
    page.goto("about:blank")
    page.goto("/lapangan/")
    page.get_by_text("Enter PIN").wait_for()


def test_a_spoken_note_and_the_place_go_along_and_a_full_phone_is_warned_of(phone: Phone, demo: Demo) -> None:
    phone.enrol()
    page = phone.page
    if not page.evaluate("navigator.storage.persisted()"):
        page.get_by_text("Peramban belum berjanji menyimpan catatan di HP ini.").wait_for()
    phone.signal(False)
    page.locator(".f-card").first.click()
    page.locator("[data-path=turnover_idr]").click()
    phone.key_in(777_001)
    page.locator(".f-pad__close").click()
    page.locator("#bagian-lain summary").click()
    kept, again = page.get_by_text("Catatan suara tersimpan"), page.get_by_role("button", name="Rekam catatan suara")
    for seconds in (1.2, 4, 12):  # how long somebody speaks; a microphone that slept is told of, and asked again
        again.click()
        page.get_by_role("button", name="Selesai merekam").wait_for()
        page.wait_for_timeout(1_000 * seconds)
        page.get_by_role("button", name="Selesai merekam").click()
        kept.or_(again).wait_for()
        if kept.is_visible():
            break
    kept.wait_for()
    page.get_by_text("Posisi tercatat").wait_for()
    phone.save()
    phone.says("menunggu 1")
    phone.signal(True)
    phone.send_everything()
    told = demo.ask(
        "SELECT u.state, u.media_type, v.met_lat FROM visits_visit v JOIN devices_upload u ON u.record_id = v.id"
        " WHERE v.turnover_idr = 777001"
    )
    assert [(state, kind.partition("/")[0]) for state, kind, _lat in told] == [("complete", "audio")]
    assert round(told[0][2], 3) == -10.178


def seen(page: Any) -> set[str]:
    """What stands on the screen, and the parts of lines that name a kind of business or somebody's role."""
    texts = set(page.evaluate(SEEN))
    return texts | {part for text in texts for part in re.split(r" · |, |: ", text)}


def _words() -> set[str]:
    """Indonesian words of the app, and of the catalogue, that are not the same in English."""
    from tests.unit.test_field_words import keys

    own = {key for key in keys() if "{}" not in key}
    return own | {kind.id for kind in catalogue().kinds.values() if kind.id != kind.en}
