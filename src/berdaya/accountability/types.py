"""Values of the accountability package. No database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from berdaya.kernel.codes import in_blocks


class Channel(StrEnum):
    """How a recipient spoke (cara menyatakan): the code on her paper, a link, or in person."""

    CODE = "code"
    LINK = "link"
    IN_PERSON = "in_person"


class Word(StrEnum):
    """What the recipients of one handover say together; silence is never a yes."""

    UNCONFIRMED = "unconfirmed"
    PARTLY = "partly"
    CONFIRMED = "confirmed"
    DIFFERS = "differs"


class LpjState(StrEnum):
    """State of an LPJ."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"


class Age(StrEnum):
    """How late an LPJ is (umur tunggakan), in days after its due date."""

    ACCEPTED = "accepted"
    SUBMITTED = "submitted"
    NOT_DUE = "not_due"
    LATE_30 = "late_30"
    LATE_90 = "late_90"
    LATE_MORE = "late_more"


class EntryKind(StrEnum):
    """Kind of an LPJ entry: money spent on an item of the budget, or money returned."""

    SPENT = "spent"
    RETURNED = "returned"


SHARED_PHONE = "shared_phone"
"""The number stands at several families."""
MENTOR_PHONE = "mentor_phone"
"""The number is that of a mentor of this office."""


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """One code as it is printed: for whom, on which handover. `code` has 10 signs; only its hash is kept."""

    id: UUID
    handover: UUID
    person: UUID
    name: str
    phone: str
    code: str
    expires_on: date
    flags: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """Two blocks of five, as people read them aloud."""
        return in_blocks(self.code)


@dataclass(frozen=True, slots=True)
class SaidLine:
    """How many of one handed-over line somebody says she received."""

    line: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class Said:
    """What a recipient says, whichever way it came. `lines` must name every line of the handover."""

    lines: tuple[SaidLine, ...]
    words: str = ""
    company: str = ""
    place: str = ""
    photo: bytes = b""


@dataclass(frozen=True, slots=True)
class ListedWord:
    """What one recipient says, as a line of a list: `short` names only items of which less came, with how many."""

    id: UUID
    handover: UUID
    person: UUID
    company: str
    words: str = ""
    short: tuple[tuple[UUID, int], ...] = ()
    said_on: date | None = None


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line of goods as the page behind a code shows it."""

    line: UUID
    name: str
    quantity: int
    unit: str


@dataclass(frozen=True, slots=True)
class OpenCode:
    """What a code opens: goods, day and place of one handover; no name and no address."""

    handed_on: date
    place: str
    office: str
    programme: str
    synthetic: bool
    used: bool
    lines: tuple[OpenLine, ...]


@dataclass(frozen=True, slots=True)
class LpjDraft:
    """An LPJ to be opened: who received what when, and the approved budget as (name, quantity, unit, rupiah)."""

    decree_line: UUID
    area: int
    office: int
    group: UUID | None
    household: UUID | None
    received_on: date
    items: tuple[tuple[str, int, str, int], ...]


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry of an LPJ. `item` is the budget line for money spent and None for money returned."""

    id: UUID
    kind: EntryKind
    occurred_on: date
    amount_idr: int
    item: UUID | None = None
    seller: str = ""
    description: str = ""
    receipt: bytes = b""


@dataclass(frozen=True, slots=True)
class LpjTotals:
    """The sums of an LPJ in whole rupiah; `left_idr` has to be nought before it is submitted."""

    received_idr: int
    spent_idr: int
    returned_idr: int
    by_item: dict[UUID, int] = field(default_factory=dict)

    @property
    def left_idr(self) -> int:
        return self.received_idr - self.spent_idr - self.returned_idr
