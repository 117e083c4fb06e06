"""Geometry of the server-made charts: pure numbers in, SVG attributes out (never a style attribute)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Bar:
    """One bar of a sparkline, in the units of its 1000 x 100 box."""

    x: float
    width: float
    y: float
    height: float
    title: str
    observed: bool


@dataclass(frozen=True)
class Spark:
    """Monthly bars from zero; months without a visit stay open, never zero."""

    bars: tuple[Bar, ...]
    first: str
    last: str
    label: str
    peak: str

    @property
    def gaps(self) -> bool:
        """True where some month was not observed."""
        return any(not bar.observed for bar in self.bars)


def spark_bars(values: Sequence[int | None], titles: Sequence[str]) -> tuple[Bar, ...]:
    """Bars for ``values`` (None is an unobserved month), scaled to the largest; all zero gives flat bars."""
    if not values:
        return ()
    top = max((value for value in values if value), default=0)
    step = 1000 / len(values)
    bars = []
    for index, value in enumerate(values):
        observed = value is not None
        height = round(100 * (value or 0) / top, 1) if top else 0.0
        if observed and height < 1.5:
            height = 1.5  # an observed zero must still be seen
        if not observed:
            height = 100.0
        bars.append(
            Bar(
                x=round(index * step + step * 0.12, 1),
                width=round(step * 0.76, 1),
                y=round(100 - height, 1),
                height=height,
                title=titles[index],
                observed=observed,
            )
        )
    return tuple(bars)


@dataclass(frozen=True)
class Place:
    """One area of a map: ``value`` None is "no data", which is not zero."""

    code: int
    name: str
    short: str
    value: float | None
    text: str
    href: str = ""
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True)
class Tile:
    """A place with its cell and its step (0 no data, 1 lowest ... 5 highest)."""

    place: Place
    col: int
    row: int
    step: int
    x: str
    width: str
    y: int

    @property
    def dark(self) -> bool:
        return self.step >= 4


@dataclass(frozen=True)
class TileMap:
    """Areas as a grid of equal tiles in five steps: a village counts as much as a regency, and it prints in grey."""

    title: str
    tiles: tuple[Tile, ...]
    columns: int
    rows: int
    breaks: tuple[str, ...]
    as_of: date
    positioned: bool
    note: str = ""
    unit: str = ""

    @property
    def height(self) -> int:
        return self.rows * TILE_PITCH


TILE_PITCH = 64


def steps(values: Sequence[float]) -> tuple[float, ...]:
    """Upper bounds of five steps, equal counts of areas in each (quintiles); fewer where values repeat."""
    ordered = sorted(set(values))
    if len(ordered) <= 5:
        return tuple(ordered)
    return tuple(ordered[min(len(ordered) - 1, round(len(ordered) * part / 5) - 1)] for part in range(1, 6))


def step_of(value: float | None, bounds: Sequence[float]) -> int:
    """Step 1–5 of ``value``; 0 without data. With fewer than five bounds the darker steps are used."""
    if value is None or not bounds:
        return 0
    index = next((i for i, bound in enumerate(bounds) if value <= bound), len(bounds) - 1)
    return index + 1 + (5 - len(bounds)) // 2


def grid_cells(places: Sequence[Place], columns: int) -> tuple[list[tuple[int, int]], bool]:
    """A cell for each place, and whether positions decided it.

    With positions: rows are filled from the north with equal counts, each row from the west to the east, so that
    neighbours on land are neighbours on the grid. Without: reading order of the codes.
    """
    known = all(place.lat is not None and place.lon is not None for place in places)
    order = list(range(len(places)))
    if not known:
        order.sort(key=lambda i: places[i].code)
        cells = {index: (spot % columns, spot // columns) for spot, index in enumerate(order)}
        return [cells[i] for i in range(len(places))], False
    order.sort(key=lambda i: (-(places[i].lat or 0.0), places[i].lon or 0.0, places[i].code))
    rows = -(-len(places) // columns)
    base, extra = divmod(len(places), rows) if rows else (0, 0)
    cells, start = {}, 0
    for row in range(rows):
        size = base + (1 if row < extra else 0)
        band = sorted(order[start : start + size], key=lambda i: (places[i].lon or 0.0, places[i].code))
        start += size
        shift = (columns - size) // 2
        for spot, index in enumerate(band):
            cells[index] = (spot + shift, row)
    return [cells[i] for i in range(len(places))], True


def tile_map(
    title: str,
    places: Sequence[Place],
    *,
    as_of: date,
    text_of: Sequence[str] | None = None,
    unit: str = "",
    note: str = "",
) -> TileMap:
    """Lay the places out; ``text_of`` overrides how the five bounds read."""
    columns = _columns(len(places))
    cells, positioned = grid_cells(places, columns)
    bounds = steps([place.value for place in places if place.value is not None])
    width = 100 / columns
    tiles = tuple(
        Tile(
            place=place,
            col=col,
            row=row,
            step=step_of(place.value, bounds),
            x=f"{col * width:.3f}%",
            width=f"{width:.3f}%",
            y=row * TILE_PITCH,
        )
        for place, (col, row) in zip(places, cells, strict=True)
    )
    ordered = tuple(sorted(tiles, key=lambda tile: (tile.row, tile.col)))
    return TileMap(
        title=title,
        tiles=ordered,
        columns=columns,
        rows=max((tile.row for tile in tiles), default=-1) + 1,
        breaks=tuple(text_of) if text_of else tuple(f"{bound:g}" for bound in bounds),
        as_of=as_of,
        positioned=positioned,
        note=note,
        unit=unit,
    )


def _columns(count: int) -> int:
    return next((columns for limit, columns in ((4, 2), (6, 3), (12, 4), (20, 5), (36, 6)) if count <= limit), 8)


_KINDS_OF_AREA = frozenset(
    ["kota", "kabupaten", "kab.", "kecamatan", "kec.", "desa", "kel.", "kelurahan", "adm.", "administrasi"]
)


def short_name(name: str) -> str:
    """Three letters that people still recognise: ``Kota Tangerang`` -> ``kTNG``, ``Lebak`` -> ``LBK``."""
    parts = name.replace("-", " ").split()
    words = [word for word in parts if word.lower() not in _KINDS_OF_AREA]
    if not words:
        return name[:3].upper()
    return ("k" if parts[0].lower() == "kota" else "") + _letters(words)


def _letters(words: Sequence[str]) -> str:
    if len(words) >= 3:
        return "".join(word[0] for word in words[:3]).upper()
    if len(words) == 2:
        return (words[0][0] + _consonants(words[1])[:2]).upper()
    return _consonants(words[0])[:3].upper()


def _consonants(word: str) -> str:
    kept = word[0] + "".join(letter for letter in word[1:] if letter.lower() not in "aeiou")
    return kept if len(kept) >= 3 else word
