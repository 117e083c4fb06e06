"""Rough prices of seats, before anything is solved: classes that are wanted too much become dearer, and so on.

Walras's groping (tâtonnement): everybody asks for the seat that is cheapest to her at the prices called out, then each
price moves by how far demand and seats lie apart. A few rounds come near enough to the prices that clear the classes
to tell which pairs the solver needs to see. Nothing is decided here: whatever is missing is found by `solving`.
"""

from __future__ import annotations

import itertools

import numpy as np

from berdaya.training.types import Ints

ROUNDS = 20
STEP_SHARE = 4
"""The first step is a perfect score by this."""
DECAY = (9, 10)
"""Each step by the one before it."""
CROWDED = 2
"""Beyond this multiple of its seats more demand makes a class no dearer in one round."""
AT_ONCE = 2_000_000
"""Pairs looked at together: few enough to stay in the caches."""


def rough_prices(person: Ints, cls: Ints, cost: Ints, seats: Ints, *, best: int, unplaced: int) -> Ints:
    """A price in points for a seat in each class; pairs are sorted by person, `unplaced` is the dearest anybody pays.

    `best` is a perfect score. Whole numbers throughout, so that any machine answers the same.
    """
    price = np.zeros(len(seats), dtype=np.int64)
    if not len(person):
        return price
    first = np.flatnonzero(np.concatenate([[True], person[1:] != person[:-1]]))
    cuts = _cuts(first, len(person))
    step = best // STEP_SHARE
    room = np.maximum(1, seats)
    for _ in range(ROUNDS):
        demand = np.zeros(len(seats), dtype=np.int64)
        for low, high in cuts:
            pairs = slice(int(first[low]), int(first[high]) if high < len(first) else len(person))
            demand += _asked(first[low:high] - pairs.start, cls[pairs], cost[pairs], price, unplaced)
        price += step * np.clip(demand - seats, -room, CROWDED * room) // room
        np.clip(price, 0, unplaced, out=price)
        step = step * DECAY[0] // DECAY[1]
    return price


def _cuts(first: Ints, pairs: int) -> list[tuple[int, int]]:
    """Ranges of people whose pairs are looked at together."""
    marks = np.searchsorted(first, np.arange(0, pairs, AT_ONCE), side="left").tolist()
    bounds = sorted({*marks, len(first)})
    return list(itertools.pairwise(bounds))


def _asked(first: Ints, cls: Ints, cost: Ints, price: Ints, unplaced: int) -> Ints:
    """How many of these people ask for each class; who finds all too dear asks for none."""
    total = cost + price[cls]
    least = np.minimum.reduceat(total, first)
    least[least >= unplaced] = -1
    own = np.repeat(least, np.diff(np.append(first, len(cls))))
    return np.bincount(cls[total == own], minlength=len(price)).astype(np.int64)
