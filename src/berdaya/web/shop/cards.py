"""What the shop's templates show, made ready."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from berdaya.enterprises.catalogue import catalogue
from berdaya.kernel.formats import number, rupiah
from berdaya.market.types import Badge, ShopProduct, ShopSeller, ShopStall
from berdaya.web.components.wording import as_name
from berdaya.web.shop import words
from berdaya.web.shop.art import Art, art_for


@dataclass(frozen=True, slots=True)
class Permit:
    """A permit mark with its number and what it means."""

    label: str
    number: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Card:
    """One product in a grid."""

    name: str
    href: str
    price: str
    unit: str
    seller: str
    place: str
    stock: str
    sold_out: bool
    permits: tuple[Permit, ...]
    art: Art
    synthetic: bool


@dataclass(frozen=True, slots=True)
class SellerCard:
    """One seller in a list."""

    name: str
    href: str
    kind: str
    place: str
    number: str
    art: Art


def permits(badges: Sequence[Badge]) -> tuple[Permit, ...]:
    return tuple(
        Permit(str(words.PERMITS[badge.kind]), badge.number, str(words.PERMIT_MEANINGS[badge.kind])) for badge in badges
    )


def card(product: ShopProduct) -> Card:
    return Card(
        name=product.name,
        href=reverse("shop:product", args=[product.slug]),
        price=rupiah(product.price_idr),
        unit=product.unit,
        seller=as_name(product.seller_name),
        place=place(product.place, product.regency),
        stock="" if product.stock is None else number(product.stock),
        sold_out=product.stock == 0,
        permits=permits(product.badges),
        art=art_for(product.category, product.kind, product.slug, product.name),
        synthetic=product.synthetic,
    )


def place(village: str, regency: str) -> str:
    """`Olean, Kab. Situbondo`, or the regency alone where the village is not to be shown."""
    return ", ".join(part for part in (village, words.regency(regency)) if part)


def seller_art(kind: str, slug: str) -> Art:
    known = catalogue().kinds.get(kind)
    return art_for(known.category if known else "trade", kind, slug)


def stall_card(stall: ShopStall) -> SellerCard:
    return SellerCard(
        name=as_name(stall.seller_name),
        href=reverse("shop:seller", args=[stall.seller_slug]),
        kind=words.kind(stall.kind),
        place=words.regency(stall.regency),
        number=stall.number,
        art=seller_art(stall.kind, stall.seller_slug),
    )


def seller_place(seller: ShopSeller) -> str:
    return place(seller.place, seller.regency)
