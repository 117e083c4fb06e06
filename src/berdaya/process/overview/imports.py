"""Imports as the office sees them: the list of them, one with its preview, and people who have no NIK yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from berdaya.access.permissions import can, require
from berdaya.areas import selectors as areas
from berdaya.groups.models import Group
from berdaya.intake import jobs
from berdaya.intake.kinds import KINDS, ListKind, kind_of
from berdaya.intake.models import ImportJob
from berdaya.intake.services import PERMISSION
from berdaya.intake.states import UNDO_DAYS, ImportState
from berdaya.kernel import clock
from berdaya.kernel.scope import Actor
from berdaya.people.models import Person
from berdaya.process import import_jobs
from berdaya.process.import_lists import OF_PROGRAMME, TAKES_PROGRAMME
from berdaya.process.import_work import seconds_left
from berdaya.programmes.models import Candidate, Programme

NAMELESS = 50
SHOWN_AT_ONCE = 20_000
"""Rows up to which a page looks up at once what hangs on an import."""
CHANGES = 30


@dataclass(frozen=True, slots=True)
class KindChoice:
    """A kind of list that can be uploaded."""

    code: str
    name: str
    about: str
    needs_programme: bool
    takes_programme: bool


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One import in the list."""

    id: UUID
    kind: str
    kind_name: str
    file_name: str
    programme: str
    state: str
    rows_total: int
    rows_done: int
    refused: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class HeadingRow:
    """One heading of the office's list and what it seems to mean."""

    title: str
    field: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlaceQuestion:
    """A spelling that fits several villages, with their codes and full names."""

    written: str
    shown: str
    choices: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class HangingRow:
    """What stays when an import is undone: `count` of its rows that a table points at, some with name and page
    (`family` or `group`, id).
    """

    root: str
    place: str
    count: int
    examples: tuple[tuple[str, str, UUID], ...]


@dataclass(frozen=True)
class ImportView:
    """One import with all that its page shows. `left` in seconds; `changes` name people: for who imports only.

    `hanging` is None where the list is so long that it is looked up on demand.
    """

    row: ImportRow
    counts: Mapping[str, int]
    refused: Mapping[str, int]
    warnings: Mapping[str, int]
    headings: tuple[HeadingRow, ...]
    fields: tuple[tuple[str, str, bool], ...]
    missing: tuple[str, ...]
    questions: tuple[PlaceQuestion, ...]
    changes: tuple[dict[str, Any], ...]
    hanging: tuple[HangingRow, ...] | None
    undone: Mapping[str, int]
    problem: Mapping[str, str]
    checked_copy: UUID | None
    left: int | None
    may_undo: bool
    may_confirm: bool
    own: bool


def kinds_for(*, actor: Actor, language: str) -> tuple[KindChoice, ...]:
    """All kinds of list."""
    require(actor, PERMISSION)
    return tuple(
        KindChoice(kind.code, kind.name(language), kind.about(language), kind.code in OF_PROGRAMME,
                   kind.code in TAKES_PROGRAMME)
        for kind in KINDS.values()
    )  # fmt: skip


def programmes_for(*, actor: Actor) -> tuple[tuple[str, str], ...]:
    """Code and name of the office's programmes."""
    rows = Programme.objects.filter(office_id=actor.office or 0).order_by("-year", "name")
    return tuple(rows.values_list("code", "name"))


def imports_of(*, actor: Actor, language: str, programme: str | None = None) -> tuple[ImportRow, ...]:
    """Imports of the office, the newest first."""
    rows = import_jobs.newest(actor=actor, count=100, programme=programme)
    return tuple(_row(job, language) for job in rows if job.state != ImportState.DROPPED)


def _row(job: ImportJob, language: str) -> ImportRow:
    return ImportRow(
        job.pk, job.kind, kind_of(job.kind).name(language), job.file_name, job.programme_code, job.state,
        job.rows_total, job.rows_done, sum(job.refused.values()), job.recorded_at,
    )  # fmt: skip


def import_view(*, actor: Actor, job_id: UUID, language: str, with_hanging: bool = False) -> ImportView:
    """One import; `with_hanging`: also what hangs on a long one. Raises `not_allowed`, `not_found`."""
    job = import_jobs.job_of(actor=actor, job_id=job_id)
    kind = kind_of(job.kind)
    works = can(actor, PERMISSION)
    finished = job.finished_at or job.started_at
    may_undo = (
        works
        and job.state in {ImportState.DONE, ImportState.STOPPED, ImportState.FAILED, ImportState.HALTED}
        and bool(job.batches_done)
        and job.kind not in import_jobs.NO_UNDO
        and finished is not None
        and finished > clock.now() - timedelta(days=UNDO_DAYS)
    )
    written = job.state in {
        ImportState.RUNNING, ImportState.STOPPED, ImportState.DONE, ImportState.UNDOING, ImportState.UNDONE,
    }  # fmt: skip
    figures = job.counts if written else job.preview.get("counts", {})
    return ImportView(
        row=_row(job, language),
        counts={name: count for name, count in figures.items() if not name.startswith("refused:")},
        refused=dict(job.refused),
        warnings=dict(job.preview.get("warnings", {})),
        headings=tuple(
            HeadingRow(one["title"], one["field"], tuple(one["examples"])) for one in job.preview.get("columns", [])
        ),
        fields=_fields(kind),
        missing=tuple(job.preview.get("missing", [])),
        questions=_questions(job.asked) if job.state == ImportState.ASKING else (),
        changes=tuple(jobs.samples_of(job)[:CHANGES]) if works else (),
        hanging=_hanging(actor, job) if may_undo and (with_hanging or job.rows_done <= SHOWN_AT_ONCE) else None,
        undone=dict(job.preview.get("undone", {})),
        problem=dict(job.problem),
        checked_copy=job.checked_copy_id,
        left=seconds_left(job) if job.state == ImportState.RUNNING else None,
        may_undo=may_undo,
        may_confirm=can(actor, import_jobs.CONFIRM) and job.made_by != actor.account_id,
        own=job.made_by == actor.account_id,
    )


def _hanging(actor: Actor, job: ImportJob) -> tuple[HangingRow, ...]:
    found = import_jobs.hanging_on(actor=actor, job_id=job.pk)
    named = _named({pk for one in found for pk in one.examples})
    return tuple(
        HangingRow(one.root, one.place, one.count, tuple(named[pk] for pk in one.examples if pk in named))
        for one in found
    )


def _named(ids: Collection[UUID]) -> dict[UUID, tuple[str, str, UUID]]:
    """Name and page of candidates, people, households and groups."""
    found: dict[UUID, tuple[str, str, UUID]] = {}
    for pk, home, name in Person.objects.filter(id__in=ids).values_list("id", "household_id", "name"):
        found[pk] = (name, "family", home)
    heads = Person.objects.filter(household__in=ids).order_by("household_id", "-is_head", "id")
    for home, name in heads.values_list("household_id", "name"):
        found.setdefault(home, (name, "family", home))
    for pk, name in Group.objects.filter(id__in=ids).values_list("id", "name"):
        found[pk] = (name, "group", pk)
    proposed = Candidate.objects.filter(id__in=ids).values_list(
        "id", "household_id", "person__name", "group_id", "group__name"
    )
    for pk, home, name, group, called in proposed:
        found[pk] = (name or "", "family", home) if home else (called or "", "group", group)
    return found


def _fields(kind: ListKind) -> tuple[tuple[str, str, bool], ...]:
    """Field, its heading in the template, and whether it must be there."""
    return tuple((column.name, column.heading, column.must_stand) for column in kind.main.columns)


def _questions(asked: Sequence[Mapping[str, Any]]) -> tuple[PlaceQuestion, ...]:
    codes = [int(code) for one in asked for code in one["choices"]]
    names = areas.paths(codes, short=True)
    return tuple(
        PlaceQuestion(one["written"], one["shown"], tuple((int(code), names[int(code)]) for code in one["choices"]))
        for one in asked
    )


@dataclass(frozen=True, slots=True)
class WithoutNik:
    """Somebody who has no NIK yet."""

    household_id: UUID
    name: str
    area: str


def without_nik(*, actor: Actor) -> tuple[int, tuple[WithoutNik, ...]]:
    """How many people of the scope have no NIK yet, and the first of them by area."""
    require(actor, "family.read")
    rows = Person.objects.filter(nik_index=None, erased_on=None, merged_into=None, died_on=None)
    found = list(rows.order_by("area", "id").values_list("household_id", "name", "area")[:NAMELESS])
    names = areas.paths([area for *_, area in found], short=True)
    return rows.count(), tuple(WithoutNik(home, name, names[area]) for home, name, area in found)


def two_people(*, actor: Actor) -> bool:
    """Whether the office wants a second person to confirm imports."""
    return jobs.needs_second(office=actor.office or 0)
