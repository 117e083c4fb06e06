"""The catalogue in force at an office: what ships with the product, with what the office added, changed or retired."""

from __future__ import annotations

import time
from uuid import UUID

from berdaya.enterprises.catalogue import Named
from berdaya.kernel.scope import ALL_OFFICES, current_actor
from berdaya.programmes.models import Programme
from berdaya.training.models import CatalogueEntry
from berdaya.training.shipped import OfficeCatalogue, Part, course_of, kind_of, package_of, shipped


def catalogue_of(office: int | None) -> OfficeCatalogue:
    """The catalogue of one office; roles above the offices see what every office of their area wrote. One query.

    Call inside a scope.
    """
    rows = CatalogueEntry.objects.order_by("office_id", "part", "recorded_at", "id")
    if office is not None and office != ALL_OFFICES:
        rows = rows.filter(office_id=office)
    return merged(list(rows))


def catalogue_for(programme_id: UUID) -> OfficeCatalogue:
    """The catalogue of the office that runs a programme. One query; call inside a scope."""
    office = Programme.objects.filter(pk=programme_id).values("office_id")
    rows = CatalogueEntry.objects.filter(office_id__in=office).order_by("part", "recorded_at", "id")
    return merged(list(rows))


_NAMES_SECONDS = 60.0
_names: dict[tuple[object, ...], tuple[float, dict[tuple[str, str], Named]]] = {}


def forget_names() -> None:
    """Drop the names that this process remembers, after the catalogue was written."""
    _names.clear()


def own_name(part: Part, code: str) -> Named | None:
    """The name of an entry that offices of the scope added; remembered for a minute, for lists that show many.

    Codes keep their meaning, so the worst that memory does is to show an older spelling of a name.
    """
    actor = current_actor()
    if actor is None:
        return None
    key = (actor.office, actor.ranges)
    kept = _names.get(key)
    now = time.monotonic()
    if kept is None or now - kept[0] > _NAMES_SECONDS:
        rows = CatalogueEntry.objects.filter(part__in=[Part.KIND, Part.SKILL, Part.RESOURCE])
        found = {
            (part_, code_): Named(code_, name, str(body.get("en") or name))
            for part_, code_, name, body in rows.values_list("part", "code", "name", "body")
        }
        if len(_names) > 256:
            _names.clear()
        kept = _names[key] = (now, found)
    return kept[1].get((part, code))


def merged(rows: list[CatalogueEntry]) -> OfficeCatalogue:
    """What ships, with these entries over it; new codes follow in the order of the rows."""
    base = shipped()
    if not rows:
        return base
    kinds, skills, resources = dict(base.kinds), dict(base.skills), dict(base.resources)
    courses, packages = dict(base.courses), dict(base.packages)
    for row in rows:
        match Part(row.part):
            case Part.KIND:
                kinds[row.code] = kind_of(row.code, row.name, row.body, retired=row.retired)
            case Part.COURSE:
                courses[row.code] = course_of(row.code, row.name, row.body)
            case Part.PACKAGE:
                packages[row.code] = package_of(row.code, row.name, row.body)
            case Part.SKILL:
                skills[row.code] = Named(row.code, row.name, str(row.body.get("en") or row.name))
            case Part.RESOURCE:
                resources[row.code] = Named(row.code, row.name, str(row.body.get("en") or row.name))
    return OfficeCatalogue(
        kinds, skills, resources, courses, packages,
        own=frozenset((r.part, r.code) for r in rows),
        retired=frozenset((r.part, r.code) for r in rows if r.retired),
    )  # fmt: skip
