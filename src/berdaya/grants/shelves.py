"""What lies in the stores of a programme while handovers are decided: oldest deliveries leave first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from berdaya.grants.types import PackageItemInfo
from berdaya.kernel.bulk import fetch
from berdaya.kernel.problems import Problem


@dataclass(slots=True)
class Shelf:
    """How much of one lot lies in one store."""

    lot: UUID
    store: UUID
    left: int
    price: int
    tagged: bool
    delivered_on: date


@dataclass(frozen=True, slots=True)
class Piece:
    """A numbered piece and where it is."""

    id: UUID
    lot: UUID
    store: UUID | None
    state: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A part of one lot that leaves; without a lot where the item never went through procurement here."""

    quantity: int
    price: int
    lot: UUID | None = None
    store: UUID | None = None
    pieces: tuple[UUID, ...] = ()


class Shelves:
    """Stock of a programme as it is now, less what was promised in this call. Whoever calls holds the programme."""

    def __init__(self, programme_id: UUID, tags: Iterable[str] = ()) -> None:
        self._shelves: dict[UUID, list[Shelf]] = defaultdict(list)
        for item, lot, store, quantity, price, tagged, on in fetch("SELECT * FROM grants_stock_of(%s)", [programme_id]):
            shelves = self._shelves[item]
            if lot is not None and store is not None and quantity:
                shelves.append(Shelf(lot, store, quantity, price, tagged, on))
        wanted = sorted(set(tags))
        self._pieces: dict[str, Piece] = {}
        if wanted:
            for piece, tag, lot, store, state in fetch("SELECT * FROM grants_pieces_named(%s)", [wanted]):
                self._pieces[tag] = Piece(piece, lot, store, state)
        self._given: set[UUID] = set()

    def choose(
        self, item: PackageItemInfo, quantity: int, *, on: date, store: UUID | None = None, tags: Sequence[str] = ()
    ) -> list[tuple[Shelf | None, Taken]]:
        """Which lots the goods come from; nothing is promised before :meth:`promise`.

        Raises `grants.not_in_store`, `grants.too_many_tags`, `grants.tag_given_out`.
        """
        if item.id not in self._shelves:
            return [(None, Taken(quantity, item.unit_price_idr))]
        shelves = [
            shelf
            for shelf in self._shelves[item.id]
            if shelf.left and shelf.delivered_on <= on and store in {None, shelf.store}
        ]
        if tags:
            return self._numbered(item, shelves, quantity, tags)
        if sum(shelf.left for shelf in shelves) < quantity:
            left = sum(shelf.left for shelf in shelves)
            raise Problem("grants.not_in_store", name=item.name, left=left, quantity=quantity)
        chosen: list[tuple[Shelf | None, Taken]] = []
        for shelf in shelves:
            part = min(quantity, shelf.left)
            if part and shelf.tagged:
                raise Problem("grants.too_many_tags", quantity=quantity)
            if part:
                chosen.append((shelf, Taken(part, shelf.price, shelf.lot, shelf.store)))
                quantity -= part
        return chosen

    def _numbered(
        self, item: PackageItemInfo, shelves: Sequence[Shelf], quantity: int, tags: Sequence[str]
    ) -> list[tuple[Shelf | None, Taken]]:
        if len(tags) != quantity or len(set(tags)) != quantity:
            raise Problem("grants.too_many_tags", quantity=quantity)
        by_place = {(shelf.lot, shelf.store): shelf for shelf in shelves}
        pieces: dict[tuple[UUID, UUID], list[UUID]] = defaultdict(list)
        for tag in tags:
            piece = self._pieces.get(tag)
            if (
                piece is None
                or piece.state != "store"
                or piece.id in self._given
                or piece.store is None
                or (piece.lot, piece.store) not in by_place
            ):
                raise Problem("grants.tag_given_out", tag=tag, name=item.name)
            pieces[piece.lot, piece.store].append(piece.id)
        return [
            (by_place[place], Taken(len(ids), by_place[place].price, place[0], place[1], tuple(ids)))
            for place, ids in pieces.items()
        ]

    def promise(self, chosen: Iterable[tuple[Shelf | None, Taken]]) -> None:
        """What was chosen is no longer there for the next recipient."""
        for shelf, taken in chosen:
            if shelf is not None:
                shelf.left -= taken.quantity
            self._given.update(taken.pieces)
