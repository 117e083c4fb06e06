"""Assets: durable things for life, each with its last known state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.enterprises.models import Enterprise
from berdaya.grants.models import Asset, HandoverLine
from berdaya.grants.types import AssetState
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor


@dataclass(frozen=True, slots=True)
class AssetSeen:
    """Apa yang terlihat pada suatu hari, with the evidence of the visit that saw it."""

    asset: UUID
    state: AssetState
    on: date
    evidence: UUID | None = None


@transaction.atomic
def register_assets(*, actor: Actor, programme_id: UUID) -> int:
    """One asset per durable thing handed over whose recipient has a business; those that exist are left.

    Call it again after businesses were started. Returns how many are new. Raises `not_allowed`.
    """
    require(actor, "handover.record")
    lines = HandoverLine.objects.select_related("handover__decree_line", "item").filter(
        handover__decree_line__decree__programme_id=programme_id, item__durable=True, assets=None
    )
    owners: dict[UUID | None, UUID] = {}
    businesses = Enterprise.objects.filter(programme_id=programme_id).order_by("-started_on", "id")
    for enterprise, household, group in businesses.values_list("id", "household_id", "group_id"):
        owners[household or group] = enterprise
    rows = []
    for line in lines.order_by("id"):
        decree_line = line.handover.decree_line
        owner = owners.get(decree_line.household_id or decree_line.group_id)
        if owner is None:
            continue
        for count in range(1, line.quantity + 1):
            suffix = f" ({count})" if line.quantity > 1 else ""
            rows.append(
                Asset(
                    id=stable_id("asset", line.id, count),
                    area=line.area,
                    office_id=line.office_id,
                    enterprise_id=owner,
                    line=line,
                    name=line.item.name[: 120 - len(suffix)] + suffix,
                    value_idr=line.unit_value_idr,
                    state=AssetState.PRESENT,
                    state_on=line.handover.occurred_on,
                )
            )
    Asset.objects.bulk_create(rows, batch_size=2_000)
    return len(rows)


@transaction.atomic
def see_assets_many(*, actor: Actor, seen: Sequence[AssetSeen]) -> int:
    """The state of assets as somebody saw it; an older day never overwrites a newer one. Returns how many changed.

    Raises `not_allowed`, `not_found`.
    """
    require(actor, "visit.record")
    rows = Asset.objects.select_for_update().in_bulk({item.asset for item in seen})
    changed: dict[UUID, Asset] = {}
    for item in sorted(seen, key=lambda sight: sight.on):
        row = rows.get(item.asset)
        if row is None:
            raise Problem("not_found")
        if item.on >= row.state_on and (row.state, row.state_on) != (item.state, item.on):
            row.state, row.state_on, row.evidence_id = item.state, item.on, item.evidence
            changed[row.id] = row
    Asset.objects.bulk_update(changed.values(), ["state", "state_on", "evidence_id"], batch_size=1_000)
    return len(changed)
