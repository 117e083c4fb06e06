"""Pages of goods as people use them: buy, receive, call, hand over, and look at what became of it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from berdaya.grants.models import Handover, HandoverSlot, Lot, PackageItem, Purchase, PurchaseLine
from berdaya.programmes.models import Programme
from tests import web_world
from tests.unit.test_files_images import photo as picture
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day", "own_files")]


@pytest.fixture
def world() -> World:
    return web_world.build(2)


def client_of(world: World, kind: str) -> Client:
    return web_world.sign_in(Client(), web_world.sign_up(world.office, kind, username=f"{kind}-barang"))


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def test_a_package_is_made_bought_agreed_to_and_received(world: World) -> None:
    operator, head = client_of(world, "operator"), client_of(world, "head")
    packages = reverse("office:packages", args=[world.ids["code"]])
    row = {"kode": "P-9", "jenis": "shredded_fish", "barang-1": "Kompor", "spesifikasi-1": "2 tungku", "jumlah-1": "1",
           "satuan-1": "unit", "harga-1": "650.000", "aset-1": "ya"}  # fmt: skip
    assert operator.post(packages, {**row, "harga-1": "9.650.000"}).status_code == 409
    assert operator.post(packages, {**row, "harga-1": "murah"}).status_code == 422
    assert operator.post(packages, row).status_code == 302
    item = PackageItem.objects.get(package__code="P-9")
    page = operator.get(reverse("office:purchases"), {"program": world.ids["code"]}).content.decode()
    sent = {"program": world.ids["code"], "id": hidden(page, "id"), "penyedia": "CV Baru", "cara": "contract",
            "nomor": "SPK/9", "tanggal": "2026-10-01", f"jumlah-{item.pk}": "5",
            f"harga-{item.pk}": "700.000"}  # fmt: skip
    refused = operator.post(reverse("office:purchases"), sent)
    assert refused.status_code == 422
    assert "melebihi harga tertinggi" in refused.content.decode()
    assert operator.post(reverse("office:purchases"), {**sent, f"harga-{item.pk}": "640.000"}).status_code == 302
    bought = Purchase.objects.get(number="SPK/9")
    address = reverse("office:purchase", args=[bought.pk])
    line = PurchaseLine.objects.get(purchase=bought)
    lot = {"baris": line.pk, "jumlah": "5", "tanggal": "2026-10-20", "gudang-baru": "Gudang Dinas",
           "penerima": "Pak Jaga", "nomor-seri": "A1 A2 A3 A4 A5"}  # fmt: skip
    page = head.get(address).content.decode()
    assert "Setujui pengadaan" in page
    assert head.post(address, {"tindakan": "setuju"}).status_code == 302
    page = operator.get(address).content.decode()
    lot["id"] = hidden(page, "id")
    assert operator.post(address, {**lot, "jumlah": "6"}).status_code == 409
    assert operator.post(address, {**lot, "nomor-seri": "A1 A1"}).status_code == 422
    assert operator.post(address, lot).status_code == 302
    assert operator.post(address, lot).status_code == 302, "the same click twice"
    assert Lot.objects.get(purchase_line=line).in_store == 5
    stock = operator.get(reverse("office:purchases")).content.decode()
    assert "Gudang Dinas" in stock
    assert "Kompor" in stock


def test_the_desk_calls_hands_over_and_refuses_the_second_time(world: World) -> None:
    operator = client_of(world, "operator")
    address = reverse("office:handover-day", args=[world.ids["handover_day"]])
    HandoverSlot.objects.filter(pk=world.ids["slot"]).update(number=1)
    assert "belum diterbitkan" in operator.get(address).content.decode()
    assert operator.post(address, {"tindakan": "terbit"}).status_code == 302
    page = operator.get(address, {"kode": "kartu-contoh-1"}).content.decode()
    assert "Semua barangnya sudah diserahkan." in page
    key = "0192f3a4-0000-7000-8000-000000000001"
    sent = {"tindakan": "serah", "id": key, "kode": "kartu-contoh-1", "penerima": "Rohmah", "bukti": ""}
    again = operator.post(address, sent)
    assert again.status_code == 409
    assert "menerima barang pada" in again.content.decode()
    assert operator.get(address, {"kode": "tidak-ada"}).status_code == 404
    thumb = operator.post(address, {**sent, "bukti": "thumb", "saksi": ""})
    assert thumb.status_code in {409, 422}
    assert Handover.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"MZ\x90\x00 this program cannot be run", 422), (b"x" * (40 * 1024 * 1024), 413)],
    ids=["a renamed program", "40 MB"],
)
def test_a_photo_that_is_none_is_named_and_nothing_is_written(world: World, content: bytes, status: int) -> None:
    operator = client_of(world, "operator")
    address = reverse("office:handover-day", args=[world.ids["handover_day"]])
    operator.post(address, {"tindakan": "terbit"})
    page = operator.get(address, {"kode": "1"}).content.decode()
    before = Handover.objects.count()
    slot = HandoverSlot.objects.get(pk=world.ids["slot"])
    sent: dict[str, Any] = {"tindakan": "serah", "id": str(slot.pk), "kode": slot.card, "penerima": "Rohmah",
                            "foto": SimpleUploadedFile("foto.jpg", content, "image/jpeg")}  # fmt: skip
    assert "Rohmah" in page
    assert operator.post(address, sent).status_code == status
    assert Handover.objects.count() == before


def test_a_life_tells_plan_goods_word_and_money_with_pictures(world: World) -> None:
    from berdaya.grants.models import HandoverPhoto

    first = Handover.objects.get(pk=world.ids["handover"])
    HandoverPhoto.objects.create(
        area=first.area, office=world.office, handover=first, shows="receiver", file_id=world.ids["photo"]
    )
    operator = client_of(world, "operator")
    page = operator.get(reverse("office:decree-line", args=[world.ids["decree_line"]])).content.decode()
    for text in ("Rohmah", "Tercantum dalam SK", "Diserahkan dengan BAST", "Lemari pendingin", "APBD kabupaten"):
        assert text in page, text
    shown = re.findall(r'src="(/penyaluran/foto/[^"]+)"', page)
    assert shown
    image = operator.get(shown[0])
    assert (image.status_code, image.headers["Content-Type"]) == (200, "image/jpeg")
    assert "sandbox" in image.headers["Content-Security-Policy"]
    assert picture()


def test_each_rupiah_is_in_one_place(world: World) -> None:
    from berdaya.access.selectors import actor_for
    from berdaya.kernel.scope import scoped
    from berdaya.process.overview import rupiah

    actor = actor_for(world.ids["maker"].pk)
    with scoped(actor):
        found = rupiah.pots(actor=actor)
        whole = rupiah.total(found)
    assert whole.handed == 2 * 2_485_000
    assert whole.bought == whole.ordered + whole.in_store + whole.lost + whole.silent + whole.confirmed + whole.disputed
    assert {pot.source for pot in found} == {"APBD kabupaten"}
    page = client_of(world, "head").get(reverse("office:rupiah")).content.decode()
    assert "Menurut program, sumber dana, dan sub-kegiatan" in page
    assert Programme.objects.count() == 1
    assert date(2024, 1, 1) < web_world.TODAY
