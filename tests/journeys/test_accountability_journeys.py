"""A family says what is missing, a citizen complains, a report is accounted for: in a browser, on a phone too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from berdaya.accountability.models import Lpj, Statement
from berdaya.followup.models import Complaint
from berdaya.people.models import Person
from berdaya.people.rules.names import spelling_key
from berdaya.tasks.models import Task
from tests import web_world
from tests.journeys.conftest import check_page, sign_in, text_of
from tests.web_world import World

pytestmark = pytest.mark.journey
Open = Callable[..., Any]
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def told(world: World) -> World:
    web_world.things.accountability(world)
    return world


def test_what_is_missing_becomes_a_task_for_somebody_else(told: World, open_page: Open) -> None:
    page = open_page()
    page.set_viewport_size(PHONE)
    check_page(page, "/konfirmasi/")
    page.get_by_label("Kode di kertas").fill("abcde-fghjk")
    page.get_by_role("button", name="Lanjut").click()
    page.wait_for_url("**/konfirmasi/ABCDEFGHJK/")
    check_page(page, "/konfirmasi/ABCDEFGHJK/")
    page.get_by_label("Lemari pendingin").fill("1")
    page.get_by_label("Alat kemas").fill("0")
    page.get_by_label("Ada yang ingin dikatakan").fill("Alat kemas belum diantar.")
    page.get_by_role("button", name="Kirim").click()
    assert "Ada yang kurang" in text_of(page)
    page.goto("/konfirmasi/ABCDEFGHJK/")
    assert "sudah dipakai" in text_of(page)
    assert Statement.objects.get().words == "Alat kemas belum diantar."
    assert Task.objects.get(kind="goods_difference").owner_role == "supervisor"
    sign_in(page, web_world.sign_up(told.office, "supervisor").username)
    page.goto(reverse("office:confirmations"))
    page.get_by_role("link", name="Rohmah").first.click()
    assert "ada selisih" in text_of(page)
    check_page(page, reverse("office:speech", args=[told.ids["handover"]]))


def test_a_complaint_is_answered_and_read_with_its_code(told: World, open_page: Open) -> None:
    page = open_page()
    page.set_viewport_size(PHONE)
    check_page(page, "/pengaduan/")
    page.get_by_label("Tentang apa").select_option("mentor")
    page.get_by_label("Di kabupaten atau kota mana").select_option(str(web_world.KABUPATEN))
    page.get_by_label("Apa yang terjadi").fill("Pendamping meminta uang.")
    page.get_by_role("button", name="Kirim pengaduan").click()
    code = page.locator(".s-casecode").inner_text().strip()
    case = Complaint.objects.get(subject="mentor")
    sign_in(page, web_world.sign_up(told.office, "supervisor").username)
    check_page(page, reverse("office:complaints"))
    check_page(page, reverse("office:complaint", args=[case.pk]))
    page.get_by_role("button", name="Saya tangani").click()
    page.get_by_text("Selesaikan dengan hasil").click()
    page.get_by_label("Hasil, dibaca pelapor").fill("Uang sudah dikembalikan.")
    page.get_by_role("button", name="Selesaikan").click()
    page.goto("/pengaduan/status/")
    page.get_by_label("Nomor kasus").fill(code)
    page.get_by_role("button", name="Lihat hasil").click()
    assert "Uang sudah dikembalikan." in text_of(page)


def test_every_rupiah_has_a_receipt_before_an_lpj_is_handed_in(told: World, open_page: Open) -> None:
    page, address = open_page(), reverse("office:lpj", args=[told.ids["lpj"]])
    sign_in(page, web_world.sign_up(told.office, "operator").username)
    check_page(page, reverse("office:lpj-list"))
    check_page(page, address)
    assert not page.get_by_role("button", name="Ajukan LPJ").is_visible()
    page.get_by_label("Untuk barang dalam RAB").select_option(label="1. Lemari pendingin")
    page.get_by_label("Tanggal nota").fill("2024-10-01")
    page.get_by_label("Jumlah (Rp)").fill("2.485.000")
    page.get_by_role("button", name="Simpan nota").click()
    page.get_by_label("Nama penyusun").fill("Ibu Contoh")
    page.get_by_role("button", name="Ajukan LPJ").click()
    report = Lpj.objects.get()
    assert (report.state, report.author) == ("submitted", "Ibu Contoh")
    page.context.clear_cookies()
    sign_in(page, web_world.sign_up(told.office, "supervisor").username)
    page.goto(address)
    page.get_by_role("button", name="Terima").click()
    assert "LPJ diterima" in text_of(page)


def test_names_that_look_alike_appear_while_a_clerk_types(told: World, open_page: Open) -> None:
    for person in Person.objects.all():
        Person.objects.filter(pk=person.pk).update(name_key=spelling_key(person.name))
    page = open_page()
    sign_in(page, web_world.sign_up(told.office, "operator").username)
    page.goto(reverse("office:similar"))
    page.get_by_label("Nama", exact=True).press_sequentially("Rohmah", delay=40)
    page.locator("#mirip").get_by_role("link", name="Rohmah").wait_for()
    assert "nama=" not in page.url
