"""ODK Collect: form list, manifest, form, submission with a photo; the same outcomes as the field app's."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Callable
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from berdaya.access.models import Account, Role
from berdaya.access.tokens import issue_token, revoke_token
from berdaya.devices.models import FieldRecord, Inbox, Upload
from berdaya.kernel.scope import Actor, scoped
from berdaya.process.offices import installer
from berdaya.visits.models import Visit
from tests.business_world import World, build
from tests.field_world import mentor
from tests.integration.test_sync_files import photo

pytestmark = pytest.mark.django_db
PASSWORD = "sandi-panjang-sekali"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> None:
    settings.BERDAYA_FILES = tmp_path


@pytest.fixture
def world(make_actor: Callable[..., Actor], offices: dict[str, int]) -> World:
    made = build(make_actor, offices, families=3)
    account, _role, _key = mentor(made, "siti", made.enterprises[:2])
    Account.objects.filter(pk=account).update(password=make_password(PASSWORD))
    return made


def basic(name: str = "siti", password: str = PASSWORD) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def filled(enterprise: object, instance: str, **told: str) -> bytes:
    before = told.pop("deprecated", "")
    values = {"on": "2025-03-03", "method": "seen", "production_days": "12", "turnover_idr": "750000",
              "position": "-7.7061 114.0098 12.0 8.5", **told}  # fmt: skip
    fields = "".join(f"<{name}>{text}</{name}>" for name, text in values.items())
    meta = f"<deprecatedID>uuid:{before}</deprecatedID>" if before else ""
    return (
        '<data xmlns="http://berdaya/kunjungan" xmlns:orx="http://openrosa.org/xforms" id="kunjungan" version="1">'
        f"<start>2025-03-03T09:00:00+07:00</start><enterprise>{enterprise}</enterprise>{fields}"
        f"<orx:meta><orx:instanceID>uuid:{instance}</orx:instanceID>{meta}</orx:meta></data>"
    ).encode()


def send(raw: bytes, **files: bytes) -> Any:
    parts: dict[str, Any] = {"xml_submission_file": SimpleUploadedFile("f.xml", raw, "text/xml")}
    parts |= {name: SimpleUploadedFile(name, data, "image/jpeg") for name, data in files.items()}
    return Client().post("/openrosa/submission", parts, headers=basic())


def test_collect_finds_the_form_and_the_own_families(world: World) -> None:
    client = Client()
    listed = client.get("/openrosa/formList", headers=basic())
    assert listed.headers["X-OpenRosa-Version"] == "1.0"
    space = "{http://openrosa.org/xforms/xformsList}"
    entry = ET.fromstring(listed.content).find(f"{space}xform")  # noqa: S314 - our own answer
    assert entry is not None
    told = {node.tag.removeprefix(space): node.text or "" for node in entry}
    assert told["formID"] == "kunjungan"
    assert told["hash"].startswith("md5:")
    form = client.get(told["downloadUrl"], headers=basic())
    assert b"jr://file-csv/binaan.csv" in form.content
    ET.fromstring(form.content)  # noqa: S314 - our own answer
    manifest = client.get(told["manifestUrl"], headers=basic()).content.decode()
    address = manifest.partition("<downloadUrl>")[2].partition("</downloadUrl>")[0]
    rows = list(csv.DictReader(io.StringIO(client.get(address, headers=basic()).content.decode())))
    assert {row["name"] for row in rows} == {str(key) for key in world.enterprises[:2]}
    assert all("Kerupuk Ikan" in row["label"] for row in rows)


def test_a_submission_is_a_record_like_any_other(world: World) -> None:
    instance, picture = str(uuid4()), photo(300)
    raw = filled(world.enterprises[0], instance, photo="1.jpg", advice="Catat penjualan")
    for _ in range(2):
        answer = send(raw, **{"1.jpg": picture})
        assert answer.status_code == 201
        assert b"submit_success" in answer.content
    visit = Visit.objects.get()
    assert (str(visit.pk), visit.turnover_idr, visit.advice) == (instance, 750_000, "Catat penjualan")
    assert visit.met_lat == pytest.approx(-7.7061)
    assert Upload.objects.get().state == "complete"
    kept = Inbox.objects.get()
    assert (kept.source, kept.device_id) == ("openrosa", None)
    assert Client().head("/openrosa/submission", headers=basic()).status_code == 204


def test_an_edit_in_collect_is_an_edit_here(world: World) -> None:
    first = str(uuid4())
    send(filled(world.enterprises[0], first))
    send(filled(world.enterprises[0], str(uuid4()), turnover_idr="9000", deprecated=first))
    assert Visit.objects.get().turnover_idr == 9_000


def test_what_is_wrong_is_kept_and_named(world: World) -> None:
    assert send(filled(world.enterprises[2], str(uuid4()))).status_code == 201
    assert send(filled(world.enterprises[0], str(uuid4()), turnover_idr="banyak")).status_code == 201
    codes = set(FieldRecord.objects.values_list("outcome", "code"))
    assert codes == {("invalid", "not_yours"), ("invalid", "record_shape")}
    assert Visit.objects.count() == 0


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<data",
        b'<data id="lain"/>',
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><data id="kunjungan">&a;</data>',
        b'<data id="kunjungan"><instanceID>uuid:../../etc</instanceID></data>',
    ],
)
def test_what_is_no_submission(world: World, raw: bytes) -> None:
    assert send(raw).status_code == 400
    assert Inbox.objects.count() == 0


def test_who_may_not(world: World) -> None:
    for headers in ({}, basic(password="salah"), basic("tidak-ada"), {"authorization": "Basic !!!"}):
        answer = Client().get("/openrosa/formList", headers=headers)
        assert (answer.status_code, answer.headers["WWW-Authenticate"][:5]) == (401, "Basic")


ADDRESSES = (
    "formList", "forms/kunjungan.xml", "forms/kunjungan/manifest", "forms/kunjungan/binaan.csv", "submission",
)  # fmt: skip


@pytest.mark.parametrize("name", ADDRESSES)
def test_every_answer_speaks_openrosa(world: World, name: str) -> None:
    """OpenRosa 1.0, HTTP Request API: version, date in GMT, the size that is taken; a challenge before all."""
    for headers, right in (({}, 401), (basic(), 204 if name == "submission" else 200)):
        answer = Client().head(f"/openrosa/{name}", headers=headers)
        assert answer.status_code == right
        assert answer.headers["X-OpenRosa-Version"] == "1.0"
        assert answer.headers["Date"].endswith(" GMT")
        assert parsedate_to_datetime(answer.headers["Date"]).utcoffset() == timedelta(0)
        assert int(answer.headers["X-OpenRosa-Accept-Content-Length"]) >= 10 * 1024 * 1024
        assert ("WWW-Authenticate" in answer.headers) == (right == 401)
    if name == "submission":
        assert answer.headers["Location"].endswith("/openrosa/submission")
        assert answer.content == b""


def test_a_form_whose_photo_comes_in_a_second_submission(world: World) -> None:
    """Collect splits what is larger than the server takes: the same form again, with the rest of its files."""
    instance, picture = str(uuid4()), photo(500)
    raw = filled(world.enterprises[0], instance, photo="2.jpg")
    assert send(raw).status_code == 201
    assert Upload.objects.count() == 0
    for _ in range(2):
        assert send(raw, **{"2.jpg": picture}).status_code == 201
    assert (Visit.objects.count(), Inbox.objects.count()) == (1, 1)
    upload = Upload.objects.get()
    assert (upload.state, str(upload.record_id)) == ("complete", instance)


def test_an_api_token_stands_for_a_password_and_a_revoked_one_does_not(world: World) -> None:
    role = Role.objects.get(account__username="siti")
    actor = installer().with_(office=role.office_id)
    with scoped(actor):
        issued = issue_token(actor=actor, role_id=role.pk, days=30)
    token = issued.secret
    assert Client().get("/openrosa/formList", headers=basic("siti", token)).status_code == 200
    assert Client().get("/openrosa/formList", headers=basic("siti", token[:-2] + "xx")).status_code == 401
    with scoped(actor):
        revoke_token(actor=actor, token_id=issued.id, reason="HP hilang")
    assert Client().get("/openrosa/formList", headers=basic("siti", token)).status_code == 401
