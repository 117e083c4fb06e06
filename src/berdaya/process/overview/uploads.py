"""Lists that come in through the web: the same intake as a programme folder, and what became of each file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from berdaya.access.permissions import require
from berdaya.intake.models import ImportRun
from berdaya.kernel import clock
from berdaya.kernel.scope import Actor
from berdaya.process.imports import Imported, import_candidates, import_groups
from berdaya.process.overview.common import found
from berdaya.programmes.models import Programme
from berdaya.programmes.selectors import config_of
from berdaya.programmes.types import Subject

KINDS = ("candidates", "groups")


@dataclass(frozen=True)
class RunRow:
    """One file that was read: rows, rows taken, rows refused by reason, and the copy with the reasons in it."""

    id: UUID
    file_name: str
    kind: str
    rows_in: int
    rows_taken: int
    refused: Mapping[str, int]
    checked_copy_id: UUID | None
    recorded_at: datetime


def runs_of(*, actor: Actor, code: str) -> tuple[RunRow, ...]:
    """Files of candidates and groups read for a programme, the newest first."""
    require(actor, "programme.read")
    rows = ImportRun.objects.filter(programme_code=code, kind__in=KINDS).order_by("-recorded_at")
    return tuple(
        RunRow(
            row.pk,
            row.file_name,
            row.kind,
            row.rows_in,
            row.rows_taken,
            row.refused,
            row.checked_copy_id,
            row.recorded_at,
        )
        for row in rows
    )


def take_list(*, actor: Actor, code: str, content: bytes, name: str, language: str) -> Imported:
    """Read ``candidates.xlsx`` (or ``groups.xlsx`` where groups are proposed) into the programme ``code``.

    Raises what intake raises: a file that is no Excel, too large, without its sheet; nothing is written then.
    """
    require(actor, "import.run")
    programme = found(Programme.objects.filter(code=code).first())
    config = config_of(actor=actor, programme_id=programme.pk)
    take = import_groups if config.subject is Subject.GROUP else import_candidates
    return take(
        actor=actor,
        programme_id=programme.pk,
        config=config,
        source=content,
        as_of=clock.today(),
        name=name,
        language=language,
    )
