"""What the API promises in ``openapi.json`` holds for every answer, whatever is asked."""

from __future__ import annotations

import json
import re
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client, override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from berdaya.kernel.problems import Problem
from tests import api_world, web_world
from tests.api_world import Caller
from tests.web_world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fixed_day() -> Iterator[None]:
    with override_settings(BERDAYA_TODAY=web_world.TODAY, BERDAYA_API_PER_MINUTE=1_000_000):
        yield


@pytest.fixture
def asked() -> tuple[World, Caller, dict[str, Any]]:
    world = web_world.build(3)
    document = Client().get("/api/openapi.json").json()
    return world, api_world.caller(api_world.role_of(world.office, "operator")), document


def check(document: dict[str, Any], template: str, answer: Any) -> None:
    """The answer has a documented status, its media type, and the shape told for it."""
    told = document["paths"][template]["get"]["responses"]
    body = answer.content.decode()
    assert str(answer.status_code) in told, (template, answer.status_code, body[:500])
    ((media, content),) = told[str(answer.status_code)]["content"].items()
    assert answer.headers["Content-Type"].split(";")[0] == media
    schema = {**content["schema"], "components": document["components"]}
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    assert not [error.message for error in validator.iter_errors(json.loads(body))], (template, body[:500])


def addresses(world: World) -> dict[str, str]:
    """Template of the document -> an address with ids that exist."""
    ids, v1 = world.ids, "/api/v1"
    known = {
        "{code}": world.ids["code"],
        "{family_id}": ids["household"],
        "{business_id}": ids["enterprise"],
        "{group_id}": ids["group"],
        "{handover_id}": ids["handover"],
        "{class_id}": ids["class"],
        "{exhibition_id}": ids["exhibition"],
        "{contest_id}": ids["contest"],
        "{task_id}": ids["task"],
        "{slug}": "tidak-ada",
    }
    made = {}
    for template in web_templates():
        address = template.replace("{code}", "35.12") if "/areas/" in template else template
        for name, value in known.items():
            address = address.replace(name, str(value))
        made[template] = address
    assert all(address.startswith(v1) and "{" not in address for address in made.values())
    return made


def web_templates() -> list[str]:
    return list(Client().get("/api/openapi.json").json()["paths"])


def test_every_documented_address_answers_as_told(asked: tuple[World, Caller, dict[str, Any]]) -> None:
    world, caller, document = asked
    for template, address in addresses(world).items():
        answer = caller.get(address, **({"name": "Situbondo", "within": "35"} if "find" in address else {}))
        check(document, template, answer)
        assert answer.status_code == (404 if "products/" in address else 200), (template, answer.content[:300])
        check(document, template, Client().get(address))


TEXT = st.text(max_size=30) | st.sampled_from(
    ["", "'", "%", "\\", "\x00", "\x01", "35.12", "36.1", "terpilih", "semua", "ya", "🐟", "a" * 300, "-1", "1e9", "0"]
)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_whatever_is_asked_the_answer_is_a_told_one(
    asked: tuple[World, Caller, dict[str, Any]], data: st.DataObject
) -> None:
    world, caller, document = asked
    template = data.draw(st.sampled_from(sorted(document["paths"])))
    parameters = document["paths"][template]["get"].get("parameters", [])
    query = {}
    for parameter in parameters:
        if parameter["in"] == "query" and data.draw(st.booleans()):
            choices = [part.get("enum", [""]) for part in [parameter["schema"], *parameter["schema"].get("anyOf", [])]]
            known = st.sampled_from([item for choice in choices for item in choice])
            query[parameter["name"]] = data.draw(TEXT | known | st.integers(-5, 10**20).map(str) | st.dates().map(str))
    address = addresses(world)[template]
    if data.draw(st.booleans()):
        piece = data.draw(TEXT.filter(lambda text: text.strip("./") and "/" not in text) | st.just(str(uuid.uuid4())))
        address = re.sub(r"[^/]+$", lambda _: _quoted(piece), address) if "{" in template[-40:] else address
    answer = caller.get(address, **query)
    if answer.resolver_match.view_name.startswith("api:v1:"):
        route = answer.resolver_match.route.replace("<uuid:", "<").replace("<", "{").replace(">", "}")
        check(document, f"/{route}", answer)
    else:
        assert answer.status_code in {400, 404}


def _quoted(text: str) -> str:
    return quote(text, safe="")


CURSORS = st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: urlsafe_b64encode(raw).decode())


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(cursor=CURSORS.filter(bool))
def test_a_made_up_cursor_is_refused(asked: tuple[World, Caller, dict[str, Any]], cursor: str) -> None:
    _, caller, document = asked
    for name in ("families", "products"):
        answer = caller.get(name, cursor=cursor)
        assert answer.status_code == 400, (cursor, answer.content[:300])
        check(document, f"/api/v1/{name}", answer)


def test_a_cursor_of_another_list_or_changed_by_hand_is_refused(asked: tuple[World, Caller, dict[str, Any]]) -> None:
    _, caller, _ = asked
    cursor = caller.get("families", limit=1).json()["next"]
    assert caller.get("families", cursor=cursor).status_code == 200
    assert caller.get("tasks", cursor=cursor).json()["code"] == "cursor_invalid"
    body, _, signature = cursor.rpartition(":")
    parts = json.loads(urlsafe_b64decode(body + "=="))
    for value in (["v", 2**70], ["d", "2026-01-01"], ["x", 1], ["v", {"a": 1}], 5):
        changed = urlsafe_b64encode(json.dumps([parts[0], value, parts[2]]).encode()).decode().rstrip("=")
        assert caller.get("families", cursor=f"{changed}:{signature}").status_code == 400, value


def test_problems_speak_both_languages(asked: tuple[World, Caller, dict[str, Any]]) -> None:
    world, caller, _ = asked
    for language, wanted in (("en-GB,en;q=0.9", "en"), ("id", "id"), ("fr", "id"), ("", "id"), ("fr,en;q=0.4", "en")):
        answer = caller.client.get(
            f"/api/v1/families/{uuid.uuid4()}", headers={**caller.headers, "Accept-Language": language}
        )
        body = answer.json()
        assert answer.status_code == body["status"] == 404
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["Content-Language"] == wanted
        assert body["title"] == Problem("not_found").text(wanted)
        assert body["detail"] == Problem("not_found").advice(wanted)
    assert world.ids


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("families?limit=201", 422, "api_parameters"),
        ("families?limit=0", 422, "api_parameters"),
        ("businesses?status=hidup", 422, "api_parameters"),
        ("businesses?statsu=active", 422, "api_unknown_parameter"),
        ("businesses?area=35.1", 400, "area.code_unknown"),
        ("families/bukan-uuid", 404, "not_found"),
        ("programmes/tidak-ada", 404, "not_found"),
        ("families?q=%00", 400, "api_text"),
        ("tidak-ada", 404, "api_unknown_address"),
        ("", 404, "api_unknown_address"),
        ("products?area=35", 400, "area.code_unknown"),
    ],
)
def test_bad_calls_are_told_what_is_wrong(
    asked: tuple[World, Caller, dict[str, Any]], address: str, status: int, code: str
) -> None:
    answer = asked[1].get(f"/api/v1/{address}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_written_through_the_api(asked: tuple[World, Caller, dict[str, Any]], method: str) -> None:
    world, caller, _ = asked
    send = getattr(caller.client, method)
    answer = send(f"/api/v1/families/{world.ids['household']}", headers=caller.headers)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET"
    assert answer.json()["code"] == "api_method"


def test_areas_by_code_and_by_name() -> None:
    web_world.areas()
    caller = Client()
    village = caller.get("/api/v1/areas/35.12.04.2003").json()
    assert (village["name"], village["level"], village["parent"]) == ("Olean", 4, "35.12.04")
    assert village["path"] == "Desa Olean, Kec. Situbondo, Kab. Situbondo, Jawa Timur"
    assert caller.get("/api/v1/areas/3512042003").json() == village
    assert caller.get("/api/v1/areas/99").status_code == 404
    found = caller.get("/api/v1/areas/find", {"name": "Desa OLEAN", "within": "35.12.04"}).json()
    assert (found["outcome"], [item["code"] for item in found["items"]]) == ("exact", ["35.12.04.2003"])
    assert caller.get("/api/v1/areas/find", {"name": "Zzz", "within": "35.12.04"}).json()["outcome"] == "unknown"
    below = caller.get("/api/v1/areas", {"within": "35.12.04"}).json()["items"]
    assert [item["name"] for item in below] == ["Olean", "Talkandang", "Kotakan"]


def test_the_reference_needs_no_script_and_no_other_server() -> None:
    for language, word in (("id", "Daftar keluarga"), ("en", "List of families")):
        answer = Client().get("/api/docs", {"lang": language})
        body = answer.content.decode()
        assert answer.status_code == 200
        assert word in body
        assert f'<html lang="{language}">' in body
        assert not re.search(r"<script|style=|onclick|javascript:", body)
        assert not re.search(r'(?:src|href)="(?:https?:)?//', body)
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        anchors = set(re.findall(r'id="([^"]+)"', body))
        assert set(re.findall(r'href="#([^"]+)"', body)) <= anchors
        assert len(re.findall(r'id="([^"]+)"', body)) == len(anchors)
    assert "Daftar keluarga" in Client().get("/api/docs").content.decode()
