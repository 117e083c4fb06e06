"""The accounts of a fund's book: which there are, their limits, and their ids, which follow from book and code."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

from berdaya.kernel.ids import stable_id
from berdaya.ledger.types import AccountDraft

CASH, CAPITAL, IKS, FEE, DIFFERENCE = "cash", "capital", "iks", "fee", "difference"

# code -> name, floor, ceiling: what is held is never below 0, what is owed never above
COMMON: dict[str, tuple[str, int | None, int | None]] = {
    CASH: ("Kas", 0, None),
    CAPITAL: ("Modal bantuan", None, 0),
    IKS: ("IKS", None, 0),
    FEE: ("Jasa", None, 0),
    DIFFERENCE: ("Selisih", None, None),
}


def saving(member: int) -> str:
    """Code of a member's savings; members are known by their number, so that no name stands in the ledger."""
    return f"saving:{member}"


def debt(member: int) -> str:
    """Code of what a member owes the fund."""
    return f"debt:{member}"


@lru_cache(maxsize=20_000)
def account_id(book: UUID, code: str) -> UUID:
    """The account of a book; the same on every device that knows the book."""
    return stable_id("account", book, code)


def common_accounts(book: UUID) -> list[AccountDraft]:
    """Kas, modal, IKS, jasa and selisih."""
    return [
        AccountDraft(account_id(book, code), book, code, name, floor=floor, ceiling=ceiling)
        for code, (name, floor, ceiling) in COMMON.items()
    ]


def member_accounts(book: UUID, numbers: Iterable[int]) -> list[AccountDraft]:
    """Savings (owed to the member) and debt (owed by the member) of each."""
    drafts = []
    for number in numbers:
        code = saving(number)
        name = f"Simpanan anggota {number}"
        drafts.append(AccountDraft(account_id(book, code), book, code, name, floor=None, ceiling=0))
        code = debt(number)
        drafts.append(AccountDraft(account_id(book, code), book, code, f"Pinjaman anggota {number}"))
    return drafts
