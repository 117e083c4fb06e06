"""Goods from the package to the accounts, on screens of 360 px: bought by two people, handed over without signal,
told otherwise by the family, complained about, accounted for; every step is one that a person takes."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tests.journeys import field_given
from tests.journeys.conftest import check_axe, text_of
from tests.journeys.field_phone import Phone
from tests.journeys.walked import JAKTIM, Demo

pytestmark = [pytest.mark.journey]
PLACE = "Jakarta Timur"
ONE = {
    "handovers": "SELECT count(*) FROM grants_handover WHERE day_id = %s",
    "lines": "SELECT count(*) FROM grants_handoverline l JOIN grants_handover h ON h.id = l.handover_id"
    " WHERE h.day_id = %s",
    "in order": "SELECT bool_and(quantity = in_store + handed + lost + returned) FROM grants_lot WHERE %s IS NOT NULL",
}


def fits(page: Any) -> None:
    """Nothing scrolls sideways, and axe finds nothing."""
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0, page.url
    check_axe(page, page.url)


def buy(clerk: Any, head: Any) -> None:
    """A package, a purchase below its ceiling, the head's word, a delivery with serial numbers."""
    clerk.goto(f"/program/{JAKTIM}/paket/")
    clerk.get_by_label("Kode paket").fill("P-SUSULAN")
    for label, value in (("Barang", "Kompor"), ("Jumlah", "1"), ("Satuan", "unit"), ("Harga tertinggi", "650.000")):
        clerk.get_by_label(label, exact=True).first.fill(value)
    clerk.get_by_role("button", name="Simpan paket").click()
    clerk.get_by_text("Paket disimpan.").wait_for()
    clerk.goto(f"/pengadaan/?program={JAKTIM}")
    clerk.get_by_label("Penyedia", exact=True).fill("CV Contoh Susulan")
    clerk.get_by_label("Nomor kontrak atau pesanan").fill("SPK/WHOLE")
    row = clerk.get_by_role("listitem").filter(has_text="P-SUSULAN: Kompor")
    row.get_by_label("Jumlah", exact=True).fill("2")
    row.get_by_label("Harga satuan").fill("640.000")
    clerk.get_by_role("button", name="Catat pengadaan").click()
    clerk.get_by_text("menunggu persetujuan orang kedua").wait_for()
    head.goto("/penyaluran/menunggu/")
    fits(head)
    head.get_by_role("link", name="SPK/WHOLE").click()
    head.get_by_role("button", name="Setujui pengadaan").click()
    head.get_by_text("Pengadaan disetujui").wait_for()
    clerk.reload()
    clerk.get_by_label("Jumlah yang datang").fill("2")
    clerk.get_by_label("Diterima oleh (penjaga)").fill("Penjaga Contoh")
    clerk.get_by_label(re.compile("Nomor seri atau eartag")).fill("WH-1 WH-1")
    clerk.get_by_role("button", name="Simpan kiriman").click()
    clerk.get_by_role("alert").wait_for()
    clerk.get_by_label("Jumlah yang datang").fill("2")
    clerk.get_by_label("Diterima oleh (penjaga)").fill("Penjaga Contoh")
    clerk.get_by_label(re.compile("Nomor seri atau eartag")).fill("WH-1 WH-2")
    clerk.get_by_role("button", name="Simpan kiriman").click()
    clerk.get_by_text("Kiriman dicatat dan masuk tempat simpan.").wait_for()
    clerk.get_by_role("link", name="2 unit Kompor").click()
    clerk.get_by_role("heading", name="2 dari 2 unit masih disimpan").wait_for()
    fits(clerk)


def hand_over_offline(phone: Phone, demo: Demo, day: Any) -> list[Any]:
    """Every family of the queue that no list holds back, card after card, without signal; sent at night, twice."""
    phone.enrol("operator", role=PLACE)
    phone.signal(False)
    cards = [row[0] for row in demo.ask(
        "SELECT card FROM grants_handoverslot WHERE day_id = %s AND barred = '' ORDER BY number", day)]  # fmt: skip
    page = phone.page
    for number, card in enumerate(cards):
        phone.to("pilih/handover")
        page.get_by_role("button", name="Pindai kartu").click()
        page.get_by_label("Ketik kode kartu").fill(card)
        page.get_by_role("button", name="Cari kode").click()
        page.get_by_role("button", name="Semua lengkap dan baik").click()
        phone.photo("photo", number)
        phone.sign("strokes")
        phone.sign("giver")
        phone.save()
        page.locator(".f-tabs").wait_for()
    assert demo.one(ONE["handovers"], day) == 0, "nothing leaves a phone without signal"
    phone.says(f"menunggu {len(cards)}")
    phone.signal(True)
    phone.send_everything()
    phone.send_everything()
    assert demo.one(ONE["handovers"], day) == len(cards)
    assert demo.one(ONE["in order"], day)
    return demo.ask(
        "SELECT id, received_by, decree_line_id FROM grants_handover WHERE day_id = %s ORDER BY number", day
    )


def tell_otherwise(visit: Callable[..., Any], demo: Demo, handover: Any) -> None:
    """The code on the family's paper opens what the office says she has; she says that one thing is missing."""
    printer = visit("operator", role=PLACE)
    printer.goto(f"/konfirmasi-penerima/{handover}/")
    with printer.expect_download() as waiting:
        printer.get_by_role("button", name=re.compile("kertas kode", re.IGNORECASE)).first.click()
    paper = PdfReader(io.BytesIO(Path(waiting.value.path()).read_bytes())).pages[0].extract_text()
    code = re.search(r"\b[0-9A-Z]{5}[- ][0-9A-Z]{5}\b", paper)
    assert code, paper
    family = visit(width=360)
    family.goto("/konfirmasi/")
    family.get_by_label("Kode di kertas").fill(code[0].lower())
    family.get_by_role("button", name="Lanjut").click()
    fits(family)
    counts = family.locator("input[type=number]")
    shown = demo.ask(
        "SELECT l.quantity FROM grants_handoverline l JOIN grants_packageitem i ON i.id = l.item_id"
        " WHERE l.handover_id = %s ORDER BY i.number", handover)  # fmt: skip
    assert counts.count() == len(shown)
    for at, (quantity,) in enumerate(shown):
        counts.nth(at).fill("0" if at == 0 else str(quantity))
    family.get_by_label("Ada yang ingin dikatakan").fill("Satu barang belum datang.")
    family.get_by_role("button", name="Kirim").click()
    assert "Ada yang kurang" in text_of(family)


def complain(visit: Callable[..., Any], demo: Demo) -> None:
    """Anybody complains without a name, and reads the result with nothing but the code."""
    citizen = visit(width=360)
    citizen.goto("/pengaduan/")
    fits(citizen)
    citizen.get_by_label("Tentang apa").select_option("goods")
    citizen.get_by_label("Di kabupaten atau kota mana").select_option("3175000000")
    citizen.get_by_label("Apa yang terjadi").fill("Merek kompornya lain dari yang tertulis di surat.")
    citizen.get_by_role("button", name="Kirim pengaduan").click()
    code = citizen.locator(".s-casecode").inner_text().strip()
    case = demo.one("SELECT id FROM followup_complaint ORDER BY recorded_at DESC LIMIT 1")
    officer = visit("kabid", role=PLACE, width=360)
    officer.goto(f"/aduan/{case}/")
    fits(officer)
    officer.get_by_role("button", name="Saya tangani").click()
    officer.get_by_text("Selesaikan dengan hasil").click()
    officer.get_by_label("Hasil, dibaca pelapor").fill("Kompornya ditukar.")
    officer.get_by_role("button", name="Selesaikan").click()
    citizen.goto("/pengaduan/status/")
    citizen.get_by_label("Nomor kasus").fill(code)
    citizen.get_by_role("button", name="Lihat hasil").click()
    assert "Kompornya ditukar." in text_of(citizen)


def account_for(visit: Callable[..., Any], demo: Demo) -> None:
    """A receipt for every item of the budget, handed in by name, sent back once with its reason, then accepted."""
    report = demo.one(
        "SELECT l.id FROM accountability_lpj l JOIN programmes_decreeline d ON d.id = l.decree_line_id"
        " JOIN programmes_decree k ON k.id = d.decree_id JOIN programmes_programme p ON p.id = k.programme_id"
        " WHERE p.code = %s AND l.state = 'draft' AND NOT EXISTS"
        " (SELECT 1 FROM accountability_lpjentry e WHERE e.lpj_id = l.id) ORDER BY l.id LIMIT 1",
        JAKTIM,
    )
    clerk = visit("operator", role=PLACE, width=360)
    clerk.goto(f"/lpj/{report}/")
    fits(clerk)
    items = demo.ask(
        "SELECT number, name, amount_idr FROM accountability_lpjitem WHERE lpj_id = %s ORDER BY number", report
    )
    for number, name, amount in items:
        clerk.get_by_label("Untuk barang dalam RAB").select_option(label=f"{number}. {name}")
        clerk.get_by_label("Tanggal nota").fill("2026-10-01")
        clerk.get_by_label("Jumlah (Rp)").fill(str(amount))
        clerk.get_by_role("button", name="Simpan nota").click()
    clerk.get_by_label("Nama penyusun").fill("Ibu Contoh")
    clerk.get_by_role("button", name="Ajukan LPJ").click()
    assert demo.one("SELECT state FROM accountability_lpj WHERE id = %s", report) == "submitted"
    head = visit("kabid", role=PLACE, width=360)
    head.goto(f"/lpj/{report}/")
    head.get_by_role("button", name="Terima").click()
    assert "LPJ diterima" in text_of(head)
    paper = clerk.request.get(f"/lpj/{report}/pdf/").body()
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)
    for part in ("LAPORAN PERTANGGUNGJAWABAN", "Ibu Contoh", "Sumber dana", items[0][1]):
        assert part in text, part


def test_goods_from_the_package_to_the_accounts(phone: Phone, demo: Demo, visit: Callable[..., Any]) -> None:
    started = time.monotonic()
    clerk, head = visit("operator", role=PLACE, width=360), visit("kadis", role=PLACE, width=360)
    buy(clerk, head)
    field_given.handover_day(demo, JAKTIM, PLACE)
    day = demo.one("SELECT id FROM grants_handoverday ORDER BY recorded_at DESC LIMIT 1")
    given = hand_over_offline(phone, demo, day)
    handover, _, line = given[0]
    tell_otherwise(visit, demo, handover)
    assert demo.one("SELECT count(*) FROM tasks_task WHERE kind = 'goods_difference' AND state = 'open'") >= 1
    head.goto(f"/penyaluran/baris/{line}/")
    fits(head)
    told = text_of(head)
    for part in ("Satu barang belum datang.", "Diserahkan dengan BAST", "tanda tangan di layar"):
        assert part in told, part
    assert head.locator(".b-pictures img").count() >= 2
    complain(visit, demo)
    account_for(visit, demo)
    print(f"\ngoods, from package to accounts: {time.monotonic() - started:.0f} s in the browser")
