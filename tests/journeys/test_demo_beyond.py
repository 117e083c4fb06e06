"""People beyond the office walk their paths: those above it, those who see only their own, and the public."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.journeys.conftest import check_axe, text_of
from tests.journeys.walked import JAKTIM, KUPANG, SITUBONDO, Demo

pytestmark = pytest.mark.journey
Visit = Callable[..., Any]
OFFICES = {SITUBONDO: "Situbondo", KUPANG: "Kupang", JAKTIM: "Jakarta Timur"}


def refused(page: Any, *addresses: str) -> None:
    """Each address answers 403 or 404 with words, never with a page of its own."""
    for address in addresses:
        response = page.goto(address)
        assert response.status in {403, 404}, (address, response.status)
        check_axe(page, f"refusal of {address}")


def test_the_mayor_sees_how_businesses_fare_and_no_family(visit: Visit) -> None:
    page = visit("walikota")
    page.get_by_role("link", name="Program", exact=True).click()
    page.locator("tbody a").first.click()
    assert page.get_by_role("heading", name="Keadaan usaha").is_visible()
    page.get_by_role("link", name="Peta").click()
    assert page.get_by_role("heading", level=1, name="Peta").is_visible()
    assert page.get_by_role("link", name="Keluarga", exact=True).count() == 0
    refused(page, "/keluarga/", "/penyaluran/", f"/program/{SITUBONDO}/daftar/terpilih/")


def test_the_camat_sees_the_own_kecamatan_only(visit: Visit, demo: Demo) -> None:
    page = visit("camat")
    own = demo.one(
        "SELECT count(*) FROM enterprises_enterprise e JOIN access_role r ON r.kind = 'camat'"
        " AND r.area / 10000 = e.area / 10000 AND r.area / 100000000 = 35"
    )
    page.goto("/usaha/")
    assert f"{own} usaha" in text_of(page)
    elsewhere = demo.one(
        "SELECT e.id FROM enterprises_enterprise e WHERE e.area / 100000000 = 35 AND e.area / 10000 NOT IN"
        " (SELECT area / 10000 FROM access_role WHERE kind = 'camat') LIMIT 1"
    )
    refused(page, f"/usaha/{elsewhere}/", "/keluarga/")


def test_the_lurah_completes_a_task_of_the_own_village(visit: Visit, demo: Demo) -> None:
    # given the village where a business stopped producing, in whichever programme it lies
    found = demo.ask(
        "SELECT g.code, t.id, t.title FROM tasks_task t JOIN access_role r ON r.kind = 'lurah' AND r.area = t.area"
        " JOIN programmes_programme g ON g.office_id = r.office_id WHERE t.owner_role = 'lurah' AND t.state = 'open'"
        " ORDER BY t.id LIMIT 1"
    )
    if not found:
        # no business stopped in these villages: the task of a neighbouring village is moved here
        demo.tell(
            "UPDATE tasks_task SET area = r.area FROM access_role r WHERE r.kind = 'lurah'"
            " AND r.office_id = tasks_task.office_id AND tasks_task.id = (SELECT id FROM tasks_task"
            " WHERE owner_role = 'lurah' AND state = 'open' AND area / 100000000 = 35 ORDER BY id LIMIT 1)"
        )
        found = demo.ask(
            "SELECT g.code, t.id, t.title FROM tasks_task t JOIN access_role r ON r.kind = 'lurah' AND r.area = t.area"
            " JOIN programmes_programme g ON g.office_id = r.office_id WHERE t.owner_role = 'lurah' AND"
            " t.state = 'open' ORDER BY t.id LIMIT 1"
        )
    code, task, title = found[0]
    page = visit("lurah", width=390) if code == SITUBONDO else visit("lurah", role=OFFICES[code], width=390)
    page.goto("/tugas/")
    page.get_by_role("link", name=title).first.click()
    # when an empty word is refused and a sentence is not
    page.get_by_label("Apa yang dilakukan").fill("   ")
    page.get_by_role("button", name="Tugas selesai").click()
    assert page.get_by_role("alert").is_visible()
    page.get_by_label("Apa yang dilakukan").fill("Sudah ditemui, mulai memasak lagi pekan depan.")
    page.get_by_role("button", name="Tugas selesai").click()
    # then it is gone from the open ones and on record
    assert "Tugas selesai." in text_of(page)
    assert demo.ask("SELECT state, outcome FROM tasks_task WHERE id = %s", task) == [
        ("done", "Sudah ditemui, mulai memasak lagi pekan depan.")
    ]


def test_the_city_office_reads_programmes_and_no_group_fund(visit: Visit) -> None:
    page = visit("ukpd")
    page.goto(f"/program/{SITUBONDO}/laporan/")
    assert page.get_by_role("heading", name="Laporan program").is_visible()
    refused(page, "/keluarga/", "/kelompok/", "/dokumen/")


def test_the_mentor_sees_the_own_caseload_only(visit: Visit, demo: Demo) -> None:
    page = visit("pendamping")
    own = demo.one(
        "SELECT count(DISTINCT s.subject_id) FROM access_rolesubject s JOIN access_role r ON r.id = s.role_id"
        " WHERE r.kind = 'mentor' AND r.area = 3512000000 AND s.list = 'enterprises'"
    )
    page.get_by_role("link", name="Usaha", exact=True).click()
    assert f"{own} usaha" in text_of(page)
    page.locator("tbody a").first.click()
    page.wait_for_url("**/usaha/*/")
    other = demo.one(
        "SELECT e.id FROM enterprises_enterprise e WHERE e.area / 1000000 = 3512 AND e.id NOT IN"
        " (SELECT s.subject_id FROM access_rolesubject s JOIN access_role r ON r.id = s.role_id"
        " WHERE r.kind = 'mentor') LIMIT 1"
    )
    refused(page, f"/usaha/{other}/", "/dokumen/", "/penyaluran/", f"/program/{SITUBONDO}/")


def test_the_sponsor_sees_the_groups_it_cares_for(visit: Visit, demo: Demo) -> None:
    page = visit("lembaga")
    own = demo.one(
        "SELECT count(*) FROM access_rolesubject s JOIN access_role r ON r.id = s.role_id"
        " WHERE r.kind = 'sponsor' AND r.area = 3512000000 AND s.list = 'groups'"
    )
    page.get_by_role("link", name="Kelompok", exact=True).click()
    assert f"{own} kelompok" in text_of(page)
    page.locator("tbody a").first.click()
    page.wait_for_url("**/kelompok/*/")
    assert page.get_by_role("columnheader", name="Jabatan").is_visible()
    other = demo.one(
        "SELECT id FROM groups_group WHERE id NOT IN (SELECT s.subject_id FROM access_rolesubject s) LIMIT 1"
    )
    refused(page, f"/kelompok/{other}/", "/program/", "/keluarga/")


def test_the_group_officer_reads_the_own_cash_book(visit: Visit, demo: Demo) -> None:
    page = visit("pengurus", width=390)
    group, title = demo.ask(
        "SELECT s.subject_id, r.title FROM access_rolesubject s JOIN access_role r ON r.id = s.role_id"
        " WHERE r.kind = 'group_officer' AND s.list = 'groups'"
    )[0]
    page.goto("/kelompok/")
    page.get_by_role("link", name=title).first.click()
    assert "Buku kas" in text_of(page)
    assert "Saldo awal" in text_of(page)
    # then the book ends with what the ledger says
    cash = demo.one(
        "SELECT sum(CASE WHEN t.debit_id = a.id THEN t.amount ELSE -t.amount END) FROM ledger_account a"
        " JOIN ledger_transfer t ON a.id IN (t.debit_id, t.credit_id) WHERE a.group_id = %s AND a.code = 'cash'",
        group,
    )
    assert f"{cash:,}".replace(",", ".") in text_of(page)
    links = page.locator("main a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    for link in sorted({item for item in links if item.startswith("/")})[:20]:
        assert page.goto(link).status == 200, f"the page of the own group leads to {link}, which is closed"
    other = demo.one("SELECT group_id FROM funds_fund WHERE group_id <> %s LIMIT 1", group)
    refused(page, f"/kelompok/{other}/", "/keluarga/")


def test_the_trainer_finds_the_own_classes(visit: Visit, demo: Demo) -> None:
    page = visit("pelatih")
    own = demo.one(
        "SELECT count(*) FROM access_rolesubject s JOIN access_role r ON r.id = s.role_id"
        " WHERE r.kind = 'trainer' AND r.area = 3512000000 AND s.list = 'classes'"
    )
    page.get_by_role("link", name="Kelas", exact=True).click()
    assert f"{own} kelas" in text_of(page)
    page.locator("tbody a").first.click()
    page.wait_for_url("**/kelas/*/")
    other = demo.one(
        "SELECT id FROM training_trainingclass WHERE id NOT IN (SELECT subject_id FROM access_rolesubject) LIMIT 1"
    )
    refused(page, f"/kelas/{other}/", "/keluarga/", "/usaha/")


def test_a_visitor_finds_a_product_in_spite_of_a_typing_error(visit: Visit, demo: Demo) -> None:
    name = demo.one("SELECT name FROM market_product WHERE name ILIKE '%%keripik%%' ORDER BY id LIMIT 1")
    page = visit(width=390)
    page.goto("/pasar/")
    page.get_by_role("searchbox").fill("kripik")
    page.get_by_role("button", name="Cari").click()
    assert page.get_by_role("link", name=name).count() > 0
    page.get_by_role("link", name=name).first.click()
    link = page.get_by_role("link", name=re.compile("WhatsApp")).first.get_attribute("href")
    parts = urlsplit(link)
    assert parts.netloc == "wa.me"
    assert re.fullmatch(r"/62\d+", parts.path)
    assert name in parse_qs(parts.query)["text"][0]
    assert not re.search(r"miskin|desil|ppks|nik\b", page.content(), re.IGNORECASE)
