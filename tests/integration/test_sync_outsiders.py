"""Every address of the phones refuses who has no token, a session in place of one, and a token that was cut off."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from berdaya.access.models import Account
from berdaya.devices.services import phones
from berdaya.kernel.scope import Actor, scoped
from berdaya.sync.urls import urlpatterns
from tests.business_world import World, build
from tests.field_world import siti

pytestmark = pytest.mark.django_db
BY_SESSION = {"enrol", "queue", "report"}
METHODS = {"push": "post", "nik": "post", "queue": "post", "enrol": "post"}
ARGUMENTS: dict[str, list[object]] = {
    "pack": ["caseload", uuid4()],
    "file": [uuid4()],
    "report": ["2026-10"],
}


def routes() -> list[str]:
    return [str(item.name) for item in urlpatterns if isinstance(item, URLPattern) and item.name != "unknown"]


@pytest.fixture
def world(make_actor: Callable[..., Actor], offices: dict[str, int]) -> World:
    return build(make_actor, offices)


def call(client: Client, route: str, **headers: str) -> tuple[int, str, bool]:
    address = reverse(f"sync:{route}", args=ARGUMENTS.get(route, []))
    method = getattr(client, METHODS.get(route, "get"))
    body = {"content_type": "application/json"} if route in METHODS else {}
    response = method(address, headers=headers, **body)
    told = response.json()
    assert response.headers["Cache-Control"] == "private, no-store"
    return response.status_code, told["code"], told["wipe"]


@pytest.mark.parametrize("route", routes())
def test_nobody_and_a_wrong_token(world: World, route: str) -> None:
    needed = "sign_in_needed" if route in BY_SESSION else "device_needed"
    assert call(Client(), route) == (401, needed, False)
    if route != "enrol":
        assert call(Client(), route, authorization="Bearer bdd_salah") == (401, "device_unknown", False)


@pytest.mark.parametrize("route", [name for name in routes() if name not in BY_SESSION])
def test_a_session_is_no_token(world: World, route: str) -> None:
    one = siti(world, world.enterprises)
    client = Client()
    client.force_login(Account.objects.get(pk=one.account_id))
    assert call(client, route) == (401, "device_needed", False)


@pytest.mark.parametrize("route", [name for name in routes() if name != "enrol"])
def test_a_phone_that_was_cut_off(world: World, route: str) -> None:
    one = siti(world, world.enterprises)
    with scoped(world.operator):
        phones.revoke(actor=world.operator, device_id=one.device, reason="hilang")
    assert call(Client(), route, **one.headers()) == (403, "device_revoked", True)


@pytest.mark.parametrize("route", [name for name in routes() if name != "enrol"])
def test_a_role_that_has_ended(world: World, route: str) -> None:
    from berdaya.access.models import Role

    one = siti(world, world.enterprises)
    Role.objects.filter(pk=one.role_id).update(valid_until="2025-01-01")
    assert call(Client(), route, **one.headers()) == (403, "device_role_ended", True)


def test_an_address_that_is_none(world: World) -> None:
    response = Client().get("/sinkron/tidak-ada/")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    wrong = Client().get("/sinkron/kirim/")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "sync_method")


def test_another_office_cuts_no_phone_off(world: World) -> None:
    from berdaya.kernel.problems import Problem

    one = siti(world, world.enterprises)
    for stranger in (world.outsider, world.other_office):
        with scoped(stranger), pytest.raises(Problem, match="authority"):
            phones.revoke(actor=stranger, device_id=one.device, reason="iseng")
    assert one.get("/sinkron/paket/").status_code == 200
