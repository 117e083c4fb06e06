"""Values of procurement and stores. Quantities are whole units of the item, money is whole rupiah per unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID


class Method(StrEnum):
    """Cara pengadaan: kontrak, e-katalog, pembelian langsung, swakelola."""

    CONTRACT = "contract"
    CATALOGUE = "catalogue"
    DIRECT = "direct"
    SELF_MANAGED = "self"


class Move(StrEnum):
    """Mutasi: dipindah, hilang, ditemukan, dikembalikan ke penyedia, ditarik untuk diganti atau salah catat."""

    MOVED = "moved"
    LOST = "lost"
    FOUND = "found"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Back(StrEnum):
    """Alasan barang kembali: ditolak, tidak hadir, meninggal, rusak, salah serah."""

    REFUSED = "refused"
    ABSENT = "absent"
    DEAD = "dead"
    DAMAGED = "damaged"
    MISTAKE = "mistake"


@dataclass(frozen=True, slots=True)
class NewSupplier:
    """Penyedia yang akan dicatat; `id` is the idempotency key."""

    id: UUID
    name: str
    business_number: str = ""
    address: str = ""
    contact: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class WantedLine:
    """Barang yang dibeli: an item of a package of the programme, how many, at which price."""

    item: UUID
    quantity: int
    unit_price_idr: int


@dataclass(frozen=True, slots=True)
class NewPurchase:
    """Pengadaan yang akan dicatat; `id` is the idempotency key."""

    id: UUID
    supplier: UUID
    method: Method
    number: str
    signed_on: date
    lines: tuple[WantedLine, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class NewLot:
    """Kiriman yang datang; `tags` are the serial numbers or ear tags, one for each piece, or none at all."""

    id: UUID
    purchase_line: UUID
    store: UUID
    delivered_on: date
    quantity: int
    received_by: str
    number: str = ""
    batch: str = ""
    tags: tuple[str, ...] = ()
    photo: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewMove:
    """Mutasi yang akan dicatat. `minutes` tells what happened and is needed for a loss; `tags` name numbered pieces."""

    id: UUID
    lot: UUID
    kind: Move
    quantity: int
    occurred_on: date
    source: UUID | None = None
    target: UUID | None = None
    tags: tuple[str, ...] = ()
    minutes: str = ""


@dataclass(frozen=True, slots=True)
class NewReturn:
    """Barang kembali yang akan dicatat; a second officer agrees before it counts."""

    id: UUID
    line: UUID
    quantity: int
    occurred_on: date
    reason: Back
    store: UUID | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class LotInfo:
    """Kiriman dengan isinya sekarang: `quantity` is always `in_store + handed + lost + returned`."""

    id: UUID
    delivered_on: date
    number: str
    batch: str
    store: str
    quantity: int
    in_store: int
    handed: int
    lost: int
    returned: int
    tagged: bool
    received_by: str
    photo: UUID | None = None


@dataclass(frozen=True, slots=True)
class PurchaseLineInfo:
    """Baris pengadaan: bought is always delivered and outstanding together; `ceiling_idr` is the package's price."""

    id: UUID
    item: UUID
    package: str
    name: str
    specification: str
    unit: str
    quantity: int
    unit_price_idr: int
    ceiling_idr: int
    delivered: int
    lots: tuple[LotInfo, ...] = ()

    @property
    def outstanding(self) -> int:
        return self.quantity - self.delivered

    @property
    def value_idr(self) -> int:
        return self.quantity * self.unit_price_idr


@dataclass(frozen=True, slots=True)
class PurchaseInfo:
    """Pengadaan sebagaimana tercatat; without `checked_by` nothing may be delivered yet."""

    id: UUID
    number: str
    method: Method
    supplier: str
    signed_on: date
    made_by: int
    checked_by: int | None
    note: str
    lines: tuple[PurchaseLineInfo, ...] = field(default=())

    @property
    def value_idr(self) -> int:
        return sum(line.value_idr for line in self.lines)


@dataclass(frozen=True, slots=True)
class Place:
    """Tempat simpan atau penyedia, by id and name."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class StockRow:
    """Sisa satu barang di satu tempat."""

    item: str
    unit: str
    store: str
    quantity: int
    value_idr: int
