"""What all lists share: one description of columns for the page, the cards of a phone and the workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar, cast
from urllib.parse import parse_qsl

from django.db.models import Model, QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.access.views import views_of
from berdaya.kernel.filters import ListFilter
from berdaya.kernel.formats import language, number
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import current_actor
from berdaya.process.overview.common import Page
from berdaya.process.overview.exports import MIN_REASON, check_export, export_list
from berdaya.web.components.parts import Crumb
from berdaya.web.components.tables import (
    Cell,
    Chip,
    Choice,
    Column,
    Control,
    Export,
    Option,
    Picking,
    Table,
    Tools,
    View,
    pager,
)
from berdaya.web.session import OfficeRequest

RowT = TypeVar("RowT")
ModelT = TypeVar("ModelT", bound=Model)
CHUNK = 2000
Labels = Mapping[str, tuple[str, Callable[[str], str] | None]]
"""Field of a filter -> its label, and where the value is a code, what turns it into words."""
SEARCHED = ("q", "mark")
"""Fields of filters that hold what somebody typed to find a person."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Col(Generic[RowT]):
    """One column: what the page shows and what the workbook holds. ``sort`` is a word the selector knows."""

    label: str
    cell: Callable[[RowT], Cell]
    value: Callable[[RowT], object]
    right: bool = False
    sort: str = ""


def text_col(label: str, value: Callable[[RowT], str], *, sort: str = "") -> Col[RowT]:
    """A column of plain text."""
    return Col(label, lambda row: Cell(value(row)), value, sort=sort)


def number_col(label: str, value: Callable[[RowT], float | int | None], *, sort: str = "") -> Col[RowT]:
    """A column of figures, right-aligned; nothing known stays empty."""

    def cell(row: RowT) -> Cell:
        figure = value(row)
        return Cell("" if figure is None else number(figure))

    return Col(label, cell, value, right=True, sort=sort)


def list_table(
    page: Page[RowT],
    columns: Sequence[Col[RowT]],
    filters: ListFilter,
    *,
    caption: str,
    noun: str,
    export: str = "",
    chips: Sequence[Chip] = (),
    empty: tuple[str, str] = ("", ""),
    picking: Picking | None = None,
) -> Table:
    """The table of one page. ``noun`` is what is counted (``keluarga``), ``export`` the address of the download."""
    chosen = filters.columns()
    seen = [column for at, column in enumerate(columns, 1) if not chosen or at == 1 or at in chosen]
    count = number(page.total)
    total = _("lebih dari %(count)s %(noun)s") if page.capped else "%(count)s %(noun)s"
    if not (chips or any(empty)):
        empty = (_("Belum ada %(noun)s") % {"noun": noun}, _("Yang dicatat nanti muncul di sini."))
    query = filters.query(page=1)
    return Table(
        caption=caption,
        columns=tuple(_column(column, filters) for column in seen),
        rows=tuple(tuple(column.cell(row) for column in seen) for row in page.rows),
        count_text=total % {"count": count, "noun": noun},
        pager=pager(page.number, page.pages, lambda n: f"?{filters.query(page=n)}"),
        chips=tuple(chips),
        exports=(Export("XLSX", f"{export}?{query}" if query else export),) if export else (),
        caption_hidden=True,
        empty_title=empty[0],
        empty_text=empty[1],
        tools=_tools(columns, filters) if page.rows or filters.query(page=1) else None,
        picking=picking,
    )


def _tools(columns: Sequence[Col[Any]], filters: ListFilter) -> Tools | None:
    """Columns to choose from and the person's views; none for who sees only a few rows of her own."""
    actor = current_actor()
    if actor is None or actor.kind != "staff":
        return None
    chosen, here = filters.columns(), _kept_of(filters)
    return Tools(
        listing=type(filters).__name__,
        query=here,
        choices=tuple(Choice(at, column.label, not chosen or at in chosen) for at, column in enumerate(columns[1:], 2)),
        views=tuple(
            View(view.pk, view.name, f"?{view.query}", sorted(parse_qsl(view.query)) == sorted(parse_qsl(here)))
            for view in views_of(actor=actor, listing=type(filters).__name__)
        ),
        carried=tuple((name, value) for name, value in parse_qsl(filters.query(page=1)) if name != "show"),
    )


def _kept_of(filters: ListFilter) -> str:
    """What a saved view keeps: the limits, the order and the columns, without words that were searched for."""
    return filters.query(page=1, **{name: "" for name in SEARCHED if hasattr(filters, name)})


def _column(column: Col[Any], filters: ListFilter) -> Column:
    key = filters.sort.removeprefix("-")
    here = bool(column.sort) and key == column.sort
    downward = here and filters.sort.startswith("-")
    turned = f"-{column.sort}" if here and not downward else column.sort
    return Column(
        column.label,
        "right" if column.right else "left",
        column.sort,
        f"?{filters.query(sort=turned, page=1)}" if column.sort else "",
        ("descending" if downward else "ascending") if here else "",
    )


def chips_of(filters: ListFilter, names: Labels) -> tuple[Chip, ...]:
    """A chip for each limit that is set: ``names`` gives its label and, where the value is a code, its words."""
    chips = []
    for field in fields(filters):
        value = getattr(filters, field.name)
        if field.name not in names or not value:
            continue
        label, words = names[field.name]
        chips.append(
            Chip(f"{label}: {words(value) if words else value}", f"?{filters.query(**{field.name: '', 'page': 1})}")
        )
    return tuple(chips)


def select(name: str, label: str, chosen: str, options: Sequence[tuple[str, str]]) -> Control:
    """A select with "semua" in front."""
    every = Option("", _("Semua"), selected=not chosen)
    return Control(name, label, "select", options=(every, *(Option(v, t, v == chosen) for v, t in options)))


def kept(filters: ListFilter, *names: str) -> tuple[Control, ...]:
    """Hidden fields that a filter form carries along."""
    return tuple(Control(name, "", "hidden", value=getattr(filters, name)) for name in names if getattr(filters, name))


def may_export(request: OfficeRequest) -> bool:
    """True where the active role may download lists."""
    return can(request.actor, "export")


def export_page(
    request: OfficeRequest,
    *,
    name: str,
    title: str,
    back: str,
    queryset: QuerySet[ModelT, ModelT],
    rows_of: Callable[[list[ModelT]], Sequence[RowT]],
    columns: Sequence[Col[RowT]],
) -> HttpResponse:
    """Ask for the reason, then send every row of the filter as a workbook."""
    count = queryset.order_by().count()
    problem: Problem | None = None
    reason = request.POST.get("alasan", "")
    if request.method == "POST":
        try:
            check_export(actor=request.actor, reason=reason, count=count)
        except Problem as raised:
            problem = raised
        else:
            file = export_list(
                actor=request.actor,
                name=name,
                reason=reason,
                title=title,
                columns=[column.label for column in columns],
                rows=([column.value(row) for column in columns] for row in _walk(queryset, rows_of)),
            )
            sent = FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
            return cast(HttpResponse, sent)
    context = {
        "crumbs": (Crumb(title, back), Crumb(_("Unduh"))),
        "title": title,
        "count": count,
        "back": back,
        "least": MIN_REASON,
        "reason": reason,
        "problem": problem.text(language()) if problem else "",
    }
    return render(request, "office/export.html", context, status=problem.status if problem else 200)


def _walk(queryset: QuerySet[ModelT, ModelT], rows_of: Callable[[list[ModelT]], Sequence[RowT]]) -> Iterator[RowT]:
    chunk: list[ModelT] = []
    for item in queryset.iterator(chunk_size=CHUNK):
        chunk.append(item)
        if len(chunk) == CHUNK:
            yield from rows_of(chunk)
            chunk = []
    if chunk:
        yield from rows_of(chunk)
