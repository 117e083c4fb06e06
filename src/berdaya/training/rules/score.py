"""The score of a person in a class: interest, talent, resources of her village, distance, hours, market, access.

Each component runs from 0 to 1000 and is kept apart for the explanation; the score is their weighted sum in
whole points. What nobody recorded counts as half and is named, never as a silent zero:

- interest: the first kind on her list 1000, the second 667, the third 333, later ones 167, not listed 0; a class of
  several kinds counts by the best of them, a class of every kind is what she wants
- talent: the share of the skills that the class builds on which she has
- resource: the strongest resource that the kind of business lives on in her own village, 3 is 1000;
  a kind that lives on no local resource is not judged by it (half)
- distance: 1000 at the door, falling to 0 at `max_km`; without a limit 1000 / (1 + km / 10)
- hours: 1000 where the class is held when she is free, 0 where it is not
- market: what the market asks of the class's trade, 3 is 1000
- access: the share of what she needs (sign interpreter, childcare, transport, no steps) that the class provides;
  who needs nothing has all of it
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from operator import attrgetter
from typing import Any, TypeVar

import numpy as np

from berdaya.training.types import COMPONENTS, FULL_MARK, Ints, MatchingProblem

INTEREST_MARKS = (1000, 667, 333, 167)
HALF = FULL_MARK // 2
STRONGEST = 3
HALVING_METRES = 10_000

_T = TypeVar("_T", bound=Hashable)


def interest_mark(interests: tuple[str, ...], kinds: tuple[str, ...]) -> int:
    """Mark of a class of these kinds for a person's ordered list; half where the list is empty."""
    if not interests:
        return HALF
    if not kinds:
        return FULL_MARK
    places = [interests.index(kind) for kind in kinds if kind in interests]
    return INTEREST_MARKS[min(*places, len(INTEREST_MARKS) - 1)] if places else 0


def talent_mark(talents: tuple[str, ...], skills: tuple[str, ...]) -> int:
    """Share of the skills that the person has; half where either side names none."""
    if not talents or not skills:
        return HALF
    wanted = set(skills)
    return FULL_MARK * len(wanted & set(talents)) // len(wanted)


def distance_marks(metres: Ints, max_km: float | None) -> Ints:
    """Marks of distances in metres."""
    if max_km is None:
        return (FULL_MARK * HALVING_METRES // (HALVING_METRES + metres)).astype(np.int64)
    limit = max(1, round(max_km * 1000))
    return np.maximum(0, FULL_MARK * (limit - metres) // limit).astype(np.int64)


def hours_mark(free: tuple[str, ...], held: str) -> int:
    """Whether the class is held when the person is free; half where either was not asked."""
    if not free or not held:
        return HALF
    return FULL_MARK if held in free else 0


def market_mark(need: int | None) -> int:
    """What the market asks, 0 to 3; half where nobody looked."""
    return HALF if need is None else FULL_MARK * min(STRONGEST, max(0, need)) // STRONGEST


def access_mark(needs: tuple[str, ...], provides: tuple[str, ...]) -> int:
    """Share of what the person needs that the class provides."""
    return FULL_MARK * len(set(needs) & set(provides)) // len(set(needs)) if needs else FULL_MARK


class _Places(dict[_T, int]):
    """The place of each value among the distinct ones, in the order in which they are asked for."""

    def __missing__(self, value: _T) -> int:
        self[value] = place = len(self)
        return place


def _coded(things: Iterable[object], name: str) -> tuple[list[Any], Ints]:
    """The distinct values of one attribute in the order in which they come, and for each thing the place of its own."""
    places = _Places[Any]()
    codes = np.fromiter(map(places.__getitem__, map(attrgetter(name), things)), dtype=np.int64)
    return list(places), codes


class ScoreTable:
    """Components for any pairs of (trainee, class), looked up in small tables of distinct profiles.

    Thousands of people share a few hundred lists of interests and villages, so each distinct profile is
    judged once against each distinct kind or set of skills.
    """

    def __init__(self, problem: MatchingProblem) -> None:
        self._weights = problem.weights.vector()
        self._max_km = problem.max_km
        people, classes = problem.trainees, problem.classes
        wants, self._want = _coded(people, "interests")
        gifts, self._gift = _coded(people, "talents")
        villages, self._village = _coded(people, "village")
        kinds, self._kind = _coded(classes, "kinds")
        skills, self._skill = _coded(classes, "skills")
        frees, self._free = _coded(people, "hours")
        slots, self._slot = _coded(classes, "hours")
        needs, self._need = _coded(people, "needs")
        offers, self._offer = _coded(classes, "provides")
        around = problem.surroundings
        lives_on = [tuple(r for k in group for r in around.kind_resources.get(k, ())) for group in kinds]
        self._interest = _interests(wants, kinds)
        self._talent = _table([[talent_mark(g, s) for s in skills] for g in gifts])
        self._resource = _resources([around.strengths.get(v) for v in villages], lives_on)
        self._hours = _table([[hours_mark(f, s) for s in slots] for f in frees])
        self._access = _table([[access_mark(n, o) for o in offers] for n in needs])
        self._market = np.fromiter((market_mark(c.market) for c in classes), dtype=np.int64)
        self._people, self._surveyed = people, around.strengths.keys()
        self._local = [bool(r) for r in lives_on]
        self._timed = [bool(c.hours) for c in classes]
        self._asked = [c.market is not None for c in classes]

    def components(self, person: Ints, cls: Ints, metres: Ints) -> Ints:
        """Marks of pairs, shape (pairs, len(COMPONENTS)) in their order."""
        return np.stack(
            [
                self._interest[self._want[person], self._kind[cls]],
                self._talent[self._gift[person], self._skill[cls]],
                self._resource[self._village[person], self._kind[cls]],
                distance_marks(metres, self._max_km),
                self._hours[self._free[person], self._slot[cls]],
                self._market[cls],
                self._access[self._need[person], self._offer[cls]],
            ],
            axis=1,
        )

    def scores(self, person: Ints, cls: Ints, metres: Ints) -> Ints:
        """Scores of pairs in points; computed component by component to keep memory small."""
        interest, talent, resource, distance, hours, market, access = self._weights
        total = self._interest[self._want[person], self._kind[cls]] * interest
        total += self._talent[self._gift[person], self._skill[cls]] * talent
        total += self._resource[self._village[person], self._kind[cls]] * resource
        total += distance_marks(metres, self._max_km) * distance
        if hours:
            total += self._hours[self._free[person], self._slot[cls]] * hours
        if market:
            total += self._market[cls] * market
        if access:
            total += self._access[self._need[person], self._offer[cls]] * access
        return total

    def unknown(self, person: int, cls: int) -> tuple[str, ...]:
        """Components that were taken as half for this person because nothing is recorded."""
        trainee = self._people[person]
        flags = (
            not trainee.interests,
            not trainee.talents,
            trainee.village not in self._surveyed and self._local[int(self._kind[cls])],
            False,
            not trainee.hours or not self._timed[cls],
            not self._asked[cls],
            False,
        )
        return tuple(
            name for name, flag, weight in zip(COMPONENTS, flags, self._weights, strict=True) if flag and weight
        )


def _interests(wants: list[tuple[str, ...]], kinds: list[tuple[str, ...]]) -> Ints:
    """`interest_mark` of every list for every set of kinds: a row is filled only where a wish meets a class."""
    columns: dict[str, list[int]] = {}
    for column, group in enumerate(kinds):
        for kind in group:
            columns.setdefault(kind, []).append(column)
    rows: list[dict[str, list[int]]] = [{} for _ in range(max(map(len, wants), default=0))]
    for row, wishes in enumerate(wants):
        for place, kind in enumerate(wishes):
            if kind in columns:
                rows[place].setdefault(kind, []).append(row)
    table = np.zeros((len(wants), len(kinds)), dtype=np.int64)
    # From the last wish to the first, so that the best of several stays.
    for place in range(len(rows) - 1, -1, -1):
        mark = INTEREST_MARKS[min(place, len(INTEREST_MARKS) - 1)]
        for kind, theirs in rows[place].items():
            table[np.ix_(theirs, columns[kind])] = mark
    table[:, [column for column, group in enumerate(kinds) if not group]] = FULL_MARK
    table[[row for row, wishes in enumerate(wants) if not wishes]] = HALF
    return table


def _resources(strengths: list[Mapping[str, int] | None], lives_on: list[tuple[str, ...]]) -> Ints:
    """Mark of the strongest resource, of every village for every set; half where a village was never surveyed."""
    column = {name: k for k, name in enumerate(dict.fromkeys(r for group in lives_on for r in group))}
    known = _table([[min(STRONGEST, (found or {}).get(r, 0)) for r in column] for found in strengths])
    table = np.full((len(strengths), len(lives_on)), HALF, dtype=np.int64)
    if not strengths:
        return table
    surveyed = np.array([found is not None for found in strengths], dtype=np.bool_)
    for k, group in enumerate(lives_on):
        if group:
            best = known[:, [column[resource] for resource in group]].max(axis=1)
            table[surveyed, k] = FULL_MARK * best[surveyed] // STRONGEST
    return table


def _table(rows: list[list[int]]) -> Ints:
    width = len(rows[0]) if rows else 0
    return np.array(rows, dtype=np.int64).reshape(len(rows), width)
