"""What a matching reads from the database: who attends, which classes there are, what the places have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from berdaya.areas import selectors as areas
from berdaya.areas.types import Position
from berdaya.enterprises.catalogue import catalogue
from berdaya.groups.models import Membership, Officer
from berdaya.people.models import Person, PersonPrivate
from berdaya.programmes.models import Candidate
from berdaya.programmes.states import CandidateState
from berdaya.programmes.types import ProgrammeConfig
from berdaya.training.models import TrainingClass, VillageResource
from berdaya.training.types import ClassOffer, MatchingProblem, ScoreWeights, Surroundings, Trainee

FEMALE = "P"
ORDINARY = "anggota"
MEMBERS_MAX = 1_000
"""Numbers of members stay below this, so that list and member number make one order."""


@dataclass(frozen=True, slots=True)
class Attendee:
    """One person to be placed and the candidate she comes from; `area` is the candidate's, which owns the row."""

    candidate_id: UUID
    person_id: UUID
    household_id: UUID
    area: int
    number: int
    interests: tuple[str, ...]
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inputs:
    """A matching problem and the attendees by trainee id (the person's)."""

    problem: MatchingProblem
    attendees: Mapping[UUID, Attendee]


def gather(programme_id: UUID, config: ProgrammeConfig) -> Inputs:
    """All inputs of one programme, in a fixed number of queries."""
    attendees = {a.person_id: a for a in _attendees(programme_id, config)}
    people = {
        pk: (area, sex == FEMALE)
        for pk, area, sex in Person.objects.filter(pk__in=list(attendees)).values_list("id", "area", "sex")
    }
    disabled = set(
        PersonPrivate.objects.filter(person__in=list(attendees), disability=True).values_list("person_id", flat=True)
    )
    spots = areas.positions({area for area, _ in people.values()})
    rule = config.training
    reserved = {name: share for name, share in rule.reserved.model_dump().items() if share}
    problem = MatchingProblem(
        trainees=tuple(
            _trainee(a, *people[a.person_id], a.person_id in disabled, spots)
            for a in attendees.values()
            if a.person_id in people
        ),
        classes=tuple(_offer(c) for c in TrainingClass.objects.filter(programme=programme_id).order_by("code")),
        weights=ScoreWeights.of(rule.weights.model_dump()),
        surroundings=Surroundings(
            strengths=strengths({area for area, _ in people.values()}),
            kind_resources={code: kind.resources for code, kind in catalogue().kinds.items()},
        ),
        max_km=rule.max_km,
        reserved=reserved,
    )
    return Inputs(problem, attendees)


def _trainee(a: Attendee, area: int, woman: bool, disabled: bool, spots: Mapping[int, Position]) -> Trainee:
    spot = spots.get(area)
    return Trainee(
        id=a.person_id,
        number=a.number,
        village=area,
        latitude=spot.lat if spot else None,
        longitude=spot.lon if spot else None,
        interests=a.interests,
        talents=a.skills,
        # No list tells which disability: nobody who has one is sent to a place that she might not be able to enter.
        needs_access=disabled,
        woman=woman,
        disability=disabled,
    )


def _offer(c: TrainingClass) -> ClassOffer:
    kinds = tuple(c.kinds)
    skills = (c.skill,) if c.skill else tuple(s for k in kinds[:1] for s in catalogue().kinds[k].skills)
    return ClassOffer(
        id=c.pk,
        code=c.code,
        kinds=kinds,
        village=c.area,
        seats=c.seats,
        skills=skills,
        minimum=c.minimum,
        latitude=c.lat,
        longitude=c.lon,
        accessible=c.wheelchair,
    )


def strengths(villages: Iterable[int]) -> dict[int, dict[str, int]]:
    """The latest strength of each resource by village; villages that nobody surveyed are missing."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = VillageResource.objects.filter(area__in=list(villages)).order_by("as_of", "recorded_at")
    for area, resource, strength in rows.values_list("area", "resource", "strength"):
        found[area][resource] = strength
    return dict(found)


def _attendees(programme_id: UUID, config: ProgrammeConfig) -> Iterator[Attendee]:
    candidates = Candidate.objects.filter(programme=programme_id, state=CandidateState.DECREED.value)
    columns = ("id", "list_no", "area", "household_id", "person_id", "interests", "skills", "kind")
    for pk, number, area, household, person, interests, skills, kind in candidates.filter(
        household__isnull=False, person__isnull=False
    ).values_list(*columns):
        wanted = tuple(interests) or ((kind,) if kind else ())
        yield Attendee(pk, person, household, area, number * MEMBERS_MAX, wanted, tuple(skills))
    groups = {
        group: (pk, number, area, (kind or group_kind,) if kind or group_kind else ())
        for pk, number, area, group, kind, group_kind in candidates.filter(group__isnull=False).values_list(
            "id", "list_no", "area", "group_id", "kind", "group__kind"
        )
    }
    sent = set(config.training.per_group)
    held = dict(Officer.objects.filter(group__in=list(groups), until=None).values_list("membership_id", "position"))
    members = Membership.objects.filter(group__in=list(groups), left_on=None)
    for pk, group, number, person, household in members.values_list(
        "id", "group_id", "number", "person_id", "household_id"
    ):
        if sent and held.get(pk, ORDINARY) not in sent:
            continue
        candidate, place, area, interests = groups[group]
        yield Attendee(candidate, person, household, area, place * MEMBERS_MAX + number, interests, ())
