"""Partners of the test's office: a buyer for each round, and what it took."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tests.web_things import KABUPATEN

if TYPE_CHECKING:
    from tests.web_world import World


def pledge(world: World, n: int, rows: int) -> None:
    """A buyer's pledge with what came of it."""
    from berdaya.market.models import Pledge, PledgeDelivery

    made = Pledge.objects.create(
        area=KABUPATEN, office=world.office, partner=f"Koperasi uji {n + 1}", partner_kind="buyer", kind="purchase",
        what="Kerupuk ikan", quantity=40, unit="bungkus", unit_price_idr=9_000, every="week",
        starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31),
    )  # fmt: skip
    for m in range(rows):
        PledgeDelivery.objects.create(
            area=KABUPATEN, office=world.office, pledge=made, enterprise_id=world.lists["enterprises"][m],
            occurred_on=date(2026, 2, 1 + m), quantity=120, value_idr=1_080_000,
        )  # fmt: skip
    world.ids["partner"] = made.pk
