"""Businesses and groups."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from ninja import Query, Router, Schema

from berdaya.api.auth import ApiRequest
from berdaya.api.reading import answers, filter_wanted, refuse_unknown, slice_wanted, yes_no
from berdaya.api.schemas.common import FeedOut, told
from berdaya.api.schemas.work import (
    BusinessDetailOut,
    BusinessOut,
    BusinessQuery,
    GroupDetailOut,
    GroupOut,
    GroupQuery,
)
from berdaya.kernel.problem_json import language_of
from berdaya.process.overview.enterprises import BusinessFilter, BusinessRow, StoryEvent, business
from berdaya.process.overview.feeds import Feed, business_feed, group_feed
from berdaya.process.overview.groups import GroupFilter, GroupRow, MemberRow, group

router = Router(tags=["Usaha dan kelompok"])
_SHOWN = ("amount_idr", "turnover_idr", "production_days", "problem", "advice", "mentor", "exhibition_id")


class StatementQuery(Schema):
    since: date | None = told(
        "buku kas sejak; tanpa ini dua belas bulan", "cash book since; twelve months without it", None
    )


@router.get(
    "/businesses",
    response=answers(FeedOut[BusinessOut]),
    summary="Daftar usaha",
    openapi_extra={"x-en": "List of businesses"},
)
def businesses(request: ApiRequest, query: Query[BusinessQuery]) -> Feed[BusinessRow]:
    at = slice_wanted(request, query)
    return business_feed(actor=request.actor, filters=filter_wanted(BusinessFilter, query), at=at)


@router.get(
    "/businesses/{business_id}",
    response=answers(BusinessDetailOut),
    summary="Satu usaha: bulan, keadaan, bukti",
    openapi_extra={"x-en": "One business: months, state, evidence"},
)
def business_detail(request: ApiRequest, business_id: UUID) -> dict[str, Any]:
    refuse_unknown(request)
    view = business(actor=request.actor, enterprise_id=business_id)
    return {
        **asdict(view.row),
        "household_id": view.household_id,
        "group_id": view.group_id,
        "programme_code": view.programme_code,
        "started_on": view.started_on,
        "mentor": view.mentor,
        "reason": str(view.reason.get("reason", "")),
        "months": [asdict(month) for month in view.months],
        "evidence": [_evidence(event) for event in view.events],
        "assets": view.assets,
    }


def _evidence(event: StoryEvent) -> dict[str, Any]:
    """Named figures and words only: what else a source wrote beside them stays on the pages of the office."""
    data = {name: event.data[name] for name in _SHOWN if event.data.get(name) is not None}
    return {"on": event.on, "kind": event.kind, "method": event.method, **data}


@router.get(
    "/groups",
    response=answers(FeedOut[GroupOut]),
    summary="Daftar kelompok",
    openapi_extra={"x-en": "List of groups"},
)
def groups(request: ApiRequest, query: Query[GroupQuery]) -> Feed[GroupRow]:
    at = slice_wanted(request, query)
    filters = filter_wanted(GroupFilter, query, incomplete=yes_no(query.incomplete))
    return group_feed(actor=request.actor, filters=filters, at=at)


@router.get(
    "/groups/{group_id}",
    response=answers(GroupDetailOut),
    summary="Satu kelompok: anggota, pengurus, buku kas",
    openapi_extra={"x-en": "One group: members, officers, cash book"},
)
def group_detail(request: ApiRequest, group_id: UUID, query: Query[StatementQuery]) -> dict[str, Any]:
    refuse_unknown(request, StatementQuery)
    view = group(actor=request.actor, group_id=group_id, since=query.since, words=language_of(request))
    return {
        **asdict(view.row),
        "address": view.address,
        "officers": [{"position": place, "name": name, "elected_on": on} for place, name, on in view.officers],
        "members_list": [_member(member) for member in view.members],
        "statement": asdict(view.statement) if view.statement else None,
    }


def _member(member: MemberRow) -> dict[str, Any]:
    card = member.card
    return {
        "number": member.number,
        "name": member.name,
        "position": member.position,
        "household_id": member.household_id,
        "joined_on": member.joined_on,
        "left_on": member.left_on,
        "savings_idr": card.savings_idr if card else None,
        "debt_idr": card.debt_idr if card else None,
        "overdue_idr": card.overdue_idr if card else None,
    }
