"""What goes into the ledger and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

IDR = "IDR"


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """Akun baru. Limits hold after every single transfer: floor <= balance <= ceiling (None: no limit).

    What is held (cash, a member's debt, goats) has floor 0; what is owed (capital, a member's savings) has ceiling 0.
    """

    id: UUID
    book: UUID
    code: str
    name: str
    unit: str = IDR
    floor: int | None = 0
    ceiling: int | None = None


@dataclass(frozen=True, slots=True)
class TransferDraft:
    """Perpindahan yang diminta: `amount` whole units move from `credit` to `debit`. `id` is the idempotency key."""

    id: UUID
    event: UUID
    debit: UUID
    credit: UUID
    amount: int
    code: str
    occurred_on: date
    reverses: UUID | None = None


class Outcome(StrEnum):
    """Hasil pencatatan: taken now, or known already with the same body."""

    NEW = "new"
    IDENTICAL = "identical"


@dataclass(frozen=True, slots=True)
class Posted:
    """Perpindahan yang tercatat, with its gapless number in the book."""

    id: UUID
    seq: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Link:
    """Mata rantai: one posted transfer as its hash covers it."""

    seq: int
    id: UUID
    debit: UUID
    credit: UUID
    unit: str
    amount: int
    code: str
    occurred_on: date
    event: UUID
    reverses: UUID | None
    hash: bytes


class FaultKind(StrEnum):
    """Jenis kerusakan rantai."""

    GAP = "gap"
    ALTERED = "altered"
    HEAD = "head"
    BALANCE = "balance"
    CUT = "cut"
    """Shorter than a head that was kept outside."""
    REWRITTEN = "rewritten"
    """Another transfer at a head that was kept outside: the chain was made anew."""
    GONE = "gone"
    """A book whose head was kept outside no longer exists."""
    ANCHOR = "anchor"
    """A head that was kept outside contradicts others that were: the file was altered, not the book."""
    ACCOUNT = "account"
    """An account that bears another code or other limits than it was opened with."""
    EVENT_GONE = "event_gone"
    """A transfer whose event is not written down any more."""
    EVENT_EXTRA = "event_extra"
    """An event that moved nothing."""
    EVENT_ALTERED = "event_altered"
    """An event that says another day, kind, member or amount than its transfers."""
    SCHEDULE = "schedule"
    """What is owed by the schedules is not what the account holds."""
    FUND = "fund"
    """A book of a group without its fund."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Kerusakan: a place where a book and its transfers disagree. `last` ends a run of missing numbers."""

    kind: FaultKind
    seq: int
    account: UUID | None = None
    last: int | None = None
    event: UUID | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """Jangkar: head of one book on one day, kept where nobody who can write the database can write."""

    day: date
    book: UUID
    seq: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Examination:
    """Pemeriksaan lengkap satu buku: every place where chain, head, balances or anchors disagree."""

    book: UUID
    seq: int
    head: bytes
    transfers: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """Saldo akun as kept under the book's lock."""

    id: UUID
    book: UUID
    code: str
    name: str
    unit: str
    balance: int


@dataclass(frozen=True, slots=True)
class Verification:
    """Hasil pemeriksaan satu buku; `fault` is None where chain, head and balances agree."""

    book: UUID
    seq: int
    head: bytes
    fault: Fault | None = None
