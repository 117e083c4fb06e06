"""Goods: packages, handovers, assets, and where each rupiah is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
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


class Receiver(StrEnum):
    """Penerima di tempat: the recipient herself, an officer of the group, or a proxy agreed to by a second officer."""

    SELF = "self"
    OFFICER = "officer"
    PROXY = "proxy"


class Manner(StrEnum):
    """Cara penyerahan: di meja, di rumah."""

    DESK = "desk"
    HOME = "home"


class Why(StrEnum):
    """Alasan diwakilkan: sakit, tidak di tempat, meninggal."""

    ILL = "ill"
    AWAY = "away"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class NewProxy:
    """Wakil penerima yang akan dicatat: a person of the same KK, or by name an heir with the number of her letter."""

    id: UUID
    decree_line: UUID
    why: Why
    photo: UUID
    person: UUID | None = None
    name: str = ""
    letter: str = ""


class ProofKind(StrEnum):
    """Bukti penerimaan: a drawn signature, a thumbprint with a witness, a scan of the paper; paper still to be scanned.

    `PAPER` is what a list of the past knows: signed on paper, which lies in the office's archive.
    """

    SIGNATURE = "signature"
    THUMB = "thumb"
    SCAN = "scan"
    PAPER = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """Bukti satu penyerahan: ids of stored files, the witness's name, position (WGS 84) and the device's clock."""

    kind: ProofKind = ProofKind.PAPER
    signature: UUID | None = None
    giver_signature: UUID | None = None
    witness_signature: UUID | None = None
    witness: str = ""
    scan: UUID | None = None
    photo: UUID | None = None
    lat: float | None = None
    lon: float | None = None
    device_at: datetime | None = None


class Screen(StrEnum):
    """Kapan daftar pengecualian diperiksa: before goods leave, after they left, or for a past list on each row's day.

    A hit before they leave keeps them back. Afterwards it opens a case and takes nothing from the family.
    """

    BEFORE = "before"
    AFTER = "after"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """Satu penyaluran yang dicatat. `ref` is the candidate's; `id` the idempotency key.

    `condition` holds for the whole package; `exceptions` names single items (number -> condition) that differ.
    `items` (number -> quantity) is a part of the package; empty means all that is still due. `tags` (number -> serial
    numbers or ear tags) are needed where the lot is numbered; `store` limits where the goods are taken from.
    """

    id: UUID
    ref: str
    occurred_on: date
    place: str
    condition: Condition
    received_by: str
    note: str = ""
    exceptions: Mapping[int, Condition] = field(default_factory=dict)
    items: Mapping[int, int] = field(default_factory=dict)
    tags: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    photos: Mapping[int, UUID] = field(default_factory=dict)
    receiver: Receiver = Receiver.SELF
    proxy: UUID | None = None
    manner: Manner = Manner.DESK
    proof: Proof = Proof()
    store: UUID | None = None
    day: UUID | None = None


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
class Funding:
    """Sumber dana dan sub-kegiatan dengan rupiahnya."""

    source: str
    activity: str
    amount_idr: int

    @property
    def name(self) -> str:
        """Source with its sub-kegiatan code, as letters and lists name it."""
        return f"{self.source} ({self.activity})" if self.activity else self.source


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """Satu sumber dana: planned, handed over, confirmed by families, disputed, not yet confirmed; whole rupiah."""

    source: str
    activity: str
    planned_idr: int
    handed_idr: int
    confirmed_idr: int
    disputed_idr: int


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
