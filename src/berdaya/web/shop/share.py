"""What a messenger shows when a product's address is passed on: title, sentence, picture."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from PIL import Image, ImageDraw, ImageFont

from berdaya.kernel.formats import rupiah
from berdaya.market.types import ShopProduct
from berdaya.web.shop import words
from berdaya.web.shop.cards import place

SIZE: Final = (1200, 630)
PAPER, INK, MUTED = "#FBF9F4", "#14253D", "#55606E"
DYES: Final = {
    "nila": ("#1F3F6B", "#35588A"),
    "soga": ("#6B4423", "#875B35"),
    "kunyit": ("#F2B632", "#D99A12"),
    "bata": ("#7A3429", "#96493C"),
    "laut": ("#2B6F95", "#4489AE"),
    "daun": ("#2F6B3C", "#4A8757"),
    "batu": ("#55606E", "#6F7A88"),
}


@dataclass(frozen=True, slots=True)
class Preview:
    """The meta tags of a page."""

    title: str
    text: str
    url: str
    image: str


def preview(request: HttpRequest, product: ShopProduct) -> Preview:
    """Absolute addresses, as messengers want them."""
    where = place(product.place, product.regency)
    return Preview(
        title=f"{product.name} · {rupiah(product.price_idr)}/{product.unit}",
        text=f"{product.seller_name}, {where}. {words.kind(product.kind)}.",
        url=request.build_absolute_uri(reverse("shop:product", args=[product.slug])),
        image=request.build_absolute_uri(reverse("shop:share-image", args=[product.slug])),
    )


def image(product: ShopProduct, dye: str) -> bytes:
    """A PNG of 1200 x 630: a woven band, the product, its price and where it comes from. About 25 KB."""
    return _drawn(
        product.name, f"{rupiah(product.price_idr)} / {product.unit}", product.seller_name,
        place(product.place, product.regency), dye,
    )  # fmt: skip


@lru_cache(maxsize=256)
def _drawn(name: str, price: str, seller: str, where: str, dye: str) -> bytes:
    picture = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(picture)
    ground, thread = DYES.get(dye, DYES["nila"])
    draw.rectangle((0, 0, 400, SIZE[1]), fill=ground)
    for row in range(0, SIZE[1], 45):
        for column in range(0, 400, 50):
            if (row // 45 + column // 50) % 2:
                draw.rectangle((column + 4, row + 16, column + 46, row + 28), fill=thread)
            else:
                draw.rectangle((column + 19, row + 3, column + 31, row + 41), fill=thread)
    y = 110
    for line in _wrapped(name, 64, 700)[:3]:
        draw.text((460, y), line, fill=INK, font=_font(64))
        y += 78
    draw.text((460, y + 16), price, fill=INK, font=_font(46))
    draw.text((460, 500), seller, fill=MUTED, font=_font(32))
    draw.text((460, 546), where, fill=MUTED, font=_font(32))
    buffer = io.BytesIO()
    picture.quantize(colors=64).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _wrapped(text: str, size: int, width: int) -> list[str]:
    font = _font(size)
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
