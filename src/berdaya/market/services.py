"""Publishing products, exhibitions with their stalls, contests with their marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.enterprises import services as enterprises
from berdaya.enterprises.catalogue import catalogue
from berdaya.enterprises.types import EvidenceKind, Method, MonthTurnover, NewEvidence
from berdaya.kernel import clock
from berdaya.kernel.bulk import fetch, stage
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.market import rules
from berdaya.market.models import Contest, Exhibition, Product, Storefront
from berdaya.market.types import (
    JurorScore,
    NewContest,
    NewExhibition,
    NewMark,
    NewProduct,
    NewStall,
    NewStorefront,
    Placing,
)


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
    owners = _owners(shop.enterprise_id for shop in storefronts)
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
    owners = _owners(product.enterprise_id for product in products)
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


@dataclass(frozen=True, slots=True)
class _Owner:
    area: int
    office_id: int
    kind: str
    name: str


def _owners(enterprise_ids: Iterable[UUID]) -> dict[UUID, _Owner]:
    wanted = list(dict.fromkeys(enterprise_ids))
    rows = fetch("SELECT id, area, office_id, kind, name FROM enterprises_enterprise WHERE id = ANY (%s)", [wanted])
    found = {row[0]: _Owner(*row[1:]) for row in rows}
    if len(found) != len(wanted):
        raise Problem("enterprise_not_found", count=len(wanted) - len(found))
    return found


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


def _product(product: NewProduct, owner: _Owner) -> Product:
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


def _permits(products: Sequence[NewProduct], owners: dict[UUID, _Owner]) -> list[tuple[UUID, str]]:
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
    """Take a shop and all its products out of the public catalogue, at once. Returns the number of products."""
    require(actor, "market.manage")
    today = clock.today()
    if not Storefront.objects.filter(enterprise_id=enterprise_id).update(withdrawn_on=today):
        raise Problem("not_found")
    count = Product.objects.filter(enterprise_id=enterprise_id, withdrawn_on=None).update(withdrawn_on=today)
    record(
        actor=actor,
        name="market.consent_withdrawn",
        subject_kind="enterprise",
        subject_id=enterprise_id,
        reason=reason,
        products=count,
    )
    return count


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


@transaction.atomic
def plan_exhibitions_many(*, actor: Actor, exhibitions: Sequence[NewExhibition]) -> int:
    """Plan exhibitions or change them; the id is the key."""
    require(actor, "market.manage")
    Exhibition.objects.bulk_create(
        [
            Exhibition(
                id=item.id,
                area=item.area,
                office_id=item.office_id,
                code=item.code,
                name=item.name,
                venue=item.venue,
                place=item.place,
                starts_on=item.starts_on,
                ends_on=item.ends_on,
                invited=list(item.invited),
            )
            for item in exhibitions
        ],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["name", "venue", "place", "starts_on", "ends_on", "invited"],
    )
    record(actor=actor, name="market.exhibitions_planned", count=len(exhibitions))
    return len(exhibitions)


@transaction.atomic
def record_stalls_many(*, actor: Actor, stalls: Sequence[NewStall]) -> int:
    """Stalls with what they sold; each writes evidence of a sale and the market column of its month."""
    require(actor, "market.manage")
    with connection.cursor() as cursor:
        stage(
            cursor,
            "stall",
            {
                "id": "uuid",
                "exhibition_id": "uuid",
                "enterprise_id": "uuid",
                "number": "text",
                "turnover_idr": "bigint",
                "leads": "integer",
            },
            ((s.id, s.exhibition_id, s.enterprise_id, s.number, s.turnover_idr, s.leads) for s in stalls),
        )
        cursor.execute(
            """
            INSERT INTO market_stall (id, area, office_id, exhibition_id, enterprise_id, number, turnover_idr, leads)
            SELECT s.id, e.area, e.office_id, s.exhibition_id, s.enterprise_id, s.number, s.turnover_idr, s.leads
            FROM stall s JOIN enterprises_enterprise e ON e.id = s.enterprise_id
            ON CONFLICT (exhibition_id, enterprise_id) DO UPDATE
            SET number = excluded.number, turnover_idr = excluded.turnover_idr, leads = excluded.leads
            """
        )
        count: int = cursor.rowcount
    rows = fetch(
        """
        SELECT t.id, t.enterprise_id, x.ends_on, t.turnover_idr, t.leads, x.name
        FROM market_stall t JOIN market_exhibition x ON x.id = t.exhibition_id
        WHERE t.enterprise_id = ANY (%s)
        """,
        [list({stall.enterprise_id for stall in stalls})],
    )
    enterprises.add_evidence_many(actor=actor, evidence=[_sale(row) for row in rows])
    months: dict[tuple[UUID, date], int] = {}
    for _, enterprise_id, sold_on, amount, _, _ in rows:
        key = enterprise_id, sold_on.replace(day=1)
        months[key] = months.get(key, 0) + amount
    enterprises.set_month_turnover_many(
        actor=actor,
        column="market",
        turnover=[MonthTurnover(key[0], key[1], amount) for key, amount in months.items()],
    )
    record(actor=actor, name="market.stalls_recorded", count=count)
    return count


def _sale(row: Sequence[Any]) -> NewEvidence:
    stall_id, enterprise_id, sold_on, amount, leads, name = row
    return NewEvidence(
        enterprise_id=enterprise_id,
        kind=EvidenceKind.SALE,
        method=Method.DOCUMENT,
        occurred_on=sold_on,
        source_kind="stall",
        source_id=stall_id,
        amount_idr=amount,
        detail={"exhibition": name, "leads": leads},
    )


@transaction.atomic
def hold_contest(*, actor: Actor, contest: NewContest, marks: Sequence[NewMark]) -> list[Placing]:
    """A contest with all its marks: totals, places with ties, kept with the entries. Raises market_marks.

    A mark once given stays: the same marks again change nothing, another mark of the same juror is refused.
    """
    require(actor, "market.manage")
    owners = _owners(mark.enterprise_id for mark in marks)
    try:
        placed = rules.placings(
            JurorScore(str(mark.enterprise_id), mark.juror, mark.criterion, Decimal(mark.weight), Decimal(mark.score))
            for mark in marks
        )
    except ValueError as error:
        raise Problem("market_marks", contest=contest.name, detail=error) from error
    Contest.objects.bulk_create(
        [
            Contest(
                id=contest.id,
                area=contest.area,
                office_id=contest.office_id,
                code=contest.code,
                name=contest.name,
                level=contest.level,
                held_on=contest.held_on,
                invited=list(contest.invited),
                criteria=[list(pair) for pair in dict.fromkeys((mark.criterion, mark.weight) for mark in marks)],
            )
        ],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["name", "level", "held_on", "invited", "criteria"],
    )
    _store_entries(contest, placed, owners)
    _store_marks(contest, marks)
    record(actor=actor, name="market.contest_held", subject_kind="contest", subject_id=contest.id, entries=len(placed))
    return placed


def _store_entries(contest: NewContest, placed: Sequence[Placing], owners: dict[UUID, _Owner]) -> None:
    with connection.cursor() as cursor:
        stage(
            cursor,
            "entry",
            {"area": "bigint", "office_id": "bigint", "enterprise_id": "uuid", "score": "float8", "rank": "smallint"},
            (
                (owners[UUID(item.entry)].area, owners[UUID(item.entry)].office_id, item.entry, item.total, item.place)
                for item in placed
            ),
        )
        cursor.execute(
            """
            INSERT INTO market_contestentry (id, area, office_id, contest_id, enterprise_id, score, rank)
            SELECT gen_random_uuid(), area, office_id, %s, enterprise_id, score, rank FROM entry
            ON CONFLICT (contest_id, enterprise_id) DO UPDATE SET score = excluded.score, rank = excluded.rank
            """,
            [contest.id],
        )


def _store_marks(contest: NewContest, marks: Sequence[NewMark]) -> None:
    with connection.cursor() as cursor:
        stage(
            cursor,
            "mark",
            {
                "enterprise_id": "uuid",
                "juror": "text",
                "criterion": "text",
                "weight": "smallint",
                "score": "smallint",
            },
            ((m.enterprise_id, m.juror, m.criterion, m.weight, m.score) for m in marks),
        )
        cursor.execute(
            """
            SELECT count(*) FROM mark m
            JOIN market_contestentry e ON e.enterprise_id = m.enterprise_id AND e.contest_id = %s
            JOIN market_juryscore j ON j.entry_id = e.id AND j.juror = m.juror AND j.criterion = m.criterion
            WHERE j.score <> m.score OR j.weight <> m.weight
            """,
            [contest.id],
        )
        changed = cursor.fetchone()[0]
        if changed:
            raise Problem("market_marks", contest=contest.name, detail=f"{changed} nilai berbeda dari yang tersimpan")
        cursor.execute(
            """
            INSERT INTO market_juryscore (id, entry_id, juror, criterion, weight, score)
            SELECT gen_random_uuid(), e.id, m.juror, m.criterion, m.weight, m.score
            FROM mark m JOIN market_contestentry e ON e.enterprise_id = m.enterprise_id AND e.contest_id = %s
            ON CONFLICT (entry_id, juror, criterion) DO NOTHING
            """,
            [contest.id],
        )
