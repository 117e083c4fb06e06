"""What the steps of a programme are read from: one look at everything that its evidence holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Max

from berdaya.audit.models import AuditEntry
from berdaya.enterprises.models import Enterprise, StatusSnapshot
from berdaya.graduation.models import Assessment
from berdaya.groups.models import Membership
from berdaya.groups.types import Origin
from berdaya.kernel import clock
from berdaya.process.overview.programmes import STAGES
from berdaya.programmes.models import (
    Approval,
    Candidate,
    Decree,
    DecreeLine,
    LotteryCommitment,
    Objection,
    Programme,
    ProvisionalList,
    SelectionRun,
)
from berdaya.programmes.types import ProgrammeConfig, Subject
from berdaya.reports.models import ProgrammeSnapshot
from berdaya.training.models import PlacementRun, TrainingClass


@dataclass(frozen=True)
class Signed:
    """A stage of two people: who made it, who checked it; ``checked_on`` is None while it waits."""

    approval_id: UUID
    made_by: int
    made_on: date
    checked_by: int | None
    checked_on: date | None


@dataclass(frozen=True)
class Promise:
    """One party of the lottery: committed, perhaps opened."""

    party: int
    committed_on: date
    opened_by: int | None
    opened_on: date | None


@dataclass(frozen=True)
class Evidence:
    """What the database holds of a programme, as far as its steps depend on it. Days are None where nothing is."""

    today: date
    states: Mapping[str, int] = field(default_factory=dict)
    logged: Mapping[str, tuple[date, int]] = field(default_factory=dict)
    """Name of an audited step -> its last day and account."""
    asks_verification: bool = False
    asks_groups: bool = False
    configured_lottery: bool = False
    frozen_on: date | None = None
    frozen_count: int = 0
    sha256: str = ""
    decided_on: date | None = None
    outcome: Mapping[str, int] = field(default_factory=dict)
    promises: tuple[Promise, ...] = ()
    objection_days: int = 0
    posted_on: date | None = None
    closes_on: date | None = None
    objections: int = 0
    open_objections: int = 0
    decree_number: str = ""
    decree_lines: int = 0
    decrees: int = 0
    """Decrees in force, and their recipients who were not replaced."""
    decreed_lines: int = 0
    decree: Signed | None = None
    letter_id: UUID | None = None
    classes: int = 0
    placed: int = 0
    unplaced: int = 0
    published_on: date | None = None
    placement: Signed | None = None
    formed: int = 0
    businesses: int = 0
    started_on: date | None = None
    received: int = 0
    status_on: date | None = None
    assessed_on: date | None = None
    outcomes: Mapping[str, int] = field(default_factory=dict)
    open_graduates: int = 0
    approved_on: date | None = None
    report_on: date | None = None
    report_id: UUID | None = None

    def count(self, *names: str) -> int:
        """Candidates in these states."""
        return sum(self.states.get(name, 0) for name in names)

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def judged(self) -> int:
        return self.total - self.count("proposed", "duplicate")

    @property
    def decreed(self) -> int:
        return self.count("decreed")


_LOGGED = (
    "candidates.proposed",
    "candidates.decided",
    "candidates.verified",
    "selection.frozen",
    "selection.run",
    "graduation.assessed",
    "report.made",
)


def evidence_of(item: Programme, config: ProgrammeConfig) -> Evidence:
    """Everything that the steps are read from; about eighteen queries whatever the size of the programme."""
    candidates = Candidate.objects.filter(programme=item)
    facts: dict[str, Any] = {
        "today": clock.today(),
        "states": dict(candidates.values_list("state").annotate(count=Count("id")).order_by()),
        "logged": _logged(item),
        "asks_verification": config.dates.verification is not None,
        "asks_groups": config.programme.scheme == "group" and config.subject is not Subject.GROUP,
        "configured_lottery": config.ranking.lottery is not None,
        "objection_days": config.objection_days,
        "received": candidates.filter(STAGES["menerima"].where).count(),
        **_selection(item),
        **_objections(item),
        **_decree(item),
        **_training(item),
        **_businesses(item),
        **_closing(item),
    }
    return Evidence(**facts)


def _logged(item: Programme) -> dict[str, tuple[date, int]]:
    rows = (
        AuditEntry.objects.filter(subject_kind="programme", subject_id=str(item.pk), name__in=_LOGGED)
        .order_by("name", "-occurred_at")
        .distinct("name")
    )
    return {
        name: (at.astimezone(clock.WIB).date(), account)
        for name, at, account in rows.values_list("name", "occurred_at", "account_id")
    }


def _selection(item: Programme) -> dict[str, Any]:
    run = SelectionRun.objects.filter(programme=item).order_by("-frozen_on", "-id").first()
    rounds = list(LotteryCommitment.objects.filter(programme=item).order_by("-round", "party"))
    facts: dict[str, Any] = {
        "promises": tuple(
            Promise(row.party, row.committed_on, row.opened_by, row.opened_on)
            for row in rounds
            if row.round == rounds[0].round
        )
    }
    if run is not None:
        facts |= {
            "frozen_on": run.frozen_on,
            "frozen_count": run.entries.count(),
            "sha256": bytes(run.list_sha256).hex(),
            "decided_on": run.decided_on,
            "outcome": run.summary,
        }
    return facts


def _objections(item: Programme) -> dict[str, Any]:
    posted = ProvisionalList.objects.filter(programme=item).order_by("-posted_on", "-id").first()
    if posted is None:
        return {}
    heard = Objection.objects.filter(programme=item)
    return {
        "posted_on": posted.posted_on,
        "closes_on": posted.closes_on,
        "objections": heard.count(),
        "open_objections": heard.filter(decision="").count(),
    }


def _decree(item: Programme) -> dict[str, Any]:
    decree = Decree.objects.filter(programme=item).select_related("approval").order_by("-decreed_on", "-id").first()
    if decree is None:
        return {}
    signed = Decree.objects.filter(programme=item, approval__checked_by__isnull=False)
    return {
        "decrees": signed.count(),
        "decreed_lines": DecreeLine.objects.filter(decree__in=signed, replaced_on=None).count(),
        "decree_number": decree.number,
        "decree_lines": decree.lines.filter(replaced_on=None).count(),
        "decree": _signed(decree.approval),
        "letter_id": decree.document_id,
    }


def _signed(row: Approval) -> Signed:
    checked = row.checked_at.astimezone(clock.WIB).date() if row.checked_at else None
    return Signed(row.pk, row.made_by, row.made_at.astimezone(clock.WIB).date(), row.checked_by, checked)


def _training(item: Programme) -> dict[str, Any]:
    facts: dict[str, Any] = {"classes": TrainingClass.objects.filter(programme=item).count()}
    run = PlacementRun.objects.filter(programme=item).order_by("-number").first()
    if run is not None:
        approval = Approval.objects.filter(programme=item, stage="placement", subject_id=run.pk).first()
        facts |= {
            "placed": run.summary.get("placed", 0),
            "unplaced": run.summary.get("unplaced", 0),
            "published_on": run.published_at.astimezone(clock.WIB).date() if run.published_at else None,
            "placement": _signed(approval) if approval else None,
        }
    return facts


def _businesses(item: Programme) -> dict[str, Any]:
    found_ = Enterprise.objects.filter(programme=item).aggregate(count=Count("id"), started=Max("started_on"))
    return {
        "formed": Membership.objects.filter(
            left_on=None, group__origin=Origin.FORMED, person__candidacies__programme=item
        )
        .values("group_id")
        .distinct()
        .count(),
        "businesses": found_["count"],
        "started_on": found_["started"],
        "status_on": StatusSnapshot.objects.filter(enterprise__programme=item).aggregate(Max("as_of"))["as_of__max"],
    }


def _closing(item: Programme) -> dict[str, Any]:
    assessed = Assessment.objects.filter(programme=item)
    newest = assessed.aggregate(Max("as_of"))["as_of__max"]
    rows = assessed.filter(as_of=newest).values_list("outcome", "approved_by", "approved_on")
    grouped: dict[str, int] = {}
    waiting, approved = 0, None
    for outcome, checker, on in rows:
        grouped[outcome] = grouped.get(outcome, 0) + 1
        waiting += outcome == "met" and checker is None
        approved = on or approved
    snapshot = ProgrammeSnapshot.objects.filter(programme=item, body__has_key="report").order_by("-as_of").first()
    return {
        "assessed_on": newest,
        "outcomes": grouped,
        "open_graduates": waiting,
        "approved_on": approved,
        "report_on": snapshot.as_of if snapshot else None,
        "report_id": UUID(snapshot.body["report"]) if snapshot else None,
    }
