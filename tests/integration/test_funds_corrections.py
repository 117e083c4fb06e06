"""A wrong entry of a fund is corrected from its book: struck and reversed, with a reason, once, by the office alone."""

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
from berdaya.funds import services
from berdaya.funds.models import CashEvent, Fund
from berdaya.funds.types import CapitalDraft, EventKind, TurnDraft
from berdaya.groups.models import Membership
from berdaya.kernel.clock import frozen
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import scoped
from berdaya.ledger.selectors import verify_books
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
    fund = Fund.objects.get(id=world.ids["fund"])
    actor = actor_for(client.get("/").wsgi_request.user.pk)
    member = Membership.objects.filter(group_id=fund.group_id).order_by("number")[0]
    with frozen(DAY), scoped(actor) as who:
        for amount, note in ((5_000_000, "SK 1"), (700_000, "salah ketik")):
            draft = CapitalDraft(new_id(), fund.pk, amount, date(DAY.year, 2, 1), note)
            services.receive_capital(actor=who, draft=draft)
        services.open_turn(actor=who, draft=TurnDraft(new_id(), member.pk, 1_000_000, 10, date(DAY.year, 2, 2)))
    return client


def entries(fund: UUID) -> dict[str, UUID]:
    return {row.note or row.kind: row.pk for row in CashEvent.objects.filter(fund=fund)}


def send(client: Client, fund: UUID, event: UUID, reason: str = "Salah ketik", **more: str) -> int:
    address = reverse("office:fund-action", args=[fund, "koreksi"])
    data = {"id": str(new_id()), "catatan": str(event), "alasan": reason} | more
    return client.post(address, data).status_code


def test_the_book_leads_to_the_entry_and_strikes_it(world: World, operator: Client) -> None:
    fund = world.ids["fund"]
    wrong = entries(fund)["salah ketik"]
    address = reverse("office:fund-books", args=[fund])
    page = operator.get(address).content.decode()
    assert f"koreksi={wrong}#koreksi" in page
    assert f"koreksi={entries(fund)['turn']}" not in page, "a turn is paid back, not reversed"
    chosen = operator.get(address, {"koreksi": str(wrong)}).content.decode()
    assert f'<option value="{wrong}" selected>' in chosen
    assert 'id="koreksi" open' in chosen
    again = {"id": str(new_id())}
    assert send(operator, fund, wrong, **again) == 302
    assert send(operator, fund, wrong, **again) == 302, "the same request twice is one reversal"
    assert send(operator, fund, wrong) == 409
    undone = CashEvent.objects.get(reverses=wrong)
    assert (undone.kind, undone.amount, undone.note) == (EventKind.REVERSAL, 700_000, "Salah ketik")
    after = operator.get(address).content.decode()
    assert after.count("b-struck") == 1
    assert "4.000.000" in after
    assert f"koreksi={wrong}" not in after
    entry = AuditEntry.objects.get(name="funds.reversed")
    assert entry.body["reason"] == "Salah ketik"
    with scoped(actor_for(operator.get("/").wsgi_request.user.pk)) as who:
        assert [row.fault for row in verify_books(actor=who) if row.fault] == []


def test_what_cannot_be_corrected_is_named(world: World, operator: Client) -> None:
    fund = world.ids["fund"]
    found = entries(fund)
    assert send(operator, fund, found["turn"]) == 409
    assert send(operator, fund, found["salah ketik"], reason="  ") == 422
    assert send(operator, fund, new_id()) == 404
    other = Fund.objects.exclude(pk=fund).values_list("pk", flat=True).first()
    assert other is None or send(operator, other, found["salah ketik"]) == 404
    # Rp4,700,000 lie in the cash box; without the first Rp5,000,000 it would hold less than nothing.
    assert send(operator, fund, found["SK 1"]) == 409
    assert not CashEvent.objects.filter(kind=EventKind.REVERSAL).exists()


def test_only_the_office_corrects(world: World, operator: Client) -> None:
    fund = world.ids["fund"]
    wrong = entries(fund)["salah ketik"]
    for kind in ("group_officer", "supervisor", "auditor"):
        account = web_world.sign_up(world.office, kind, username=f"k-{kind}"[:30])
        if kind == "group_officer":
            web_world.open_to(account, groups=world.ids["group"])
        client = web_world.sign_in(Client(), account)
        assert "Koreksi" not in client.get(reverse("office:fund-books", args=[fund])).content.decode(), kind
        assert send(client, fund, wrong) == 403, kind
    far = web_world.sign_up(web_world.office("dinsos-lain"), "operator", username="orang-lain")
    assert send(web_world.sign_in(Client(), far), fund, wrong) == 404
    assert not CashEvent.objects.filter(reverses=wrong).exists()


def test_a_longer_book_asks_no_more_queries(world: World, operator: Client) -> None:
    fund = world.ids["fund"]
    address = reverse("office:fund-books", args=[fund])
    operator.get(address)
    with CaptureQueriesContext(connection) as few:
        operator.get(address)
    actor = actor_for(operator.get("/").wsgi_request.user.pk)
    with frozen(DAY), scoped(actor) as who:
        for amount in range(100_000, 600_000, 100_000):
            services.receive_capital(actor=who, draft=CapitalDraft(new_id(), fund, amount, date(DAY.year, 3, 1)))
    with CaptureQueriesContext(connection) as many:
        operator.get(address)
    assert len(many) == len(few)
