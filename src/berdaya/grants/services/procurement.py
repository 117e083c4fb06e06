"""Procurement: suppliers, purchases agreed by two people, deliveries, and what moves between stores."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.audit import services as audit
from berdaya.files.models import StoredFile
from berdaya.grants.guards import agree, named_errors
from berdaya.grants.models import Lot, PackageItem, Piece, Purchase, PurchaseLine, StockMove, Store, Supplier
from berdaya.grants.stock import Move, NewLot, NewMove, NewPurchase, NewSupplier, WantedLine
from berdaya.kernel import clock
from berdaya.kernel.bulk import create
from berdaya.kernel.ids import new_id, stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.services.setup import open_programme


@transaction.atomic
def register_supplier(*, actor: Actor, supplier: NewSupplier) -> UUID:
    """A supplier of the actor's office; the same name again is the same supplier. Raises `not_allowed`."""
    require(actor, "procurement.manage")
    row, made = Supplier.objects.get_or_create(
        office_id=_office(actor),
        name=supplier.name.strip(),
        defaults={
            "id": supplier.id,
            "area": actor.lo,
            "business_number": supplier.business_number,
            "address": supplier.address,
            "contact": supplier.contact,
            "phone": supplier.phone,
        },
    )
    if made:
        audit.record(actor=actor, name="grants.supplier_registered", subject_kind="supplier", subject_id=row.pk)
    return row.pk


@transaction.atomic
def open_store(*, actor: Actor, store_id: UUID, name: str, area: int, keeper: str = "") -> UUID:
    """A place where goods lie; the same name again is the same place. Raises `not_allowed`, `outside_scope`."""
    require(actor, "procurement.manage")
    if not actor.covers(area):
        raise Problem("outside_scope")
    row, _ = Store.objects.get_or_create(
        office_id=_office(actor), name=name.strip(), defaults={"id": store_id, "area": area, "keeper": keeper}
    )
    return row.pk


def _office(actor: Actor) -> int:
    if not actor.office:
        raise Problem("outside_scope")
    return actor.office


@transaction.atomic
def record_purchase(*, actor: Actor, programme_id: UUID, purchase: NewPurchase) -> UUID:
    """A purchase with its lines, for a second person to agree to; the same id again changes nothing.

    Raises `not_allowed`, `not_found`, `grants.bad_purchase_line`, `grants.price_above_ceiling`, `grants.number_taken`,
    `grants.future`; nothing is written then.
    """
    programme, _, _ = open_programme(actor, programme_id, "procurement.manage")
    if Purchase.objects.filter(id=purchase.id).exists():
        return purchase.id
    if purchase.signed_on > clock.today():
        raise Problem("grants.future", day=purchase.signed_on)
    if Purchase.objects.filter(office_id=programme.office_id, number=purchase.number).exists():
        raise Problem("grants.number_taken", number=purchase.number)
    if not Supplier.objects.filter(id=purchase.supplier).exists():
        raise Problem("not_found")
    _check_prices(programme_id, purchase.lines)
    with named_errors(number=purchase.number):
        row = Purchase.objects.create(
            id=purchase.id,
            area=programme.area,
            office_id=programme.office_id,
            programme=programme,
            supplier_id=purchase.supplier,
            method=purchase.method.value,
            number=purchase.number.strip(),
            signed_on=purchase.signed_on,
            made_by=actor.account_id or 0,
            note=purchase.note,
        )
        PurchaseLine.objects.bulk_create(
            PurchaseLine(
                id=stable_id("purchase-line", row.pk, line.item),
                area=row.area,
                office_id=row.office_id,
                purchase=row,
                item_id=line.item,
                quantity=line.quantity,
                unit_price_idr=line.unit_price_idr,
            )
            for line in purchase.lines
        )
    audit.record(
        actor=actor, name="grants.purchase_recorded", subject_kind="purchase", subject_id=row.pk, area=row.area,
        office=row.office_id, amount=sum(line.quantity * line.unit_price_idr for line in purchase.lines),
    )  # fmt: skip
    return row.pk


def _check_prices(programme_id: UUID, lines: Sequence[WantedLine]) -> None:
    items = PackageItem.objects.filter(package__programme_id=programme_id).in_bulk([line.item for line in lines])
    if not lines or len(items) < len(lines):
        raise Problem("grants.bad_purchase_line", name="-")
    for line in lines:
        item = items[line.item]
        if line.quantity < 1 or line.unit_price_idr < 1:
            raise Problem("grants.bad_purchase_line", name=item.name)
        if line.unit_price_idr > item.unit_price_idr:
            ceiling = item.unit_price_idr
            raise Problem("grants.price_above_ceiling", name=item.name, price=line.unit_price_idr, ceiling=ceiling)


@transaction.atomic
def agree_purchase(*, actor: Actor, purchase_id: UUID) -> None:
    """The second person's agreement. Raises `not_allowed`, `not_found`, `same_person`, `already_decided`."""
    require(actor, "procurement.approve")
    row = agree(Purchase.objects.all(), purchase_id, actor=actor)
    audit.record(actor=actor, name="grants.purchase_agreed", subject_kind="purchase", subject_id=row.pk, area=row.area)


@transaction.atomic
def receive_lots_many(*, actor: Actor, lots: Sequence[NewLot]) -> list[UUID]:
    """What suppliers delivered; returns the ids that are new. A known id is left as it is.

    Raises `not_allowed`, `not_found`, `grants.purchase_not_agreed`, `grants.lot_too_large`, `grants.too_many_tags`,
    `grants.tag_known`, `grants.future`, `grants.nobody_received`; nothing is written then.
    """
    require(actor, "procurement.manage")
    known = set(Lot.objects.filter(id__in=[lot.id for lot in lots]).values_list("id", flat=True))
    fresh = {lot.id: lot for lot in lots if lot.id not in known}
    lines = PurchaseLine.objects.select_related("purchase").in_bulk({lot.purchase_line for lot in fresh.values()})
    for lot in fresh.values():
        line = lines.get(lot.purchase_line)
        if line is None or line.office_id != actor.office:
            raise Problem("not_found")
        _check_lot(lot, line)
        with named_errors(quantity=lot.quantity, left=line.quantity - line.delivered):
            Lot.objects.create(
                id=lot.id,
                area=line.area,
                office_id=line.office_id,
                purchase_line=line,
                store_id=lot.store,
                number=lot.number,
                batch=lot.batch,
                delivered_on=lot.delivered_on,
                quantity=lot.quantity,
                tagged=bool(lot.tags),
                received_by=lot.received_by.strip(),
                account_id=actor.account_id or 0,
                photo_id=lot.photo,
            )
            line.delivered += lot.quantity
            create(
                Piece(id=new_id(), area=line.area, office_id=line.office_id, lot_id=lot.id, tag=tag) for tag in lot.tags
            )
    if fresh:
        audit.record(actor=actor, name="grants.lots_received", count=len(fresh))
    return list(fresh)


def _check_lot(lot: NewLot, line: PurchaseLine) -> None:
    if lot.delivered_on > clock.today():
        raise Problem("grants.future", day=lot.delivered_on)
    if not lot.received_by.strip():
        raise Problem("grants.nobody_received", ref=lot.number or "-")
    if line.purchase.checked_by is None or lot.delivered_on < line.purchase.signed_on:
        raise Problem("grants.purchase_not_agreed")
    left = line.quantity - line.delivered
    if lot.quantity < 1 or lot.quantity > left:
        raise Problem("grants.lot_too_large", quantity=lot.quantity, left=left)
    if lot.photo is not None and not StoredFile.objects.filter(id=lot.photo).exists():
        raise Problem("not_found")
    if lot.tags and (len(lot.tags) != lot.quantity or len(set(lot.tags)) != lot.quantity or not all(lot.tags)):
        raise Problem("grants.too_many_tags", quantity=lot.quantity)
    taken = Piece.objects.filter(office_id=line.office_id, tag__in=lot.tags).values_list("tag", flat=True).first()
    if taken is not None:
        raise Problem("grants.tag_known", tag=taken)


@transaction.atomic
def move_stock(*, actor: Actor, move: NewMove) -> None:
    """One move of stock; the same id again changes nothing.

    Raises `not_allowed`, `not_found`, `grants.not_in_store`, `grants.bad_move`, `grants.loss_needs_minutes`,
    `grants.tag_given_out`, `grants.future`; nothing is written then.
    """
    require(actor, "procurement.manage")
    if StockMove.objects.filter(id=move.id).exists():
        return
    lot = Lot.objects.select_related("purchase_line__item").filter(id=move.lot).first()
    if lot is None or lot.office_id != actor.office:
        raise Problem("not_found")
    if move.occurred_on > clock.today():
        raise Problem("grants.future", day=move.occurred_on)
    if move.kind is Move.LOST and not move.minutes.strip():
        raise Problem("grants.loss_needs_minutes")
    if move.quantity < 1 or (lot.tagged and len(move.tags) != move.quantity):
        raise Problem("grants.bad_move")
    pieces = list(Piece.objects.filter(lot=lot, tag__in=move.tags).values_list("id", flat=True))
    if len(pieces) != len(move.tags):
        raise Problem("grants.tag_given_out", tag=", ".join(move.tags))
    item = lot.purchase_line.item
    with named_errors(name=item.name, quantity=move.quantity, left=lot.in_store, tag=", ".join(move.tags)):
        StockMove.objects.create(
            id=move.id,
            area=lot.area,
            office_id=lot.office_id,
            lot=lot,
            kind=move.kind.value,
            quantity=move.quantity,
            from_store_id=move.source,
            to_store_id=move.target,
            pieces=pieces,
            occurred_on=move.occurred_on,
            minutes=move.minutes.strip(),
            account_id=actor.account_id or 0,
        )
    audit.record(
        actor=actor, name=f"grants.stock_{move.kind.value}", subject_kind="lot", subject_id=lot.pk, area=lot.area,
        quantity=move.quantity,
    )  # fmt: skip
