"""Seats for people: ours against first come, first served, and against HiGHS on the same pairs (scipy).

Ours proves its answer, breaks ties by the list and prices every seat within the time measured. The peers start from
our pairs and scores, so that only the assignment is compared. `value` is people placed a second; `objective` and
`bound` are in points (see `training.types.Matching`), `placed` and `score_share` say what the answer is worth.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import numpy as np

from benchmarks.harness import Row, Timing, in_turn
from berdaya.enterprises.catalogue import catalogue
from berdaya.training.rules.matching import match
from berdaya.training.rules.solving import Instance
from berdaya.training.types import (
    ClassOffer,
    Ints,
    Matching,
    MatchingProblem,
    ScoreWeights,
    Surroundings,
    Trainee,
)

DATABASE = False
SIZES = {2_500: 120, 100_000: 4_000}
HIGHS_MAX = 10_000
"""Beyond this many people HiGHS is left out: it would take minutes where ours takes seconds."""
SOUTH, NORTH, WEST, EAST = -7.6, -6.2, 105.2, 108.5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--people", type=int, choices=sorted(SIZES), help="one size instead of all")
    parser.add_argument("--reserve", action="store_true", help="with reserved shares for women and disability")


def problem(people: int, classes: int, *, reserve: bool, seed: int = 2026) -> MatchingProblem:
    """Invented people and classes spread over western Java; about as many seats as people."""
    draw = random.Random(seed)
    known = catalogue()
    kinds, resources = list(known.kinds.values()), list(known.resources)
    villages = {
        3600000000 + n: (draw.uniform(SOUTH, NORTH), draw.uniform(WEST, EAST)) for n in range(max(60, people // 40))
    }
    codes = list(villages)

    def trainee(number: int) -> Trainee:
        village = draw.choice(codes)
        wishes = draw.sample(kinds, draw.randint(1, 3))
        disabled = draw.random() < 0.03
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
        reserved={"women": 0.5, "disability": 0.05} if reserve else {},
    )


def served_first(pairs: Instance) -> tuple[int, int]:
    """First come, first served: in the order of the list each takes the best class that has a seat left."""
    left = pairs.seats.copy()
    order = np.lexsort((pairs.cls, -pairs.score, pairs.person))
    person, cls, score = pairs.person[order].tolist(), pairs.cls[order].tolist(), pairs.score[order].tolist()
    placed = total = 0
    last = -1
    for who, where, points in zip(person, cls, score, strict=True):
        if who != last and left[where] > 0:
            left[where] -= 1
            last, placed, total = who, placed + 1, total + points
    return placed, total


def highs(pairs: Instance) -> tuple[int, int]:
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
    chosen: Ints = np.flatnonzero(solved.x > 0.5)
    return len(chosen), int(pairs.score[chosen].sum())


def _row(name: str, timing: Timing, answer: tuple[int, int], given: MatchingProblem, **extra: Any) -> Row:
    (placed, total), best = answer, given.weights.best
    share = total / (best * placed) if placed else 0.0
    return Row(
        name=name,
        size=len(given.trainees),
        seconds=timing.seconds,
        value=placed / timing.seconds,
        unit="people placed/s",
        peak_mb=timing.peak_mb,
        extra={"placed": placed, "total_score": total, "score_share": round(share, 4), **extra},
    )


def _compare(size: int, options: argparse.Namespace) -> list[Row]:
    given = problem(size, SIZES[size], reserve=options.reserve)
    pairs = Instance(given)
    contenders: dict[str, Callable[[], object]] = {"ours": lambda: match(given)}
    if options.peers:
        contenders["first come, first served"] = lambda: served_first(pairs)
        if size <= HIGHS_MAX:
            contenders["HiGHS (scipy)"] = lambda: highs(pairs)
    timings = in_turn(contenders, runs=options.runs)
    ours = timings["ours"].result
    assert isinstance(ours, Matching)
    rows = [
        _row(
            "matching, proved", timings["ours"], (ours.placed, ours.total_score), given,
            objective=ours.objective, bound=ours.bound, gap=ours.gap, method=ours.method, pairs=len(pairs.person),
            classes=SIZES[size], first_choice_share=round(ours.first_choice_share, 4),
        )
    ]  # fmt: skip
    for name, timing in timings.items():
        if name == "ours":
            continue
        answer: tuple[int, int] = timing.result  # type: ignore[assignment]
        rows.append(_row(name, timing, answer, given))
        rows[0].extra[f"more placed than {name}"] = ours.placed - answer[0]
    peer = timings.get("HiGHS (scipy)") or timings.get("first come, first served")
    if peer:
        rows[0].peer = "HiGHS (scipy)" if "HiGHS (scipy)" in timings else "first come, first served"
        rows[0].peer_value = peer.result[0] / peer.seconds  # type: ignore[index]
    return rows


def run(options: argparse.Namespace) -> list[Row]:
    """Both sizes, or the one asked for."""
    sizes = [options.people] if options.people else sorted(SIZES)
    return [row for size in sizes for row in _compare(size, options)]
