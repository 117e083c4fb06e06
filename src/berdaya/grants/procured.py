"""Reading procurement: purchases with their lots, what lies where, and the sums that always add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.db.models import F, Sum

from berdaya.access.permissions import require
from berdaya.grants.guards import require_staff
from berdaya.grants.models import Lot, Package, PackageItem, Purchase, PurchaseLine, Stock, Store, Supplier
from berdaya.grants.stock import (
    LotInfo,
    Method,
    Place,
    PurchaseInfo,
    PurchaseLineInfo,
    StockRow,
)
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor


def stores(*, actor: Actor) -> list[Place]:
    """Open stores of the scope, by name. Raises `not_allowed`."""
    require_staff(actor, "family.read")
    return [Place(row.pk, row.name) for row in Store.objects.filter(closed_on=None).order_by("name")]


def suppliers(*, actor: Actor) -> list[Place]:
    """Suppliers of the scope, by name. Raises `not_allowed`."""
    require_staff(actor, "family.read")
    return [Place(row.pk, row.name) for row in Supplier.objects.order_by("name")]


def items(*, actor: Actor, programme_id: UUID) -> list[tuple[UUID, str, str, int]]:
    """Items that a programme may buy: id, package and name, unit, ceiling price. Raises `not_allowed`."""
    require(actor, "programme.read")
    packages = Package.objects.filter(programme_id=programme_id)
    rows = (
        PackageItem.objects.filter(package__in=packages).select_related("package").order_by("package__code", "number")
    )
    return [(row.pk, f"{row.package.code}: {row.name}", row.unit, row.unit_price_idr) for row in rows]


def purchases(*, actor: Actor, programme_id: UUID | None = None) -> list[PurchaseInfo]:
    """Purchases with their lines, the newest first; of one programme where given. Raises `not_allowed`."""
    require_staff(actor, "family.read")
    rows = Purchase.objects.select_related("supplier").order_by("-signed_on", "number")
    if programme_id is not None:
        rows = rows.filter(programme_id=programme_id)
    return _infos(list(rows), lots=False)


def purchase(*, actor: Actor, purchase_id: UUID) -> PurchaseInfo:
    """One purchase with lines and lots. Raises `not_allowed`, `not_found`."""
    require_staff(actor, "family.read")
    row = Purchase.objects.select_related("supplier").filter(id=purchase_id).first()
    if row is None:
        raise Problem("not_found")
    return _infos([row], lots=True)[0]


def _infos(rows: Sequence[Purchase], *, lots: bool) -> list[PurchaseInfo]:
    lines: dict[UUID, list[PurchaseLineInfo]] = defaultdict(list)
    found = PurchaseLine.objects.filter(purchase__in=[row.pk for row in rows]).select_related("item__package")
    arrived: dict[UUID, list[LotInfo]] = defaultdict(list)
    if lots:
        known = Lot.objects.filter(purchase_line__purchase__in=[row.pk for row in rows]).select_related("store")
        for lot in known.order_by("delivered_on", "id"):
            arrived[lot.purchase_line_id].append(
                LotInfo(
                    lot.pk, lot.delivered_on, lot.number, lot.batch, lot.store.name, lot.quantity, lot.in_store,
                    lot.handed, lot.lost, lot.returned, lot.tagged, lot.received_by, lot.photo_id,
                )
            )  # fmt: skip
    for line in found.order_by("item__package__code", "item__number"):
        item = line.item
        lines[line.purchase_id].append(
            PurchaseLineInfo(
                line.pk, item.pk, item.package.code, item.name, item.specification, item.unit, line.quantity,
                line.unit_price_idr, item.unit_price_idr, line.delivered, tuple(arrived[line.pk]),
            )
        )  # fmt: skip
    return [
        PurchaseInfo(
            row.pk, row.number, Method(row.method), row.supplier.name, row.signed_on, row.made_by, row.checked_by,
            row.note, tuple(lines[row.pk]),
        )
        for row in rows
    ]  # fmt: skip


def stock_rows(*, actor: Actor) -> list[StockRow]:
    """What lies where in the scope: item, store, quantity, value at the price paid. Raises `not_allowed`."""
    require_staff(actor, "family.read")
    rows = (
        Stock.objects.filter(quantity__gt=0)
        .values_list("lot__purchase_line__item__name", "lot__purchase_line__item__unit", "store__name")
        .annotate(n=Sum("quantity"), value=Sum(F("quantity") * F("lot__purchase_line__unit_price_idr")))
        .order_by("store__name", "lot__purchase_line__item__name")
    )
    return [StockRow(name, unit, store, quantity, value) for name, unit, store, quantity, value in rows]
