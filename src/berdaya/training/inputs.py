"""What a matching reads from the database: who attends, which classes there are, what the places have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from berdaya.areas import selectors as areas
from berdaya.areas.types import Position
from berdaya.forms.models import Response
from berdaya.groups.models import Membership, Officer
from berdaya.people.models import Person, PersonPrivate
from berdaya.programmes.models import Candidate
from berdaya.programmes.states import CandidateState
from berdaya.programmes.types import ProgrammeConfig
from berdaya.training.catalogue import catalogue_for
from berdaya.training.models import Arrangement, ClassSession, Placement, TrainingClass, VillageResource
from berdaya.training.rules.clashes import Hours
from berdaya.training.shipped import OfficeCatalogue
from berdaya.training.types import SLOTS, ClassOffer, MatchingProblem, ScoreWeights, Surroundings, Trainee

FEMALE = "P"
ORDINARY = "anggota"
ASSESSMENT = "assessment"
"""The instrument whose answers go into the matching."""
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
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Inputs:
    """A matching problem and the attendees by trainee id (the person's)."""

    problem: MatchingProblem
    attendees: Mapping[UUID, Attendee]

    def name_of(self, person: UUID) -> str:
        """How the office's list knows a person."""
        return f"No {self.attendees[person].ref}" if person in self.attendees else str(person)


def gather(programme_id: UUID, config: ProgrammeConfig, *, keep: bool = True) -> Inputs:
    """All inputs of one programme, in a fixed number of queries.

    With `keep` everybody who has a published seat keeps it; an arrangement of the planner goes before it.
    """
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
    said = answers_of([a.household_id for a in attendees.values()])
    ties = _ties(programme_id, keep=keep)
    busy = _busy(programme_id, list(attendees))
    listed = catalogue_for(programme_id)
    problem = MatchingProblem(
        trainees=tuple(
            _arranged(
                _trainee(a, people[a.person_id], a.person_id in disabled, spots, said.get(a.household_id, {})),
                ties.get(a.person_id),
                busy.get(a.person_id, ()),
            )
            for a in attendees.values()
            if a.person_id in people
        ),
        classes=tuple(_offer(c, listed) for c in TrainingClass.objects.filter(programme=programme_id).order_by("code")),
        weights=ScoreWeights.of(rule.weights.model_dump()),
        surroundings=Surroundings(
            strengths=strengths({area for area, _ in people.values()}),
            kind_resources={code: kind.resources for code, kind in listed.kinds.items()},
        ),
        max_km=rule.max_km,
        reserved=reserved,
        budget=rule.budget_idr,
    )
    return Inputs(problem, attendees)


def answers_of(households: list[UUID]) -> dict[UUID, Mapping[str, Any]]:
    """The newest answers to the assessment of each family."""
    rows = Response.objects.filter(subject_id__in=households, instrument__code=ASSESSMENT)
    return dict(rows.order_by("occurred_on", "recorded_at").values_list("subject_id", "answers"))


@dataclass(frozen=True, slots=True)
class _Tie:
    """What binds a person: a class, whether it is the published one, a person beside whom she sits."""

    fixed: UUID | None
    kept: bool = False
    follows: UUID | None = None


def _ties(programme_id: UUID, *, keep: bool) -> dict[UUID, _Tie]:
    found: dict[UUID, _Tie] = {}
    if keep:
        seated = Placement.objects.filter(run__programme=programme_id, in_force=True, training_class__isnull=False)
        found = {person: _Tie(cls, kept=True) for person, cls in seated.values_list("person_id", "training_class_id")}
    rows = Arrangement.objects.filter(programme=programme_id)
    for person, fixed, follows in rows.values_list("person_id", "fixed_id", "follows_id"):
        published = found.get(person, _Tie(None))
        found[person] = _Tie(fixed or published.fixed, kept=not fixed and published.kept, follows=follows)
    return found


def _busy(programme_id: UUID, people: list[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """Classes of this programme at whose hours a person sits in a class of another programme."""
    elsewhere = Placement.objects.filter(person__in=people, in_force=True, training_class__isnull=False)
    seats = elsewhere.exclude(run__programme=programme_id).values_list("person_id", "training_class_id")
    if not seats:
        return {}
    columns = ("training_class_id", "held_on", "starts_at", "ends_at")
    meetings = ClassSession.objects.filter(cancelled="")
    theirs: dict[UUID, list[Hours]] = defaultdict(list)
    for cls, *hours in meetings.filter(training_class__in=[c for _, c in seats]).values_list(*columns):
        theirs[cls].append(Hours(*hours))
    ours: dict[UUID, list[Hours]] = defaultdict(list)
    for cls, *hours in meetings.filter(training_class__programme=programme_id).values_list(*columns):
        ours[cls].append(Hours(*hours))
    return {
        person: tuple(c for c, hours in ours.items() if any(a.meets(b) for a in hours for b in theirs[cls]))
        for person, cls in seats
        if cls in theirs
    }


def _arranged(trainee: Trainee, tie: _Tie | None, busy: tuple[UUID, ...]) -> Trainee:
    if tie is None and not busy:
        return trainee
    tie = tie or _Tie(None)
    return replace(trainee, fixed=tie.fixed, kept=tie.kept, follows=tie.follows, barred=busy)


def _trainee(
    a: Attendee,
    person: tuple[int, bool],
    disabled: bool,
    spots: Mapping[int, Position],
    said: Mapping[str, Any],
) -> Trainee:
    area, woman = person
    spot = spots.get(area)
    steps = disabled or said.get("needs_step_free") is True
    asked = (("step_free", steps), ("interpreter", said.get("needs_interpreter")),
             ("childcare", said.get("childcare_wanted")))  # fmt: skip
    km = said.get("travel_km")
    return Trainee(
        id=a.person_id,
        number=a.number,
        village=area,
        latitude=spot.lat if spot else None,
        longitude=spot.lon if spot else None,
        interests=tuple(said.get("kinds") or a.interests),
        talents=tuple(said.get("skills") or a.skills),
        # No list tells which disability: nobody who has one is sent to a place that she might not be able to enter.
        needs_access=steps,
        woman=woman,
        disability=disabled,
        hours=tuple(slot for slot in SLOTS if said.get(f"free_{slot}") is True),
        needs=tuple(name for name, wanted in asked if wanted is True),
        max_km=float(km) if isinstance(km, int | float) and km > 0 else None,
    )


def _offer(c: TrainingClass, listed: OfficeCatalogue) -> ClassOffer:
    kinds = tuple(c.kinds)
    skills = (c.skill,) if c.skill else tuple(s for k in kinds[:1] for s in listed.kinds[k].skills)
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
        hours=c.hours,
        market=c.demand,
        provides=(*(("step_free",) if c.wheelchair else ()), *c.provides),
        cost=c.cost_idr,
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
    columns = ("id", "list_no", "area", "household_id", "person_id", "interests", "skills", "kind", "ref")
    for pk, number, area, household, person, interests, skills, kind, ref in candidates.filter(
        household__isnull=False, person__isnull=False
    ).values_list(*columns):
        wanted = tuple(interests) or ((kind,) if kind else ())
        yield Attendee(pk, person, household, area, number * MEMBERS_MAX, wanted, tuple(skills), ref)
    groups = {
        group: (pk, number, area, (kind or group_kind,) if kind or group_kind else (), ref)
        for pk, number, area, group, kind, group_kind, ref in candidates.filter(group__isnull=False).values_list(
            "id", "list_no", "area", "group_id", "kind", "group__kind", "ref"
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
        candidate, place, area, interests, ref = groups[group]
        yield Attendee(
            candidate, person, household, area, place * MEMBERS_MAX + number, interests, (), f"{ref}/{number}"
        )
