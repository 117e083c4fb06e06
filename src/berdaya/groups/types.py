"""Values of the groups package: people to be grouped, limits, groups formed, officers, violations. No database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from berdaya.areas.codes import Level


class Position(StrEnum):
    """Offices of a group (pengurus), in the order in which they are filled."""

    CHAIR = "ketua"
    SECRETARY = "sekretaris"
    TREASURER = "bendahara"


class Sponsor(StrEnum):
    """Kinds of organisation that coach groups (lembaga pembina)."""

    PKH = "pkh"
    TAGANA = "tagana"
    KARANG_TARUNA = "karang_taruna"
    DISABILITY = "disability"
    CHILDREN = "children"


class Origin(StrEnum):
    """Where a group comes from: it existed before the programme, or the programme formed it."""

    EXISTING = "existing"
    FORMED = "formed"


class Left(StrEnum):
    """Why a person is in no group."""

    TOO_FEW = "too_few"
    DOES_NOT_DIVIDE = "does_not_divide"
    SAME_HOUSEHOLD = "same_household"
    NO_KIND = "no_kind"
    IN_A_GROUP = "in_a_group"


@dataclass(frozen=True, slots=True)
class GroupLimits:
    """What a programme asks of a group: members, the area they share, the youngest officer.

    `target` is the size that forming aims at where the limits leave room. Sizes count members, ages are years.
    """

    smallest: int = 5
    largest: int = 20
    same: Level = Level.DISTRICT
    officer_min_age: int = 18
    target: int = 10

    def __post_init__(self) -> None:
        if not 1 <= self.smallest <= self.largest:
            raise ValueError("a group needs 1 <= smallest <= largest")
        if self.officer_min_age < 18:
            raise ValueError("an officer is 18 at least")
        object.__setattr__(self, "target", min(self.largest, max(self.smallest, self.target)))


@dataclass(frozen=True, slots=True)
class Joiner:
    """Somebody to be put into a group. `number` is the place on the list, `area` the village (10 digits)."""

    id: UUID
    household: UUID
    number: int
    area: int
    kind: str
    latitude: float | None = None
    longitude: float | None = None
    birth_date: date | None = None
    in_business: bool = False


@dataclass(frozen=True, slots=True)
class Formed:
    """One group that forming made: its trade, the area its members share, its members by the order of the list."""

    area: int
    kind: str
    members: tuple[Joiner, ...]


@dataclass(frozen=True, slots=True)
class Leftover:
    """One person without a group and why; `found` of `needed` people of the same place and trade."""

    joiner: Joiner
    reason: Left
    found: int
    needed: int


@dataclass(frozen=True, slots=True)
class Forming:
    """The outcome of forming groups."""

    groups: tuple[Formed, ...]
    leftovers: tuple[Leftover, ...]


@dataclass(frozen=True, slots=True)
class Minutes:
    """Election minutes (berita acara pemilihan): the day, who was present, who was chosen and by which rule."""

    elected_on: date
    present: int
    officers: tuple[tuple[Position, UUID], ...]
    rule: str
    vacant: tuple[Position, ...] = ()


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule of groups that does not hold; `code` is a problem of this package, `params` fill its text."""

    code: str
    params: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member of an existing group, as its list has it; person and household exist already."""

    number: int
    person_id: UUID
    household_id: UUID
    birth_date: date | None = None
    position: str = ""
    joined_on: date | None = None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """An existing group, as `groups.xlsx` has it. Only code, name and area are certain (belum lengkap)."""

    code: str
    name: str
    area: int
    kind: str = ""
    founded_year: int | None = None
    founded_on: date | None = None
    address: str = ""
    sponsor_kind: str = ""
    sponsor_name: str = ""
    members: tuple[MemberRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """One member that could not be taken as written: `code` is a problem, the rest says where."""

    group: str
    number: int
    code: str


@dataclass(frozen=True, slots=True)
class Registered:
    """What registering existing groups did. `groups` maps code to id, `members` (code, number) to membership id."""

    groups: dict[str, UUID]
    members: dict[tuple[str, int], UUID]
    created: int
    known: int
    officers: int
    incomplete: int
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class FormedGroups:
    """What forming groups did: ids by code, people in groups, and who was left with the reason."""

    groups: dict[str, UUID]
    members: int
    officers: int
    leftovers: tuple[Leftover, ...]


@dataclass(frozen=True, slots=True)
class ElectionRow:
    """One election: persons by position, people present, and how it was decided (`consensus`, `vote`)."""

    group_id: UUID
    elected_on: date
    present: int
    officers: dict[Position, UUID]
    rule: str = "consensus"


@dataclass(frozen=True, slots=True)
class JoinRow:
    """A person who joins a group on a day."""

    group_id: UUID
    person_id: UUID
    household_id: UUID
    joined_on: date


@dataclass(frozen=True, slots=True)
class LeaveRow:
    """A person who leaves a group on a day, and why."""

    group_id: UUID
    person_id: UUID
    left_on: date
    reason: str
