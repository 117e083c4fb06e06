"""The files of a programme folder, each read once and only when a step asks for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import TypeVar

from berdaya.intake import rows, types
from berdaya.intake.files import Workbook, read_path
from berdaya.kernel import clock
from berdaya.process.walk import Walk

T = TypeVar("T")


class Folder:
    """Rows of every file; a file that is not there has none."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk

    @property
    def as_of(self) -> date:
        """The day at which dates in the future are refused."""
        return clock.today()

    def book(self, name: str) -> Workbook | None:
        """The opened file, packed or not."""
        for candidate in (self.walk.folder / name, self.walk.folder / f"{name}.gz"):
            if candidate.is_file():
                return read_path(candidate)
        return None

    def _rows(self, name: str, read: Callable[..., types.Reading[T]]) -> tuple[T, ...]:
        book = self.book(name)
        return read(book, as_of=self.as_of).rows if book else ()

    @cached_property
    def verification(self) -> tuple[types.VerificationRow, ...]:
        return self._rows("verification.csv", rows.read_verification)

    @cached_property
    def classes(self) -> tuple[types.ClassRow, ...]:
        return self._rows("classes.xlsx", rows.read_classes)

    @cached_property
    def attendance(self) -> tuple[types.AttendanceRow, ...]:
        return self._rows("attendance.csv", rows.read_attendance)

    @cached_property
    def packages(self) -> tuple[types.PackageRow, ...]:
        return self._rows("packages.xlsx", rows.read_packages)

    @cached_property
    def resources(self) -> tuple[types.ResourceRow, ...]:
        return self._rows("resources.xlsx", rows.read_resources)

    @cached_property
    def positions(self) -> tuple[types.PositionRow, ...]:
        return self._rows("positions.csv", rows.read_positions)

    @cached_property
    def exclusions(self) -> tuple[types.ExclusionRow, ...]:
        return self._rows("exclusions.xlsx", rows.read_exclusions)

    @cached_property
    def other_aid(self) -> tuple[types.OtherAidRow, ...]:
        return self._rows("other_aid.xlsx", rows.read_other_aid)

    @cached_property
    def mentors(self) -> tuple[types.MentorRow, ...]:
        return self._rows("mentors.xlsx", rows.read_mentors)

    @cached_property
    def handover(self) -> tuple[types.HandoverRow, ...]:
        return self._rows("handover.csv", rows.read_handover)

    @cached_property
    def visits(self) -> tuple[types.VisitRow, ...]:
        return self._rows("visits.csv", rows.read_visits)

    @cached_property
    def payments(self) -> tuple[types.PaymentRow, ...]:
        return self._rows("payments.csv", rows.read_payments)

    @cached_property
    def market(self) -> types.Market | None:
        book = self.book("market.xlsx")
        return rows.read_market(book, as_of=self.as_of) if book else None
