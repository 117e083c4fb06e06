"""Addresses of the field app: what a phone needs to install it, and nothing that is anybody's."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from berdaya.web.field import assets, views

pytestmark = pytest.mark.django_db
BUILT = finders.find("build/field.js") is not None
needs_bundles = pytest.mark.skipif(not BUILT, reason="run ./berdaya setup first: the bundles are missing")


def test_the_shell_is_the_same_for_everybody_and_strict() -> None:
    answer = Client().get("/lapangan/")
    again = Client(headers={"cookie": "bahasa=en"}).get("/lapangan/")
    assert answer.status_code == 200
    assert answer.content == again.content
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "data:" not in policy
    assert "default-src 'none'" in policy
    assert not re.search(rb"<script(?![^>]* src=)|<style|style=|onclick=", answer.content)
    assert "camera=(self)" in answer.headers["Permissions-Policy"]
    assert set(views.POLICY["script-src"]) == {"'self'"}


def test_the_manifest_installs_the_app() -> None:
    answer = Client().get("/lapangan/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    told = json.loads(answer.content)
    assert told["start_url"] == told["scope"] == "/lapangan/"
    assert told["display"] == "standalone"
    assert {(icon["sizes"], icon["purpose"]) for icon in told["icons"]} >= {("192x192", "any"), ("512x512", "maskable")}


@needs_bundles
def test_the_worker_looks_after_the_app_alone() -> None:
    answer = Client().get("/lapangan/pekerja.js")
    assert answer.status_code == 200
    assert answer.headers["Service-Worker-Allowed"] == "/lapangan/"
    assert answer.headers["Cache-Control"] == "no-cache"
    first = answer.content.decode().splitlines()[0]
    kept = json.loads(first.removeprefix("self.KEPT=").rstrip(";"))
    assert kept["shell"] == "/lapangan/"
    assert "/static/build/field.js" in kept["files"]
    assert not any(address.startswith("/sinkron") for address in kept["files"])


@needs_bundles
def test_the_version_follows_the_content(monkeypatch: pytest.MonkeyPatch) -> None:
    before = assets.kept()["version"]
    assert assets.kept()["version"] == before
    real = assets.source
    monkeypatch.setattr(assets, "source", lambda name: real(name) + (b" " if name.endswith("field.js") else b""))
    assert assets.kept()["version"] != before


def test_without_bundles_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finders, "find", lambda _name: None)
    answer = Client().get("/lapangan/pekerja.js")
    assert answer.status_code == 404
    assert "berdaya setup" in answer.content.decode()


@needs_bundles
@pytest.mark.parametrize("size", [192, 512])
def test_icons_are_pictures_of_the_mark(size: int) -> None:
    from PIL import Image

    found = finders.find(f"build/field-{size}.png")
    assert found
    with Image.open(Path(str(found))) as image:
        assert image.size == (size, size)
        colours = {colour for _count, colour in image.getcolors(size * size) or []}
    assert {(0x1F, 0x3F, 0x6B), (0xFB, 0xF9, 0xF4), (0xF2, 0xB6, 0x32)} <= colours
