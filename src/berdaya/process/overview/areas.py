"""Areas to choose from on a form."""

from __future__ import annotations

from berdaya.areas.codes import Level
from berdaya.areas.models import Area
from berdaya.kernel.scope import Actor


def area_choices(*, actor: Actor, level: Level = Level.DISTRICT) -> list[tuple[int, str]]:
    """Code and name of the kecamatan in the actor's ranges, by name; those above it for wider roles."""
    found: list[tuple[int, str]] = []
    for lo, hi in actor.ranges:
        rows = Area.objects.filter(code__range=(lo - lo % 10_000, hi), level=level)
        found += rows.values_list("code", "name")
    return sorted(found, key=lambda row: row[1])
