"""Reading books: balances, entries, and whether a book is what it says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.ledger import rules
from berdaya.ledger.models import Account, Book, Transfer
from berdaya.ledger.types import AccountBalance, Anchor, Examination, Fault, FaultKind, Link, Verification


def account_balances(*, actor: Actor, books: Sequence[UUID]) -> list[AccountBalance]:  # noqa: ARG001
    """Accounts of the books that the scope shows, by book and code."""
    rows = Account.objects.filter(book_id__in=books).order_by("book_id", "code")
    return [AccountBalance(*row) for row in rows.values_list("id", "book_id", "code", "name", "unit", "balance")]


def links(*, actor: Actor, book: UUID) -> list[Link]:  # noqa: ARG001
    """All transfers of a book in the order of its chain."""
    rows = Transfer.objects.filter(book_id=book).order_by("seq").values_list(
        "seq", "id", "debit_id", "credit_id", "unit", "amount", "code", "occurred_on", "event_id", "reverses", "hash"
    )  # fmt: skip
    return [Link(*row[:10], hash=bytes(row[10])) for row in rows.iterator(chunk_size=5_000)]


def book_head(*, actor: Actor, book: UUID) -> tuple[int, bytes]:  # noqa: ARG001
    """Number and hash of the last transfer: what a printed statement carries. Raises `not_found`."""
    row = Book.objects.filter(id=book).values_list("seq", "head").first()
    if row is None:
        raise Problem("not_found")
    return row[0], bytes(row[1])


def verify_book(*, actor: Actor, book: UUID) -> Verification:
    """Walks the chain and recomputes every balance from the transfers. Raises `not_found`."""
    seq, head = book_head(actor=actor, book=book)
    chain = links(actor=actor, book=book)
    kept = dict(Account.objects.filter(book_id=book).values_list("id", "balance"))
    fault = rules.verify_chain(chain, seq=seq, head=head) or rules.compare_balances(chain, kept)
    return Verification(book=book, seq=seq, head=head, fault=fault)


def verify_books(*, actor: Actor, books: Sequence[UUID] | None = None) -> list[Verification]:
    """As :func:`verify_book`, for the given books or all that the scope shows, by id."""
    known = Book.objects.order_by("id").values_list("id", flat=True)
    chosen = known if books is None else known.filter(id__in=books)
    return [verify_book(actor=actor, book=book) for book in chosen]


def examine_books(*, actor: Actor, anchors: Iterable[Anchor] = ()) -> Iterator[Examination]:
    """Every book that the scope shows, by id, with all its faults; a book that only the anchors know comes last.

    Run it in one snapshot (repeatable read): a posting between two reads would look like a fault.
    """
    kept: defaultdict[UUID, list[Anchor]] = defaultdict(list)
    for anchor in anchors:
        kept[anchor.book].append(anchor)
    heads = Book.objects.order_by("id").values_list("id", "seq", "head")
    for book, seq, head in heads:
        chain = links(actor=actor, book=book)
        balances = dict(Account.objects.filter(book_id=book).values_list("id", "balance"))
        faults = (
            *rules.chain_faults(chain, seq=seq, head=bytes(head)),
            *rules.balance_faults(chain, balances),
            *rules.anchor_faults(chain, kept.pop(book, ())),
        )
        yield Examination(book, seq, bytes(head), len(chain), faults)
    for book in sorted(kept):
        last = max(kept[book], key=lambda anchor: anchor.seq)
        yield Examination(book, 0, b"", 0, (Fault(FaultKind.GONE, last.seq),))
