"""Visits that were kept aside and not counted, each with what stands in its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from berdaya.enterprises.models import Enterprise
from berdaya.kernel.filters import PAGE_SIZE, ListFilter
from berdaya.kernel.scope import Actor
from berdaya.process.overview.common import Page
from berdaya.visits import rules, selectors


@dataclass(frozen=True)
class HeldVisit:
    """One visit kept aside: whose business, what was sent, what the register holds under its id (empty for nothing)."""

    id: UUID
    enterprise_id: UUID | None
    business: str
    outcome: str
    flaws: tuple[tuple[str, str], ...]
    sent: Mapping[str, Any]
    stored: Mapping[str, Any]
    recorded_at: datetime

    @property
    def differing(self) -> tuple[str, ...]:
        """Fields that the two versions tell differently; without a stored one all that were told."""
        if self.stored:
            return tuple(name for name in rules.COMPARED if self.sent.get(name) != self.stored.get(name))
        return tuple(name for name in rules.COMPARED if self.sent.get(name) not in {None, ""})


def held_visits(*, actor: Actor, filters: ListFilter) -> Page[HeldVisit]:
    """Visits that wait for a decision, oldest first. Four queries."""
    rows, total = selectors.held(actor=actor, limit=PAGE_SIZE, offset=filters.offset)
    wanted = [UUID(str(row.body["enterprise_id"])) for row in rows]
    names = dict(Enterprise.objects.filter(pk__in=wanted).values_list("id", "name"))
    standing = selectors.stored([row.visit_id for row in rows])
    return Page(
        tuple(
            HeldVisit(
                row.id,
                key if key in names else None,
                names.get(key, ""),
                row.outcome.value,
                row.flaws,
                row.body,
                _told(standing[row.visit_id][0]) if row.visit_id in standing else {},
                row.recorded_at,
            )
            for row, key in zip(rows, wanted, strict=True)
        ),
        total,
        filters.page,
    )


def _told(visit: Any) -> dict[str, Any]:
    """A stored visit in the form in which one that was kept aside is written."""
    told = {name: getattr(visit, name) for name in rules.COMPARED}
    return told | {"occurred_on": visit.occurred_on.isoformat()}
