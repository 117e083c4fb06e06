"""Judging a business for graduation. It fails closed: no dated evidence inside its window, no criterion met.

A criterion that demands *asked* and *seen* needs at least one of each inside the window; one voice is not enough.
Income is the median inside the window against the income before the programme, so that one good month does not decide.
Sources: BRAC's graduation programmes (several criteria, each asked and seen), PENA (income against a threshold).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from uuid import UUID

from berdaya.graduation.types import Criterion, CriterionKind, Dossier, Fact, Finding, Judgement, Method, Pathway
from berdaya.programmes.types import Outcome

MET, NOT_MET, UNKNOWN = Outcome.MET, Outcome.NOT_MET, Outcome.UNKNOWN
GONE = frozenset({"sold", "lost", "stolen", "missing"})
"""States of an asset that mean it no longer works for the family; broken, died and passed on are told apart."""


def judge(pathway: Pathway, dossier: Dossier, as_of: date) -> Judgement:
    """Every criterion of ``pathway`` on the day ``as_of``; evidence of a later day does not count.

    One not met decides; otherwise one unknown keeps the whole unknown.
    """
    findings = tuple(_JUDGES[item.kind](item, dossier, as_of, pathway.months) for item in pathway.criteria)
    outcomes = {finding.outcome for finding in findings}
    if NOT_MET in outcomes:
        return Judgement(NOT_MET, findings)
    return Judgement(UNKNOWN if UNKNOWN in outcomes or not findings else MET, findings)


def months_after(day: date, months: int) -> date:
    """The same day ``months`` later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _time(item: Criterion, dossier: Dossier, as_of: date, months: int) -> Finding:
    reached = months_after(dossier.started_on, months)
    params = {"months": months, "started_on": dossier.started_on.isoformat(), "reached_on": reached.isoformat()}
    if as_of >= reached:
        return Finding(item.code, MET, "time_reached", params)
    return Finding(item.code, NOT_MET, "time_not_reached", params)


def _status(item: Criterion, dossier: Dossier, as_of: date, months: int) -> Finding:
    del months
    found = dossier.status
    if found is None or found.on > as_of:
        return Finding(item.code, UNKNOWN, "status_missing")
    params = {"status": found.status, "on": found.on.isoformat()}
    if (as_of - found.on).days > item.window_days:
        return Finding(item.code, UNKNOWN, "status_old", {**params, "days": item.window_days})
    if found.status == "unknown":
        return Finding(item.code, UNKNOWN, "status_unknown", params)
    if found.status in item.allowed:
        return Finding(item.code, MET, "status_allowed", params)
    return Finding(item.code, NOT_MET, "status_other", {**params, "allowed": list(item.allowed)})


def _observed(item: Criterion, dossier: Dossier, as_of: date, months: int) -> Finding:
    """Too few months seen is unknown rather than not met: the office has to look, the family has not failed."""
    del as_of, months
    if dossier.observed_months is None or item.minimum is None:
        return Finding(item.code, UNKNOWN, "observed_missing")
    params = {"count": dossier.observed_months, "minimum": item.minimum}
    if dossier.observed_months >= item.minimum:
        return Finding(item.code, MET, "observed_enough", params)
    return Finding(item.code, UNKNOWN, "observed_few", params)


def _production(item: Criterion, dossier: Dossier, as_of: date, months: int) -> Finding:
    del months
    facts = _inside(item, [fact for fact in dossier.facts if fact.production_days is not None], as_of)
    gap = _method_gap(item, facts)
    if gap is not None:
        return gap
    if item.minimum is None:
        return Finding(item.code, UNKNOWN, "threshold_missing")
    last = max((fact for fact in facts if _counts_as(item, fact, "seen")), key=lambda fact: (fact.on, fact.source_id))
    params = {"days_produced": last.production_days, "on": last.on.isoformat(), "minimum": item.minimum}
    enough = (last.production_days or 0) >= item.minimum
    code = "production_enough" if enough else "production_few"
    return Finding(item.code, MET if enough else NOT_MET, code, params, (last.source_id,))


def _income_growth(item: Criterion, dossier: Dossier, as_of: date, months: int) -> Finding:
    del months
    if dossier.baseline_income_idr is None:
        return Finding(item.code, UNKNOWN, "income_baseline_missing")
    if item.minimum is None:
        return Finding(item.code, UNKNOWN, "threshold_missing")
    facts = _inside(item, [fact for fact in dossier.facts if fact.income_idr is not None], as_of)
    gap = _method_gap(item, facts)
    if gap is not None:
        return gap
    income, before = _median(facts), dossier.baseline_income_idr
    growth = (income - before) * 100 // before if before else (100 if income else 0)
    params = {"income": income, "baseline": before, "growth": growth, "minimum": item.minimum}
    grown = growth >= item.minimum
    return Finding(
        item.code, MET if grown else NOT_MET, "income_grown" if grown else "income_not_grown", params, _ids(facts)
    )


def _income_floor(item: Criterion, dossier: Dossier, as_of: date, months: int) -> Finding:
    del months
    if item.minimum is None:
        return Finding(item.code, UNKNOWN, "threshold_missing")
    facts = _inside(item, [fact for fact in dossier.facts if fact.income_idr is not None], as_of)
    gap = _method_gap(item, facts)
    if gap is not None:
        return gap
    params = {"income": _median(facts), "minimum": item.minimum}
    above = params["income"] >= item.minimum
    return Finding(
        item.code, MET if above else NOT_MET, "income_above" if above else "income_below", params, _ids(facts)
    )


def _goods(item: Criterion, dossier: Dossier, as_of: date, months: int) -> Finding:
    """Nothing recorded as gone, and stock seen inside the window: the goods became working capital, not consumption."""
    del months
    gone = [asset for asset in dossier.assets if asset.state in GONE and asset.on <= as_of]
    if gone:
        last = max(asset.on for asset in gone)
        return Finding(item.code, NOT_MET, "goods_gone", {"gone": len(gone), "on": last.isoformat()})
    facts = _inside(item, [fact for fact in dossier.facts if fact.stock_idr is not None], as_of)
    gap = _method_gap(item, facts)
    if gap is not None:
        return gap
    seen = [fact for fact in facts if _counts_as(item, fact, "seen")]
    last_seen = max(seen, key=lambda fact: (fact.on, fact.source_id))
    there = (last_seen.stock_idr or 0) > 0
    code = "goods_present" if there else "goods_no_stock"
    return Finding(item.code, MET if there else NOT_MET, code, {"on": last_seen.on.isoformat()}, (last_seen.source_id,))


def _fund(item: Criterion, dossier: Dossier, as_of: date, months: int) -> Finding:
    """Where the decree gave no fund there is nothing to be in arrears with; that is a fact, not a gap."""
    del months
    if not dossier.has_fund:
        return Finding(item.code, MET, "fund_none")
    found = dossier.fund
    if found is None or found.as_of != as_of or item.minimum is None:
        return Finding(item.code, UNKNOWN, "fund_unread")
    if found.overdue_days > item.minimum:
        params = {"overdue": found.overdue_days, "as_of": as_of.isoformat(), "minimum": item.minimum}
        return Finding(item.code, NOT_MET, "fund_overdue", params)
    saved = found.last_saving_on
    if saved is None or not as_of - timedelta(days=item.window_days) <= saved <= as_of:
        return Finding(item.code, NOT_MET, "fund_no_saving", {"days": item.window_days})
    return Finding(item.code, MET, "fund_in_order", {"minimum": item.minimum, "on": saved.isoformat()})


def _complaint(item: Criterion, dossier: Dossier, as_of: date, months: int) -> Finding:
    del months
    if dossier.complaints is None:
        return Finding(item.code, UNKNOWN, "complaint_unread")
    params = {"count": dossier.complaints, "as_of": as_of.isoformat()}
    if dossier.complaints:
        return Finding(item.code, NOT_MET, "complaint_open", params)
    return Finding(item.code, MET, "complaint_none", params)


_JUDGES: Mapping[CriterionKind, Callable[[Criterion, Dossier, date, int], Finding]] = {
    CriterionKind.MONTHS_SINCE_START: _time,
    CriterionKind.STATUS: _status,
    CriterionKind.OBSERVED_MONTHS: _observed,
    CriterionKind.PRODUCTION: _production,
    CriterionKind.INCOME_GROWTH: _income_growth,
    CriterionKind.INCOME_FLOOR: _income_floor,
    CriterionKind.GOODS: _goods,
    CriterionKind.FUND: _fund,
    CriterionKind.COMPLAINT: _complaint,
}


def _inside(item: Criterion, facts: Sequence[Fact], as_of: date) -> list[Fact]:
    first = as_of - timedelta(days=item.window_days)
    return [fact for fact in facts if first <= fact.on <= as_of]


def _counts_as(item: Criterion, fact: Fact, method: Method) -> bool:
    return fact.method == method or (method == "seen" and item.document_counts and fact.method == "document")


def _method_gap(item: Criterion, facts: Sequence[Fact]) -> Finding | None:
    """Unknown where nothing is inside the window, or where one of the demanded methods is missing."""
    if not facts:
        return Finding(item.code, UNKNOWN, "no_evidence", {"days": item.window_days})
    missing = [method for method in item.methods if not any(_counts_as(item, fact, method) for fact in facts)]
    if missing:
        return Finding(item.code, UNKNOWN, "method_missing", {"days": item.window_days, "missing": missing})
    return None


def _median(facts: Sequence[Fact]) -> int:
    return round(median(fact.income_idr for fact in facts if fact.income_idr is not None))


def _ids(facts: Sequence[Fact]) -> tuple[UUID, ...]:
    return tuple(fact.source_id for fact in sorted(facts, key=lambda fact: (fact.on, fact.source_id)))
