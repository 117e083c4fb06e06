"""The businesses that products, stalls and contest entries belong to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from berdaya.kernel.bulk import fetch
from berdaya.kernel.problems import Problem


@dataclass(frozen=True, slots=True)
class Owner:
    """Where a business is, whose it is, and what its name and kind are."""

    area: int
    office_id: int
    kind: str
    name: str


def owners_of(enterprise_ids: Iterable[UUID]) -> dict[UUID, Owner]:
    """The businesses by id. Raises `enterprise_not_found` where one lies outside the scope."""
    wanted = list(dict.fromkeys(enterprise_ids))
    rows = fetch("SELECT id, area, office_id, kind, name FROM enterprises_enterprise WHERE id = ANY (%s)", [wanted])
    found = {row[0]: Owner(*row[1:]) for row in rows}
    if len(found) != len(wanted):
        raise Problem("enterprise_not_found", count=len(wanted) - len(found))
    return found
