"""An instrument on ODK Collect: listed, downloaded with its families, filled in, edited; the score is the server's."""

from __future__ import annotations

import base64
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from berdaya.forms import rules
from berdaya.forms.models import Response
from tests import web_world
from tests.web_world import PASSWORD, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_day")]
FORM = "/openrosa/forms/instrumen-assessment"


@pytest.fixture
def world() -> World:
    made = web_world.build(2)
    mentor = web_world.sign_up(made.office, "mentor", username="siti")
    web_world.open_to(mentor, households=made.ids["household"])
    return made


def basic() -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"siti:{PASSWORD}".encode()).decode()}


def submit(world: World, instance: str, *, before: str = "", subject: object = None, **told: str) -> Any:
    fields = "".join(f"<{name}>{text}</{name}>" for name, text in told.items())
    meta = f"<deprecatedID>uuid:{before}</deprecatedID>" if before else ""
    xml = (
        '<data xmlns:orx="http://openrosa.org/xforms" id="instrumen-assessment" version="2">'
        f"<start>2026-10-03T09:00:00+07:00</start><subject>{subject or world.ids['household']}</subject>"
        f"<on>2026-10-03</on><talent>{fields}</talent>"
        f"<orx:meta><orx:instanceID>uuid:{instance}</orx:instanceID>{meta}</orx:meta></data>"
    )
    file = SimpleUploadedFile("isian.xml", xml.encode(), content_type="text/xml")
    return Client().post("/openrosa/submission", {"xml_submission_file": file}, headers=basic())


def test_the_form_is_listed_with_all_its_questions_and_the_callers_families(world: World) -> None:
    client = Client()
    listed = client.get("/openrosa/formList", headers=basic()).content.decode()
    assert "<formID>instrumen-assessment</formID>" in listed
    assert "<formID>kunjungan</formID>" in listed
    xml = client.get(f"{FORM}.xml", headers=basic()).content.decode()
    root = ET.fromstring(xml)  # noqa: S314 - made by the server
    names = {node.tag.rpartition("}")[2] for node in root.iter()}
    assert {q.code for q in rules.shipped("assessment").questions} <= names
    assert "Batik tulis" in xml
    manifest = client.get(f"{FORM}/manifest", headers=basic()).content.decode()
    assert "<filename>keluarga.csv</filename>" in manifest
    families = client.get(f"{FORM}/keluarga.csv", headers=basic()).content.decode()
    assert str(world.ids["household"]) in families
    assert str(world.lists["households"][1]) not in families
    assert client.get("/openrosa/forms/instrumen-lain.xml", headers=basic()).status_code == 404
    assert client.get(f"{FORM}/lain.csv", headers=basic()).status_code == 404
    assert client.get(f"{FORM}.xml").status_code == 401


def test_a_filled_form_is_scored_once_and_an_edit_is_a_new_answer(world: World) -> None:
    first, second = str(uuid4()), str(uuid4())
    assert submit(world, first, skill_level="3", skills="sewing batik").status_code == 201
    assert submit(world, first, skill_level="3", skills="sewing batik").status_code == 201
    response = Response.objects.get()
    assert response.answers == {"skill_level": 3, "skills": ["sewing", "batik"]}
    assert response.subject_id == world.ids["household"]
    assert submit(world, second, before=first, skill_level="4").status_code == 201
    assert sorted(r.answers["skill_level"] for r in Response.objects.all()) == [3, 4]


def test_a_family_outside_the_caseload_is_kept_aside(world: World) -> None:
    answer = submit(world, str(uuid4()), subject=world.lists["households"][1], skill_level="3")
    assert answer.status_code == 201
    assert not Response.objects.exists()
