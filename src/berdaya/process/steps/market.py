"""Products, exhibitions and contests of a programme's businesses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from berdaya.enterprises.models import Enterprise
from berdaya.intake.types import Market, ProductRow
from berdaya.kernel.ids import stable_id
from berdaya.market.services import (
    hold_contest,
    open_storefronts_many,
    plan_exhibitions_many,
    publish_products_many,
    record_stalls_many,
)
from berdaya.market.types import (
    NewContest,
    NewExhibition,
    NewMark,
    NewProduct,
    NewStall,
    NewStorefront,
    Permit,
    PermitKind,
)
from berdaya.process.steps.businesses import subjects
from berdaya.process.walk import Walk


def publish(walk: Walk, market: Market) -> str:
    """Shops and products, with consent on the day when follow-up began; businesses off the decree are left out."""
    consent = walk.config.dates.followup_start
    with walk.acting("market") as actor:
        known = subjects(walk).by_ref
        products: dict[UUID, list[ProductRow]] = defaultdict(list)
        for row in market.products.rows:
            if row.ref in known:
                products[known[row.ref]].append(row)
        names = dict(Enterprise.objects.filter(pk__in=products).values_list("id", "name"))
        open_storefronts_many(
            actor=actor,
            storefronts=[
                NewStorefront(
                    id=stable_id(walk.code, "shop", business),
                    enterprise_id=business,
                    name=names[business],
                    consent_on=consent,
                    place_consent_on=consent,
                )
                for business in products
            ],
        )
        run = publish_products_many(
            actor=actor,
            products=[
                NewProduct(
                    id=stable_id(walk.code, "product", row.ref, row.name),
                    enterprise_id=business,
                    name=row.name,
                    category=row.category,
                    price_idr=row.price_idr,
                    unit=row.unit,
                    stock=row.stock,
                    description=row.description,
                    consent_on=consent,
                    permits=(Permit(PermitKind(row.permit), row.permit_number, row.valid_until),) if row.permit else (),
                )
                for business, rows in products.items()
                for row in rows
            ],
        )
    return f"{run.stored} produk, {run.public} tampil di pasar"


def exhibit(walk: Walk, market: Market) -> str:
    """Exhibitions with their stalls, and contests with their marks."""
    area, office = walk.config.programme.area, walk.office.pk
    with walk.acting("exhibitions") as actor:
        known = subjects(walk).by_ref
        plan_exhibitions_many(
            actor=actor,
            exhibitions=[
                NewExhibition(
                    id=stable_id(walk.code, "exhibition", row.code),
                    area=area,
                    office_id=office,
                    code=row.code,
                    name=row.name,
                    venue=row.venue,
                    place=row.area or area,
                    starts_on=row.starts_on,
                    ends_on=row.ends_on,
                    invited=(row.area,) if row.area else (),
                )
                for row in market.exhibitions.rows
            ],
        )
        stalls = [
            NewStall(
                id=stable_id(walk.code, "stall", row.exhibition, row.ref),
                exhibition_id=stable_id(walk.code, "exhibition", row.exhibition),
                enterprise_id=known[row.ref],
                number=row.stall,
                turnover_idr=row.turnover_idr,
                leads=row.leads,
            )
            for row in market.stalls.rows
            if row.ref in known
        ]
        record_stalls_many(actor=actor, stalls=stalls)
        contests = _contests(walk, market, known)
        for contest, marks in contests:
            hold_contest(actor=actor, contest=contest, marks=marks)
    return f"{len(market.exhibitions.rows)} pameran, {len(stalls)} stan, {len(contests)} lomba"


def _contests(walk: Walk, market: Market, known: Mapping[str, UUID]) -> list[tuple[NewContest, list[NewMark]]]:
    result = []
    for row in market.contests.rows:
        marks = [
            NewMark(known[score.ref], score.juror, score.criterion, score.weight, round(score.score))
            for score in market.scores.rows
            if score.contest == row.code and score.ref in known
        ]
        contest = NewContest(
            id=stable_id(walk.code, "contest", row.code),
            area=walk.config.programme.area,
            office_id=walk.office.pk,
            code=row.code,
            name=row.name,
            level=row.level,
            held_on=row.date,
        )
        if marks:
            result.append((contest, marks))
    return result
