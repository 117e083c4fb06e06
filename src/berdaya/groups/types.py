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
