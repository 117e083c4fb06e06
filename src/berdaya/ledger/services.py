"""Opening books and posting into them. Only `grants` and `funds` call this; they check permissions and write the audit.

The database function checks the caller's area, office or group itself, so a wrong caller gets `not_found` at worst.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection, transaction

from berdaya.kernel.bulk import create
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.ledger.models import Account, Book
from berdaya.ledger.types import AccountDraft, Outcome, Posted, TransferDraft

TRANSFERS_PER_CALL = 10_000
POST = (
    "SELECT * FROM ledger_try(%s, %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::bigint[], %s::text[], %s::date[],"
    " %s::uuid[])"
)
NOT_FOUND, SHORT, UNIQUE_VIOLATION = "BD002", "BDL01", "23505"
MOST = 10**15
CODE = re.compile(r"[A-Za-z0-9_.:-]{1,40}")


def open_books_many(*, actor: Actor, rows: Iterable[tuple[UUID, int, int, UUID | None]]) -> None:
    """Empty books from (id, area, office, group); ids that exist are left as they are."""
    books = [Book(id=book, area=area, office_id=office, group_id=group) for book, area, office, group in rows]
    if not all(actor.covers(book.area) for book in books):
        raise Problem("outside_scope")
    create(books, skip_known=True)


def open_accounts_many(*, actor: Actor, drafts: Sequence[AccountDraft]) -> None:
    """Accounts at balance 0; a code that the book has already is left as it is.

    Raises `not_found` where a book is outside the actor's scope, `ledger.unit` where a unit is not one plain word.
    """
    roots = {
        row[0]: row
        for row in Book.objects.filter(id__in={draft.book for draft in drafts}).values_list(
            "id", "area", "office_id", "group_id"
        )
    }
    rows = []
    for draft in drafts:
        if draft.book not in roots or not actor.covers(roots[draft.book][1]):
            raise Problem("not_found")
        if not CODE.fullmatch(draft.unit):
            raise Problem("ledger.unit", unit=draft.unit[:40])
        _, area, office, group = roots[draft.book]
        rows.append(
            Account(
                id=draft.id,
                area=area,
                office_id=office,
                group_id=group,
                book_id=draft.book,
                code=draft.code,
                name=draft.name,
                unit=draft.unit,
                floor=draft.floor,
                ceiling=draft.ceiling,
            )
        )
    create(rows, skip_known=True)


def post_event(*, actor: Actor, book: UUID, transfers: Sequence[TransferDraft]) -> list[Posted]:
    """The transfers of one event (or several) into one book, all or none, in the order given.

    Same id and same body again answers `identical`. Raises `ledger.short`, `ledger.conflict`, `ledger.no_account`,
    `ledger.bad_reversal`, `ledger.bad_transfer`, `not_found`; nothing is written then and the scope stays usable.
    """
    if actor.account_id is None:
        raise Problem("not_allowed", role=actor.role, permission="ledger.post")
    if len(transfers) <= TRANSFERS_PER_CALL:
        return _post(book, transfers)
    posted: list[Posted] = []
    with transaction.atomic():
        for start in range(0, len(transfers), TRANSFERS_PER_CALL):
            posted += _post(book, transfers[start : start + TRANSFERS_PER_CALL])
    return posted


def lock_books(*, actor: Actor, books: Iterable[UUID]) -> None:  # noqa: ARG001  (the scope is the actor's)
    """Hold the books until the transaction ends, so that what is read now still holds when it is posted.

    Raises `not_found` where one is outside the scope.
    """
    wanted = sorted(set(books))
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_lock(%s)", [wanted])
        row = cursor.fetchone()
    if row is None or row[0] != len(wanted):
        raise Problem("not_found")


def _post(book: UUID, transfers: Sequence[TransferDraft]) -> list[Posted]:
    with connection.cursor() as cursor:
        cursor.execute(POST, [book, *arrays_of(transfers), uuids(transfer.reverses for transfer in transfers)])
        rows = cursor.fetchall()
    for row in rows:
        refuse(row[3:])
    return [Posted(id=row[0], seq=row[1], outcome=Outcome(row[2])) for row in rows]


def arrays_of(transfers: Sequence[TransferDraft]) -> list[str]:
    """Ids, events, debits, credits, amounts, codes and days as array literals, as the posting function takes them.

    Raises `ledger.bad_transfer` for what no literal can hold.
    """
    for transfer in transfers:
        if type(transfer.amount) is not int or not 0 < transfer.amount <= MOST or not CODE.fullmatch(transfer.code):
            raise Problem("ledger.bad_transfer", id=transfer.id)
    return [
        uuids(transfer.id for transfer in transfers),
        uuids(transfer.event for transfer in transfers),
        uuids(transfer.debit for transfer in transfers),
        uuids(transfer.credit for transfer in transfers),
        "{" + ",".join(str(transfer.amount) for transfer in transfers) + "}",
        "{" + ",".join(transfer.code for transfer in transfers) + "}",
        "{" + ",".join(transfer.occurred_on.isoformat() for transfer in transfers) + "}",
    ]


def uuids(ids: Iterable[UUID | None]) -> str:
    """An array literal; PostgreSQL reads a UUID without hyphens too, which takes a third of the time to write."""
    return "{" + ",".join(f"{key.int:032x}" if key else "NULL" for key in ids) + "}"


def refuse(said: Sequence[str | None] | None) -> None:
    """Raise the named problem of a refusal that a posting function answered as (SQLSTATE, message, detail)."""
    if not said or not said[0]:
        return
    state, message, detail = said[0], str(said[1]), said[2] or ""
    if state == SHORT:
        raise Problem("ledger.short", **json.loads(detail))
    if state == NOT_FOUND:
        raise Problem("not_found")
    raise Problem("ledger.conflict" if state == UNIQUE_VIOLATION else message, id=detail)
