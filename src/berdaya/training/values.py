"""What goes into the services of training and what comes out. No database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

from berdaya.kernel.ids import new_id


@dataclass(frozen=True, slots=True)
class NewResource:
    """Sumber daya desa: one resource of one area, strength 0 to 3, who said so and when."""

    area: int
    resource: str
    strength: int
    source: str
    as_of: date


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of rows: `created`, `changed` (same key, other facts), `identical`."""

    created: int
    changed: int
    identical: int


@dataclass(frozen=True, slots=True)
class NewClass:
    """Kelas: one class of a programme. No kinds means every kind; without a position the area's own is taken.

    `guests` attend without being recipients: (name, role), such as a lurah or a TKSK.
    """

    code: str
    name: str
    area: int
    venue: str
    seats: int
    starts_on: date
    ends_on: date
    kinds: tuple[str, ...] = ()
    skill: str = ""
    lat: float | None = None
    lon: float | None = None
    minimum: int = 0
    trainer: str = ""
    partner: str = ""
    wheelchair: bool = False
    guests: tuple[tuple[str, str], ...] = ()
    hours: str = ""
    provides: tuple[str, ...] = ()
    demand: int | None = None
    cost_idr: int = 0


@dataclass(frozen=True, slots=True)
class NewArrangement:
    """Ketetapan: a person of the list gets this class, or sits beside another; neither takes it away."""

    ref: str
    class_code: str = ""
    follows: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class WhatIfChange:
    """A question: so many seats more (or fewer) in a class, a class not held, another distance, another budget."""

    class_code: str = ""
    more_seats: int = 0
    closed: str = ""
    max_km: float | None = None
    budget_idr: int | None = None
    keep: bool = True


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Its answer beside what is published: `moved` counts people who would sit elsewhere, `fill` is (placed, seats)."""

    placed: int
    unplaced: int
    first_choice: int
    gap: float
    method: str
    closed: tuple[str, ...]
    fill: dict[str, tuple[int, int]]
    published_placed: int
    moved: int
    score: int


@dataclass(frozen=True, slots=True)
class NewSession:
    """Pertemuan: one meeting of a class. Helpers are named by who provides them."""

    held_on: date
    starts_at: time
    ends_at: time
    number: int = 0
    room: str = ""
    trainer: str = ""
    topic: str = ""
    interpreter: str = ""
    companion: str = ""
    childcare: str = ""
    transport: str = ""


@dataclass(frozen=True, slots=True)
class NewPresence:
    """Presensi: one person at one session. Exactly one of the three names her; `id` is the client's."""

    present: bool = True
    card: str = ""
    placement_id: UUID | None = None
    outsider_id: UUID | None = None
    method: str = "list"
    noted_at: datetime | None = None
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class PresenceTaken:
    """What became of rows, in their order: `new`, `changed`, `identical`, `unknown`, `elsewhere`, and names."""

    outcomes: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClassesMade:
    """Ids of all classes named, by code, and what became of the rows."""

    ids: dict[str, UUID]
    counted: Counted
    guests: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A solved matching that waits for its checker. Shares and gap lie between 0 and 1; the gap is one of the score."""

    run_id: UUID
    approval_id: UUID
    number: int
    placed: int
    unplaced: int
    first_choice_share: float
    objective: int
    bound: int
    gap: float
    method: str
    closed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewAttendance:
    """Kehadiran: one person's sessions and tests (0 to 100).

    The person is `placement_id`, or `ref` of the candidate and `member` number inside a group. An empty `class_code`
    means the class of the placement; another one is taken as what happened.
    """

    sessions: int
    attended: int
    ref: str = ""
    member: str = ""
    class_code: str = ""
    placement_id: UUID | None = None
    pre: int | None = None
    post: int | None = None


@dataclass(frozen=True, slots=True)
class AttendanceTaken:
    """What recording attendance did; `unknown` are row indices that name nobody who is placed, or no class."""

    recorded: int
    certificates: int
    elsewhere: int
    unknown: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ClassLine:
    """One class in the list, with its fill and what one more seat would bring."""

    id: UUID
    code: str
    name: str
    kinds: tuple[str, ...]
    skill: str
    area: int
    venue: str
    seats: int
    minimum: int
    placed: int
    guests: int
    starts_on: date
    ends_on: date
    trainer: str
    partner: str
    wheelchair: bool
    first_choice: int
    closed: bool
    more_placed: int
    more_points: int


@dataclass(frozen=True, slots=True)
class PlacementLine:
    """One person's placement: the class and why. `name` is empty where the role may not see the family."""

    id: UUID
    candidate_id: UUID
    person_id: UUID
    household_id: UUID
    ref: str
    name: str
    area: int
    class_id: UUID | None
    class_code: str
    score: int | None
    distance_m: int | None
    choice: int | None
    reason: dict[str, object]
    sessions: int | None
    attended: int | None
    pre: int | None
    post: int | None
    certificate: str


@dataclass(frozen=True, slots=True)
class RunLine:
    """One solved matching with its proof and its approval."""

    id: UUID
    number: int
    objective: int
    bound: int
    gap: float
    first_choice_share: float | None
    inputs_sha256: str
    summary: dict[str, object]
    published: bool
    approval_id: UUID | None
    made_by: int | None
    checked_by: int | None


@dataclass(frozen=True, slots=True)
class SeatNeed:
    """A full class that more people wanted: what one more seat there would bring."""

    code: str
    name: str
    seats: int
    first_choice: int
    placed: int
    points: int


@dataclass(frozen=True, slots=True)
class IdleResource:
    """A place with a strong resource and no class of a kind that lives on it within reach."""

    area: int
    resource: str
    strength: int
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannerList:
    """What the planner of classes looks at next."""

    seats: tuple[SeatNeed, ...]
    idle: tuple[IdleResource, ...]
    unplaced: dict[str, int]


@dataclass(frozen=True, slots=True)
class InvitedSession:
    """A session as the invited sees it."""

    number: int
    held_on: date
    starts_at: time
    ends_at: time
    room: str
    topic: str
    cancelled: bool


@dataclass(frozen=True, slots=True)
class InvitedTo:
    """What the link on an invitation shows: the class and her own answer, no name; materials are (id, title, bytes)."""

    name: str
    venue: str
    place: str
    starts_on: date
    ends_on: date
    trainer: str
    partner: str
    wheelchair: bool
    office: str
    synthetic: bool
    answer: str
    asked_for: tuple[str, ...]
    spoke: bool
    sessions: tuple[InvitedSession, ...]
    materials: tuple[tuple[UUID, str, int], ...]


@dataclass(frozen=True, slots=True)
class MaterialFile:
    """A material as a face serves it."""

    name: str
    media_type: str
    content: bytes
