"""``import run``, ``resume``, ``jobs``, ``undo``: an import from the command line, batch by batch, with the time left.

Exit status: 0 where the import is done or waits for a person, 1 where it failed or the file cannot be read.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from berdaya.cli.existing import write_json
from berdaya.config.database import DEMO, MAIN, database
from berdaya.kernel.problems import Problem

if TYPE_CHECKING:
    from berdaya.intake.models import ImportJob
    from berdaya.kernel.scope import Actor

FAILED = 1
WAIT_SECONDS = 2.0


def add_arguments(actions: Any, kinds: dict[str, str], shape: dict[str, Any]) -> None:
    """The four actions beside ``check`` and ``template``."""
    run_ = actions.add_parser("run", help="read a list for its preview and, with --yes, write it", **shape)
    run_.add_argument("file", type=Path, help="the list: xlsx, xls, ods, csv or csv.gz")
    run_.add_argument("--type", choices=kinds, required=True, metavar="TYPE", help="one of the types below")
    run_.add_argument("--programme", default="", metavar="CODE", help="the programme that the list belongs to")
    resume = actions.add_parser("resume", help="go on with an import that was stopped, killed, or waits for --yes")
    resume.add_argument("job", type=UUID, help="the import's id")
    undo = actions.add_parser("undo", help="undo an import within 30 days; what hangs on it is listed and stays")
    undo.add_argument("job", type=UUID, help="the import's id")
    undo.add_argument("--reason", required=True, help="why, for the audit trail")
    listed = actions.add_parser("jobs", help="imports of the office, the newest first")
    for parser in (run_, resume):
        parser.add_argument("--yes", action="store_true", help="confirm headings as recognised, and the preview")
        parser.add_argument("--batch", type=int, default=0, metavar="N", help="rows to a batch (default 10,000)")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write counts there")
    for parser in (run_, resume, undo, listed):
        parser.add_argument("--user", required=True, metavar="NAME", help="user name in whose role it is done")
        parser.add_argument("--demo", action="store_true", help="in the demo database")


def run(options: argparse.Namespace) -> int:
    """One of the four actions."""
    with _opened(demo=options.demo):
        from berdaya.process.import_jobs import actor_of

        actor = actor_of(options.user)
        if options.action == "jobs":
            return _list(actor)
        if options.action == "undo":
            return _undo(actor, options)
        job = _start(actor, options) if options.action == "run" else options.job
        return _go(actor, job, options)


@contextmanager
def _opened(*, demo: bool) -> Iterator[None]:
    with database(DEMO if demo else MAIN, demo=demo):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "berdaya.config.settings")
        import django

        django.setup()
        yield


def _start(actor: Actor, options: argparse.Namespace) -> UUID:
    from berdaya.kernel.scope import scoped
    from berdaya.process.import_jobs import start_import

    try:
        content = options.file.read_bytes()
    except OSError as error:
        raise Problem("start.file_unreadable", path=options.file, reason=error.strerror) from error
    with scoped(actor):
        started = start_import(
            actor=actor, kind=options.type, content=content, name=options.file.name, programme=options.programme
        )
    if started.repeated:
        sys.stdout.write("berkas ini sudah pernah dibaca / this very file was read before\n")
    return started.job_id


def _go(actor: Actor, job: UUID, options: argparse.Namespace) -> int:
    from berdaya.intake.states import OPEN, ImportState
    from berdaya.kernel.scope import scoped
    from berdaya.process import import_jobs, import_work

    if options.action == "resume":
        with scoped(actor):
            state = import_jobs.job_of(actor=actor, job_id=job).state
            if state in {ImportState.STOPPED, ImportState.FAILED} or (state == ImportState.HALTED and options.yes):
                import_jobs.go_on(actor=actor, job_id=job)
    while True:
        state = _work(actor, job, options.batch or import_work.BATCH)
        if state not in {"mapping", "ready"} or not options.yes:
            break
        with scoped(actor):
            if state == "mapping":
                import_jobs.confirm_headings(actor=actor, job_id=job, mapping=import_jobs.guessed(actor, job))
            else:
                import_jobs.confirm_import(actor=actor, job_id=job)
    with scoped(actor):
        found = import_jobs.job_of(actor=actor, job_id=job)
    report = report_of(found)
    if options.json:
        write_json(options.json, report)
    sys.stdout.write(_told(found) + "\n")
    return FAILED if found.state == ImportState.FAILED or found.state in OPEN else 0


def _work(actor: Actor, job: UUID, batch: int) -> str:
    """Work on it here; where another worker holds it, wait until that one is done or its lease has run out."""
    from berdaya.kernel.scope import scoped
    from berdaya.process import import_jobs, import_lease, import_work

    name = import_lease.worker_name()
    while True:
        with scoped(actor):
            state = import_jobs.job_of(actor=actor, job_id=job).state
        if state not in {"reading", "queued", "running", "undoing"}:
            return str(state)
        if import_lease.claim(name, only=job) or import_lease.take_over(actor=actor, job_id=job, worker=name):
            return import_work.work(actor=actor, job_id=job, worker=name, batch=batch, say=_progress)
        time.sleep(WAIT_SECONDS)


def _progress(job: ImportJob) -> None:
    from berdaya.process.import_work import seconds_left

    if job.state in {"running", "undoing"} and job.rows_total:
        left = seconds_left(job)
        tail = "" if left is None else f", sisa / left {left // 60}:{left % 60:02d}"
        sys.stderr.write(f"• {job.rows_done} / {job.rows_total}{tail}\n")
        sys.stderr.flush()


def report_of(job: ImportJob) -> dict[str, object]:
    """Counts of an import as the JSON file has them."""
    return {
        "job": str(job.pk), "state": job.state, "type": job.kind, "file": job.file_name, "rows": job.rows_total,
        "rows_done": job.rows_done, "batches": job.batches_done, "preview": job.preview.get("counts", {}),
        "counts": job.counts, "refused": job.refused, "undone": job.preview.get("undone", {}),
        "seconds": round(job.worked_ms / 1000, 3), "problem": job.problem,
    }  # fmt: skip


def _told(job: ImportJob) -> str:
    figures = job.counts if job.batches_done else job.preview.get("counts", {})
    lines = [f"{job.pk}  {job.state}  {job.kind}  {job.file_name}: {job.rows_done} / {job.rows_total}"]
    lines += [f"  {count:>9}  {name}" for name, count in sorted(figures.items())]
    if not job.batches_done:
        lines += [f"  {count:>9}  refused:{code}" for code, count in sorted(job.refused.items())]
    if job.problem:
        lines.append(f"  {job.problem.get('id', '')} / {job.problem.get('en', '')}")
    return "\n".join(lines)


def _undo(actor: Actor, options: argparse.Namespace) -> int:
    from berdaya.kernel.scope import scoped
    from berdaya.process import import_jobs

    with scoped(actor):
        for one in import_jobs.hanging_on(actor=actor, job_id=options.job):
            sys.stdout.write(f"  tetap / stays: {one.count} {one.root} <- {one.place}\n")
        import_jobs.ask_undo(actor=actor, job_id=options.job, reason=options.reason)
    state = _work(actor, options.job, 0)
    with scoped(actor):
        sys.stdout.write(f"{state} {import_jobs.job_of(actor=actor, job_id=options.job).preview.get('undone', {})}\n")
    return 0 if state == "undone" else FAILED


def _list(actor: Actor) -> int:
    from berdaya.kernel.scope import scoped
    from berdaya.process import import_jobs

    with scoped(actor):
        for job in import_jobs.newest(actor=actor, count=50):
            sys.stdout.write(_told(job).splitlines()[0] + "\n")
    return 0
