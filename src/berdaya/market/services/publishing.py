"""Storefronts and products: published with consent, taken off again when it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db import connection, transaction

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.enterprises.catalogue import catalogue
from berdaya.kernel import clock
from berdaya.kernel.bulk import fetch, stage
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.market import rules
from berdaya.market.models import Product, Storefront
from berdaya.market.services.owners import Owner, owners_of
from berdaya.market.types import (
    NewProduct,
    NewStorefront,
)
from berdaya.people.models import Consent


@dataclass(frozen=True, slots=True)
class PublishRun:
    """What became of a list of products: stored, public, and why the others are not."""

    stored: int
    public: int
    permits_refused: tuple[tuple[UUID, str], ...]
    under_age: tuple[UUID, ...]


@transaction.atomic
def open_storefronts_many(*, actor: Actor, storefronts: Sequence[NewStorefront]) -> int:
    """Open shops or bring them up to date. A phone that cannot take a WhatsApp message raises market_phone.

    Without a phone of its own a shop takes the one that the family, or the group's chair, is known by.
    """
    require(actor, "market.manage")
    for shop in storefronts:
        if shop.contact_phone and rules.whatsapp_number(shop.contact_phone) is None:
            raise Problem("market_phone", phone=shop.contact_phone)
    owners = owners_of(shop.enterprise_id for shop in storefronts)
    phones = _known_phones([shop.enterprise_id for shop in storefronts if not shop.contact_phone])
    rows = [
        Storefront(
            id=shop.id,
            area=owners[shop.enterprise_id].area,
            office_id=owners[shop.enterprise_id].office_id,
            enterprise_id=shop.enterprise_id,
            slug=rules.slug_of(rules.public_name(shop.name), shop.id),
            name=rules.public_name(shop.name),
            about=shop.about,
            contact_phone=shop.contact_phone or phones.get(shop.enterprise_id, ""),
            consent_on=shop.consent_on,
            place_consent_on=shop.place_consent_on,
        )
        for shop in storefronts
    ]
    Storefront.objects.bulk_create(
        rows,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["enterprise"],
        update_fields=["name", "about", "contact_phone", "consent_on", "place_consent_on"],
    )
    record(actor=actor, name="market.storefronts_opened", count=len(rows))
    return len(rows)


@transaction.atomic
def publish_products_many(*, actor: Actor, products: Sequence[NewProduct]) -> PublishRun:
    """Store products with their permits; what is public follows from consents, never from this call.

    A permit whose number is not well formed is left out and named. A seller with an officer or a head of family under
    18 is named too: the public views leave it out until that changes.
    """
    require(actor, "market.manage")
    products = _merged(products)
    owners = owners_of(product.enterprise_id for product in products)
    minors = _under_age(list(owners))
    for product in products:
        if product.price_idr <= 0:
            raise Problem("market_price", product=product.name)
    Product.objects.bulk_create(
        [_product(product, owners[product.enterprise_id]) for product in products],
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[
            "name",
            "category",
            "price_idr",
            "unit",
            "stock",
            "description",
            "photo",
            "grams",
            "consent_on",
        ],
    )
    refused = _permits(products, owners)
    record(actor=actor, name="market.products_stored", count=len(products))
    public = fetch(
        """
        SELECT count(*) FROM market_product p JOIN market_storefront s ON s.enterprise_id = p.enterprise_id
        WHERE p.id = ANY (%s) AND p.consent_on IS NOT NULL AND p.withdrawn_on IS NULL
          AND s.consent_on IS NOT NULL AND s.withdrawn_on IS NULL AND p.enterprise_id <> ALL (%s)
        """,
        [[product.id for product in products], list(minors)],
    )[0][0]
    return PublishRun(
        stored=len(products),
        public=public,
        permits_refused=tuple(refused),
        under_age=tuple(product.id for product in products if product.enterprise_id in minors),
    )


def _known_phones(enterprise_ids: Sequence[UUID]) -> dict[UUID, str]:
    rows = fetch(
        """
        SELECT e.id, coalesce(nullif(h.phone, ''), (
            SELECT p.phone FROM people_person p
            WHERE p.household_id = e.household_id AND p.phone <> '' ORDER BY p.is_head DESC, p.id LIMIT 1), (
            SELECT p.phone FROM groups_officer o
            JOIN groups_membership m ON m.id = o.membership_id JOIN people_person p ON p.id = m.person_id
            WHERE o.group_id = e.group_id AND o.until IS NULL AND o.position = 'ketua' AND p.phone <> '' LIMIT 1))
        FROM enterprises_enterprise e LEFT JOIN people_household h ON h.id = e.household_id
        WHERE e.id = ANY (%s)
        """,
        [list(enterprise_ids)],
    )
    return {row[0]: row[1] for row in rows if row[1] and rules.whatsapp_number(row[1])}


def _merged(products: Sequence[NewProduct]) -> list[NewProduct]:
    # A sheet has one line per permit: lines of one product are one product with several permits.
    found: dict[UUID, NewProduct] = {}
    for product in products:
        held = found.get(product.id)
        found[product.id] = replace(held, permits=held.permits + product.permits) if held else product
    return list(found.values())


def _under_age(enterprise_ids: Sequence[UUID]) -> set[UUID]:
    rows = fetch(
        """
        SELECT e.id FROM enterprises_enterprise e
        WHERE e.id = ANY (%(ids)s) AND (EXISTS (
            SELECT 1 FROM people_person h WHERE h.household_id = e.household_id AND h.is_head
              AND h.birth_date > %(today)s::date - interval '18 years')
          OR EXISTS (
            SELECT 1 FROM groups_officer o JOIN groups_membership m ON m.id = o.membership_id
            JOIN people_person h ON h.id = m.person_id
            WHERE o.group_id = e.group_id AND o.until IS NULL
              AND h.birth_date > %(today)s::date - interval '18 years'))
        """,
        {"ids": list(enterprise_ids), "today": clock.today()},
    )
    return {row[0] for row in rows}


def _product(product: NewProduct, owner: Owner) -> Product:
    kind = catalogue().kinds.get(owner.kind)
    words = " ".join([product.name, product.category, owner.name, *([kind.id, kind.en] if kind else [])])
    return Product(
        id=product.id,
        area=owner.area,
        office_id=owner.office_id,
        enterprise_id=product.enterprise_id,
        slug=rules.slug_of(product.name, product.id),
        name=product.name,
        category=rules.category_of(product.category, owner.kind),
        price_idr=product.price_idr,
        unit=product.unit,
        stock=product.stock,
        description=product.description,
        photo_id=product.photo_id,
        grams=rules.grams(words),
        consent_on=product.consent_on,
    )


def _permits(products: Sequence[NewProduct], owners: dict[UUID, Owner]) -> list[tuple[UUID, str]]:
    refused = []
    rows = []
    for product in products:
        owner = owners[product.enterprise_id]
        for permit in product.permits:
            if rules.permit_flaw(permit) is not None:
                refused.append((product.id, permit.kind.value))
                continue
            number = rules.clean_number(permit.kind, permit.number)
            rows.append(
                (
                    owner.area,
                    owner.office_id,
                    product.enterprise_id,
                    product.id,
                    permit.kind.value,
                    number,
                    permit.valid_until,
                )
            )
    with connection.cursor() as cursor:
        stage(
            cursor,
            "permit",
            {
                "area": "bigint",
                "office_id": "bigint",
                "enterprise_id": "uuid",
                "product_id": "uuid",
                "kind": "text",
                "number": "text",
                "expires_on": "date",
            },
            rows,
        )
        cursor.execute(
            """
            INSERT INTO market_permit (id, area, office_id, enterprise_id, product_id, kind, number, expires_on)
            SELECT DISTINCT ON (product_id, kind) gen_random_uuid(), area, office_id, enterprise_id, product_id, kind,
                   number, expires_on
            FROM permit ORDER BY product_id, kind, expires_on DESC
            ON CONFLICT (product_id, kind) DO UPDATE
            SET number = excluded.number, expires_on = excluded.expires_on
            """
        )
    return refused


@transaction.atomic
def withdraw_consent(*, actor: Actor, enterprise_id: UUID, reason: str) -> int:
    """Take a shop and all its products out of the public catalogue, at once. Returns the number of products.

    What was out already stays as it is. Raises `reason_needed`, `not_found`.
    """
    require(actor, "market.manage")
    if not reason.strip():
        raise Problem("reason_needed")
    today = clock.today()
    shops = Storefront.objects.filter(enterprise_id=enterprise_id)
    if not shops.filter(withdrawn_on=None).update(withdrawn_on=today):
        if not shops.exists():
            raise Problem("not_found")
        return 0
    count = Product.objects.filter(enterprise_id=enterprise_id, withdrawn_on=None).update(withdrawn_on=today)
    record(
        actor=actor,
        name="market.consent_withdrawn",
        subject_kind="enterprise",
        subject_id=enterprise_id,
        reason=reason.strip()[:200],
        products=count,
    )
    return count


@transaction.atomic
def renew_consent(
    *, actor: Actor, enterprise_id: UUID, products: Sequence[UUID], place: bool, on: date, words: str
) -> int:
    """Show a shop again because its owner agreed anew: the named products only, with its village where ``place``.

    Returns the number of products. The same again changes nothing. Raises `not_found`, `reason_needed`,
    `market_products_needed`, `market_consent_day` where the day lies before the consent ended or after today, and
    `market_family_consent` where the family itself took back that its data may be shown.
    """
    require(actor, "market.manage")
    shop = Storefront.objects.select_for_update(of=("self",)).select_related("enterprise")
    found = shop.filter(enterprise_id=enterprise_id, office_id=actor.office or 0).first()
    if found is None:
        raise Problem("not_found")
    if found.withdrawn_on is None:
        return 0
    if not words.strip():
        raise Problem("reason_needed")
    if not found.withdrawn_on <= on <= clock.today():
        raise Problem("market_consent_day", since=found.withdrawn_on)
    if _taken_back(found.enterprise.household_id):
        raise Problem("market_family_consent")
    chosen = Product.objects.filter(enterprise_id=enterprise_id, pk__in=list(products))
    count = chosen.update(withdrawn_on=None, consent_on=on)
    if not count or count < len(set(products)):
        raise Problem("market_products_needed")
    found.withdrawn_on, found.consent_on, found.place_consent_on = None, on, on if place else None
    found.save(update_fields=["withdrawn_on", "consent_on", "place_consent_on"])
    record(
        actor=actor,
        name="market.consent_renewed",
        subject_kind="enterprise",
        subject_id=enterprise_id,
        reason=words.strip()[:200],
        products=count,
    )
    return count


def _taken_back(household: UUID | None) -> bool:
    """Whether a family took back that its data are shown, or used at all, and has not agreed again."""
    if household is None:
        return False
    stands: dict[str, bool] = {}
    for purpose, withdrawn in Consent.objects.filter(household=household).values_list("purpose", "withdrawn_on"):
        stands[purpose] = stands.get(purpose, False) or withdrawn is None
    return not all(stands.get(purpose, True) for purpose in ("publication", "programme"))


@transaction.atomic
def stop_showing(*, actor: Actor, households: Sequence[UUID], reason: str) -> tuple[int, int]:
    """Take the shops of families out of the public catalogue, because they took their consent back.

    For packages above, after their own permission check. Returns (shops, products); what was out stays out.
    """
    today = clock.today()
    shops = Storefront.objects.filter(enterprise__household__in=list(households), withdrawn_on=None)
    owners = list(shops.values_list("enterprise_id", flat=True))
    products = Product.objects.filter(enterprise__household__in=list(households), withdrawn_on=None)
    counts = shops.update(withdrawn_on=today), products.update(withdrawn_on=today)
    for enterprise in owners:
        record(
            actor=actor,
            name="market.consent_withdrawn",
            subject_kind="enterprise",
            subject_id=enterprise,
            reason=reason,
        )
    return counts
