"""One's own account in the browser: a phone set up, asked for, sessions ended, the desk that nobody sits at."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from berdaya.access import factor
from berdaya.access.models import SecondFactor, Session
from tests import web_world
from tests.journeys.conftest import check_axe, check_page, sign_in, text_of
from tests.web_world import World

pytestmark = pytest.mark.journey
Open = Callable[..., Any]
HALF = 60_000_000
"""A half minute that the tests stand still at, so that no code changes under their hands."""


class Hand:
    """The holder's phone; ``later`` lets a half minute go by."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.step = HALF
        monkeypatch.setattr(factor, "_step", lambda _at: self.step)

    def code(self, secret: str = "") -> str:
        self.step += 1
        key = factor._secret(SecondFactor.objects.latest("recorded_at"))
        assert not secret or factor.base64.b32decode(secret) == key
        return factor.code_at(key, self.step)


@pytest.fixture
def phone(monkeypatch: pytest.MonkeyPatch) -> Hand:
    return Hand(monkeypatch)


def shot(page: Any, name: str) -> None:
    """A picture for the eye, where somebody asked for pictures."""
    if folder := os.environ.get("BERDAYA_SHOTS"):
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 800})


def password_page(page: Any, username: str) -> None:
    page.goto("/masuk/")
    page.get_by_label("Nama pengguna").fill(username)
    page.locator("#id_password").fill(web_world.PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_phone_is_set_up_and_asked_for(world: World, open_page: Open, phone: Hand, scripts: bool) -> None:
    account = web_world.sign_up(world.office, "operator")
    page = open_page(scripts=scripts)
    sign_in(page, account.username)
    page.get_by_role("link", name=account.name).click()
    if scripts:
        check_page(page, reverse("account:me"))
        shot(page, "me")
    page.get_by_role("link", name="Pasang faktor kedua").click()
    if scripts:
        check_page(page, reverse("account:factor"))
        shot(page, "factor")
    page.get_by_label("Kata sandi sekarang").fill(web_world.PASSWORD)
    page.get_by_role("button", name="Lanjut ke kode QR").click()
    page.get_by_role("img", name="Kode QR untuk aplikasi kode").wait_for()
    if scripts:
        check_page(page, reverse("account:factor"))
        shot(page, "key")
    box = page.get_by_role("img", name="Kode QR untuk aplikasi kode").locator("svg").bounding_box()
    assert box["width"] >= 180, "large enough to be read from a screen"
    page.get_by_text("Tidak dapat memindai?").click()
    secret = page.locator(".b-secret code").inner_text().replace(" ", "")
    page.get_by_label("Kode 6 angka").fill(phone.code(secret))
    page.get_by_role("button", name="Pasang", exact=True).click()
    page.get_by_role("heading", name="HP Anda terpasang").wait_for()
    paper = re.findall(r"\b[A-Z2-9]{5}-[A-Z2-9]{5}\b", text_of(page))
    assert len(paper) == 10
    if scripts:
        check_axe(page, "codes on paper")
        shot(page, "paper")
    page.get_by_role("link", name="Sudah saya simpan").click()
    page.get_by_role("button", name="Keluar").click()
    password_page(page, account.username)
    page.get_by_role("heading", name="Satu langkah lagi").wait_for()
    if scripts:
        check_axe(page, "the code at the door")
        shot(page, "code")
    page.get_by_label("Kode dari aplikasi").fill("12 34")
    page.get_by_role("button", name="Masuk", exact=True).click()
    assert "Kode tidak cocok" in text_of(page)
    page.get_by_label("Kode dari aplikasi").fill(phone.code())
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.get_by_role("button", name="Keluar").wait_for()
    page.goto(reverse("account:me"))
    page.get_by_role("link", name="Kelola faktor kedua").click()
    if scripts:
        check_page(page, reverse("account:factor"))
        shot(page, "manage")


def test_a_session_elsewhere_is_seen_and_ended(world: World, open_page: Open) -> None:
    account = web_world.sign_up(world.office, "operator")
    desk, forgotten = open_page(), open_page()
    sign_in(forgotten, account.username)
    sign_in(desk, account.username)
    desk.goto(reverse("account:me"))
    shot(desk, "sessions")
    check_axe(desk, "two sessions")
    desk.get_by_role("button", name=re.compile("^Akhiri(?! semua)")).click()
    assert "Sesi itu sudah diakhiri" in text_of(desk)
    assert Session.objects.filter(account=account).count() == 1
    forgotten.goto("/keluarga/")
    assert "/masuk/" in forgotten.url


def test_a_desk_that_nobody_sits_at_is_warned_and_closed(world: World, open_page: Open) -> None:
    account = web_world.sign_up(world.office, "operator")
    page = open_page()
    page.clock.install()
    sign_in(page, account.username)
    form = reverse("office:exhibition-new")
    page.goto(form)
    warning = page.locator("[data-idle]")
    page.clock.fast_forward("50:00")
    assert warning.is_hidden()
    page.clock.fast_forward("05:00")
    warning.wait_for(state="visible")
    assert "Sesi berakhir dalam kira-kira" in warning.inner_text()
    check_axe(page, "the warning")
    shot(page, "idle")
    page.get_by_role("button", name="Tetap masuk").click()
    warning.wait_for(state="hidden")
    page.locator("main input[name=name]").fill("Pasar Sabtu Olean")
    with page.expect_response("**/akun/hidup/") as told:
        page.clock.fast_forward("20:00")
    assert told.value.status == 204, "who types is at the desk, and the server is told"
    page.clock.fast_forward("50:00")
    assert warning.is_hidden()
    page.clock.fast_forward("10:00")
    page.wait_for_url("**/masuk/**")
    assert not Session.objects.filter(account=account).exists(), "closed on the server as well"
    page.get_by_label("Nama pengguna").fill(account.username)
    page.locator("#id_password").fill(web_world.PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_url(f"**{form}")
    page.get_by_role("button", name="Pulihkan").click()
    assert page.locator("main input[name=name]").input_value() == "Pasar Sabtu Olean"


def test_without_scripts_the_end_is_told_beforehand(world: World, open_page: Open) -> None:
    page = open_page(scripts=False)
    sign_in(page, web_world.sign_up(world.office, "operator").username)
    assert "Sesi berakhir setelah 60 menit tanpa kegiatan" in text_of(page)


def test_an_administrator_sets_the_rules_of_the_door(world: World, open_page: Open) -> None:
    page = open_page()
    sign_in(page, web_world.sign_up(world.office, "admin").username)
    page.goto(reverse("office:accounts"))
    page.get_by_role("link", name="Aturan masuk kantor ini").click()
    check_page(page, reverse("office:sign-in-rules"))
    shot(page, "rules")
    page.get_by_label("Menit sampai sesi berakhir").fill("5")
    page.get_by_role("button", name="Simpan aturan").click()
    assert "10 sampai 240 menit" in text_of(page)
    assert page.get_by_label("Menit sampai sesi berakhir").input_value() == "5"
    page.get_by_label("Menit sampai sesi berakhir").fill("20")
    page.get_by_label("Kepala Dinas").fill("2030-01-01")
    page.get_by_role("button", name="Simpan aturan").click()
    assert "Aturan tersimpan" in text_of(page)
    assert page.get_by_label("Kepala Dinas").input_value() == "2030-01-01"
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Sign-in rules").wait_for()
    shot(page, "rules-en")
