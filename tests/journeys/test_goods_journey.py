"""Goods on a phone of 360 px: package, purchase, second person, delivery, the desk of a morning, a life."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from berdaya.grants.models import Handover, Lot
from tests import web_world
from tests.journeys.conftest import check_page, sign_in
from tests.web_world import World

pytestmark = pytest.mark.journey
Open = Callable[..., Any]


def test_pages_of_goods_are_clean_on_desk_and_phone(world: World, open_page: Open) -> None:
    page = open_page()
    sign_in(page, web_world.sign_up(world.office, "operator").username)
    ids = world.ids
    for name, arguments in (
        ("handovers", []), ("rupiah", []), ("purchases", []), ("purchase", [ids["purchase"]]),
        ("packages", [ids["code"]]), ("handover-days", []), ("handover-day", [ids["handover_day"]]),
        ("handover-cards", [ids["handover_day"]]), ("decree-line", [ids["decree_line"]]),
    ):  # fmt: skip
        check_page(page, reverse(f"office:{name}", args=arguments))


def test_from_the_package_to_the_desk_on_a_phone(world: World, open_page: Open) -> None:
    clerk, head = open_page(width=360), open_page(width=360)
    sign_in(clerk, web_world.sign_up(world.office, "operator").username)
    sign_in(head, web_world.sign_up(world.office, "head").username)
    code = world.ids["code"]

    # Given a package that the office defines
    clerk.goto(reverse("office:packages", args=[code]))
    clerk.get_by_label("Kode paket").fill("P-HP")
    for label, value in (("Barang", "Kompor"), ("Jumlah", "1"), ("Satuan", "unit"), ("Harga tertinggi", "650000")):
        clerk.get_by_label(label, exact=True).first.fill(value)
    clerk.get_by_role("button", name="Simpan paket").click()
    clerk.get_by_text("Paket disimpan.").wait_for()

    # When it is bought, agreed to by the head, and delivered
    clerk.goto(f"{reverse('office:purchases')}?program={code}")
    clerk.get_by_label("Penyedia", exact=True).fill("CV Contoh Ponsel")
    clerk.get_by_label("Nomor kontrak atau pesanan").fill("SPK/HP")
    clerk.locator("[name^=jumlah-]").first.fill("2")
    clerk.locator("[name^=harga-]").first.fill("640000")
    clerk.get_by_role("button", name="Catat pengadaan").click()
    clerk.get_by_text("menunggu persetujuan orang kedua").wait_for()
    head.goto(clerk.url)
    head.get_by_role("button", name="Setujui pengadaan").click()
    head.get_by_text("Pengadaan disetujui").wait_for()
    clerk.reload()
    clerk.get_by_label("Jumlah yang datang").fill("2")
    clerk.get_by_label("Nama tempat baru (bila perlu)").fill("Gudang Ponsel")
    clerk.get_by_label("Diterima oleh (penjaga)").fill("Penjaga Contoh")
    clerk.get_by_role("button", name="Simpan kiriman").click()
    clerk.get_by_text("Kiriman dicatat dan masuk tempat simpan.").wait_for()
    assert Lot.objects.latest("recorded_at").in_store == 2

    # Then the desk calls by the card, refuses the second handover by name, and the life tells the first
    clerk.goto(reverse("office:handover-day", args=[world.ids["handover_day"]]))
    clerk.get_by_role("button", name="Periksa dan terbitkan paket").click()
    clerk.get_by_text("Paket diterbitkan untuk 24 jam").wait_for()
    clerk.wait_for_function("document.activeElement.matches('input')")
    clerk.keyboard.type("kartu-contoh-1")
    clerk.keyboard.press("Enter")
    clerk.get_by_text("Semua barangnya sudah diserahkan.").wait_for()
    clerk.goto(reverse("office:decree-line", args=[world.ids["decree_line"]]))
    clerk.get_by_text("Diserahkan dengan BAST").first.wait_for()
    clerk.goto(reverse("office:rupiah"))
    clerk.get_by_text("Menurut program, sumber dana, dan sub-kegiatan").wait_for()
    assert Handover.objects.count() == 3
