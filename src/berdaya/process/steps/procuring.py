"""Procurement of the example programmes: an invented supplier, a store, and lots for everybody, agreed by two people.

Real folders bring their purchases through the office web; nothing is made up for them.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from uuid import UUID

from berdaya.grants.models import PackageItem, Purchase, PurchaseLine
from berdaya.grants.services.handovers import plan_handovers
from berdaya.grants.services.procurement import (
    agree_purchase,
    open_store,
    receive_lots_many,
    record_purchase,
    register_supplier,
)
from berdaya.grants.stock import Method, NewLot, NewPurchase, NewSupplier, WantedLine
from berdaya.kernel.ids import stable_id
from berdaya.process.steps.goods_shown import tags_of
from berdaya.process.walk import Walk

SIGNED_BEFORE, DELIVERED_BEFORE = timedelta(days=45), timedelta(days=10)
SPARE = 0.02
"""Part of the goods above the need, as offices order: they stay in store, and the pages show that."""


def procure(walk: Walk, handovers: int, first: date | None, *, numbered: bool = False) -> None:
    """Buy what the programme's recipients are to get, at the ceiling price, so that no figure of the example moves.

    With ``numbered`` each durable thing has a serial number.
    """
    if first is None or not handovers:
        return
    with walk.acting("procure") as actor:
        if Purchase.objects.filter(programme=walk.programme).exists():
            return
        plans = plan_handovers(actor=actor, programme_id=walk.programme)
        needed = Counter(plan.package for plan in plans if plan.package)
        items = list(
            PackageItem.objects.filter(package__programme_id=walk.programme, package__code__in=list(needed))
            .select_related("package")
            .order_by("package__code", "number")
        )
        if not items:
            return
        signed = max(first - SIGNED_BEFORE, date(first.year, 1, 2))
        supplier = register_supplier(
            actor=actor, supplier=NewSupplier(stable_id(walk.code, "supplier"), f"CV Contoh Sumber {walk.code.title()}")
        )
        store = open_store(
            actor=actor, store_id=stable_id(walk.code, "store"), name=f"Gudang {walk.config.programme.office}"[:120],
            area=walk.config.programme.area, keeper="Penjaga Gudang (contoh)",
        )  # fmt: skip
        wanted = tuple(
            WantedLine(item.pk, _with_spare(item.quantity * needed[item.package.code]), item.unit_price_idr)
            for item in items
        )
        purchase = record_purchase(
            actor=actor,
            programme_id=walk.programme,
            purchase=NewPurchase(
                stable_id(walk.code, "purchase"),
                supplier,
                Method.CATALOGUE,
                f"SP/{walk.code.upper()}"[:80],
                signed,
                wanted,
            ),
        )
    with walk.checking("procure") as checker:
        agree_purchase(actor=checker, purchase_id=purchase)
    with walk.acting("procure") as actor:
        lines = PurchaseLine.objects.filter(purchase_id=purchase).select_related("item__package")
        arrived = max(signed, first - DELIVERED_BEFORE)
        lots = [
            _lot(walk, line, number, store, arrived, numbered=numbered)
            for number, line in enumerate(lines.order_by("item__package__code", "item__number"), 1)
        ]
        receive_lots_many(actor=actor, lots=lots)


def _lot(walk: Walk, line: PurchaseLine, number: int, store: UUID, arrived: date, *, numbered: bool) -> NewLot:
    item = line.item
    tags = tags_of(item.package.code, item.number, 1, line.quantity) if numbered and item.durable else ()
    return NewLot(
        stable_id(walk.code, "lot", line.item_id), line.pk, store, arrived, line.quantity, "Penjaga Gudang (contoh)",
        number=f"SJ-{number:03}", batch="" if item.durable else f"B{arrived.year}-{number:03}", tags=tags,
    )  # fmt: skip


def _with_spare(count: int) -> int:
    return count + max(1, int(count * SPARE))
