"""Partners outside the office: what each promised, what came of it, and through which businesses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from berdaya.access.permissions import can, require
from berdaya.enterprises.models import Enterprise
from berdaya.kernel import clock
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.scope import Actor
from berdaya.market import pledge_rules as rules
from berdaya.market.models import Pledge, PledgeDelivery
from berdaya.market.types import Every, PledgeState, PledgeTerms
from berdaya.process.overview.common import Page, found, page_of, within

MOST_SUPPLIERS = 200
"""So many businesses the form of a delivery offers."""
PICTURED = 12
"""So many pledges the picture holds; the table has them all."""


@dataclass(frozen=True)
class PartnerFilter(ListFilter):
    """Filter of pledges: `who` is the kind of partner, `gives` the kind of pledge."""

    who: str = ""
    gives: str = ""


@dataclass(frozen=True, slots=True)
class PledgeRow:
    """One pledge on a day; `due` and `promised` in its own units, money in whole rupiah."""

    id: UUID
    partner: str
    partner_kind: str
    kind: str
    what: str
    quantity: int
    unit: str
    unit_price_idr: int
    every: str
    starts_on: date
    ends_on: date | None
    delivered: int
    delivered_idr: int
    due: int
    promised: int | None
    state: PledgeState
    contact: str = ""
    supplier_kind: str = ""
    programme_code: str = ""
    closed_on: date | None = None
    closed_reason: str = ""
    mine: bool = False

    @property
    def promised_idr(self) -> int | None:
        """Worth of the whole pledge; None without an end."""
        return None if self.promised is None else self.promised * self.unit_price_idr


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One line of what came; `business` is empty where the reader may not see it."""

    id: UUID
    occurred_on: date
    quantity: int
    value_idr: int
    note: str
    enterprise_id: UUID | None
    business: str
    struck_on: date | None
    struck_reason: str


@dataclass(frozen=True, slots=True)
class PledgeView:
    """A pledge with everything that came of it, the latest first; `suppliers` may be named in the next line."""

    row: PledgeRow
    deliveries: tuple[DeliveryRow, ...]
    suppliers: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True, slots=True)
class PartnersView:
    """All pledges that the actor may read: one page of them, and how they stand together."""

    page: Page[PledgeRow]
    partners: int
    by_state: Mapping[PledgeState, int]
    delivered_idr: int
    shown: tuple[PledgeRow, ...]
    """What the picture shows: pledges that run or are behind."""


def partners(*, actor: Actor, filters: PartnerFilter) -> PartnersView:
    """The register of partners and pledges."""
    queryset = pledges_queryset(actor=actor, filters=filters)
    page = page_of(queryset, filters)
    everything = pledge_rows(queryset)
    by_state: dict[PledgeState, int] = {}
    for row in everything:
        by_state[row.state] = by_state.get(row.state, 0) + 1
    order = {row.id: row for row in everything}
    return PartnersView(
        page.having([order[row.pk] for row in page.rows]),
        len({row.partner for row in everything}),
        by_state,
        sum(row.delivered_idr for row in everything),
        tuple(row for row in everything if row.state is not PledgeState.CLOSED and row.due)[:PICTURED],
    )


def pledges_queryset(*, actor: Actor, filters: PartnerFilter) -> QuerySet[Pledge]:
    """Pledges of the filter, the latest first."""
    require(actor, "programme.read")
    rows = Pledge.objects.filter(within(filters.area))
    if filters.q:
        rows = rows.filter(Q(partner__icontains=filters.q) | Q(what__icontains=filters.q))
    if filters.who:
        rows = rows.filter(partner_kind=filters.who)
    if filters.gives:
        rows = rows.filter(kind=filters.gives)
    return rows.order_by("-starts_on", "partner", "id")


def pledge_rows(rows: Iterable[Pledge]) -> list[PledgeRow]:
    """Pledges as rows; what came is summed in one query, without the lines that were struck."""
    listed = list(rows)
    sums = {
        pledge: (quantity or 0, value or 0)
        for pledge, quantity, value in PledgeDelivery.objects.filter(pledge__in=listed, struck_on=None)
        .values_list("pledge_id")
        .annotate(quantity_sum=Sum("quantity"), value_sum=Sum("value_idr"))
        .order_by()
    }
    return [_row(row, *sums.get(row.pk, (0, 0))) for row in listed]


def _row(row: Pledge, delivered: int, value: int) -> PledgeRow:
    today = clock.today()
    terms = PledgeTerms(row.quantity, Every(row.every), row.starts_on, row.ends_on, row.closed_on)
    return PledgeRow(
        row.pk, row.partner, row.partner_kind, row.kind, row.what, row.quantity, row.unit, row.unit_price_idr,
        row.every, row.starts_on, row.ends_on, delivered, value, rules.due(terms, today), rules.promised(terms),
        rules.state(terms, delivered, today), row.contact, row.supplier_kind, row.programme_code, row.closed_on,
        row.closed_reason,
    )  # fmt: skip


def pledge(*, actor: Actor, pledge_id: UUID) -> PledgeView:
    """One pledge. Raises ``not_found``."""
    require(actor, "programme.read")
    row = found(Pledge.objects.filter(pk=pledge_id).first())
    mine = actor.kind == "staff" and can(actor, "market.manage") and row.office_id == actor.office
    lines = list(PledgeDelivery.objects.filter(pledge=row).order_by("-occurred_on", "id"))
    names = dict(Enterprise.objects.filter(pk__in={line.enterprise_id for line in lines}).values_list("id", "name"))
    told = pledge_rows([row])[0]
    return PledgeView(
        replace(told, mine=mine),
        tuple(
            DeliveryRow(
                line.pk, line.occurred_on, line.quantity, line.value_idr, line.note,
                line.enterprise_id if line.enterprise_id in names else None,
                names.get(line.enterprise_id, "") if line.enterprise_id else "", line.struck_on, line.struck_reason,
            )
            for line in lines
        ),
        _suppliers(row) if mine else (),
    )  # fmt: skip


def _suppliers(row: Pledge) -> tuple[tuple[UUID, str], ...]:
    """Businesses of the office that may stand behind a delivery: of the pledge's kind where it names one."""
    rows = Enterprise.objects.filter(office_id=row.office_id)
    if row.supplier_kind:
        rows = rows.filter(kind=row.supplier_kind)
    return tuple(rows.order_by("name", "id").values_list("id", "name")[:MOST_SUPPLIERS])
