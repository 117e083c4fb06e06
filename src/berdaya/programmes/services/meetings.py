"""The village meeting (musyawarah): planned by the office, recorded in the village, accepted by another person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from berdaya.access.permissions import require
from berdaya.areas.codes import Level, level_of
from berdaya.audit.services import record
from berdaya.kernel import clock
from berdaya.kernel.bulk import create, save
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import ALL_OFFICES, Actor
from berdaya.programmes.models import Candidate, MeetingDecision, VillageMeeting
from berdaya.programmes.rules.kin import Attendee, kin_of
from berdaya.programmes.services.candidates import AWAITING, settle
from berdaya.programmes.services.setup import open_programme
from berdaya.programmes.states import CandidateState
from berdaya.tasks import services as tasks
from berdaya.tasks.types import NewTask

TASK = "village_meeting"
LEAST_PRESENT = 3
"""Fewer than three people are no meeting that anybody could check."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What the meeting said of one candidate; ``relation`` is what the minutes say of kinship."""

    candidate_id: UUID
    decision: Literal["accepted", "rejected"]
    reason: str = ""
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Minutes:
    """The meeting as it was held."""

    held_on: date
    place: str
    chair: str
    attendance: tuple[Attendee, ...]
    decisions: tuple[Decided, ...]
    note: str = ""


@transaction.atomic
def plan_meetings(*, actor: Actor, programme_id: UUID, planned_on: date, areas: Collection[int] | None = None) -> int:
    """A meeting for each village with candidates whose verification is open; its lurah gets a task.

    Villages that have an open meeting get the missing candidates onto it. ``areas`` names the villages that are meant,
    None all. Returns how many meetings are new.
    """
    programme, _, _ = open_programme(actor, programme_id, "meeting.plan")
    by_village: dict[int, list[UUID]] = defaultdict(list)
    waiting = Candidate.objects.filter(programme=programme, state=CandidateState.ELIGIBLE.value)
    for pk, area in waiting.order_by("list_no").values_list("id", "area"):
        if level_of(area) is Level.VILLAGE and (areas is None or area in areas):
            by_village[area].append(pk)
    open_ = {m.area: m for m in VillageMeeting.objects.filter(programme=programme, accepted_on=None)}
    made, decisions = [], []
    for area, candidates in sorted(by_village.items()):
        meeting = open_.get(area)
        if meeting is None:
            meeting = VillageMeeting(
                id=new_id(), programme=programme, area=area, office_id=programme.office_id, planned_on=planned_on
            )
            made.append(meeting)
        decisions += [
            MeetingDecision(meeting=meeting, candidate_id=pk, area=area, office_id=programme.office_id)
            for pk in candidates
        ]
    create(made)
    create(decisions, skip_known=True)
    tasks.create_many(
        actor=actor,
        tasks=[
            NewTask(
                cause=f"{TASK}:{meeting.pk}",
                kind=TASK,
                title=f"Musyawarah calon {programme.name}",
                area=meeting.area,
                office_id=programme.office_id,
                owner_role="lurah",
                raised_on=clock.today(),
                due_on=planned_on + timedelta(days=3),
                programme_code=programme.code,
                params={"meeting": str(meeting.pk), "candidates": len(by_village[meeting.area])},
            )
            for meeting in made
        ],
    )
    if made:
        record(actor=actor, name="meetings.planned", subject_kind="programme", subject_id=programme.pk, count=len(made))
    return len(made)


@transaction.atomic
def record_meeting(*, actor: Actor, meeting_id: UUID, minutes: Minutes) -> None:
    """Write down what the meeting decided, as often as needed until it is accepted.

    Every candidate on the agenda gets a decision; kinship between a candidate's family and somebody who decides is
    flagged from the register. Raises ``not_found``, ``meeting_accepted``, ``meeting_in_future``,
    ``meeting_undecided``, ``meeting_nobody_decides``, ``reason_needed``.
    """
    require(actor, "meeting.record")
    meeting = VillageMeeting.objects.select_for_update().filter(pk=meeting_id).first()
    if meeting is None or actor.office not in (ALL_OFFICES, meeting.office_id):
        raise Problem("not_found")
    if meeting.accepted_by is not None:
        raise Problem("meeting_accepted")
    if minutes.held_on > clock.today():
        raise Problem("meeting_in_future", day=minutes.held_on)
    if len([one for one in minutes.attendance if one.name.strip()]) < LEAST_PRESENT:
        raise Problem("meeting_nobody_decides")
    rows = {row.candidate_id: row for row in MeetingDecision.objects.filter(meeting=meeting)}
    said = {one.candidate_id: one for one in minutes.decisions if one.candidate_id in rows}
    if len(said) < len(rows):
        raise Problem("meeting_undecided", count=len(rows) - len(said))
    if any(one.decision == "rejected" and not one.reason.strip() for one in said.values()):
        raise Problem("reason_needed")
    kin = _kin(list(rows), minutes.attendance)
    for pk, row in rows.items():
        row.decision = said[pk].decision
        row.reason = said[pk].reason.strip()[:400]
        row.relation = (said[pk].relation.strip() or kin.get(pk, ""))[:200]
    save(rows.values(), ["decision", "reason", "relation"])
    meeting.held_on, meeting.place, meeting.chair = minutes.held_on, minutes.place[:120], minutes.chair[:120]
    meeting.attendance = [one.as_json() for one in minutes.attendance]
    meeting.note = minutes.note
    meeting.recorded_by, meeting.recorded_on = actor.account_id, clock.today()
    meeting.save()
    tasks.finish_many(actor=actor, causes=[f"{TASK}:{meeting.pk}"], outcome="musyawarah dicatat")
    record(
        actor=actor, name="meeting.recorded", subject_kind="meeting", subject_id=meeting.pk, area=meeting.area,
        office=meeting.office_id, accepted=sum(one.decision == "accepted" for one in said.values()),
        candidates=len(said), kin=sum(bool(row.relation) for row in rows.values()),
    )  # fmt: skip


@transaction.atomic
def accept_meeting(*, actor: Actor, meeting_id: UUID, on: date) -> Mapping[bool | None, int]:
    """Take the minutes as they were recorded; from now on they count. Answers outcome -> candidates.

    A candidate that nobody has visited yet stays open. Raises ``not_found``, ``bad_state`` before it is recorded,
    ``same_person`` for whoever recorded it, ``already_decided``.
    """
    found = VillageMeeting.objects.filter(pk=meeting_id).values_list("programme_id").first()
    if found is None:
        raise Problem("not_found")
    open_programme(actor, found[0], "meeting.accept")
    meeting = VillageMeeting.objects.select_for_update().get(pk=meeting_id)
    if meeting.accepted_by is not None:
        raise Problem("already_decided")
    if meeting.recorded_by is None:
        raise Problem("bad_state", state="planned")
    if meeting.recorded_by == actor.account_id:
        raise Problem("same_person")
    meeting.accepted_by, meeting.accepted_on = actor.account_id, on
    meeting.save(update_fields=["accepted_by", "accepted_on"])
    awaiting = Candidate.objects.filter(Q(state__in=AWAITING), meeting_decisions__meeting=meeting)
    outcomes = settle(list(awaiting.values_list("id", flat=True)))
    counts = Counter(outcomes.values())
    record(
        actor=actor, name="meeting.accepted", subject_kind="meeting", subject_id=meeting.pk, area=meeting.area,
        accepted=counts[True], refused=counts[False], open=counts[None],
    )  # fmt: skip
    return counts


def _kin(candidates: Sequence[UUID], attendance: Sequence[Attendee]) -> dict[UUID, str]:
    """Candidate -> which person who decides has the name of somebody of that family."""
    deciding = [one for one in attendance if one.decides]
    rows = Candidate.objects.filter(pk__in=candidates).values_list("id", "household__persons__name")
    families: dict[UUID, list[str]] = defaultdict(list)
    for pk, name in rows:
        if name:
            families[pk].append(name)
    return kin_of(families, deciding)
