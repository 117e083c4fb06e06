"""Assets: durable things for life, each with its last known state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from berdaya.access.permissions import require
from berdaya.enterprises.models import Enterprise
from berdaya.grants.guards import named_errors
from berdaya.grants.lines import FEW
from berdaya.grants.models import Asset, AssetCheck
from berdaya.grants.types import AssetState
from berdaya.kernel import clock
from berdaya.kernel.bulk import create, fetch, insert, save
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.tasks import services as tasks
from berdaya.tasks.types import NewTask

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
    WHERE d.programme_id = %s AND l.returned < l.quantity AND (%s::uuid[] IS NULL OR h.id = ANY (%s::uuid[]))
      AND NOT EXISTS (SELECT 1 FROM grants_asset a WHERE a.line_id = l.id)
    ORDER BY l.id
"""


CHECK_EVERY = timedelta(days=180)
"""How long an asset may go unseen before a check comes up as a task."""
CHECK_WITHIN = timedelta(days=30)
ALIVE = ("present", "working", "broken")
MOST_IDR = 10**12
"""What nothing of a small business is worth: above it somebody mistyped."""


@dataclass(frozen=True, slots=True)
class AssetLook:
    """Pemeriksaan satu aset: state, how it is known, minutes for what is gone, photo; `id` is the idempotency key."""

    id: UUID
    asset: UUID
    state: AssetState
    seen_on: date
    method: str = "seen"
    minutes: str = ""
    note: str = ""
    photo: UUID | None = None
    evidence: UUID | None = None


@dataclass(frozen=True, slots=True)
class OwnAsset:
    """Barang milik sendiri: a durable thing that the business had before any aid, as it was found on a day.

    `value_idr` is what one is worth, `since` when it was got as far as anybody knows; `id` is the idempotency key.
    """

    id: UUID
    enterprise: UUID
    name: str
    value_idr: int
    state: AssetState
    seen_on: date
    method: str = "seen"
    since: date | None = None
    photo: UUID | None = None


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
def take_on_assets_many(*, actor: Actor, assets: Sequence[OwnAsset]) -> int:
    """Things that businesses brought along, each with the look that found it. Returns how many are new.

    Raises `not_allowed`, `not_found` (a business outside the scope), `grants.future`, `grants.bad_own_asset` (no
    name, a value below zero, or a state that means it is gone: such a thing is not taken on).
    """
    require(actor, "group.take_on")
    owners = Enterprise.objects.in_bulk({item.enterprise for item in assets})
    known = set(Asset.objects.filter(id__in=[item.id for item in assets]).values_list("id", flat=True))
    rows, checks = [], []
    for item in assets:
        owner = owners.get(item.enterprise)
        if owner is None:
            raise Problem("not_found")
        if item.id in known:
            continue
        if item.seen_on > clock.today():
            raise Problem("grants.future", day=item.seen_on)
        name = item.name.strip()[:120]
        if not name or not 0 <= item.value_idr <= MOST_IDR or item.state.value not in ALIVE:
            raise Problem("grants.bad_own_asset", name=name or "-")
        row = Asset(
            id=item.id, area=owner.area, office_id=owner.office_id, enterprise=owner, origin="own", since=item.since,
            name=name, value_idr=item.value_idr, state=item.state.value, state_on=item.seen_on,
        )  # fmt: skip
        look = AssetLook(
            stable_id("asset-look", item.id), item.id, item.state, item.seen_on, item.method, photo=item.photo
        )
        rows.append(row)
        checks.append(_check(actor, row, look))
        known.add(item.id)
    with named_errors():
        create(rows)
        create(checks)
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
    save(changed.values(), ["state", "state_on", "evidence_id"])
    return len(changed)


@transaction.atomic
def look_at_assets_many(*, actor: Actor, looks: Sequence[AssetLook]) -> int:
    """What somebody found of assets; the newest look sets the state, an older one is kept. Returns how many are new.

    Mentors look at those of their own businesses. Raises `not_allowed`, `not_found`, `grants.future`,
    `grants.loss_needs_minutes` (sold, died, lost, passed on); nothing is written then.
    """
    require(actor, "visit.record")
    known = set(AssetCheck.objects.filter(id__in=[look.id for look in looks]).values_list("id", flat=True))
    assets = Asset.objects.in_bulk({look.asset for look in looks})
    fresh = []
    for look in looks:
        asset = assets.get(look.asset)
        if asset is None:
            raise Problem("not_found")
        if look.id in known:
            continue
        if look.seen_on > clock.today():
            raise Problem("grants.future", day=look.seen_on)
        if look.state.value not in ALIVE and not look.minutes.strip():
            raise Problem("grants.loss_needs_minutes")
        fresh.append(_check(actor, asset, look))
    with named_errors():
        create(fresh)
    return len(fresh)


def _check(actor: Actor, asset: Asset, look: AssetLook) -> AssetCheck:
    return AssetCheck(
        id=look.id,
        area=asset.area,
        office_id=asset.office_id,
        asset=asset,
        enterprise_id=asset.enterprise_id,
        state=look.state.value,
        seen_on=look.seen_on,
        method=look.method,
        minutes=look.minutes.strip(),
        note=look.note,
        photo_id=look.photo,
        evidence_id=look.evidence,
        account_id=actor.account_id or 0,
    )


@transaction.atomic
def raise_asset_checks(*, actor: Actor, as_of: date, programme_code: str = "") -> int:
    """One task for each business whose goods of aid nobody has seen for half a year; its own things need none.

    Returns how many businesses are due.
    """
    require(actor, "task.manage")
    rows = Asset.objects.filter(state__in=ALIVE, state_on__lt=as_of - CHECK_EVERY)
    rows = rows.filter(line__returned__lt=F("line__quantity"))
    if programme_code:
        rows = rows.filter(enterprise__programme__code=programme_code)
    due: dict[UUID, tuple[Enterprise, int]] = {}
    for asset in rows.select_related("enterprise__programme").order_by("enterprise_id"):
        due[asset.enterprise_id] = (asset.enterprise, due.get(asset.enterprise_id, (asset.enterprise, 0))[1] + 1)
    tasks.create_many(
        actor=actor,
        tasks=[
            NewTask(
                cause=f"asset.check:{business.pk}",
                kind="asset.check",
                title=f"Periksa {count} barang bantuan pada usaha {business.name}"[:240],
                area=business.area,
                office_id=business.office_id,
                owner_role="mentor",
                raised_on=as_of,
                due_on=as_of + CHECK_WITHIN,
                programme_code=business.programme.code if business.programme else "",
                household_id=business.household_id,
                group_id=business.group_id,
                enterprise_id=business.pk,
                params={"name": business.name, "count": count},
            )
            for business, count in due.values()
        ],
    )
    return len(due)
