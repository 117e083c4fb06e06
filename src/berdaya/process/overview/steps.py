"""The steps of one programme, each with its state read from evidence: done, possible now, waiting, or not yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from berdaya.access.models import Account
from berdaya.access.permissions import require
from berdaya.kernel.scope import ALL_OFFICES, Actor
from berdaya.process.overview.common import found, staff_only
from berdaya.process.overview.step_evidence import Evidence, Promise, Signed, evidence_of
from berdaya.programmes.models import Programme
from berdaya.programmes.selectors import config_of
from berdaya.programmes.types import ProgrammeConfig

__all__ = ["Evidence", "Promise", "Signed", "State", "Step", "StepsView", "programme_steps", "steps_of", "tells_steps"]


class State(StrEnum):
    """Where a step stands (keadaan langkah)."""

    DONE = "done"
    NOW = "now"
    WAITS = "waits"
    LATER = "later"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Step:
    """One step. ``why`` is the code of what stands in the way; ``permission`` is what taking the step asks for."""

    code: str
    state: State
    permission: str
    on: date | None = None
    by: tuple[int, ...] = ()
    why: str = ""
    counts: Mapping[str, Any] = field(default_factory=dict)
    again: bool = False
    """May be taken once more, with other evidence."""
    approval_id: UUID | None = None


@dataclass(frozen=True)
class StepsView:
    """All steps of one programme, with the names of who took them."""

    code: str
    name: str
    synthetic: bool
    steps: tuple[Step, ...]
    evidence: Evidence
    config: ProgrammeConfig
    names: Mapping[int, str]


def programme_steps(*, actor: Actor, code: str) -> StepsView:
    """The steps of a programme; ``not_found`` for other offices, and for a scope of some of its villages only.

    What such a scope leaves out (decrees, rankings, most candidates) would be told as not done.
    """
    staff_only(actor)
    require(actor, "programme.read")
    item = found(Programme.objects.filter(code=code).first())
    if actor.office not in (ALL_OFFICES, item.office_id) or not actor.covers(item.area):
        found(None)
    config = config_of(actor=actor, programme_id=item.pk)
    evidence = evidence_of(item, config)
    steps = steps_of(evidence)
    people = {account for step in steps for account in step.by}
    names = dict(Account.objects.filter(pk__in=people).values_list("pk", "name"))
    return StepsView(item.code, item.name, item.synthetic, steps, evidence, config, names)


def tells_steps(*, actor: Actor, code: str) -> bool:
    """True where this actor's office (or a role above the offices) may read the steps of the programme."""
    if actor.kind != "staff":
        return False
    return actor.office == ALL_OFFICES or Programme.objects.filter(code=code, office=actor.office).exists()


def steps_of(known: Evidence) -> tuple[Step, ...]:
    """The steps of the spine in their order. Pure."""
    return (
        _list(known),
        _screen(known),
        _verification(known),
        _freeze(known),
        _lottery(known),
        _rank(known),
        _hearing(known),
        *_decree_steps(known),
        *_training_steps(known),
        *_business_steps(known),
        *_closing_steps(known),
    )


def _log(known: Evidence, name: str) -> dict[str, Any]:
    day, account = known.logged.get(name, (None, None))
    return {"on": day, "by": (account,) if account else ()}


def _list(known: Evidence) -> Step:
    if not known.total:
        return Step("daftar", State.NOW, "import.run")
    counts = {"total": known.total, "duplicate": known.count("duplicate")}
    return Step("daftar", State.DONE, "import.run", counts=counts, **_log(known, "candidates.proposed"))


def _screen(known: Evidence) -> Step:
    code, may = "saring", "candidate.screen"
    if not known.total:
        return Step(code, State.LATER, may, why="no_list")
    counts = {
        "total": known.total - known.count("duplicate"),
        "passed": known.judged - known.count("excluded", "ineligible", "incomplete"),
    }
    if known.count("proposed"):
        return Step(code, State.NOW, may, counts=counts)
    again = not known.decreed and known.decided_on is None
    return Step(code, State.DONE, may, counts=counts, again=again, **_log(known, "candidates.decided"))


def _verification(known: Evidence) -> Step:
    code, may = "verifikasi", "verification.record"
    if not known.asks_verification:
        return Step(code, State.SKIPPED, may, why="not_asked")
    if not known.judged or known.count("proposed"):
        return Step(code, State.LATER, may, why="not_screened")
    refused = known.count("refused_verification")
    passed = known.count("verified", "selected", "waiting", "decreed", "replaced")
    counts = {"open": known.count("eligible"), "passed": passed, "refused": refused}
    if not counts["open"] + passed + refused:
        return Step(code, State.LATER, may, why="nobody_eligible")
    if counts["open"] and known.decided_on is None:
        return Step(code, State.NOW, may, counts=counts)
    return Step(code, State.DONE, may, counts=counts, **_log(known, "candidates.verified"))


def _freeze(known: Evidence) -> Step:
    code, may = "beku", "selection.run"
    ready = known.count("verified" if known.asks_verification else "eligible", "selected", "waiting")
    opened = any(promise.opened_on for promise in known.promises)
    if known.frozen_on is not None:
        counts = {"count": known.frozen_count, "sha256": known.sha256}
        again = known.decided_on is None and not opened
        log = _log(known, "selection.frozen") | {"on": known.frozen_on}
        return Step(code, State.DONE, may, counts=counts, again=again, **log)
    if not ready:
        why = "not_verified" if known.asks_verification else "not_screened"
        return Step(code, State.LATER, may, why=why)
    unverified = known.count("eligible") if known.asks_verification else 0
    return Step(code, State.NOW, may, counts={"count": ready, "open": unverified})


def _lottery(known: Evidence) -> Step:
    code, may = "undian", "selection.run"
    opened = [promise for promise in known.promises if promise.opened_on]
    if len(opened) == 2:
        by = tuple(promise.opened_by for promise in opened if promise.opened_by)
        return Step(code, State.DONE, may, on=max(promise.opened_on or known.today for promise in opened), by=by)
    if known.decided_on is not None:
        return Step(code, State.SKIPPED, may, why="no_tie")
    if not known.promises and (known.configured_lottery or not known.total):
        return Step(code, State.LATER, may, why="promised_in_rules" if known.configured_lottery else "no_list")
    if len(known.promises) < 2:
        return Step(code, State.NOW, may, counts={"promised": len(known.promises), "opened": 0})
    if known.frozen_on is None:
        return Step(code, State.LATER, may, why="not_frozen", counts={"promised": 2})
    return Step(code, State.NOW, may, counts={"promised": 2, "opened": len(opened)})


def _rank(known: Evidence) -> Step:
    code, may = "peringkat", "selection.run"
    if known.decided_on is not None:
        log = _log(known, "selection.run") | {"on": known.decided_on}
        return Step(code, State.DONE, may, counts=known.outcome, **log)
    if known.frozen_on is None:
        return Step(code, State.LATER, may, why="not_frozen")
    closed = sum(promise.opened_on is None for promise in known.promises) if known.promises else 2
    return Step(code, State.NOW, may, counts={"count": known.frozen_count, "closed": closed})


def _hearing(known: Evidence) -> Step:
    """The objection period: posted, running, every objection decided."""
    code, may = "sanggah", "decree.propose"
    if known.posted_on is None and not known.objection_days:
        return Step(code, State.SKIPPED, may, why="no_period_asked")
    if known.posted_on is None:
        if known.decided_on is None:
            return Step(code, State.LATER, may, why="not_ranked")
        return Step(code, State.NOW, may, counts={"days": known.objection_days, "posted": 0})
    counts = {"heard": known.objections, "open": known.open_objections, "posted": 1, "closes_on": known.closes_on}
    running = known.closes_on is not None and known.today <= known.closes_on
    if known.open_objections:
        return Step(code, State.WAITS, "objection.decide", counts=counts)
    return Step(code, State.WAITS if running else State.DONE, may, known.posted_on, counts=counts)


def _decree_steps(known: Evidence) -> tuple[Step, Step, Step]:
    draft, selected = known.decree, known.count("selected")
    facts = {
        "number": known.decree_number,
        "lines": known.decree_lines,
        "decrees": known.decrees,
        "all": known.decreed_lines,
    }
    signed = draft is not None and draft.checked_on is not None
    more = signed and selected > 0
    if draft is not None and not more:
        first = Step("usul-sk", State.DONE, "decree.propose", draft.made_on, (draft.made_by,), counts=facts)
    elif known.decided_on is not None and selected and _hearing(known).state not in {State.DONE, State.SKIPPED}:
        first = Step("usul-sk", State.LATER, "decree.propose", why="objections")
    elif known.decided_on is not None and selected:
        first = Step("usul-sk", State.NOW, "decree.propose", counts={"selected": selected})
    else:
        why = "not_ranked" if known.decided_on is None else "nobody_selected"
        first = Step("usul-sk", State.LATER, "decree.propose", why=why)
    second = _second("sah-sk", "decree.approve", draft, facts, "no_draft")
    if known.letter_id is not None:
        third = Step("surat-sk", State.DONE, "document.issue", draft.checked_on if draft else None, counts=facts)
    else:
        state, why = (State.NOW, "") if signed else (State.LATER, "not_approved")
        third = Step("surat-sk", state, "document.issue", why=why, counts=facts)
    return first, second, third


def _second(code: str, may: str, stage: Signed | None, facts: Mapping[str, Any], missing: str) -> Step:
    """What the second person decides: waits for that person once it is proposed."""
    if stage is None:
        return Step(code, State.LATER, may, why=missing)
    if stage.checked_on is None:
        return Step(code, State.WAITS, may, by=(stage.made_by,), counts=facts, approval_id=stage.approval_id)
    by = (stage.checked_by,) if stage.checked_by else ()
    return Step(code, State.DONE, may, stage.checked_on, by, counts=facts, approval_id=stage.approval_id)


def _training_steps(known: Evidence) -> Sequence[Step]:
    run = known.placement
    facts = {"placed": known.placed, "unplaced": known.unplaced, "classes": known.classes}
    if run is not None:
        first = Step("kelas", State.DONE, "placement.propose", run.made_on, (run.made_by,), counts=facts)
    elif known.classes and known.decreed:
        first = Step("kelas", State.NOW, "placement.propose", counts={**facts, "decreed": known.decreed})
    else:
        why = "not_decreed" if not known.decreed else "no_classes"
        first = Step("kelas", State.LATER, "placement.propose", why=why, counts=facts)
    second = _second("terbit", "placement.publish", run, facts, "no_placement")
    if not known.asks_groups:
        return first, second
    if known.formed:
        third = Step("kelompok", State.DONE, "group.manage", counts={"formed": known.formed})
    else:
        state, why = (State.NOW, "") if known.published_on else (State.LATER, "not_published")
        third = Step("kelompok", state, "group.manage", why=why, counts={"decreed": known.decreed})
    return first, second, third


def _business_steps(known: Evidence) -> tuple[Step, Step, Step]:
    counts = {"businesses": known.businesses, "decreed": known.decreed, "received": known.received}
    if known.businesses:
        start = Step("usaha", State.DONE, "business.manage", known.started_on, counts=counts)
    elif known.decreed and (known.formed or not known.asks_groups):
        start = Step("usaha", State.NOW, "business.manage", counts=counts)
    else:
        start = Step("usaha", State.LATER, "business.manage", why="not_decreed" if not known.decreed else "no_groups")
    if not known.decreed:
        goods = Step("salur", State.LATER, "handover.record", why="not_decreed")
    else:
        state = State.DONE if known.received >= known.decreed else State.NOW
        goods = Step("salur", state, "handover.record", counts=counts)
    if not known.businesses:
        status = Step("status", State.LATER, "status.refresh", why="no_businesses")
    else:
        fresh = known.status_on is not None and known.status_on >= known.today
        state = State.DONE if fresh else State.NOW
        status = Step("status", state, "status.refresh", known.status_on, counts=counts, again=fresh)
    return start, goods, status


def _closing_steps(known: Evidence) -> tuple[Step, Step, Step]:
    assessor = _log(known, "graduation.assessed") | {"on": known.assessed_on}
    counts = {"businesses": known.businesses, "met": known.outcomes.get("met", 0), "open": known.open_graduates}
    fresh = known.assessed_on is not None and known.assessed_on >= known.today
    if known.status_on is None:
        assess = Step("nilai", State.LATER, "graduation.assess", why="no_status")
    else:
        assess = Step("nilai", State.DONE if fresh else State.NOW, "graduation.assess", counts=counts, **assessor)
    if known.open_graduates:
        pass_ = Step("lulus", State.WAITS, "graduation.approve", by=assessor["by"], counts=counts)
    elif known.assessed_on is None:
        pass_ = Step("lulus", State.LATER, "graduation.approve", why="not_assessed")
    elif known.approved_on is None:
        pass_ = Step("lulus", State.SKIPPED, "graduation.approve", why="nobody_met")
    else:
        pass_ = Step("lulus", State.DONE, "graduation.approve", known.approved_on, counts=counts)
    made = _log(known, "report.made") | {"on": known.report_on}
    if known.report_on is not None and known.report_on >= known.today:
        report = Step("laporan", State.DONE, "report.make", **made)
    else:
        ready = known.decreed > 0
        state, why = (State.NOW, "") if ready else (State.LATER, "not_decreed")
        report = Step("laporan", state, "report.make", why=why, **made)
    return assess, pass_, report
