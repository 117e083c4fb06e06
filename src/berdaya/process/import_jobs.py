"""An import from the upload to the decision: headings and places answered, the preview confirmed, stopped, undone.

Each function is one decision of a person; `import_work` does what takes time. What is written here is seen by the
office alone.
"""

from __future__ import annotations

import gzip
import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction

from berdaya.access.models import Account
from berdaya.access.permissions import require
from berdaya.access.selectors import actor_for, roles_of
from berdaya.access.services import SIGN_IN
from berdaya.audit.services import record
from berdaya.files.services import store_file
from berdaya.files.types import FileDraft
from berdaya.intake import jobs
from berdaya.intake.kinds import kind_of
from berdaya.intake.limits import LIMITS
from berdaya.intake.models import ImportJob
from berdaya.intake.services import PERMISSION
from berdaya.intake.sheets import IGNORED
from berdaya.intake.sources import Source
from berdaya.intake.states import NEXT, UNDO_DAYS, ImportState
from berdaya.kernel import clock
from berdaya.kernel.bulk import fetch
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.numbers import named_errors
from berdaya.process.import_lists import OF_PROGRAMME
from berdaya.programmes.models import Programme
from berdaya.programmes.selectors import config_of

CONFIRM = "import.confirm"
HANGING_EXAMPLES = 3
LONG_TEXT = 40 << 20
"""A text above this size is packed before it is stored."""
NO_UNDO = frozenset({"classes", "packages", "resources", "mentors"})


@dataclass(frozen=True, slots=True)
class Started:
    """The import, and whether this very file was under way or done before."""

    job_id: UUID
    repeated: bool


def start_import(
    *, actor: Actor, kind: str, content: bytes, name: str, programme: str = "", as_of: date | None = None,
    language: str = "id",
) -> Started:  # fmt: skip
    """Take a file in; nothing of it is written until its preview is confirmed. The same file again is the same import.

    Raises:
        Problem: `not_allowed`, `not_found`, `import_needs_programme`, and what `intake.files` raises for a file that
            is no list: then nothing is kept.
    """
    require(actor, PERMISSION)
    kind_of(kind)
    office = jobs.office_of(actor)
    where = _programme(programme) if programme else None
    if kind in OF_PROGRAMME and where is None:
        raise Problem("import_needs_programme")
    config = config_of(actor=actor, programme_id=where.pk) if where else None
    if len(content) > LIMITS.csv_bytes:
        raise Problem("file_too_large", file=name, megabytes=LIMITS.file_bytes >> 20)
    digest = hashlib.sha256(content).digest()
    known = jobs.known_job(office=office, programme=programme, kind=kind, sha256=digest)
    if known is not None:
        return Started(known, repeated=True)
    # A file that is no list is refused before anything of it is kept.
    _try_out(content, name)
    packed = gzip.compress(content, 5) if len(content) > LONG_TEXT and not content.startswith(b"\x1f\x8b") else content
    area = config.programme.area if config else actor.lo
    with transaction.atomic():
        file = store_file(
            actor=actor,
            draft=FileDraft(
                content=packed, media_type="application/octet-stream", name=name, purpose="import", area=area,
                office=office,
            ),
        )  # fmt: skip
        job = ImportJob.objects.create(
            id=new_id(), area=area, office_id=office, programme_code=programme, kind=kind, file_id=file,
            file_name=name[:160], sha256=digest, state=ImportState.READING, language=language,
            synthetic=bool(config and config.example is not None), as_of=as_of or clock.today(),
            made_by=actor.account_id or 0, made_role=actor.role_id,
        )  # fmt: skip
        _note(actor, job, "intake.uploaded")
    return Started(job.id, repeated=False)


def _programme(code: str) -> Programme:
    found = Programme.objects.filter(code=code).first()
    if found is None:
        raise Problem("not_found")
    return found


def _try_out(content: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory(prefix="berdaya-") as folder:
        path = Path(folder, "daftar")
        path.write_bytes(content)
        Source(path, name).glance(())


def job_of(*, actor: Actor, job_id: UUID, lock: bool = False) -> ImportJob:
    """The import, where the actor's office may see it. Raises `not_allowed`, `not_found`."""
    if PERMISSION not in actor.permissions:
        require(actor, CONFIRM)
    rows = ImportJob.objects.select_for_update() if lock else ImportJob.objects
    found = rows.filter(pk=job_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def move(job: ImportJob, state: ImportState, *more: str) -> None:
    """Bring an import into a state and save `more` columns with it. Raises `bad_state`."""
    if state not in NEXT[ImportState(job.state)]:
        raise Problem("bad_state", state=job.state)
    job.state = state
    job.save(update_fields=["state", *more])


@transaction.atomic
def confirm_headings(*, actor: Actor, job_id: UUID, mapping: Mapping[str, str]) -> None:
    """What the headings mean: heading -> field, `-` for a column that is left out. The office keeps it; a preview is
    made again where one stood.

    Raises:
        Problem: `import_mapping_bad`, `bad_state`.
    """
    require(actor, PERMISSION)
    job = job_of(actor=actor, job_id=job_id, lock=True)
    titles = [str(title) for title in job.preview.get("titles", [])]
    jobs.keep_mapping(actor=actor, kind=kind_of(job.kind), fingerprint=job.fingerprint, titles=titles, mapping=mapping)
    _note(actor, job, "intake.headings_confirmed")
    move(job, ImportState.READING)


@transaction.atomic
def answer_places(*, actor: Actor, job_id: UUID, answers: Mapping[str, int]) -> None:
    """Which village each asked spelling means (0: none of them, its rows stay refused). Raises `bad_state`,
    `import_answers_missing`.
    """
    require(actor, PERMISSION)
    job = job_of(actor=actor, job_id=job_id, lock=True)
    asked = {str(one["written"]) for one in job.asked}
    if asked - set(answers):
        raise Problem("import_answers_missing", count=len(asked - set(answers)))
    jobs.keep_places(actor=actor, answers={key: answers[key] for key in asked})
    _note(actor, job, "intake.places_answered")
    move(job, ImportState.READING)


@transaction.atomic
def confirm_import(*, actor: Actor, job_id: UUID) -> ImportState:
    """Write what the preview shows. Where the office wants two people, the first call waits for somebody else's.

    Raises:
        Problem: `not_allowed`, `bad_state`, `same_person` where maker and checker are one.
    """
    job = job_of(actor=actor, job_id=job_id, lock=True)
    if job.state == ImportState.WAITING:
        require(actor, CONFIRM)
        if job.made_by == actor.account_id:
            raise Problem("same_person")
        job.checked_by = actor.account_id
        _note(actor, job, "intake.confirmed")
        move(job, ImportState.QUEUED, "checked_by")
        return ImportState.QUEUED
    require(actor, PERMISSION)
    second = jobs.needs_second(office=job.office_id) and job.state == ImportState.READY
    _note(actor, job, "intake.proposed" if second else "intake.confirmed")
    move(job, ImportState.WAITING if second else ImportState.QUEUED)
    return ImportState(job.state)


@transaction.atomic
def stop_import(*, actor: Actor, job_id: UUID) -> None:
    """Stop after the batch that is being written; what is written stays, and it can go on. Raises `bad_state`."""
    require(actor, PERMISSION)
    job = job_of(actor=actor, job_id=job_id, lock=True)
    _note(actor, job, "intake.stop_asked")
    if job.state == ImportState.QUEUED:
        move(job, ImportState.STOPPED)
    elif job.state == ImportState.RUNNING:
        ImportJob.objects.filter(pk=job_id).update(stop_asked=True)
    else:
        raise Problem("bad_state", state=job.state)


@transaction.atomic
def go_on(*, actor: Actor, job_id: UUID) -> None:
    """Go on with an import that was stopped, stopped itself or failed. Raises `bad_state`, `import_halted_second`."""
    require(actor, PERMISSION)
    job = job_of(actor=actor, job_id=job_id, lock=True)
    if job.state not in {ImportState.STOPPED, ImportState.HALTED, ImportState.FAILED}:
        raise Problem("bad_state", state=job.state)
    if job.state == ImportState.HALTED and jobs.needs_second(office=job.office_id) and not job.checked_by:
        raise Problem("import_halted_second")
    _note(actor, job, "intake.went_on")
    job.stop_asked, job.problem, job.lease_until, job.worker = False, {}, None, ""
    again = ImportState.READING if job.state == ImportState.FAILED and not job.rows_total else ImportState.QUEUED
    job.counts = {**job.counts, "halt_overruled": 1} if job.state == ImportState.HALTED else job.counts
    move(job, again, "stop_asked", "problem", "lease_until", "worker", "counts")


@transaction.atomic
def drop_import(*, actor: Actor, job_id: UUID) -> None:
    """Throw an import away of which nothing was written. Raises `bad_state`."""
    require(actor, PERMISSION)
    job = job_of(actor=actor, job_id=job_id, lock=True)
    if job.batches_done:
        raise Problem("bad_state", state=job.state)
    _note(actor, job, "intake.dropped")
    job.samples_cipher = job.samples_key = None
    move(job, ImportState.DROPPED, "samples_cipher", "samples_key")


@dataclass(frozen=True, slots=True)
class Hanging:
    """What hangs on an import: how many of its people, candidates or groups a table points at, and some of them."""

    root: str
    place: str
    count: int
    examples: tuple[UUID, ...] = ()


def hanging_on(*, actor: Actor, job_id: UUID) -> list[Hanging]:
    """What would stay if the import were undone now, and why; of any length, in one call."""
    job_of(actor=actor, job_id=job_id)
    with named_errors():
        found = fetch("SELECT root, place, total, ids FROM intake_hanging_on(%s, %s)", [job_id, HANGING_EXAMPLES])
    return [Hanging(root, place, count, tuple(ids)) for root, place, count, ids in found]


@transaction.atomic
def ask_undo(*, actor: Actor, job_id: UUID, reason: str) -> None:
    """Undo an import within 30 days: what hangs on nothing goes, changed people get their old values back.

    Raises:
        Problem: `bad_state`, `import_too_old`, `import_no_undo`, `reason_missing`.
    """
    require(actor, PERMISSION)
    job = job_of(actor=actor, job_id=job_id, lock=True)
    if job.kind in NO_UNDO:
        raise Problem("import_no_undo")
    last = job.finished_at or job.started_at
    if last is not None and last < clock.now() - timedelta(days=UNDO_DAYS):
        raise Problem("import_too_old", days=UNDO_DAYS)
    if sum(char.isalpha() for char in reason) < 10:
        raise Problem("reason_missing")
    _note(actor, job, "intake.undo_asked", reason=reason)
    job.lease_until, job.worker = None, ""
    move(job, ImportState.UNDOING, "lease_until", "worker")


def _note(actor: Actor, job: ImportJob, name: str, *, reason: str = "") -> None:
    record(
        actor=actor, name=name, subject_kind="import", subject_id=job.id, area=job.area, reason=reason, kind=job.kind,
        rows=job.rows_total,
    )  # fmt: skip


def forget_run(job_id: UUID) -> None:
    """The file of an undone import may come again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT intake_forget_run(%s)", [job_id])


def actor_of(username: str) -> Actor:
    """The role of an account that may import. Raises `run_office_unknown`."""
    with scoped(SIGN_IN):
        account = Account.objects.filter(username=username.lower(), is_active=True).first()
    for choice in roles_of(account.pk) if account else ():
        actor = actor_for(account.pk, name=account.name, role_id=choice.id) if account else None
        if actor is not None and PERMISSION in actor.permissions and actor.office:
            return actor
    raise Problem("run_office_unknown", office="-", user=username)


def guessed(actor: Actor, job_id: UUID) -> dict[str, str]:
    """The headings as they were recognised; those that were not are left out."""
    job = job_of(actor=actor, job_id=job_id)
    return {str(one["title"]): str(one["field"] or IGNORED) for one in job.preview.get("columns", [])}


def newest(*, actor: Actor, count: int, programme: str | None = None) -> list[ImportJob]:
    """Imports of the office, the newest first."""
    if PERMISSION not in actor.permissions:
        require(actor, CONFIRM)
    rows = ImportJob.objects.order_by("-recorded_at")
    if programme is not None:
        rows = rows.filter(programme_code=programme)
    return list(rows[:count])
