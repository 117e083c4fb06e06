"""Axe and narrow phones on every page of selection."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from tests import web_village, web_world
from tests.journeys.conftest import check_page, sign_in, text_of
from tests.web_world import World

pytestmark = pytest.mark.journey


def test_axe_finds_nothing_on_any_page_of_selection(
    world: World, open_page: Callable[..., Any], settings: Any, tmp_path: Path
) -> None:
    settings.BERDAYA_FILES = tmp_path
    web_village.add(world)
    ids, code = world.ids, world.ids["code"]
    page = open_page()
    sign_in(page, web_world.sign_up(world.office, "operator").username)
    for address in (
        reverse("office:visits", args=[code]),
        reverse("office:meetings", args=[code]),
        reverse("office:meeting", args=[code, ids["meeting"]]),
        reverse("office:objections", args=[code]),
        reverse("office:simulation", args=[code]),
        f"{reverse('office:simulation', args=[code])}?coba=1&total=1&bobot-desil=10",
        reverse("office:decrees", args=[code]),
        reverse("office:offers"),
        reverse("office:offer", args=[ids["offer"]]),
        reverse("office:decision", args=[code, ids["candidate"]]),
        reverse("office:family-consent", args=[ids["household"]]),
        f"{reverse('office:consent-texts')}?bahasa=madura",
        "/layanan/",
    ):
        check_page(page, address)


def test_a_lurah_writes_the_minutes_without_scripts(world: World, open_page: Callable[..., Any], settings: Any) -> None:
    web_village.add(world)
    page = open_page(width=320, scripts=False)
    lurah = web_world.sign_up(world.office, "lurah", area=web_world.VILLAGES[0], above=True)
    sign_in(page, lurah.username)
    page.goto(reverse("office:meeting", args=[world.ids["code"], world.ids["meeting"]]))
    page.get_by_label("Tempat").fill("Balai desa")
    page.get_by_label("Pimpinan musyawarah").fill("Nurhayati")
    page.get_by_role("button", name="Simpan musyawarah").click()
    assert "Daftar hadir musyawarah masih kosong." in text_of(page)
    assert page.get_by_label("Tempat").input_value() == "Balai desa", "nothing typed is lost"
    for number in (1, 2, 3):
        page.locator(f"[name=hadir-{number}]").fill(f"Warga {number}")
    page.locator("select[name^=putusan-]").first.select_option("rejected")
    page.get_by_role("button", name="Simpan musyawarah").click()
    assert "Alasan wajib ditulis." in text_of(page)
    page.locator("[name^=alasan-]").first.fill("sudah pindah")
    page.get_by_role("button", name="Simpan musyawarah").click()
    assert "petugas lain menerimanya" in text_of(page)
