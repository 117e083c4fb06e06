"""Pages where two people act: a RAB, a proxy, goods that come back, a lot that moves; whoever wrote may not agree."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from berdaya.files.models import StoredFile
from berdaya.grants.models import (
    Handover,
    HandoverLine,
    HandoverReturn,
    Lot,
    Package,
    Proposal,
    Proxy,
    Stock,
    StockMove,
    Store,
)
from berdaya.people.models import Person
from tests import web_world
from tests.unit.test_files_images import photo as picture
from tests.web_world import World

from .test_goods_pages import client_of, hidden

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day", "own_files")]
REFUSED = {409, 422}
"""Refused by name: the state of things, or what was typed."""
BUDGET = {"barang-1": "Freezer", "spesifikasi-1": "200 liter", "jumlah-1": "1", "satuan-1": "unit",
          "harga-1": "2.000.000", "aset-1": "ya"}  # fmt: skip


@pytest.fixture
def world() -> World:
    return web_world.build(2)


@pytest.fixture
def operator(world: World) -> Client:
    return client_of(world, "operator")


@pytest.fixture
def head(world: World) -> Client:
    return client_of(world, "head")


def page_of(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(f"office:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_budget_is_asked_for_appraised_and_approved_by_another(world: World, operator: Client, head: Client) -> None:
    candidate = world.lists["candidates"][1]
    from berdaya.programmes.models import Candidate

    ref = Candidate.objects.get(pk=candidate).ref
    address = reverse("office:proposals")
    sheet = operator.get(address, {"usul": world.ids["code"], "calon": ref}).content.decode()
    kind = re.search(r'<select class="govuk-select" id="jenis" name="jenis"><option value="(\w+)"', sheet)
    assert kind
    sent = {"id": hidden(sheet, "id"), "program": world.ids["code"], "calon": ref, "jenis": kind[1], **BUDGET}
    assert operator.post(address, {**sent, "harga-1": "99.000.000"}).status_code in REFUSED
    assert operator.post(address, {**sent, "harga-1": "murah"}).status_code in REFUSED
    assert operator.post(address, {**sent, "calon": "tidak ada"}).status_code == 404
    assert head.post(address, sent).status_code == 403
    before = Proposal.objects.count()
    made = operator.post(address, sent)
    assert made.status_code == 302
    assert operator.post(address, sent).status_code == 302, "the same click twice"
    assert Proposal.objects.count() == before + 1
    one = made.headers["Location"]
    assert "Rp2.000.000" in operator.get(one).content.decode()
    assert head.post(one, {"tindakan": "setuju"}).status_code in REFUSED, "nobody appraised it"
    assert operator.post(one, {"tindakan": "telaah", "telaah": " "}).status_code in REFUSED
    assert operator.post(one, {"tindakan": "telaah", "telaah": "Wajar"}).status_code == 302
    assert operator.post(one, {"tindakan": "setuju"}).status_code == 403
    assert "Setujui RAB" in head.get(one).content.decode()
    assert head.post(one, {"tindakan": "setuju"}).status_code == 302
    assert Package.objects.filter(code__startswith="RAB/").count() == 1
    assert "disetujui" in page_of(operator, "proposals")


def test_a_budget_is_sent_back_with_a_reason(world: World, head: Client) -> None:
    one = reverse("office:proposal", args=[world.ids["proposal"]])
    assert head.post(one, {"tindakan": "kembali", "alasan": ""}).status_code in REFUSED
    assert head.post(one, {"tindakan": "kembali", "alasan": "Harga di atas pasar"}).status_code == 302
    assert "Harga di atas pasar" in head.get(one).content.decode()


def _proxy(world: World, **more: Any) -> dict[str, Any]:
    line = Handover.objects.get(pk=world.ids["handover"]).decree_line
    home = Person.objects.get(pk=line.candidate.person_id).household
    sister = Person.objects.create(
        area=line.area, household=home, name="Adik Contoh", name_key="adik contoh", birth_date=date(1990, 1, 1)
    )
    return {
        "id": "0192f3a4-0000-7000-8000-00000000aaaa", "alasan": "ill", "anggota": str(sister.pk),
        "foto": SimpleUploadedFile("wakil.jpg", picture(), "image/jpeg"), **more,
    }  # fmt: skip


def test_a_proxy_needs_kin_a_photo_and_a_second_officer(world: World, operator: Client, head: Client) -> None:
    address = reverse("office:proxies", args=[world.ids["decree_line"]])
    sent = _proxy(world)
    assert operator.post(address, {key: value for key, value in sent.items() if key != "foto"}).status_code in REFUSED
    program = SimpleUploadedFile("wakil.jpg", b"MZ\x90 no picture", "image/jpeg")
    assert operator.post(address, {**sent, "foto": program}).status_code in REFUSED
    stranger = {**_proxy(world), "anggota": "", "nama": "Orang Lewat"}
    files = StoredFile.objects.count()
    assert operator.post(address, stranger).status_code in REFUSED
    assert (Proxy.objects.count(), StoredFile.objects.count()) == (0, files), "nothing half-written"
    sent["foto"].seek(0)
    assert operator.post(address, sent).status_code == 302
    proxy = Proxy.objects.get()
    agree = {"tindakan": "setuju", "wakil": str(proxy.pk)}
    assert operator.post(address, agree).status_code == 403
    assert "Adik Contoh" in page_of(head, "goods-waiting")
    assert "Setujui wakil" in head.get(address).content.decode()
    assert head.post(address, agree).status_code == 302
    assert head.post(address, agree).status_code in REFUSED
    proxy.refresh_from_db()
    assert proxy.checked_by is not None
    assert head.get(reverse("office:photo", args=[proxy.photo_id])).headers["Content-Type"] == "image/jpeg"


def test_goods_come_back_once_another_officer_agrees(world: World, operator: Client, head: Client) -> None:
    address = reverse("office:returns", args=[world.ids["handover"]])
    line = HandoverLine.objects.filter(handover=world.ids["handover"]).order_by("item__number")[0]
    sent = {"id": "0192f3a4-0000-7000-8000-00000000bbbb", "baris": str(line.pk), "jumlah": "1", "alasan": "damaged",
            "tanggal": "2026-10-30", "gudang": "", "catatan": "Pecah di jalan"}  # fmt: skip
    assert operator.post(address, {**sent, "jumlah": "2"}).status_code in REFUSED
    assert operator.post(address, {**sent, "baris": world.ids["decree_line"]}).status_code == 404
    assert operator.post(address, {**sent, "tanggal": "kemarin"}).status_code in REFUSED
    assert operator.post(address, sent).status_code == 302
    assert "Pecah di jalan" in page_of(head, "returns", world.ids["handover"])
    back = HandoverReturn.objects.get()
    agree = {"tindakan": "setuju", "kembali": str(back.pk)}
    assert operator.post(address, agree).status_code == 403
    assert head.post(address, agree).status_code == 302
    line.refresh_from_db()
    assert line.returned == 1
    shown = page_of(operator, "handover", world.ids["handover"])
    assert "1.06.05.2.02" in shown


def test_a_lot_moves_and_a_loss_needs_minutes(world: World, operator: Client, head: Client) -> None:
    address = reverse("office:lot", args=[world.ids["lot"]])
    store = Store.objects.get()
    code = world.office.code
    sent = {"id": "0192f3a4-0000-7000-8000-00000000cccc", "jenis": "moved", "jumlah": "2", "dari": str(store.pk),
            "ke-baru": "Kantor Camat", "tanggal": "2026-10-30", "nomor-seri": f"{code}-1 {code}-2"}  # fmt: skip
    assert operator.post(address, {**sent, "jumlah": "9"}).status_code in REFUSED
    assert Store.objects.count() == 1, "a refused move opens no store"
    assert head.post(address, sent).status_code == 403
    assert operator.post(address, {**sent, "nomor-seri": f"{code}-1 X-9"}).status_code in REFUSED
    assert operator.post(address, sent).status_code == 302
    assert operator.post(address, sent).status_code == 302, "the same click twice"
    lost = {**sent, "id": "0192f3a4-0000-7000-8000-00000000dddd", "jenis": "lost", "jumlah": "1",
            "nomor-seri": f"{code}-3", "ke-baru": ""}  # fmt: skip
    assert operator.post(address, {**lost, "berita-acara": " "}).status_code in REFUSED
    assert operator.post(address, {**lost, "berita-acara": "BA 12: gudang kebanjiran"}).status_code == 302
    assert sorted(Stock.objects.filter(lot=world.ids["lot"]).values_list("quantity", flat=True)) == [1, 2]
    lot = Lot.objects.get(pk=world.ids["lot"])
    assert (lot.in_store, lot.lost, StockMove.objects.count()) == (3, 1, 2)
    shown = operator.get(address).content.decode()
    for text in ("Kantor Camat", "BA 12: gudang kebanjiran", f"{code}-3", "hilang"):
        assert text in shown, text


def test_the_desk_takes_a_drawn_signature_and_refuses_an_empty_one(world: World, operator: Client) -> None:
    from berdaya.grants.models import Entitlement, HandoverSlot

    address = reverse("office:handover-day", args=[world.ids["handover_day"]])
    operator.post(address, {"tindakan": "terbit"})
    Entitlement.objects.filter(decree_line=world.ids["decree_line"]).update(handed=0)
    slot = HandoverSlot.objects.get(pk=world.ids["slot"])
    before, files = Handover.objects.count(), StoredFile.objects.count()
    sent = {"tindakan": "serah", "id": "0192f3a4-0000-7000-8000-00000000eeee", "kode": slot.card,
            "penerima": "Rohmah", "bukti": "signature", "nomor-2": f"{world.office.code}-1"}  # fmt: skip
    for ink in ("", "[]", "[[[5,5]]]", "{}", "bukan json", "[[[1]]]", '[["x"]]'):
        answer = operator.post(address, {**sent, "ttd-penerima": ink})
        assert answer.status_code in REFUSED, ink
        assert 'role="alert"' in answer.content.decode()
    assert (Handover.objects.count(), StoredFile.objects.count()) == (before, files)
    drawn = "[[[100,200],[180,120],[260,220]]]"
    sent |= {"ttd-penerima": drawn, "ttd-saksi": drawn, "ttd-petugas": drawn, "saksi": "Kepala Dusun"}
    sent["jumlah-2"] = "1"
    answer = operator.post(address, sent)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    row = Handover.objects.order_by("-recorded_at").exclude(signature=None).get()
    assert row.witness_signature_id
    assert row.giver_signature_id
    image = operator.get(reverse("office:photo", args=[row.signature_id]))
    assert b"<polyline" in b"".join(image.streaming_content)  # type: ignore[attr-defined]


def test_a_thing_is_looked_at_with_a_photo_and_a_loss_needs_minutes(world: World, operator: Client) -> None:
    from berdaya.grants.models import Asset, AssetCheck

    line = HandoverLine.objects.filter(handover=world.ids["handover"]).order_by("item__number")[0]
    asset = Asset.objects.filter(line=line).first() or Asset.objects.create(
        area=line.area, office=world.office, enterprise_id=world.ids["enterprise"], line=line,
        name="Lemari pendingin", value_idr=1_850_000, state_on=date(2024, 9, 1),
    )  # fmt: skip
    address = reverse("office:decree-line", args=[world.ids["decree_line"]])
    sent = {"id": "0192f3a4-0000-7000-8000-00000000ffff", "barang": str(asset.pk), "keadaan": "lost",
            "tanggal": "2026-10-30", "berita-acara": ""}  # fmt: skip
    assert operator.post(address, sent).status_code in REFUSED
    assert operator.post(address, {**sent, "barang": str(line.pk)}).status_code == 404
    assert AssetCheck.objects.count() == 0
    working = {**sent, "keadaan": "working", "foto": SimpleUploadedFile("a.jpg", picture(), "image/jpeg")}
    assert operator.post(address, working).status_code == 302
    told = operator.get(address).content.decode()
    assert "Keadaan barang: Lemari pendingin" in told
    asset.refresh_from_db()
    assert (asset.state, asset.state_on) == ("working", date(2026, 10, 30))
    HandoverLine.objects.filter(pk=line.pk).update(returned=1)
    assert "Catat keadaan barang" not in operator.get(address).content.decode()
