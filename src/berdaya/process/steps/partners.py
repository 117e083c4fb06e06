"""Partners of a programme: their pledges as its rules name them; in a demo also what came of them.

Outside a demo what comes is recorded on the office web, where it comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings

from berdaya.enterprises.models import Enterprise
from berdaya.funds.rules import add_months
from berdaya.kernel import clock
from berdaya.kernel.ids import stable_id
from berdaya.market import pledge_rules as rules
from berdaya.market.models import PledgeDelivery
from berdaya.market.pledges import record_deliveries_many, save_pledges_many
from berdaya.market.types import Every, NewDelivery, NewPledge, PartnerKind, PledgeKind, PledgeTerms
from berdaya.process.folder import Folder
from berdaya.process.walk import Walk
from berdaya.programmes.config_beside import Partner

USUAL: dict[str, PledgeKind] = {"buyer": PledgeKind.PURCHASE, "campus": PledgeKind.SERVICE, "company": PledgeKind.GOODS}
"""What a partner gives whose rules do not say it."""
SHORT_MONTH, SHORT_SHARE = 5, 0.7
"""In the demo one month in five brings less than was promised."""
SUPPLIERS = 6


def promise(walk: Walk, files: Folder) -> str:  # noqa: ARG001 - steps share one shape
    """The pledges of `[[partners]]`, and in a demo their deliveries until today."""
    partners = walk.config.partners
    if not partners:
        return "tanpa mitra"
    pledges = [_pledge(walk, number, one) for number, one in enumerate(partners)]
    with walk.acting("partners") as actor:
        save_pledges_many(actor=actor, pledges=pledges)
        if not (settings.DEMO and walk.synthetic and walk.checker):
            return f"{len(pledges)} janji"
        if PledgeDelivery.objects.filter(pledge__in=[one.id for one in pledges]).exists():
            return f"{len(pledges)} janji, sudah ada realisasinya"
        came = [line for number, one in enumerate(pledges) for line in _came(walk, number, one)]
        record_deliveries_many(actor=actor, deliveries=came)
    return f"{len(pledges)} janji, {len(came)} realisasi"


def _pledge(walk: Walk, number: int, partner: Partner) -> NewPledge:
    dates = walk.config.dates
    return NewPledge(
        id=stable_id(walk.code, "pledge", number, partner.name),
        partner=partner.name,
        partner_kind=PartnerKind(partner.kind),
        kind=PledgeKind(partner.gives) if partner.gives else USUAL.get(partner.kind, PledgeKind.GOODS),
        what=(partner.pledge or partner.name)[:200],
        quantity=partner.quantity,
        unit=partner.unit,
        every=Every(partner.every),
        starts_on=partner.starts_on or dates.training or dates.proposal,
        ends_on=partner.ends_on,
        unit_price_idr=partner.unit_price_idr or (0 if partner.gives else partner.value_idr),
        supplier_kind=partner.business,
        programme_code=walk.code,
    )


def _came(walk: Walk, number: int, pledge: NewPledge) -> Iterator[NewDelivery]:
    """What came of one pledge, at the end of each of its months; who supplies takes turns."""
    terms = PledgeTerms(pledge.quantity, pledge.every, pledge.starts_on, pledge.ends_on)
    suppliers = _suppliers(walk, pledge)
    before = 0
    for place, day in enumerate(_days(pledge)):
        due = rules.due(terms, day)
        count, before = due - before, due
        if place % SHORT_MONTH == 2 + number % 3:
            count = int(count * SHORT_SHARE)
        if count > 0:
            yield NewDelivery(
                id=stable_id(pledge.id, "came", day),
                pledge_id=pledge.id,
                occurred_on=day,
                quantity=count,
                enterprise_id=suppliers[place % len(suppliers)] if suppliers else None,
                note=f"Bukti {place + 1:02}/{day:%Y} (contoh)",
            )


def _days(pledge: NewPledge) -> Iterator[date]:
    last = min(pledge.ends_on or clock.today(), clock.today())
    day, months = pledge.starts_on, 0
    if pledge.every is Every.ONCE:
        yield last
        return
    while True:
        months += 1
        day = add_months(pledge.starts_on, months) - timedelta(days=1)
        if day > last:
            return
        yield day


def _suppliers(walk: Walk, pledge: NewPledge) -> list[UUID]:
    if not pledge.supplier_kind:
        return []
    rows = Enterprise.objects.filter(
        programme=walk.programme, kind=pledge.supplier_kind, statuses__as_of=clock.today(), statuses__status="active"
    )
    return list(rows.order_by("ref").values_list("id", flat=True)[:SUPPLIERS])
