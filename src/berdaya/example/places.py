"""Real areas with synthetic positions: which villages a programme works in, and about where they lie."""

from __future__ import annotations

import math
import tomllib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from berdaya.areas.codes import Level, ancestor, format_code
from berdaya.areas.names import spelling_key
from berdaya.areas.source import AreaLine, read_reference
from berdaya.example.seeds import stream

KM_PER_DEGREE = 111.2
_GOLDEN = math.pi * (3 - math.sqrt(5))


@dataclass(frozen=True)
class Village:
    """A desa or kelurahan with the names above it and a synthetic position (degrees)."""

    code: int
    name: str
    district: int
    district_name: str
    regency: int
    regency_name: str
    lat: float
    lon: float

    @property
    def dotted(self) -> str:
        return format_code(self.code)


class Places:
    """The reference list as a tree, with positions for the areas of the examples."""

    def __init__(self, lines: Sequence[AreaLine]) -> None:
        self.names = {line.code: line.name for line in lines}
        self._children: dict[int, list[int]] = defaultdict(list)
        for line in lines:
            if line.parent is not None:
                self._children[line.parent].append(line.code)
        self._villages_by_key: dict[int, Counter[str]] = {}
        raw = tomllib.loads(files("berdaya.example").joinpath("data/centroids.toml").read_text("utf-8"))
        self._centres = {int(code.replace(".", "").ljust(10, "0")): tuple(at) for code, at in raw.items()}

    def children(self, code: int) -> list[int]:
        """Codes one level below, in order."""
        return self._children[code]

    def districts(self, regency: int, count: int | None = None) -> list[int]:
        """All kecamatan of a kabupaten or kota, or ``count`` of them spread over the list."""
        every = self.children(regency)
        if count is None or count >= len(every):
            return every
        return [every[place * len(every) // count] for place in range(count)]

    def villages(self, district: int, limit: int | None = None) -> list[Village]:
        """Villages of a kecamatan with positions; at most ``limit``."""
        codes = self.children(district)[:limit]
        lat, lon, radius = self.centre(district)
        regency = ancestor(district, Level.REGENCY)
        found = []
        for place, code in enumerate(codes):
            rng = stream(0, "village", code)
            distance = radius * math.sqrt((place + 0.5) / len(codes)) * rng.uniform(0.8, 1.0)
            north, east = _offset(distance, place * _GOLDEN + rng.uniform(0, 0.4), lat)
            found.append(
                Village(
                    code=code,
                    name=self.names[code],
                    district=district,
                    district_name=self.names[district],
                    regency=regency,
                    regency_name=self.names[regency],
                    lat=round(lat + north, 5),
                    lon=round(lon + east, 5),
                )
            )
        return found

    def unmistakable(self, village: Village) -> bool:
        """True where no other village of the kabupaten or kota has a name that could be meant by this one."""
        if village.regency not in self._villages_by_key:
            codes = [code for district in self.children(village.regency) for code in self.children(district)]
            self._villages_by_key[village.regency] = Counter(spelling_key(self.names[code]) for code in codes)
        return self._villages_by_key[village.regency][spelling_key(village.name)] == 1

    def centre(self, district: int) -> tuple[float, float, float]:
        """Latitude, longitude and radius (km) of a kecamatan."""
        own = self._centres.get(district)
        if own:
            return own[0], own[1], own[2]
        regency = ancestor(district, Level.REGENCY)
        lat, lon, radius = self._centres[regency]
        siblings = self.children(regency)
        place = siblings.index(district)
        distance = radius * math.sqrt((place + 0.5) / len(siblings))
        north, east = _offset(distance, place * _GOLDEN, lat)
        return lat + north, lon + east, max(1.5, radius / math.sqrt(len(siblings)) * 0.6)


def _offset(distance_km: float, angle: float, lat: float) -> tuple[float, float]:
    north = distance_km * math.sin(angle) / KM_PER_DEGREE
    east = distance_km * math.cos(angle) / (KM_PER_DEGREE * math.cos(math.radians(lat)))
    return north, east


@lru_cache(maxsize=1)
def places() -> Places:
    """The places of the installed reference list."""
    return Places(read_reference())
