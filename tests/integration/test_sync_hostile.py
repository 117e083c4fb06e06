"""Bodies that no app writes: what one record says cannot cost the others, and a whole push is refused by its name."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from berdaya.devices.models import FieldRecord, Inbox
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import Actor
from berdaya.visits.models import Visit
from tests.business_world import World, build
from tests.field_world import Phone, mentor, phone, visit_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(make_actor: Callable[..., Actor], offices: dict[str, int]) -> World:
    return build(make_actor, offices, families=2)


@pytest.fixture
def siti(world: World) -> Phone:
    return phone(*mentor(world, "siti", world.enterprises[:1])[:2])


def _send(siti: Phone, raw: bytes, **headers: str) -> Any:
    return Client().post("/sinkron/kirim/", raw, content_type="application/json", headers={**siti.headers(), **headers})


def _around(siti: Phone, good: dict[str, Any], hostile: str) -> bytes:
    """A push of an ordinary record and one whose note is the given JSON."""
    odd = visit_record(new_id())
    odd["body"]["enterprise"] = good["body"]["enterprise"]
    odd["body"]["note"] = "@@"
    body = {"device": str(siti.device), "seq": 1, "records": [odd, good]}
    return json.dumps(body).replace('"@@"', hostile).encode()


@pytest.mark.parametrize(
    ("hostile", "stored"),
    [
        ("NaN", False),
        ("-Infinity", False),
        ("1e999", False),
        (r'"\u0000"', False),
        (r'"\ud800"', False),
        (r'"\udc00\ud800"', False),
        (r'{"a\u0000": 1}', False),
        (r'{"\udfff": [1]}', False),
        ("9" * 4_000, True),
        ("[" * 400 + "]" * 400, True),
        ("1e308", True),
        ('{"a": 1, "a": 2}', True),
        ('"' + "x" * 100_000 + '"', True),
    ],
)
def test_a_hostile_record_costs_itself_only(world: World, siti: Phone, hostile: str, stored: bool) -> None:
    good = visit_record(world.enterprises[0])
    response = _send(siti, _around(siti, good, hostile))
    assert response.status_code == 200, response.content[:200]
    lines = response.json()["outcomes"]
    assert [(line["outcome"], line["code"], line["stored"]) for line in lines] == [
        ("invalid", "record_shape", stored),
        ("new", "", True),
    ]
    assert Visit.objects.count() == 1
    assert Inbox.objects.count() == FieldRecord.objects.count() == 1 + stored


def test_what_only_looks_hostile_is_taken(world: World, siti: Phone) -> None:
    good = visit_record(world.enterprises[0], note="\\u0000 \\ud800 \U0001f600")
    assert siti.outcomes(good) == [("new", "")]
    assert Visit.objects.get().note == "\\u0000 \\ud800 \U0001f600"


def test_what_python_cannot_read_is_no_push(world: World, siti: Phone) -> None:
    good = visit_record(world.enterprises[0])
    for hostile in ("9" * 100_000, "[" * 50_000 + "]" * 50_000):
        response = _send(siti, _around(siti, good, hostile))
        assert (response.status_code, response.json()["code"]) == (400, "push_unreadable")
    half = gzip.compress(_around(siti, good, '"x"'))
    response = _send(siti, half[: len(half) // 2], **{"content-encoding": "gzip"})
    assert (response.status_code, response.json()["code"]) == (400, "push_unreadable")
    assert Inbox.objects.count() == 0
