"""Goods of the test world: bought, delivered with numbers, a RAB that waits, and a day in the hall."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tests.web_things import KABUPATEN, KIND, TODAY, own

if TYPE_CHECKING:
    from tests.web_world import World


def _lot_and_proposal(world: World, item: Any, supplier: Any) -> None:
    """Four numbered pieces in store, and a RAB that waits for its appraisal."""
    from berdaya.access.models import Account
    from berdaya.grants.models import Lot, Piece, Proposal, ProposalLine, Purchase, PurchaseLine, Store

    place = {"area": KABUPATEN, "office": world.office}
    other = Account.objects.create(username=f"kedua-{world.office.code}"[:60], name="Kepala Contoh")
    purchase = Purchase.objects.create(
        **place, programme=world.ids["programme"], supplier=supplier, method="contract", number="SPK/0",
        signed_on=date(2024, 7, 1), made_by=world.ids["maker"].pk,
    )  # fmt: skip
    line = PurchaseLine.objects.create(**place, purchase=purchase, item=item, quantity=4, unit_price_idr=600_000)
    Purchase.objects.filter(pk=purchase.pk).update(checked_by=other.pk, checked_on=date(2024, 7, 2))
    store = Store.objects.create(**place, name="Gudang Contoh")
    lot = Lot.objects.create(
        **place, purchase_line=line, store=store, delivered_on=date(2024, 8, 1), quantity=4, tagged=True,
        received_by="Penjaga Contoh", account_id=world.ids["maker"].pk,
    )  # fmt: skip
    for number in range(1, 5):
        Piece.objects.create(**place, lot=lot, tag=f"{world.office.code}-{number}")
    plan = Proposal.objects.create(
        **own(world), candidate_id=world.lists["candidates"][0], household_id=world.lists["households"][0],
        kind=KIND, made_on=date(2024, 5, 1), entered_by=world.ids["maker"].pk, value_idr=1_900_000,
    )  # fmt: skip
    ProposalLine.objects.create(
        proposal=plan, number=1, name="Lemari pendingin", quantity=1, unit="buah", unit_price_idr=1_900_000,
        durable=True,
    )  # fmt: skip
    world.ids |= {"lot": lot.pk, "proposal": plan.pk}
    world.ids |= {"proxies": world.ids["decree_line"], "returns": world.ids["handover"]}


def procured(world: World, items: list[Any]) -> None:
    """A purchase that waits, a day in the hall with one slot, and a photo of the first handover."""
    from berdaya.files import store
    from berdaya.files.models import StoredFile
    from berdaya.grants.models import HandoverDay, HandoverSlot, Purchase, PurchaseLine, Supplier

    place = {"area": KABUPATEN, "office": world.office}
    supplier = Supplier.objects.create(**place, name="CV Contoh Jaya")
    purchase = Purchase.objects.create(
        **place, programme=world.ids["programme"], supplier=supplier, method="direct", number="SPK/1",
        signed_on=date(2024, 7, 1), made_by=world.ids["maker"].pk,
    )  # fmt: skip
    PurchaseLine.objects.create(**place, purchase=purchase, item=items[0], quantity=10, unit_price_idr=1_800_000)
    _lot_and_proposal(world, items[1], supplier)
    day = HandoverDay.objects.create(
        **place,
        programme=world.ids["programme"],
        place="Pendopo Camat",
        planned_on=TODAY,
        made_by=world.ids["maker"].pk,
    )
    slot = HandoverSlot.objects.create(
        **own(world), day=day, decree_line_id=world.ids["decree_line"], number=1, card="kartu-contoh-1"
    )
    file = StoredFile.objects.create(
        **own(world), sha256=store.put(b"gambar"), media_type="image/jpeg", size=6, name="foto.jpg", purpose="handover"
    )
    world.ids |= {"purchase": purchase.pk, "handover_day": day.pk, "slot": slot.pk, "photo": file.pk}
