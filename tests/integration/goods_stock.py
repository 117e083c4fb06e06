"""An office of three recipients with a purchase that a second person agreed to, one store or two."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from berdaya.grants import services
from berdaya.grants.models import PackageItem, PurchaseLine
from berdaya.grants.stock import Method, NewLot, NewMove, NewPurchase, NewSupplier, WantedLine
from berdaya.kernel.clock import frozen
from berdaya.kernel.ids import new_id
from berdaya.kernel.scope import Actor, scoped

from .test_grants_services import HANDED, PACKAGE, TODAY, Office

SIGNED, DELIVERED = date(2024, 7, 1), date(2024, 8, 1)
FOR_THREE = {"Kompor": 3, "Ikan tongkol": 90, "Wajan": 6}
SAVED = {"Kompor": 1, "Ikan tongkol": 333, "Wajan": 0}
"""Rupiah below the ceiling price at which the office bought."""


class Stocked(Office):
    """The office of the goods' tests with supplier, store, second store and an agreed purchase for all three."""

    def __init__(self, operator: Actor, head: Actor, *, agreed: bool = True, **aid: Any) -> None:
        super().__init__(operator, head, **aid)
        self.approve()
        self.store, self.other = new_id(), new_id()
        with frozen(TODAY), scoped(operator):
            self.supplier = services.register_supplier(actor=operator, supplier=NewSupplier(new_id(), "CV Contoh Jaya"))
            services.open_store(actor=operator, store_id=self.store, name="Gudang Dinas", area=operator.lo)
            services.open_store(actor=operator, store_id=self.other, name="Kantor Kecamatan", area=operator.lo)
            self.items = {item.name: item for item in PackageItem.objects.filter(package__programme_id=self.programme)}
        self.purchase = self.buy(FOR_THREE)
        if agreed:
            self.agree()
        with scoped(operator):
            lines = PurchaseLine.objects.filter(purchase_id=self.purchase).select_related("item")
            self.bought = {line.item.name: line.pk for line in lines}

    def buy(self, quantities: dict[str, int], *, number: str = "027/1/SPK/2024", more: int = 0) -> UUID:
        lines = tuple(
            WantedLine(self.items[name].pk, count, self.items[name].unit_price_idr - SAVED[name] + more)
            for name, count in quantities.items()
        )
        with frozen(TODAY), scoped(self.actor):
            return services.record_purchase(
                actor=self.actor,
                programme_id=self.programme,
                purchase=NewPurchase(new_id(), self.supplier, Method.CONTRACT, number, SIGNED, lines),
            )

    def agree(self, who: Actor | None = None) -> None:
        with frozen(TODAY), scoped(who or self.head) as actor:
            services.agree_purchase(actor=actor, purchase_id=self.purchase)

    def lot(self, name: str, quantity: int, *, on: date = DELIVERED, tags: tuple[str, ...] = (), **more: Any) -> UUID:
        lot = NewLot(new_id(), self.bought[name], more.pop("store", self.store), on, quantity, "Penjaga", tags=tags)
        with frozen(TODAY), scoped(self.actor):
            services.receive_lots_many(actor=self.actor, lots=[lot])
        return lot.id

    def stock_all(self) -> dict[str, UUID]:
        return {name: self.lot(name, count) for name, count in FOR_THREE.items()}

    def move(self, lot: UUID, kind: Any, quantity: int, **more: Any) -> None:
        with frozen(TODAY), scoped(self.actor):
            services.move_stock(
                actor=self.actor, move=NewMove(new_id(), lot, kind, quantity, more.pop("on", HANDED), **more)
            )


__all__ = ["DELIVERED", "FOR_THREE", "HANDED", "PACKAGE", "SAVED", "SIGNED", "TODAY", "Stocked"]
