"""The books of one fund on screen, as PDF and as a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import cast
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.funds.books import fund_row
from berdaya.funds.corrections import CorrectableRow, correctable
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.ledger.types import IDR
from berdaya.process.group_books import (
    COUNT,
    DAY,
    MONEY,
    GroupBook,
    Value,
    books_pdf,
    books_workbook,
    chosen,
    fund_books,
)
from berdaya.web.components.parts import Crumb, Tab
from berdaya.web.components.tables import Cell, Column, Table
from berdaya.web.office.funds import kind_name
from berdaya.web.office.lists import XLSX
from berdaya.web.session import OfficeRequest, office_page

MOST = 400
"""So many rows stand on the page, the latest; the files have them all."""


def span(request: OfficeRequest) -> tuple[date, date]:
    """The days asked for with ``dari`` and ``sampai``; twelve months where none are named or they make no sense."""
    today = clock.today()
    found = []
    for name, usual in (("dari", date(today.year - 1, today.month, 1)), ("sampai", today)):
        try:
            found.append(date.fromisoformat(request.GET.get(name, "")))
        except ValueError:
            found.append(usual)
    since, until = found
    return (since, min(until, today)) if since <= min(until, today) else (date(today.year - 1, today.month, 1), today)


@office_page("group.read")
def books(request: OfficeRequest, fund_id: UUID) -> HttpResponse:
    """One book of the fund, chosen by tab."""
    since, until = span(request)
    found = fund_books(actor=request.actor, fund=fund_id, since=since, until=until, language=fmt.language())
    book = chosen(found, request.GET.get("buku", ""))
    side = 1 if fmt.language().startswith("en") else 0
    open_rows = _correctable(request, fund_id, since, until)
    asked = next((row for row in open_rows if str(row.event) == request.GET.get("koreksi", "")), None)
    here, days = reverse("office:fund-books", args=[fund_id]), f"dari={since.isoformat()}&sampai={until.isoformat()}"
    context = {
        "found": found,
        "book": book,
        "title": book.title[side],
        "kind": kind_name(found.kind),
        "table": table_of(book, side, {row.event: f"{here}?{days}&koreksi={row.event}#koreksi" for row in open_rows}),
        "correctable": [(str(row.event), _entry(row)) for row in open_rows[:MOST]],
        "asked": str(asked.event) if asked else "",
        "tabs": [
            Tab(item.title[side], f"{here}?buku={item.code}&{days}", item.code == book.code) for item in found.books
        ],
        "pdf": f"{reverse('office:fund-books-pdf', args=[fund_id])}?{days}",
        "xlsx": f"{reverse('office:fund-books-xlsx', args=[fund_id])}?{days}",
        "crumbs": (
            Crumb(_("Kelompok"), reverse("office:groups")),
            Crumb(found.group_name, reverse("office:group", args=[found.group])),
            Crumb(_("Dana"), reverse("office:fund", args=[fund_id])),
            Crumb(_("Buku")),
        ),
    }
    return render(request, "office/fund_books.html", context)


def _correctable(request: OfficeRequest, fund: UUID, since: date, until: date) -> list[CorrectableRow]:
    if not can(request.actor, "fund.manage"):
        return []
    return correctable(actor=request.actor, fund=fund, since=since, until=until, language=fmt.language())


def _entry(row: CorrectableRow) -> str:
    amount = fmt.rupiah(row.amount) if row.unit == IDR else f"{fmt.number(row.amount)} {row.unit}"
    return " · ".join(part for part in (fmt.day_short(row.occurred_on), row.kind, row.member, amount, row.note) if part)


def table_of(book: GroupBook, side: int, corrections: Mapping[UUID, str] | None = None) -> Table:
    """A book as a table; a reversed row is struck. ``corrections`` are the entries that may be undone, with the way."""
    heads = [head.en if side else head.id for head in book.heads]
    rows = book.rows[-MOST:]
    ways = [corrections.get(row.event, "") if corrections and row.event else "" for row in rows]
    more = any(ways)
    totals = book.totals()
    lead = 1 if book.heads[0].kind == COUNT and len(book.heads) > 2 else 0
    order = [lead, *(at for at in range(len(heads)) if at != lead)] if lead else list(range(len(heads)))
    kinds = [head.kind for head in book.heads]
    return Table(
        caption=book.title[side],
        caption_hidden=True,
        columns=tuple(Column(heads[at], "right" if kinds[at] in {MONEY, COUNT} else "left") for at in order)
        + ((Column(_("Koreksi")),) if more else ()),
        rows=tuple(
            tuple(Cell(_text(row.values[at], kinds[at]), struck=row.struck) for at in order)
            + ((Cell(_("Koreksi") if found else "", href=found),) if more else ())
            for row, found in zip(rows, ways, strict=True)
        ),
        foot=tuple(Cell(_text(totals[at], kinds[at]) if at != order[0] else _("Jumlah")) for at in order)
        + ((Cell(),) if more else ())
        if totals
        else (),
        count_text=_("%(shown)s baris terakhir dari %(all)s; berkas memuat semuanya")
        % {"shown": fmt.number(MOST), "all": fmt.number(len(book.rows))}
        if len(book.rows) > MOST
        else "",
        empty_title=_("Belum ada catatan di buku ini"),
        empty_text=_("Catatan muncul setelah pertemuan, pembayaran atau penerimaan barang."),
    )


def _text(value: Value, kind: str) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, date):
        return fmt.day_short(value)
    if isinstance(value, int):
        return fmt.number(value) if kind in {MONEY, DAY} else str(value)
    return str(value)


@office_page("group.read")
def pdf(request: OfficeRequest, fund_id: UUID) -> HttpResponse:
    """All books of the fund to print."""
    since, until = span(request)
    code = fund_row(fund_id).group.code
    response = HttpResponse(
        books_pdf(actor=request.actor, fund=fund_id, since=since, until=until), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="buku-{code}.pdf"'
    return response


@office_page("group.read")
def xlsx(request: OfficeRequest, fund_id: UUID) -> HttpResponse:
    """All books of the fund as a workbook."""
    since, until = span(request)
    row = fund_row(fund_id)
    file = books_workbook(actor=request.actor, group_id=row.group_id, since=since, until=until, fund=fund_id)
    name = f"buku-{row.group.code}.xlsx"
    return cast(HttpResponse, FileResponse(file, as_attachment=True, filename=name, content_type=XLSX))
