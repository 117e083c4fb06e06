"""The pages of funds and meetings as people press them, and the office's portfolio."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from berdaya.access.selectors import actor_for
from berdaya.funds import selectors, services
from berdaya.funds.models import BankLine, CashEvent, Fund, FundDecision, Meeting, Turn
from berdaya.funds.portfolio import portfolio_at_risk
from berdaya.funds.types import CapitalDraft, TurnDraft
from berdaya.governance.services.cards import issue_cards_many
from berdaya.groups.models import Membership
from berdaya.kernel.clock import frozen
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import catalogue
from berdaya.kernel.scope import Actor, scoped
from tests import web_world
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day")]
DAY = web_world.TODAY


@pytest.fixture
def world() -> World:
    return web_world.build(2)


@pytest.fixture
def operator(world: World) -> tuple[Client, Actor]:
    return sign_in(world, "operator", "siti")


def sign_in(world: World, kind: str, name: str) -> tuple[Client, Actor]:
    account = web_world.sign_up(world.office, kind, username=name)
    if kind == "group_officer":
        web_world.open_to(account, groups=world.ids["group"])
    return web_world.sign_in(Client(), account), actor_for(account.pk)


def fill(world: World, actor: Actor) -> tuple[UUID, list[Membership]]:
    """Rp5,000,000 of capital and one turn of Rp1,000,000, two months late."""
    fund = Fund.objects.get(id=world.ids["fund"])
    members = list(Membership.objects.filter(group_id=fund.group_id).order_by("number"))
    with frozen(DAY), scoped(actor) as who:
        services.receive_capital(actor=who, draft=CapitalDraft(new_id(), fund.pk, 5_000_000, date(2024, 2, 1)))
        start = date(DAY.year, DAY.month, 1).replace(year=DAY.year - 1)
        services.open_turn(actor=who, draft=TurnDraft(new_id(), members[0].pk, 1_000_000, 10, start))
    return fund.pk, members


def form(members: list[Membership], **changes: str) -> dict[str, str]:
    data = {"id": str(new_id()), "tanggal": DAY.isoformat(), "urutan": "2"}
    data |= {f"hadir-{member.pk}": "present" for member in members}
    return data | changes


def test_a_meeting_by_the_groups_own_officer_without_javascript(world: World, operator: tuple[Client, Actor]) -> None:
    fund, members = fill(world, operator[1])
    client, _ = sign_in(world, "group_officer", "bendahara")
    address = reverse("office:fund-meeting", args=[fund])
    page = client.get(address).content.decode()
    assert "Anggota 1" in page
    assert "Rp4.000.000" in page
    data = form(members, **{f"angsuran-{members[0].pk}": "1.000.001", f"simpanan-{members[1].pk}": "Rp 10.000"})
    refused = client.post(address, data)
    assert refused.status_code == 409
    text = refused.content.decode()
    assert "lebih besar dari sisa utang" in text
    assert 'value="1.000.001"' in text, "what was typed is still there"
    assert not Meeting.objects.filter(state="posted").exists()
    data[f"angsuran-{members[0].pk}"] = "1.000.000"
    data["dihitung"] = "5.010.500"
    differs = client.post(address, data).content.decode()
    assert "Uang dihitung Rp5.010.500" in differs
    assert 'name="setuju"' in differs
    data["setuju"] = "on"
    data |= {"giliran": str(members[1].pk), "giliran-jumlah": "400000", "dihitung": "4610500"}
    done = client.post(address, data)
    assert done.status_code == 302
    assert client.post(address, data).status_code == 302, "sent twice, it is the same meeting"
    assert Meeting.objects.filter(state="posted").count() == 1
    view = client.get(done["Location"]).content.decode()
    assert "Rp4.610.500" in view
    with scoped(operator[1]) as who:
        balance = selectors.fund_balances(actor=who, fund=fund)
    assert (balance.cash_idr, balance.lent_idr, balance.savings_idr, balance.difference_idr) == (
        4_610_500, 400_000, 10_000, 500,
    )  # fmt: skip


def test_a_paper_form_is_confirmed_by_two_members_on_the_page(world: World, operator: tuple[Client, Actor]) -> None:
    client, _ = operator
    address = reverse("office:fund-meeting-view", args=[world.ids["fund_meeting"]])
    assert "menunggu dua anggota" in client.get(address).content.decode()
    members = Membership.objects.filter(group_id=world.ids["group"]).order_by("number")
    for member in members[:2]:
        assert client.post(address, {"anggota": str(member.pk)}).status_code == 302
    assert "masuk buku" in client.get(address).content.decode()
    assert Meeting.objects.get(id=world.ids["fund_meeting"]).state == "posted"


def test_a_member_with_a_card_confirms_by_its_digits_only(world: World, operator: tuple[Client, Actor]) -> None:
    client, actor = operator
    address = reverse("office:fund-meeting-view", args=[world.ids["fund_meeting"]])
    with scoped(actor) as who:
        cards = {card.member_number: card for card in issue_cards_many(actor=who, group_id=world.ids["group"])}
    members = list(Membership.objects.filter(group_id=world.ids["group"]).order_by("number")[:2])
    assert "Enam angka di kartu saya" in client.get(address).content.decode()
    first, second = (cards[member.number].code for member in members)
    wrong = f"{(int(first) + 1) % 1_000_000:06d}"
    for code, status in ((second if second != first else wrong, 404), ("", 404), (first, 302)):
        assert client.post(address, {"anggota": str(members[0].pk), "kode": code}).status_code == status
    assert Meeting.objects.get(id=world.ids["fund_meeting"]).state == "awaiting"
    for _ in range(10):
        client.post(address, {"anggota": str(members[1].pk), "kode": wrong if wrong != second else first})
    slowed = client.post(address, {"anggota": str(members[1].pk), "kode": second})
    assert slowed.status_code == 429, "ten wrong codes an hour, whoever types them"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM governance_cardtry")
    client.post(address, {"anggota": str(members[1].pk), "kode": second})
    assert Meeting.objects.get(id=world.ids["fund_meeting"]).state == "posted"


MISUSES = [
    ("funds.more_than_debt", {"angsuran": "9.000.000"}, {}),
    ("funds.in_arrears", {}, {"giliran": 0, "giliran-jumlah": "1000"}),
    ("funds.future", {}, {"tanggal": (DAY + timedelta(days=1)).isoformat()}),
    ("funds.book_moved", {}, {"urutan": "1"}),
    ("funds.no_turn", {"angsuran": "1"}, {"member": 1}),
    ("funds.bad_amount", {"simpanan": "tiga"}, {}),
    ("funds.nobody_present", {}, {"nobody": True}),
    ("funds.not_a_member", {"simpanan": "1000"}, {"left": True}),
    ("funds.wrong_unit", {"simpanan": "1"}, {"satuan": "kambing"}),
]


@pytest.mark.parametrize(("code", "line", "more"), MISUSES, ids=[row[0] for row in MISUSES])
def test_every_misuse_has_its_name_on_the_page_and_posts_nothing(
    world: World, operator: tuple[Client, Actor], code: str, line: dict[str, str], more: dict[str, Any]
) -> None:
    client, actor = operator
    fund, members = fill(world, actor)
    data = form(members, urutan="2")
    at = members[more.pop("member", 0)]
    if more.pop("left", False):
        Membership.objects.filter(pk=at.pk).update(left_on=date(2024, 3, 1))
    if more.pop("nobody", False):
        data |= {name: "absent" for name in data if name.startswith("hadir-")}
    if "giliran" in more:
        more["giliran"] = str(members[more["giliran"]].pk)
    data |= {f"{name}-{at.pk}": value for name, value in line.items()} | more
    before = Meeting.objects.count(), CashEvent.objects.count()
    answer = client.post(reverse("office:fund-meeting", args=[fund]), data)
    assert answer.status_code == 409
    text = catalogue()[code].id.partition("{")[0].strip()
    assert text in answer.content.decode(), code
    assert (Meeting.objects.count(), CashEvent.objects.count()) == before


def test_two_treasurers_at_once_keep_one_meeting(world: World, operator: tuple[Client, Actor]) -> None:
    client, actor = operator
    fund, members = fill(world, actor)
    address = reverse("office:fund-meeting", args=[fund])
    sums = {f"simpanan-{members[0].pk}": "1.000"}
    assert client.post(address, form(members, urutan="2", **sums)).status_code == 302
    again = client.post(address, form(members, urutan="2", **sums))
    assert again.status_code == 409
    assert "sudah dicatat oleh pengurus lain" in again.content.decode()


def test_an_old_book_comes_in_by_photo_and_two_officers(world: World, operator: tuple[Client, Actor]) -> None:
    client, actor = operator
    Fund.objects.filter(group_id=world.ids["group"]).update(closed_on=DAY)
    members = list(Membership.objects.filter(group_id=world.ids["group"]).order_by("number"))
    address = reverse("office:old-book", args=[world.ids["group"]])
    assert client.get(address).status_code == 200
    data = {
        "id": str(new_id()), "tanggal": "2024-01-31", "berita-acara": "BA 3/2024", "cash": "250.000",
        "bank": "1.000.000", "iks": "50.000", "angsuran": "5", f"simpanan-{members[0].number}": "700.000",
        f"pinjaman-{members[1].number}": "500.000",
    }  # fmt: skip
    assert client.post(address, data).status_code == 422, "no photo, no old book"
    Fund.objects.filter(group_id=world.ids["group"], kind="cash_turns").update(kind="vsla")
    photo = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(photo, "JPEG")
    sent = client.post(address, data | {"foto": SimpleUploadedFile("halaman.jpg", photo.getvalue(), "image/jpeg")})
    assert sent.status_code == 302, sent.content.decode()[:3000]
    fund = Fund.objects.get(group_id=world.ids["group"], closed_on=None)
    proposal = FundDecision.objects.get(fund=fund)
    decide = {"usulan": str(proposal.pk), "putusan": "terima"}
    assert client.post(reverse("office:fund-action", args=[fund.pk, "putusan"]), decide).status_code in {403, 409}
    second, _ = sign_in(world, "supervisor", "maya")
    assert "Lihat foto halaman terakhir" in second.get(reverse("office:fund", args=[fund.pk])).content.decode()
    assert second.post(reverse("office:fund-action", args=[fund.pk, "putusan"]), decide).status_code == 302
    with scoped(actor) as who:
        now = selectors.fund_balances(actor=who, fund=fund.pk)
        cards = {card.number: card for card in selectors.member_cards(actor=who, fund=fund.pk, as_of=DAY)}
    assert (now.cash_idr, now.bank_idr, now.iks_idr, now.savings_idr, now.lent_idr) == (
        250_000, 1_000_000, 50_000, 700_000, 500_000,
    )  # fmt: skip
    assert cards[members[0].number].savings_idr == 700_000
    assert cards[members[1].number].overdue_idr == 500_000, "the loan goes on with its days"
    late = client.post(
        address, data | {"id": str(new_id()), "foto": SimpleUploadedFile("h.jpg", photo.getvalue(), "image/jpeg")}
    )
    assert "sudah berisi catatan" in late.content.decode()


def test_two_officers_decide_on_the_page_and_one_alone_cannot(world: World, operator: tuple[Client, Actor]) -> None:
    client, actor = operator
    fund, _ = fill(world, actor)
    turn = Turn.objects.get(fund_id=fund)
    propose = reverse("office:fund-action", args=[fund, "usul"])
    wish = {"id": str(new_id()), "jenis": "write_off", "hal": str(turn.pk), "tanggal": DAY.isoformat()}
    assert client.post(propose, wish).status_code == 422, "without minutes"
    assert client.post(propose, wish | {"berita-acara": "BA 7"}).status_code == 302
    decide = reverse("office:fund-action", args=[fund, "putusan"])
    row = FundDecision.objects.get()
    yes = {"usulan": str(row.pk), "putusan": "terima"}
    assert client.post(decide, yes).status_code == 403
    boss, _ = sign_in(world, "supervisor", "kabid")
    assert "BA 7" in boss.get(reverse("office:fund", args=[fund])).content.decode()
    assert boss.post(decide, yes).status_code == 302
    turn.refresh_from_db()
    assert turn.written_off_on == DAY
    assert boss.post(decide, yes).status_code == 409


def test_every_button_of_the_fund_does_what_it_says(world: World, operator: tuple[Client, Actor]) -> None:
    client, actor = operator
    fund, members = fill(world, actor)
    day = DAY.isoformat()

    def press(action: str, **data: str) -> int:
        address = reverse("office:fund-action", args=[fund, action])
        return client.post(address, {"id": str(new_id()), "tanggal": day} | data).status_code

    assert press("catat", jenis="bank_deposit", jumlah="1.000.000") == 302
    assert press("catat", jenis="capital", jumlah="1") == 422
    assert press("bank", baris=f"{day};setor;1000000;1000000\n{day};biaya;-5000;995000") == 302
    assert BankLine.objects.count() == 2
    assert (
        press(
            "giliran",
            anggota=str(members[1].pk),
            jumlah="500000",
            angsuran="5",
            persen="12",
            **{"cara-jasa": "declining", "jarak": "month"},
        )
        == 302
    )
    assert Turn.objects.get(membership=members[1]).fee_idr == 15_000
    assert press("ternak", satuan="kambing", banyak="4") == 302
    assert (
        press("gaduh", anggota=str(members[2].pk), satuan="kambing", banyak="2", kembali="2", sampai="2030-01-01")
        == 302
    )
    keeping = members[2].keepings.get()
    assert press("lahir", gaduhan=str(keeping.pk), banyak="3") == 302
    assert press("gulir", gaduhan=str(keeping.pk), banyak="2") == 302
    assert press("modal", jumlah="abc") == 422
    assert press("tidak-ada") == 404
    page = client.get(reverse("office:fund", args=[fund])).content.decode()
    for text in (
        "selisih −Rp5.000",
        "menjelaskan seluruh selisih",
        "hanya di bank",
        "7 kambing: di mana sekarang",
        "Antrean",
        "harus kembali sampai",
    ):
        assert text in page, text


def test_the_paper_form_names_members_and_dues(world: World, operator: tuple[Client, Actor]) -> None:
    fund, _ = fill(world, operator[1])
    answer = operator[0].get(reverse("office:fund-meeting-paper", args=[fund]))
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    for part in ("Kas pembuka: Rp4.000.000", "Anggota 1", "lewat", "Diperiksa dua anggota", "CONTOH"):
        assert part in text, part


def test_the_portfolio_names_what_is_late_idle_and_silent(world: World, operator: tuple[Client, Actor]) -> None:
    fund, _ = fill(world, operator[1])
    with scoped(operator[1]) as who:
        view = portfolio_at_risk(actor=who, as_of=DAY)
    row = next(item for item in view.funds if item.fund == fund)
    assert view.par == (1.0, 1.0, 1.0)
    assert row.at_risk == (1_000_000,) * 3
    assert (row.idle, row.stopped) == (True, True)
    page = operator[0].get(reverse("office:funds")).content.decode()
    for text in ("100,0", "KUBE Melati 1", "Modal yang diam", "Berhenti bertemu"):
        assert text in page, text
    stranger: Any = web_world.sign_up(world.office, "operator", area=3511000000, username="jauh")
    with scoped(actor_for(stranger.pk)) as who:
        assert portfolio_at_risk(actor=who, as_of=DAY).funds == ()
