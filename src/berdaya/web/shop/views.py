"""Pages of the shop: parse, one call, render. Nobody signs in here, nothing is written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from berdaya.documents import selectors as documents
from berdaya.kernel import clock
from berdaya.kernel.formats import day, number, percent, rupiah_short
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import PUBLIC, scoped
from berdaya.market import public, rules
from berdaya.market.types import PermitKind, PublicFigure, ShopExhibition, ShopProduct
from berdaya.programmes.offers import public_offers
from berdaya.programmes.services.scans import MAX_BYTES as SCAN_BYTES
from berdaya.programmes.services.scans import public_scans
from berdaya.web.components.wording import as_name, conditions
from berdaya.web.shop import cards, filters, share, words
from berdaya.web.shop.art import art_for

T = TypeVar("T")
MAX_ORDER = 999


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    query = filters.parse(request.GET)
    page = public.catalogue_page(wanted=query.wanted, as_of=clock.today(), limit=filters.PER_PAGE, offset=query.offset)
    wanted = query.wanted
    return _page(
        request,
        "shop/catalogue.html",
        {
            "query": wanted,
            "narrowed": wanted != type(wanted)(),
            "cards": [cards.card(item) for item in page.products],
            "total": page.total,
            "everything": sum(facet.count for facet in page.regencies),
            "regencies": [
                (facet.value, words.regency(facet.label), facet.count, facet.value == str(wanted.area))
                for facet in page.regencies
            ],
            "categories": [
                {
                    "href": query.with_(category="" if facet.value == wanted.category else facet.value).address(),
                    "name": words.category(facet.value),
                    "count": facet.count,
                    "on": facet.value == wanted.category,
                }
                for facet in page.categories
            ],
            "permits": [
                (facet.value, words.PERMITS[PermitKind(facet.value)], facet.count, wanted.permit == facet.value)
                for facet in page.permits
            ],
            "pager": query.pager(page.total),
            "first_page": query.page == 1,
        },
    )


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    found = _or_404(lambda: public.product(slug=slug, as_of=clock.today()))
    found = replace(found, seller_name=as_name(found.seller_name))
    quantity = _quantity(request, found)
    code = found.slug.rpartition("-")[2].upper()
    link = rules.order_link(found.phone, product=found.name, code=code, quantity=quantity, unit=found.unit)
    return _page(
        request,
        "shop/product.html",
        {
            "product": found,
            "card": cards.card(found),
            "kind": words.kind(found.kind),
            "category": words.category(found.category),
            "category_code": found.category,
            "code": code,
            "quantity": quantity,
            "order_link": link,
            "order_text": rules.order_text(product=found.name, code=code, quantity=quantity, unit=found.unit),
            "total_price": found.price_idr * quantity,
            "related": [cards.card(item) for item in public.related(wanted=found, as_of=clock.today())],
            "share": share.preview(request, found),
        },
    )


def _quantity(request: HttpRequest, found: ShopProduct) -> int:
    asked = request.GET.get("jumlah", "")
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= 4 else 1
    return max(1, min(wanted, found.stock or MAX_ORDER, MAX_ORDER))


@require_safe
def share_image(request: HttpRequest, slug: str) -> HttpResponse:  # noqa: ARG001
    found = _or_404(lambda: public.product(slug=slug, as_of=clock.today()))
    found = replace(found, seller_name=as_name(found.seller_name))
    art = art_for(found.category, found.kind, found.slug)
    answer = HttpResponse(share.image(found, art.dye), content_type="image/png")
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


@require_safe
def seller(request: HttpRequest, slug: str) -> HttpResponse:
    found, products = _or_404(lambda: public.seller(slug=slug, as_of=clock.today()))
    found = replace(found, name=as_name(found.name))
    return _page(
        request,
        "shop/seller.html",
        {
            "seller": found,
            "kind": words.kind(found.kind),
            "place": cards.seller_place(found),
            "regency": words.regency(found.regency),
            "cards": [cards.card(item) for item in products],
            "art": cards.seller_art(found.kind, found.slug),
            "chat_link": rules.chat_link(found.phone, rules.greeting(found.name)),
        },
    )


@require_safe
def exhibitions(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    rows = [_exhibition(item) for item in public.exhibitions()]
    return _page(
        request,
        "shop/exhibitions.html",
        {
            "coming": [row for row in reversed(rows) if row["ends_on"] >= today],
            "past": [row for row in rows if row["ends_on"] < today],
        },
    )


@require_safe
def exhibition(request: HttpRequest, key: str) -> HttpResponse:
    found, stalls = _or_404(lambda: public.exhibition(key=key))
    return _page(
        request,
        "shop/exhibition.html",
        {
            "row": _exhibition(found),
            "sellers": [cards.stall_card(stall) for stall in stalls],
            "unnamed": found.stalls - len(stalls),
        },
    )


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    rows = public.figures()
    return _page(request, "shop/figures.html", {"rows": [_figure(row) for row in rows]})


def _figure(row: PublicFigure) -> dict[str, Any]:
    parts = [
        ("alive", _("berjalan"), row.alive),
        ("dormant", _("berhenti"), row.dormant),
        ("unknown", _("belum diketahui"), row.unknown),
    ]
    told = row.alive is not None and bool(row.businesses)
    return {
        "row": row,
        "place": words.regency(row.place),
        "told": told,
        "parts": [
            {"code": code, "label": label, "count": count, "share": percent(count, row.businesses)}
            for code, label, count in parts
            if told and count is not None
        ],
        "bars": _bars([(code, count or 0) for code, _label, count in parts], row.businesses or 0) if told else [],
    }


def _bars(parts: list[tuple[str, int]], whole: int) -> list[dict[str, Any]]:
    """One bar of 1000 units, cut into the parts in their order."""
    bars, start = [], 0.0
    for code, count in parts:
        width = count * 1000 / whole
        bars.append({"code": code, "x": f"{start:.1f}", "width": f"{width:.1f}"})
        start += width
    return bars


@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """Which programme suits whom, and how one is proposed."""
    rows = public_offers(on=clock.today())
    return _page(request, "shop/programmes.html", {"rows": [(row, conditions(row.conditions)) for row in rows]})


@require_http_methods(["GET", "HEAD", "POST"])
def document(request: HttpRequest, token: str) -> HttpResponse:
    """Whether a letter is genuine: what stands behind the code printed on it, without a name.

    The signed paper that the office keeps is named by its hash; a file that is sent is hashed and forgotten.
    """
    with scoped(PUBLIC):
        found = documents.verify(actor=PUBLIC, token=token)
        scans = public_scans(token) if found else ()
    context = {
        "found": found,
        "kind": words.letter(found.kind) if found else "",
        "scans": scans,
        "token": token,
        **(_compared(request, {scan.sha256 for scan in scans}) if found and request.method == "POST" else {}),
    }
    answer = _page(request, "shop/document.html", context)
    answer.status_code = 200 if found else 404
    return answer


def _compared(request: HttpRequest, known: set[str]) -> dict[str, Any]:
    """Whether a sent file is one of the signed papers, byte for byte."""
    file = request.FILES.get("berkas")
    if not isinstance(file, UploadedFile) or (file.size or 0) > SCAN_BYTES:
        return {"unread": True}
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return {"sent_sha256": digest.hexdigest(), "same": digest.hexdigest() in known}


def _exhibition(item: ShopExhibition) -> dict[str, Any]:
    same = item.starts_on == item.ends_on
    return {
        "key": item.key,
        "name": item.name,
        "venue": item.venue,
        "place": words.regency(item.place),
        "ends_on": item.ends_on,
        "starts_on": item.starts_on,
        "when": day(item.starts_on) if same else f"{day(item.starts_on)} – {day(item.ends_on)}",
        "stalls": number(item.stalls),
        "turnover": rupiah_short(item.turnover_idr) if item.turnover_idr else "",
        "too_few": item.turnover_idr is None,
        "leads": number(item.leads) if item.leads is not None else "",
    }


def _or_404(read: Callable[[], T]) -> T:
    try:
        return read()
    except Problem as problem:
        if problem.code == "not_found":
            raise Http404 from problem
        raise


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, {"demo": settings.DEMO, **context})
