"""Assets: durable things for life, each with its last known state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from berdaya.access.permissions import require
from berdaya.enterprises.models import Enterprise
from berdaya.grants.lines import FEW
from berdaya.grants.models import Asset
from berdaya.grants.types import AssetState
from berdaya.kernel.bulk import fetch, insert
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor

ASSET: dict[str, str] = {
    "id": "uuid", "area": "bigint", "office_id": "bigint", "enterprise_id": "uuid", "line_id": "uuid", "name": "text",
    "value_idr": "bigint", "state": "text", "state_on": "date",
}  # fmt: skip
DURABLE = """
    SELECT l.id, l.area, l.office_id, l.quantity, l.unit_value_idr, i.name, h.occurred_on,
           coalesce(dl.household_id, dl.group_id)
    FROM programmes_decree d
    JOIN programmes_decreeline dl ON dl.decree_id = d.id
    JOIN grants_handover h ON h.area = dl.area AND h.decree_line_id = dl.id
    JOIN grants_handoverline l ON l.area = h.area AND l.handover_id = h.id
    JOIN grants_packageitem i ON i.id = l.item_id AND i.durable
    WHERE d.programme_id = %s AND (%s::uuid[] IS NULL OR h.id = ANY (%s::uuid[]))
      AND NOT EXISTS (SELECT 1 FROM grants_asset a WHERE a.line_id = l.id)
    ORDER BY l.id
"""


@dataclass(frozen=True, slots=True)
class AssetSeen:
    """Apa yang terlihat pada suatu hari, with the evidence of the visit that saw it."""

    asset: UUID
    state: AssetState
    on: date
    evidence: UUID | None = None


@transaction.atomic
def register_assets(*, actor: Actor, programme_id: UUID, handovers: Sequence[UUID] | None = None) -> int:
    """One asset per durable thing handed over (in all handovers, or those named) whose recipient has a business.

    Those that exist are left; call it again after businesses were started. Returns how many are new. Raises
    `not_allowed`.
    """
    require(actor, "handover.record")
    named = list(handovers) if handovers is not None and len(handovers) <= FEW else None
    things = fetch(DURABLE, [programme_id, named, named])
    businesses = Enterprise.objects.filter(programme_id=programme_id).order_by("-started_on", "id")
    if named is not None:
        subjects = {owner for *_, owner in things}
        businesses = businesses.filter(Q(household_id__in=subjects) | Q(group_id__in=subjects))
    owners: dict[UUID | None, UUID] = {}
    for enterprise, household, group in businesses.values_list("id", "household_id", "group_id"):
        owners[household or group] = enterprise
    rows = []
    for line, area, office, quantity, value, name, day, owner in things:
        if owner not in owners:
            continue
        for count in range(1, quantity + 1):
            suffix = f" ({count})" if quantity > 1 else ""
            asset = stable_id("asset", line, count)
            title = name[: 120 - len(suffix)] + suffix
            rows.append((asset, area, office, owners[owner], line, title, value, AssetState.PRESENT.value, day))
    return insert("grants_asset", ASSET, rows) if rows else 0


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
