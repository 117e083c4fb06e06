"""What an import hands on: rows that were taken, with their people, and counts of all others by reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from berdaya.intake.types import CandidateRow, CellProblem, GroupRow, MemberRow, RowWarning
from berdaya.people.types import Outcome

DUPLICATES = ("duplicate_nik", "duplicate_kk")


@dataclass(frozen=True, slots=True)
class TakenCandidate:
    """A candidate's row with the household and person it became or was."""

    row: CandidateRow
    household_id: UUID
    person_id: UUID
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class TakenMember:
    """A member's row with her person; `household_id` is her family's."""

    row: MemberRow
    household_id: UUID
    person_id: UUID
    outcome: Outcome


@dataclass(frozen=True)
class Check:
    """What a file holds, before or after writing. Row counts are of all sheets together.

    `refused` holds every refused row under the code of its first problem, duplicates too; `duplicates` is
    the part of it that repeats a NIK or KK of the same file. `rows_in` is the sum of taken and refused
    rows.
    """

    file: str
    digest: str
    rows_in: int
    refused: dict[str, int]
    problems: tuple[CellProblem, ...]
    warnings: tuple[RowWarning, ...]
    checked_copy: bytes | None
    """The same file with the cells marked that are to be mended (xlsx); None where there is none."""

    @property
    def duplicates(self) -> int:
        """Rows that repeat a NIK or KK number of an earlier row."""
        return sum(self.refused.get(code, 0) for code in DUPLICATES)

    @property
    def rows_refused(self) -> dict[str, int]:
        """Refused rows by reason, without duplicates."""
        return {code: count for code, count in self.refused.items() if code not in DUPLICATES}

    @property
    def rows_taken(self) -> int:
        return self.rows_in - sum(self.refused.values())


@dataclass(frozen=True)
class CandidatesImport:
    """Outcome of `import_candidates`. `repeated`: this very file was imported before; nothing changed."""

    run_id: UUID
    repeated: bool
    check: Check
    taken: tuple[TakenCandidate, ...]
    outcomes: dict[str, int]
    checked_copy_id: UUID | None = None


@dataclass(frozen=True)
class GroupsImport:
    """Outcome of `import_groups`. `incomplete`: groups taken and marked belum lengkap."""

    run_id: UUID
    repeated: bool
    check: Check
    groups: tuple[GroupRow, ...]
    members: tuple[TakenMember, ...]
    outcomes: dict[str, int]
    checked_copy_id: UUID | None = None

    @property
    def incomplete(self) -> int:
        return sum(group.incomplete for group in self.groups)


@dataclass(frozen=True, slots=True)
class Brought:
    """Bawaan kelompok yang tersimpan: `kind` is `asset` or `product`, `facts` the row of its list; `outcome` is empty
    while it waits, then `asset`, `product` or `gone` since `taken_on`.
    """

    id: UUID
    kind: str
    facts: dict[str, Any]
    taken_on: date | None = None
    outcome: str = ""
