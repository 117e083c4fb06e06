"""What no page offers and somebody sends all the same: an id that is none is not found, never an error page."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import web_things, web_world
from tests.web_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day")]
NO_ID = "bukan-kunci"


@pytest.fixture
def world() -> World:
    made = web_world.build(1)
    web_things.accountability(made)
    return made


@pytest.fixture
def operator(world: World) -> Client:
    return web_world.sign_in(Client(), web_world.sign_up(world.office, "operator", username="rini"))


def test_a_line_of_an_lpj(world: World, operator: Client) -> None:
    answer = operator.post(reverse("office:lpj", args=[world.ids["lpj"]]), {"aksi": "batal", "baris": NO_ID})
    assert answer.status_code == 404


def test_slips_of_a_handover(operator: Client) -> None:
    assert operator.post(reverse("office:slips"), {"bast": NO_ID}).status_code == 404


def test_a_check_in_that_is_to_be_confirmed(world: World, operator: Client) -> None:
    answer = operator.post(
        reverse("office:class-session", args=[world.ids["session"]]), {"aksi": "pastikan", "pasti": [NO_ID]}
    )
    assert answer.status_code == 404


def test_a_record_that_is_to_be_tried_again(operator: Client) -> None:
    assert operator.post(reverse("office:field-stuck"), {"rekaman": NO_ID}).status_code == 404
