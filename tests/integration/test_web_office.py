"""Every office page: it opens, its lists take a fixed number of queries, and outsiders find nothing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import web_world
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day")]

# What a page asks itself, apart from session, account, role and scope (FRAME).
FRAME = 15
MAP, ACCOUNTS = 2, 3
LISTS = {
    "office:home": 13,
    "office:tasks": 3,
    "office:programmes": 6,
    "office:families": 6,
    "office:classes": 4,
    "office:handovers": 3,
    "office:businesses": 5,
    "office:groups": 4,
    "office:events": 8,
    "office:documents": 3,
}


def queries(client: Client, address: str) -> int:
    client.get(address)  # names of areas stay in the process after the first page
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(address)
    assert response.status_code == 200, response.content.decode()[:1500]
    return len(captured)


@pytest.mark.parametrize("rows", [1, 3])
def test_each_list_takes_a_literal_number_of_queries(client: Client, rows: int) -> None:
    world = web_world.build(rows)
    web_world.sign_in(client, web_world.sign_up(world.office, "operator"))
    counted = {name: queries(client, reverse(name)) - FRAME for name in LISTS}
    assert counted == LISTS
    stage = reverse("office:stage", args=[world.ids["code"], "terpilih"])
    assert queries(client, stage) - FRAME == 5
    steps = reverse("office:steps", args=[world.ids["code"]])
    assert queries(client, steps) - FRAME == 23
    assert queries(client, reverse("office:map")) - FRAME == MAP
    admin = web_world.sign_in(Client(), web_world.sign_up(world.office, "admin"))
    assert queries(admin, reverse("office:accounts")) - FRAME == ACCOUNTS


def pages(world: World) -> dict[str, str]:
    code, ids = world.ids["code"], world.ids
    return {
        "programme": reverse("office:programme", args=[code]),
        "stage": reverse("office:stage", args=[code, "terpilih"]),
        "decision": reverse("office:decision", args=[code, ids["candidate"]]),
        "approval": reverse("office:approve", args=[code, ids["approval"]]),
        "report": reverse("office:report", args=[code]),
        "family": reverse("office:family", args=[ids["household"]]),
        "class": reverse("office:class", args=[ids["class"]]),
        "handover": reverse("office:handover", args=[ids["handover"]]),
        "business": reverse("office:business", args=[ids["enterprise"]]),
        "group": reverse("office:group", args=[ids["group"]]),
        "exhibition": reverse("office:exhibition", args=[ids["exhibition"]]),
        "contest": reverse("office:contest", args=[ids["contest"]]),
        "task": reverse("office:task", args=[ids["task"]]),
        "map": reverse("office:map"),
    }


def test_every_page_opens_for_the_operator(client: Client) -> None:
    world = web_world.build(3)
    web_world.sign_in(client, web_world.sign_up(world.office, "operator"))
    for name, address in pages(world).items():
        response = client.get(address)
        body = response.content.decode()
        assert response.status_code == 200, (name, body[:1500])
        assert "style=" not in body, name
        assert "<script>" not in body, name
