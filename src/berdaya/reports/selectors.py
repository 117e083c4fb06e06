"""Figures of a programme, each from the rows themselves; what the actor may not see is not counted."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from datetime import date

from django.db.models import Count, F, QuerySet, Sum

from berdaya.access.permissions import require
from berdaya.documents.models import Document
from berdaya.enterprises.models import Enterprise, EnterpriseMonth, StatusSnapshot
from berdaya.enterprises.services import add_months
from berdaya.funds.models import CashEvent, Fund
from berdaya.graduation.models import Assessment
from berdaya.grants.models import FundingShare, HandoverLine
from berdaya.intake.models import ImportRun
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.ledger.models import Transfer
from berdaya.market.models import Product, Stall
from berdaya.programmes.models import Candidate, Programme, ProgrammeVersion
from berdaya.programmes.states import CandidateState as State
from berdaya.reports.types import Funnel, Income, Milestone, Money, ProgrammeFigures
from berdaya.tasks.models import Task
from berdaya.training.models import PlacementRun, TrainingClass
from berdaya.visits.models import Visit

MILESTONES = (6, 12, 24)
INCOME_MONTHS = 3
KEPT = F("quantity") - F("returned")
"""What the recipient has of a handover line: what came back is in store again, and in no report."""
INCOME_WINDOW_MONTHS = 6
_PAST_ELIGIBILITY = (
    State.ELIGIBLE,
    State.VERIFIED,
    State.REFUSED_VERIFICATION,
    State.SELECTED,
    State.WAITING,
    State.DECREED,
    State.REPLACED,
)
_PAST_VERIFICATION = (State.VERIFIED, State.SELECTED, State.WAITING, State.DECREED, State.REPLACED)


def programme_figures(*, actor: Actor, code: str, as_of: date) -> ProgrammeFigures:
    """All figures of the programme ``code`` at ``as_of``; raises ``not_found`` where it is not visible."""
    require(actor, "report.read")
    programme = Programme.objects.filter(code=code).first()
    if programme is None:
        raise Problem("not_found")
    version = ProgrammeVersion.objects.get(programme=programme, number=programme.version_number)
    businesses = Enterprise.objects.filter(programme=programme)
    run = PlacementRun.objects.filter(programme=programme, published_at__isnull=False).order_by("-number").first()
    stalls = Stall.objects.filter(enterprise__programme=programme)
    funds = Fund.objects.filter(decree_line__decree__programme=programme)
    milestones = _milestones(businesses, as_of)
    return ProgrammeFigures(
        code=programme.code,
        name=programme.name,
        as_of=as_of,
        unit="group" if Candidate.objects.filter(programme=programme, group__isnull=False).exists() else "household",
        funnel=_funnel(programme, version.config),
        classes=TrainingClass.objects.filter(programme=programme).count(),
        placed=run.placements.filter(training_class__isnull=False).count() if run else 0,
        first_choice_share=run.first_choice_share if run else None,
        matching_gap=run.gap if run else None,
        groups=businesses.filter(group__isnull=False).count(),
        handover_lines=_lines(programme).count(),
        money=_money(programme, funds),
        funds=funds.count(),
        transfers=Transfer.objects.filter(book__fund__in=funds).count(),
        visits=Visit.objects.filter(enterprise__programme=programme).count(),
        statuses=_statuses(StatusSnapshot.objects.filter(enterprise__programme=programme, as_of=as_of)),
        milestones=milestones,
        income=_income(businesses, as_of),
        products=Product.objects.filter(enterprise__programme=programme).count(),
        exhibitions=stalls.values("exhibition").distinct().count(),
        stall_sales_idr=stalls.aggregate(total=Sum("turnover_idr"))["total"] or 0,
        graduated=_graduated(programme),
        documents=Document.objects.filter(programme_code=programme.code).count(),
        open_tasks=Task.objects.filter(programme_code=programme.code, state="open").count(),
    )


def _lines(programme: Programme) -> QuerySet[HandoverLine]:
    return HandoverLine.objects.filter(handover__decree_line__decree__programme=programme)


def _graduated(programme: Programme) -> int:
    approved = Assessment.objects.filter(programme=programme, approved_by__isnull=False)
    return approved.values("enterprise").distinct().count()


def _funnel(programme: Programme, config: Mapping[str, object]) -> Funnel:
    imports = ImportRun.objects.filter(programme_code=programme.code, kind__in=("candidates", "groups"))
    refused: dict[str, int] = {}
    rows_in = 0
    for run in imports:
        rows_in += run.rows_in
        for reason, count in run.refused.items():
            refused[reason] = refused.get(reason, 0) + count
    counted = list(
        Candidate.objects.filter(programme=programme).values("state", "reason").annotate(n=Count("id")).order_by()
    )

    def total(*states: State) -> int:
        return sum(row["n"] for row in counted if row["state"] in states)

    def by_reason(state: State) -> dict[str, int]:
        return {row["reason"] or "-": row["n"] for row in counted if row["state"] == state}

    quota = config.get("quota")
    doubled = sum(refused.pop(code, 0) for code in ("duplicate_nik", "duplicate_kk"))
    return Funnel(
        rows_in=rows_in,
        rows_refused=refused,
        duplicates=doubled + total(State.DUPLICATE),
        excluded=by_reason(State.EXCLUDED),
        ineligible=by_reason(State.INELIGIBLE),
        incomplete=total(State.INCOMPLETE),
        eligible=total(*_PAST_ELIGIBILITY),
        verified=total(*_PAST_VERIFICATION),
        selected=total(State.SELECTED, State.DECREED),
        waiting=total(State.WAITING),
        quota=int(quota["total"]) if isinstance(quota, Mapping) else 0,
    )


def _money(programme: Programme, funds: QuerySet[Fund]) -> Money:
    shares = (
        FundingShare.objects.filter(decree_line__decree__programme=programme)
        .values_list("source", "activity")
        .annotate(total=Sum("amount_idr"))
        .order_by("source", "activity")
    )
    capital = CashEvent.objects.filter(fund__in=funds, kind="capital").aggregate(total=Sum("amount"))["total"]
    return Money(
        goods_value_idr=_lines(programme).aggregate(total=Sum(KEPT * F("unit_value_idr")))["total"] or 0,
        capital_idr=capital or 0,
        by_source=tuple((source, activity, total) for source, activity, total in shares),
        goods=tuple(
            _lines(programme)
            .values_list("item__name", "item__unit")
            .annotate(kept=Sum(KEPT), value=Sum(KEPT * F("unit_value_idr")))
            .filter(kept__gt=0)
            .order_by("-value", "item__name", "item__unit")
        ),
    )


def _statuses(snapshots: QuerySet[StatusSnapshot]) -> dict[str, int]:
    return dict(snapshots.values_list("status").annotate(n=Count("id")).order_by("status"))


def _milestones(businesses: QuerySet[Enterprise], as_of: date) -> tuple[Milestone, ...]:
    rows = (
        StatusSnapshot.objects.filter(enterprise__in=businesses, milestone__in=MILESTONES, as_of__lte=as_of)
        .values("milestone", "as_of", "status")
        .annotate(n=Count("id"))
        .order_by("milestone", "as_of", "status")
    )
    found: dict[int, tuple[date, dict[str, int]]] = {}
    for row in rows:
        months = row["milestone"] or 0
        day, statuses = found.get(months, (row["as_of"], {}))
        statuses[row["status"]] = statuses.get(row["status"], 0) + row["n"]
        found[months] = (max(day, row["as_of"]), statuses)
    return tuple(Milestone(months, day, statuses) for months, (day, statuses) in sorted(found.items()))


def _income(businesses: QuerySet[Enterprise], as_of: date) -> Income:
    months = (
        EnterpriseMonth.objects.filter(
            enterprise__in=businesses.filter(baseline_income_idr__isnull=False),
            income_idr__isnull=False,
            month__lte=as_of,
            month__gt=add_months(as_of.replace(day=1), -INCOME_WINDOW_MONTHS),
        )
        .order_by("enterprise_id", "-month")
        .values_list("enterprise_id", "enterprise__baseline_income_idr", "income_idr")
    )
    before: dict[object, int] = {}
    after: dict[object, list[int]] = {}
    for enterprise, baseline, income in months.iterator(chunk_size=5000):
        recent = after.setdefault(enterprise, [])
        before[enterprise] = baseline or 0
        if len(recent) < INCOME_MONTHS and income is not None:
            recent.append(income)
    pairs = [(before[key], round(statistics.fmean(recent))) for key, recent in after.items()]
    return Income(
        pairs=len(pairs),
        businesses=businesses.count(),
        median_before_idr=_median([pair[0] for pair in pairs]),
        median_after_idr=_median([pair[1] for pair in pairs]),
        share_higher=sum(b < a for b, a in pairs) / len(pairs) if pairs else None,
    )


def _median(values: list[int]) -> int | None:
    return round(statistics.median(values)) if values else None
