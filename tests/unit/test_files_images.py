"""Photos: what comes out has pixels only; what is no photo or too much is refused before it is decoded."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from berdaya.files import problems
from berdaya.files.images import LONGEST_EDGE, MAX_BYTES, reencode
from berdaya.kernel.problems import Problem, catalogue

GPS_TAG = 0x8825


def photo(size: tuple[int, int] = (2_000, 1_000), kind: str = "JPEG", mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "teal" if mode == "RGB" else None).save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def test_a_photo_comes_out_smaller_upright_and_without_its_position() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Kamera rahasia"
    exif.get_ifd(GPS_TAG)[1] = "S"
    clean = Image.open(io.BytesIO(reencode(photo(exif=exif, comment=b"hidden"))))
    assert clean.size == (LONGEST_EDGE // 2, LONGEST_EDGE)
    assert clean.format == "JPEG"
    assert not clean.getexif()
    assert "comment" not in clean.info
    assert b"rahasia" not in reencode(photo(exif=exif))


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB"), ("JPEG", "CMYK"), ("PNG", "I;16")]
)
def test_each_kind_of_photo_becomes_a_jpeg(kind: str, mode: str) -> None:
    assert Image.open(io.BytesIO(reencode(photo((40, 30), kind, mode)))).size == (40, 30)


def bomb(side: int = 30_000) -> bytes:
    """A PNG of a few bytes that declares a picture of ``side`` x ``side`` pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunk, end = b"IHDR" + header, b"IEND"
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(header)) + chunk + struct.pack(">I", zlib.crc32(chunk))
        + struct.pack(">I", 0) + end + struct.pack(">I", zlib.crc32(end))
    )  # fmt: skip


def test_a_small_file_that_declares_a_huge_picture_is_refused_from_its_header() -> None:
    with pytest.raises(Problem) as caught:
        reencode(bomb())
    assert caught.value.code == "files.too_many_pixels"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00 a renamed program",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + b"\x00" * 40,
        photo((800, 800))[:300],
    ],
)
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(Problem) as caught:
        reencode(content)
    assert caught.value.code == "files.not_an_image"


def test_a_script_behind_a_photo_does_not_survive() -> None:
    assert b"<script>" not in reencode(photo((10, 10)) + b"<script>alert(1)</script>")


def test_too_many_bytes_are_refused_unread() -> None:
    with pytest.raises(Problem) as caught:
        reencode(b"\x00" * (MAX_BYTES + 1))
    assert caught.value.code == "files.too_large"
    assert caught.value.code in catalogue()
    assert problems
