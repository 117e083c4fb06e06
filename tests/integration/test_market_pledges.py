"""Pledges of partners on PostgreSQL: recorded, followed to delivery, struck, closed; by their own office alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from berdaya.access.models import Office
from berdaya.access.selectors import actor_for
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.market.models import Pledge, PledgeDelivery
from berdaya.market.pledges import close_pledge, record_deliveries_many, save_pledges_many, strike_delivery
from berdaya.market.types import Every, NewDelivery, NewPledge, PartnerKind, PledgeKind, PledgeState
from berdaya.process.overview.partners import PartnerFilter, partners, pledge
from berdaya.tasks.models import Task
from tests import web_world
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day")]


@pytest.fixture
def world() -> World:
    return web_world.build(2)


@pytest.fixture
def operator(world: World) -> Actor:
    return actor_for(world.ids["maker"].pk)


def a_pledge(**changes: object) -> NewPledge:
    told = NewPledge(
        new_id(), "Hotel Contoh", PartnerKind.BUYER, PledgeKind.PURCHASE, "Kerupuk ikan", 50, "bungkus", Every.MONTH,
        date(2026, 1, 1), date(2026, 12, 31), 9_000,
    )  # fmt: skip
    return replace(told, **changes)  # type: ignore[arg-type]


def refused(code: str, call: object, **arguments: object) -> None:
    with pytest.raises(Problem) as raised, transaction.atomic():
        call(**arguments)  # type: ignore[operator]
    assert raised.value.code == code


def test_a_pledge_is_followed_until_it_is_kept(operator: Actor, world: World) -> None:
    told = a_pledge()
    with scoped(operator):
        assert save_pledges_many(actor=operator, pledges=[told]) == 1
        assert save_pledges_many(actor=operator, pledges=[told]) == 0, "the same again changes nothing"
        task = Task.objects.get(kind="pledge_end")
        assert (task.due_on, task.owner_role) == (date(2026, 12, 1), "operator")
        came = NewDelivery(new_id(), told.id, date(2026, 2, 10), 100, world.ids["enterprise"])
        assert record_deliveries_many(actor=operator, deliveries=[came]) == 1
        assert record_deliveries_many(actor=operator, deliveries=[came]) == 0
        row = pledge(actor=operator, pledge_id=told.id).row
        assert (row.delivered, row.delivered_idr, row.due, row.promised) == (100, 900_000, 500, 600)
        assert row.state is PledgeState.BEHIND
        rest = NewDelivery(new_id(), told.id, date(2026, 10, 30), 500, value_idr=4_400_000)
        record_deliveries_many(actor=operator, deliveries=[rest])
        assert pledge(actor=operator, pledge_id=told.id).row.state is PledgeState.KEPT
        view = partners(actor=operator, filters=PartnerFilter(q="hotel"))
        assert view.delivered_idr == 5_300_000
        assert view.by_state == {PledgeState.KEPT: 1}


def test_a_line_written_wrong_is_struck_and_stays(operator: Actor) -> None:
    told, came = a_pledge(), new_id()
    with scoped(operator):
        save_pledges_many(actor=operator, pledges=[told])
        record_deliveries_many(actor=operator, deliveries=[NewDelivery(came, told.id, date(2026, 3, 1), 70)])
        refused("reason_needed", strike_delivery, actor=operator, delivery_id=came, reason=" ")
        strike_delivery(actor=operator, delivery_id=came, reason="salah baca nota")
        refused("pledge_struck", strike_delivery, actor=operator, delivery_id=came, reason="lagi")
        view = pledge(actor=operator, pledge_id=told.id)
        assert (view.row.delivered, view.row.delivered_idr) == (0, 0)
        assert [line.struck_reason for line in view.deliveries] == ["salah baca nota"]


def test_what_cannot_be_is_named_and_writes_nothing(operator: Actor, world: World) -> None:
    told = a_pledge()
    line = NewDelivery(new_id(), told.id, date(2026, 3, 1), 5)
    with scoped(operator):
        for changes in ({"quantity": 0}, {"partner": " "}, {"ends_on": date(2025, 12, 31)}, {"unit_price_idr": -1}):
            refused("pledge_entry", save_pledges_many, actor=operator, pledges=[a_pledge(**changes)])
        save_pledges_many(actor=operator, pledges=[told])
        for wrong in (
            replace(line, quantity=0), replace(line, occurred_on=date(2025, 12, 31)),
            replace(line, occurred_on=date(2026, 11, 1)), replace(line, value_idr=-5),
        ):  # fmt: skip
            refused("pledge_delivery", record_deliveries_many, actor=operator, deliveries=[wrong])
        stranger = replace(line, enterprise_id=new_id())
        refused("enterprise_not_found", record_deliveries_many, actor=operator, deliveries=[stranger])
        refused("not_found", record_deliveries_many, actor=operator, deliveries=[replace(line, pledge_id=new_id())])
        assert not PledgeDelivery.objects.filter(pledge=told.id).exists()
        record_deliveries_many(actor=operator, deliveries=[line])
        refused("pledge_delivered", save_pledges_many, actor=operator, pledges=[replace(told, unit_price_idr=1)])
        save_pledges_many(actor=operator, pledges=[replace(told, contact="Bagian dapur")])
        close_pledge(actor=operator, pledge_id=told.id, reason="hotel tutup", on=date(2026, 5, 1))
        refused("pledge_closed", close_pledge, actor=operator, pledge_id=told.id, reason="x", on=date(2026, 5, 2))
        late = NewDelivery(new_id(), told.id, date(2026, 6, 1), 5)
        refused("pledge_closed", record_deliveries_many, actor=operator, deliveries=[late])
        refused("pledge_closed", save_pledges_many, actor=operator, pledges=[replace(told, contact="")])


def test_another_office_reads_and_never_writes(operator: Actor, world: World) -> None:
    told = a_pledge()
    line = NewDelivery(new_id(), told.id, date(2026, 3, 1), 5)
    with scoped(operator):
        save_pledges_many(actor=operator, pledges=[told])
    near = Office.objects.create(code="diskop", name="Dinas Koperasi", area=web_world.KABUPATEN)
    neighbour = actor_for(web_world.sign_up(near, "operator", username="tetangga").pk)
    with scoped(neighbour):
        assert not pledge(actor=neighbour, pledge_id=told.id).row.mine
        refused("not_found", record_deliveries_many, actor=neighbour, deliveries=[line])
        refused("not_found", save_pledges_many, actor=neighbour, pledges=[replace(told, contact="kami")])
        assert Pledge.objects.filter(pk=told.id).update(contact="kami") == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            PledgeDelivery.objects.create(
                area=web_world.KABUPATEN, office_id=operator.office, pledge_id=told.id, occurred_on=date(2026, 3, 1),
                quantity=1, value_idr=1,
            )  # fmt: skip
    far = Office.objects.create(code="bondowoso", name="Dinas Sosial Bondowoso", area=3511000000)
    stranger = actor_for(web_world.sign_up(far, "operator", area=3511000000, username="jauh").pk)
    with scoped(stranger):
        refused("not_found", pledge, actor=stranger, pledge_id=told.id)


def test_the_page_takes_a_pledge_and_what_came_of_it(world: World) -> None:
    client = web_world.sign_in(Client(), world.ids["maker"])
    entry = {
        "id": str(new_id()), "aksi": "simpan", "partner": "Kampus Contoh", "partner_kind": "campus", "kind": "service",
        "what": "12 pelatih kemasan", "quantity": "12", "unit": "pelatih", "every": "month", "unit_price_idr": "500000",
        "starts_on": "2026-06-01", "ends_on": "2026-11-30", "supplier_kind": "", "contact": "",
    }  # fmt: skip
    bad = client.post("/mitra/", entry | {"quantity": "0"})
    assert bad.status_code >= 400
    for _twice in range(2):
        assert client.post("/mitra/", entry).status_code == 302
    page = client.get("/mitra/", {"q": "kampus"}).content.decode()
    assert "Kampus Contoh" in page
    assert Pledge.objects.filter(partner="Kampus Contoh").count() == 1
    here = f"/mitra/{entry['id']}/"
    told = {"aksi": "catat", "occurred_on": "2026-07-31", "quantity": "24", "enterprise_id": "", "note": "dua bulan"}
    assert client.post(here, told).status_code == 302
    assert "12.000.000" in client.get(here).content.decode()
    assert client.post(here, told | {"occurred_on": "2027-01-01"}).status_code == 422
    line = PledgeDelivery.objects.get(pledge=entry["id"])
    assert client.post(here, {"aksi": "coret", "baris": str(line.pk), "reason": "ganda"}).status_code == 302
    assert client.post(here, {"aksi": "tutup", "reason": "kampus libur"}).status_code == 302
    assert "ditutup" in client.get(here).content.decode()
    reader = web_world.sign_in(Client(), web_world.sign_up(world.office, "camat", above=True, username="pak-camat"))
    assert reader.get(here).status_code == 200
    assert reader.post(here, told).status_code == 403
    assert reader.post("/mitra/", entry).status_code == 403
