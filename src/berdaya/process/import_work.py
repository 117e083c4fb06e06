"""The work of an import, a step at a time: reading for the preview, writing batch by batch, undoing.

Every step is one transaction in the scope of who started the import. A step that is killed leaves nothing, the next
worker begins with it again; a worker that lost its lease writes no more.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection

from berdaya.enterprises.catalogue import using
from berdaya.files.selectors import file_info
from berdaya.files.services import store_file
from berdaya.files.types import FileDraft
from berdaya.intake import checked_copy, jobs
from berdaya.intake.columns import plain_text
from berdaya.intake.files import FileKind, Workbook, read_path
from berdaya.intake.kinds import ListKind, kind_of
from berdaya.intake.models import ImportBatch, ImportJob, ImportRun
from berdaya.intake.reading import joined, refuse
from berdaya.intake.rows import ListReader, candidate_reader, family_reader
from berdaya.intake.services import XLSX, marked_copy
from berdaya.intake.sheets import EXPLAINED, heading_key
from berdaya.intake.sources import Glance, Source
from berdaya.intake.states import OPEN, ImportState
from berdaya.intake.types import CellProblem, Reading
from berdaya.kernel import clock
from berdaya.kernel.bulk import fetch, refresh_statistics
from berdaya.kernel.ids import new_id, stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.people.linkage.services import link_new
from berdaya.process import import_jobs
from berdaya.process.import_lease import Lost, is_free, lease_end, worker_name
from berdaya.process.import_lists import SMALL, Target, Written, compare_people, write_people
from berdaya.programmes.models import Programme
from berdaya.programmes.selectors import config_of
from berdaya.training.catalogue import catalogue_of

BATCH = 10_000
FEW_ROWS, FEW_BYTES = 20_000, 6 << 20
"""Imports up to this size are worked on at once where they are asked for."""
COPIED_ROWS = 60_000
"""Longer lists get a copy of their refused rows only."""
PROBLEMS_KEPT = 100_000
TRIES = 6
DEADLOCK = "40P01"
LINKED_TOGETHER = 5_000
DUPLICATES = ("duplicate_nik", "duplicate_kk", "duplicate_ref")


@dataclass
class _Found:
    """What the preview gathers."""

    rows: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    warned: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    samples: list[dict[str, object]] = field(default_factory=list)
    readings: list[Reading[Any]] = field(default_factory=list)
    kept_rows: dict[str, list[tuple[int, list[Any]]]] = field(default_factory=dict)
    problems: int = 0


def work_here(*, actor: Actor, job_id: UUID, batch: int = BATCH) -> str:
    """Do what is open for a small import at once; a long one is left to the worker. Answers the state."""
    job = import_jobs.job_of(actor=actor, job_id=job_id)
    if job.state not in OPEN or not _is_few(actor, job):
        return str(job.state)
    return work(actor=actor, job_id=job_id, worker=worker_name(), batch=batch)


def _is_few(actor: Actor, job: ImportJob) -> bool:
    return file_info(actor=actor, file=job.file_id).size <= FEW_BYTES and job.rows_total <= FEW_ROWS


def seconds_left(job: ImportJob) -> int | None:
    """By the pace so far; None before the first batch."""
    if not job.rows_done or not job.worked_ms:
        return None
    return round((job.rows_total - job.rows_done) * job.worked_ms / job.rows_done / 1000)


def work(
    *, actor: Actor, job_id: UUID, worker: str, batch: int = BATCH, say: Callable[[ImportJob], None] | None = None
) -> str:
    """Work on an import until a person must decide, it is finished, or it fails. Answers its state."""
    while True:
        with scoped(actor):
            job = import_jobs.job_of(actor=actor, job_id=job_id)
            state = ImportState(job.state)
            listed = catalogue_of(job.office_id)
        if say is not None:
            say(job)
        if state not in OPEN:
            return state.value
        try:
            # What the office added to the catalogue may stand in its lists.
            with using(listed):
                if state is ImportState.READING:
                    _preview(actor, job_id, batch)
                elif state is ImportState.UNDOING:
                    _undo(actor, job_id, worker, say)
                else:
                    _write(actor, job_id, worker, batch, say)
        except Lost:
            return state.value
        except Problem as problem:
            _fail(actor, job_id, problem)


def _fail(actor: Actor, job_id: UUID, problem: Problem) -> None:
    with scoped(actor):
        job = import_jobs.job_of(actor=actor, job_id=job_id, lock=True)
        job.problem = {
            "code": problem.code,
            **{language: problem.told(language) for language in ("id", "en")},
        }
        import_jobs.move(job, ImportState.FAILED, "problem")


def source_of(actor: Actor, job: ImportJob) -> Source:
    """The uploaded file."""
    return Source(Path(file_info(actor=actor, file=job.file_id).path), job.file_name)


def target_of(actor: Actor, job: ImportJob) -> Target:
    """Where the rows go."""
    programme = Programme.objects.filter(code=job.programme_code).first() if job.programme_code else None
    config = config_of(actor=actor, programme_id=programme.pk) if programme else None
    return Target(
        job.id, job.office_id, job.area, job.as_of, job.synthetic, programme.pk if programme else None, config
    )


def _reader(job: ImportJob, questions: jobs.PlaceQuestions) -> ListReader[Any]:
    make = candidate_reader if job.kind == "candidates" else family_reader
    return make(as_of=job.as_of, find_area=questions.finder())


def _preview(actor: Actor, job_id: UUID, batch: int) -> None:
    started = time.perf_counter()
    with scoped(actor, reason="import"):
        job = import_jobs.job_of(actor=actor, job_id=job_id)
        kind, source = kind_of(job.kind), source_of(actor, job)
        glance = _glance(job, kind, source)
        if glance is not None:
            job.preview = _headings(glance)
            import_jobs.move(job, ImportState.MAPPING, "preview", "fingerprint", "mapping")
            return
        questions = jobs.PlaceQuestions(job.office_id, job.area)
        found = _Found()
        target = target_of(actor, job)
        if job.kind in SMALL:
            _look_small(job, kind, source, questions, found)
        else:
            _look_long(actor, target, job, source, questions, found, batch)
        job.rows_total, job.refused = found.rows, dict(found.refused)
        job.asked = list(questions.open.values())
        job.checked_copy_id = _copy(actor, job, source, found) if found.problems else None
        job.preview = {
            "counts": dict(found.counts), "warnings": dict(found.warned),
            "seconds": round(time.perf_counter() - started, 1),
        }  # fmt: skip
        jobs.seal_samples(job, found.samples)
        state = ImportState.ASKING if job.asked else ImportState.READY
        if _is_halted(found.refused, found.rows):
            state = ImportState.HALTED
        import_jobs.move(
            job, state, "rows_total", "refused", "asked", "checked_copy", "preview", "samples_cipher", "samples_key",
            "fingerprint", "mapping",
        )  # fmt: skip


def _is_halted(refused: Counter[str] | dict[str, int], rows: int) -> bool:
    """More than half are duplicates: a list that was uploaded by mistake."""
    return rows >= 10 and 2 * sum(refused.get(code, 0) for code in DUPLICATES) > rows


def _glance(job: ImportJob, kind: ListKind, source: Source) -> Glance | None:
    """The headings, where a person must still say what they mean; the office is asked once per set of headings."""
    glance = source.glance(kind.main.columns)
    job.fingerprint = glance.header.fingerprint
    kept = jobs.kept_mapping(office=job.office_id, kind=kind.code, fingerprint=job.fingerprint)
    job.mapping = kept or {}
    if kept is not None:
        glance = source.glance(kind.main.columns, kept)
        return glance if glance.missing else None
    usual = {heading_key(column.heading) for sheet in kind.sheets for column in sheet.columns} | EXPLAINED
    strange = [title for title in glance.header.titles if title and heading_key(title) not in usual]
    return glance if glance.missing or strange else None


def _headings(glance: Glance) -> dict[str, Any]:
    by_place = {place: name for name, place in glance.header.places.items()}
    return {
        "sheet": glance.sheet, "titles": list(glance.header.titles), "missing": list(glance.missing),
        "columns": [
            {"title": title, "field": by_place.get(place, ""),
             "examples": list(glance.examples[place]) if _may_show(by_place.get(place, ""), glance, place) else []}
            for place, title in enumerate(glance.header.titles) if title and heading_key(title) not in EXPLAINED
        ],
        "above": dict(glance.header.above),
    }  # fmt: skip


def _may_show(field_name: str, glance: Glance, place: int) -> bool:
    """Example cells stand in the clear beside their heading only where they hold no number or name of a person."""
    personal = {"nik", "kk", "name", "phone", "birth_date", "birth_place", "address"}
    return field_name not in personal and not any(
        sum(char.isdigit() for char in cell) >= 8 for cell in glance.examples[place]
    )


def _look_long(  # noqa: PLR0917 - one step of the preview with all that it needs
    actor: Actor, target: Target, job: ImportJob, source: Source, questions: jobs.PlaceQuestions, found: _Found,
    batch: int,
) -> None:  # fmt: skip
    reader, main = _reader(job, questions), kind_of(job.kind).main
    for part in source.parts(main.title, main.columns, main.keys, batch, job.mapping):
        reading = reader.part(part.table, part.numbers, part.body)
        compared = compare_people(actor, target, reading.rows)
        reading = refuse(reading, compared.refused, main.columns)
        _gather(found, reading, compared)
        if found.problems < PROBLEMS_KEPT:
            first = part.table.first
            wrong = {problem.line - first for problem in reading.problems}
            kept = found.kept_rows.setdefault(part.table.sheet, [])
            kept += [(n, row) for n, row in zip(part.numbers, part.body, strict=True) if n in wrong]
            found.readings.append(Reading(reading.sheet, (), reading.problems, (), 0, reading.tables))
            found.problems += len(reading.problems)


def _gather(found: _Found, reading: Reading[Any], compared: Written) -> None:
    found.rows += reading.rows_in
    found.refused.update(reading.refused)
    found.warned.update(warning.code for warning in reading.warnings)
    found.counts.update(compared.counts)
    found.samples += compared.samples[: max(0, 100 - len(found.samples))]


def _look_small(job: ImportJob, kind: ListKind, source: Source, questions: jobs.PlaceQuestions, found: _Found) -> None:
    readings = kind.read(book_of(source), job.as_of, questions.finder(), job.mapping)
    for reading in readings:
        _gather(found, reading, Written(counts=Counter(new=len(reading.rows))))
        found.problems += len(reading.problems)
    found.readings = list(readings)


def book_of(source: Source) -> Workbook:
    """The whole file at once."""
    return source.book if not source.long else read_path(source.path, name=source.name)


def _copy(actor: Actor, job: ImportJob, source: Source, found: _Found) -> UUID:
    """The checked copy of the file; of a long one its refused rows."""
    readings = [joined(one.sheet, [one]) for one in found.readings]
    if job.kind in SMALL or found.rows <= COPIED_ROWS:
        content = marked_copy(book_of(source), readings, language=job.language)
    else:
        content = _refused_only(job, source, found)
    draft = FileDraft(
        content=content, media_type=XLSX, name=f"{Path(job.file_name).stem} - diperiksa.xlsx", purpose="checked_copy",
        area=job.area, office=job.office_id,
    )  # fmt: skip
    return store_file(actor=actor, draft=draft)


def _refused_only(job: ImportJob, source: Source, found: _Found) -> bytes:
    main = kind_of(job.kind).main
    titles = source.glance(main.columns, job.mapping).header.titles
    sheets: dict[str, list[list[Any]]] = {}
    problems: dict[str, list[CellProblem]] = {}
    for sheet, kept in found.kept_rows.items():
        at = {number: place for place, (number, _) in enumerate(kept, start=2)}
        sheets[sheet] = [list(titles), *[[plain_text(cell) for cell in row] for _, row in kept]]
        problems[sheet] = [
            CellProblem(one.sheet, at[one.row], one.column, one.heading, one.code, one.other)
            for reading in found.readings for one in reading.problems if one.sheet == sheet and one.row in at
        ]  # fmt: skip
    book = Workbook(job.file_name, FileKind.CSV, "", sheets)
    return checked_copy.make(book, problems, dict.fromkeys(sheets, 1), language=job.language)


def _write(actor: Actor, job_id: UUID, worker: str, batch: int, say: Callable[[ImportJob], None] | None) -> None:
    with scoped(actor):
        job = import_jobs.job_of(actor=actor, job_id=job_id, lock=True)
        if job.state == ImportState.QUEUED:
            job.started_at = job.started_at or clock.now()
            job.samples_cipher = job.samples_key = None
            import_jobs.move(job, ImportState.RUNNING, "started_at", "samples_cipher", "samples_key")
        if job.worker != worker and is_free(job):
            job.worker, job.lease_until = worker, lease_end()
            job.save(update_fields=["worker", "lease_until"])
        if job.worker != worker:
            raise Lost
        source = source_of(actor, job)
    if job.kind in SMALL:
        _write_small(actor, job, source, worker)
        return
    steps = _long_steps(actor, job, source, batch)
    for number, reading in steps:
        if not _write_batch(actor, job_id, worker, number, reading):
            return
        if is_time_to_look(number):
            with scoped(actor):
                refresh_statistics()
        if say is not None:
            with scoped(actor):
                say(import_jobs.job_of(actor=actor, job_id=job_id))
    _finish(actor, job_id, worker)


def _long_steps(actor: Actor, job: ImportJob, source: Source, batch: int) -> Iterator[tuple[int, Reading[Any]]]:
    """Batches that are not written yet. Rows of those that are go through the reader too, for it must know their
    numbers.
    """
    main = kind_of(job.kind).main
    with scoped(actor):
        reader = _reader(job, jobs.PlaceQuestions(job.office_id, job.area))
    parts = source.parts(main.title, main.columns, main.keys, batch, job.mapping)
    for number, part in enumerate(parts, start=1):
        with scoped(actor):
            reading = reader.part(part.table, part.numbers, part.body)
        if number > job.batches_done:
            yield number, reading


def is_time_to_look(number: int) -> bool:
    """Whether the planner should see the tables again after this batch: each time that they have doubled."""
    return number & (number - 1) == 0


def _write_batch(actor: Actor, job_id: UUID, worker: str, number: int, reading: Reading[Any]) -> bool:
    """One batch in one transaction; False where the import stops here."""
    for attempt in range(TRIES):
        try:
            return _try_batch(actor, job_id, worker, number, reading)
        except (Problem, OperationalError) as error:
            # Somebody else is registering the same people: when they are done, these are known.
            if attempt == TRIES - 1 or not _is_crossing(error):
                raise
            time.sleep(0.2 * 2**attempt)
    return False


def _is_crossing(error: Problem | OperationalError) -> bool:
    """Whether two imports met in the same numbers; the database ends one of two that wait for each other."""
    if isinstance(error, Problem):
        return error.code == "identity_busy"
    return str(getattr(error.__cause__, "sqlstate", "")) == DEADLOCK


def _try_batch(actor: Actor, job_id: UUID, worker: str, number: int, reading: Reading[Any]) -> bool:
    started = time.perf_counter()
    with scoped(actor, reason=f"import {job_id}"):
        job = import_jobs.job_of(actor=actor, job_id=job_id, lock=True)
        if job.state != ImportState.RUNNING or job.worker != worker or job.batches_done != number - 1:
            return False
        if job.stop_asked:
            job.stop_asked = False
            import_jobs.move(job, ImportState.STOPPED, "stop_asked")
            return False
        written = write_people(actor, target_of(actor, job), reading.rows)
        reading = refuse(reading, written.refused, kind_of(job.kind).main.columns)
        _keep(job, number, reading.rows_in, reading.refused, written, started)
        halted = number >= 2 and _is_halted(job.refused_so_far, job.rows_done)  # type: ignore[attr-defined]
        if halted and not job.counts.get("halt_overruled"):
            import_jobs.move(job, ImportState.HALTED)
            return False
    return True


def _keep(  # noqa: PLR0917 - what a batch leaves behind
    job: ImportJob, number: int, rows: int, refused: dict[str, int], written: Written, started: float
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nullif(current_setting('pghistory.context_id', true), '')")
        (context,) = cursor.fetchone() or (None,)
    ImportBatch.objects.create(
        id=stable_id("import-batch", job.id, number), area=job.area, office_id=job.office_id, job=job, number=number,
        rows=rows, counts=dict(written.counts), households=written.households, persons=written.persons,
        candidates=written.candidates, groups=written.groups, changed=written.changed, others=written.others,
        context_id=context,
    )  # fmt: skip
    counts = Counter(job.counts)
    counts.update(written.counts)
    counts.update({f"refused:{code}": count for code, count in refused.items()})
    job.counts = dict(counts)
    job.refused_so_far = {  # type: ignore[attr-defined]
        code.removeprefix("refused:"): count for code, count in counts.items() if code.startswith("refused:")
    }
    job.rows_done, job.batches_done = job.rows_done + rows, number
    job.worked_ms += round((time.perf_counter() - started) * 1000)
    job.lease_until = lease_end()
    job.save(update_fields=["counts", "rows_done", "batches_done", "worked_ms", "lease_until"])


def _write_small(actor: Actor, job: ImportJob, source: Source, worker: str) -> None:
    started = time.perf_counter()
    kind = kind_of(job.kind)
    with scoped(actor, reason=f"import {job.id}"):
        held = import_jobs.job_of(actor=actor, job_id=job.id, lock=True)
        if held.state == ImportState.RUNNING and not held.batches_done:
            finder = jobs.PlaceQuestions(held.office_id, held.area).finder()
            readings: Sequence[Reading[Any]] = kind.read(book_of(source), held.as_of, finder, held.mapping)
            written = SMALL[held.kind](actor, target_of(actor, held), readings)
            refused: Counter[str] = Counter(code for *_, code, _ in written.refused)
            for reading in readings:
                refused.update(reading.refused)
            _keep(held, 1, sum(reading.rows_in for reading in readings), dict(refused), written, started)
    _finish(actor, job.id, worker)


def _finish(actor: Actor, job_id: UUID, worker: str) -> None:
    with scoped(actor):
        job = import_jobs.job_of(actor=actor, job_id=job_id, lock=True)
        if job.state != ImportState.RUNNING or job.worker != worker:
            return
        job.finished_at, job.lease_until = clock.now(), None
        refused = {
            code.removeprefix("refused:"): count for code, count in job.counts.items() if code.startswith("refused:")
        }
        ImportRun.objects.get_or_create(
            office_id=job.office_id, programme_code=job.programme_code, kind=job.kind, sha256=job.sha256,
            defaults={
                "id": new_id(), "area": job.area, "file_name": job.file_name, "rows_in": job.rows_done,
                "rows_taken": job.rows_done - sum(refused.values()), "refused": refused,
                "outcomes": {k: v for k, v in job.counts.items() if ":" not in k},
                "checked_copy_id": job.checked_copy_id, "account_id": job.made_by,
            },
        )  # fmt: skip
        import_jobs.move(job, ImportState.DONE, "finished_at", "lease_until")
    with scoped(actor):
        refresh_statistics()
    _look_alikes(actor, job_id)


def _look_alikes(actor: Actor, job_id: UUID) -> None:
    """Doubles of those who have just come in are looked for in portions, each in a transaction of its own."""
    with scoped(actor):
        batches = list(ImportBatch.objects.filter(job=job_id).order_by("number").values_list("id", flat=True))
    waiting: list[UUID] = []
    for batch in batches:
        with scoped(actor):
            waiting += ImportBatch.objects.values_list("persons", flat=True).get(pk=batch)
            if len(waiting) >= LINKED_TOGETHER or batch == batches[-1]:
                link_new(actor=actor, person_ids=waiting)
                waiting = []


def _undo(actor: Actor, job_id: UUID, worker: str, say: Callable[[ImportJob], None] | None) -> None:
    """Batches from the last to the first, each in a transaction of its own."""
    with scoped(actor):
        batches = list(
            ImportBatch.objects.filter(job=job_id, undone_at=None).order_by("-number").values_list("id", flat=True)
        )
    for batch in batches:
        with scoped(actor, reason=f"undo import {job_id}"):
            job = import_jobs.job_of(actor=actor, job_id=job_id, lock=True)
            if job.state != ImportState.UNDOING or (job.worker and job.worker != worker):
                return
            [(counts,)] = fetch("SELECT intake_undo_batch(%s)", [batch])
            gone = Counter(job.preview.get("undone", {}))
            gone.update({name: int(count) for name, count in json.loads(counts).items()})
            job.preview = {**job.preview, "undone": dict(gone)}
            job.worker, job.lease_until = worker, lease_end()
            job.save(update_fields=["preview", "worker", "lease_until"])
        if say is not None:
            say(job)
    with scoped(actor):
        job = import_jobs.job_of(actor=actor, job_id=job_id, lock=True)
        job.undone_at, job.lease_until = clock.now(), None
        import_jobs.move(job, ImportState.UNDONE, "undone_at", "lease_until")
        import_jobs.forget_run(job_id)
