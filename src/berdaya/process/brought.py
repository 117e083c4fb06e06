"""What an existing group brought along by the office's list, taken on: its things as assets, its goods for sale."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require, signed
from berdaya.audit.services import record
from berdaya.enterprises.models import Enterprise
from berdaya.enterprises.services import start_enterprises_many
from berdaya.enterprises.types import NewEnterprise
from berdaya.grants.services import OwnAsset, take_on_assets_many
from berdaya.grants.types import AssetState
from berdaya.groups.models import Group
from berdaya.intake.jobs import brought_along, settle_brought
from berdaya.intake.results import Brought
from berdaya.kernel import clock
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.market.models import Storefront
from berdaya.market.services import open_storefronts_many, publish_products_many
from berdaya.market.types import NewProduct, NewStorefront, Permit, PermitKind

PERMISSION = "group.take_on"
PIECES = 20
"""Up to so many of one kind stand as assets of their own, more of them (120 chairs) as one."""
Photo = Callable[[int], UUID | None]
"""Keeps the picture that came with a thing, for the group's area, and answers its id."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One asset of the list as the office found it; `state` None: it is no longer there. Value of one, in rupiah."""

    id: UUID
    state: AssetState | None
    quantity: int = 1
    value_idr: int = 0
    photo: Photo | None = None


@dataclass(frozen=True, slots=True)
class Ware:
    """One product of the list: still sold (`sold`), at which price, and whether its makers agree to show it."""

    id: UUID
    sold: bool
    price_idr: int = 0
    unit: str = ""
    agreed: bool = False
    photo: Photo | None = None


@dataclass(frozen=True, slots=True)
class TakeOn:
    """What the office decides on one day: `seen` or `asked` on `on`; things that it leaves out go on waiting.

    `kind` is the kind of business to open where the group has none yet.
    """

    group: UUID
    on: date
    method: str = "seen"
    things: Sequence[Thing] = ()
    wares: Sequence[Ware] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class TakenOn:
    """How many became assets (pieces) and products, are gone, and whose permits were not well formed."""

    assets: int = 0
    products: int = 0
    gone: int = 0
    permits_refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BroughtView:
    """The page: what waits, what was decided before, and the business that takes it (None: it is opened then)."""

    group: UUID
    name: str
    kind: str
    synthetic: bool
    business: UUID | None
    waiting: tuple[Brought, ...]
    settled: tuple[Brought, ...]


def brought(*, actor: Actor, group_id: UUID) -> BroughtView:
    """What a living group brought along. Raises `not_allowed`, `not_found`."""
    require(actor, PERMISSION)
    group = _group(group_id)
    rows = brought_along(group=group.pk)
    owner = _business(group)
    return BroughtView(
        group.pk,
        group.name,
        group.kind,
        group.synthetic,
        owner.pk if owner else None,
        tuple(row for row in rows if row.taken_on is None),
        tuple(row for row in rows if row.taken_on is not None),
    )


@transaction.atomic
def take_on(*, actor: Actor, choice: TakeOn) -> TakenOn:
    """Take the chosen things on, all or none; what was decided already stays as it was, so a second call adds nothing.

    Raises `not_allowed`, `not_found`, `grants.future`, `grants.bad_own_asset`, `enterprise_unknown_kind`,
    `market_price`, and what keeping a photo raises.
    """
    require(actor, PERMISSION)
    account = signed(actor)
    if choice.on > clock.today():
        raise Problem("grants.future", day=choice.on)
    group = _group(choice.group, lock=True)
    waiting = {row.id: row for row in brought_along(group=group.pk, waiting=True)}
    things = [item for item in choice.things if item.id in waiting and waiting[item.id].kind == "asset"]
    wares = [item for item in choice.wares if item.id in waiting and waiting[item.id].kind == "product"]
    if not things and not wares:
        return TakenOn()
    outcomes = {item.id: "gone" if item.state is None else "asset" for item in things}
    outcomes |= {item.id: "product" if item.sold else "gone" for item in wares}
    done = TakenOn(gone=sum(what == "gone" for what in outcomes.values()))
    if done.gone < len(outcomes):
        owner = _opened(actor, group, choice)
        made = take_on_assets_many(
            actor=actor,
            assets=[
                row for item in things if item.state for row in _assets(group, owner.pk, waiting[item.id], item, choice)
            ],
        )
        selling = [item for item in wares if item.sold]
        done = replace(done, assets=made, products=len(selling))
        if selling:
            refused = _sell(actor, group, owner, [(waiting[item.id], item) for item in selling], choice.on)
            done = replace(done, permits_refused=refused)
    settle_brought(account=account, outcomes=outcomes)
    record(
        actor=actor, name="group.brought_taken_on", subject_kind="group", subject_id=group.pk,
        assets=done.assets, products=done.products, gone=done.gone,
    )  # fmt: skip
    return done


def _group(group_id: UUID, *, lock: bool = False) -> Group:
    rows = Group.objects.filter(pk=group_id, dissolved_on=None)
    group = (rows.select_for_update() if lock else rows).first()
    if group is None:
        raise Problem("not_found")
    return group


def _business(group: Group) -> Enterprise | None:
    return Enterprise.objects.filter(group=group).order_by("-started_on", "id").first()


def _opened(actor: Actor, group: Group, choice: TakeOn) -> Enterprise:
    """The group's newest business; one of before any programme is opened where it has none."""
    found = _business(group)
    if found is not None:
        return found
    since = group.founded_on or (date(group.founded_year, 1, 1) if group.founded_year else choice.on)
    start = NewEnterprise(
        id=stable_id("own-business", group.pk), office_id=group.office_id, kind=choice.kind or group.kind,
        name=group.name, started_on=min(since, choice.on), group_id=group.pk, ref=group.code, synthetic=group.synthetic,
    )  # fmt: skip
    start_enterprises_many(actor=actor, starts=[start])
    return Enterprise.objects.get(pk=start.id)


def _assets(group: Group, owner: UUID, row: Brought, item: Thing, choice: TakeOn) -> list[OwnAsset]:
    name, since = str(row.facts["name"]), row.facts.get("since")
    if not 0 < item.quantity <= 1_000_000 or item.state is None:
        raise Problem("grants.bad_own_asset", name=name)
    photo = item.photo(group.area) if item.photo else None
    one = OwnAsset(
        stable_id("own-asset", row.id, 1), owner, name, item.value_idr, item.state, choice.on, choice.method,
        date.fromisoformat(since) if since else None, photo,
    )  # fmt: skip
    if item.quantity > PIECES:
        unit = row.facts.get("unit") or ""
        title = f"{name[:90]} ({item.quantity} {unit}".rstrip() + ")"
        return [replace(one, name=title, value_idr=item.value_idr * item.quantity)]
    if item.quantity == 1:
        return [one]
    return [
        replace(one, id=stable_id("own-asset", row.id, at), name=f"{name[:110]} ({at})")
        for at in range(1, item.quantity + 1)
    ]


def _sell(
    actor: Actor, group: Group, owner: Enterprise, rows: Sequence[tuple[Brought, Ware]], on: date
) -> tuple[str, ...]:
    """Products in the group's shop, public only where their makers agreed. Answers those whose permit is ill formed."""
    _open_shop(actor, owner, on if any(item.agreed for _, item in rows) else None)
    products = {
        stable_id("own-product", row.id): NewProduct(
            id=stable_id("own-product", row.id), enterprise_id=owner.pk, name=str(row.facts["name"])[:120],
            category=row.facts.get("category") or "", price_idr=item.price_idr,
            unit=(item.unit or row.facts.get("unit") or "buah")[:20], stock=row.facts.get("stock"),
            description=row.facts.get("description") or "", photo_id=item.photo(group.area) if item.photo else None,
            consent_on=on if item.agreed else None, permits=_permits(row.facts),
        )
        for row, item in rows
    }  # fmt: skip
    run = publish_products_many(actor=actor, products=list(products.values()))
    return tuple(products[key].name for key, _flaw in run.permits_refused)


def _permits(facts: Mapping[str, Any]) -> tuple[Permit, ...]:
    if not facts.get("permit"):
        return ()
    until = facts.get("valid_until")
    kind = PermitKind(facts["permit"])
    return (Permit(kind, facts.get("permit_number") or "", date.fromisoformat(until) if until else None),)


def _open_shop(actor: Actor, owner: Enterprise, consent: date | None) -> None:
    """A shop where there is none; one that stands keeps its words, and gets the consent that it lacks."""
    shop = Storefront.objects.filter(enterprise=owner).first()
    if shop is None:
        draft = NewStorefront(stable_id("own-shop", owner.pk), owner.pk, owner.name[:120], consent_on=consent)
    elif consent and shop.consent_on is None and shop.withdrawn_on is None:
        draft = NewStorefront(
            shop.pk, owner.pk, shop.name, shop.about, shop.contact_phone, consent, shop.place_consent_on
        )
    else:
        return
    open_storefronts_many(actor=actor, storefronts=[draft])
