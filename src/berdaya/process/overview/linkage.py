"""Two records that may be one person: the queue, both side by side, and claims between offices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from berdaya.access.permissions import require
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.scope import Actor
from berdaya.people.linkage import selectors
from berdaya.people.linkage.types import PairRow, PairView, Similar, TransferRow
from berdaya.people.models import LookAlike
from berdaya.process.overview.common import Page, page_of, places, within


@dataclass(frozen=True)
class PairFilter(ListFilter):
    """Filter of the queue; ``state``: '' those that wait, ``same``, ``different``, ``asked``."""

    state: str = ""


@dataclass(frozen=True)
class PairLine:
    """A pair with the name of the area that covers both."""

    pair: PairRow
    place: str


def pairs_queryset(*, actor: Actor, filters: PairFilter) -> QuerySet[LookAlike]:
    """Pairs of the filter, the likeliest first."""
    require(actor, "family.merge")
    state = filters.state if filters.state in {"same", "different", "asked"} else ""
    return selectors.pairs_waiting(actor=actor, state=state).filter(within(filters.area))


def pairs(*, actor: Actor, filters: PairFilter) -> Page[PairLine]:
    """One page of the queue."""
    page = page_of(pairs_queryset(actor=actor, filters=filters), filters)
    rows = selectors.pair_rows(page.rows)
    known = places(row.area for row in rows)
    return page.having(PairLine(row, known.get(row.area, "")) for row in rows)


def pair(*, actor: Actor, pair_id: UUID) -> tuple[PairView, dict[int, str]]:
    """Both records, and the names of their areas."""
    require(actor, "family.merge")
    view = selectors.pair(actor=actor, pair_id=pair_id)
    return view, places((view.left.area, view.right.area, view.area))


def similar(*, actor: Actor, name: str, born: date | None) -> tuple[list[Similar], dict[int, str]]:
    """Look-alikes of a name that is being typed, with the names of their villages."""
    found = selectors.similar_people(actor=actor, name=name, born=born)
    return found, places(row.area for row in found)


def transfers(*, actor: Actor) -> tuple[list[TransferRow], dict[int, str]]:
    """Claims of the office and on it, with the names of the areas."""
    rows = selectors.transfers(actor=actor)
    return rows, places(code for row in rows for code in (row.area, row.to_area))
