"""Programmes, their figures and their candidates."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ninja import Query, Router

from berdaya.api.auth import ApiRequest
from berdaya.api.reading import answers, filter_wanted, refuse_unknown, slice_wanted
from berdaya.api.schemas.common import FeedOut
from berdaya.api.schemas.programmes import (
    CandidateOut,
    CandidateQuery,
    FiguresOut,
    ProgrammeDetailOut,
    ProgrammeOut,
    ProgrammeQuery,
)
from berdaya.kernel import clock
from berdaya.process.overview.feeds import Feed, candidate_feed, programme_feed
from berdaya.process.overview.programmes import (
    STAGES,
    CandidateFilter,
    CandidateRow,
    ProgrammeFilter,
    ProgrammeRow,
    programme,
)
from berdaya.reports.selectors import programme_figures

router = Router(tags=["Program"])


@router.get(
    "/programmes",
    response=answers(FeedOut[ProgrammeOut]),
    summary="Daftar program",
    openapi_extra={"x-en": "List of programmes"},
)
def programmes(request: ApiRequest, query: Query[ProgrammeQuery]) -> Feed[ProgrammeRow]:
    at = slice_wanted(request, query)
    return programme_feed(actor=request.actor, filters=filter_wanted(ProgrammeFilter, query), at=at)


@router.get(
    "/programmes/{code}",
    response=answers(ProgrammeDetailOut),
    summary="Satu program dengan corongnya",
    openapi_extra={"x-en": "One programme with its funnel"},
)
def programme_detail(request: ApiRequest, code: str) -> dict[str, Any]:
    refuse_unknown(request)
    view = programme(actor=request.actor, code=code)
    return {
        **asdict(view.row),
        "funnel": [
            {"stage": stage, "count": view.counts.get(stage, 0), "drop": rule.drop} for stage, rule in STAGES.items()
        ],
        "rows_in": view.rows_in,
        "rows_refused": view.rows_refused,
        "decree_number": view.decree_number,
        "decreed_on": view.decreed_on,
        "businesses": view.businesses,
        "first_choice_share": view.first_choice_share,
    }


@router.get(
    "/programmes/{code}/figures",
    response=answers(FiguresOut),
    summary="Capaian program hari ini",
    openapi_extra={"x-en": "Figures of a programme today"},
)
def programme_figures_today(request: ApiRequest, code: str) -> dict[str, Any]:
    refuse_unknown(request)
    figures = programme_figures(actor=request.actor, code=code, as_of=clock.today())
    return {
        **figures.frozen(),
        **asdict(figures.funnel),
        "goods_value_idr": figures.money.goods_value_idr,
        "capital_idr": figures.money.capital_idr,
        "by_source": [
            {"source": source, "activity": activity, "amount_idr": amount}
            for source, activity, amount in figures.money.by_source
        ],
        "milestones": [{**asdict(milestone), "share_alive": milestone.share_alive} for milestone in figures.milestones],
        "income": asdict(figures.income),
    }


@router.get(
    "/programmes/{code}/candidates",
    response=answers(FeedOut[CandidateOut]),
    summary="Calon pada satu tahap corong",
    openapi_extra={"x-en": "Candidates at one stage of the funnel"},
)
def candidates(request: ApiRequest, code: str, query: Query[CandidateQuery]) -> Feed[CandidateRow]:
    at = slice_wanted(request, query)
    filters = filter_wanted(CandidateFilter, query)
    return candidate_feed(actor=request.actor, code=code, stage=query.stage, filters=filters, at=at)
