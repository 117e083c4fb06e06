"""What phones brought and nobody counts yet: two versions of one fact, records that wait, a queue brought as a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.devices import rules, selectors
from berdaya.devices.types import ConflictRow, StuckRow
from berdaya.kernel import formats as fmt
from berdaya.kernel.filters import PAGE_SIZE
from berdaya.kernel.problems import Problem
from berdaya.process.field import queues, resolving
from berdaya.process.overview.common import Page
from berdaya.web.components.parts import Crumb, Figure
from berdaya.web.components.tables import Cell, Column, Table, pager
from berdaya.web.office import words
from berdaya.web.office.acting import id_of
from berdaya.web.office.devices import SEE, MentorFilter
from berdaya.web.office.lists import Col, list_table
from berdaya.web.problems import shown, told
from berdaya.web.session import OfficeRequest, office_page


@office_page(*SEE)
def conflicts(request: OfficeRequest) -> HttpResponse:
    """Records with two versions that wait for a person."""
    filters = MentorFilter.parse(request.GET)
    rows, total = selectors.conflicts(actor=request.actor, limit=PAGE_SIZE, offset=filters.offset)
    columns: list[Col[ConflictRow]] = [
        Col(
            _("Rekaman"),
            lambda row: Cell(words.record_kind(row.kind), reverse("office:field-conflict", args=[row.id])),
            lambda row: row.kind,
        ),
        Col(_("Dari"), lambda row: Cell(row.holder), lambda row: row.holder),
        Col(_("Masuk"), lambda row: Cell(fmt.moment(row.raised_at)), lambda row: row.raised_at),
        Col(_("Sebab"), lambda row: Cell(_cause(row.code, row.fields)), lambda row: row.code),
    ]
    context = {
        "title": _("Menunggu keputusan"),
        "lead": _("Dua orang mencatat hal yang sama dengan isi berbeda. Pilih satu; keduanya tetap tersimpan."),
        "crumbs": (Crumb(_("Pendamping dan HP"), reverse("office:field")), Crumb(_("Menunggu keputusan"))),
        "controls": (),
        "table": list_table(
            Page(tuple(rows), total, filters.page),
            columns,
            filters,
            caption=_("Perbedaan"),
            noun=_("perbedaan"),
            empty=(
                _("Tidak ada yang menunggu"),
                _("Bila dua orang mengubah isian yang sama, kedua isinya tampil di sini."),
            ),
        ),
    }
    return render(request, "office/list.html", context)


def _cause(code: str, fields: tuple[str, ...] = ()) -> str:
    return Problem(code, fields=", ".join(words.record_field(name) for name in fields)).text(fmt.language())


@office_page(*SEE)
def conflict(request: OfficeRequest, conflict_id: UUID) -> HttpResponse:
    """Both versions side by side, and the choice."""
    problem = ""
    if request.method == "POST":
        try:
            resolving.resolve(actor=request.actor, conflict_id=conflict_id, choice=request.POST.get("pilihan", ""))
            return HttpResponseRedirect(reverse("office:field-conflicts"))
        except Problem as raised:
            problem = told(shown(raised))
    row = selectors.conflict(actor=request.actor, conflict_id=conflict_id)
    context = {
        "row": row,
        "kind": words.record_kind(row.kind),
        "cause": _cause(row.code, row.fields),
        "problem": problem,
        "crumbs": (
            Crumb(_("Menunggu keputusan"), reverse("office:field-conflicts")),
            Crumb(words.record_kind(row.kind)),
        ),
        "table": _versions(row),
        "open": row.resolved_at is None,
        "has_held": bool(row.held),
    }
    return render(request, "office/conflict.html", context, status=409 if problem else 200)


def _versions(row: ConflictRow) -> Table:
    names = sorted({*row.sent, *row.held} - {"enterprise", "position", "answers", "assets", "photos", "voice"})
    differing = [name for name in names if row.sent.get(name) != row.held.get(name)] if row.held else names
    if row.fields:
        # Fields that only one of the two changed were joined; only these are left to choose.
        differing = ["on" if name == "occurred_on" else name for name in row.fields]
    return Table(
        caption=_("Kedua isi"),
        columns=(Column(_("Isian")), Column(_("Dikirim dari HP")), Column(_("Tersimpan di kantor"))),
        rows=tuple(
            (Cell(words.record_field(name)), Cell(_value(row.sent, name)), Cell(_value(row.held, name)))
            for name in differing
        ),
        count_text=_("%(count)s isian berbeda") % {"count": fmt.number(len(differing))},
        caption_hidden=True,
    )


def _value(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if name.endswith("_idr") and isinstance(value, int):
        return fmt.rupiah(value)
    return str(value)


@office_page(*SEE)
def stuck(request: OfficeRequest) -> HttpResponse:
    """Records that were kept and not applied, with why; a waiting one can be tried again."""
    if request.method == "POST":
        resolving.try_again(actor=request.actor, record_id=id_of(request, "rekaman"))
        return HttpResponseRedirect(reverse("office:field-stuck"))
    filters = MentorFilter.parse(request.GET)
    rows, total = selectors.stuck(actor=request.actor, limit=PAGE_SIZE, offset=filters.offset)
    context = {
        "title": _("Belum diterapkan"),
        "lead": _("Tersimpan, tetapi belum dihitung: isian keliru, atau menunggu data lain. Tidak ada yang hilang."),
        "crumbs": (Crumb(_("Pendamping dan HP"), reverse("office:field")), Crumb(_("Belum diterapkan"))),
        "rows": [(row, words.record_kind(row.kind), words.outcome(row.outcome.value), _why(row)) for row in rows],
        "total": total,
        "pager": pager(filters.page, -(-total // PAGE_SIZE), lambda number: f"?{filters.query(page=number)}"),
    }
    return render(request, "office/field_stuck.html", context)


def _why(row: StuckRow) -> str:
    said = {
        name: ", ".join(words.record_field(str(item)) for item in value) if isinstance(value, list) else value
        for name, value in row.params.items()
        if name != "code"
    }
    return Problem(row.code, **said).text(fmt.language())


@office_page("visit.record", *SEE)
def queue(request: OfficeRequest) -> HttpResponse:
    """A file that a phone saved because it could not send: anybody signed in may bring it."""
    problem, received = "", None
    if request.method == "POST":
        file = request.FILES.get("berkas")
        try:
            if file is None:
                raise Problem("push_unreadable", detail=_("tanpa berkas"))
            received = queues.take(actor=request.actor, raw=file.read(rules.MOST_UNPACKED + 1))
        except Problem as raised:
            problem = raised.text(fmt.language())
    context = {
        "crumbs": (Crumb(_("Unggah antrean HP")),),
        "problem": problem,
        "received": received,
        "figures": tuple(
            Figure(words.outcome(code), fmt.number(count)) for code, count in received.counts.items() if count
        )
        if received
        else (),
    }
    return render(request, "office/field_queue.html", context, status=422 if problem else 200)
