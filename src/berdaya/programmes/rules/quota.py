"""Quotas and selection: nested areas that all bind, shares of the remainder, who gets a place and who waits.

The quotas form a laminar family: two areas lie one inside the other or apart, a family lies inside one
village. Sets that respect laminar ceilings are a matroid, so taking candidates in rank order whenever every
ceiling around them has room is exact: no other admissible set is larger, and place by place none is ranked
higher (ADR 0007; brute force in ``tests/unit/test_programmes_quota.py``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from berdaya.areas.codes import Level, ancestor, format_code, level_of, lineage
from berdaya.kernel.problems import Problem
from berdaya.programmes.rules.lottery import Entry, draws
from berdaya.programmes.rules.probability import Group, Node, tie_chances
from berdaya.programmes.types import LEVELS, ProgrammeConfig, Quota, RemainderMethod

TOTAL = 0
"""Key of the ceiling over everything; area codes are the other keys."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Places of one area and where they come from."""

    area: int
    places: int
    origin: Literal["total", "named", "remainder"]


@dataclass(frozen=True, slots=True)
class Place:
    """What the selection says of one line of the frozen list; kept for ever.

    ``rank`` is 1 for the best; ``stratum`` is innermost quota area and score, inside which all have the same chance;
    ``probability`` is the chance of a place over all lottery outcomes; ``full`` names the ceiling without room (an
    area code, ``total`` or ``household``) of one who waits; ``quota_area`` is the innermost area with a quota, 0 where
    only the total binds.
    """

    number: int
    ref: str
    rank: int
    selected: bool
    score: int
    draw: str
    stratum: str
    probability: float
    full: str
    quota_area: int


@dataclass(frozen=True, slots=True)
class Selection:
    """Result of one run, places in rank order."""

    places: tuple[Place, ...]
    ceilings: Mapping[int, Ceiling]

    @property
    def selected(self) -> tuple[Place, ...]:
        return tuple(place for place in self.places if place.selected)

    @property
    def waiting(self) -> tuple[Place, ...]:
        return tuple(place for place in self.places if not place.selected)


def ceilings(config: ProgrammeConfig, areas: Iterable[int]) -> dict[int, Ceiling]:
    """Every ceiling of ``config``, as :func:`quota_ceilings`."""
    return quota_ceilings(config.quota, config.programme.area, areas)


def quota_ceilings(quota: Quota, home: int, areas: Iterable[int]) -> dict[int, Ceiling]:
    """Every ceiling of a programme in ``home``; ``areas`` are the codes of the eligible candidates, one for each.

    The remainder is the total less the outermost named quotas; it is shared among the areas of the
    remainder's level that hold eligible candidates outside named quotas, such an area also keeping the
    places named inside it. ``proportional``: to the eligible there (largest remainder, then more eligible,
    then lower code). ``equal``: evenly, what an area cannot use is shared again. ``none``: no ceiling but
    the total.
    """
    result = {TOTAL: Ceiling(TOTAL, quota.total, "total")}
    result |= {code: Ceiling(code, places, "named") for code, places in sorted(quota.areas.items())}
    if quota.remainder.method is RemainderMethod.NONE:
        return result
    level = LEVELS[quota.remainder.level] if quota.remainder.level else _level_below(home)
    outermost = [code for code in quota.areas if not set(lineage(code)[:-1]) & set(quota.areas)]
    rest = max(0, quota.total - sum(quota.areas[code] for code in outermost))
    named = set(quota.areas)
    eligible = Counter(ancestor(area, level) for area in areas if not named & set(lineage(area)))
    share = share_proportional if quota.remainder.method is RemainderMethod.PROPORTIONAL else share_equal
    for code, places in share(rest, eligible).items():
        if code not in named:
            inside = sum(quota.areas[inner] for inner in outermost if code in lineage(inner))
            result[code] = Ceiling(code, places + inside, "remainder")
    return result


def _level_below(area: int) -> Level:
    return Level(min(level_of(area) + 1, Level.VILLAGE))


def share_proportional(places: int, eligible: Mapping[int, int]) -> dict[int, int]:
    """Hamilton's largest remainder: whole parts first, then the largest fractions; sums to ``places``.

    Equal fractions go to the area with more eligible, then to the lower code. No eligible anywhere gives
    nothing.
    """
    everyone = sum(eligible.values())
    if everyone == 0:
        return {}
    exact = {code: Fraction(places * count, everyone) for code, count in eligible.items()}
    result = {code: int(value) for code, value in exact.items()}
    left = places - sum(result.values())
    by_fraction = sorted(exact, key=lambda code: (result[code] - exact[code], -eligible[code], code))
    for code in by_fraction[:left]:
        result[code] += 1
    return dict(sorted(result.items()))


def share_equal(places: int, eligible: Mapping[int, int]) -> dict[int, int]:
    """Even shares, no area above its eligible.

    What it cannot use is shared again, odd places to the lower codes.
    """
    result = dict.fromkeys(sorted(code for code, count in eligible.items() if count), 0)
    left = places
    while left:
        hungry = [code for code in result if result[code] < eligible[code]]
        if not hungry:
            break
        each = max(1, left // len(hungry))
        for code in hungry:
            taken = min(each, eligible[code] - result[code], left)
            result[code] += taken
            left -= taken
    return result


def around(entry: Entry, limits: Mapping[int, Ceiling]) -> tuple[Node, ...]:
    """The ceilings over one entry from the outermost in: total, areas, household."""
    inner: tuple[Node, ...] = (TOTAL, *(code for code in lineage(entry.area) if code in limits))
    return (*inner, f"household:{entry.household}") if entry.household else inner


def select(entries: Sequence[Entry], limits: Mapping[int, Ceiling], seeds: Sequence[str] = ()) -> Selection:
    """Rank by score, then by lottery; give places while every ceiling around has room.

    ``seeds`` are the two opened seeds. Without them equals stand in list order, which is allowed only where
    the order among equals decides nothing: else raises ``lottery_needed``.
    """
    drawn = draws(seeds, (entry.number for entry in entries)) if seeds else {}
    ranked = sorted(entries, key=lambda entry: (-entry.score, drawn.get(entry.number, ""), entry.number))
    chains = {entry.number: around(entry, limits) for entry in ranked}
    chance = _chances(ranked, chains, limits)
    room = _room(limits)
    contested = sum(0 < value < 1 for value in chance.values())
    if contested and not seeds:
        raise Problem("lottery_needed", count=contested)
    places = []
    for rank, entry in enumerate(ranked, start=1):
        chain = chains[entry.number]
        full = next((node for node in chain if room(node) == 0), None)
        if full is None:
            room.take(chain)
        places.append(
            Place(
                number=entry.number,
                ref=entry.ref,
                rank=rank,
                selected=full is None,
                score=entry.score,
                draw=drawn.get(entry.number, ""),
                stratum=_stratum(entry, chain),
                probability=chance[entry.number],
                full="" if full is None else _name(full),
                quota_area=_innermost(chain),
            )
        )
    return Selection(tuple(places), limits)


class _room:  # noqa: N801  (used like a function: room(node))
    """Places left under each ceiling; a household has one."""

    def __init__(self, limits: Mapping[int, Ceiling]) -> None:
        self._left: dict[Node, int] = {code: ceiling.places for code, ceiling in limits.items()}

    def __call__(self, node: Node) -> int:
        return self._left.get(node, 1)

    def take(self, chain: Iterable[Node], count: int = 1) -> None:
        for node in chain:
            self._left[node] = self(node) - count


def _name(node: Node) -> str:
    if isinstance(node, str):
        return "household"
    return "total" if node == TOTAL else format_code(node)


def _stratum(entry: Entry, chain: Sequence[Node]) -> str:
    return f"{_name(_innermost(chain))}@{entry.score}"


def _innermost(chain: Sequence[Node]) -> int:
    return next(node for node in reversed(chain) if isinstance(node, int))


def _chances(
    ranked: Sequence[Entry], chains: Mapping[int, tuple[Node, ...]], limits: Mapping[int, Ceiling]
) -> dict[int, float]:
    """Chance of a place for every entry over all lottery outcomes, one score after the other.

    A ceiling that fills up inside a score may be filled by different people, but nobody of a lower score
    gets under it; where no ceiling above is full the number of places taken is the same in every outcome.
    So each score can be settled on its own with the room that the better ones left.
    """
    result: dict[int, float] = {}
    room, start = _room(limits), 0
    while start < len(ranked):
        stop = start
        while stop < len(ranked) and ranked[stop].score == ranked[start].score:
            stop += 1
        tied = [ranked[index].number for index in range(start, stop)]
        start = stop
        open_ones = [number for number in tied if all(room(node) > 0 for node in chains[number])]
        result |= dict.fromkeys(tied, 0.0)
        groups = Group.of([chains[number] for number in open_ones], room)
        result |= dict(zip(open_ones, tie_chances([chains[number] for number in open_ones], groups), strict=True))
        for node, count in groups.taken().items():
            room.take([node], count)
    return result


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of a decided list as it stands today: its rank, its entry, whether it holds a place."""

    rank: int
    entry: Entry
    holds: bool


def next_waiting(
    lines: Sequence[Waiting], limits: Mapping[int, Ceiling], available: Callable[[Waiting], bool]
) -> Waiting | None:
    """The best-ranked waiting line under whose ceilings there is room now; None where nobody fits.

    The remaining set plus this one is the best admissible set again (exchange property of matroids).
    """
    room = _room(limits)
    for line in lines:
        if line.holds:
            room.take(around(line.entry, limits))
    for line in sorted(lines, key=lambda item: item.rank):
        if available(line) and all(room(node) > 0 for node in around(line.entry, limits)):
            return line
    return None
