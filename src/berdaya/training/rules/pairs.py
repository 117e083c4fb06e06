"""Which person can reach which class: great-circle distances, limited before they are computed."""

from __future__ import annotations

import numpy as np

from berdaya.training.types import Floats, Ints

EARTH_METRES = 6_371_008.8
METRES_PER_DEGREE = EARTH_METRES * np.pi / 180
_NEIGHBOURS = tuple((dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1))


def metres_between(lat1: Floats, lon1: Floats, lat2: Floats, lon2: Floats, *, unknown: int | None = None) -> Ints:
    """Great-circle distance in whole metres (haversine on a sphere, error below 0.6 %).

    `unknown` stands where a position is missing (NaN).
    """
    a, b = np.radians(lat1), np.radians(lat2)
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(lon2 - lon1) / 2) ** 2
    exact = 2 * EARTH_METRES * np.arcsin(np.sqrt(half))
    metres: Ints = np.rint(exact if unknown is None else np.nan_to_num(exact, nan=unknown)).astype(np.int64)
    return metres


def spread(starts: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Owner and position of every element of many ranges [start, start + count)."""
    owner = np.repeat(np.arange(len(counts)), counts)
    first = np.repeat(starts - (np.cumsum(counts) - counts), counts)
    return owner.astype(np.int64), (first + np.arange(len(owner))).astype(np.int64)


def _near_cells(here: Floats, there: Floats, max_metres: int) -> tuple[Ints, Ints]:
    """Pairs whose grid cells touch; cells are at least `max_metres` wide, so no pair within it is missed."""
    step_lat = (max_metres + 1) / METRES_PER_DEGREE
    steepest = min(89.0, float(np.abs(np.concatenate([here[:, 0], there[:, 0]])).max()) + step_lat)
    step_lon = step_lat / np.cos(np.radians(steepest))
    row_h, row_t = (np.floor(x[:, 0] / step_lat).astype(np.int64) for x in (here, there))
    col_h, col_t = (np.floor(x[:, 1] / step_lon).astype(np.int64) for x in (here, there))
    width = np.int64(2 * 360 / step_lon + 8)
    key_t = row_t * width + col_t
    order = np.argsort(key_t, kind="stable")
    sorted_keys = key_t[order]
    found: list[tuple[Ints, Ints]] = []
    for dy, dx in _NEIGHBOURS:
        key = (row_h + dy) * width + col_h + dx
        low = np.searchsorted(sorted_keys, key, side="left")
        high = np.searchsorted(sorted_keys, key, side="right")
        owner, position = spread(low.astype(np.int64), (high - low).astype(np.int64))
        found.append((owner, order[position]))
    return np.concatenate([a for a, _ in found]), np.concatenate([b for _, b in found])


def reachable(people: Floats, classes: Floats, max_km: float | None) -> tuple[Ints, Ints, Ints]:
    """Pairs within the limit: person, class, metres; sorted by person, then class.

    `people` and `classes` have shape (n, 2) in degrees; rows with NaN reach nothing. People of one village
    share a position, so distances are computed once per distinct position.
    """
    known = np.flatnonzero(~np.isnan(people).any(axis=1))
    open_ = np.flatnonzero(~np.isnan(classes).any(axis=1))
    if not len(known) or not len(open_):
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty.copy(), empty.copy()
    spots, spot_of = np.unique(people[known], axis=0, return_inverse=True)
    there = classes[open_]
    if max_km is None:
        a = np.repeat(np.arange(len(spots)), len(there))
        b = np.tile(np.arange(len(there)), len(spots))
    else:
        a, b = _near_cells(spots, there, round(max_km * 1000))
    metres = metres_between(spots[a, 0], spots[a, 1], there[b, 0], there[b, 1])
    if max_km is not None:
        within = metres <= round(max_km * 1000)
        a, b, metres = a[within], b[within], metres[within]
    order = np.lexsort((b, a))
    a, b, metres = a[order], b[order], metres[order]
    starts = np.searchsorted(a, np.arange(len(spots)), side="left")
    counts = np.searchsorted(a, np.arange(len(spots)), side="right") - starts
    spot = spot_of.reshape(-1)
    owner, position = spread(starts[spot].astype(np.int64), counts[spot].astype(np.int64))
    return known[owner].astype(np.int64), open_[b[position]].astype(np.int64), metres[position]
