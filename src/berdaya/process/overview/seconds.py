"""What waits for a second person in the goods: purchases, proposals, proxies, returns; and where a lot is now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from berdaya.access.models import Account
from berdaya.access.permissions import require
from berdaya.grants.lines import name_of
from berdaya.grants.models import (
    Handover,
    HandoverLine,
    HandoverReturn,
    Lot,
    Piece,
    Proposal,
    Proxy,
    Purchase,
    Stock,
    StockMove,
    Store,
)
from berdaya.kernel.scope import Actor
from berdaya.people.models import Person
from berdaya.process.overview.common import found, staff_only
from berdaya.programmes.models import DecreeLine

AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that one person wrote down and another must agree to; `subject` is the id of its page."""

    kind: str
    id: UUID
    subject: UUID
    what: str
    detail: str
    on: date
    made_by: int
    maker: str = ""


@dataclass(frozen=True, slots=True)
class ProxyRow:
    """A proxy of a recipient and who agreed."""

    id: UUID
    name: str
    why: str
    heir: bool
    letter: str
    photo: UUID
    made_on: date
    made_by: int
    maker: str
    checker: str
    checked_on: date | None


@dataclass(frozen=True, slots=True)
class ProxyDesk:
    """A recipient, her proxies, and the members of the KK who may be one."""

    line: UUID
    recipient: str
    number: int
    area: int
    household: UUID | None
    group: UUID | None
    proxies: tuple[ProxyRow, ...]
    family: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True, slots=True)
class GivenLine:
    """A line of a BAST and how much of it may still come back."""

    id: UUID
    name: str
    unit: str
    quantity: int
    returned: int
    waiting: int
    numbered: bool
    tags: tuple[str, ...]

    @property
    def left(self) -> int:
        return self.quantity - self.returned - self.waiting


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """Goods that came back, agreed to or not."""

    id: UUID
    name: str
    unit: str
    quantity: int
    on: date
    reason: str
    note: str
    made_by: int
    maker: str
    checker: str
    checked_on: date | None


@dataclass(frozen=True, slots=True)
class ReturnDesk:
    """A BAST with what came back of it."""

    handover: UUID
    number: str
    recipient: str
    line: UUID
    lines: tuple[GivenLine, ...]
    returns: tuple[ReturnRow, ...]


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One move of a lot."""

    on: date
    kind: str
    quantity: int
    source: str
    target: str
    minutes: str
    by: str


@dataclass(frozen=True, slots=True)
class LotView:
    """A lot: what came, where it lies, its numbered pieces, its moves."""

    id: UUID
    purchase: UUID
    purchase_number: str
    item: str
    specification: str
    unit: str
    unit_price_idr: int
    supplier: str
    number: str
    batch: str
    delivered_on: date
    received_by: str
    photo: UUID | None
    quantity: int
    in_store: int
    handed: int
    lost: int
    returned: int
    tagged: bool
    stocks: tuple[tuple[UUID, str, int], ...]
    pieces: tuple[tuple[str, str, str, UUID | None], ...]
    """(tag, state, store, decree line that received it)"""
    moves: tuple[MoveRow, ...]


def _names(accounts: Iterable[int | None]) -> dict[int, str]:
    wanted = {account for account in accounts if account}
    return dict(Account.objects.filter(pk__in=wanted).values_list("pk", "name"))


def waiting(*, actor: Actor) -> list[Waiting]:
    """Everything of the goods that waits for a second person in the scope, the oldest first."""
    staff_only(actor)
    require(actor, "family.read")
    related = ("decree_line__candidate__person", "decree_line__candidate__group")
    rows = [
        Waiting("purchase", row.pk, row.pk, row.number, row.supplier.name, row.signed_on, row.made_by)
        for row in Purchase.objects.filter(checked_by=None).select_related("supplier")[:AT_MOST]
    ]
    people = ("candidate__person", "candidate__group")
    for plan in Proposal.objects.filter(approved_by=None, sent_back_on=None).select_related(*people)[:AT_MOST]:
        candidate = plan.candidate
        name = candidate.group.name if candidate.group else candidate.person.name if candidate.person else candidate.ref
        maker = plan.appraised_by or plan.entered_by
        rows.append(Waiting("proposal", plan.pk, plan.pk, name, str(plan.value_idr), plan.made_on, maker))
    for proxy in Proxy.objects.filter(checked_by=None).select_related(*related)[:AT_MOST]:
        line = proxy.decree_line
        rows.append(Waiting("proxy", proxy.pk, line.pk, name_of(line), proxy.name, proxy.made_on, proxy.made_by))
    backs = HandoverReturn.objects.filter(checked_by=None).select_related("line__item", "line__handover")
    for back in backs[:AT_MOST]:
        text = f"{back.quantity} {back.line.item.unit} {back.line.item.name}"
        handover = back.line.handover
        rows.append(
            Waiting("return", back.pk, handover.pk, handover.received_by, text, back.occurred_on, back.account_id)
        )
    names = _names(row.made_by for row in rows)
    named = [
        Waiting(row.kind, row.id, row.subject, row.what, row.detail, row.on, row.made_by, names.get(row.made_by, ""))
        for row in rows
    ]
    return sorted(named, key=lambda row: (row.on, str(row.id)))


def proxy_desk(*, actor: Actor, line_id: UUID) -> ProxyDesk:
    """A decree line with its proxies. Raises `not_allowed`, `not_found`."""
    staff_only(actor)
    require(actor, "family.read")
    related = ("candidate__person", "candidate__group")
    line = found(DecreeLine.objects.select_related(*related).filter(pk=line_id).first())
    rows = list(Proxy.objects.filter(decree_line=line).order_by("made_on", "id"))
    names = _names(account for row in rows for account in (row.made_by, row.checked_by))
    family = Person.objects.none()
    if line.household_id is not None:
        family = Person.objects.filter(household_id=line.household_id, died_on=None, merged_into=None)
    if line.candidate.person_id is not None:
        family = family.exclude(pk=line.candidate.person_id)
    return ProxyDesk(
        line=line.pk,
        recipient=name_of(line),
        number=line.number,
        area=line.area,
        household=line.household_id,
        group=line.group_id,
        proxies=tuple(
            ProxyRow(
                row.pk, row.name, row.why, row.heir, row.letter, row.photo_id, row.made_on, row.made_by,
                names.get(row.made_by, ""), names.get(row.checked_by or 0, ""), row.checked_on,
            )
            for row in rows
        ),
        family=tuple((person.pk, person.name) for person in family.order_by("birth_date", "name")),
    )  # fmt: skip


def return_desk(*, actor: Actor, handover_id: UUID) -> ReturnDesk:
    """A BAST with its lines and what came back. Raises `not_allowed`, `not_found`."""
    staff_only(actor)
    require(actor, "family.read")
    related = ("decree_line__candidate__person", "decree_line__candidate__group")
    row = found(Handover.objects.select_related(*related).filter(pk=handover_id).first())
    lines = list(HandoverLine.objects.filter(handover=row).select_related("item").order_by("item__number", "id"))
    backs = list(HandoverReturn.objects.filter(line__in=lines).select_related("line__item").order_by("occurred_on"))
    names = _names(account for back in backs for account in (back.account_id, back.checked_by))
    tags = dict(Piece.objects.filter(id__in=[key for line in lines for key in line.pieces]).values_list("id", "tag"))
    return ReturnDesk(
        handover=row.pk,
        number=row.number,
        recipient=name_of(row.decree_line),
        line=row.decree_line_id,
        lines=tuple(
            GivenLine(
                line.pk, line.item.name, line.item.unit, line.quantity, line.returned,
                sum(back.quantity for back in backs if back.line_id == line.pk and back.checked_by is None),
                bool(line.pieces), tuple(tags[key] for key in line.pieces if key in tags),
            )
            for line in lines
        ),
        returns=tuple(
            ReturnRow(
                back.pk, back.line.item.name, back.line.item.unit, back.quantity, back.occurred_on, back.reason,
                back.note, back.account_id, names.get(back.account_id, ""), names.get(back.checked_by or 0, ""),
                back.checked_on,
            )
            for back in backs
        ),
    )  # fmt: skip


def lot(*, actor: Actor, lot_id: UUID) -> LotView:
    """One lot. Raises `not_allowed`, `not_found`."""
    staff_only(actor)
    require(actor, "family.read")
    related = ("purchase_line__item", "purchase_line__purchase__supplier")
    row = found(Lot.objects.select_related(*related).filter(pk=lot_id).first())
    line = row.purchase_line
    stocks = Stock.objects.filter(lot=row, quantity__gt=0).select_related("store").order_by("store__name")
    moves = list(StockMove.objects.filter(lot=row).order_by("occurred_on", "recorded_at"))
    stores = dict(Store.objects.values_list("id", "name"))
    names = _names(move.account_id for move in moves)
    pieces = list(Piece.objects.filter(lot=row).order_by("tag"))
    owners = dict(
        HandoverLine.objects.filter(id__in=[piece.line_id for piece in pieces if piece.line_id]).values_list(
            "id", "handover__decree_line_id"
        )
    )
    return LotView(
        id=row.pk,
        purchase=line.purchase_id,
        purchase_number=line.purchase.number,
        item=line.item.name,
        specification=line.item.specification,
        unit=line.item.unit,
        unit_price_idr=line.unit_price_idr,
        supplier=line.purchase.supplier.name,
        number=row.number,
        batch=row.batch,
        delivered_on=row.delivered_on,
        received_by=row.received_by,
        photo=row.photo_id,
        quantity=row.quantity,
        in_store=row.in_store,
        handed=row.handed,
        lost=row.lost,
        returned=row.returned,
        tagged=row.tagged,
        stocks=tuple((stock.store_id, stock.store.name, stock.quantity) for stock in stocks),
        pieces=tuple(
            (piece.tag, piece.state, stores.get(piece.store_id or row.pk, ""), owners.get(piece.line_id or row.pk))
            for piece in pieces
        ),
        moves=tuple(
            MoveRow(
                move.occurred_on, move.kind, move.quantity, stores.get(move.from_store_id or row.pk, ""),
                stores.get(move.to_store_id or row.pk, ""), move.minutes, names.get(move.account_id, ""),
            )
            for move in moves
        ),
    )  # fmt: skip
