"""Revolving capital: terms, payments and what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from berdaya.kernel.problems import Problem


class EventKind(StrEnum):
    """Jenis peristiwa: every way in which money or counted goods move in a fund; there is no other."""

    OPENING = "opening"
    CAPITAL = "capital"
    SAVING = "saving"
    WITHDRAWAL = "withdrawal"
    IKS = "iks"
    IKS_HELP = "iks_help"
    FINE = "fine"
    FEE = "fee"
    TURN = "turn"
    INSTALMENT = "instalment"
    PURCHASE = "purchase"
    SALE = "sale"
    SHARE_OUT = "share_out"
    BANK_DEPOSIT = "bank_deposit"
    BANK_WITHDRAWAL = "bank_withdrawal"
    BANK_COST = "bank_cost"
    INTEREST = "interest"
    LOSS = "loss"
    WRITE_OFF = "write_off"
    DIFFERENCE = "difference"
    GOODS_RECEIVED = "goods_received"
    KEEPING = "keeping"
    BIRTH = "birth"
    PASSED_ON = "passed_on"
    GOODS_LOSS = "goods_loss"
    REVERSAL = "reversal"


PAYMENT_KINDS = frozenset(
    {EventKind.SAVING, EventKind.IKS, EventKind.INSTALMENT, EventKind.FINE, EventKind.FEE, EventKind.WITHDRAWAL}
)
"""What one member pays into the cash of a fund, or takes out of her savings."""

GROUP_KINDS = frozenset(
    {
        EventKind.PURCHASE, EventKind.SALE, EventKind.BANK_DEPOSIT, EventKind.BANK_WITHDRAWAL, EventKind.BANK_COST,
        EventKind.INTEREST, EventKind.IKS_HELP,
    }
)  # fmt: skip
"""What the group as a whole enters by one officer; losses need two."""

FIXED_KINDS = frozenset(
    {
        EventKind.OPENING, EventKind.TURN, EventKind.REVERSAL, EventKind.WRITE_OFF, EventKind.SHARE_OUT,
        EventKind.KEEPING, EventKind.BIRTH, EventKind.PASSED_ON, EventKind.GOODS_LOSS,
    }
)  # fmt: skip
"""What is not undone by a reversal: a turn is paid back, animals are counted anew."""

EVENT_NAMES: dict[EventKind, tuple[str, str]] = {
    EventKind.OPENING: ("Saldo dari buku lama", "Balance of the old book"),
    EventKind.CAPITAL: ("Modal bantuan diterima", "Capital received"),
    EventKind.SAVING: ("Simpanan", "Saving"),
    EventKind.WITHDRAWAL: ("Simpanan diambil", "Savings withdrawn"),
    EventKind.IKS: ("IKS (iuran kesetiakawanan sosial)", "Social fund (IKS)"),
    EventKind.IKS_HELP: ("Santunan dari IKS", "Help from the social fund (IKS)"),
    EventKind.FINE: ("Denda", "Fine"),
    EventKind.FEE: ("Jasa", "Service fee"),
    EventKind.TURN: ("Giliran modal", "Turn of the capital"),
    EventKind.INSTALMENT: ("Angsuran", "Instalment"),
    EventKind.PURCHASE: ("Pembelian", "Purchase"),
    EventKind.SALE: ("Penjualan", "Sale"),
    EventKind.SHARE_OUT: ("Pembagian tabungan", "Share-out"),
    EventKind.BANK_DEPOSIT: ("Setor ke bank", "Bank deposit"),
    EventKind.BANK_WITHDRAWAL: ("Ambil dari bank", "Bank withdrawal"),
    EventKind.BANK_COST: ("Biaya bank", "Bank cost"),
    EventKind.INTEREST: ("Bunga bank", "Bank interest"),
    EventKind.LOSS: ("Kehilangan", "Loss"),
    EventKind.WRITE_OFF: ("Utang dihapus", "Debt written off"),
    EventKind.DIFFERENCE: ("Selisih kas", "Cash difference"),
    EventKind.GOODS_RECEIVED: ("Ternak atau barang diterima", "Goods received"),
    EventKind.KEEPING: ("Digaduhkan", "Given into keeping"),
    EventKind.BIRTH: ("Kelahiran", "Births"),
    EventKind.PASSED_ON: ("Dikembalikan untuk digulirkan", "Given back to be passed on"),
    EventKind.GOODS_LOSS: ("Mati atau hilang", "Died or lost"),
    EventKind.REVERSAL: ("Pembatalan", "Reversal"),
}
"""Indonesian and English."""


class FundKind(StrEnum):
    """Jenis dana: revolving cash, revolving livestock or goods (gaduh), village savings and loans (VSLA)."""

    CASH_TURNS = "cash_turns"
    GOODS_TURNS = "goods_turns"
    VSLA = "vsla"


class Method(StrEnum):
    """Cara menghitung jasa: none, a fixed sum, a flat yearly percentage, one on what is still owed (menurun)."""

    NONE = "none"
    FIXED = "fixed"
    FLAT = "flat"
    DECLINING = "declining"


class Every(StrEnum):
    """Jarak angsuran: week, month, or the days of harvest."""

    WEEK = "week"
    MONTH = "month"
    HARVEST = "harvest"


class ChosenBy(StrEnum):
    """Cara menentukan giliran: in the order of the queue, by need (with the reason), or by draw."""

    QUEUE = "queue"
    NEED = "need"
    DRAW = "draw"


@dataclass(frozen=True, slots=True)
class Terms:
    """Syarat pengembalian. `rate_percent` is per year; `grace` counts first instalments without principal.

    `pause` counts weeks or months before the first instalment in which nothing is due and nothing accrues.
    """

    method: Method = Method.NONE
    instalments: int = 10
    rate_percent: Decimal = Decimal(0)
    fee_idr: int = 0
    every: Every = Every.MONTH
    grace: int = 0
    pause: int = 0
    harvests: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class DueInstalment:
    """Angsuran yang direncanakan: whole rupiah, principal and fee apart."""

    number: int
    due_on: date
    principal_idr: int
    fee_idr: int

    @property
    def amount_idr(self) -> int:
        return self.principal_idr + self.fee_idr


@dataclass(frozen=True, slots=True)
class InstalmentState:
    """Keadaan angsuran pada suatu hari."""

    turn: UUID
    number: int
    due_on: date
    principal_idr: int
    fee_idr: int
    paid_idr: int

    @property
    def amount_idr(self) -> int:
        return self.principal_idr + self.fee_idr

    @property
    def open_idr(self) -> int:
        return self.amount_idr - self.paid_idr


@dataclass(frozen=True, slots=True)
class Settled:
    """Bagian yang terbayar dari satu angsuran; `paid_on` is the day it was paid in full, else None."""

    number: int
    paid_idr: int
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class Arrears:
    """Tunggakan satu giliran: what is overdue, since when, and what is still owed in all."""

    turn: UUID
    overdue_idr: int
    days: int
    open_idr: int


@dataclass(frozen=True, slots=True)
class MemberTurns:
    """Anggota dalam antrean giliran: turns had so far and the day of the last."""

    membership: UUID
    number: int
    turns: int = 0
    last_on: date | None = None
    has_open_turn: bool = False
    in_arrears: bool = False


@dataclass(frozen=True, slots=True)
class Ageing:
    """Umur tunggakan. `buckets` holds open rupiah of turns by days overdue; `par` the share above 30 days (0 to 1)."""

    open_idr: int
    buckets: dict[str, int]
    par30: float


@dataclass(frozen=True, slots=True)
class Payment:
    """Pembayaran seorang anggota; `id` is made by whoever recorded it and is the idempotency key.

    `fund` is needed only where the group has several; None is the oldest.
    """

    id: UUID
    membership: UUID
    kind: EventKind
    occurred_on: date
    amount_idr: int
    note: str = ""
    fund: UUID | None = None


class PaymentOutcome(StrEnum):
    """Hasil: recorded, known already, kept waiting for two officers, same id with other content, refused."""

    RECORDED = "recorded"
    IDENTICAL = "identical"
    WAITING = "waiting"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PaymentResult:
    """Hasil satu pembayaran; `problem` says why it was not recorded."""

    id: UUID
    outcome: PaymentOutcome
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class FundRules:
    """Aturan dana: usual terms of a turn, price of a share and shares a meeting (VSLA), and how offspring is split."""

    terms: Terms = field(default_factory=Terms)
    share_idr: int = 0
    max_shares: int = 5
    unit: str = ""
    first_to_keeper: int = 1
    keeper_share: int = 50


@dataclass(frozen=True, slots=True)
class FundDraft:
    """Dana baru. `decree_line` binds the capital to the decree that granted it; `rules` are the group's own."""

    id: UUID
    group: UUID
    opened_on: date
    kind: str = FundKind.CASH_TURNS
    decree_line: UUID | None = None
    rules: FundRules = field(default_factory=FundRules)


@dataclass(frozen=True, slots=True)
class CapitalDraft:
    """Modal yang diterima satu dana."""

    id: UUID
    fund: UUID
    amount_idr: int
    occurred_on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class TurnDraft:
    """Giliran baru: principal in rupiah, repaid by `terms`; without them in `instalments` months with a fixed fee."""

    id: UUID
    membership: UUID
    amount_idr: int
    instalments: int
    opened_on: date
    fee_idr: int = 0
    fund: UUID | None = None
    terms: Terms | None = None
    chosen_by: ChosenBy = ChosenBy.QUEUE
    reason: str = ""

    @property
    def plan_terms(self) -> Terms:
        """The terms, spelled out."""
        if self.terms is not None:
            return self.terms
        method = Method.FIXED if self.fee_idr else Method.NONE
        return Terms(method=method, instalments=self.instalments, fee_idr=self.fee_idr)


@dataclass(frozen=True, slots=True)
class BookRow:
    """Baris buku kas, as people read it."""

    seq: int
    occurred_on: date
    text: str
    income: int
    expense: int
    balance: int
    reversed: bool
    event: UUID


@dataclass(frozen=True, slots=True)
class Statement:
    """Buku kas satu dana for a span of days, with head and hash for whoever checks it."""

    fund: UUID
    group: UUID
    group_name: str
    since: date
    until: date
    opening: int
    closing: int
    rows: tuple[BookRow, ...]
    lent_idr: int
    savings_idr: int
    iks_idr: int
    head_seq: int
    head_hash: str


@dataclass(frozen=True, slots=True)
class MemberLedger:
    """Kartu anggota: savings, debt and what is due."""

    membership: UUID
    number: int
    name: str
    savings_idr: int
    debt_idr: int
    overdue_idr: int
    days_overdue: int
    next_due_on: date | None
    next_due_idr: int
    joined_on: date | None = None
    left_on: date | None = None


@dataclass(frozen=True, slots=True)
class FundBalances:
    """Saldo dana sekarang, as kept under the book's lock: one look at the accounts, whatever the length of the book."""

    cash_idr: int
    bank_idr: int
    capital_idr: int
    lent_idr: int
    savings_idr: int
    iks_idr: int
    earned_idr: int
    spent_idr: int
    difference_idr: int
    goods: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FundFigures:
    """Angka satu dana pada suatu hari."""

    fund: UUID
    group: UUID
    group_name: str
    area: int
    capital_idr: int
    cash_idr: int
    lent_idr: int
    savings_idr: int
    iks_idr: int
    turns: int
    open_turns: int
    ageing: Ageing = field(default_factory=lambda: Ageing(0, {}, 0.0))
