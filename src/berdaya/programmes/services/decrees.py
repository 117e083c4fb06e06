"""Stage approvals, decrees, replacements."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.kernel import clock
from berdaya.kernel.ids import new_id, new_ids
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.configfile import parse_config
from berdaya.programmes.models import (
    Approval,
    Candidate,
    Decree,
    DecreeLine,
    MeetingDecision,
    Objection,
    Programme,
    ProvisionalList,
    SelectionRun,
)
from berdaya.programmes.rules import quota
from berdaya.programmes.rules.hits import hits_of
from berdaya.programmes.rules.lottery import ref_order
from berdaya.programmes.services.eligibility import excluded_among, screen_many
from berdaya.programmes.services.rows import insert_many
from berdaya.programmes.services.selection import ceilings_of, listed
from berdaya.programmes.services.setup import open_programme
from berdaya.programmes.states import CandidateState
from berdaya.programmes.types import ProgrammeConfig
from berdaya.programmes.values import DecreeRef, Replacement, Stage

EXCLUDED = "tercatat pada daftar pengecualian"
DECREES = 0x5_0001
"""Key of the advisory lock under which decrees come into force."""
_LINE = {
    "id": "uuid",
    "decree_id": "uuid",
    "candidate_id": "uuid",
    "area": "bigint",
    "office_id": "bigint",
    "household_id": "uuid",
    "group_id": "uuid",
    "number": "integer",
    "replaced_reason": "text",
}


@transaction.atomic
def propose_approval(
    *,
    actor: Actor,
    programme_id: UUID,
    stage: Stage,
    subject_id: UUID | None = None,
    summary: dict[str, Any] | None = None,
) -> UUID:
    """Put a stage (of one subject, such as a decree) before a checker. Proposing again answers the same approval."""
    programme, _, _ = open_programme(actor, programme_id, "programme.manage")
    return put_before(actor, programme, stage, subject_id, summary or {})


@transaction.atomic
def approve(*, actor: Actor, approval_id: UUID, note: str = "") -> None:
    """Approve a stage as its checker.

    Decrees and rules have consequences of their own (``bad_state`` here): use :func:`approve_decree`,
    ``versions.approve_rules``. Raises ``not_found``, ``same_person`` for its maker, ``already_decided`` later on.
    """
    approval = Approval.objects.filter(pk=approval_id).first()
    require(actor, "decree.approve" if approval and approval.stage == Stage.DECREE else "stage.approve")
    if approval is None:
        raise Problem("not_found")
    if approval.stage in {Stage.DECREE, Stage.RULES}:
        raise Problem("bad_state", state=approval.stage)
    sign(actor, approval, note)


@transaction.atomic
def propose_decree(*, actor: Actor, programme_id: UUID, number: str, decreed_on: date) -> DecreeRef:
    """Draft the decree over every selected candidate without one, after a last screen; ordered by area and rank.

    Places that the screen empties go to the waiting list first. The same number again answers the same draft. Raises
    ``list_not_frozen``, ``nothing_to_decree``, ``list_not_posted`` (the rules ask for an objection period),
    ``objections_running``, ``objections_open``.
    """
    programme, _, config = open_programme(actor, programme_id, "decree.propose")
    known = Decree.objects.filter(programme=programme, number=number).first()
    if known is not None:
        return _decree_ref(known)
    run = decided_run(programme)
    _refuse_objections(programme, config, run, decreed_on)
    screen_many(actor=actor, programme_id=programme_id, on=decreed_on)
    _fill(programme, run, decreed_on)
    rows = list(
        Candidate.objects.filter(programme=programme, state=CandidateState.SELECTED.value)
        .exclude(pk__in=DecreeLine.objects.filter(decree__programme=programme, replaced_on=None).values("candidate_id"))
        .order_by("area", "rank", "list_no")
        .values_list("id", "area", "household_id", "group_id")
    )
    if not rows:
        raise Problem("nothing_to_decree")
    decree = Decree(
        id=new_id(),
        programme=programme,
        area=programme.area,
        office_id=programme.office_id,
        selection=run,
        number=number,
        decreed_on=decreed_on,
    )
    summary = {"number": number, "lines": len(rows), **_told(programme, [row[0] for row in rows])}
    approval = put_before(actor, programme, Stage.DECREE, decree.pk, summary)
    decree.approval_id = approval
    decree.save(force_insert=True)
    insert_many(
        "programmes_decreeline",
        _LINE,
        (
            (new, decree.pk, pk, area, programme.office_id, household, group, position, "")
            for new, (position, (pk, area, household, group)) in zip(
                new_ids(len(rows)), enumerate(rows, start=1), strict=True
            )
        ),
    )
    record(
        actor=actor, name="decree.proposed", subject_kind="decree", subject_id=decree.pk, number=number, lines=len(rows)
    )
    return DecreeRef(decree.pk, approval, number, len(rows))


@transaction.atomic
def approve_decree(*, actor: Actor, decree_id: UUID, note: str = "") -> int:
    """Put a drafted decree into force as its checker. Returns how many candidates are now decreed.

    Raises ``not_found``, ``outside_scope``, ``same_person`` for its maker, ``already_decided`` the second time, and
    ``recipients_excluded`` where a register, or another office's decree, has come to keep somebody out since the draft:
    :func:`fill_places`, a button of the page of steps, gives those places to the waiting list. ``objections_open``
    where one was taken down since.
    """
    require(actor, "decree.approve")
    decree = Decree.objects.filter(pk=decree_id).select_related("approval", "programme", "selection__version").first()
    if decree is None:
        raise Problem("not_found")
    if decree.office_id != actor.office:
        raise Problem("outside_scope")
    lines = DecreeLine.objects.filter(decree=decree, replaced_on=None)
    named = Candidate.objects.filter(pk__in=lines.values("candidate_id"), replaced_on=None)
    config = parse_config(decree.selection.version.config)
    _refuse_objections(decree.programme, config, decree.selection, decree.decreed_on)
    _refuse_excluded(decree, config, named)
    sign(actor, decree.approval, note)
    count = named.update(decreed_on=decree.decreed_on)
    record(
        actor=actor,
        name="decree.approved",
        subject_kind="decree",
        subject_id=decree.pk,
        number=decree.number,
        lines=count,
    )
    return count


@transaction.atomic
def replace_recipient(*, actor: Actor, candidate_id: UUID, reason: str, on: date) -> Replacement:
    """Take a place away with its reason, keep the record, and give the place to the best waiting one that fits.

    The newcomer becomes a recipient with the next decree. Raises ``reason_needed``, ``bad_state``, ``not_found``.
    """
    if not reason.strip():
        raise Problem("reason_needed")
    candidate = Candidate.objects.filter(pk=candidate_id).first()
    if candidate is None:
        raise Problem("not_found")
    programme, _, _ = open_programme(actor, candidate.programme_id, "decree.propose")
    candidate = Candidate.objects.select_for_update().get(pk=candidate_id)
    if candidate.state not in {CandidateState.SELECTED.value, CandidateState.DECREED.value}:
        raise Problem("bad_state", state=candidate.state)
    Candidate.objects.filter(pk=candidate_id).update(replaced_on=on, replaced_reason=reason.strip()[:200])
    DecreeLine.objects.filter(candidate_id=candidate_id, replaced_on=None).update(
        replaced_on=on, replaced_reason=reason.strip()[:200]
    )
    came = _next(decided_run(programme), instead_of=candidate_id)
    record(
        actor=actor, name="recipient.replaced", subject_kind="candidate", subject_id=candidate_id,
        reason=reason.strip(), area=candidate.area, came=str(came or ""),
    )  # fmt: skip
    return Replacement(gone=candidate_id, came=came)


@transaction.atomic
def fill_places(*, actor: Actor, programme_id: UUID, on: date) -> int:
    """Screen once more and give the places of the excluded to the waiting list, best rank first.

    Returns how many moved up; they are named by the next decree.
    """
    programme, _, _ = open_programme(actor, programme_id, "decree.propose")
    screen_many(actor=actor, programme_id=programme_id, on=on)
    moved = _fill(programme, decided_run(programme), on)
    if moved:
        record(actor=actor, name="places.filled", subject_kind="programme", subject_id=programme.pk, count=moved)
    return moved


def _refuse_excluded(decree: Decree, config: ProgrammeConfig, named: QuerySet[Candidate]) -> None:
    """Decrees come into force one after another, each seeing those of all offices before it: nobody is aided twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DECREES])
    found = excluded_among(config, decree.programme_id, named, decree.decreed_on)
    if found:
        refs = sorted(found, key=ref_order)
        raise Problem("recipients_excluded", count=len(refs), refs=", ".join(refs[:10]))


def decided_run(programme: Programme) -> SelectionRun:
    """The latest ranking. Raises ``list_not_frozen`` before it."""
    run = (
        SelectionRun.objects.filter(programme=programme, decided_on__isnull=False).order_by("-frozen_on", "-id").first()
    )
    if run is None:
        raise Problem("list_not_frozen")
    return run


def _fill(programme: Programme, run: SelectionRun, on: date) -> int:
    """Excluded ones who still hold a place lose it, one waiting family each comes up while any fits."""
    fallen = list(
        Candidate.objects.filter(programme=programme, place="selected", state=CandidateState.EXCLUDED.value)
        .order_by("rank")
        .values_list("pk", flat=True)
    )
    moved = 0
    for pk in fallen:
        Candidate.objects.filter(pk=pk).update(replaced_on=on, replaced_reason=EXCLUDED)
        DecreeLine.objects.filter(candidate_id=pk, replaced_on=None).update(replaced_on=on, replaced_reason=EXCLUDED)
        moved += _next(run, instead_of=pk) is not None
    return moved


def fill_place(programme: Programme, *, instead_of: UUID) -> UUID | None:
    """Give one place that fell free to the waiting list; None where nobody fits."""
    return _next(decided_run(programme), instead_of=instead_of)


def _refuse_objections(programme: Programme, config: ProgrammeConfig, run: SelectionRun, decreed_on: date) -> None:
    """A decree waits for the objection period and for every objection that was taken down."""
    posted = ProvisionalList.objects.filter(run=run).first()
    if posted is None and config.objection_days:
        raise Problem("list_not_posted", days=config.objection_days)
    if posted is not None and min(decreed_on, clock.today()) <= posted.closes_on:
        raise Problem("objections_running", day=posted.closes_on)
    open_ = Objection.objects.filter(programme=programme, decision="").count()
    if open_:
        raise Problem("objections_open", count=open_)


def _told(programme: Programme, candidates: list[UUID]) -> dict[str, int]:
    """What the second person should know: objections that were heard, recipients related to who
    decided, recipients with the name of a mentor or official."""
    heard = Objection.objects.filter(programme=programme).count()
    kin = MeetingDecision.objects.filter(candidate__programme=programme, candidate_id__in=candidates)
    related = kin.exclude(relation="").values("candidate").distinct().count()
    screens = Candidate.objects.filter(pk__in=candidates, screening__isnull=False).values_list("screening", flat=True)
    staff = sum(any(hit.list == "staff" for hit in hits_of(screen)) for screen in screens)
    return {name: count for name, count in (("objections", heard), ("kin", related), ("staff", staff)) if count}


def _next(run: SelectionRun, *, instead_of: UUID) -> UUID | None:
    """Move the best waiting candidate that fits into the place of ``instead_of``."""
    lines = {line.entry.number: line for line in listed(run)}
    holding = {CandidateState.SELECTED.value, CandidateState.DECREED.value}
    best = quota.next_waiting(
        [quota.Waiting(line.rank, line.entry, line.state in holding) for line in lines.values()],
        ceilings_of(run),
        lambda place: lines[place.entry.number].state == CandidateState.WAITING.value,
    )
    if best is None:
        return None
    came = lines[best.entry.number].candidate_id
    Candidate.objects.filter(pk=came).update(place="selected", replaces_id=instead_of)
    return came


def put_before(
    actor: Actor, programme: Programme, stage: Stage, subject_id: UUID | None, summary: dict[str, Any]
) -> UUID:
    """An approval that waits for its checker; the same stage of the same subject again is the one that stands."""
    known = Approval.objects.filter(programme=programme, stage=stage.value, subject_id=subject_id).first()
    if known is not None:
        return known.pk
    approval = Approval.objects.create(
        id=new_id(),
        programme=programme,
        area=programme.area,
        office_id=programme.office_id,
        stage=stage.value,
        subject_id=subject_id,
        summary=summary,
        made_by=actor.account_id or 0,
        made_at=clock.now(),
    )
    return approval.pk


def sign(actor: Actor, approval: Approval, note: str) -> None:
    """Sign as checker; the row is locked first, so that of two checkers one signs.

    Raises ``outside_scope``, ``already_decided``, ``same_person``.
    """
    if approval.office_id != actor.office:
        raise Problem("outside_scope")
    locked = Approval.objects.select_for_update().get(pk=approval.pk)
    if locked.checked_by is not None:
        raise Problem("already_decided")
    if locked.made_by == actor.account_id:
        raise Problem("same_person")
    try:
        with transaction.atomic():
            Approval.objects.filter(pk=approval.pk).update(
                checked_by=actor.account_id, checked_at=clock.now(), note=note
            )
    except IntegrityError:
        raise Problem("same_person") from None
    record(actor=actor, name="stage.approved", subject_kind="approval", subject_id=approval.pk, stage=approval.stage)


def _decree_ref(decree: Decree) -> DecreeRef:
    return DecreeRef(decree.pk, decree.approval.pk, decree.number, decree.lines.count())
