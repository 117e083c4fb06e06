"""A group's book from end to end on a small phone: the meeting offline, the member's own check, the auditor's check."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys import group_given
from tests.journeys.field_phone import KEY_MS, TAP_MS, Phone
from tests.journeys.group_given import MEMBERS
from tests.journeys.walked import Demo

pytestmark = [pytest.mark.journey]
SAVING, MOST_SECONDS, MOST_WORDS = 5_000, 300, 12


def rupiah(text: str) -> int:
    return int(re.sub(r"\D", "", text) or 0)


def meet(phone: Phone) -> int:
    """Twenty members are here, each saves, those who owe pay what is due, cash is counted, two sign; the cash."""
    page = phone.page
    phone.to("pilih/meeting")
    phone.tap(".f-card")
    phone.tap(page.get_by_role("button", name="Semua hadir"))
    assert page.locator("[aria-checked=true]").count() == MEMBERS
    phone.save()
    phone.tap(".f-pay__sum")
    for _ in range(MEMBERS):
        phone.key_in(SAVING)
        phone.tap(".f-pad__go")
    for _ in range(2):
        phone.save()
    as_due = page.get_by_role("button", name=re.compile("membayar sesuai angsuran"))
    if as_due.count():
        phone.tap(as_due)
    phone.save()
    phone.save()
    page.get_by_role("heading", name="Tutup buku").wait_for()
    said = page.locator(".f-aloud li").all_inner_texts()
    assert any(f"{MEMBERS} orang menabung" in line for line in said), said
    assert [line for line in said if len(line.split()) > MOST_WORDS] == []
    phone.tap("[data-path=counted_idr]")
    phone.tap(".f-pad__last")
    cash = rupiah(page.locator(".f-pad__value").inner_text())
    phone.tap(".f-pad__close")
    phone.save()
    for seat in range(2):
        phone.tap(page.locator("[data-path^='signed.']").nth(seat).get_by_role("button", name="Tanda tangan"))
        phone.sign(str(page.locator("[data-path^='sign_file.']").nth(seat).get_attribute("data-path")))
        phone.taps += 3
    phone.save()
    page.locator(".f-tabs").wait_for()
    return cash


def test_a_meeting_offline_a_member_by_her_card_and_the_auditor(
    phone: Phone, demo: Demo, visit: Callable[..., Any], tmp_path: Path
) -> None:
    given = group_given.twenty(demo)
    anchor = tmp_path / "jangkar.csv"
    assert group_given.ledger(demo, "anchor", "--out", anchor).returncode == 0
    phone.enrol("pengurus", role="")
    before = demo.one("SELECT count(*) FROM funds_meeting WHERE fund_id = %s", given.fund)
    phone.signal(False)
    phone.taps, phone.digits = 0, 0
    cash = meet(phone)
    thumb = (phone.taps * TAP_MS + phone.digits * KEY_MS) / 1000
    print(f"\na meeting of {MEMBERS}: {phone.taps} taps, {phone.digits} digits, {thumb:.0f} s by thumb")
    assert thumb <= MOST_SECONDS
    phone.says("menunggu 1")
    assert demo.one("SELECT count(*) FROM funds_meeting WHERE fund_id = %s", given.fund) == before
    phone.signal(True)
    phone.send_everything()
    phone.send_everything()
    met = demo.ask("SELECT state, counted_idr FROM funds_meeting WHERE fund_id = %s ORDER BY recorded_at", given.fund)
    assert met[before:] == [("posted", cash)], "on the server, once"
    saved = demo.one(
        "SELECT count(*) FROM funds_cashevent WHERE fund_id = %s AND kind = 'saving' AND amount = %s"
        " AND meeting_id IS NOT NULL", given.fund, SAVING,
    )  # fmt: skip
    assert saved == MEMBERS

    number, name, token, code = given.cards[-1]
    member = visit("")
    member.set_viewport_size({"width": 360, "height": 740})
    member.goto(f"/kartu/{token}/")
    assert member.get_by_role("heading", name="Kartu ini asli").is_visible()
    assert name not in member.content(), "the QR alone says genuine or not"
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for digits in (wrong, code):
        member.get_by_label("Enam angka di kartu Anda").fill(digits)
        member.get_by_role("button", name="Lihat catatan saya").click()
    member.get_by_role("heading", name=f"{number}. {name}").wait_for()
    told = re.sub(r"\s+", " ", member.locator("main").inner_text())
    owned = demo.one(
        "SELECT -balance FROM ledger_account WHERE book_id = %s AND code = %s", given.book, f"saving:{number}"
    )
    assert f"{owned:,}".replace(",", ".") in told
    assert "5.000" in told
    assert member.evaluate("document.documentElement.scrollWidth") <= 360

    checked = group_given.ledger(demo, "verify", "--anchor", anchor)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    demo.tell(
        "UPDATE ledger_transfer SET amount = amount + 1 WHERE book_id = %s AND seq = (SELECT max(seq) FROM"
        " ledger_transfer WHERE book_id = %s)", given.book, given.book,
    )  # fmt: skip
    found = group_given.ledger(demo, "verify", "--anchor", anchor)
    assert found.returncode == 1
    assert given.book in found.stdout
    demo.tell(
        "UPDATE ledger_transfer SET amount = amount - 1 WHERE book_id = %s AND seq = (SELECT max(seq) FROM"
        " ledger_transfer WHERE book_id = %s)", given.book, given.book,
    )  # fmt: skip
