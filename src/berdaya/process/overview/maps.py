"""The map: one number for each area below the one looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from berdaya.access.permissions import require
from berdaya.areas.codes import (
    InvalidAreaCodeError,
    Level,
    ancestor,
    area_range,
    format_code,
    level_of,
    lineage,
    parse_code,
)
from berdaya.areas.models import AreaPosition
from berdaya.areas.selectors import areas_by_code, children, label
from berdaya.areas.types import AreaInfo
from berdaya.enterprises.models import Enterprise
from berdaya.kernel import clock
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.scope import Actor
from berdaya.process.overview.common import within
from berdaya.process.overview.enterprises import with_status


@dataclass(frozen=True)
class MapFilter(ListFilter):
    """What the map shows: ``measure`` is aktif, usaha, berhenti, belum or bagian-aktif; of one programme or all."""

    measure: str = ""
    programme: str = ""


@dataclass(frozen=True)
class MapPlace:
    """One area below; ``value`` None where it has no business at all."""

    code: int
    dotted: str
    name: str
    businesses: int
    active: int
    dormant: int
    unknown: int
    lat: float | None
    lon: float | None
    deeper: bool

    def value(self, measure: str) -> float | None:
        """The figure of one measure; shares below five businesses say nothing."""
        if not self.businesses:
            return None
        if measure == "bagian-aktif":
            return round(100 * self.active / self.businesses, 1) if self.businesses >= 5 else None
        counts = {"usaha": self.businesses, "berhenti": self.dormant, "belum": self.unknown}
        return float(counts.get(measure, self.active))


@dataclass(frozen=True)
class MapView:
    """The area looked at, the way up, and the areas below it."""

    code: int
    name: str
    trail: tuple[tuple[str, str], ...]
    places: tuple[MapPlace, ...]
    as_of: date


def start_of(actor: Actor) -> int:
    """The smallest area that covers all that the actor may see; 0 for several provinces."""
    common = set(lineage(actor.lo))
    for lo, hi in actor.ranges:
        common &= set(lineage(lo)) & set(lineage(hi)) | {code for code in lineage(lo) if area_range(code)[1] >= hi}
    return max((code for code in common if level_of(code) < Level.VILLAGE), key=level_of, default=0)


def map_of(*, actor: Actor, filters: MapFilter) -> MapView:
    """Businesses by area one level below ``filters.area`` (or below the actor's own area)."""
    require(actor, "business.read")
    start = start_of(actor)
    code = code_of(filters.area, start)
    level = Level(level_of(code) + 1) if code else Level.PROVINCE
    rows = with_status(Enterprise.objects.filter(within(format_code(code) if code else "")), clock.today())
    if filters.programme:
        rows = rows.filter(programme__code=filters.programme)
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for area, status, count in rows.values_list("area", "status").annotate(count=Count("id")).order_by():
        cell = counts[ancestor(area, level)]
        cell["businesses"] += count
        cell[status or "unknown"] += count
    below = [info for info in children(code) if visible(info, actor)]
    points = points_of(below, level)
    known = areas_by_code(lineage(code)) if code else {}
    trail = tuple(
        (format_code(step), label(known[step]))
        for step in lineage(code)
        if step in known and level_of(step) >= level_of(start)
    )
    return MapView(
        code=code,
        name=label(known[code]) if code in known else "Indonesia",
        trail=trail[:-1],
        places=tuple(
            MapPlace(
                info.code,
                format_code(info.code),
                label(info),
                counts[info.code]["businesses"],
                counts[info.code]["active"] + counts[info.code]["weak"],
                counts[info.code]["dormant"],
                counts[info.code]["unknown"],
                points[info.code][0] if info.code in points else None,
                points[info.code][1] if info.code in points else None,
                level < Level.VILLAGE,
            )
            for info in below
        ),
        as_of=clock.today(),
    )


def visible(info: AreaInfo, actor: Actor) -> bool:
    """Whether any of the area lies in what the actor may see."""
    end = area_range(info.code)[1]
    return any(lo <= end and info.code <= hi for lo, hi in actor.ranges)


def code_of(wanted: str, start: int) -> int:
    """The area that is asked for, at the deepest a kecamatan; what is no code shows where the actor starts."""
    try:
        code = parse_code(wanted) if wanted else start
    except InvalidAreaCodeError:
        return start
    return ancestor(code, Level.DISTRICT)


def points_of(below: Sequence[AreaInfo], level: Level) -> dict[int, tuple[float, float]]:
    """Middle of each area from the positions of its villages; empty unless every area has one."""
    if not below:
        return {}
    rows = AreaPosition.objects.filter(area__gte=below[0].code, area__lte=area_range(below[-1].code)[1])
    sums: dict[int, list[float]] = {}
    for area, lat, lon in rows.values_list("area", "lat", "lon"):
        cell = sums.setdefault(ancestor(area, level), [0.0, 0.0, 0.0])
        cell[0] += lat
        cell[1] += lon
        cell[2] += 1
    return {code: (lat / count, lon / count) for code, (lat, lon, count) in sums.items()}
