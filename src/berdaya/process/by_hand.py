"""The steps of the spine that one person takes at a time: one call per button of the office web.

``berdaya run`` walks through the same functions. Each lives in one transaction, checks permission and office through
the service below it, and answers twice what it answered once or says that it has been decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from berdaya.access.permissions import require
from berdaya.documents.types import DocumentInfo
from berdaya.enterprises.services import add_months
from berdaya.enterprises.snapshots import refresh_status_many
from berdaya.followup.services import raise_alerts
from berdaya.graduation.models import Assessment
from berdaya.graduation.services import approve_many, assess_many
from berdaya.graduation.types import Assessed
from berdaya.grants.services.assets import raise_asset_checks
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.process import starting
from berdaya.process.field.supervising import raise_falling
from berdaya.process.letters import issue_decree, signer_on
from berdaya.programmes import services
from berdaya.programmes.models import Approval, Candidate, Decree, LotteryCommitment, Programme
from berdaya.programmes.selectors import config_of
from berdaya.programmes.types import Outcome, ProgrammeConfig
from berdaya.programmes.values import Screened, Stage
from berdaya.reports.services import Report, make_report
from berdaya.training.services.placing import publish_placements

MILESTONES = (6, 12, 24)
"""Months after the start at which the status of a business is kept for comparison."""
MONTHS = MILESTONES[-1]


@dataclass(frozen=True, slots=True)
class Judged:
    """Candidates looked up in the lists, and verdict -> candidates of the decision."""

    screened: Screened
    eligible: int
    total: int


def of_office(*, actor: Actor, code: str) -> UUID:
    """Id of a programme of the actor's own office; ``not_found`` for any other, whoever may read it."""
    row = Programme.objects.filter(code=code).values_list("id", "office_id").first()
    if row is None or row[1] != actor.office:
        raise Problem("not_found")
    return row[0]


@transaction.atomic
def judge(*, actor: Actor, programme_id: UUID, on: date) -> Judged:
    """Screen everybody against lists and aid, judge each by the rules. Raises ``already_decided`` after a SK."""
    require(actor, "candidate.screen")
    if Candidate.objects.filter(programme=programme_id, decreed_on__isnull=False).exists():
        raise Problem("already_decided")
    screened = services.screen_many(actor=actor, programme_id=programme_id, on=on)
    verdicts = services.decide_eligibility_many(actor=actor, programme_id=programme_id, on=on).verdicts
    return Judged(screened, verdicts.get("eligible", 0), sum(verdicts.values()))


@transaction.atomic
def open_seed(*, actor: Actor, programme_id: UUID, party: int, seed: str, on: date) -> None:
    """Open one party's seed; two accounts open the two. Raises ``same_person`` and what revealing raises."""
    promises = LotteryCommitment.objects.filter(programme=programme_id)
    latest = promises.aggregate(Max("round"))["round__max"]
    if promises.filter(round=latest, opened_by=actor.account_id).exclude(party=party).exists():
        raise Problem("same_person")
    services.reveal_seed(actor=actor, programme_id=programme_id, party=party, seed=seed, on=on)


@transaction.atomic
def approve_stage(*, actor: Actor, approval_id: UUID, note: str = "") -> None:
    """The second person's decision, with what follows from it: a decree comes into force, placements are
    published, tried rules become the next version."""
    approval = Approval.objects.filter(pk=approval_id).first()
    if approval is None:
        raise Problem("not_found")
    if approval.stage == Stage.DECREE and approval.subject_id is not None:
        services.approve_decree(actor=actor, decree_id=approval.subject_id, note=note)
    elif approval.stage == Stage.RULES and approval.subject_id is not None:
        services.approve_rules(actor=actor, change_id=approval.subject_id, note=note)
    elif approval.stage == Stage.PLACEMENT and approval.subject_id is not None:
        publish_placements(actor=actor, run_id=approval.subject_id, note=note)
    else:
        services.approve(actor=actor, approval_id=approval_id, note=note)


@transaction.atomic
def issue(*, actor: Actor, programme_id: UUID) -> DocumentInfo:
    """The newest decree as a letter. Raises ``awaiting_approval`` before its second person, ``not_found`` without."""
    decree = Decree.objects.filter(programme=programme_id).order_by("-decreed_on", "-id").first()
    if decree is None:
        raise Problem("not_found")
    if decree.approval.checked_by is None:
        raise Problem("awaiting_approval", stage="SK")
    return issue_decree(actor=actor, decree_id=decree.pk, config=config_of(actor=actor, programme_id=programme_id))


@transaction.atomic
def start_businesses(*, actor: Actor, programme_id: UUID) -> starting.Started:
    """A business for each recipient who has none."""
    config = config_of(actor=actor, programme_id=programme_id)
    return starting.start_businesses(actor=actor, programme_id=programme_id, config=config)


@transaction.atomic
def judge_businesses(*, actor: Actor, config: ProgrammeConfig, on: date) -> int:
    """Statuses month by month until ``on``, and the tasks that they raise. Returns the statuses kept."""
    started = starting.started_on(config)
    months = [add_months(started, number) for number in range(1, MONTHS + 1)]
    code = config.programme.code
    kept = refresh_status_many(
        actor=actor,
        days=[*(day for day in months if day <= on), on],
        milestones=MILESTONES,
        until=on,
        programme_code=code,
    )
    raise_alerts(actor=actor, as_of=on, programme_code=code)
    raise_asset_checks(actor=actor, as_of=on, programme_code=code)
    raise_falling(actor=actor, as_of=on)
    return kept


def waiting_graduates(*, programme_id: UUID) -> Sequence[UUID]:
    """Assessments of the newest day that are met and wait for the second person, by number of the business."""
    rows = Assessment.objects.filter(programme=programme_id)
    newest = rows.aggregate(Max("as_of"))["as_of__max"]
    waiting = rows.filter(as_of=newest, outcome=Outcome.MET.value, approved_by=None)
    return list(waiting.order_by("enterprise__ref").values_list("id", flat=True))


def assess(*, actor: Actor, programme_id: UUID, on: date) -> Assessed:
    """Assess every business by the pathway of the programme."""
    return assess_many(actor=actor, programme_id=programme_id, as_of=on)


@transaction.atomic
def graduate(*, actor: Actor, programme_id: UUID, on: date) -> int:
    """Graduate what was assessed as met, as another person. Returns how many."""
    require(actor, "graduation.approve")
    waiting = waiting_graduates(programme_id=programme_id)
    return approve_many(actor=actor, assessment_ids=waiting, on=on) if waiting else 0


def report(*, actor: Actor, config: ProgrammeConfig, on: date) -> Report:
    """The report of a programme on a day, as PDF and XLSX from the same frozen figures."""
    signer = signer_on(actor=actor, office=actor.office or 0, letter=config.letter, day=on)
    return make_report(actor=actor, code=config.programme.code, as_of=on, signer=signer)
