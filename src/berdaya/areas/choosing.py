"""Which village somebody means who writes its name, as much of its place as is needed, or its code."""

from __future__ import annotations

import re
from collections.abc import Sequence

from berdaya.areas.codes import InvalidAreaCodeError, Level, ancestor, lineage, parse_code
from berdaya.areas.models import Area
from berdaya.areas.names import spelling_key
from berdaya.areas.selectors import area, areas_by_code, children, find, label, paths
from berdaya.areas.types import AreaInfo

MOST = 500
_KIND = re.compile(r"^\s*(desa adat|desa|kelurahan|kel|kecamatan|kec|kabupaten|kab|kota|provinsi|prov)\b\.?\s+", re.I)


def villages_meant(written: str, *, near: int = 0) -> tuple[AreaInfo, ...]:
    """Villages that the words may mean, the nearest to ``near`` first; none, one, or those to choose from.

    ``35.12.04.2003``, ``Olean``, ``Desa Olean, Kec. Situbondo`` and ``olean, situbondo`` are all understood; where no
    name is spelled so in the whole country, the kabupaten of ``near`` is searched for typing errors.
    """
    try:
        parse_code(written.strip())
    except InvalidAreaCodeError:
        pass
    else:
        known = area(written.strip())
        return (known,) if known is not None and known.level == Level.VILLAGE else ()
    name, *places = [part for part in written.split(",") if part.strip()] or [""]
    found = _named(name) or _misspelt(name, near)
    every = areas_by_code(step for info in found for step in lineage(info.code))
    fitting = [info for info in found if all(_lies_in(info, place, every) for place in places)]
    return tuple(sorted(fitting, key=lambda info: (-_shared(info.code, near), info.code)))


def villages_near(code: int) -> tuple[str, ...]:
    """Villages of the kabupaten of ``code`` as they are offered to choose from: ``Desa Olean, Kec. Situbondo, ...``."""
    regency = ancestor(code, Level.REGENCY)
    codes = [village.code for district in children(regency) for village in children(district.code)]
    return tuple(sorted(paths(codes[:MOST], short=True).values()))


def _named(name: str) -> Sequence[AreaInfo]:
    keys = {spelling_key(name), spelling_key(_KIND.sub("", name))} - {""}
    codes = Area.objects.filter(level=Level.VILLAGE, name_key__in=keys).values_list("code", flat=True)[:MOST]
    return list(areas_by_code(codes).values())


def _misspelt(name: str, near: int) -> Sequence[AreaInfo]:
    plain = _KIND.sub("", name)
    if not near or not spelling_key(plain):
        return []
    districts = children(ancestor(near, Level.REGENCY))
    matches = [find(plain, parent=district.code) for district in districts]
    codes = {code for match in matches for code in (match.codes or (match.code,)) if code}
    return [info for info in areas_by_code(codes).values() if info.level == Level.VILLAGE]


def _lies_in(info: AreaInfo, place: str, every: dict[int, AreaInfo]) -> bool:
    above = [every[step] for step in lineage(info.code) if step in every and step != info.code]
    written = spelling_key(place)
    if any(written in {spelling_key(label(one)), spelling_key(one.name)} for one in above):
        return True
    bare = spelling_key(_KIND.sub("", place))
    # With a kind before it a name means that kind only: Kota Kupang is not Kabupaten Kupang.
    return bare == written and any(bare == spelling_key(_KIND.sub("", one.name)) for one in above)


def _shared(code: int, near: int) -> int:
    return len(set(lineage(code)) & set(lineage(near))) if near else 0
