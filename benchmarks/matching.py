"""Seats for people: ours against first come, first served, and against HiGHS (scipy) on the same pairs.

Ours proves its answer, breaks ties by the list and prices every seat within the time measured. The peers start from
our pairs and scores, so that only the assignment is compared. `value` is people placed a second; `objective` and
`bound` are in points (see `training.types.Matching`); `first_wish` is how many sit in a class of the first kind on
their own list, `first_choice` how many in the class that scores highest for them. First come, first served is what an
office does by hand: down the list, each gets the nearest class of her first wish that has a seat, else of the next.
The second row of a size opens classes within a budget, keeps reserved shares and seats families' companions together.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

import numpy as np

from benchmarks.harness import Row, Timing, in_turn
from berdaya.enterprises.catalogue import catalogue
from berdaya.training.rules.matching import match
from berdaya.training.rules.solving import Instance
from berdaya.training.types import (
    FULL_MARK,
    SLOTS,
    ClassOffer,
    Ints,
    Matching,
    MatchingProblem,
    ScoreWeights,
    Surroundings,
    Trainee,
)

DATABASE = False
SIZES = {2_500: 120, 100_000: 4_000, 1_000_000: 40_000}
HIGHS_MAX = 10_000
"""Beyond this many people HiGHS is left out."""
HIGHS_LEFT_OUT = f"more than {HIGHS_MAX:,} people: millions of columns take it many minutes and most of the memory"
ARRANGED_MAX = 2_500
"""Up to this many people the whole problem (opening, budget, reserves, companions) is solved beside the pure flow."""
ONCE = 500_000
"""From this many people on, one run has to do."""
CROWD = 100_000
"""People for which the map below is made; more of them spread over more of it, as dense as these."""
DISABILITY = 0.06
"""Share of the invented people who have one: a little above the reserve, so that it binds and can be met."""
RESERVED = {"women": 0.5, "disability": 0.05}
"""The shares of seats that the design names."""
WISHES = FULL_MARK
"""The mark of a class of the first kind on a person's list."""
SOUTH, NORTH, WEST, EAST = -7.6, -6.2, 105.2, 108.5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument(
        "--people", type=_sizes, default=(2_500, 100_000), help="sizes, such as 2500,100000,1000000 (the first two)"
    )
    parser.add_argument("--reserve", action="store_true", help="with reserved shares for women and disability")


def _sizes(text: str) -> tuple[int, ...]:
    sizes = tuple(int(part) for part in text.replace("_", "").split(","))
    if min(sizes) < 10:
        raise argparse.ArgumentTypeError("ten people at least")
    return sizes


def classes_for(people: int) -> int:
    """How many classes stand against so many people."""
    return SIZES.get(people) or max(2, people // 25)


def problem(people: int, classes: int, *, reserve: bool, seed: int = 2026) -> MatchingProblem:
    """Invented people and classes spread over western Java; about as many seats as people."""
    draw = random.Random(seed)
    known = catalogue()
    kinds, resources = list(known.kinds.values()), list(known.resources)
    wide = max(1.0, (people / CROWD) ** 0.5)
    villages = {
        3600000000 + n: (
            NORTH - draw.uniform(0, NORTH - SOUTH) * wide,
            WEST + draw.uniform(0, EAST - WEST) * wide,
        )
        for n in range(max(60, people // 40))
    }
    codes = list(villages)

    def trainee(number: int) -> Trainee:
        village = draw.choice(codes)
        wishes = draw.sample(kinds, draw.randint(1, 3))
        disabled = draw.random() < DISABILITY
        return Trainee(
            id=UUID(int=number),
            number=number,
            village=village,
            latitude=villages[village][0],
            longitude=villages[village][1],
            interests=tuple(k.code for k in wishes),
            talents=draw.choice(wishes).skills[:1],
            needs_access=disabled,
            woman=draw.random() < 0.62,
            disability=disabled,
        )

    def offer(number: int) -> ClassOffer:
        village, kind = draw.choice(codes), draw.choice(kinds)
        mean = people / classes
        return ClassOffer(
            id=UUID(int=number),
            code=f"K{number:05d}",
            kinds=(kind.code,),
            village=village,
            seats=draw.randint(max(1, int(mean * 0.5)), int(mean * 1.5)),
            skills=kind.skills[:1],
            latitude=villages[village][0],
            longitude=villages[village][1],
            accessible=draw.random() < 0.6,
        )

    return MatchingProblem(
        trainees=tuple(trainee(n) for n in range(people)),
        classes=tuple(offer(n) for n in range(classes)),
        weights=ScoreWeights.of({"interest": 4, "talent": 3, "resource": 3, "distance": 1}),
        surroundings=Surroundings(
            strengths={v: {r: draw.randint(0, 3) for r in resources} for v in codes},
            kind_resources={k.code: k.resources for k in kinds},
        ),
        max_km=15,
        reserved=RESERVED if reserve else {},
    )


def arranged(people: int, classes: int, seed: int = 2026) -> MatchingProblem:
    """The same people with all that makes it no flow: minimums, a budget, reserves, companions, a few fixed seats."""
    plain, draw = problem(people, classes, reserve=True, seed=seed), random.Random(seed + 1)
    offers = [
        replace(c, minimum=max(2, c.seats // 2), cost=draw.randint(4, 12) * 1_000_000, hours=draw.choice(SLOTS))
        for c in plain.classes
    ]
    trainees = list(plain.trainees)
    for i in range(1, len(trainees)):
        if draw.random() < 0.02:
            ahead = draw.randrange(i)
            trainees[i] = replace(trainees[i], follows=trainees[ahead].id, village=trainees[ahead].village,
                                  latitude=trainees[ahead].latitude, longitude=trainees[ahead].longitude)  # fmt: skip
    budget = sum(c.cost for c in offers) * 3 // 4
    return replace(plain, trainees=tuple(trainees), classes=tuple(offers), budget=budget)


def served_first(pairs: Instance) -> Ints:
    """First come, first served: down the list each takes the nearest class of her first wish with a seat, and so on.

    Answers the class of each person, -1 for none.
    """
    left = pairs.seats.copy()
    wish = WISHES - pairs.table.components(pairs.person, pairs.cls, pairs.metres)[:, 0]
    order = np.lexsort((pairs.cls, pairs.metres, wish, pairs.person))
    seat = np.full(pairs.people, -1, dtype=np.int64)
    for who, where in zip(pairs.person[order].tolist(), pairs.cls[order].tolist(), strict=True):
        if seat[who] < 0 and left[where] > 0:
            left[where] -= 1
            seat[who] = where
    return seat


def highs(pairs: Instance) -> Ints:
    """The same assignment as a linear programme: seats and people as rows, pairs as columns."""
    from scipy.optimize import linprog  # noqa: PLC0415 - the peer is installed for benchmarks only
    from scipy.sparse import coo_array  # noqa: PLC0415

    count = len(pairs.person)
    columns = np.concatenate([np.arange(count), np.arange(count)])
    rows = np.concatenate([pairs.person, pairs.people + pairs.cls])
    matrix = coo_array((np.ones(2 * count), (rows, columns)), shape=(pairs.people + pairs.classes, count)).tocsr()
    limits = np.concatenate([np.ones(pairs.people), pairs.seats])
    # Placing somebody is worth more than any chain of moves could cost, as in our own objective.
    value = pairs.score + pairs.problem.weights.best * (pairs.classes + 2)
    solved = linprog(-value.astype(np.float64), A_ub=matrix, b_ub=limits, bounds=(0, 1), method="highs-ds")
    seat = np.full(pairs.people, -1, dtype=np.int64)
    chosen = np.flatnonzero(solved.x > 0.5)
    seat[pairs.person[chosen]] = pairs.cls[chosen]
    return seat


def _worth(pairs: Instance, seat: Ints) -> dict[str, Any]:
    """What an assignment is worth, in one way for all contenders."""
    own = np.flatnonzero(seat[pairs.person] == pairs.cls)
    best = np.full(pairs.people, -1, dtype=np.int64)
    np.maximum.at(best, pairs.person, pairs.score)
    placed, total, given = len(own), int(pairs.score[own].sum()), pairs.problem
    liked = pairs.table.components(pairs.person[own], pairs.cls[own], pairs.metres[own])[:, 0] == WISHES
    cost = given.weights.best * placed - total + pairs.penalties.unplaced * (pairs.people - placed)
    return {
        "placed": placed, "total_score": total, "objective": int(cost),
        "score_share": round(total / (given.weights.best * placed), 4) if placed else 0.0,
        "first_wish": int(liked.sum()), "first_choice": int((pairs.score[own] == best[pairs.person[own]]).sum()),
    }  # fmt: skip


def _row(name: str, timing: Timing, size: int, worth: dict[str, Any], **extra: Any) -> Row:
    return Row(
        name=name,
        size=size,
        seconds=timing.seconds,
        value=worth["placed"] / timing.seconds,
        unit="people placed/s",
        peak_mb=timing.peak_mb,
        extra={**worth, **extra},
    )


def _compare(size: int, options: argparse.Namespace) -> list[Row]:
    classes = classes_for(size)
    given = problem(size, classes, reserve=options.reserve)
    pairs = Instance(given)
    contenders: dict[str, Callable[[], object]] = {"ours": lambda: match(given)}
    left_out = {"HiGHS left out": HIGHS_LEFT_OUT} if options.peers else {}
    if options.peers:
        contenders["first come, first served"] = lambda: served_first(pairs)
        if size <= HIGHS_MAX:
            contenders["HiGHS (scipy)"] = lambda: highs(pairs)
            left_out = {}
    timings = in_turn(contenders, runs=1 if size >= ONCE else options.runs)
    ours = timings.pop("ours")
    solved = ours.result
    assert isinstance(solved, Matching)
    worth = _worth(pairs, solved.placement) | {"objective": solved.objective}
    first = _row(
        "matching, proved", ours, size, worth, bound=solved.bound, gap=solved.gap, method=solved.method,
        pairs=len(pairs.person), classes=classes, first_choice_share=round(solved.first_choice_share, 4), **left_out,
    )  # fmt: skip
    rows = [first]
    for name, timing in timings.items():
        theirs = _worth(pairs, cast("Ints", timing.result))
        rows.append(_row(name, timing, size, theirs))
        first.extra[f"more placed than {name}"] = worth["placed"] - theirs["placed"]
        first.extra[f"more first wishes than {name}"] = worth["first_wish"] - theirs["first_wish"]
        first.extra[f"more first choices than {name}"] = worth["first_choice"] - theirs["first_choice"]
        if name.startswith("HiGHS"):
            first.extra["same objective as HiGHS"] = theirs["objective"] == solved.objective
        if first.peer is None or name.startswith("HiGHS"):
            first.peer, first.peer_value = name, theirs["placed"] / timing.seconds
    if size <= ARRANGED_MAX:
        rows.append(_arranged(size, classes, options))
    return rows


def _arranged(size: int, classes: int, options: argparse.Namespace) -> Row:
    """The whole problem; its bound holds over all ways to open classes and to seat companions."""
    given = arranged(size, classes)
    timing = in_turn({"ours": lambda: match(given)}, runs=options.runs)["ours"]
    solved = timing.result
    assert isinstance(solved, Matching)
    return _row(
        "class opening, budget, reserves, companions", timing, size,
        _worth(Instance(given), solved.placement) | {"objective": solved.objective},
        bound=solved.bound, gap=solved.gap, score_gap=solved.score_gap, method=solved.method, classes=classes,
        held=int((solved.fill > 0).sum()), companions=sum(t.follows is not None for t in given.trainees),
        first_choice_share=round(solved.first_choice_share, 4),
    )  # fmt: skip


def told(row: Row) -> str:
    """What was proved and gained, in one line: the table has no room for it."""
    facts = row.extra
    words = [
        f"{row.name}, {row.size:,} people: objective {facts['objective']:,}, bound {facts['bound']:,}",
        f"gap {facts['gap']:.3%}",
        f"of the score {facts['score_gap']:.3%}" if "score_gap" in facts else "",
        f"{facts['first_choice']:,} first choices",
    ]
    gain = facts.get("more first choices than first come, first served")
    words.append("" if gain is None else f"{gain:+,} against first come, first served")
    same = facts.get("same objective as HiGHS")
    words.append("" if same is None else f"HiGHS: {'the same' if same else 'ANOTHER'} objective")
    words.append(f"HiGHS left out, {facts['HiGHS left out']}" if "HiGHS left out" in facts else "")
    return "; ".join([*filter(None, words), f"by {facts['method']}"])


def run(options: argparse.Namespace) -> list[Row]:
    """Every size asked for, in order."""
    rows: list[Row] = []
    for size in options.people:
        rows += _compare(size, options)
        for row in rows:
            if row.size == size and "gap" in row.extra:
                print(told(row), flush=True)
    return rows
