"""What was promised and did not come: silent phones and recipients, late funds, complaints and tasks, as tasks.

Each cause names its month: what somebody has looked at comes back next month at the earliest. Titles are Indonesian,
as all stored titles; pages translate by kind and parameters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from berdaya.areas.codes import Level, ancestor
from berdaya.funds.portfolio import FundRisk, portfolio_at_risk
from berdaya.kernel.bulk import fetch
from berdaya.kernel.scope import Actor, scoped
from berdaya.tasks.services import create_many
from berdaya.tasks.types import NewTask

PHONE_DAYS = 14
SILENT_DAYS = 30
LATE_DAYS = 14
WAITING_DAYS = 2
SOON = timedelta(days=7)


def silent_phones(actor: Actor, on: date) -> int:
    """One task for the supervisor for each phone in use that has not called for 14 days."""
    rows = fetch(
        """
        SELECT d.id, d.area, d.name, a.name, coalesce(d.seen_at, d.enrolled_at)::date
        FROM devices_device d JOIN access_account a ON a.id = d.account_id
        WHERE d.revoked_at IS NULL AND coalesce(d.seen_at, d.enrolled_at) < %s::date - %s AND d.office_id = %s
        ORDER BY d.id
        """,
        [on, PHONE_DAYS, actor.office],
    )
    silent = _Reminder(actor, on, "phone_silent", "supervisor")
    return _raise(
        actor,
        (
            silent.task(
                key, area, f"HP {holder} ({phone}) diam {(on - seen).days} hari",
                holder=holder, phone=phone, days=(on - seen).days,
            )
            for key, area, phone, holder, seen in rows
        ),
    )  # fmt: skip


def funds(actor: Actor, on: date) -> int:
    """A task for the operator for each fund with anything 30 days late, and for each group that stopped meeting."""
    risks = [risk for risk in portfolio_at_risk(actor=actor, as_of=on).funds if risk.at_risk[1] or risk.stopped]
    return _raise(actor, (task for risk in risks for task in _fund_tasks(actor, on, risk)))


def _fund_tasks(actor: Actor, on: date, risk: FundRisk) -> Iterable[NewTask]:
    if risk.at_risk[1]:
        yield _Reminder(actor, on, "fund_late", "operator").task(
            risk.fund, risk.area, f"Angsuran {risk.group_name} terlambat {risk.days_late} hari", group=risk.group,
            name=risk.group_name, days=risk.days_late, amount=risk.at_risk[1],
        )  # fmt: skip
    if risk.stopped:
        yield _Reminder(actor, on, "group_stopped", "operator").task(
            risk.fund, risk.area, f"Kelompok {risk.group_name} berhenti bertemu", group=risk.group,
            name=risk.group_name,
        )  # fmt: skip


def silent_recipients(actor: Actor, on: date) -> int:
    """One task for the verifier and kecamatan with recipients who hold a code for 30 days and have said nothing."""
    rows = fetch(
        """
        SELECT c.area, count(*) FROM accountability_confirmationcode c
        WHERE c.revoked_on IS NULL AND c.used_at IS NULL AND c.issued_on <= %s::date - %s AND c.office_id = %s
          AND NOT EXISTS (SELECT 1 FROM accountability_statement s
                          WHERE s.area = c.area AND s.handover_id = c.handover_id AND s.person_id = c.person_id)
          AND NOT EXISTS (SELECT 1 FROM grants_confirmation g
                          WHERE g.area = c.area AND g.handover_id = c.handover_id)
        GROUP BY c.area
        """,
        [on, SILENT_DAYS, actor.office],
    )
    title = "Tanyai {count} penerima yang belum bersuara"
    return _by_district(actor, on, rows, kind="recipients_silent", role="verifier", title=title)


def late_complaints(actor: Actor, on: date) -> int:
    """One task for the head of office while complaints that the office may see are past their date.

    Only supervisors and heads see complaints at all, so they are counted with a supervisor's eyes; nothing but the
    number leaves.
    """
    with scoped(actor.with_(role="supervisor")):
        late = fetch(
            "SELECT count(*) FROM followup_complaint WHERE state <> 'closed' AND due_on < %s AND office_id = %s",
            [on, actor.office],
        )[0][0]
    if not late:
        return 0
    title = f"{late} pengaduan lewat tenggat"
    task = _Reminder(actor, on, "complaints_late", "head").task(actor.office, actor.lo, title, count=late)
    return _raise(actor, [task])


def late_tasks(actor: Actor, on: date) -> int:
    """One task for the supervisor and kecamatan with tasks that are 14 days past their date."""
    rows = fetch(
        """
        SELECT t.area, count(*) FROM tasks_task t
        WHERE t.state = 'open' AND t.due_on < %s::date - %s AND t.office_id = %s AND t.owner_role <> 'supervisor'
        GROUP BY t.area
        """,
        [on, LATE_DAYS, actor.office],
    )
    title = "{count} tugas lewat tenggat lebih dari dua minggu"
    return _by_district(actor, on, rows, kind="tasks_late", role="supervisor", title=title)


def waiting_records(actor: Actor, on: date) -> int:
    """One task for the supervisor while records of phones wait for more than two days, or could not be read at all."""
    rows = fetch(
        """
        SELECT count(*) FROM devices_fieldrecord
        WHERE outcome IN ('waiting', 'invalid') AND received_at < %s::date - %s AND office_id = %s
        """,
        [on, WAITING_DAYS, actor.office],
    )
    if not (count := rows[0][0]):
        return 0
    title = f"{count} rekaman HP belum diterapkan"
    task = _Reminder(actor, on, "records_waiting", "supervisor").task(actor.office, actor.lo, title, count=count)
    return _raise(actor, [task])


def _by_district(actor: Actor, on: date, rows: Iterable[tuple[int, int]], *, kind: str, role: str, title: str) -> int:
    counts: dict[int, int] = {}
    for area, count in rows:
        place = ancestor(area, Level.DISTRICT)
        counts[place] = counts.get(place, 0) + count
    reminder = _Reminder(actor, on, kind, role)
    return _raise(
        actor,
        (
            reminder.task(place, place, title.format(count=count), count=count)
            for place, count in sorted(counts.items())
        ),
    )


@dataclass(frozen=True, slots=True)
class _Reminder:
    """Tasks of one kind that are raised once a month for each thing they are about."""

    actor: Actor
    on: date
    kind: str
    role: str

    def task(self, about: object, area: int, title: str, *, group: UUID | None = None, **params: object) -> NewTask:
        return NewTask(
            cause=f"{self.kind}:{about}:{self.on:%Y-%m}",
            kind=self.kind,
            title=title[:240],
            area=area,
            office_id=int(self.actor.office or 0),
            owner_role=self.role,
            raised_on=self.on,
            due_on=self.on + SOON,
            group_id=group,
            params=params,
        )


def _raise(actor: Actor, tasks: Iterable[NewTask]) -> int:
    return len(create_many(actor=actor, tasks=list(tasks), once=True))
