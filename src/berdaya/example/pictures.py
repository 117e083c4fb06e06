"""Invented photos for examples: goods drawn as plain shapes under their name; nobody is ever in them."""

from __future__ import annotations

import hashlib
import io
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

SIZE = (480, 360)
WALL, TABLE, PAPER, INK = (236, 231, 220), (176, 148, 112), (251, 249, 244), (20, 37, 61)
COLOURS = ((43, 129, 171), (179, 124, 15), (122, 52, 41), (130, 125, 115), (31, 63, 107))


@lru_cache(maxsize=512)
def goods_photo(name: str, count: int = 1) -> bytes:
    """A JPEG of boxes on a table, one for each thing up to six, with the name; the same bytes for the same words."""
    picture = Image.new("RGB", SIZE, WALL)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 230, SIZE[0], SIZE[1]), fill=TABLE)
    seed = hashlib.sha256(name.encode()).digest()
    shown = min(6, max(1, count))
    width = 300 // shown
    for at in range(shown):
        high = 80 + seed[at] % 70
        left = 90 + at * width
        colour = COLOURS[seed[8 + at] % len(COLOURS)]
        draw.rectangle((left, 245 - high, left + width - 14, 245), fill=colour, outline=INK, width=2)
        draw.line((left, 245 - high // 2, left + width - 14, 245 - high // 2), fill=PAPER, width=3)
    return _labelled(picture, draw, name)


@lru_cache(maxsize=512)
def receipt_photo(seller: str, text: str, amount: str) -> bytes:
    """A JPEG of a shop's receipt with three lines."""
    picture = Image.new("RGB", SIZE, TABLE)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((120, 24, 360, 318), fill=PAPER, outline=INK, width=1)
    font = ImageFont.load_default(size=18)
    for row, words in enumerate((seller, "NOTA", text[:22], amount, "LUNAS")):
        draw.text((140, 46 + row * 50), words, fill=INK, font=font)
        draw.line((140, 74 + row * 50, 340, 74 + row * 50), fill=WALL, width=1)
    return _labelled(picture, draw, "")


def material_page(title: str) -> bytes:
    """A PNG of one page of course material that says it is invented."""
    page = Image.new("RGB", (900, 500), PAPER)
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, 900, 14), fill=COLOURS[4])
    draw.text((60, 80), f"Ringkasan: {title}", fill=INK, font_size=40)
    draw.text((60, 170), "Bahan contoh. Semua orang dan usaha di sini rekaan.", fill=(85, 96, 110), font_size=26)
    kept = io.BytesIO()
    page.save(kept, "PNG")
    return kept.getvalue()


def _labelled(picture: Image.Image, draw: ImageDraw.ImageDraw, name: str) -> bytes:
    draw.text((12, 12), "FOTO CONTOH", fill=INK, font=ImageFont.load_default(size=20))
    draw.text((12, SIZE[1] - 34), name[:44], fill=PAPER, font=ImageFont.load_default(size=20))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=70)
    return out.getvalue()
