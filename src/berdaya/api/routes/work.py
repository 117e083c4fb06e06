"""Handovers, classes, exhibitions, contests, tasks."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from ninja import Query, Router

from berdaya.api.auth import ApiRequest
from berdaya.api.reading import answers, filter_wanted, refuse_unknown, renamed, slice_wanted, yes_no
from berdaya.api.schemas.common import FeedOut
from berdaya.api.schemas.work import (
    ClassDetailOut,
    ClassOut,
    ClassQuery,
    ContestDetailOut,
    ContestOut,
    EventQuery,
    ExhibitionDetailOut,
    ExhibitionOut,
    HandoverDetailOut,
    HandoverOut,
    HandoverQuery,
    TaskOut,
    TaskQuery,
)
from berdaya.process.overview.events import ContestRow, EventFilter, ExhibitionRow, contest, exhibition
from berdaya.process.overview.feeds import Feed, class_feed, contest_feed, exhibition_feed, handover_feed, task_feed
from berdaya.process.overview.goods import HandoverFilter, HandoverRow, handover
from berdaya.process.overview.tasks import TaskFilter, TaskRow, task
from berdaya.process.overview.training import ClassFilter, ClassRow, training_class

router = Router()
_CONFIRMED = {"": "", "yes": "ya", "no": "tidak", "silent": "belum"}


@router.get(
    "/handovers",
    response=answers(FeedOut[HandoverOut]),
    summary="Daftar serah terima",
    openapi_extra={"x-en": "List of handovers"},
    tags=["Barang"],
)
def handovers(request: ApiRequest, query: Query[HandoverQuery]) -> dict[str, Any]:
    at = slice_wanted(request, query)
    filters = filter_wanted(HandoverFilter, query, confirmed=_CONFIRMED[query.confirmed])
    feed = handover_feed(actor=request.actor, filters=filters, at=at)
    return {
        "items": [_handover(row) for row in feed.items],
        "next": feed.next,
        "total": feed.total,
        "total_capped": feed.total_capped,
    }


def _handover(row: HandoverRow) -> dict[str, Any]:
    return {**asdict(row), "area": row.area_code}


@router.get(
    "/handovers/{handover_id}",
    response=answers(HandoverDetailOut),
    summary="Satu BAST",
    openapi_extra={"x-en": "One handover"},
    tags=["Barang"],
)
def handover_detail(request: ApiRequest, handover_id: UUID) -> dict[str, Any]:
    refuse_unknown(request)
    view = handover(actor=request.actor, handover_id=handover_id)
    return {
        **_handover(view.row),
        "programme_code": view.programme_code,
        "received_by": view.received_by,
        "decree_number": view.decree_number,
        "decree_line": view.decree_line,
        "household_id": view.household_id,
        "group_id": view.group_id,
        "lines": [
            renamed(line, name="item__name", specification="item__specification", unit="item__unit")
            for line in view.lines
        ],
        "funding": view.funding,
        "confirmations": view.confirmations,
    }


@router.get(
    "/classes",
    response=answers(FeedOut[ClassOut]),
    summary="Daftar kelas",
    openapi_extra={"x-en": "List of classes"},
    tags=["Pelatihan"],
)
def classes(request: ApiRequest, query: Query[ClassQuery]) -> Feed[ClassRow]:
    at = slice_wanted(request, query)
    return class_feed(actor=request.actor, filters=filter_wanted(ClassFilter, query), at=at)


@router.get(
    "/classes/{class_id}",
    response=answers(ClassDetailOut),
    summary="Satu kelas dan pesertanya",
    openapi_extra={"x-en": "One class and who sits in it"},
    tags=["Pelatihan"],
)
def class_detail(request: ApiRequest, class_id: UUID) -> dict[str, Any]:
    refuse_unknown(request)
    view = training_class(actor=request.actor, class_id=class_id)
    return {
        **asdict(view.row),
        "skill": view.skill,
        "trainer": view.trainer,
        "partner": view.partner,
        "minimum": view.minimum,
        "placements": [{**asdict(seat), "why": str(seat.reason.get("why", ""))} for seat in view.seats],
    }


@router.get(
    "/exhibitions",
    response=answers(FeedOut[ExhibitionOut]),
    summary="Daftar pameran",
    openapi_extra={"x-en": "List of exhibitions"},
    tags=["Pasar"],
)
def exhibitions(request: ApiRequest, query: Query[EventQuery]) -> Feed[ExhibitionRow]:
    at = slice_wanted(request, query)
    return exhibition_feed(actor=request.actor, filters=filter_wanted(EventFilter, query), at=at)


@router.get(
    "/exhibitions/{exhibition_id}",
    response=answers(ExhibitionDetailOut),
    summary="Satu pameran dengan stan",
    openapi_extra={"x-en": "One exhibition with its stalls"},
    tags=["Pasar"],
)
def exhibition_detail(request: ApiRequest, exhibition_id: UUID) -> dict[str, Any]:
    refuse_unknown(request)
    view = exhibition(actor=request.actor, exhibition_id=exhibition_id)
    stalls = [renamed(stall, name="enterprise__name", kind="enterprise__kind") for stall in view.stalls]
    return {**asdict(view.row), "stall_list": stalls}


@router.get(
    "/contests",
    response=answers(FeedOut[ContestOut]),
    summary="Daftar lomba",
    openapi_extra={"x-en": "List of contests"},
    tags=["Pasar"],
)
def contests(request: ApiRequest, query: Query[EventQuery]) -> Feed[ContestRow]:
    at = slice_wanted(request, query)
    return contest_feed(actor=request.actor, filters=filter_wanted(EventFilter, query), at=at)


@router.get(
    "/contests/{contest_id}",
    response=answers(ContestDetailOut),
    summary="Satu lomba dengan nilai juri",
    openapi_extra={"x-en": "One contest with the jury's scores"},
    tags=["Pasar"],
)
def contest_detail(request: ApiRequest, contest_id: UUID) -> dict[str, Any]:
    refuse_unknown(request)
    view = contest(actor=request.actor, contest_id=contest_id)
    return {**asdict(view.row), "entry_list": [asdict(entry) for entry in view.entries]}


@router.get(
    "/tasks",
    response=answers(FeedOut[TaskOut]),
    summary="Daftar tugas",
    openapi_extra={"x-en": "List of tasks"},
    tags=["Tugas"],
)
def tasks(request: ApiRequest, query: Query[TaskQuery]) -> Feed[TaskRow]:
    at = slice_wanted(request, query)
    filters = filter_wanted(
        TaskFilter,
        query,
        whose="semua" if query.whose == "all" else "",
        state="selesai" if query.state == "done" else "",
        late=yes_no(query.late or None),
    )
    return task_feed(actor=request.actor, filters=filters, at=at)


@router.get(
    "/tasks/{task_id}",
    response=answers(TaskOut),
    summary="Satu tugas",
    openapi_extra={"x-en": "One task"},
    tags=["Tugas"],
)
def task_detail(request: ApiRequest, task_id: UUID) -> TaskRow:
    refuse_unknown(request)
    return task(actor=request.actor, task_id=task_id)
