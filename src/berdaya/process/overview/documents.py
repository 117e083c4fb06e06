"""Issued letters: the list, and the file behind one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from berdaya.access.permissions import require
from berdaya.documents.models import Document
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.scope import Actor
from berdaya.process.overview.common import Page, page_of, staff_only, within


@dataclass(frozen=True)
class DocumentFilter(ListFilter):
    """Filter of issued documents."""

    kind: str = ""
    programme: str = ""


@dataclass(frozen=True)
class DocumentRow:
    """One issued letter."""

    id: UUID
    kind: str
    number: str
    title: str
    on: date
    programme_code: str


def documents_queryset(*, actor: Actor, filters: DocumentFilter) -> QuerySet[Document]:
    """Documents of the filter, the newest first."""
    staff_only(actor)
    require(actor, "document.read")
    rows = Document.objects.filter(within(filters.area)).defer("data")
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.programme:
        rows = rows.filter(programme_code=filters.programme)
    if filters.q:
        rows = rows.filter(Q(number__icontains=filters.q) | Q(title__icontains=filters.q))
    return rows.order_by("-occurred_on", "-number", "id")


def documents(*, actor: Actor, filters: DocumentFilter) -> Page[DocumentRow]:
    """One page of documents."""
    page = page_of(documents_queryset(actor=actor, filters=filters), filters)
    return page.having(
        DocumentRow(item.pk, item.kind, item.number, item.title, item.occurred_on, item.programme_code)
        for item in page.rows
    )
