"""Products and areas: open to everybody, with or without a token."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.urls import reverse
from ninja import Query, Router

from berdaya.api.auth import ApiRequest, anybody
from berdaya.api.reading import answers, area_number, refuse_unknown, slice_wanted
from berdaya.api.schemas.common import FeedOut
from berdaya.api.schemas.public import (
    AreaListOut,
    AreaMatchOut,
    AreaNameQuery,
    AreaOut,
    AreaQuery,
    ProductOut,
    ProductQuery,
)
from berdaya.areas.codes import Level, level_of
from berdaya.areas.selectors import area, areas_by_code, children, find, paths
from berdaya.areas.types import AreaInfo
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.market.public import product
from berdaya.market.types import PermitKind, ShopFilter, ShopProduct
from berdaya.process.overview.feeds import product_feed

router = Router(auth=[anybody])


@router.get(
    "/products",
    response=answers(FeedOut[ProductOut]),
    summary="Daftar produk (publik)",
    openapi_extra={"x-en": "List of products (public)"},
    tags=["Publik"],
)
def products(request: ApiRequest, query: Query[ProductQuery]) -> dict[str, Any]:
    at = slice_wanted(request, query)
    number = area_number(query.area)
    if number and level_of(number) is not Level.REGENCY:
        raise Problem("area.code_unknown", name=query.area)
    wanted = ShopFilter(
        text=" ".join(query.q.split())[:80],
        area=number or None,
        category=query.category,
        permit=PermitKind(query.permit) if query.permit else None,
    )
    feed = product_feed(wanted=wanted, as_of=clock.today(), at=at)
    return {"items": [_product(item) for item in feed.items], "next": feed.next, "total": feed.total}


@router.get(
    "/products/{slug}",
    response=answers(ProductOut),
    summary="Satu produk (publik)",
    openapi_extra={"x-en": "One product (public)"},
    tags=["Publik"],
)
def product_detail(request: ApiRequest, slug: str) -> dict[str, Any]:
    refuse_unknown(request)
    return _product(product(slug=slug, as_of=clock.today()))


def _product(item: ShopProduct) -> dict[str, Any]:
    """Without the telephone number: orders begin on the seller's page, where a person asks for it."""
    return {
        **asdict(item),
        "area": item.regency_code,
        "permits": [{"kind": badge.kind.value, "number": badge.number} for badge in item.badges],
        "page": reverse("shop:product", args=[item.slug]),
    }


@router.get(
    "/areas",
    response=answers(AreaListOut),
    summary="Wilayah di bawah sebuah wilayah (publik)",
    openapi_extra={"x-en": "Areas below an area (public)"},
    tags=["Publik"],
)
def areas(request: ApiRequest, query: Query[AreaQuery]) -> dict[str, Any]:
    refuse_unknown(request, AreaQuery)
    return {"items": _areas(children(_within(query.within)))}


@router.get(
    "/areas/find",
    response=answers(AreaMatchOut),
    summary="Mencari wilayah menurut nama (publik)",
    openapi_extra={"x-en": "Finding an area by its name (public)"},
    tags=["Publik"],
)
def area_by_name(request: ApiRequest, query: Query[AreaNameQuery]) -> dict[str, Any]:
    refuse_unknown(request, AreaNameQuery)
    match = find(query.name, parent=_within(query.within))
    codes = match.codes or ((match.code,) if match.code else ())
    return {"outcome": match.outcome, "items": _areas(tuple(areas_by_code(codes).values()))}


@router.get(
    "/areas/{code}",
    response=answers(AreaOut),
    summary="Satu wilayah menurut kode (publik)",
    openapi_extra={"x-en": "One area by its code (public)"},
    tags=["Publik"],
)
def area_by_code(request: ApiRequest, code: str) -> dict[str, Any]:
    refuse_unknown(request)
    info = area(code)
    if info is None:
        raise Problem("not_found")
    return _areas((info,))[0]


def _within(text: str) -> int:
    number = area_number(text)
    if number and number not in areas_by_code([number]):
        raise Problem("area.code_unknown", name=text)
    return number


def _areas(infos: tuple[AreaInfo, ...]) -> list[dict[str, Any]]:
    written = paths(info.code for info in infos)
    return [{**asdict(info), "number": info.code, "path": written[info.code]} for info in infos]
