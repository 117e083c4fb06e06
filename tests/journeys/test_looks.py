"""What the eye meets: pictures that open lists, a sheet that fits on A4, typing that is not lost, many rows at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from berdaya.access.models import SavedView
from berdaya.programmes.models import Approval
from berdaya.tasks.models import Task
from tests import web_world
from tests.journeys.conftest import check_axe, check_page, sign_in, text_of
from tests.web_world import World

pytestmark = pytest.mark.journey
Open = Callable[..., Any]


def pages_on_paper(page: Any) -> int:
    """How many A4 sheets the browser prints."""
    return int(page.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n"))


def test_the_month_and_each_guide_are_one_sheet(world: World, open_page: Open) -> None:
    page = open_page()
    sign_in(page, web_world.sign_up(world.office, "head").username)
    for address in (
        reverse("office:month"),
        reverse("account:guide", args=["head"]),
        reverse("account:guide", args=["operator"]),
        reverse("account:guide", args=["supervisor"]),
    ):
        check_page(page, address)
        assert pages_on_paper(page) == 1, address
    page.goto("/")
    page.keyboard.press("?")
    page.get_by_role("link", name="Panduan peran saya").click()
    assert "Panduan Kepala Dinas" in text_of(page)


def test_a_head_decides_on_a_phone_in_three_taps(world: World, open_page: Open) -> None:
    waiting = Approval.objects.get(pk=world.ids["approval"])
    assert waiting.checked_at is None
    page = open_page()
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(page, web_world.sign_up(world.office, "head").username)
    check_axe(page, "the first page of a head")
    page.get_by_role("link", name="Periksa dan putuskan").first.click()
    assert "Dibuat oleh" in text_of(page)
    page.get_by_role("button", name="Setujui").click()
    waiting.refresh_from_db()
    assert waiting.checked_at is not None


def test_ticked_tasks_go_to_another_owner_by_keyboard_and_the_button_counts(world: World, open_page: Open) -> None:
    page = open_page()
    sign_in(page, web_world.sign_up(world.office, "supervisor").username)
    page.goto(reverse("office:tasks") + "?whose=semua")
    check_axe(page, "tasks with ticks")
    open_tasks = Task.objects.filter(state="open").count()
    page.get_by_role("button", name="Tandai semua di halaman ini").press("Enter")
    page.get_by_role("button", name=f"Serahkan {open_tasks} tugas yang ditandai").press("Enter")
    assert f"Serahkan {open_tasks} tugas" in page.get_by_role("heading", level=1).inner_text()
    check_axe(page, "handing over")
    page.get_by_label("Peran atau orang").select_option("supervisor")
    page.get_by_role("button", name=f"Serahkan {open_tasks} tugas").press("Enter")
    assert f"{open_tasks} tugas diserahkan kepada Kepala Bidang" in text_of(page)
    assert set(Task.objects.filter(state="open").values_list("owner_role", flat=True)) == {"supervisor"}


def test_a_list_is_arranged_kept_and_found_again(world: World, open_page: Open) -> None:
    page = open_page()
    sign_in(page, web_world.sign_up(world.office, "operator").username)
    page.goto(reverse("office:businesses"))
    page.get_by_text("Kolom", exact=True).click()
    page.get_by_label("Keadaan").last.uncheck()
    page.get_by_role("button", name="Terapkan").click()
    assert not page.locator('td[data-label="Keadaan"]').count()
    page.locator("summary", has_text="Tampilan").click()
    page.get_by_label("Simpan saringan, urutan dan kolom ini sebagai").fill("Tanpa keadaan")
    check_axe(page, "the panel of views")
    page.get_by_role("button", name="Simpan tampilan").click()
    assert SavedView.objects.get().name == "Tanpa keadaan"
    page.goto(reverse("office:businesses"))
    page.locator("summary", has_text="Tampilan (1)").click()
    page.get_by_role("link", name="Tanpa keadaan").click()
    assert not page.locator('td[data-label="Keadaan"]').count()


def test_typing_outlives_a_reload_and_a_lost_session(world: World, open_page: Open) -> None:
    page = open_page()
    account = web_world.sign_up(world.office, "operator")
    sign_in(page, account.username)
    form = reverse("office:exhibition-new")
    page.goto(form)
    page.locator("main input[name=name]").fill("Pasar Sabtu Olean")
    page.reload()
    check_axe(page, "a form with something kept")
    page.get_by_role("button", name="Pulihkan").click()
    assert page.locator("main input[name=name]").input_value() == "Pasar Sabtu Olean"
    page.locator("main input[name=venue]").fill("Alun-alun")
    page.context.clear_cookies(name="sessionid")
    page.locator("main form[method=post] button.govuk-button").first.click()
    page.wait_for_url("**/masuk/**")
    sign_in_again(page, account.username)
    assert page.url.endswith(form), "back to the form that was sent"
    page.get_by_role("button", name="Pulihkan").click()
    assert page.locator("main input[name=name]").input_value() == "Pasar Sabtu Olean"
    page.get_by_role("button", name="Keluar").click()
    assert page.evaluate("Object.keys(sessionStorage).length") == 0, "nothing stays for the next person"


def sign_in_again(page: Any, username: str) -> None:
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", web_world.PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_url(lambda url: "masuk" not in url)


def test_a_citizen_reads_how_to_be_proposed(world: World, open_page: Open) -> None:
    page = open_page()
    page.set_viewport_size({"width": 320, "height": 640})
    check_page(page, reverse("shop:programmes"))
    assert "Datang ke desa atau kelurahan" in text_of(page)
    page.goto("/masuk/")
    page.get_by_role("link", name="Program mana untuk siapa").click()
    assert page.url.endswith(reverse("shop:programmes"))
