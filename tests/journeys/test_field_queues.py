"""Whoever visits nobody opens the app on the day's own list: how far it got, who is next, and why a list is empty."""

from __future__ import annotations

import pytest

from tests.journeys import field_given
from tests.journeys.field_phone import KUPANG, Phone
from tests.journeys.test_field_app import check_screen
from tests.journeys.walked import Demo

pytestmark = [pytest.mark.journey]


def test_a_trainer_sees_todays_session_first_and_all_recorded_at_the_end(phone: Phone, demo: Demo) -> None:
    session, people, title = field_given.session_today(demo, KUPANG)
    phone.enrol("pelatih", role=title)
    phone.signal(False)
    page = phone.page
    queue = page.locator(".f-queue").filter(has=page.locator(f".f-card[href$='{session}']"))
    queue.wait_for()
    bar = queue.locator("progress")
    total, done = int(bar.get_attribute("max") or 0), int(bar.evaluate("bar => bar.value"))
    assert 0 <= done < total
    first = queue.locator(".f-card").first
    assert str(first.get_attribute("href")).endswith(session)
    assert "hari ini" in first.inner_text()
    check_screen(phone, "queue")
    first.click()
    page.get_by_role("button", name="Semua hadir").click()
    page.get_by_text(f"{people} dari {people}").wait_for()
    phone.save()
    page.locator(".f-tabs").wait_for()
    phone.to("hari")
    told = page.locator(".f-queue").filter(has_text=f"{done + 1} dari {total} pertemuan sudah tercatat")
    told.wait_for()
    assert told.locator(f".f-card[href$='{session}']").count() == 0
    if done + 1 == total:
        told.get_by_text("Semua sudah tercatat").wait_for()


def test_an_empty_list_says_why_and_marks_need_no_thousands(phone: Phone) -> None:
    phone.enrol("operator", role=KUPANG)
    phone.signal(False)
    page = phone.page
    page.locator(".f-queue", has_text="peserta sudah dinilai").wait_for()
    phone.to("pilih/handover")
    page.get_by_role("heading", name="Belum ada di daftar HP ini").wait_for()
    check_screen(phone, "empty list")
    phone.to("pilih/contest")
    page.get_by_role("heading", name="Peserta mana yang dinilai?").wait_for()
    page.locator(".f-card").first.click()
    page.locator("#bagian-nilai .f-row").first.click()
    page.locator(".f-pad").wait_for()
    assert page.locator(".f-pad .f-key", has_text="000").count() == 0


def test_a_phone_whose_storage_does_not_open_says_what_to_do(phone: Phone) -> None:
    """A disk without a free byte refuses to open the database: no blank page, and nothing is deleted."""
    phone.enrol("operator", role=KUPANG)
    page = phone.page
    page.add_init_script(
        "if (location.protocol !== 'about:' && !sessionStorage.room)"
        " IDBFactory.prototype.open = () => { throw new DOMException('full', 'UnknownError'); }"
    )
    page.goto("about:blank")
    page.goto("/lapangan/")
    page.get_by_role("heading", name="Catatan di HP ini belum dapat dibuka").wait_for()
    check_screen(phone, "cannot open")
    page.evaluate("sessionStorage.room = '1'")
    page.get_by_role("button", name="Buka lagi").click()
    phone.pin()
    page.locator(".f-tabs").wait_for()
