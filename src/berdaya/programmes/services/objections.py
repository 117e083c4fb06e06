"""The provisional list and the objections against it (masa sanggah)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from django.db import transaction

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.kernel import clock
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import ALL_OFFICES, Actor
from berdaya.programmes.models import Candidate, DecreeLine, Objection, Programme, ProvisionalList
from berdaya.programmes.services.decrees import decided_run, fill_place
from berdaya.programmes.services.setup import open_programme
from berdaya.programmes.states import CandidateState
from berdaya.tasks import services as tasks
from berdaya.tasks.types import NewTask

TASK = "objection"
UPHELD = "sanggahan diterima"
ANSWER_DAYS = 3
"""Days in which an objection wants its decision (an office may take longer; the task then says so)."""


@dataclass(frozen=True, slots=True)
class NewObjection:
    """An objection as it came in. ``ref`` names a candidate of the list; without one it is about who is missing."""

    words: str
    channel: Literal["paper", "spoken", "phone"]
    about: Literal["against", "missing", "other"]
    received_on: date
    said_by: str = ""
    ref: str = ""
    area: int = 0
    id: UUID | None = None


@transaction.atomic
def post_list(*, actor: Actor, programme_id: UUID, on: date, days: int | None = None) -> UUID:
    """Hang up the ranked list; objections are heard for ``days`` (the rules' where None) after ``on``.

    The same run is posted once. Raises ``list_not_frozen`` before the ranking, ``list_posted``, ``already_decided``
    once a decree rests on it.
    """
    programme, _, config = open_programme(actor, programme_id, "decree.propose")
    run = decided_run(programme)
    known = ProvisionalList.objects.filter(run=run).first()
    if known is not None:
        raise Problem("list_posted", day=known.posted_on)
    length = config.objection_days if days is None else days
    posted = ProvisionalList.objects.create(
        id=new_id(),
        programme=programme,
        area=programme.area,
        office_id=programme.office_id,
        run=run,
        posted_on=on,
        closes_on=on + timedelta(days=max(length, config.objection_days)),
        posted_by=actor.account_id or 0,
        lines=run.entries.count(),
    )
    record(
        actor=actor, name="list.posted", subject_kind="programme", subject_id=programme.pk,
        closes_on=posted.closes_on.isoformat(), lines=posted.lines,
    )  # fmt: skip
    return posted.pk


@transaction.atomic
def hear_objection(*, actor: Actor, programme_id: UUID, heard: NewObjection) -> UUID:
    """Take down an objection, on paper or spoken; somebody else decides it. The same id again is the same one.

    Raises ``not_found`` (outside the scope), ``objections_closed``, ``reason_needed`` (no words).
    """
    require(actor, "objection.record")
    programme = Programme.objects.filter(pk=programme_id).first()
    if programme is None or actor.office not in (ALL_OFFICES, programme.office_id):
        raise Problem("not_found")
    if heard.id is not None and Objection.objects.filter(pk=heard.id).exists():
        return heard.id
    if not heard.words.strip():
        raise Problem("reason_needed")
    posted = ProvisionalList.objects.filter(programme=programme).order_by("-posted_on", "-id").first()
    if posted is None or not posted.posted_on <= heard.received_on <= posted.closes_on:
        raise Problem("objections_closed", day=heard.received_on)
    candidate = None
    if heard.ref:
        candidate = Candidate.objects.filter(programme=programme, ref=heard.ref).first()
        if candidate is None:
            raise Problem("not_found")
    area = candidate.area if candidate else heard.area or programme.area
    made = Objection.objects.create(
        id=heard.id or new_id(),
        programme=programme,
        candidate=candidate,
        area=area,
        office_id=programme.office_id,
        about=heard.about,
        channel=heard.channel,
        said_by=heard.said_by.strip()[:120],
        words=heard.words.strip(),
        received_on=heard.received_on,
        taken_by=actor.account_id or 0,
    )
    if actor.office == programme.office_id:
        _ask(actor, programme, made)
    record(
        actor=actor, name="objection.heard", subject_kind="objection", subject_id=made.pk, area=area,
        office=programme.office_id, channel=heard.channel,
    )  # fmt: skip
    return made.pk


@transaction.atomic
def decide_objection(*, actor: Actor, objection_id: UUID, upheld: bool, reason: str, on: date) -> UUID | None:
    """Decide an objection as another person. Upheld against a name, that candidate falls and the next one enters.

    Answers the candidate who came up, None where nobody did. Raises ``not_found``, ``same_person``,
    ``already_decided``, ``reason_needed``.
    """
    found = Objection.objects.filter(pk=objection_id).values_list("programme_id").first()
    if found is None:
        raise Problem("not_found")
    programme, _, _ = open_programme(actor, found[0], "objection.decide")
    row = Objection.objects.select_for_update().get(pk=objection_id)
    if row.decided_by is not None:
        raise Problem("already_decided")
    if row.taken_by == actor.account_id:
        raise Problem("same_person")
    if not reason.strip():
        raise Problem("reason_needed")
    row.decision = "upheld" if upheld else "dismissed"
    row.decision_reason, row.decided_on, row.decided_by = reason.strip(), on, actor.account_id
    row.save(update_fields=["decision", "decision_reason", "decided_on", "decided_by"])
    came = None
    if upheld and row.about == "against" and row.candidate_id is not None:
        came = _fall(programme, row.candidate_id, on)
    tasks.finish_many(actor=actor, causes=[f"{TASK}:{row.pk}"], outcome=row.decision)
    record(
        actor=actor, name="objection.decided", subject_kind="objection", subject_id=row.pk, area=row.area,
        decision=row.decision, reason=reason.strip(), came=str(came or ""),
    )  # fmt: skip
    return came


def _fall(programme: Programme, candidate_id: UUID, on: date) -> UUID | None:
    """An upheld objection takes the candidate out; a place that falls free goes to the waiting list."""
    row = Candidate.objects.select_for_update().get(pk=candidate_id)
    standing = {CandidateState.SELECTED.value, CandidateState.WAITING.value, CandidateState.VERIFIED.value}
    if row.state not in standing:
        raise Problem("bad_state", state=row.state)
    held = row.state == CandidateState.SELECTED.value
    Candidate.objects.filter(pk=row.pk).update(verified=False)
    DecreeLine.objects.filter(candidate=row, replaced_on=None).update(replaced_on=on, replaced_reason=UPHELD)
    return fill_place(programme, instead_of=row.pk) if held else None


def _ask(actor: Actor, programme: Programme, row: Objection) -> None:
    tasks.create_many(
        actor=actor,
        tasks=[
            NewTask(
                cause=f"{TASK}:{row.pk}",
                kind=TASK,
                title=f"Putuskan sanggahan {programme.name}",
                area=row.area,
                office_id=programme.office_id,
                owner_role="supervisor",
                raised_on=clock.today(),
                due_on=row.received_on + timedelta(days=ANSWER_DAYS),
                programme_code=programme.code,
                params={"objection": str(row.pk)},
            )
        ],
    )
