"""Where existing groups stood in the office's register, kept for whoever completes what is missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from berdaya.groups.models import Group
from berdaya.intake.services import keep_carried
from berdaya.intake.types import Carry, GroupRow, Reading
from berdaya.kernel.ids import stable_id


def keep_pages(
    *, office: int, job: UUID, groups: Mapping[str, UUID], known: Collection[str], listed: Reading[GroupRow]
) -> None:
    """Keep page, sheet and row of the new groups that name a page or are incomplete; ``groups``: code -> id."""
    areas = dict(Group.objects.filter(pk__in=groups.values()).values_list("id", "area"))
    rows = []
    for row in listed.rows:
        if row.ref in known or row.ref not in groups or not (row.page or row.incomplete):
            continue
        place = listed.place_of(row.row)
        facts = {"page": row.page, "sheet": place.sheet, "row": row.row - place.first}
        group = groups[row.ref]
        rows.append(Carry(stable_id("carry", group, "page"), areas[group], group, "page", facts))
    keep_carried(office=office, job=job, rows=rows)
