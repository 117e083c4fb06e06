"""What happens in the villages: visits that are due, meetings, the provisional list and the objections against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from berdaya.access.models import Account
from berdaya.access.permissions import can, require
from berdaya.documents.models import Document
from berdaya.enterprises.catalogue import catalogue
from berdaya.kernel import clock
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.scope import ALL_OFFICES, Actor
from berdaya.people.models import Consent
from berdaya.process.overview.common import Page, found, page_of, places, staff_only, within
from berdaya.programmes.models import (
    Candidate,
    MeetingDecision,
    Objection,
    Programme,
    ProvisionalList,
    SelectionEntry,
    SelectionRun,
    SignedScan,
    Verification,
    VillageMeeting,
)
from berdaya.programmes.selectors import config_of
from berdaya.programmes.services.candidates import AWAITING
from berdaya.programmes.states import CandidateState
from berdaya.tasks.models import Task


@dataclass(frozen=True)
class Head:
    """The programme a page speaks of; ``own`` where the actor's office runs it (or the actor stands above offices)."""

    id: UUID
    code: str
    name: str
    synthetic: bool
    area: int = 0


def head_of(*, actor: Actor, code: str) -> Head:
    """A programme whose process the actor may see; ``not_found`` for other offices."""
    staff_only(actor)
    require(actor, "programme.read")
    row = found(Programme.objects.filter(code=code).first())
    if actor.office not in (ALL_OFFICES, row.office_id):
        found(None)
    return Head(row.pk, row.code, row.name, row.synthetic, row.area)


@dataclass(frozen=True)
class MeetingRow:
    """One village meeting: its agenda, where it stands, and how many candidates are relatives of who decides."""

    id: UUID
    place: str
    area: int
    planned_on: date
    held_on: date | None
    candidates: int
    accepted: int
    rejected: int
    kin: int
    recorded_by: str
    accepted_by: str
    own: bool

    @property
    def state(self) -> str:
        """planned, recorded or accepted."""
        return "accepted" if self.accepted_by else "recorded" if self.held_on else "planned"


def meetings(*, actor: Actor, code: str) -> tuple[Head, tuple[MeetingRow, ...], int]:
    """Meetings of a programme in the actor's area, open ones first, and how many candidates wait for none yet."""
    head = head_of(actor=actor, code=code)
    rows = list(
        VillageMeeting.objects.filter(programme=head.id)
        .annotate(
            count=Count("decisions"),
            yes=Count("decisions", Q(decisions__decision="accepted")),
            no=Count("decisions", Q(decisions__decision="rejected")),
            kin=Count("decisions", ~Q(decisions__relation="")),
        )
        .order_by("accepted_on", "held_on", "area")
    )
    unplanned = Candidate.objects.filter(programme=head.id, state="eligible").exclude(
        Exists(MeetingDecision.objects.filter(candidate=OuterRef("pk"), meeting__accepted_on=None))
    )
    names, people = places(row.area for row in rows), _people(rows)
    told = tuple(
        MeetingRow(
            row.pk, names.get(row.area, ""), row.area, row.planned_on, row.held_on, row.count, row.yes, row.no, row.kin,
            people.get(row.recorded_by or 0, ""), people.get(row.accepted_by or 0, ""),
            row.recorded_by == actor.account_id,
        )
        for row in rows
    )  # fmt: skip
    return head, told, unplanned.count()


def _people(rows: Sequence[VillageMeeting]) -> dict[int, str]:
    ids = {who for row in rows for who in (row.recorded_by, row.accepted_by) if who}
    return dict(Account.objects.filter(pk__in=ids).values_list("pk", "name"))


@dataclass(frozen=True)
class AgendaRow:
    """One candidate on the agenda of a meeting: no NIK, no decile, no category."""

    candidate_id: UUID
    list_no: int
    name: str
    address: str
    trade: str
    visited: str
    decision: str
    reason: str
    relation: str


@dataclass(frozen=True)
class MeetingView:
    """One meeting with its agenda, attendance and papers."""

    head: Head
    row: MeetingRow
    agenda: tuple[AgendaRow, ...]
    attendance: tuple[Mapping[str, object], ...]
    chair: str
    venue: str
    note: str
    papers: tuple[PaperRow, ...]


@dataclass(frozen=True)
class PaperRow:
    """A letter about something, with the scans of the signed paper."""

    id: UUID
    kind: str
    number: str
    title: str
    on: date
    sha256: str
    token: str
    scans: tuple[tuple[UUID, str, date], ...]
    """File, SHA-256 (hex) and day of signing of each scan."""


def papers(*, kind: str, subject: UUID) -> tuple[PaperRow, ...]:
    """Letters issued about a subject, the newest first."""
    rows = list(Document.objects.filter(subject_kind=kind, subject_id=subject).defer("data").order_by("-recorded_at"))
    scans = SignedScan.objects.filter(document__in=rows).order_by("signed_on", "id")
    by_paper: dict[UUID, list[tuple[UUID, str, date]]] = {}
    for scan in scans:
        by_paper.setdefault(scan.document_id, []).append((scan.file_id, scan.sha256, scan.signed_on))
    return tuple(
        PaperRow(
            row.pk, row.kind, row.number, row.title, row.occurred_on, bytes(row.data_sha256).hex(), row.token,
            tuple(by_paper.get(row.pk, ())),
        )
        for row in rows
    )  # fmt: skip


def meeting(*, actor: Actor, code: str, meeting_id: UUID) -> MeetingView:
    """One meeting; ``not_found`` outside the scope or of another programme."""
    head, rows, _ = meetings(actor=actor, code=code)
    row = found(next((item for item in rows if item.id == meeting_id), None))
    item = VillageMeeting.objects.get(pk=meeting_id)
    decisions = (
        MeetingDecision.objects.filter(meeting=meeting_id)
        .select_related("candidate__person", "candidate__group", "candidate__household")
        .order_by("candidate__list_no")
    )
    visits = dict(
        Verification.objects.filter(candidate__meeting_decisions__meeting=meeting_id)
        .order_by("candidate_id", "-visited_on", "-recorded_at")
        .distinct("candidate_id")
        .values_list("candidate_id", "result")
    )
    agenda = tuple(
        AgendaRow(
            one.candidate_id, one.candidate.list_no, name_of(one.candidate), _address(one.candidate),
            trade_of(one.candidate), visits.get(one.candidate_id, ""), one.decision, one.reason, one.relation,
        )
        for one in decisions
    )  # fmt: skip
    shown = papers(kind="meeting", subject=meeting_id) if can(actor, "document.read") else ()
    return MeetingView(head, row, agenda, tuple(item.attendance), item.chair, item.place, item.note, shown)


def name_of(candidate: Candidate) -> str:
    """Name of the person or group that is proposed."""
    if candidate.group is not None:
        return candidate.group.name
    return candidate.person.name if candidate.person else candidate.ref


def _address(candidate: Candidate) -> str:
    if candidate.group is not None:
        return candidate.group.address
    return candidate.household.address if candidate.household else ""


def trade_of(candidate: Candidate) -> str:
    """Code of the trade that is wanted; empty where none is named."""
    code = candidate.kind or next(iter(candidate.interests), "")
    return code if code in catalogue().kinds else ""


@dataclass(frozen=True)
class PostedRow:
    """One line of the provisional list as a village may read it."""

    candidate_id: UUID
    ref: str
    number: int
    name: str
    trade: str
    area: int
    place: str
    selected: bool


@dataclass(frozen=True)
class ObjectionRow:
    """One objection and what was decided; ``own`` where this actor took it down."""

    id: UUID
    about: str
    channel: str
    said_by: str
    words: str
    against: str
    candidate_id: UUID | None
    place: str
    received_on: date
    taken_by: str
    own: bool
    decision: str
    reason: str
    decided_on: date | None
    decided_by: str


@dataclass(frozen=True)
class ObjectionsView:
    """The objection period of a programme: is a list posted, until when, what came in."""

    head: Head
    asked_days: int
    ranked: bool
    posted_on: date | None
    closes_on: date | None
    today: date
    objections: tuple[ObjectionRow, ...]
    lines: int
    papers: tuple[PaperRow, ...]
    own_lines: int = 0
    """How many of the posted lines lie in the actor's villages."""

    @property
    def running(self) -> bool:
        """True while objections are heard."""
        return bool(self.posted_on and self.closes_on and self.posted_on <= self.today <= self.closes_on)

    @property
    def open(self) -> int:
        """Objections that nobody has decided."""
        return sum(not row.decision for row in self.objections)


def objections(*, actor: Actor, code: str) -> ObjectionsView:
    """The objections that the actor's area sees, undecided ones first."""
    head = head_of(actor=actor, code=code)
    posted = ProvisionalList.objects.filter(programme=head.id).order_by("-posted_on", "-id").first()
    rows = list(
        Objection.objects.filter(programme=head.id)
        .select_related("candidate__person", "candidate__group")
        .order_by("decided_on", "received_on", "id")
    )
    ids = {who for row in rows for who in (row.taken_by, row.decided_by) if who}
    people = dict(Account.objects.filter(pk__in=ids).values_list("pk", "name"))
    names = places(row.area for row in rows)
    told = tuple(
        ObjectionRow(
            row.pk, row.about, row.channel, row.said_by, row.words, name_of(row.candidate) if row.candidate else "",
            row.candidate_id, names.get(row.area, ""), row.received_on, people.get(row.taken_by, ""),
            row.taken_by == actor.account_id, row.decision, row.decision_reason, row.decided_on,
            people.get(row.decided_by or 0, ""),
        )
        for row in rows
    )  # fmt: skip
    run = SelectionRun.objects.filter(programme=head.id).order_by("-frozen_on", "-id").first()
    shown = papers(kind="provisional_list", subject=posted.pk) if posted and can(actor, "document.read") else ()
    return ObjectionsView(
        head,
        config_of(actor=actor, programme_id=head.id).objection_days,
        bool(run and run.decided_on) or posted is not None,
        posted.posted_on if posted else None,
        posted.closes_on if posted else None,
        clock.today(),
        told,
        posted.lines if posted else 0,
        shown,
    )


@dataclass(frozen=True)
class PostedFilter(ListFilter):
    """Filter of the provisional list."""


def posted_list(*, actor: Actor, code: str, filters: PostedFilter) -> tuple[ObjectionsView, Page[PostedRow]]:
    """The provisional list of the actor's villages, in the order of villages and ranks; empty before it is posted."""
    view = objections(actor=actor, code=code)
    rows = SelectionEntry.objects.none() if view.posted_on is None else _posted(view.head.id, filters)
    if view.posted_on is not None:
        view = replace(view, own_lines=_posted(view.head.id, PostedFilter()).count())
    page = page_of(rows, filters)
    names = places(row.listed_area for row in page.rows)
    return view, page.having(
        PostedRow(
            row.candidate_id, row.candidate.ref, row.number, name_of(row.candidate), trade_of(row.candidate),
            row.listed_area, names.get(row.listed_area, ""), bool(row.selected),
        )
        for row in page.rows
    )  # fmt: skip


def _posted(programme_id: UUID, filters: PostedFilter) -> QuerySet[SelectionEntry]:
    # Not by way of the run: that belongs to the office, and a village that reads its own lines does not see it.
    posted = ProvisionalList.objects.filter(programme=programme_id).values("run_id")
    rows = SelectionEntry.objects.filter(within(filters.area), run_id__in=posted)
    if filters.q:
        rows = rows.filter(Q(candidate__person__name__icontains=filters.q) | Q(candidate__ref=filters.q))
    return rows.select_related("candidate__person", "candidate__group").order_by("listed_area", "rank")


@dataclass(frozen=True)
class VisitFilter(ListFilter):
    """Filter of home visits: ``state`` is open, done or empty for all."""

    state: str = ""


@dataclass(frozen=True)
class VisitRow:
    """One home to visit: who, where, until when, and what is missing."""

    candidate_id: UUID
    ref: str
    name: str
    place: str
    address: str
    due_on: date | None
    result: str
    visited_on: date | None
    photo: bool
    consent: bool


@dataclass(frozen=True)
class VisitCounts:
    """Home visits of a programme: to be made, made, and candidates without a task."""

    waiting: int
    visited: int
    unassigned: int


VISITABLE = (
    *AWAITING,
    CandidateState.SELECTED.value,
    CandidateState.WAITING.value,
    CandidateState.DECREED.value,
    CandidateState.REPLACED.value,
)
"""States of candidates whose homes count as visited or to be visited."""


def visit_list(*, actor: Actor, code: str, filters: VisitFilter) -> tuple[Head, VisitCounts, Page[VisitRow]]:
    """Homes that were or are to be visited, those that nobody has visited first; after the ranking all of them stay."""
    head = head_of(actor=actor, code=code)
    require(actor, "family.read")
    visited = Verification.objects.filter(candidate=OuterRef("pk"))
    every = Candidate.objects.filter(programme=head.id, state__in=VISITABLE).annotate(seen=Exists(visited))
    counted = every.aggregate(done=Count("id", Q(seen=True)), waiting=Count("id", Q(seen=False)))
    open_ = Task.objects.filter(programme_code=code, kind="home_visit", state="open", household_id__isnull=False)
    with_task = [home for home in open_.values_list("household_id", flat=True) if home]
    unseen = every.filter(seen=False)
    unassigned = unseen.exclude(household_id__in=with_task).count() if with_task else counted["waiting"]
    rows = every.filter(within(filters.area))
    if filters.q:
        rows = rows.filter(Q(person__name__icontains=filters.q) | Q(group__name__icontains=filters.q))
    if filters.state in {"open", "done"}:
        rows = rows.filter(seen=filters.state == "done")
    rows = rows.select_related("person", "group", "household").order_by("seen", "area", "list_no")
    page = page_of(rows, filters)
    return head, VisitCounts(counted["waiting"], counted["done"], unassigned), page.having(_visits(page.rows, code))


def _visits(rows: tuple[Candidate, ...], code: str) -> list[VisitRow]:
    homes = [row.household_id for row in rows if row.household_id]
    due: dict[UUID | None, date] = dict(
        Task.objects.filter(programme_code=code, kind="home_visit", household_id__in=homes).values_list(
            "household_id", "due_on"
        )
    )
    latest = {
        item.candidate_id: item
        for item in Verification.objects.filter(candidate__in=[row.pk for row in rows]).order_by(
            "visited_on", "recorded_at"
        )
    }
    agreed = set(
        Consent.objects.filter(household_id__in=homes, purpose="programme", withdrawn_on=None).values_list(
            "household_id", flat=True
        )
    )
    names = places(row.area for row in rows)
    told = []
    for row in rows:
        seen = latest.get(row.pk)
        told.append(
            VisitRow(
                row.pk, row.ref, name_of(row), names.get(row.area, ""), _address(row), due.get(row.household_id),
                seen.result if seen else "", seen.visited_on if seen else None, bool(seen and seen.house_photo_id),
                row.household_id in agreed,
            )
        )  # fmt: skip
    return told
