"""The shop on its business's page: taken down when the owner asks, and the permits that each product lacks."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from berdaya.access.selectors import actor_for
from berdaya.audit.models import AuditEntry
from berdaya.enterprises.models import Enterprise
from berdaya.kernel.clock import frozen
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import scoped
from berdaya.market.models import Product, Storefront
from berdaya.market.services import open_storefronts_many, publish_products_many
from berdaya.market.types import NewProduct, NewStorefront, Permit, PermitKind
from berdaya.people.models import Consent
from tests import web_world
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day")]
DAY = web_world.TODAY


@pytest.fixture
def world() -> World:
    return web_world.build(2)


@pytest.fixture
def operator(world: World) -> Client:
    client = web_world.sign_in(Client(), web_world.sign_up(world.office, "operator", username="siti"))
    business = world.ids["enterprise"]
    actor = actor_for(client.get("/").wsgi_request.user.pk)
    with frozen(DAY), scoped(actor) as who:
        if not Storefront.objects.filter(enterprise=business).exists():
            shop = NewStorefront(new_id(), business, "Dapur Contoh", consent_on=date(2025, 1, 1))
            open_storefronts_many(actor=who, storefronts=[shop])
        publish_products_many(actor=who, products=[product(business, "Abon lele")])
    return client


def product(business: UUID, name: str) -> NewProduct:
    permits = (Permit(PermitKind.PIRT, "123456789012345", date(2026, 1, 31)),)
    return NewProduct(
        new_id(), business, name, "food", price_idr=15_000, unit="bungkus", stock=20, consent_on=date(2025, 1, 1),
        permits=permits,
    )  # fmt: skip


def address(world: World) -> str:
    return reverse("office:business", args=[world.ids["enterprise"]])


def test_each_product_says_which_permit_it_lacks_and_what_to_do(world: World, operator: Client) -> None:
    page = operator.get(address(world)).content.decode()
    assert "Izin yang kurang" in page
    assert "NIB, P-IRT (habis 31 Jan 2026), Halal" in page.replace("\u00a0", " ")
    for words in ("oss.go.id", "ptsp.halal.go.id"):
        assert words in page


def test_a_shop_is_gone_at_once_when_its_owner_asks(world: World, operator: Client) -> None:
    shop = Storefront.objects.get(enterprise=world.ids["enterprise"])
    public = reverse("shop:seller", args=[shop.slug])
    assert Client().get(public).status_code == 200
    assert operator.post(address(world), {"alasan": " "}).status_code == 422
    assert Client().get(public).status_code == 200
    done = operator.post(address(world), {"alasan": "Pemilik meminta lewat telepon"}, follow=True)
    assert "tidak tampil lagi di pasar umum" in done.content.decode()
    assert "Persetujuan tampil ditarik" in done.content.decode()
    assert Client().get(public).status_code == 404
    assert operator.post(address(world), {"alasan": "lagi"}).status_code == 302
    entry = AuditEntry.objects.get(name="market.consent_withdrawn")
    assert entry.reason == "Pemilik meminta lewat telepon"


def _taken_down(world: World, operator: Client) -> Storefront:
    assert operator.post(address(world), {"alasan": "Pemilik meminta"}).status_code == 302
    return Storefront.objects.get(enterprise=world.ids["enterprise"])


def _again(world: World, **other: object) -> dict[str, object]:
    products = list(
        Product.objects.filter(enterprise=world.ids["enterprise"], name="Abon lele").values_list("pk", flat=True)
    )
    return {
        "aksi": "pasang",
        "produk": products,
        "tanggal": DAY.isoformat(),
        "kata": "Setuju lagi, didengar Bu Siti",
    } | other


def test_a_shop_is_shown_again_with_the_products_that_its_owner_names(world: World, operator: Client) -> None:
    shop = _taken_down(world, operator)
    every = Product.objects.filter(enterprise=world.ids["enterprise"]).count()
    page = operator.get(address(world)).content.decode()
    assert "Pasang toko ini lagi" in page
    assert page.count('name="produk"') == every
    for other, why in (
        ({"produk": []}, "Belum ada produk"), ({"kata": " "}, "lasan"), ({"tanggal": "2020-01-01"}, "Persetujuan baru"),
        ({"tanggal": "2099-01-01"}, "Persetujuan baru"), ({"produk": [new_id()]}, "Belum ada produk"),
    ):  # fmt: skip
        refused = operator.post(address(world), _again(world, **other))
        assert refused.status_code == 422, other
        assert why in refused.content.decode(), other
    assert Client().get(reverse("shop:seller", args=[shop.slug])).status_code == 404
    assert operator.post(address(world), _again(world)).status_code == 302
    seen = Client().get(reverse("shop:seller", args=[shop.slug]))
    assert "Abon lele" in seen.content.decode()
    shop.refresh_from_db()
    assert (shop.withdrawn_on, shop.consent_on, shop.place_consent_on) == (None, DAY, None)
    assert Product.objects.filter(enterprise=shop.enterprise_id, withdrawn_on=None).count() == 1
    assert operator.post(address(world), _again(world)).status_code == 302, "the same again changes nothing"
    entry = AuditEntry.objects.get(name="market.consent_renewed")
    assert entry.reason == "Setuju lagi, didengar Bu Siti"


def test_a_family_that_took_its_consent_back_agrees_on_its_own_page_first(world: World, operator: Client) -> None:
    shop = _taken_down(world, operator)
    gone = Consent.objects.create(
        area=shop.area, household_id=world.ids["household"], purpose="publication", given_on=date(2025, 1, 1),
        method="signature", withdrawn_on=DAY,
    )  # fmt: skip
    assert Enterprise.objects.get(pk=shop.enterprise_id).household_id == gone.household_id
    refused = operator.post(address(world), _again(world))
    assert refused.status_code == 409
    assert "Persetujuan keluarga" in refused.content.decode()
    gone.pk, gone.withdrawn_on = new_id(), None
    gone._state.adding = True
    gone.save()
    assert operator.post(address(world), _again(world)).status_code == 302


def test_nobody_else_shows_a_shop_again(world: World, operator: Client) -> None:
    _taken_down(world, operator)
    for kind in ("supervisor", "mentor", "lurah"):
        account = web_world.sign_up(world.office, kind, username=f"l-{kind}")
        if kind == "mentor":
            web_world.open_to(account, enterprises=world.ids["enterprise"])
        client = web_world.sign_in(Client(), account)
        assert client.post(address(world), _again(world)).status_code in {403, 404}, kind
    far = web_world.sign_up(web_world.office("dinsos-jauh"), "operator", username="orang-jauh")
    assert web_world.sign_in(Client(), far).post(address(world), _again(world)).status_code == 404
    assert Storefront.objects.get(enterprise=world.ids["enterprise"]).withdrawn_on is not None


def test_only_the_own_office_takes_a_shop_down(world: World, operator: Client) -> None:
    for kind in ("supervisor", "mentor", "lurah"):
        account = web_world.sign_up(world.office, kind, username=f"k-{kind}")
        if kind == "mentor":
            web_world.open_to(account, enterprises=world.ids["enterprise"])
        client = web_world.sign_in(Client(), account)
        assert "Turunkan toko ini" not in client.get(address(world)).content.decode(), kind
        assert client.post(address(world), {"alasan": "x"}).status_code in {403, 404}, kind
    far = web_world.sign_up(web_world.office("dinsos-lain"), "operator", username="orang-lain")
    assert web_world.sign_in(Client(), far).post(address(world), {"alasan": "x"}).status_code == 404
    assert Storefront.objects.get(enterprise=world.ids["enterprise"]).withdrawn_on is None


def test_more_products_ask_no_more_queries(world: World, operator: Client) -> None:
    operator.get(address(world))
    with CaptureQueriesContext(connection) as few:
        operator.get(address(world))
    actor = actor_for(operator.get("/").wsgi_request.user.pk)
    with frozen(DAY), scoped(actor) as who:
        rows = [product(world.ids["enterprise"], f"Sambal {at}") for at in range(6)]
        publish_products_many(actor=who, products=rows)
    with CaptureQueriesContext(connection) as many:
        operator.get(address(world))
    assert len(many) == len(few)
