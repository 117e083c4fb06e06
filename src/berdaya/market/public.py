"""What everybody may see. Runs as the database role of the public, which reads views and nothing else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from berdaya.kernel.bulk import fetch
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import PUBLIC, scoped
from berdaya.market import rules
from berdaya.market.types import (
    Facet,
    Permit,
    PermitKind,
    PublicFigure,
    ShopExhibition,
    ShopFilter,
    ShopPage,
    ShopProduct,
    ShopSeller,
    ShopStall,
)

_PRODUCT = """
    slug, name, category, kind, price_idr, unit, stock, description, photo, seller_slug, seller_name, place, regency,
    regency_code, permits, phone, synthetic
"""
_VALID = "EXISTS (SELECT 1 FROM jsonb_array_elements(permits) t WHERE t->>0 = %(permit)s AND {valid})"
_NOT_EXPIRED = """
    CASE WHEN t->>2 IS NULL THEN t->>0 <> 'pirt' ELSE (t->>2)::date >= %(as_of)s END
"""
_SHARE = """
    (SELECT count(*) FROM unnest(%(grams)s::text[]) g WHERE g = ANY (grams))::float8 / %(gram_count)s
"""


def catalogue_page(*, wanted: ShopFilter, as_of: date, limit: int = 24, offset: int = 0) -> ShopPage:
    """One page of products, best match first, and the filters. Three queries, four with words.

    Without words the newest come first, those of one day in a scattered order: no seller gains by a name with A.
    """
    with scoped(PUBLIC):
        slugs, total = _best(wanted, as_of, limit, offset)
        rows = fetch(f"SELECT {_PRODUCT} FROM public_product WHERE slug = ANY (%s)", [slugs])
        facets = fetch(
            f"""
            SELECT grouping(regency_code), regency_code::text, regency, category, count(*)
            FROM public_product GROUP BY GROUPING SETS ((regency_code, regency), (category))
            UNION ALL
            SELECT 2, t->>0, '', '', count(*)
            FROM public_product, jsonb_array_elements(permits) t WHERE {_NOT_EXPIRED} GROUP BY t->>0
            """,
            {"as_of": as_of},
        )
    found = {row[0]: _product(row, as_of) for row in rows}
    return ShopPage(
        products=tuple(found[slug] for slug in slugs),
        total=total,
        regencies=tuple(sorted((Facet(r[1], r[2], r[4]) for r in facets if r[0] == 0), key=lambda f: f.label)),
        categories=tuple(
            sorted((Facet(r[3], r[3], r[4]) for r in facets if r[0] == 1), key=lambda f: (-f.count, f.value))
        ),
        permits=tuple(sorted((Facet(r[1], r[1], r[4]) for r in facets if r[0] == 2), key=lambda f: f.value)),
    )


def _hits(wanted: ShopFilter, as_of: date, limit: int, offset: int) -> tuple[list[str], int]:
    """The slugs of one page and how many match in all; how well a product matches is worked out once for each."""
    conditions, params = _where(wanted, as_of)
    where = " AND ".join(conditions) or "true"
    share = _SHARE if "grams" in params else "1"
    # Best match first; all of them are equally good without words.
    rows = fetch(
        f"""
        WITH hit AS MATERIALIZED (
            SELECT slug, name, published_on, {share} AS share FROM public_product WHERE {where}
        ), good AS (
            SELECT slug, name, published_on, share, count(*) OVER () AS total FROM hit WHERE share >= %(floor)s
        )
        SELECT slug, total FROM good
        ORDER BY share DESC, CASE WHEN %(words)s THEN name END, published_on DESC, md5(slug)
        LIMIT %(limit)s OFFSET %(offset)s
        """,
        {"floor": 0, **params, "words": "grams" in params, "limit": limit, "offset": offset},
    )
    if not rows and offset:
        return [], _hits(wanted, as_of, 1, 0)[1]
    return [row[0] for row in rows], rows[0][1] if rows else 0


def _best(wanted: ShopFilter, as_of: date, limit: int, offset: int) -> tuple[list[str], int]:
    """As :func:`_hits`, with the names most like what was asked for first; what lies behind the best keeps its order.

    A product is found by all its words, its seller's and its kind's; which of those found comes first hangs on its own.
    """
    if offset + limit > rules.SEARCH_BEST or not rules.grams(wanted.text):
        return _hits(wanted, as_of, limit, offset)
    slugs, total = _hits(wanted, as_of, rules.SEARCH_BEST, 0)
    rows = fetch("SELECT slug, name FROM public_product WHERE slug = ANY (%s)", [slugs])
    like = {slug: rules.name_likeness(wanted.text, name) for slug, name in rows}
    slugs.sort(key=lambda slug: -like.get(slug, 0.0))
    return slugs[offset : offset + limit], total


def _where(wanted: ShopFilter, as_of: date) -> tuple[list[str], dict[str, Any]]:
    conditions: list[str] = []
    params: dict[str, Any] = {"as_of": as_of}
    grams = rules.grams(wanted.text)
    if grams:
        conditions.append("grams && %(grams)s::varchar[]")
        params |= {"grams": grams, "gram_count": len(grams), "floor": rules.SEARCH_FLOOR}
    if wanted.area is not None:
        conditions.append("regency_code = %(area)s")
        params["area"] = wanted.area
    if wanted.category:
        conditions.append("category = %(category)s")
        params["category"] = wanted.category
    if wanted.permit is not None:
        conditions.append(_VALID.format(valid=_NOT_EXPIRED))
        params["permit"] = wanted.permit.value
    return conditions, params


def _product(row: Sequence[Any], as_of: date) -> ShopProduct:
    permits = json.loads(row[14]) if isinstance(row[14], str) else row[14]
    held = [
        Permit(PermitKind(kind), number, date.fromisoformat(until) if until else None)
        for kind, number, until in permits
    ]
    return ShopProduct(
        slug=row[0],
        name=row[1],
        category=row[2],
        kind=row[3],
        price_idr=row[4],
        unit=row[5],
        stock=row[6],
        description=row[7],
        photo=row[8],
        seller_slug=row[9],
        seller_name=row[10],
        place=row[11],
        regency=row[12],
        regency_code=row[13],
        badges=tuple(rules.badges(held, as_of=as_of)),
        phone=row[15],
        synthetic=row[16],
    )


def product(*, slug: str, as_of: date) -> ShopProduct:
    """One product. Raises not_found where it is not public."""
    with scoped(PUBLIC):
        rows = fetch(f"SELECT {_PRODUCT} FROM public_product WHERE slug = %s", [slug])
    if not rows:
        raise Problem("not_found")
    return _product(rows[0], as_of)


def seller(*, slug: str, as_of: date) -> tuple[ShopSeller, tuple[ShopProduct, ...]]:
    """A seller with all products. Raises not_found where the shop is not public."""
    with scoped(PUBLIC):
        rows = fetch(
            """
            SELECT slug, name, about, kind, place, regency, regency_code, since, phone, synthetic
            FROM public_seller WHERE slug = %s
            """,
            [slug],
        )
        products = fetch(f"SELECT {_PRODUCT} FROM public_product WHERE seller_slug = %s ORDER BY name, slug", [slug])
    if not rows:
        raise Problem("not_found")
    return ShopSeller(*rows[0]), tuple(_product(row, as_of) for row in products)


def related(*, wanted: ShopProduct, as_of: date, limit: int = 4) -> tuple[ShopProduct, ...]:
    """Products of other sellers of the same kind, those of the same regency first."""
    with scoped(PUBLIC):
        rows = fetch(
            f"""
            SELECT {_PRODUCT} FROM public_product WHERE category = %(category)s AND seller_slug <> %(seller)s
            ORDER BY kind <> %(kind)s, regency_code <> %(regency)s, slug LIMIT %(limit)s
            """,
            {
                "category": wanted.category,
                "seller": wanted.seller_slug,
                "kind": wanted.kind,
                "regency": wanted.regency_code,
                "limit": limit,
            },
        )
    return tuple(_product(row, as_of) for row in rows)


_EXHIBITION = "key, name, venue, place, starts_on, ends_on, stalls, turnover_idr, leads"


def exhibitions() -> tuple[ShopExhibition, ...]:
    """Every exhibition, the latest first."""
    with scoped(PUBLIC):
        rows = fetch(f"SELECT {_EXHIBITION} FROM public_exhibition ORDER BY starts_on DESC, key")
    return tuple(ShopExhibition(*row) for row in rows)


def exhibition(*, key: str) -> tuple[ShopExhibition, tuple[ShopStall, ...]]:
    """An exhibition with the sellers who agreed to be shown. Raises not_found."""
    with scoped(PUBLIC):
        rows = fetch(f"SELECT {_EXHIBITION} FROM public_exhibition WHERE key = %s", [key])
        stalls = fetch(
            """
            SELECT number, seller_slug, seller_name, kind, regency FROM public_stall
            WHERE exhibition_key = %s ORDER BY number, seller_slug
            """,
            [key],
        )
    if not rows:
        raise Problem("not_found")
    return ShopExhibition(*rows[0]), tuple(ShopStall(*row) for row in stalls)


def figures() -> tuple[PublicFigure, ...]:
    """Every programme with its businesses, newest first; None where a group is too small to be told."""
    with scoped(PUBLIC):
        rows = fetch(
            """
            SELECT code, name, year, office, place, synthetic, businesses, as_of, alive, dormant, unknown
            FROM public_figure ORDER BY year DESC, code
            """
        )
    return tuple(PublicFigure(*row) for row in rows)
