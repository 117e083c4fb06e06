"""Handling a complaint: take it, tell the complainant, pass it on, close it with a result."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require, signed
from berdaya.audit import services as audit
from berdaya.followup.complaints import public
from berdaya.followup.complaints.types import NewComplaint, State, StepKind
from berdaya.followup.models import Complaint, ComplaintStep
from berdaya.kernel import clock
from berdaya.kernel.bulk import create, fetch
from berdaya.kernel.crypto import key_ring
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.tasks.models import Task
from berdaya.tasks.services import complete as complete_task


def file_for(*, actor: Actor, complaint: NewComplaint, code: str) -> str:
    """Write down a call or a letter; answers the case code to be read to the complainant.

    Raises `not_allowed`, `outside_scope`, and what filing raises.
    """
    require(actor, "complaint.file")
    if not actor.covers(complaint.area):
        raise Problem("outside_scope")
    return public.file_complaint(
        complaint=complaint, code=code, source=public.digest(f"account|{signed(actor)}"), actor=actor
    )


@transaction.atomic
def take(*, actor: Actor, complaint_id: UUID) -> None:
    """Become the one who handles a complaint. Raises `not_found` (also for one about oneself), `complaints.closed`."""
    row = _open(actor, complaint_id)
    row.handler_id = actor.account_id
    row.state = State.WORKING
    row.save(update_fields=["handler_id", "state"])
    _step(actor, row, StepKind.TAKEN)


@transaction.atomic
def note(*, actor: Actor, complaint_id: UUID, words: str, told: str = "") -> None:
    """Write down what was found; `told` is what the complainant may read with her code.

    Raises `complaints.needs_words`.
    """
    row = _open(actor, complaint_id)
    if not (words.strip() or told.strip()):
        raise Problem("complaints.needs_words")
    _step(actor, row, StepKind.TOLD if told.strip() else StepKind.NOTE, words, told)


@transaction.atomic
def pass_on(*, actor: Actor, complaint_id: UUID, reason: str) -> None:
    """Give a complaint to the inspectorate; from then on the office sees it no more.

    Raises `complaints.needs_words`.
    """
    row = _open(actor, complaint_id)
    if not reason.strip():
        raise Problem("complaints.needs_words")
    _step(actor, row, StepKind.PASSED_ON, reason)
    Task.objects.filter(cause=f"complaint:{row.pk}", state="open").update(owner_role="auditor", owner_account_id=None)
    # The row leaves the actor's sight, which a policy refuses to a plain update.
    fetch("SELECT followup_pass_on(%s)", [row.pk])


@transaction.atomic
def close(*, actor: Actor, complaint_id: UUID, result: str) -> None:
    """Close with a result that the complainant reads. Raises `complaints.needs_words`, `complaints.closed`."""
    row = _open(actor, complaint_id)
    if not result.strip():
        raise Problem("complaints.needs_words")
    row.state = State.CLOSED
    row.result = result.strip()
    row.closed_on = clock.today()
    row.handler_id = row.handler_id or actor.account_id
    row.save(update_fields=["state", "result", "closed_on", "handler_id"])
    _step(actor, row, StepKind.CLOSED, told=result)
    task = Task.objects.filter(cause=f"complaint:{row.pk}", state="open").first()
    if task is not None:
        complete_task(actor=actor, task_id=task.pk, outcome="Pengaduan selesai")


@transaction.atomic
def reveal(*, actor: Actor, complaint_id: UUID, reason: str) -> tuple[str, str]:
    """Withheld details and contact of a complaint, for a reason that is kept.

    Raises `complaints.needs_words`, `not_found`.
    """
    require(actor, "complaint.handle")
    row = Complaint.objects.filter(pk=complaint_id).first()
    if row is None:
        raise Problem("not_found")
    if not reason.strip():
        raise Problem("complaints.needs_words")
    _step(actor, row, StepKind.REVEALED, reason)
    audit.record(
        actor=actor,
        name="complaint.revealed",
        subject_kind="complaint",
        subject_id=row.pk,
        area=row.area,
        reason=reason.strip(),
    )
    opened = [
        key_ring().open(bytes(sealed), context=public.context_of(row.pk, field)) if sealed else ""
        for field, sealed in (("withheld", row.withheld_cipher), ("contact", row.contact_cipher))
    ]
    return opened[0], opened[1]


def _open(actor: Actor, complaint_id: UUID) -> Complaint:
    require(actor, "complaint.handle")
    row = Complaint.objects.select_for_update().filter(pk=complaint_id).first()
    if row is None:
        raise Problem("not_found")
    if row.state == State.CLOSED:
        raise Problem("complaints.closed")
    return row


def _step(actor: Actor, row: Complaint, kind: StepKind, words: str = "", told: str = "") -> None:
    create(
        [
            ComplaintStep(
                id=new_id(),
                area=row.area,
                office_id=row.office_id,
                complaint_id=row.pk,
                occurred_on=clock.today(),
                kind=kind,
                words=words.strip(),
                told=told.strip(),
                account_id=actor.account_id,
            )
        ]
    )
    audit.record(
        actor=actor, name=f"complaint.{kind.value}", subject_kind="complaint", subject_id=row.pk, area=row.area
    )
