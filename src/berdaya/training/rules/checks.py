"""What is wrong with the inputs of a matching, before anything is solved. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from berdaya.areas.codes import Level, level_of
from berdaya.training.types import ClassOffer, MatchingProblem, Trainee

NAMED = 5
"""Names of so many people stand in one message; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that makes a plan impossible: `code` is a problem of this package."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


def faults(problem: MatchingProblem, name_of: Callable[[UUID], str]) -> list[Fault]:
    """All faults, the classes' first; `name_of` gives the place on the list by which the office knows a trainee."""
    return [
        *_of_classes(problem),
        *_of_people(problem, name_of),
        *_of_sets(problem, name_of),
        *_of_fixed(problem, name_of),
    ]


def _listed(names: list[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" (+{more})" if more > 0 else "")


def _of_classes(problem: MatchingProblem) -> Iterator[Fault]:
    for code, count in sorted(Counter(c.code for c in problem.classes).items()):
        if count > 1:
            yield Fault("training_class_code_twice", {"class_code": code})
    for c in problem.classes:
        if c.seats < 1:
            yield Fault("training_class_no_seats", {"class_code": c.code})


def _of_people(problem: MatchingProblem, name_of: Callable[[UUID], str]) -> Iterator[Fault]:
    homeless = [name_of(t.id) for t in problem.trainees if not t.village or level_of(t.village) < Level.VILLAGE]
    if homeless:
        yield Fault("training_no_village", {"who": _listed(homeless), "count": len(homeless)})


def circle(problem: MatchingProblem) -> list[UUID]:
    """People who follow each other in a circle, in its order; empty where there is none."""
    follows = {t.id: t.follows for t in problem.trainees}
    settled: set[UUID] = set()
    for start in follows:
        way: list[UUID] = []
        here: UUID | None = start
        while here is not None and here in follows and here not in settled:
            if here in way:
                return way[way.index(here) :]
            way.append(here)
            here = follows[here]
        settled.update(way)
    return []


def together(problem: MatchingProblem) -> list[list[Trainee]]:
    """People who sit together, in the order of the list; a circle is read as one set."""
    people = {t.id: t for t in problem.trainees}
    top: dict[UUID, UUID] = {}
    for t in problem.trainees:
        here, seen = t, {t.id}
        while here.follows is not None and here.follows in people and here.follows not in seen:
            here = people[here.follows]
            seen.add(here.id)
        top[t.id] = here.id
    sets: dict[UUID, list[Trainee]] = defaultdict(list)
    for t in problem.trainees:
        sets[top[t.id]].append(t)
    return [members for members in sets.values() if len(members) > 1]


def _of_sets(problem: MatchingProblem, name_of: Callable[[UUID], str]) -> Iterator[Fault]:
    round_ = circle(problem)
    if round_:
        yield Fault("training_together_circle", {"who": _listed([name_of(i) for i in round_])})
        return
    largest = max((c.seats for c in problem.classes), default=0)
    for members in together(problem):
        who = _listed([name_of(t.id) for t in members])
        if len(members) > largest:
            yield Fault("training_together_too_big", {"who": who, "count": len(members), "seats": largest})
        if len({t.fixed for t in members if t.fixed}) > 1:
            yield Fault("training_together_apart", {"who": who})


def _of_fixed(problem: MatchingProblem, name_of: Callable[[UUID], str]) -> Iterator[Fault]:
    classes: dict[UUID, ClassOffer] = {c.id: c for c in problem.classes}
    filled: Counter[UUID] = Counter(t.fixed for t in problem.trainees if t.fixed in classes)
    for key, count in filled.items():
        if count > classes[key].seats:
            yield Fault(
                "training_fixed_too_many",
                {"class_code": classes[key].code, "count": count, "seats": classes[key].seats},
            )
    for t in problem.trainees:
        if t.fixed is None:
            continue
        if t.fixed not in classes:
            yield Fault("training_fixed_gone", {"who": name_of(t.id)})
        elif t.needs_access and not classes[t.fixed].accessible:
            yield Fault("training_fixed_steps", {"who": name_of(t.id), "class_code": classes[t.fixed].code})
        elif t.fixed in t.barred:
            yield Fault("training_fixed_busy", {"who": name_of(t.id), "class_code": classes[t.fixed].code})
