"""The lists of the pages as feeds for other systems: the same filters and rows, read on from a cursor.

A page number has an end (the pages count no further than ``COUNT_CAP``) and slips when rows are added; a cursor names
the last row read, so that a reader of a million rows neither misses nor repeats one that was there all the time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet

from berdaya.kernel.problems import Entry, Problem, register
from berdaya.kernel.scope import Actor
from berdaya.market.public import catalogue_page
from berdaya.market.types import ShopFilter, ShopProduct
from berdaya.process.overview import enterprises, events, families, goods, groups, programmes, tasks, training
from berdaya.process.overview.common import COUNT_CAP

MOST_ROWS = 200
_signer = signing.Signer(salt="berdaya.feeds")
RowT = TypeVar("RowT")
ModelT = TypeVar("ModelT", bound=Model)

register(
    {
        "cursor_invalid": Entry(
            id="Penanda halaman (cursor) tidak cocok dengan daftar ini.",
            en="The cursor does not belong to this list.",
            do_id="Mulai lagi tanpa cursor, dengan saringan yang sama.",
            do_en="Start again without a cursor, with the same filter.",
        ),
    }
)


@dataclass(frozen=True)
class Slice:
    """Where to read on (``cursor`` of the last answer, empty for the beginning) and at most how many rows (1-200)."""

    cursor: str = ""
    limit: int = 50


@dataclass(frozen=True)
class Feed(Generic[RowT]):
    """Some rows; ``next`` leads on and is None at the end. ``total`` is counted with the first rows only."""

    items: tuple[RowT, ...]
    next: str | None
    total: int | None
    total_capped: bool = False


def slice_of(
    queryset: QuerySet[ModelT, ModelT], at: Slice, rows: Callable[[list[ModelT]], Iterable[RowT]]
) -> Feed[RowT]:
    """The rows after the cursor in the order of the queryset, made by ``rows``; the first time they are counted too."""
    order = [str(name) for name in queryset.query.order_by]
    if order[-1].lstrip("-") not in {"id", "pk"}:
        order.append("id")
        queryset = queryset.order_by(*order)
    total, capped, wanted = None, False, queryset
    if at.cursor:
        wanted = queryset.filter(_after(queryset.model, order, _read(at.cursor, order)))
    else:
        counted = queryset.order_by().values("pk")[: COUNT_CAP + 1].count()
        total, capped = min(counted, COUNT_CAP), counted > COUNT_CAP
    limit = min(max(1, at.limit), MOST_ROWS)
    found = list(wanted[: limit + 1])
    kept = found[:limit]
    following = _write(kept[-1], order) if len(found) > limit else None
    return Feed(tuple(rows(kept)), following, total, capped)


def _mark(order: Sequence[str]) -> str:
    return hashlib.sha256(",".join(order).encode()).hexdigest()[:8]


def _write(row: Model, order: Sequence[str]) -> str:
    return _encode([_mark(order), *(_pack(getattr(row, column.lstrip("-"))) for column in order)])


def _encode(parts: list[Any]) -> str:
    # Signed, so that a cursor holds nothing but what an answer once gave out.
    return _signer.sign_object(parts)


def _pack(value: object) -> list[Any]:
    match value:
        case datetime():
            return ["t", value.isoformat()]
        case date():
            return ["d", value.isoformat()]
        case UUID():
            return ["u", str(value)]
        case None | int() | str():
            return ["v", value]
        case _:
            raise TypeError(f"no cursor over {type(value).__name__}")


_UNPACK: dict[str, Callable[[Any], object]] = {
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "u": UUID,
    "v": lambda value: value,
}


def _read(cursor: str, order: Sequence[str]) -> list[object]:
    try:
        mark, *packed = _signer.unsign_object(cursor)
        values = [_UNPACK[kind](value) for kind, value in packed]
    except (ValueError, TypeError, signing.BadSignature) as error:
        raise Problem("cursor_invalid") from error
    if mark != _mark(order) or len(values) != len(order):
        raise Problem("cursor_invalid")
    return values


def _nullable(model: type[Model], column: str) -> bool:
    try:
        return bool(model._meta.get_field(column).null)
    except FieldDoesNotExist:
        return True


def _beyond(column: str, value: object, *, down: bool, nullable: bool) -> Q:
    """Rows that come after ``value`` in one column; PostgreSQL sorts what is missing last, and first going down."""
    if down:
        return Q(**{f"{column}__isnull": False}) if value is None else Q(**{f"{column}__lt": value})
    if value is None:
        return Q(pk__in=())
    later = Q(**{f"{column}__gt": value})
    return later | Q(**{f"{column}__isnull": True}) if nullable else later


def _after(model: type[Model], order: Sequence[str], values: Sequence[object]) -> Q:
    """Rows after the one with ``values``, column by column."""
    condition = Q(pk__in=())
    for name, value in reversed(list(zip(order, values, strict=True))):
        column, down = name.lstrip("-"), name.startswith("-")
        same = Q(**{f"{column}__isnull": True}) if value is None else Q(**{column: value})
        condition = _beyond(column, value, down=down, nullable=_nullable(model, column)) | (same & condition)
    first, down = order[0].lstrip("-"), order[0].startswith("-")
    if values[0] is not None and not _nullable(model, first):
        # Says nothing new, but lets the index of the first column begin where the reading goes on.
        condition &= Q(**{f"{first}__{'lte' if down else 'gte'}": values[0]})
    return condition


def programme_feed(*, actor: Actor, filters: programmes.ProgrammeFilter, at: Slice) -> Feed[programmes.ProgrammeRow]:
    """Programmes, the newest first."""
    return slice_of(programmes.programmes_queryset(actor=actor, filters=filters), at, programmes.programme_rows)


def candidate_feed(
    *, actor: Actor, code: str, stage: str, filters: programmes.CandidateFilter, at: Slice
) -> Feed[programmes.CandidateRow]:
    """The candidates behind one bar of a programme's funnel."""
    rows = programmes.stage_queryset(actor=actor, code=code, stage=stage, filters=filters)
    return slice_of(rows, at, programmes.candidate_rows)


def family_feed(*, actor: Actor, filters: families.FamilyFilter, at: Slice) -> Feed[families.FamilyRow]:
    """Families in the order of their areas."""
    return slice_of(families.families_queryset(actor=actor, filters=filters), at, families.family_rows)


def business_feed(*, actor: Actor, filters: enterprises.BusinessFilter, at: Slice) -> Feed[enterprises.BusinessRow]:
    """Businesses in the order of their areas."""

    def rows(found: list[Any]) -> list[enterprises.BusinessRow]:
        return enterprises.business_rows(found, sparks=False)

    return slice_of(enterprises.businesses_queryset(actor=actor, filters=filters), at, rows)


def group_feed(*, actor: Actor, filters: groups.GroupFilter, at: Slice) -> Feed[groups.GroupRow]:
    """Groups in the order of their areas."""
    return slice_of(groups.groups_queryset(actor=actor, filters=filters), at, groups.group_rows)


def handover_feed(*, actor: Actor, filters: goods.HandoverFilter, at: Slice) -> Feed[goods.HandoverRow]:
    """Handovers, the newest first."""
    return slice_of(goods.handovers_queryset(actor=actor, filters=filters), at, goods.handover_rows)


def class_feed(*, actor: Actor, filters: training.ClassFilter, at: Slice) -> Feed[training.ClassRow]:
    """Classes, the earliest first."""
    return slice_of(training.classes_queryset(actor=actor, filters=filters), at, training.class_rows)


def exhibition_feed(*, actor: Actor, filters: events.EventFilter, at: Slice) -> Feed[events.ExhibitionRow]:
    """Exhibitions, the latest first."""
    return slice_of(events.exhibitions_queryset(actor=actor, filters=filters), at, events.exhibition_rows)


def contest_feed(*, actor: Actor, filters: events.EventFilter, at: Slice) -> Feed[events.ContestRow]:
    """Contests, the latest first."""
    return slice_of(events.contests_queryset(actor=actor, filters=filters), at, events.contest_rows)


def task_feed(*, actor: Actor, filters: tasks.TaskFilter, at: Slice) -> Feed[tasks.TaskRow]:
    """Tasks, the earliest date first."""
    return slice_of(tasks.tasks_queryset(actor=actor, filters=filters), at, tasks.task_rows)


PRODUCTS = ("products",)
DEEPEST_PRODUCT = 1_000_000


def product_feed(*, wanted: ShopFilter, as_of: date, at: Slice) -> Feed[ShopProduct]:
    """Products of the public catalogue, best match first; here the cursor counts, for a match has no column.

    Raises ``cursor_invalid``.
    """
    offset = _read(at.cursor, PRODUCTS)[0] if at.cursor else 0
    if not isinstance(offset, int) or not 0 <= offset <= DEEPEST_PRODUCT:
        raise Problem("cursor_invalid")
    limit = min(max(1, at.limit), MOST_ROWS)
    page = catalogue_page(wanted=wanted, as_of=as_of, limit=limit, offset=offset)
    end = offset + len(page.products)
    following = _encode([_mark(PRODUCTS), _pack(end)]) if page.products and end < page.total else None
    return Feed(page.products, following, page.total)
