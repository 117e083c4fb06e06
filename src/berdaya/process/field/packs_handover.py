"""The pack `handover_day`: everything that a clerk needs for one day of handover without signal.

`subject` is the day. It is offered to roles with `handover.record` of the day's office once the pack was issued, and
expires with the screening, 24 hours later. Stores and bodies (no NIK, KK, birth date, disability, health or income):

- `handover_day` (id = the day): `place, on, programme, title, store (id or null), store_name, called,
  giver {name, position}`
- `handover_slot`: `day, number (in the queue), card (what the QR says), line (number in the decree), name, village,
  kind, package, barred ("" or the list that holds her back: do not hand over), served, proxies [{id, name, why}]`
- `handover_item`: `slot, number (in the package), name, specification, unit, due (still to be handed over),
  unit_value_idr, tagged (each piece has a number), durable`
- `handover_stock`: `day, item (name), store, quantity, tags [numbers that lie there]` to warn early; the server decides
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from berdaya.access.permissions import can
from berdaya.areas.selectors import paths
from berdaya.devices.packs import PackKind, PackRef, PackRow, register
from berdaya.grants.lines import (
    kind_of,
    name_of,
    own_packages,
    package_for,
    packages_by_code,
    started_kinds,
)
from berdaya.grants.models import Entitlement, Handover, HandoverDay, HandoverSlot, Proxy
from berdaya.kernel import clock
from berdaya.kernel.bulk import fetch
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.selectors import config_of

TAGS_AT_MOST = 2_000
STOCK = """
    SELECT l.id, i.id, i.name, s.store_id, st.name, s.quantity, l.tagged
    FROM grants_purchase p JOIN grants_purchaseline pl ON pl.purchase_id = p.id
    JOIN grants_packageitem i ON i.id = pl.item_id
    JOIN grants_lot l ON l.purchase_line_id = pl.id JOIN grants_stock s ON s.lot_id = l.id
    JOIN grants_store st ON st.id = s.store_id
    WHERE p.programme_id = %s AND s.quantity > 0 AND (%s::uuid IS NULL OR s.store_id = %s::uuid) ORDER BY l.id
"""


def _offers(actor: Actor, as_of: date) -> Sequence[PackRef]:  # noqa: ARG001 - a pack lives by the hour, not by the day
    if actor.kind != "staff" or not can(actor, "handover.record"):
        return ()
    rows = HandoverDay.objects.filter(office_id=actor.office or 0, expires_at__gt=clock.now()).order_by(
        "planned_on", "id"
    )
    return [
        PackRef("handover_day", row.pk, f"Penyaluran {row.place} {row.planned_on:%d/%m/%Y}", row.expires_at)
        for row in rows
        if row.expires_at is not None
    ]


def _fill(actor: Actor, subject: UUID, as_of: date) -> Iterable[PackRow]:  # noqa: ARG001
    day = HandoverDay.objects.select_related("programme", "store").filter(id=subject).first()
    if day is None or day.office_id != actor.office or day.expires_at is None or day.expires_at <= clock.now():
        raise Problem("not_found")
    related = ("decree_line__decree", "decree_line__candidate__person", "decree_line__candidate__group")
    slots = list(HandoverSlot.objects.filter(day=day).prefetch_related(*related).order_by("number"))
    letter = config_of(actor=actor, programme_id=day.programme_id).letter
    yield PackRow(
        "handover_day",
        day.pk,
        {
            "place": day.place,
            "on": day.planned_on.isoformat(),
            "programme": day.programme.code,
            "title": day.programme.name,
            "store": str(day.store_id) if day.store_id else None,
            "store_name": day.store.name if day.store else "",
            "called": len(slots),
            "giver": {"name": letter.name, "position": letter.position},
        },
    )
    yield from _slots(actor, day, slots)
    yield from _stock(day)


def _slots(actor: Actor, day: HandoverDay, slots: Sequence[HandoverSlot]) -> Iterator[PackRow]:
    lines = [slot.decree_line for slot in slots]
    config = config_of(actor=actor, programme_id=day.programme_id)
    packages, own = packages_by_code(day.programme_id), own_packages([line.candidate_id for line in lines])
    started = started_kinds(day.programme_id, lines)
    villages = paths({line.area for line in lines}, short=True)
    ids = [line.pk for line in lines]
    handed: dict[tuple[UUID, UUID], int] = {
        (line, item): count
        for line, item, count in Entitlement.objects.filter(decree_line_id__in=ids).values_list(
            "decree_line_id", "item_id", "handed"
        )
    }
    served = set(Handover.objects.filter(day=day).values_list("decree_line_id", flat=True))
    proxies: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for proxy in Proxy.objects.filter(decree_line_id__in=ids, checked_by__isnull=False).order_by("id"):
        proxies[proxy.decree_line_id].append({"id": str(proxy.pk), "name": proxy.name, "why": proxy.why})
    numbered = {row[1] for row in fetch(STOCK, [day.programme_id, day.store_id, day.store_id]) if row[6]}
    for slot in slots:
        line = slot.decree_line
        kind = kind_of(line, started)
        package = own.get(line.candidate_id) or package_for(config, packages, kind)
        yield PackRow(
            "handover_slot",
            slot.pk,
            {
                "day": str(day.pk),
                "number": slot.number,
                "card": slot.card,
                "line": line.number,
                "name": name_of(line),
                "village": villages.get(line.area, ""),
                "kind": kind,
                "package": package.code if package else None,
                "barred": slot.barred,
                "served": line.pk in served,
                "proxies": proxies[line.pk],
            },
        )
        for item in package.items if package else ():
            due = item.quantity - handed.get((line.pk, item.id), 0)
            yield PackRow(
                "handover_item",
                stable_id("pack-item", slot.pk, item.number),
                {
                    "slot": str(slot.pk),
                    "number": item.number,
                    "name": item.name,
                    "specification": item.specification,
                    "unit": item.unit,
                    "due": due,
                    "unit_value_idr": item.unit_price_idr,
                    "tagged": item.id in numbered,
                    "durable": item.durable,
                },
            )


def _stock(day: HandoverDay) -> Iterator[PackRow]:
    rows = fetch(STOCK, [day.programme_id, day.store_id, day.store_id])
    tags: dict[tuple[UUID, UUID], list[str]] = defaultdict(list)
    lots = [row[0] for row in rows if row[6]]
    if lots:
        named = fetch(
            "SELECT lot_id, store_id, tag FROM grants_piece WHERE lot_id = ANY (%s) AND state = 'store'"
            " ORDER BY tag LIMIT %s",
            [lots, TAGS_AT_MOST],
        )
        for lot, store, tag in named:
            tags[lot, store].append(tag)
    for lot, _, item, store, name, quantity, _ in rows:
        yield PackRow(
            "handover_stock",
            stable_id("pack-stock", lot, store),
            {"day": str(day.pk), "item": item, "store": name, "quantity": quantity, "tags": tags[lot, store]},
        )


KIND = register(
    PackKind(
        name="handover_day",
        title=("Hari penyaluran", "Handover day"),
        offers=_offers,
        fill=_fill,
        tables=("grants_handoverday", "grants_handoverslot", "grants_handover", "grants_proxy", "grants_entitlement"),
    )
)
