"""Reading areas. Official codes and names are open to every role, so these take no actor; call them in a scope.

Names and children are kept in the process: they change only with a new edition (:func:`forget`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from statistics import fmean

from berdaya.areas.codes import InvalidAreaCodeError, Level, ancestor, contains, format_code, lineage, parse_code
from berdaya.areas.models import Area, AreaCode
from berdaya.areas.names import Named, NameIndex, NameMatch, spelling_key
from berdaya.areas.types import AreaInfo, Position, Resolution
from berdaya.kernel.bulk import fetch

_infos: dict[int, AreaInfo] = {}
_children: dict[int, tuple[AreaInfo, ...]] = {}
_indexes: dict[int, NameIndex] = {}
_SHORT = {"desa": "Desa", "kelurahan": "Kel.", "desa_adat": "Desa Adat", "kecamatan": "Kec."}


def forget() -> None:
    """Drop what the process remembers, after a new edition was loaded."""
    _infos.clear()
    _children.clear()
    _indexes.clear()


def areas_by_code(codes: Iterable[int]) -> dict[int, AreaInfo]:
    """The areas of ``codes`` that the list knows."""
    wanted = set(codes)
    missing = [code for code in sorted(wanted) if code not in _infos]
    for start in range(0, len(missing), 5_000):
        for area in Area.objects.filter(code__in=missing[start : start + 5_000]):
            _infos[area.code] = _info(area)
    return {code: _infos[code] for code in sorted(wanted) if code in _infos}


def area(value: str | int) -> AreaInfo | None:
    """The area of a code in any notation; a code of another edition leads to its successor; else None."""
    try:
        code = parse_code(value)
    except InvalidAreaCodeError:
        return None
    found = areas_by_code([code]).get(code)
    return found or _successor(code)


def children(code: int = 0) -> tuple[AreaInfo, ...]:
    """The areas one level below, in the order of codes; the provinces for the nation (0)."""
    if code not in _children:
        rows = Area.objects.filter(parent=code) if code else Area.objects.filter(level=Level.PROVINCE)
        found = tuple(_info(row) for row in rows.order_by("code"))
        if not found:
            return ()
        _children[code] = found
        _infos.update((info.code, info) for info in found)
    return _children[code]


def find(name: str, *, parent: int = 0) -> NameMatch:
    """The child of ``parent`` that ``name`` means, with spelling variants and typing errors."""
    return _index(parent).find(name)


def path(code: int, *, short: bool = False) -> str:
    """``Desa Olean, Kec. Situbondo, Kab. Situbondo, Jawa Timur``; ``short`` leaves the province out."""
    return paths([code], short=short).get(code, format_code(code))


def paths(codes: Iterable[int], *, short: bool = False) -> dict[int, str]:
    """:func:`path` of many codes with one query for all of them."""
    wanted = list(dict.fromkeys(codes))
    known = areas_by_code(step for code in wanted for step in lineage(code))
    written = {}
    for code in wanted:
        steps = [known[step] for step in reversed(lineage(code)) if step in known]
        kept = [info for info in steps if not (short and info.level == Level.PROVINCE and len(steps) > 1)]
        written[code] = ", ".join(label(info) for info in kept) or format_code(code)
    return written


def label(info: AreaInfo) -> str:
    """The name with its kind in front, as letters write it: ``Desa Olean``, ``Kab. Situbondo``, ``Kota Kupang``."""
    if info.level == Level.REGENCY:
        return info.name.replace("Kabupaten ", "Kab. ", 1).replace("Administrasi", "Adm.")
    prefix = _SHORT.get(info.kind)
    return f"{prefix} {info.name}" if prefix else info.name


def resolve(*, code: str = "", village: str = "", district: str = "", regency: str = "", within: int = 0) -> Resolution:
    """What the area cells of one row mean, inside ``within``: by code where there is one, else by names.

    A code wins over names that merely differ in spelling; a code whose village has another name altogether is a flaw,
    for nobody can tell which of the two is right. Village names are looked for in their kecamatan; where that cell
    is empty, in the kabupaten.
    """
    if code.strip():
        return _by_code(code, village, within)
    place, respelled = within, False
    for part, written, level in (("regency", regency, Level.REGENCY), ("district", district, Level.DISTRICT)):
        if _deep_enough(place, level) or not written.strip():
            continue
        match = _find_below(place, written, level)
        if match.code is None:
            flaw = "area.ambiguous" if match.outcome == "ambiguous" else "area.unknown"
            return Resolution(None, flaw, part, choices=match.codes)  # type: ignore[arg-type]
        place, respelled = match.code, respelled or match.outcome == "variant"
    match = _find_below(place, village, Level.VILLAGE)
    if match.code is None:
        flaw = "area.ambiguous" if match.outcome == "ambiguous" else "area.unknown"
        return Resolution(None, flaw, "village", choices=match.codes)  # type: ignore[arg-type]
    return Resolution(match.code, respelled=respelled or match.outcome == "variant")


def positions(codes: Iterable[int], *, fallback: bool = True) -> dict[int, Position]:
    """Points by code; an office's own before a synthetic one. Where a village has none, the mean of the villages
    of its kecamatan stands in, with source ``kecamatan``."""
    wanted = sorted(set(codes))
    districts = sorted({ancestor(code, Level.DISTRICT) for code in wanted}) if fallback else []
    # Not through the ORM, which takes longer to put the question than the database to answer it: phones ask all day.
    spans = [(code, code + 1) for code in wanted] + [(district, district + 10_000) for district in districts]
    rows = fetch(
        """
        SELECT p.area, p.lat, p.lon, p.source FROM unnest(%s::bigint[], %s::bigint[]) AS d(lo, hi)
        JOIN areas_areaposition p ON p.area >= d.lo AND p.area < d.hi ORDER BY p.area, p.source
        """,
        [[lo for lo, _ in spans], [hi for _, hi in spans]],
    )
    found: dict[int, Position] = {}
    around: dict[int, list[Position]] = defaultdict(list)
    for area, lat, lon, source in rows:
        if area not in found or source == "office":
            found[area] = Position(lat, lon, source)
    for code, point in found.items():
        around[ancestor(code, Level.DISTRICT)].append(point)
    result = {}
    for code in wanted:
        near_by = around.get(ancestor(code, Level.DISTRICT), [])
        if code in found:
            result[code] = found[code]
        elif fallback and near_by:
            lat, lon = fmean(point.lat for point in near_by), fmean(point.lon for point in near_by)
            result[code] = Position(round(lat, 6), round(lon, 6), "kecamatan")
    return result


def _info(row: Area) -> AreaInfo:
    return AreaInfo(row.code, row.name, row.level, row.kind, row.parent)


def _index(parent: int) -> NameIndex:
    if parent not in _indexes:
        found = children(parent)
        if not found:
            return NameIndex()
        _indexes[parent] = NameIndex.of(Named(info.code, info.name, info.kind) for info in found)
    return _indexes[parent]


def _find_below(place: int, written: str, level: Level) -> NameMatch:
    """Look among the areas of ``level`` below ``place``, though levels between them may be skipped."""
    if not written.strip():
        return NameMatch("unknown")
    candidates = [place]
    while candidates and not _is_parent_level(candidates[0], level):
        candidates = [info.code for code in candidates for info in children(code)]
    best: list[NameMatch] = []
    for parent in candidates:
        match = _index(parent).find(written)
        if match.outcome != "unknown":
            best.append(match)
    if not best:
        return NameMatch("unknown")
    for outcome, distance in (("exact", 0), ("variant", 0), ("variant", 1), ("variant", 2)):
        same = [match for match in best if match.outcome == outcome and match.distance == distance]
        if len(same) == 1:
            return same[0]
        if same:
            break
    codes = tuple(code for match in best for code in match.codes)
    return NameMatch("ambiguous", codes=codes)


def _is_parent_level(code: int, level: Level) -> bool:
    return len(lineage(code)) == level - 1 if code else level == Level.PROVINCE


def _deep_enough(place: int, level: Level) -> bool:
    return bool(place) and len(lineage(place)) >= level


def _by_code(written: str, village: str, within: int) -> Resolution:
    info = area(written)
    if info is None or info.level != Level.VILLAGE or not contains(within, info.code):
        return Resolution(None, "area.code_unknown", "code")
    if not village.strip() or spelling_key(village) == spelling_key(info.name):
        return Resolution(info.code)
    match = find(village, parent=info.parent or 0)
    if match.code != info.code:
        return Resolution(None, "area.code_and_name_differ", "village", choices=match.codes)
    return Resolution(info.code, respelled=True)


def _successor(code: int) -> AreaInfo | None:
    old = AreaCode.objects.filter(code=code, successor__isnull=False).order_by("-edition").first()
    return areas_by_code([old.successor]).get(old.successor) if old and old.successor else None
