"""What matching reads and gives back: people, classes, weights, placements (no database)."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from uuid import UUID

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FULL_MARK = 1000
"""Every component of a score runs from 0 to this (per mille)."""

COMPONENTS = ("interest", "talent", "resource", "distance", "hours", "market", "access")
"""Parts of a score in a fixed order; placements of older versions keep the first four."""
SLOTS = ("morning", "afternoon", "evening", "weekend")
"""Parts of the week in which a class is held and a person is free."""
NEEDS = ("step_free", "interpreter", "childcare", "transport")
"""What a person needs to take part, and what a class provides. Only `step_free` is a hard limit."""

HELP = ("interpreter", "companion", "childcare", "transport")
"""What somebody may ask for to be able to come, and what a session names a provider for."""


@dataclass(frozen=True, slots=True)
class Trainee:
    """One person to be placed (calon peserta).

    `number` is the place on the frozen list: it settles what scores leave equal. `village` is the 10-digit
    area. `latitude` and `longitude` are degrees, or None where nothing is known. `interests` are kinds of
    business in the person's own order, `talents` are skill codes. `hours` are the SLOTS in which she is free (none:
    nobody asked), `needs` are NEEDS, `max_km` is how far she can travel herself.

    `fixed` is the class (its id) that the planner or a published plan gave her: she keeps the seat whatever the scores
    say; `kept` tells the second. `follows` is the trainee (her id) beside whom she must sit, such as the person whom a
    companion helps. `barred` are classes at whose hours she sits elsewhere.
    """

    id: UUID
    number: int
    village: int
    latitude: float | None = None
    longitude: float | None = None
    interests: tuple[str, ...] = ()
    talents: tuple[str, ...] = ()
    needs_access: bool = False
    woman: bool = False
    disability: bool = False
    hours: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    max_km: float | None = None
    fixed: UUID | None = None
    kept: bool = False
    follows: UUID | None = None
    barred: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class ClassOffer:
    """One class on offer (kelas): kinds of business (none means every kind), skills it builds on, seats, place.

    `hours` is its part of the week (empty: not set), `market` what the market asks of its trade (0-3, None: not
    known), `provides` are NEEDS it answers, `cost` is what holding it costs in rupiah.
    """

    id: UUID
    code: str
    kinds: tuple[str, ...]
    village: int
    seats: int
    skills: tuple[str, ...] = ()
    minimum: int = 1
    latitude: float | None = None
    longitude: float | None = None
    accessible: bool = False
    hours: str = ""
    market: int | None = None
    provides: tuple[str, ...] = ()
    cost: int = 0


@dataclass(frozen=True, slots=True)
class ScoreWeights:
    """Weights of the components in hundredths, from the programme's version."""

    interest: int = 400
    talent: int = 300
    resource: int = 300
    distance: int = 100
    hours: int = 0
    market: int = 0
    access: int = 0

    def __post_init__(self) -> None:
        if min(self.vector()) < 0 or sum(self.vector()) == 0:
            raise ValueError("weights must not be negative and not all be zero")

    def vector(self) -> tuple[int, ...]:
        """The weights in the order of COMPONENTS."""
        return (self.interest, self.talent, self.resource, self.distance, self.hours, self.market, self.access)

    @property
    def best(self) -> int:
        """The score of a perfect match, in points."""
        return FULL_MARK * sum(self.vector())

    @property
    def step(self) -> int:
        """Every score is a multiple of this many points."""
        return math.gcd(*self.vector())

    @classmethod
    def of(cls, weights: Mapping[str, float]) -> ScoreWeights:
        """From `[training] weights`; what is not named weighs nothing. Raises ValueError on unknown names."""
        unknown = sorted(set(weights) - set(COMPONENTS))
        if unknown:
            raise ValueError(f"unknown weights: {', '.join(unknown)}")
        return cls(**{name: round(100 * float(weights.get(name, 0))) for name in COMPONENTS})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the places offer: strength 0–3 by village and resource; the resources that each kind lives on.

    A village missing from `strengths` was never surveyed: its strength is unknown, not zero.
    """

    strengths: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    kind_resources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MatchingProblem:
    """Everything that a matching depends on. Trainees and classes come in any order and are sorted here."""

    trainees: tuple[Trainee, ...]
    classes: tuple[ClassOffer, ...]
    weights: ScoreWeights = field(default_factory=ScoreWeights)
    surroundings: Surroundings = field(default_factory=Surroundings)
    max_km: float | None = None
    reserved: Mapping[str, float] = field(default_factory=dict)
    budget: int | None = None
    """Rupiah that all classes held may cost together; None where money sets no limit."""

    def __post_init__(self) -> None:
        unknown = sorted(set(self.reserved) - {"women", "disability"})
        if unknown:
            raise ValueError(f"unknown reserves: {', '.join(unknown)}")
        if any(c.seats < 0 or c.minimum < 0 for c in self.classes):
            raise ValueError("seats and minimum must not be negative")
        object.__setattr__(self, "trainees", tuple(sorted(self.trainees, key=lambda t: (t.number, str(t.id)))))
        object.__setattr__(self, "classes", tuple(sorted(self.classes, key=lambda c: (c.code, str(c.id)))))

    def digest(self) -> str:
        """SHA-256 over all inputs in a fixed order: the same inputs give the same hash on any machine."""
        body = {
            "trainees": [asdict(t) | {"id": str(t.id)} for t in self.trainees],
            "classes": [asdict(c) | {"id": str(c.id)} for c in self.classes],
            "weights": asdict(self.weights),
            "strengths": {str(v): dict(sorted(s.items())) for v, s in sorted(self.surroundings.strengths.items())},
            "kinds": {k: list(r) for k, r in sorted(self.surroundings.kind_resources.items())},
            "max_km": self.max_km,
            "reserved": dict(sorted(self.reserved.items())),
            "budget": self.budget,
        }
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), default=str)
        return hashlib.sha256(text.encode()).hexdigest()


class Why(StrEnum):
    """Why a person sits where she sits, or nowhere. The text for people is in `rules.explain`."""

    FIRST_CHOICE = "first_choice"
    BETTER_FULL = "better_full"
    BETTER_CLOSED = "better_closed"
    HELD_FOR_MINIMUM = "held_for_minimum"
    NO_POSITION = "no_position"
    TOO_FAR = "too_far"
    NO_ACCESS = "no_access"
    ALL_FULL = "all_full"
    ALL_CLOSED = "all_closed"
    FIXED = "fixed"
    KEPT = "kept"
    TOGETHER = "together"
    NO_ROOM_TOGETHER = "no_room_together"


@dataclass(frozen=True, slots=True)
class ReserveOutcome:
    """A reserved share: how many of the placed it asks for, how many there are, whether it changed a seat."""

    name: str
    target: int
    reached: int
    bound: bool


@dataclass(frozen=True, slots=True)
class SeatValue:
    """What one more seat in a class would bring: people placed (0 or 1) and points of score."""

    placed: int
    points: int


@dataclass(frozen=True, slots=True)
class PlacementReason:
    """One person's answer to "why this class?": indices into `Matching.problem.classes`, None where there
    is none.

    `components` are per mille in the order of COMPONENTS; `unknown` names those that were taken as half
    because nothing is recorded. `next` is the best other class she may attend, `missed` the best one that
    she would have scored higher in but could not get.
    """

    why: Why
    score: int
    components: tuple[int, ...] | None
    unknown: tuple[str, ...]
    metres: int | None
    placed: int | None
    next: int | None
    next_score: int | None
    missed: int | None
    missed_score: int | None


@dataclass(frozen=True, slots=True)
class Matching:
    """The outcome. Arrays run over `problem.trainees`; class indices run over `problem.classes`, -1 is none.

    `choice` is the place of the class on the person's own list by score, 1 is the best, 0 for the unplaced.

    `objective` and `bound` are costs in points: the distance of each placed person from a perfect score, plus
    `unplaced_cost` for each person without a seat, plus the penalties of reserves that cannot be met.
    `bound` is proved from prices of seats, not taken from the solver; `gap` is their difference as a share
    of the objective.
    """

    problem: MatchingProblem
    placement: Ints
    score: Ints
    metres: Ints
    choice: Ints
    first: Ints
    next: Ints
    next_score: Ints
    missed: Ints
    missed_score: Ints
    why: tuple[Why, ...]
    objective: int
    bound: int
    unplaced_cost: int
    method: str
    reserves: tuple[ReserveOutcome, ...]
    closed: tuple[int, ...]
    one_more_seat: tuple[SeatValue, ...]

    @property
    def gap(self) -> float:
        return 0.0 if self.objective == self.bound else (self.objective - self.bound) / max(1, abs(self.objective))

    @property
    def score_gap(self) -> float:
        """What the bound leaves open, as a share of the points reached: nothing hides behind the large penalties.

        One person more in a seat counts as a perfect score.
        """
        left = self.objective - self.bound
        people, points = divmod(left, self.unplaced_cost) if self.unplaced_cost else (0, left)
        best = self.problem.weights.best
        return (people * best + min(points, best * max(1, self.placed))) / max(1, self.total_score)

    @property
    def placed(self) -> int:
        return int((self.placement >= 0).sum())

    @property
    def total_score(self) -> int:
        return int(self.score[self.placement >= 0].sum())

    @property
    def fill(self) -> Ints:
        """People in each class."""
        return np.bincount(self.placement[self.placement >= 0], minlength=len(self.problem.classes)).astype(np.int64)

    @property
    def first_choice_share(self) -> float:
        """Share of the placed whose class scores highest for them among all that they may attend."""
        if not self.placed:
            return 0.0
        return sum(w is Why.FIRST_CHOICE for w in self.why) / self.placed
