"""Photos in parts: cut anywhere, sent twice, damaged, disguised, before their record."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from PIL import Image

from berdaya.devices.models import Upload
from berdaya.devices.services.uploads import path_of
from berdaya.files.models import StoredFile
from berdaya.files.selectors import file_info
from berdaya.kernel.scope import Actor, scoped
from tests.business_world import World, build
from tests.field_world import Phone, mentor, phone, siti, visit_record
from tests.unit.test_files_images import bomb as make_bomb

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.BERDAYA_FILES = tmp_path
    return tmp_path


@pytest.fixture
def world(make_actor: Callable[..., Actor], offices: dict[str, int]) -> World:
    return build(make_actor, offices, families=2)


def photo(size: int = 900) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "kamera rahasia"
    Image.effect_noise((size, size), 90).convert("RGB").save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


def put(
    one: Phone, key: UUID, data: bytes, *, start: int = 0, end: int | None = None, record: str = "", **headers: str
) -> Any:
    told = {
        **one.headers(),
        "x-size": str(len(data)),
        "x-sha256": hashlib.sha256(data).hexdigest(),
        "x-record": record or str(uuid4()),
        "x-name": "photo",
        **headers,
    }
    return one.client.put(
        f"/sinkron/berkas/{key}/?from={start}", data[start:end], content_type=headers.get("type", "image/jpeg"),
        headers=told,
    )  # fmt: skip


def test_a_photo_comes_in_parts_and_goes_on_where_it_was_cut(world: World) -> None:
    one, data, key = siti(world, world.enterprises), photo(), uuid4()
    visit = visit_record(world.enterprises[0])
    visit["files"] = {"photo": str(key)}
    one.push(visit)
    assert len(data) > 262_144
    first = put(one, key, data, end=100_000, record=visit["id"]).json()
    assert (first["received"], first["state"]) == (100_000, "partial")
    assert one.get(f"/sinkron/berkas/{key}/").json()["received"] == 100_000
    again = put(one, key, data, end=100_000, record=visit["id"]).json()
    assert again["received"] == 100_000
    ahead = put(one, key, data, start=200_000, end=250_000, record=visit["id"])
    assert (ahead.status_code, ahead.json()["code"], ahead.json()["received"]) == (409, "upload_offset", 100_000)
    overlap = put(one, key, data, start=50_000, end=300_000, record=visit["id"]).json()
    assert overlap["received"] == 300_000
    last = put(one, key, data, start=300_000, end=300_000 + 262_144, record=visit["id"]).json()
    if last["state"] == "partial":
        last = put(one, key, data, start=last["received"], record=visit["id"]).json()
    assert (last["state"], last["outcome"]) == ("complete", "new")
    stored = StoredFile.objects.get()
    with scoped(world.operator):
        kept = file_info(actor=world.operator, file=stored.pk).path.read_bytes()
    assert b"kamera" not in kept
    assert not path_of(key).exists()
    assert put(one, key, data, end=10, record=visit["id"]).json()["outcome"] == "identical"
    assert StoredFile.objects.count() == 1


def test_a_photo_without_a_record_waits_for_it(world: World) -> None:
    one, data, key = siti(world, world.enterprises), photo(200), uuid4()
    visit = visit_record(world.enterprises[0])
    told = put(one, key, data, record=visit["id"]).json()
    assert (told["state"], told["outcome"], told["code"]) == ("complete", "waiting", "photo_without_record")
    assert one.outcomes(visit) == [("new", "")]
    upload = Upload.objects.get()
    assert (str(upload.record_id), upload.file_id is not None) == (visit["id"], True)


def test_a_damaged_photo_begins_again(world: World) -> None:
    one, data, key = siti(world, world.enterprises), photo(200), uuid4()
    record = str(uuid4())
    bad = put(one, key, data[:-1] + b"x", record=record, **{"x-sha256": hashlib.sha256(data).hexdigest()}).json()
    assert (bad["received"], bad["outcome"], bad["code"]) == (0, "invalid", "upload_hash")
    assert put(one, key, data, record=record).json()["state"] == "complete"


def test_what_is_no_photo_is_refused_by_name(world: World) -> None:
    one = siti(world, world.enterprises)
    script = put(one, uuid4(), b"<script>alert(1)</script>").json()
    assert (script["state"], script["outcome"], script["code"]) == ("refused", "invalid", "files.not_an_image")
    assert put(one, uuid4(), b"MZ", type="application/x-msdownload").json()["code"] == "upload_kind"
    assert put(one, uuid4(), b"tidak suara", type="audio/webm").json()["code"] == "upload_kind"
    assert put(one, uuid4(), b"\x1a\x45\xdf\xa3suara", type="audio/webm").json()["state"] == "complete"
    huge = put(one, uuid4(), b"x", **{"x-size": "99999999"})
    assert (huge.status_code, huge.json()["code"]) == (413, "files.too_large")
    bomb = put(one, uuid4(), make_bomb()).json()
    assert (bomb["state"], bomb["outcome"], bomb["code"]) == ("refused", "invalid", "files.too_many_pixels")
    assert StoredFile.objects.filter(media_type="image/jpeg").count() == 0
    assert put(one, uuid4(), b"x" * 300_000).json()["code"] == "push_too_large"
    assert put(one, uuid4(), b"x", **{"x-sha256": "zz"}).json()["code"] == "upload_headers"
    assert put(one, uuid4(), b"xyz", **{"x-size": "2"}).json()["code"] == "upload_headers"


def test_a_server_that_lost_the_parts_asks_for_all_of_it(world: World) -> None:
    one, data, key = siti(world, world.enterprises), photo(300), uuid4()
    record = str(uuid4())
    put(one, key, data, end=5_000, record=record)
    path_of(key).unlink()
    lost = put(one, key, data, start=5_000, end=9_000, record=record)
    assert (lost.status_code, lost.json()["received"]) == (409, 0)
    assert put(one, key, data, record=record).json()["state"] == "complete"


def test_somebody_elses_file_is_none(world: World) -> None:
    one, data, key = siti(world, world.enterprises[:1]), photo(200), uuid4()
    account, role, _ = mentor(world, "budi", world.enterprises[1:])
    other = phone(account, role)
    record = str(uuid4())
    put(one, key, data, end=1_000, record=record)
    assert put(other, key, data, start=1_000, record=record).status_code == 404
    assert other.get(f"/sinkron/berkas/{key}/").json()["state"] == "missing"
