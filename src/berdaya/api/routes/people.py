"""Families, without any number or restricted field."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from ninja import Query, Router

from berdaya.api.auth import ApiRequest
from berdaya.api.reading import answers, filter_wanted, refuse_unknown, renamed, slice_wanted
from berdaya.api.schemas.common import FeedOut
from berdaya.api.schemas.people import FamilyDetailOut, FamilyOut, FamilyQuery
from berdaya.process.overview.families import FamilyFilter, PersonRow, family
from berdaya.process.overview.feeds import family_feed

router = Router(tags=["Keluarga"])


@router.get(
    "/families",
    response=answers(FeedOut[FamilyOut]),
    summary="Daftar keluarga",
    openapi_extra={"x-en": "List of families"},
)
def families(request: ApiRequest, query: Query[FamilyQuery]) -> dict[str, Any]:
    at = slice_wanted(request, query)
    feed = family_feed(actor=request.actor, filters=filter_wanted(FamilyFilter, query), at=at)
    rows = [
        {
            **asdict(row),
            "programmes": [{"programme": code, "name": name, "state": state} for code, name, state in row.programmes],
        }
        for row in feed.items
    ]
    return {"items": rows, "next": feed.next, "total": feed.total, "total_capped": feed.total_capped}


@router.get(
    "/families/{family_id}",
    response=answers(FamilyDetailOut),
    summary="Satu keluarga",
    openapi_extra={"x-en": "One family"},
)
def family_detail(request: ApiRequest, family_id: UUID) -> dict[str, Any]:
    refuse_unknown(request)
    view = family(actor=request.actor, household_id=family_id)
    return {
        "id": view.id,
        "name": view.name,
        "address": view.address,
        "area": view.area,
        "place": view.place,
        "female_head": view.female_head,
        "dependants": view.dependants,
        "incomplete": view.incomplete,
        "synthetic": view.synthetic,
        "persons": [_person(person) for person in view.persons],
        "desil": view.desil,
        "candidacies": [renamed(row, programme="programme__code", name="programme__name") for row in view.candidacies],
        "aids": [renamed(row, office="office_name") for row in view.aids],
        "businesses": view.businesses,
        "handovers": [renamed(row, on="occurred_on") for row in view.handovers],
        "consents": view.consents,
        "as_of": view.as_of,
    }


def _person(person: PersonRow) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "birth_year": person.birth_date.year if person.birth_date else None,
        "sex": person.sex,
        "occupation": person.occupation,
        "is_head": person.is_head,
        "group": {"id": person.group[0], "name": person.group[1]} if person.group else None,
    }
