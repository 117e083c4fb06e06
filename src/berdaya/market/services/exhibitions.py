"""Exhibitions with their stalls: each sale is evidence of its business and of its month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.enterprises import services as enterprises
from berdaya.enterprises.types import EvidenceKind, Method, MonthTurnover, NewEvidence
from berdaya.kernel.bulk import fetch, stage
from berdaya.kernel.scope import Actor
from berdaya.market.models import Exhibition
from berdaya.market.types import (
    NewExhibition,
    NewStall,
)


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
