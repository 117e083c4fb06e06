"""Meetings, goods, decisions and the bank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from berdaya.funds.types.basics import ChosenBy, EventKind, Terms
from berdaya.kernel.problems import Problem
from berdaya.ledger.types import IDR


@dataclass(frozen=True, slots=True)
class GroupEvent:
    """Peristiwa kelompok: a purchase, a sale, bank money, help from the IKS; `count` of `unit` moves with it."""

    id: UUID
    fund: UUID
    kind: EventKind
    amount_idr: int
    occurred_on: date
    note: str = ""
    unit: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class GoodsDraft:
    """Ternak atau barang yang diterima kelompok."""

    id: UUID
    fund: UUID
    unit: str
    count: int
    occurred_on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class KeepingDraft:
    """Gaduhan baru: `count` animals into a member's care; `to_return` are owed until `due_on`."""

    id: UUID
    fund: UUID
    membership: UUID
    unit: str
    count: int
    to_return: int
    opened_on: date
    due_on: date


class DecisionKind(StrEnum):
    """Jenis keputusan yang memerlukan berita acara dan dua petugas."""

    RESCHEDULE = "reschedule"
    WRITE_OFF = "write_off"
    LOSS = "loss"
    GOODS_LOSS = "goods_loss"
    SHARE_OUT = "share_out"
    MEETING = "meeting"
    OLD_BOOK = "old_book"


class OldPlace(StrEnum):
    """Akun pada buku lama: what a list of existing groups calls them; savings and loans are of a member each."""

    CASH = "cash"
    BANK = "bank"
    CAPITAL = "capital"
    IKS = "iks"
    SAVING = "saving"
    LOAN = "loan"


@dataclass(frozen=True, slots=True)
class OldBalance:
    """Saldo buku lama: whole rupiah in one place; `member` is a member's number, 0 for the group's own."""

    place: OldPlace
    amount_idr: int
    member: int = 0


@dataclass(frozen=True, slots=True)
class DecisionDraft:
    """Usulan keputusan. `subject` is the turn, keeping or meeting; `body` what is to be done (amount, terms, count)."""

    id: UUID
    fund: UUID
    kind: DecisionKind
    minutes: str
    minutes_on: date
    subject: UUID | None = None
    body: Mapping[str, Any] = field(default_factory=dict)


class Presence(StrEnum):
    """Kehadiran: here, excused, or not here."""

    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"


class Source(StrEnum):
    """Asal catatan pertemuan: the web page, a phone (possibly offline), or a paper form."""

    WEB = "web"
    PHONE = "phone"
    PAPER = "paper"


class MeetingState(StrEnum):
    """Keadaan catatan: posted; waiting for two officers; waiting for two members; refused by the officers."""

    POSTED = "posted"
    CONFLICT = "conflict"
    AWAITING = "awaiting"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """Satu anggota di pertemuan: presence, what she pays, how she signed (`signature`, `thumb` or nothing)."""

    membership: UUID
    presence: Presence = Presence.PRESENT
    saving_idr: int = 0
    instalment_idr: int = 0
    iks_idr: int = 0
    fine_idr: int = 0
    fee_idr: int = 0
    signed: str = ""
    file_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class MeetingTurn:
    """Siapa mendapat giliran, by the fund's usual terms where `terms` is None."""

    membership: UUID
    amount_idr: int
    terms: Terms | None = None
    chosen_by: ChosenBy = ChosenBy.QUEUE
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MeetingDraft:
    """Satu pertemuan utuh. `id` is made by whoever recorded it and is the idempotency key.

    `counted_idr` is the cash counted at the end; `difference_agreed` says that the members saw a difference to the book
    and agreed to write it down. `seen_seq` is the number of the book's last entry when the page was opened (None where
    that was offline). `confirmed_by` are members who checked a paper form that another person typed. A meeting counts
    money: any other `unit` is refused by name.
    """

    id: UUID
    fund: UUID
    held_on: date
    lines: tuple[MeetingLine, ...]
    turns: tuple[MeetingTurn, ...] = ()
    counted_idr: int | None = None
    difference_agreed: bool = False
    place: str = ""
    note: str = ""
    source: Source = Source.WEB
    seen_seq: int | None = None
    confirmed_by: tuple[UUID, ...] = ()
    unit: str = IDR


@dataclass(frozen=True, slots=True)
class MeetingResult:
    """Hasil: the state of the record, whether it was known already, and why it waits."""

    id: UUID
    state: MeetingState
    known: bool = False
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class BankLineDraft:
    """Baris rekening koran: money in is positive; `balance_idr` as the bank printed it, where it did."""

    id: UUID
    occurred_on: date
    amount_idr: int
    text: str = ""
    balance_idr: int | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """Satu gerak uang bank, in the book or on the bank's paper."""

    id: UUID
    occurred_on: date
    amount_idr: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Rekonsiliasi bank: pairs that agree, what only one side has, and both balances (None: no balance printed)."""

    pairs: tuple[tuple[Moved, Moved], ...]
    only_bank: tuple[Moved, ...]
    only_book: tuple[Moved, ...]
    book_idr: int
    bank_idr: int | None

    @property
    def difference_idr(self) -> int | None:
        """Bank less book."""
        return None if self.bank_idr is None else self.bank_idr - self.book_idr

    @property
    def explained(self) -> bool:
        """True where the one-sided rows make up the whole difference."""
        only = sum(row.amount_idr for row in self.only_bank) - sum(row.amount_idr for row in self.only_book)
        return self.difference_idr == only
