"""Revolving capital: terms, payments and what became of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from berdaya.kernel.problems import Problem


class EventKind(StrEnum):
    """Jenis peristiwa kas: modal, simpanan, IKS, giliran, angsuran, pembatalan."""

    CAPITAL = "capital"
    SAVING = "saving"
    IKS = "iks"
    TURN = "turn"
    INSTALMENT = "instalment"
    REVERSAL = "reversal"


PAYMENT_KINDS = frozenset({EventKind.SAVING, EventKind.IKS, EventKind.INSTALMENT})

EVENT_NAMES: dict[EventKind, tuple[str, str]] = {
    EventKind.CAPITAL: ("Modal bantuan diterima", "Capital received"),
    EventKind.SAVING: ("Simpanan", "Saving"),
    EventKind.IKS: ("IKS (iuran kesetiakawanan sosial)", "Social fund (IKS)"),
    EventKind.TURN: ("Giliran modal", "Turn of the capital"),
    EventKind.INSTALMENT: ("Angsuran", "Instalment"),
    EventKind.REVERSAL: ("Pembatalan", "Reversal"),
}
"""Indonesian and English."""


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
class FundDraft:
    """Dana baru. `decree_line` binds the capital to the decree that granted it."""

    id: UUID
    group: UUID
    opened_on: date
    kind: str = "cash_turns"
    decree_line: UUID | None = None


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
    """Giliran baru: principal and total service fee in rupiah, repaid in monthly instalments."""

    id: UUID
    membership: UUID
    amount_idr: int
    instalments: int
    opened_on: date
    fee_idr: int = 0


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
