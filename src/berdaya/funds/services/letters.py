"""The cash book on paper: what each member may hold against the group's own book."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from berdaya.documents.services import issue_documents_many
from berdaya.documents.types import (
    CashBook,
    CashRow,
    DocumentDraft,
    DocumentInfo,
    Figure,
    Signatory,
    StatementBody,
)
from berdaya.funds.models import Fund
from berdaya.funds.selectors import fund_statement
from berdaya.funds.types import Statement
from berdaya.groups.models import Officer
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor

SIGNING = {"ketua": "Ketua,", "bendahara": "Bendahara,"}


@transaction.atomic
def issue_statements(
    *,
    actor: Actor,
    funds: Sequence[UUID],
    since: date,
    until: date,
    signer: Signatory,
    programme_code: str = "",
    processes: int | None = None,
) -> list[DocumentInfo]:
    """A cash book for each fund and span, with number and hash of the last entry; printed in one file per kabupaten.

    The same span again answers the same letter, unless entries were added to it since. Raises `not_allowed`,
    `not_found`, and what issuing raises.
    """
    found = {fund.id: fund for fund in Fund.objects.select_related("group").filter(id__in=funds)}
    if len(found) != len(set(funds)):
        raise Problem("not_found")
    officers = _officers([fund.group_id for fund in found.values()])
    drafts = []
    for key in funds:
        fund = found[key]
        book = fund_statement(actor=actor, fund=key, since=since, until=until)
        drafts.append(
            DocumentDraft(
                id=stable_id("fund-statement", key, since, until, book.head_seq),
                title=f"Buku kas {fund.group.name}",
                body=statement_body(book, officers.get(fund.group_id, ())),
                signer=signer,
                occurred_on=until,
                area=fund.area,
                office=fund.office_id,
                batch=f"Buku kas {programme_code}".strip(),
                synthetic=fund.group.synthetic,
                programme_code=programme_code,
                subject_kind="fund",
                subject_id=key,
            )
        )
    return issue_documents_many(actor=actor, drafts=drafts, processes=processes)


def _officers(groups: Sequence[UUID]) -> dict[UUID, tuple[tuple[str, str], ...]]:
    rows = Officer.objects.filter(group_id__in=groups, until=None, position__in=SIGNING)
    named: dict[UUID, tuple[tuple[str, str], ...]] = {}
    # Descending, so that the ketua stands left of the bendahara.
    for group, post, name in rows.order_by("group_id", "-position").values_list(
        "group_id", "position", "membership__person__name"
    ):
        named[group] = (*named.get(group, ()), (SIGNING[post], name))
    return named


def statement_body(book: Statement, signers: Sequence[tuple[str, str]] = ()) -> StatementBody:
    """The cash book as a letter prints it."""
    rows = tuple(
        CashRow(row.seq, row.occurred_on, row.text, row.income, row.expense, row.balance, row.reversed)
        for row in book.rows
    )
    return StatementBody(
        name=book.group_name,
        since=book.since,
        until=book.until,
        figures=(
            Figure("Kas di tangan", book.closing, "IDR"),
            Figure("Dipinjam anggota", book.lent_idr, "IDR"),
            Figure("Simpanan anggota", book.savings_idr, "IDR"),
            Figure("Dana IKS", book.iks_idr, "IDR"),
        ),
        books=(CashBook("Buku kas rupiah", "Rp", book.opening, rows),),
        head_seq=book.head_seq,
        head_hash=book.head_hash or "0" * 64,
        signers=tuple(signers),
    )
