"""What the office must not forget: checks that run once a day for each office and leave tasks behind.

``serve`` and ``demo`` run them from the worker beside the web, ``./berdaya daily`` by hand or from a timer. A check
that has run for an office and a day does not run again; one that fails is kept with its problem, tried again at the
next call, and keeps none of the others from running.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import connection

from berdaya.access.models import Office
from berdaya.access.services import sweep_marks
from berdaya.accountability.services.lpj import remind_many
from berdaya.files.services import sweep_orphans
from berdaya.followup.services import raise_alerts
from berdaya.grants.services.assets import raise_asset_checks
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.process import forgotten
from berdaya.process.field.receive import apply_waiting
from berdaya.process.field.supervising import raise_falling
from berdaya.process.offices import automatic, installer
from berdaya.tasks.services import daily_done, keep_daily

logger = logging.getLogger(__name__)

PERMISSIONS = frozenset({
    "task.manage", "status.refresh", "programme.read", "family.read", "group.read", "business.read", "task.read",
})  # fmt: skip
"""Of the account that runs the checks: it reads, refreshes and makes tasks, and nobody can sign in with it."""

SWEPT_AFTER_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True)
class Found:
    """What a check leaves: how many tasks stand, and how many things it settled by itself."""

    tasks: int = 0
    done: int = 0


@dataclass(frozen=True)
class Check:
    """One daily check: its code, its words, and the work, which returns how many tasks stand."""

    code: str
    name: tuple[str, str]
    run: Callable[[Actor, date], int | Found]
    kind: str = ""
    """Kind of its tasks, where all are of one kind."""
    once: bool = False
    """True where it is about the installation and not about an office: it runs with the first office only."""


def _waiting_records(actor: Actor, on: date) -> Found:
    done = apply_waiting(office=int(actor.office or 0))
    return Found(forgotten.waiting_records(actor, on), done)


def _sweep(_actor: Actor, _on: date) -> Found:
    # A demo may share its bucket with the main database, whose files it does not know.
    return Found() if settings.DEMO else Found(done=sweep_orphans(age_seconds=SWEPT_AFTER_SECONDS))


CHECKS = (
    Check("alerts", ("Usaha yang melemah", "Weakening businesses"),
          lambda actor, on: raise_alerts(actor=actor, as_of=on).open),
    Check("assets", ("Barang yang lama tidak dilihat", "Goods unseen for long"),
          lambda actor, on: raise_asset_checks(actor=actor, as_of=on), "asset.check"),
    Check("lpj", ("LPJ jatuh tempo", "Accountability reports due"),
          lambda actor, _on: remind_many(actor=actor), "lpj_due"),
    Check("mentors", ("Kunjungan yang turun", "Falling visits"),
          lambda actor, on: len(raise_falling(actor=actor, as_of=on)), "mentor_falling"),
    Check("phones", ("HP yang lama diam", "Silent phones"), forgotten.silent_phones, "phone_silent"),
    Check("funds", ("Angsuran macet dan kelompok berhenti", "Late funds and groups that stopped"), forgotten.funds),
    Check("confirmations", ("Penerima yang belum bersuara", "Recipients not yet heard"),
          forgotten.silent_recipients, "recipients_silent"),
    Check("complaints", ("Pengaduan lewat tenggat", "Complaints past their date"),
          forgotten.late_complaints, "complaints_late"),
    Check("tasks", ("Tugas yang lama lewat tenggat", "Tasks long past their date"), forgotten.late_tasks, "tasks_late"),
    Check("waiting", ("Rekaman HP yang menunggu", "Phone records that wait"), _waiting_records, "records_waiting"),
    Check("files", ("Berkas tanpa pemilik", "Files that nothing names"), _sweep, once=True),
    Check("marks", ("Jejak percobaan masuk yang usang", "Old marks of tries to enter"),
          lambda _actor, _on: Found(done=sweep_marks()), once=True),
)  # fmt: skip


@dataclass(frozen=True)
class Ran:
    """One check that ran now."""

    office: str
    code: str
    found: int
    problem: str
    seconds: float
    done: int = 0


def run_due(*, on: date, checks: Iterable[Check] = CHECKS) -> list[Ran]:
    """Whatever has not run on that day yet, office by office. Two callers at once share the work, never double it."""
    with scoped(installer()):
        offices = list(Office.objects.order_by("id"))
    wanted = list(checks)
    each = [check for check in wanted if not check.once]
    return [ran for number, office in enumerate(offices) for ran in _run_office(office, each if number else wanted, on)]


def _run_office(office: Office, checks: Iterable[Check], on: date) -> Iterator[Ran]:
    actor = automatic(office, PERMISSIONS)
    with scoped(actor, route="daily"):
        done = daily_done(actor=actor, on=on)
    for check in checks:
        if check.code not in done and (ran := _run(office, actor, check, on)) is not None:
            yield ran


def _run(office: Office, actor: Actor, check: Check, on: date) -> Ran | None:
    started = time.perf_counter()
    found, problem = Found(), ""
    try:
        with scoped(actor, route="daily"):
            # Another worker may have run it since this one looked.
            if not _alone(office.pk, check.code) or check.code in daily_done(actor=actor, on=on):
                return None
            told = check.run(actor, on)
            found = told if isinstance(told, Found) else Found(told)
            seconds = time.perf_counter() - started
            keep_daily(
                actor=actor, area=office.area, on=on, code=check.code, found=found.tasks, done=found.done,
                seconds=seconds,
            )  # fmt: skip
    except Exception as error:
        # One check that fails must not keep the others, nor tomorrow's, from running; it stands on the page by name.
        logger.exception("daily check %s of office %s", check.code, office.code)
        found, problem = Found(), error.code if isinstance(error, Problem) else type(error).__name__
        seconds = time.perf_counter() - started
        with scoped(actor, route="daily"):
            keep_daily(actor=actor, area=office.area, on=on, code=check.code, found=0, seconds=seconds, problem=problem)
    return Ran(office.code, check.code, found.tasks, problem, seconds, found.done)


def _alone(office_id: int, code: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('daily:' || %s), %s)", [code, office_id])
        return bool(cursor.fetchone()[0])
