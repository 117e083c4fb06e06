"""Three outsiders at every address of the API; beside each "cannot" stands the same call by one who can.

What the ladder shows to everybody in an area (programmes, classes, exhibitions, contests) and what is shared by area
(families) is named here one by one, so that nothing else can slip in.
"""

from __future__ import annotations

from typing import Any

import pytest

from berdaya.access.models import Office
from berdaya.access.permissions import PERMISSIONS
from tests import api_world, web_world
from tests.api_world import LISTS, Caller
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day")]

BONDOWOSO = 3511000000
LADDER = {"programme", "candidates", "class", "exhibition", "contest"}
"""Configuration without personal data: readable in its area, without the rows below it."""


@pytest.fixture
def world() -> World:
    return web_world.build(3)


def elsewhere() -> Office:
    return Office.objects.create(code="dinsos-bondowoso", name="Dinas Sosial Bondowoso", area=BONDOWOSO)


def statuses(caller: Caller, world: World) -> dict[str, int]:
    return {name: caller.get(address).status_code for name, address in api_world.details(world).items()}


def listed(caller: Caller) -> dict[str, int | None]:
    answers = {name: caller.get(name, **({"whose": "all"} if name == "tasks" else {})) for name in LISTS}
    return {name: answer.json()["total"] if answer.status_code == 200 else None for name, answer in answers.items()}


def inside(caller: Caller, world: World) -> dict[str, Any]:
    """What hangs on the ladder's rows: counts and rows that belong to the office."""
    address = api_world.details(world)
    body = {name: caller.get(address[name]).json() for name in LADDER}
    return {
        "candidates": body["programme"]["candidates"],
        "funnel": sum(bar["count"] for bar in body["programme"]["funnel"]),
        "businesses": body["programme"]["businesses"],
        "stage": body["candidates"].get("total"),
        "seats": body["class"]["taken"],
        "placements": len(body["class"]["placements"]),
        "stalls": len(body["exhibition"]["stall_list"]),
        "entries": len(body["contest"]["entry_list"]),
    }


def test_the_office_itself_reaches_everything(world: World) -> None:
    caller = api_world.caller(api_world.role_of(world.office, "operator"))
    assert set(statuses(caller, world).values()) == {200}
    assert listed(caller) == {
        "programmes": 1, "families": 12, "businesses": 3, "groups": 3, "handovers": 3, "classes": 3,
        "exhibitions": 3, "contests": 3, "tasks": 3,
    }  # fmt: skip
    assert inside(caller, world) == {
        "candidates": 3, "funnel": 21, "businesses": 3, "stage": 3, "seats": 3, "placements": 3, "stalls": 3,
        "entries": 3,
    }  # fmt: skip


def test_another_area_reaches_nothing(world: World) -> None:
    role = api_world.role_of(elsewhere(), "operator", area=BONDOWOSO)
    caller = api_world.caller(role)
    assert statuses(caller, world) == dict.fromkeys(api_world.details(world), 404)
    assert listed(caller) == dict.fromkeys(LISTS, 0)


def test_another_office_of_the_area_sees_the_ladder_and_shared_families_only(world: World) -> None:
    caller = api_world.caller(api_world.role_of(web_world.office("dinas-lain"), "operator"))
    found = statuses(caller, world)
    allowed = LADDER | {"family", "figures"}
    assert found == {name: 200 if name in allowed else 404 for name in found}
    assert listed(caller) == {
        "programmes": 1, "families": 12, "businesses": 0, "groups": 0, "handovers": 0, "classes": 3,
        "exhibitions": 3, "contests": 3, "tasks": 0,
    }  # fmt: skip
    assert set(inside(caller, world).values()) == {0}
    figures = caller.get(api_world.details(world)["figures"]).json()
    assert figures["selected"] == figures["visits"] == figures["goods_value_idr"] == 0
    family = caller.get(api_world.details(world)["family"]).json()
    assert family["candidacies"] == family["businesses"] == family["handovers"] == []


def test_another_mentor_of_the_office_reaches_no_business_of_a_colleague(world: World) -> None:
    own, other = world.lists["enterprises"][0], world.lists["enterprises"][1]
    mentor = api_world.caller(api_world.role_of(world.office, "mentor", name="pendamping-a", enterprises=(own,)))
    colleague = api_world.caller(api_world.role_of(world.office, "mentor", name="pendamping-b", enterprises=(other,)))
    assert mentor.get(f"businesses/{own}").status_code == 200
    assert colleague.get(f"businesses/{own}").status_code == 404
    assert [row["id"] for row in mentor.walk("businesses")] == [str(own)]
    assert [row["id"] for row in colleague.walk("businesses")] == [str(other)]
    # Programmes, candidates and handovers are the office's whole work: a mentor is told that they are not his.
    assert statuses(colleague, world) == {
        "programme": 403, "figures": 403, "candidates": 403, "family": 404, "business": 404, "group": 404,
        "handover": 403, "class": 200, "exhibition": 200, "contest": 200, "task": 404,
    }  # fmt: skip
    assert listed(colleague) == {
        "programmes": None, "families": 0, "businesses": 1, "groups": 0, "handovers": None, "classes": 3,
        "exhibitions": 3, "contests": 3, "tasks": 1,
    }  # fmt: skip
    address = api_world.details(world)
    assert colleague.get(address["class"]).json()["placements"] == []
    stalls = colleague.get(address["exhibition"]).json()["stall_list"]
    assert [stall["enterprise_id"] for stall in stalls] == [str(other)]
    entries = colleague.get(address["contest"]).json()["entry_list"]
    assert [entry["enterprise_id"] for entry in entries] == [str(other)]


def test_a_session_of_the_office_pages_reaches_the_same(world: World) -> None:
    from django.test import Client

    insider = web_world.sign_in(Client(), web_world.sign_up(world.office, "operator", username="sesi-a"))
    outsider = web_world.sign_in(Client(), web_world.sign_up(elsewhere(), "operator", area=BONDOWOSO))
    address = f"/api/v1/{api_world.details(world)['business']}"
    assert insider.get(address).status_code == 200
    assert outsider.get(address).status_code == 404
    assert Client().get(address).status_code == 401


def test_a_role_without_the_permission_is_told_so(world: World) -> None:
    lurah = api_world.caller(api_world.role_of(world.office, "lurah"))
    assert lurah.get("businesses").status_code == 200
    refused = lurah.get("families")
    assert refused.status_code == 403
    assert refused.json()["code"] == "not_allowed"


@pytest.mark.parametrize("kind", [kind for kind in PERMISSIONS if kind != "public"])
def test_every_role_gets_an_answer_or_a_reason_at_every_address(world: World, kind: str) -> None:
    caller = api_world.caller(api_world.role_of(world.office, kind, enterprises=tuple(world.lists["enterprises"])))
    for address in (*LISTS, *api_world.details(world).values()):
        answer = caller.get(address)
        assert answer.status_code in {200, 403, 404}, (address, answer.content.decode()[:300])
