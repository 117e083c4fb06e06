"""Reads of the office about products, stalls and contests."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from berdaya.access.permissions import require
from berdaya.kernel.bulk import fetch
from berdaya.kernel.scope import Actor
from berdaya.market import rules
from berdaya.market.models import Product, Stall
from berdaya.market.types import EntryRow, MarketTotals, Permit, PermitKind, ProductRow, StallRow


def products_of(*, actor: Actor, enterprise_id: UUID, as_of: date) -> list[ProductRow]:
    """The products of a business with their marks and what they still lack. Three queries."""
    require(actor, "business.read")
    found = (
        Product.objects.filter(enterprise_id=enterprise_id)
        .select_related("enterprise__storefront")
        .prefetch_related("permits")
        .order_by("name", "id")
    )
    rows = []
    for product in found:
        permits = [Permit(PermitKind(item.kind), item.number, item.expires_on) for item in product.permits.all()]
        shop = getattr(product.enterprise, "storefront", None)
        rows.append(
            ProductRow(
                id=product.pk,
                slug=product.slug,
                name=product.name,
                category=product.category,
                price_idr=product.price_idr,
                unit=product.unit,
                stock=product.stock,
                published=product.consent_on is not None
                and product.withdrawn_on is None
                and shop is not None
                and shop.consent_on is not None
                and shop.withdrawn_on is None,
                badges=tuple(rules.badges(permits, as_of=as_of)),
                missing=tuple(rules.missing_permits(product.category, permits, as_of=as_of)),
            )
        )
    return rows


def stalls_of(*, actor: Actor, enterprise_id: UUID) -> list[StallRow]:
    """The exhibitions a business had a stall at, newest first. One query."""
    require(actor, "business.read")
    found = (
        Stall.objects.filter(enterprise_id=enterprise_id).select_related("exhibition").order_by("-exhibition__ends_on")
    )
    return [
        StallRow(
            exhibition=stall.exhibition.name,
            venue=stall.exhibition.venue,
            place=stall.exhibition.place,
            starts_on=stall.exhibition.starts_on,
            ends_on=stall.exhibition.ends_on,
            number=stall.number,
            turnover_idr=stall.turnover_idr,
            leads=stall.leads,
        )
        for stall in found
    ]


def entries_of(*, actor: Actor, enterprise_id: UUID) -> list[EntryRow]:
    """The contests a business took part in, newest first. One query."""
    require(actor, "business.read")
    rows = fetch(
        """
        SELECT c.name, c.level, c.held_on, e.score, e.rank,
               (SELECT count(*) FROM market_contestentry other WHERE other.contest_id = c.id)
        FROM market_contestentry e JOIN market_contest c ON c.id = e.contest_id
        WHERE e.enterprise_id = %s ORDER BY c.held_on DESC, c.id
        """,
        [enterprise_id],
    )
    return [EntryRow(*row) for row in rows]


def totals(*, actor: Actor, programme_code: str) -> MarketTotals:
    """Products, stalls, sales and leads of a programme's businesses. One query."""
    require(actor, "business.read")
    rows = fetch(
        """
        WITH mine AS (
            SELECT e.id FROM enterprises_enterprise e JOIN programmes_programme p ON p.id = e.programme_id
            WHERE p.code = %s)
        SELECT
            (SELECT count(*) FROM market_product WHERE enterprise_id IN (SELECT id FROM mine)),
            (SELECT count(*) FROM market_product p JOIN market_storefront s ON s.enterprise_id = p.enterprise_id
              WHERE p.enterprise_id IN (SELECT id FROM mine) AND p.consent_on IS NOT NULL
                AND p.withdrawn_on IS NULL AND s.consent_on IS NOT NULL AND s.withdrawn_on IS NULL),
            (SELECT count(DISTINCT exhibition_id) FROM market_stall WHERE enterprise_id IN (SELECT id FROM mine)),
            (SELECT count(*) FROM market_stall WHERE enterprise_id IN (SELECT id FROM mine)),
            (SELECT coalesce(sum(turnover_idr), 0)::bigint FROM market_stall
              WHERE enterprise_id IN (SELECT id FROM mine)),
            (SELECT coalesce(sum(leads), 0)::bigint FROM market_stall WHERE enterprise_id IN (SELECT id FROM mine)),
            (SELECT count(*) FROM market_contestentry WHERE enterprise_id IN (SELECT id FROM mine))
        """,
        [programme_code],
    )
    return MarketTotals(*rows[0])
