"""Who works on an import: a worker holds it for a minute at a time, and another takes it when the minute has run out.

Leases are kept in the time of the machine, not in that of the office: a demo stands still on one day.
"""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from berdaya.access.selectors import actor_for
from berdaya.intake.models import ImportJob
from berdaya.kernel.bulk import fetch
from berdaya.kernel.scope import Actor, scoped
from berdaya.process import import_jobs

LEASE_SECONDS = 60
WORKER = Actor(kind="staff", role="worker", name="import")
"""Takes imports; sees no row itself."""


class Lost(Exception):  # noqa: N818 - nothing went wrong: another worker has it
    """Another worker holds this import."""


def is_free(job: ImportJob) -> bool:
    """Whether nobody holds it."""
    return not job.worker or job.lease_until is None or job.lease_until < timezone.now()


def lease_end() -> datetime:
    """Until when a worker that begins a batch now may hold the import."""
    return timezone.now() + timedelta(seconds=LEASE_SECONDS)


def worker_name() -> str:
    """Host and process."""
    return f"{socket.gethostname()[:24]}:{os.getpid()}"


def claim(worker: str, *, only: UUID | None = None) -> tuple[UUID, Actor] | None:
    """The next import that nobody works on, and the actor in whose scope it is worked on."""
    with scoped(WORKER):
        found = fetch("SELECT job, account, role FROM intake_claim_job(%s, %s, %s)", [worker, LEASE_SECONDS, only])
    if not found:
        return None
    job, account, role = found[0]
    return job, actor_for(account, role_id=role)


def take_over(*, actor: Actor, job_id: UUID, worker: str) -> bool:
    """Take the import of a worker of this machine that is dead, without waiting for its lease to run out."""
    with scoped(actor):
        held = import_jobs.job_of(actor=actor, job_id=job_id).worker
        host, _, process = held.partition(":")
        if host != worker.partition(":")[0] or not process.isdecimal() or _is_alive(int(process)):
            return False
    return claim(held, only=job_id) is not None and _renamed(actor, job_id, held, worker)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _renamed(actor: Actor, job_id: UUID, old: str, new: str) -> bool:
    with scoped(actor):
        return ImportJob.objects.filter(pk=job_id, worker=old).update(worker=new) == 1
