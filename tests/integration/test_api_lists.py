"""Lists and single rows of the API: what they hold, in how many queries, and read on without gap or repetition."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import api_world, web_world
from tests.api_world import LISTS, Caller

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day")]

# Token, account, role, count of calls and the scopes of each; the same for every call.
FRAME = 25
QUERIES = {
    "programmes": 5,
    "families": 5,
    "businesses": 3,
    "groups": 3,
    "handovers": 2,
    "classes": 3,
    "exhibitions": 3,
    "contests": 3,
    "tasks": 2,
    "candidates": 3,
}


def operator(rows: int) -> tuple[web_world.World, Caller]:
    world = web_world.build(rows)
    return world, api_world.caller(api_world.role_of(world.office, "operator"))


def queries(caller: Caller, address: str) -> int:
    caller.get(address)  # names of areas stay in the process after the first call
    with CaptureQueriesContext(connection) as captured:
        answer = caller.get(address)
    assert answer.status_code == 200, answer.content.decode()[:1500]
    return len(captured)


@pytest.mark.parametrize("rows", [1, 3])
def test_each_list_takes_a_literal_number_of_queries(rows: int) -> None:
    world, caller = operator(rows)
    counted = {name: queries(caller, name) - FRAME for name in LISTS}
    counted["candidates"] = queries(caller, f"programmes/{world.ids['code']}/candidates") - FRAME
    assert counted == QUERIES


def test_every_row_opens_for_the_operator() -> None:
    world, caller = operator(3)
    for name, address in api_world.details(world).items():
        answer = caller.get(address)
        assert answer.status_code == 200, (name, answer.content.decode()[:1500])
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_cursors_read_every_row_once() -> None:
    world, caller = operator(5)
    for name in (*LISTS, f"programmes/{world.ids['code']}/candidates"):
        query = {"whose": "all"} if name == "tasks" else {}
        at_once = [row["id"] for row in caller.walk(name, **query)]
        by_two = [row["id"] for row in caller.walk(name, limit=2, **query)]
        assert by_two == at_once, name
        assert len(set(at_once)) == len(at_once) == caller.get(name, **query).json()["total"], name


def test_ranked_candidates_without_a_rank_come_last_and_once() -> None:
    from berdaya.programmes.models import Candidate

    world, caller = operator(5)
    late = world.lists["candidates"][:3]
    Candidate.objects.filter(pk__in=late).update(rank=None)
    rows = list(caller.walk(f"programmes/{world.ids['code']}/candidates", stage="terpilih", limit=1))
    assert [row["rank"] for row in rows] == [4, 5, None, None, None]
    assert {row["id"] for row in rows} == {str(pk) for pk in world.lists["candidates"]}


def test_the_same_count_as_the_page(client: Client) -> None:
    world, caller = operator(4)
    web_world.sign_in(client, web_world.sign_up(world.office, "head", username="kepala-uji"))
    page = client.get("/usaha/", {"status": "active"}).content.decode()
    api = list(caller.walk("businesses", status="active"))
    assert api
    assert all(row["name"] in page for row in api)
    funnel = {bar["stage"]: bar["count"] for bar in caller.get(f"programmes/{world.ids['code']}").json()["funnel"]}
    for stage, count in funnel.items():
        listed = caller.get(f"programmes/{world.ids['code']}/candidates", stage=stage).json()
        assert listed["total"] == count == len(listed["items"]), stage


def test_filters_limit_and_areas_are_dotted() -> None:
    _world, caller = operator(3)
    first = web_world.VILLAGES[0]
    rows = caller.get("businesses", area=str(first)).json()["items"]
    assert [row["area"] for row in rows] == ["35.12.04.2003"]
    assert caller.get("businesses", area="36").json()["items"] == []
    assert caller.get("businesses", q="tidak ada").json()["total"] == 0
    assert caller.get("handovers", confirmed="silent").json()["total"] == 3
    assert caller.get("groups", incomplete="true").json()["total"] == 0


def test_a_family_leaves_without_numbers_birthday_telephone_or_income() -> None:
    from berdaya.people.models import Household, Person

    world, caller = operator(1)
    Household.objects.update(phone="081200001234")
    Person.objects.update(nik_cipher=b"sealed-number")
    address = f"families/{world.ids['household']}"
    body = caller.get(address).content.decode()
    assert "Rohmah" in body
    assert '"birth_year": 1985' in body
    for hidden in ("081200001234", "1985-01-01", "nik", "kk_", "phone", "income", "disab", "sealed"):
        assert hidden not in body.lower(), hidden
    assert "income" not in caller.get(f"businesses/{world.ids['enterprise']}").content.decode()
