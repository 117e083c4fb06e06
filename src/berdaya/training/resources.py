"""Reading what villages have: the newest word of each resource, and strong ones that no class uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from django.db.models import Exists, OuterRef, Q, QuerySet

from berdaya.areas import selectors as areas
from berdaya.training.models import TrainingClass, VillageResource
from berdaya.training.rules.pairs import reachable
from berdaya.training.shipped import OfficeCatalogue
from berdaya.training.types import Floats
from berdaya.training.values import IdleResource

STRONG = 2
"""Strength from which an unused resource is worth a class."""


def newest() -> QuerySet[VillageResource]:
    """The newest row of each area and resource, whichever office wrote it. Call inside a scope."""
    later = VillageResource.objects.filter(area=OuterRef("area"), resource=OuterRef("resource")).filter(
        Q(as_of__gt=OuterRef("as_of"))
        | Q(as_of=OuterRef("as_of"), recorded_at__gt=OuterRef("recorded_at"))
        | Q(as_of=OuterRef("as_of"), recorded_at=OuterRef("recorded_at"), id__gt=OuterRef("id"))
    )
    return VillageResource.objects.filter(~Exists(later))


def _spots(rows: Iterable[tuple[float | None, float | None]]) -> Floats:
    listed = [(np.nan, np.nan) if lat is None or lon is None else (lat, lon) for lat, lon in rows]
    return np.array(listed, dtype=np.float64).reshape(len(listed), 2)


def idle_resources(
    classes: Sequence[TrainingClass], max_km: float | None, listed: OfficeCatalogue
) -> list[IdleResource]:
    """Strong resources without a class of a kind that lives on them within reach, strongest first."""
    rows = newest().filter(strength__gte=STRONG).order_by("area", "resource")
    strengths = {(area, resource): level for area, resource, level in rows.values_list("area", "resource", "strength")}
    strong = list(strengths)
    if not strong:
        return []
    spots = areas.positions({area for area, _ in strong})
    where = _spots((spots[a].lat, spots[a].lon) if a in spots else (None, None) for a, _ in strong)
    person, cls, _ = reachable(where, _spots((c.lat, c.lon) for c in classes), max_km)
    feeds = [{r for k in c.kinds if k in listed.kinds for r in listed.kinds[k].resources} for c in classes]
    used = {int(i) for i, c in zip(person, cls, strict=True) if strong[int(i)][1] in feeds[int(c)]}
    living = {resource: tuple(k.code for k in listed.kinds_on(resource)) for _, resource in strong}
    found = [
        IdleResource(area, resource, strengths[area, resource], living[resource])
        for i, (area, resource) in enumerate(strong)
        if i not in used and living[resource]
    ]
    return sorted(found, key=lambda x: (-x.strength, x.area, x.resource))
