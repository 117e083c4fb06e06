"""Goods that came back whole are not asked after on a phone any more, and the phone hears of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from berdaya.devices.models import Change
from berdaya.grants.models import Asset, HandoverLine, HandoverReturn
from berdaya.grants.selectors import assets
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import Actor, scoped
from tests import web_world
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day", "own_files")]


def mentor(world: World, *enterprises: Any) -> Actor:
    account = web_world.sign_up(world.office, "mentor", username=f"pendamping-{len(enterprises)}")
    return Actor(
        kind="subject", role="mentor", account_id=account.pk, office=world.office.pk, enterprises=enterprises,
        ranges=((web_world.KABUPATEN, web_world.KABUPATEN + 999_999),), permissions=frozenset({"visit.record"}),
    )  # fmt: skip


def test_a_thing_given_back_leaves_the_list_and_the_phone_is_told() -> None:
    world = web_world.build(1)
    line = HandoverLine.objects.filter(handover=world.ids["handover"]).order_by("item__number")[0]
    business = world.ids["enterprise"]
    Asset.objects.filter(line=line).delete()
    facts = {"area": line.area, "office_id": world.office.pk, "enterprise_id": business, "line": line,
             "value_idr": 100_000, "state_on": web_world.TODAY}  # fmt: skip
    gone = Asset.objects.create(id=new_id(), name="Wajan besar", **facts)
    own, other = mentor(world, business), mentor(world)
    with scoped(own):
        assert gone.pk in {item.id for item in assets(actor=own, enterprises=[business])}
    seen = Change.objects.filter(subject_id=business, kind="asset").count()
    assert seen, "a new thing is told too"
    sent = {"id": str(new_id()), "baris": str(line.pk), "jumlah": str(line.quantity), "alasan": "damaged",
            "tanggal": web_world.TODAY.isoformat(), "gudang": "", "catatan": "Pecah"}  # fmt: skip
    address = reverse("office:returns", args=[world.ids["handover"]])
    officer, head = (
        web_world.sign_in(Client(), web_world.sign_up(world.office, kind, username=f"{kind}-kembali"))
        for kind in ("operator", "head")
    )
    assert officer.post(address, sent).status_code == 302
    agree = {"tindakan": "setuju", "kembali": str(HandoverReturn.objects.get().pk)}
    assert head.post(address, agree).status_code == 302
    with scoped(own):
        assert gone.pk not in {item.id for item in assets(actor=own, enterprises=[business])}
    assert Change.objects.filter(subject_id=business, kind="asset").count() > seen
    with scoped(other):
        assert assets(actor=other, enterprises=[business]) == []
