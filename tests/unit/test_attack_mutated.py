"""Thousands of bent uploads: each is read or refused by a name; nothing unhandled, nothing slow."""

from __future__ import annotations

import io
import random
import time
import zipfile
from collections.abc import Callable

import pytest
from PIL import Image

from berdaya.files.images import reencode
from berdaya.intake import problems
from berdaya.intake.files import read_workbook
from berdaya.kernel.problems import Problem
from tests.unit.intake_files import sheet

ROWS = [["NIK", "Nama", "Tanggal Lahir"], *[[f"35120441078090{n:02d}", "Siti", "01/07/1990"] for n in range(40)]]
IMAGE_CODES = {"files.not_an_image", "files.too_many_pixels", "files.too_large"}
SLOWEST = 20.0


def text() -> bytes:
    return "\r\n".join(";".join(row) for row in ROWS).encode()


def inside(content: bytes, dice: random.Random) -> bytes:
    """A workbook that unpacks well and whose parts are bent."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = bytearray(old.read(name))
            if name.endswith(".xml") and part and dice.random() < 0.5:
                for _ in range(dice.randint(1, 6)):
                    part[dice.randrange(len(part))] = dice.randrange(256)
            new.writestr(name, bytes(part))
    return out.getvalue()


def outside(content: bytes, dice: random.Random) -> bytes:
    """Bytes changed, cut out or doubled anywhere."""
    bent = bytearray(content)
    for _ in range(dice.randint(1, 10)):
        at = dice.randrange(len(bent))
        kind = dice.randrange(4)
        if kind == 0:
            bent[at] = dice.randrange(256)
        elif kind == 1:
            del bent[at : at + dice.randint(1, 60)]
        elif kind == 2:
            bent[at:at] = bent[at : at + dice.randint(1, 60)]
        else:
            bent[at : at + 4] = dice.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"<!EN", b"\x7f\xff\xff\xff"])
        if not bent:
            break
    return bytes(bent)


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((160, 120), 60).convert("RGB").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("count", [120, pytest.param(10_000, marks=pytest.mark.nightly)])
def test_every_bent_list_is_read_or_named(count: int) -> None:
    dice, book, plain = random.Random(5), sheet(ROWS), text()  # noqa: S311  (mutations, no secret)
    makers: list[tuple[str, Callable[[], bytes]]] = [
        ("x.xlsx", lambda: outside(book, dice)),
        ("x.xlsx", lambda: inside(book, dice)),
        ("x.csv", lambda: outside(plain, dice)),
    ]
    named = 0
    for turn in range(count):
        name, make = makers[turn % len(makers)]
        content, begun = make(), time.process_time()
        try:
            read_workbook(content, name)
        except Problem as problem:
            assert problem.code in problems.FILES, (turn, problem.code)  # noqa: PT017
            named += 1
        assert time.process_time() - begun < SLOWEST, turn
    assert count // 20 < named < count


@pytest.mark.parametrize("count", [60, pytest.param(3_000, marks=pytest.mark.nightly)])
def test_every_bent_photo_comes_out_clean_or_is_named(count: int) -> None:
    dice = random.Random(8)  # noqa: S311
    photos = [picture(kind) for kind in ("JPEG", "PNG", "WEBP")]
    named = 0
    for turn in range(count):
        content = outside(photos[turn % 3], dice)
        try:
            clean = Image.open(io.BytesIO(reencode(content)))
            assert clean.format == "JPEG"
        except Problem as problem:
            assert problem.code in IMAGE_CODES, (turn, problem.code)  # noqa: PT017
            named += 1
    assert count // 20 < named < count
