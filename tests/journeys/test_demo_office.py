"""The people of an office walk their paths through a demo that the real services filled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from berdaya.kernel.ids import new_id
from tests.journeys.conftest import check_axe, sign_in, text_of
from tests.journeys.walked import JAKTIM, PASSWORD, SITUBONDO, Demo

pytestmark = pytest.mark.journey
Visit = Callable[..., Any]
JAKARTA = "Jakarta Timur"


def test_the_operator_reaches_one_family_by_keyboard_alone(visit: Visit) -> None:
    # given an operator without a mouse
    page = visit()
    page.goto("/masuk/")
    page.get_by_label("Nama pengguna").focus()
    page.keyboard.type("operator")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/masuk/" not in url)
    # when the way leads from the skip link over the programme and a bar of its funnel to one candidate
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#isi"
    for name in ("Program", "Pembinaan kelompok UEP", "Terpilih"):
        tab_to(page, name)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert "/daftar/terpilih/" in page.url
    row = page.locator("tbody a").first
    tab_to(page, row.inner_text())
    page.keyboard.press("Enter")
    page.wait_for_url("**/calon/**")
    # then the decision shows each criterion, and focus was always visible
    assert "terpenuhi" in text_of(page)


def tab_to(page: Any, words: str, limit: int = 120) -> None:
    """Press Tab until the link that begins with ``words`` has the focus, and see that the focus shows."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText.trim()").startswith(words):
            style = page.evaluate("(e => [e.outlineStyle, e.boxShadow])(getComputedStyle(document.activeElement))")
            assert style[0] != "none" or style[1] != "none", f"the focus on {words} does not show"
            return
    raise AssertionError(f"Tab never reaches {words}")


def test_the_bars_equal_their_lists(visit: Visit) -> None:
    page = visit("operator", role=JAKARTA)
    page.goto(f"/program/{JAKTIM}/")
    bars = page.locator(".b-funnel__stage:has(a)").evaluate_all(
        "all => all.map(e => [e.querySelector('a').getAttribute('href'),"
        " e.querySelector('.b-funnel__value').innerText.split(/\\s/)[0]])"
    )
    lists = [(href, int(count.replace(".", ""))) for href, count in bars if "/daftar/" in href]
    assert len(lists) >= 6
    for href, count in lists:
        page.goto(href)
        assert f"{count} calon" in text_of(page) or f"{count} kelompok" in text_of(page), href


def test_the_operator_reads_a_family_and_its_business(visit: Visit, demo: Demo) -> None:
    page = visit("operator", role=JAKARTA)
    page.goto("/usaha/?status=active")
    page.locator("tbody a").first.click()
    page.wait_for_url("**/usaha/*/")
    assert page.get_by_role("heading", name="Omzet").first.is_visible() or "omzet" in text_of(page).lower()
    page.locator("main a[href^='/keluarga/']").first.click()
    page.wait_for_url("**/keluarga/**")
    words = text_of(page)
    assert "Jalan melalui program" in words
    assert "NIK tersegel" in words
    assert page.get_by_role("link", name="buka NIK").count() == 0
    handover = page.locator("main a[href^='/penyaluran/']").first
    handover.click()
    letter = page.locator("main a[href^='/dokumen/']").first
    with page.expect_download() as download:
        letter.evaluate("e => { e.setAttribute('download', ''); e.click() }")
    assert download.value.path().read_bytes().startswith(b"%PDF")


def test_the_verifier_opens_one_number_for_a_reason(visit: Visit, demo: Demo) -> None:
    page = visit("verifikator", role=JAKARTA)
    household = demo.one(
        "SELECT p.household_id FROM people_person p JOIN programmes_candidate c ON c.person_id = p.id"
        " JOIN programmes_programme g ON g.id = c.programme_id WHERE g.code = %s ORDER BY p.id LIMIT 1",
        JAKTIM,
    )
    page.goto(f"/keluarga/{household}/")
    page.get_by_role("link", name="buka NIK").first.click()
    page.get_by_label("Untuk apa NIK ini dibuka?").fill("cocokkan dengan KTP saat verifikasi lapangan")
    page.get_by_role("button", name="Buka sekali").click()
    shown = page.locator(".b-number").inner_text().replace(" ", "")
    assert shown.isdecimal()
    assert len(shown) == 16
    assert "9001" <= shown[-4:] <= "9999", "only synthetic serials exist in a demo"
    check_axe(page, "revealed number")
    audited = demo.ask("SELECT reason, body::text FROM audit_auditentry WHERE name LIKE %s", "%reveal%")
    assert [reason for reason, _ in audited] == ["cocokkan dengan KTP saat verifikasi lapangan"]
    assert shown not in str(audited)


def test_the_supervisor_approves_what_the_operator_made(visit: Visit, demo: Demo) -> None:
    # given two stages, one made by the operator and one by the supervisor
    theirs, own = pending(demo, "handover", "operator"), pending(demo, "graduation", "kabid")
    # when the supervisor comes home
    page = visit("kabid", width=390)
    page.goto(f"/program/{SITUBONDO}/persetujuan/{own}/")
    assert "Orang lain yang menyetujui" in text_of(page)
    assert page.get_by_role("button", name="Setujui").count() == 0
    page.goto(f"/program/{SITUBONDO}/persetujuan/{theirs}/")
    page.get_by_role("button", name="Setujui").click()
    # then only the other's stage is approved, and it says by whom
    assert "disetujui" in text_of(page)
    checked = (
        "SELECT a.username FROM access_account a JOIN programmes_approval p ON a.id = p.checked_by WHERE p.id = %s"
    )
    assert demo.one(checked, theirs) == "kabid"
    assert demo.one(checked, own) is None


def pending(demo: Demo, stage: str, maker: str) -> str:
    """A stage of Situbondo that waits for its second person."""
    approval = str(new_id())
    demo.tell(
        "INSERT INTO programmes_approval (id, programme_id, area, office_id, stage, summary, made_by, made_at, note)"
        " SELECT %s, g.id, g.area, g.office_id, %s, '{\"selected\": 3}', a.id, now(), ''"
        " FROM programmes_programme g, access_account a WHERE g.code = %s AND a.username = %s",
        approval,
        stage,
        SITUBONDO,
        maker,
    )
    return approval


def test_the_head_sees_five_figures_and_the_list_behind_each(visit: Visit) -> None:
    page = visit("kadis")
    figures = page.locator(".b-figures > *")
    assert 1 <= figures.count() <= 5
    link = page.locator(".b-figures a[href*='status=active']").first
    count = link.inner_text().split()[0]
    link.click()
    page.wait_for_url("**/usaha/**")
    assert f"{count} usaha" in text_of(page)
    page.goto(f"/program/{SITUBONDO}/laporan/")
    assert page.get_by_role("heading", name="Laporan program").is_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    assert download.value.path().read_bytes().startswith(b"PK")


def test_the_admin_gives_a_code_on_paper(visit: Visit, demo: Demo) -> None:
    admin = visit("admin")
    admin.get_by_role("link", name="Pengguna").click()
    admin.get_by_role("link", name="Yusuf Harahap").first.click()
    admin.get_by_role("button", name="Buat kode").click()
    code = admin.locator("dd.b-number").inner_text().replace(" ", "")
    assert len(code) == 10
    guest = visit()
    sign_in(guest, "verifikator", code)
    assert guest.url.endswith("/sandi/")
    guest.goto("/keluarga/")
    assert guest.url.endswith("/sandi/"), "a one-time code opens nothing but the choice of a password"
    again = visit()
    fields = guest.locator("input[type=password]")
    fields.nth(0).fill("sawah hijau di lereng gunung")
    fields.nth(1).fill("sawah hijau di lereng gunung")
    guest.get_by_role("button", name="Simpan kata sandi").click()
    assert "Kata sandi sudah diganti." in text_of(guest)
    again.goto("/masuk/")
    again.get_by_label("Nama pengguna").fill("verifikator")
    again.locator("#id_password").fill(code)
    again.get_by_role("button", name="Masuk", exact=True).click()
    assert "tidak cocok" in text_of(again), "a code works once"
    assert demo.one("SELECT count(*) FROM audit_auditentry WHERE name = 'account.password_reset'") == 1


def test_the_auditor_reads_everything_and_changes_nothing(visit: Visit) -> None:
    page = visit("auditor")
    page.goto(f"/program/{SITUBONDO}/")
    assert page.get_by_role("link", name="Unggah daftar").count() == 0
    page.goto("/dokumen/")
    assert page.locator("tbody a").count() > 0
    for forbidden in (f"/program/{SITUBONDO}/unggah/", "/pengguna/"):
        assert page.goto(forbidden).status == 403
    page.goto("/keluarga/unduh/")
    page.locator("#alasan, [name=alasan]").first.fill("pemeriksaan tahunan inspektorat")
    with page.expect_download() as download:
        page.get_by_role("button", name="Unduh XLSX").click()
    assert download.value.suggested_filename == "keluarga.xlsx"
