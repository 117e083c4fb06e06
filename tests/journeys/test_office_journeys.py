"""People of an office walk their paths in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from berdaya.audit.models import AuditEntry
from tests import web_world
from tests.journeys.conftest import check_axe, check_page, sign_in, text_of
from tests.web_world import World

pytestmark = pytest.mark.journey
Open = Callable[..., Any]


def addresses(world: World) -> list[str]:
    ids, code = world.ids, world.ids["code"]
    lists = ("home", "tasks", "programmes", "families", "classes", "handovers", "businesses", "groups", "events", "map")
    return [
        *(reverse(f"office:{name}") for name in (*lists, "documents")),
        reverse("office:programme", args=[code]),
        reverse("office:steps", args=[code]),
        reverse("office:stage", args=[code, "terpilih"]),
        reverse("office:upload", args=[code]),
        reverse("office:decision", args=[code, ids["candidate"]]),
        reverse("office:approve", args=[code, ids["approval"]]),
        reverse("office:report", args=[code]),
        reverse("office:family", args=[ids["household"]]),
        reverse("office:families-export"),
        reverse("office:class", args=[ids["class"]]),
        reverse("office:handover", args=[ids["handover"]]),
        reverse("office:business", args=[ids["enterprise"]]),
        reverse("office:group", args=[ids["group"]]),
        reverse("office:exhibition", args=[ids["exhibition"]]),
        reverse("office:contest", args=[ids["contest"]]),
        reverse("office:task", args=[ids["task"]]),
        reverse("account:help"),
        reverse("account:roles"),
        reverse("account:password"),
        f"{reverse('office:families')}?q=tidakada",
        "/tidak-ada/",
    ]


def test_axe_finds_nothing_on_any_page(world: World, open_page: Open) -> None:
    page = open_page()
    check_page(page, "/masuk/")
    sign_in(page, web_world.sign_up(world.office, "operator").username)
    page.goto(reverse("office:handover", args=[world.ids["handover"]]))
    page.get_by_text("Catat kata penerima").click()
    check_axe(page, "a form unfolded")
    for address in addresses(world):
        if address == "/tidak-ada/":
            page.goto(address)
            check_axe(page, address)
        else:
            check_page(page, address)


def test_an_operator_goes_from_the_funnel_to_one_family(world: World, open_page: Open) -> None:
    page = open_page()
    sign_in(page, web_world.sign_up(world.office, "operator").username)
    page.get_by_role("link", name="Program", exact=True).click()
    page.get_by_role("link", name="UEP Situbondo 2024").click()
    bar = page.locator(".b-funnel__stage", has_text="Terpilih").first
    count = bar.locator(".b-funnel__value").inner_text().split()[0]
    bar.get_by_role("link").click()
    assert f"{count} calon" in text_of(page)
    page.get_by_role("link", name="Rohmah").first.click()
    assert "Umur 39 tahun" in text_of(page)
    assert "belum diketahui, belum lolos" in text_of(page)
    page.locator("dl").get_by_role("link", name="Rohmah").click()
    assert page.get_by_role("heading", name="Anggota keluarga").is_visible()


def test_search_by_keyboard_leaves_no_digits_behind(world: World, open_page: Open) -> None:
    page = open_page()
    sign_in(page, web_world.sign_up(world.office, "operator").username)
    page.keyboard.press("/")
    page.keyboard.type("7391")
    page.keyboard.press("Enter")
    page.wait_for_url("**/keluarga/**")
    assert "7391" not in page.url
    assert "7391" not in page.content()
    page.keyboard.press("Tab")
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog").is_visible()


def test_the_second_person_approves_and_the_first_cannot(world: World, open_page: Open) -> None:
    stage = reverse("office:approve", args=[world.ids["code"], world.ids["approval"]])
    maker = open_page()
    sign_in(maker, world.ids["maker"].username)
    maker.goto(stage)
    assert "Orang lain yang menyetujui" in text_of(maker)
    assert maker.get_by_role("button", name="Setujui").count() == 0
    checker = open_page(width=390)
    sign_in(checker, web_world.sign_up(world.office, "supervisor").username)
    checker.goto(stage)
    checker.get_by_role("button", name="Setujui").click()
    assert "Peringkat dan undian disetujui." in text_of(checker)
    assert AuditEntry.objects.filter(name="stage.approved").count() == 1


def test_a_forgotten_password_becomes_a_printed_code(world: World, open_page: Open) -> None:
    person = web_world.sign_up(world.office, "verifier")
    admin = open_page()
    sign_in(admin, web_world.sign_up(world.office, "admin").username)
    admin.goto(reverse("office:account-reset", args=[person.pk]))
    admin.get_by_role("button", name="Buat kode").click()
    code = admin.locator("dd.b-number").inner_text().replace(" ", "")
    check_axe(admin, "slip")
    guest = open_page()
    sign_in(guest, person.username, code)
    guest.goto("/keluarga/")
    assert guest.url.endswith("/sandi/")
    guest.get_by_label("Kata sandi baru", exact=False).first.fill("kalimat pendek yang panjang")
    guest.get_by_label("Sekali lagi").fill("kalimat pendek yang panjang")
    guest.get_by_role("button", name="Simpan kata sandi").click()
    assert "Kata sandi sudah diganti." in text_of(guest)
    assert AuditEntry.objects.filter(name="account.password_reset").count() == 1


def test_everything_works_without_scripts(world: World, open_page: Open) -> None:
    page = open_page(width=360, scripts=False)
    sign_in(page, web_world.sign_up(world.office, "operator").username)
    assert page.get_by_role("navigation", name="Menu utama").is_visible()
    page.goto(reverse("office:businesses"))
    page.get_by_role("search").get_by_label("Keadaan").select_option("weak")
    page.get_by_role("button", name="Saring").click()
    assert "1 usaha" in text_of(page)
    page.goto(reverse("office:families"))
    page.locator("#f-q").fill("rohmah")
    page.get_by_role("button", name="Saring").click()
    assert "keluarga" in text_of(page)
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert "Families" in text_of(page)


def test_an_export_needs_a_reason_and_is_on_record(world: World, open_page: Open) -> None:
    page = open_page()
    sign_in(page, web_world.sign_up(world.office, "operator").username)
    page.goto(f"{reverse('office:businesses')}?status=weak")
    page.get_by_role("link", name="XLSX").click()
    assert "Unduh 1 baris" in text_of(page)
    page.get_by_label("Untuk apa daftar ini?").fill("laporan bulanan")
    with page.expect_download() as download:
        page.get_by_role("button", name="Unduh XLSX").click()
    assert download.value.suggested_filename == "usaha.xlsx"
    entry = AuditEntry.objects.get(name="list.exported")
    assert (entry.reason, entry.body["rows"]) == ("laporan bulanan", 1)


def test_a_file_that_is_no_excel_is_refused_kindly(world: World, open_page: Open) -> None:
    page = open_page()
    sign_in(page, web_world.sign_up(world.office, "operator").username)
    page.goto(reverse("office:upload", args=[world.ids["code"]]))
    page.set_input_files("#berkas", {"name": "calon.xlsx", "mimeType": "application/zip", "buffer": b"bukan excel"})
    page.get_by_role("button", name="Baca berkas").click()
    assert "Berkas ditolak" in text_of(page)
    assert "Tidak ada yang tersimpan." in text_of(page)
    check_axe(page, "refused file")
