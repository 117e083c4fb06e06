"""The hash chain and the balances of a book, without a database: what anyone can check from a list of transfers.

`sql/post.sql` makes the same bytes; a test compares the two.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from berdaya.ledger.types import Anchor, Fault, FaultKind, Link

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


def chain_faults(links: Iterable[Link], *, seq: int, head: bytes) -> list[Fault]:
    """Every break of the chain, not only the first: missing numbers, links that do not follow, the head.

    A transfer that does not follow was altered itself, or the one before it was and had its hash made anew.
    """
    found: list[Fault] = []
    previous, last = GENESIS, 0
    for link in links:
        # After a gap the link before is not there to compare with.
        if link.seq != last + 1:
            found.append(Fault(FaultKind.GAP, last + 1, last=link.seq - 1))
        elif link_hash(previous, link) != link.hash:
            found.append(Fault(FaultKind.ALTERED, link.seq))
        previous, last = link.hash, link.seq
    if last < seq:
        found.append(Fault(FaultKind.GAP, last + 1, last=seq))
    elif (last, previous) != (seq, head):
        found.append(Fault(FaultKind.HEAD, last))
    return found


def balance_faults(links: Iterable[Link], kept: Mapping[UUID, int]) -> list[Fault]:
    """Every account, by id, whose kept balance is not the sum of its transfers."""
    sums = balances(links)
    return [
        Fault(FaultKind.BALANCE, 0, account)
        for account in sorted(set(sums) | set(kept))
        if sums.get(account, 0) != kept.get(account, 0)
    ]


def anchor_faults(links: Sequence[Link], anchors: Iterable[Anchor]) -> list[Fault]:
    """Every anchor of a book, by number, that its transfers no longer reach or no longer pass through.

    Each head covers all transfers before it. Where the chain passes through a later anchor, an earlier one that differs
    was altered itself; likewise one of a later day that stands before one of an earlier day.
    """
    hashes = {link.seq: link.hash for link in links}
    last = max(hashes, default=0)
    kept = sorted(anchors, key=lambda item: (item.seq, item.day))
    met = max((anchor.seq for anchor in kept if hashes.get(anchor.seq) == anchor.head), default=0)
    found, latest = [], date.min
    for anchor in kept:
        if anchor.seq > last:
            found.append(Fault(FaultKind.CUT, anchor.seq))
        elif anchor.seq and hashes.get(anchor.seq, anchor.head) != anchor.head:
            found.append(Fault(FaultKind.ANCHOR if anchor.seq <= met else FaultKind.REWRITTEN, anchor.seq))
        elif anchor.day < latest:
            found.append(Fault(FaultKind.ANCHOR, anchor.seq))
        latest = max(latest, anchor.day)
    return found
