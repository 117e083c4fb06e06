"""The shop of one business as its office sees it: what the public sees, and the permits each product still lacks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from berdaya.access.permissions import require
from berdaya.kernel import clock
from berdaya.kernel.scope import Actor
from berdaya.market.models import Permit as PermitRow
from berdaya.market.models import Product, Storefront
from berdaya.market.rules import missing_permits
from berdaya.market.types import Permit, PermitKind


@dataclass(frozen=True, slots=True)
class Lack:
    """Izin yang kurang: a permit that a product needs and has not; ``expired_on`` where it ran out."""

    kind: PermitKind
    expired_on: date | None = None


@dataclass(frozen=True, slots=True)
class ShopProduct:
    """One product that was not taken off; ``public`` where consents let the public see it."""

    name: str
    price_idr: int
    unit: str
    public: bool
    lacks: tuple[Lack, ...]


@dataclass(frozen=True, slots=True)
class ShopView:
    """Etalase satu usaha; ``slug`` is empty where the business has no shop, ``withdrawn_on`` where consent ended."""

    slug: str
    consent_on: date | None
    withdrawn_on: date | None
    products: tuple[ShopProduct, ...]
    off: tuple[tuple[UUID, str], ...] = ()
    """Products that were taken off, by name: what the owner may agree to again."""
    place: bool = False
    """Whether the village was shown with it."""

    @property
    def shown(self) -> bool:
        """True where the public sees the shop."""
        return bool(self.slug) and self.consent_on is not None and self.withdrawn_on is None

    @property
    def lacks(self) -> tuple[PermitKind, ...]:
        """Permits that any product lacks."""
        found = {lack.kind for item in self.products for lack in item.lacks}
        return tuple(kind for kind in PermitKind if kind in found)


def shop_of(*, actor: Actor, enterprise_id: UUID) -> ShopView:
    """Shop and products of a business that the scope shows, by name. Three queries, however many products."""
    require(actor, "business.read")
    shop = Storefront.objects.filter(enterprise=enterprise_id).first()
    every = list(Product.objects.filter(enterprise=enterprise_id).order_by("name", "id"))
    rows = [row for row in every if row.withdrawn_on is None]
    held: dict[UUID, list[Permit]] = defaultdict(list)
    for row in PermitRow.objects.filter(product__in=[item.pk for item in rows]):
        held[row.product_id].append(Permit(PermitKind(row.kind), row.number, row.expires_on))
    view = ShopView(shop.slug, shop.consent_on, shop.withdrawn_on, ()) if shop else ShopView("", None, None, ())
    products = tuple(
        ShopProduct(
            row.name, row.price_idr, row.unit, view.shown and row.consent_on is not None,
            lacks_of(row.category, held[row.pk], as_of=clock.today()),
        )
        for row in rows
    )  # fmt: skip
    off = tuple((row.pk, row.name) for row in every if row.withdrawn_on is not None)
    return replace(view, products=products, off=off, place=bool(shop and shop.place_consent_on))


def lacks_of(category: str, permits: list[Permit], *, as_of: date) -> tuple[Lack, ...]:
    """What a product lacks on a day; a permit that ran out is told with its last day."""
    ended = {row.kind: row.valid_until for row in permits if row.valid_until is not None and row.valid_until < as_of}
    return tuple(Lack(kind, ended.get(kind)) for kind in missing_permits(category, permits, as_of=as_of))
