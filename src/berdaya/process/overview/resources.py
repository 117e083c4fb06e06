"""What the villages have: the newest word of each resource, the map of it, and what stands without a class."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, F, Max, Min, Q, QuerySet

from berdaya.access.permissions import can, require
from berdaya.areas.codes import Level, area_range, format_code, level_of, lineage
from berdaya.areas.selectors import areas_by_code, children, label
from berdaya.areas.types import AreaInfo
from berdaya.kernel import clock
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.scope import Actor
from berdaya.process.overview.common import Page, order_of, page_of, places, within
from berdaya.process.overview.maps import code_of, points_of, start_of, visible
from berdaya.programmes.models import Programme
from berdaya.programmes.selectors import config_of
from berdaya.training.catalogue import catalogue_of
from berdaya.training.models import TrainingClass, VillageResource
from berdaya.training.resources import STRONG, idle_resources, newest
from berdaya.training.shipped import OfficeCatalogue
from berdaya.training.values import IdleResource

PERMISSION = "resource.record"
WIDTHS = {Level.PROVINCE: 10**8, Level.REGENCY: 10**6, Level.DISTRICT: 10**4, Level.VILLAGE: 1}
MOST_CHOICES = 400
"""Villages that a list to choose from can still hold; above it the code is typed."""


@dataclass(frozen=True)
class ResourceFilter(ListFilter):
    """Which resources are shown: one ``resource``, at least ``strength``, against the classes of one ``programme``."""

    resource: str = ""
    strength: str = ""
    programme: str = ""


@dataclass(frozen=True)
class ResourceRow:
    """One resource of one village; ``idle`` where it is strong and no class of the programme lives on it."""

    id: UUID
    area: int
    place: str
    resource: str
    strength: int
    source: str
    as_of: date
    idle: bool


@dataclass(frozen=True)
class MapCell:
    """One area below: villages with a word, strong resources, and the greatest strength of the one looked at."""

    code: int
    dotted: str
    name: str
    villages: int
    strong: int
    top: int | None
    lat: float | None
    lon: float | None
    deeper: bool


@dataclass(frozen=True)
class ResourcesView:
    """The page: the map below ``code``, resources without a class, the list."""

    code: int
    name: str
    trail: tuple[tuple[str, str], ...]
    cells: tuple[MapCell, ...]
    page: Page[ResourceRow]
    idle: tuple[IdleResource, ...]
    idle_places: dict[int, str]
    programmes: tuple[tuple[str, str], ...]
    programme: str
    villages: tuple[tuple[str, str], ...]
    listed: OfficeCatalogue
    known: int
    strong: int
    oldest: date | None
    may_record: bool
    may_import: bool
    as_of: date


SORTS = {
    "wilayah": ("area", "resource"), "kekuatan": ("-strength", "area", "resource"), "tanggal": ("as_of", "area"),
    "sumber-daya": ("resource", "area"),
}  # fmt: skip


def resources_queryset(*, actor: Actor, filters: ResourceFilter) -> QuerySet[VillageResource]:
    """The newest row of each village and resource, as far as the filter goes."""
    require(actor, "programme.read")
    rows = newest().filter(within(filters.area))
    if filters.resource:
        rows = rows.filter(resource=filters.resource)
    if filters.strength.isdecimal() and len(filters.strength) == 1:
        rows = rows.filter(strength__gte=int(filters.strength))
    if filters.q:
        rows = rows.filter(source__icontains=filters.q)
    return rows.order_by(*order_of(filters.sort, SORTS), "id")


def resource_rows(rows: list[VillageResource], idle: frozenset[tuple[int, str]] = frozenset()) -> list[ResourceRow]:
    """Rows with the names of their places."""
    known = places(row.area for row in rows)
    return [
        ResourceRow(
            row.pk, row.area, known.get(row.area, ""), row.resource, row.strength, row.source, row.as_of,
            (row.area, row.resource) in idle,
        )
        for row in rows
    ]  # fmt: skip


def resources_view(*, actor: Actor, filters: ResourceFilter) -> ResourcesView:
    """Everything that the page shows."""
    queryset = resources_queryset(actor=actor, filters=filters)
    start = start_of(actor)
    code = code_of(filters.area, start)
    # Rules of programmes are closed to roles that see only their own: they get the resources without the warnings.
    programmes, chosen = _programmes(filters.programme) if actor.kind == "staff" else ((), None)
    listed = catalogue_of(actor.office)
    idle = _idle(actor, chosen, listed, within_code=filters.area)
    marked = frozenset((item.area, item.resource) for item in idle)
    page = page_of(queryset, filters)
    below = [info for info in children(code) if visible(info, actor)]
    facts = _facts(code)
    steps = areas_by_code(lineage(code)) if code else {}
    trail = tuple(
        (format_code(step), label(steps[step]))
        for step in lineage(code)
        if step in steps and level_of(step) >= level_of(start)
    )
    return ResourcesView(
        code=code, name=label(steps[code]) if code in steps else "Indonesia", trail=trail[:-1],
        cells=_cells(below, filters), page=page.having(resource_rows(list(page.rows), marked)), idle=tuple(idle),
        idle_places=places(item.area for item in idle[:50]), programmes=programmes,
        programme=chosen.code if chosen else "", villages=_villages(actor), listed=listed, known=facts[0],
        strong=facts[1], oldest=facts[2], may_record=actor.kind == "staff" and can(actor, PERMISSION),
        may_import=can(actor, "import.run"), as_of=clock.today(),
    )  # fmt: skip


def _facts(code: int) -> tuple[int, int, date | None]:
    """Villages with a word, strong resources, the oldest word."""
    rows = newest().filter(within(format_code(code) if code else "")).order_by()
    found = rows.aggregate(
        known=Count("area", distinct=True), strong=Count("id", filter=Q(strength__gte=STRONG)), oldest=Min("as_of")
    )
    return found["known"], found["strong"], found["oldest"]


def _programmes(wanted: str) -> tuple[tuple[tuple[str, str], ...], Programme | None]:
    """Programmes to measure the classes of, the newest first, and the one chosen."""
    rows = list(Programme.objects.order_by("-year", "code")[:50])
    chosen = next((row for row in rows if row.code == wanted), rows[0] if rows else None)
    return tuple((row.code, row.name) for row in rows), chosen


def _idle(
    actor: Actor, programme: Programme | None, listed: OfficeCatalogue, *, within_code: str
) -> list[IdleResource]:
    if programme is None:
        return []
    classes = list(TrainingClass.objects.filter(programme=programme).order_by("code"))
    max_km = config_of(actor=actor, programme_id=programme.pk).training.max_km
    found = idle_resources(classes, max_km, listed)
    lo, hi = area_range(code_of(within_code, programme.area)) if within_code else area_range(programme.area)
    return [item for item in found if lo <= item.area <= hi]


def _cells(below: list[AreaInfo], filters: ResourceFilter) -> tuple[MapCell, ...]:
    if not below:
        return ()
    level = Level(level_of(below[0].code))
    rows = newest().filter(area__gte=below[0].code, area__lte=area_range(below[-1].code)[1])
    if filters.resource:
        rows = rows.filter(resource=filters.resource)
    found = rows.order_by().annotate(cell=F("area") / WIDTHS[level]).values_list("cell").annotate(
        villages=Count("area", distinct=True), strong=Count("id", filter=Q(strength__gte=STRONG)), top=Max("strength")
    )  # fmt: skip
    figures = {cell * WIDTHS[level]: (villages, strong, top) for cell, villages, strong, top in found}
    points: dict[int, tuple[float | None, float | None]] = {**points_of(below, level)}
    cells = []
    for info in below:
        villages, strong, top = figures.get(info.code, (0, 0, None))
        lat, lon = points.get(info.code, (None, None))
        deeper = level < Level.VILLAGE
        dotted = format_code(info.code)
        cells.append(MapCell(info.code, dotted, label(info), villages, strong, top, lat, lon, deeper))
    return tuple(cells)


def _villages(actor: Actor) -> tuple[tuple[str, str], ...]:
    """Villages that the actor may write for, where they can stand in one list to choose from."""
    if not can(actor, PERMISSION):
        return ()
    found: list[AreaInfo] = []
    waiting = [start_of(actor)]
    while waiting and len(found) + len(waiting) <= MOST_CHOICES:
        info = waiting.pop(0)
        for child in children(info):
            if not visible(child, actor):
                continue
            if child.level == Level.VILLAGE:
                found.append(child)
            else:
                waiting.append(child.code)
    if waiting or len(found) > MOST_CHOICES:
        return ()
    known = places(info.code for info in found)
    return tuple((format_code(info.code), known[info.code]) for info in found)


def office_catalogue(*, actor: Actor) -> OfficeCatalogue:
    """The catalogue in force where the actor works."""
    require(actor, "programme.read")
    return catalogue_of(actor.office)
