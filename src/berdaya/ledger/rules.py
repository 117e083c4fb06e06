"""The hash chain and the balances of a book, without a database: what anyone can check from a list of transfers.

`sql/post.sql` makes the same bytes; a test compares the two.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from berdaya.ledger.types import Fault, FaultKind, Link

VERSION = "berdaya.ledger.1"
GENESIS = b""


def link_bytes(previous: bytes, link: Link) -> bytes:
    """The canonical bytes that a transfer's hash covers, fields parted by "|" (units and codes cannot hold one).

    Area is left out: a group may move to another village without rewriting its book.
    """
    parts = (
        VERSION,
        str(link.seq),
        previous.hex(),
        str(link.id),
        str(link.debit),
        str(link.credit),
        link.unit,
        str(link.amount),
        link.code,
        link.occurred_on.isoformat(),
        str(link.event),
        str(link.reverses) if link.reverses else "",
    )
    return "|".join(parts).encode()


def link_hash(previous: bytes, link: Link) -> bytes:
    """SHA-256 over :func:`link_bytes`."""
    return hashlib.sha256(link_bytes(previous, link)).digest()


def verify_chain(links: Iterable[Link], *, seq: int, head: bytes) -> Fault | None:
    """Walks the links in order of `seq`; None where they are gapless, unaltered and end at the book's head."""
    previous, last = GENESIS, 0
    for link in links:
        if link.seq != last + 1:
            return Fault(FaultKind.GAP, last + 1)
        if link_hash(previous, link) != link.hash:
            return Fault(FaultKind.ALTERED, link.seq)
        previous, last = link.hash, link.seq
    if (last, previous) != (seq, head):
        return Fault(FaultKind.HEAD, last)
    return None


def balances(links: Iterable[Link]) -> dict[UUID, int]:
    """Balance per account: what was debited to it less what was credited. They sum to 0 in each unit."""
    sums: dict[UUID, int] = defaultdict(int)
    for link in links:
        sums[link.debit] += link.amount
        sums[link.credit] -= link.amount
    return dict(sums)


def compare_balances(links: Iterable[Link], kept: Mapping[UUID, int]) -> Fault | None:
    """The first account, by id, whose kept balance is not the sum of its transfers."""
    sums = balances(links)
    for account in sorted(set(sums) | set(kept)):
        if sums.get(account, 0) != kept.get(account, 0):
            return Fault(FaultKind.BALANCE, 0, account)
    return None
