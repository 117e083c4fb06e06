"""Values of a day on which many receive: whom it calls, in which order, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

PACK_LIFE = timedelta(hours=24)
"""How long a screened pack may be used (issue 5.3)."""


class SlotState(StrEnum):
    """Keadaan antrean: menunggu, sudah menerima, tertahan, tidak hadir."""

    WAITING = "waiting"
    SERVED = "served"
    BARRED = "barred"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class NewDay:
    """Hari penyaluran yang direncanakan; `refs` are the recipients called, empty for all in `area` still waiting."""

    id: UUID
    programme: UUID
    place: str
    planned_on: date
    area: int
    store: UUID | None = None
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SlotInfo:
    """Satu antrean; `card` is what the QR code of her card says, never her name or number."""

    id: UUID
    number: int
    card: str
    decree_line: UUID
    line_number: int
    ref: str
    name: str
    area: int
    state: SlotState
    barred: str = ""
    handover: UUID | None = None


@dataclass(frozen=True, slots=True)
class DayInfo:
    """Hari penyaluran; nobody may be served before the pack is issued or after it expired."""

    id: UUID
    programme: UUID
    programme_code: str
    area: int
    place: str
    planned_on: date
    store: UUID | None
    issued_at: datetime | None
    expires_at: datetime | None
    called: int
    served: int
    barred: int
    absent: int

    @property
    def waiting(self) -> int:
        return self.called - self.served - self.barred - self.absent

    def open_at(self, moment: datetime) -> bool:
        """True while the screened pack may be used."""
        return self.issued_at is not None and self.expires_at is not None and moment < self.expires_at
