"""Goods: packages, handovers, assets, and where each rupiah is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from berdaya.kernel.problems import Problem


class Condition(StrEnum):
    """Kondisi barang saat diserahkan: baik, rusak, kurang."""

    GOOD = "good"
    DAMAGED = "damaged"
    SHORT = "short"


class AssetState(StrEnum):
    """Keadaan aset: ada, berfungsi, rusak, dijual, mati, digulirkan, hilang."""

    PRESENT = "present"
    WORKING = "working"
    BROKEN = "broken"
    SOLD = "sold"
    DIED = "died"
    PASSED_ON = "passed_on"
    LOST = "lost"


class Channel(StrEnum):
    """Saluran konfirmasi: telepon, kunjungan petugas lain, kertas, laman, rapat kelompok."""

    PHONE = "phone"
    VISIT = "visit"
    PAPER = "paper"
    WEB = "web"
    MEETING = "meeting"


@dataclass(frozen=True, slots=True)
class PackageLine:
    """Baris sheet `Paket`; `row` is its row in the file, for whoever must mend it."""

    code: str
    kind: str
    name: str
    specification: str
    quantity: int
    unit: str
    unit_price_idr: int
    durable: bool
    row: int = 0


@dataclass(frozen=True, slots=True)
class PackageItemInfo:
    """Barang dalam paket."""

    id: UUID
    number: int
    name: str
    specification: str
    quantity: int
    unit: str
    unit_price_idr: int
    durable: bool

    @property
    def value_idr(self) -> int:
        return self.quantity * self.unit_price_idr


@dataclass(frozen=True, slots=True)
class PackageInfo:
    """Paket dengan isinya."""

    id: UUID
    code: str
    kind: str
    items: tuple[PackageItemInfo, ...]

    @property
    def value_idr(self) -> int:
        return sum(item.value_idr for item in self.items)


@dataclass(frozen=True, slots=True)
class PlannedHandover:
    """Rencana penyaluran: a valid decree line, its package (None: no package fits its kind of business), its value."""

    decree_line: UUID
    ref: str
    number: int
    area: int
    name: str
    kind: str
    package: str | None
    value_idr: int


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """Satu penyaluran yang dicatat. `ref` is the candidate's; `id` the idempotency key.

    `condition` holds for the whole package; `exceptions` names single items (number -> condition) that differ.
    """

    id: UUID
    ref: str
    occurred_on: date
    place: str
    condition: Condition
    received_by: str
    note: str = ""
    exceptions: Mapping[int, Condition] = field(default_factory=dict)


class HandoverOutcome(StrEnum):
    """Hasil pencatatan penyaluran."""

    RECORDED = "recorded"
    IDENTICAL = "identical"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class HandoverResult:
    """Hasil satu baris; `problem` says why it was not recorded."""

    id: UUID
    ref: str
    outcome: HandoverOutcome
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class ConfirmationRow:
    """Apa yang dikatakan keluarga tentang yang diterimanya, taken by somebody other than the mentor."""

    id: UUID
    handover: UUID
    said_on: date
    said_by: str
    channel: Channel
    complete: bool
    words: str = ""


class Confirmed(StrEnum):
    """Keadaan konfirmasi: belum, lengkap, tidak lengkap. Silence is never a yes."""

    UNCONFIRMED = "unconfirmed"
    COMPLETE = "complete"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class LineInfo:
    """Baris BAST."""

    id: UUID
    number: int
    name: str
    specification: str
    quantity: int
    unit: str
    unit_value_idr: int
    amount_idr: int
    condition: Condition


@dataclass(frozen=True, slots=True)
class HandoverInfo:
    """Penyaluran sebagaimana tercatat."""

    id: UUID
    decree_line: UUID
    ref: str
    number: str
    area: int
    recipient: str
    occurred_on: date
    place: str
    received_by: str
    condition: Condition
    value_idr: int
    note: str
    confirmed: Confirmed
    lines: tuple[LineInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """Satu sumber dana: planned, handed over, confirmed by families, disputed, not yet confirmed; whole rupiah."""

    source: str
    activity: str
    planned_idr: int
    handed_idr: int
    confirmed_idr: int
    disputed_idr: int

    @property
    def unconfirmed_idr(self) -> int:
        return self.handed_idr - self.confirmed_idr - self.disputed_idr


@dataclass(frozen=True, slots=True)
class GoodsRow:
    """Satu jenis barang dalam program: quantity and value, and the value by source of money."""

    name: str
    unit: str
    quantity: int
    value_idr: int
    by_source: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class GoodsTotals:
    """Angka penyaluran satu program."""

    recipients: int
    handovers: int
    lines: int
    value_idr: int
    complete: int
    disputed: int
    unconfirmed: int
    assets: int


@dataclass(frozen=True, slots=True)
class AssetInfo:
    """Aset satu usaha dengan keadaan terakhirnya."""

    id: UUID
    enterprise: UUID
    name: str
    value_idr: int
    state: AssetState
    state_on: date
    evidence: UUID | None
