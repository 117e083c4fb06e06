"""The accounts of a fund's book: which there are, their limits, and their ids, which follow from book and code."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

from berdaya.kernel.ids import stable_id
from berdaya.ledger.types import AccountDraft

CASH, BANK, CAPITAL, IKS, FEE, FINE, INTEREST = "cash", "bank", "capital", "iks", "fee", "fine", "interest"
SALES, PURCHASES, LOSS, OPENING, DIFFERENCE = "sales", "purchases", "loss", "opening", "difference"

# code -> name, floor, ceiling: what is held or spent is never below 0, what is owed or earned never above
COMMON: dict[str, tuple[str, int | None, int | None]] = {
    CASH: ("Kas", 0, None),
    BANK: ("Bank", 0, None),
    CAPITAL: ("Modal bantuan", None, 0),
    IKS: ("IKS", None, 0),
    FEE: ("Jasa", None, 0),
    FINE: ("Denda", None, 0),
    INTEREST: ("Bunga bank", None, 0),
    SALES: ("Penjualan", None, 0),
    PURCHASES: ("Pembelian dan biaya", 0, None),
    LOSS: ("Kerugian", None, None),
    OPENING: ("Saldo buku lama", None, None),
    DIFFERENCE: ("Selisih", None, None),
}
ENGLISH = {
    "Kas": "Cash",
    "Modal bantuan": "Aid capital",
    "IKS": "Solidarity fund",
    "Jasa": "Fees",
    "Denda": "Fines",
    "Bunga bank": "Bank interest",
    "Penjualan": "Sales",
    "Pembelian dan biaya": "Purchases and costs",
    "Kerugian": "Losses",
    "Saldo buku lama": "Balance of the old book",
    "Selisih": "Difference",
    "Simpanan anggota": "Savings of member",
    "Pinjaman anggota": "Loan of member",
    "Digaduh anggota": "In the care of member",
    "Milik anggota": "Owned by member",
    "Di kandang atau gudang kelompok": "In the group's pen or store",
    "Diterima kelompok": "Received by the group",
    "Lahir": "Born",
    "Terjual": "Sold",
    "Mati atau hilang": "Dead or lost",
}
"""Names of accounts in English, without the member's number; the book itself keeps the Indonesian ones."""
EARNED = (FEE, FINE, INTEREST, SALES)
SPENT = (PURCHASES, LOSS)

STOCK, SOURCE, BORN, SOLD, LOST = "stock", "source", "born", "sold", "lost"
GOODS: dict[str, tuple[str, int | None, int | None]] = {
    STOCK: ("Di kandang atau gudang kelompok", 0, None),
    SOURCE: ("Diterima kelompok", None, 0),
    BORN: ("Lahir", None, 0),
    SOLD: ("Terjual", 0, None),
    LOST: ("Mati atau hilang", 0, None),
}


def limits(code: str) -> tuple[int | None, int | None]:
    """Floor and ceiling of an account by its code: members' savings are owed to them, all else of theirs is held."""
    place = code.partition(":")[0]
    known = COMMON.get(code) or GOODS.get(place)
    if known is not None:
        return known[1], known[2]
    return (None, 0) if place == "saving" else (0, None)


def goods(place: str, unit: str) -> str:
    """Code of a place of counted goods, ``stock:goat``; units are short codes of letters."""
    return f"{place}:{unit}"


def kept(unit: str, member: int) -> str:
    """Code of the group's goods in a member's care."""
    return f"kept:{unit}:{member}"


def own(unit: str, member: int) -> str:
    """Code of what became a member's own (the first offspring)."""
    return f"own:{unit}:{member}"


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
    """Kas, bank, modal, IKS, what is earned and spent, and selisih."""
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


def goods_accounts(book: UUID, unit: str, numbers: Iterable[int]) -> list[AccountDraft]:
    """The places of one counted unit: the group's, and of each member what she keeps and what is hers."""
    drafts = []
    for place, (name, floor, ceiling) in GOODS.items():
        code = goods(place, unit)
        drafts.append(AccountDraft(account_id(book, code), book, code, name, unit, floor, ceiling))
    for number in numbers:
        for code, name in ((kept(unit, number), "Digaduh anggota"), (own(unit, number), "Milik anggota")):
            drafts.append(AccountDraft(account_id(book, code), book, code, f"{name} {number}", unit))
    return drafts
