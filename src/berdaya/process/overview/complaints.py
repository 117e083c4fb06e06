"""Complaints as lists show them, and the names of those who handled them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from berdaya.access.models import Account
from berdaya.files.models import StoredFile
from berdaya.files.selectors import content_of
from berdaya.followup.complaints import selectors
from berdaya.followup.complaints.types import State
from berdaya.followup.models import Complaint
from berdaya.kernel import clock
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.process.overview.common import Page, page_of, places

START = 90


@dataclass(frozen=True)
class ComplaintFilter(ListFilter):
    """Filter of the list of complaints."""

    state: str = ""


@dataclass(frozen=True)
class ComplaintRow:
    """One case of the list; `start` are its first words."""

    id: UUID
    subject: str
    start: str
    area: str
    filed_on: date
    due_on: date
    state: str
    late: bool


def complaints_page(*, actor: Actor, filters: ComplaintFilter) -> tuple[Page[ComplaintRow], dict[str, int]]:
    """One page of the cases that this actor may see, and how many stand where."""
    state = State(filters.state) if filters.state in set(State) else None
    page = page_of(selectors.complaints(actor=actor, state=state), filters)
    return page.having(complaint_rows(page.rows)), selectors.counts(actor=actor, as_of=clock.today())


def complaint_rows(rows: Sequence[Complaint]) -> list[ComplaintRow]:
    """Cases as rows."""
    known = places(row.area for row in rows)
    today = clock.today()
    return [
        ComplaintRow(
            row.pk,
            row.subject,
            row.words[:START] + ("…" if len(row.words) > START else ""),
            known.get(row.area, ""),
            row.filed_on,
            row.due_on,
            row.state,
            row.state != State.CLOSED and row.due_on < today,
        )
        for row in rows
    ]


def people_of(accounts: Iterable[int | None]) -> dict[int, str]:
    """Names of accounts by id."""
    wanted = {account for account in accounts if account}
    return dict(Account.objects.filter(pk__in=wanted).values_list("pk", "name"))


def photo_of(*, actor: Actor, complaint_id: UUID) -> bytes:
    """The photo of a case that this actor may see. Raises `not_found`."""
    row, _ = selectors.complaint(actor=actor, complaint_id=complaint_id)
    file = StoredFile.objects.filter(pk=row.photo_id).first() if row.photo_id else None
    content = content_of(file) if file is not None else None
    if content is None:
        raise Problem("not_found")
    return content
