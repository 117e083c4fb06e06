"""Handovers: the list, and one BAST with its lines, money sources and what the family itself confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from berdaya.access.permissions import require
from berdaya.documents.models import Document
from berdaya.grants.models import Confirmation, Handover, Proxy
from berdaya.grants.selectors import funding_of_handovers
from berdaya.grants.types import Funding
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.scope import Actor
from berdaya.process.overview.common import Page, found, order_of, page_of, places, staff_only, within
from berdaya.programmes.models import Programme


@dataclass(frozen=True)
class HandoverFilter(ListFilter):
    """Filter of the list of handovers. ``confirmed``: ya, tidak (told otherwise), belum (silence is no yes)."""

    programme: str = ""
    condition: str = ""
    confirmed: str = ""


@dataclass(frozen=True)
class HandoverRow:
    """One handover; ``confirmed`` is None while the family has said nothing."""

    id: UUID
    number: str
    on: date
    recipient: str
    place: str
    area: str
    programme: str
    value_idr: int
    condition: str
    confirmed: bool | None
    area_code: int = 0
    funding: tuple[Funding, ...] = ()


@dataclass(frozen=True)
class HandoverView:
    """One BAST as it was signed."""

    row: HandoverRow
    programme_code: str
    received_by: str
    decree_number: str
    decree_line: int
    household_id: UUID | None
    group_id: UUID | None
    lines: tuple[Mapping[str, Any], ...]
    funding: tuple[Funding, ...]
    confirmations: tuple[Mapping[str, Any], ...]
    document_id: UUID | None
    note: str
    line_id: UUID | None = None


HANDOVER_SORTS = {"tanggal": ("-occurred_on", "id"), "nilai": ("-value_idr", "id"), "wilayah": ("area", "id")}


def handovers_queryset(*, actor: Actor, filters: HandoverFilter) -> QuerySet[Handover]:
    """Handovers of the filter, the newest first."""
    staff_only(actor)
    require(actor, "family.read")
    said = Confirmation.objects.filter(handover_id=OuterRef("pk"))
    latest = said.order_by("-said_on", "-id").values("complete")[:1]
    rows = Handover.objects.filter(within(filters.area)).annotate(confirmed=Subquery(latest))
    if filters.programme:
        rows = rows.filter(decree_line__decree__programme__code=filters.programme)
    if filters.condition:
        rows = rows.filter(condition=filters.condition)
    if filters.confirmed == "belum":
        rows = rows.filter(~Exists(said))
    elif filters.confirmed in {"ya", "tidak"}:
        rows = rows.filter(confirmed=filters.confirmed == "ya")
    if filters.q:
        rows = rows.filter(Q(number__icontains=filters.q) | Q(received_by__icontains=filters.q))
    rows = rows.select_related(
        "decree_line__candidate__person", "decree_line__candidate__group", "decree_line__decree__programme"
    )
    return rows.order_by(*order_of(filters.sort, HANDOVER_SORTS))


def handovers(*, actor: Actor, filters: HandoverFilter) -> Page[HandoverRow]:
    """One page of handovers."""
    page = page_of(handovers_queryset(actor=actor, filters=filters), filters)
    return page.having(handover_rows(list(page.rows)))


def funded_rows(*, actor: Actor, rows: list[Handover]) -> list[HandoverRow]:
    """Handovers as rows with the sources and sub-kegiatan that paid them, for reports."""
    paid = funding_of_handovers(actor=actor, handovers=[item.pk for item in rows])
    return [replace(row, funding=tuple(paid.get(row.id, ()))) for row in handover_rows(rows)]


def handover_rows(rows: list[Handover]) -> list[HandoverRow]:
    """Handovers as rows."""
    known = places(item.area for item in rows)
    return [
        HandoverRow(
            item.pk,
            item.number,
            item.occurred_on,
            _recipient(item),
            item.place,
            known.get(item.area, ""),
            item.decree_line.decree.programme.name,
            item.value_idr,
            item.condition,
            item.confirmed,  # type: ignore[attr-defined]
            item.area,
        )
        for item in rows
    ]


def _recipient(item: Handover) -> str:
    candidate = item.decree_line.candidate
    if candidate.group:
        return candidate.group.name
    return candidate.person.name if candidate.person else item.received_by


def handover(*, actor: Actor, handover_id: UUID) -> HandoverView:
    """One handover; ``not_found`` outside the scope."""
    queryset = handovers_queryset(actor=actor, filters=HandoverFilter())
    item = found(queryset.filter(pk=handover_id).first())
    line = item.decree_line
    return HandoverView(
        row=handover_rows([item])[0],
        programme_code=line.decree.programme.code,
        received_by=item.received_by,
        decree_number=line.decree.number,
        decree_line=line.number,
        household_id=line.household_id,
        group_id=line.group_id,
        lines=tuple(
            item.lines.order_by("item__number").values(
                "item__name",
                "item__specification",
                "item__unit",
                "quantity",
                "unit_value_idr",
                "amount_idr",
                "condition",
            )
        ),
        funding=tuple(funding_of_handovers(actor=actor, handovers=[item.pk])[item.pk]),
        confirmations=tuple(
            item.confirmations.order_by("said_on").values("said_on", "said_by", "channel", "complete", "words")
        ),
        document_id=Document.objects.filter(subject_kind="handover", subject_id=item.pk)
        .values_list("id", flat=True)
        .first(),
        note=item.note,
        line_id=line.pk,
    )


def programmes_of_office(*, actor: Actor) -> list[tuple[str, str]]:
    """Code and name of the office's own programmes, the newest first."""
    staff_only(actor)
    rows = Programme.objects.filter(office_id=actor.office or 0).order_by("-year", "code")
    return list(rows.values_list("code", "name"))


def programme_id(*, actor: Actor, code: str) -> UUID:
    """Id of a programme that the actor may read; ``not_found`` otherwise."""
    staff_only(actor)
    return found(Programme.objects.filter(code=code).values_list("id", flat=True).first())


def proxies_of(*, actor: Actor, decree_line: UUID) -> list[tuple[UUID, str]]:
    """Proxies of a recipient that a second officer agreed to."""
    staff_only(actor)
    rows = Proxy.objects.filter(decree_line_id=decree_line, checked_by__isnull=False).order_by("-made_on", "id")
    return list(rows.values_list("id", "name"))
