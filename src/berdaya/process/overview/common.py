"""What every overview shares: pages of rows, areas from the address, names of areas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from berdaya.areas.codes import InvalidAreaCodeError, Level, ancestor, area_range, parse_code
from berdaya.areas.selectors import paths
from berdaya.kernel.filters import PAGE_SIZE, ListFilter
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, current_actor
from berdaya.people.models import Person

COUNT_CAP = 20_000
"""Lists longer than this say "more than": counting a nation under row-level security costs more than the page."""
RowT = TypeVar("RowT")
ModelT = TypeVar("ModelT", bound=Model)


@dataclass(frozen=True)
class Page(Generic[RowT]):
    """Rows of one page; ``total`` counts all rows of the filter up to ``COUNT_CAP``, ``capped`` says there are more."""

    rows: tuple[RowT, ...]
    total: int
    number: int
    capped: bool = False

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))

    def having(self, rows: Iterable[Any]) -> Page[Any]:
        """The same page with rows of another shape."""
        return Page(tuple(rows), self.total, self.number, self.capped)


def page_of(queryset: QuerySet[ModelT, RowT], filters: ListFilter) -> Page[RowT]:
    """One page in two queries: the count (capped) and the rows."""
    total = queryset.order_by().values("pk")[: COUNT_CAP + 1].count()
    capped = total > COUNT_CAP
    number = min(filters.page, max(1, -(-min(total, COUNT_CAP) // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    return Page(tuple(queryset[start : start + PAGE_SIZE]), min(total, COUNT_CAP), number, capped)


def within(code: str, column: str = "area") -> Q:
    """Rows inside an area of the address (``36.01``); what is no code limits nothing."""
    try:
        lo, hi = area_range(parse_code(code)) if code else (0, 0)
    except InvalidAreaCodeError:
        return Q()
    return Q(**{f"{column}__range": (lo, hi)}) if hi else Q()


def order_of(sort: str, sorts: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Columns for a sort word (``-nama`` turns it round); an unknown word gives the first order."""
    key = sort.removeprefix("-")
    columns = sorts.get(key) or next(iter(sorts.values()))
    if sort.startswith("-") and key in sorts:
        return tuple(column[1:] if column.startswith("-") else f"-{column}" for column in columns)
    return columns


def places(codes: Iterable[int]) -> dict[int, str]:
    """Names of areas as people write them, without what every reader of this page knows.

    Somebody who works in one kabupaten reads ``Desa Olean, Kec. Situbondo``; above it, the kabupaten is added.
    """
    actor = current_actor()
    written = paths(codes, short=True)
    if actor is None or not actor.ranges or ancestor(actor.lo, Level.REGENCY) != ancestor(actor.hi, Level.REGENCY):
        return written
    return {code: _below(text) for code, text in written.items()}


def _below(text: str) -> str:
    parts = text.split(", ")
    return ", ".join(parts[:-1]) if len(parts) > 1 else text


def found(row: RowT | None) -> RowT:
    """``row``, or ``not_found``: outside the scope looks the same as not there."""
    if row is None:
        raise Problem("not_found")
    return row


def head_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Name of the head of each family; without a head marked, of its first member."""
    rows = Person.objects.filter(household_id__in=list(ids), merged_into=None).order_by(
        "household_id", "-is_head", "id"
    )
    return dict(rows.distinct("household_id").values_list("household_id", "name"))


def staff_only(actor: Actor) -> None:
    """Pages of the office's whole work: roles that see only their own things are told so, not shown a part.

    Raises ``not_allowed``.
    """
    if actor.kind != "staff":
        raise Problem("not_allowed", role=actor.role, permission="office")
