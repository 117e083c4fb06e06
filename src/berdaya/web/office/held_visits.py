"""Visits that were kept aside: what is wrong with each, and the decision with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.kernel import formats as fmt
from berdaya.kernel.filters import PAGE_SIZE, ListFilter
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.process.overview.held_visits import HeldVisit, held_visits
from berdaya.visits.selectors import held_count
from berdaya.visits.services import resolve_held
from berdaya.web.components.parts import Crumb, Figure
from berdaya.web.components.tables import Cell, Column, Table, pager
from berdaya.web.office import words
from berdaya.web.office.acting import id_of
from berdaya.web.problems import shown, told
from berdaya.web.session import OfficeRequest, office_page, way

NUMBERS = {"production_days", "turnover_idr", "cost_idr", "stock_idr", "workers", "active_members", "income_idr"}
TEXTS = {"problem", "advice", "next_step", "note"}


def held_figure(actor: Actor) -> tuple[Figure, ...]:
    """How many visits wait, for the page of the mentors; nothing for who does not decide."""
    if not can(actor, "mentor.assign"):
        return ()
    return (Figure(_("Kunjungan tertahan"), fmt.number(held_count(actor=actor)), href=reverse("office:field-held")),)


@office_page("mentor.assign")
def held(request: OfficeRequest) -> HttpResponse:
    """Each visit that is not counted, oldest first; taken in (where a figure is wrong, corrected) or not."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            _decide(request)
        except Problem as raised:
            problem = shown(raised)
        else:
            return HttpResponseRedirect(reverse("office:field-held"))
    filters = ListFilter.parse(request.GET)
    page = held_visits(actor=request.actor, filters=filters)
    context = {
        "rows": [_shown(row, request) for row in page.rows],
        "total": page.total,
        "pager": pager(filters.page, -(-page.total // PAGE_SIZE), lambda number: f"?{filters.query(page=number)}"),
        "chosen": request.POST.get("kunjungan", ""),
        "reason": request.POST.get("alasan", ""),
        "problem_text": told(problem),
        "crumbs": (Crumb(_("Pendamping dan HP"), reverse("office:field")), Crumb(_("Kunjungan tertahan"))),
    }
    return render(request, "office/held_visits.html", context, status=problem.status if problem else 200)


def _decide(request: OfficeRequest) -> None:
    sent = request.POST
    accept = sent.get("keputusan") == "pakai"
    key = id_of(request, "kunjungan")
    corrections = {name: _value(name, sent[name]) for name in (*NUMBERS, *TEXTS, "occurred_on") if name in sent}
    try:
        resolve_held(
            actor=request.actor,
            held_id=key,
            accept=accept,
            reason=sent.get("alasan", "")[:300],
            corrections=corrections if accept else None,
        )
    except Problem as raised:
        if raised.code == "visit_invalid":
            names = cast(list[str], raised.params["fields"])
            fields = ", ".join(words.record_field(name).lower() for name in names)
            raise Problem("visit_invalid", fields=fields) from raised
        raise
    messages.success(request, _("Kunjungan dipakai.") if accept else _("Kunjungan tidak dipakai; isinya tersimpan."))


def _value(name: str, text: str) -> Any:
    try:
        if name in NUMBERS:
            return int(text.replace(".", "")) if text.strip() else None
        return date.fromisoformat(text) if name == "occurred_on" else text.strip()
    except ValueError as error:
        raise Problem("visit_invalid", fields=words.record_field(name).lower()) from error


def _shown(row: HeldVisit, request: OfficeRequest) -> dict[str, Any]:
    """One visit for the template; what was typed about it stays."""
    typed: Mapping[str, str] = request.POST if request.POST.get("kunjungan") == str(row.id) else {}
    inputs = [
        (
            name,
            words.record_field(name),
            _flaw(code),
            "date" if name == "occurred_on" else "text",
            typed.get(name, str(row.sent.get(name) if row.sent.get(name) is not None else "")),
        )
        for name, code in row.flaws
        if name in NUMBERS | TEXTS | {"occurred_on"}
    ]
    columns = [Column(_("Isian")), Column(_("Isi yang tertahan"))]
    if row.stored:
        columns.append(Column(_("Tersimpan di kantor")))
    return {
        "id": str(row.id),
        "business": row.business or _("usaha belum tercatat"),
        "href": way("office:business", row.enterprise_id) if row.enterprise_id else "",
        "on": fmt.day(date.fromisoformat(str(row.sent["occurred_on"]))),
        "outcome": words.outcome(row.outcome),
        "since": fmt.day_short(row.recorded_at.date()),
        "inputs": inputs,
        "waits": row.outcome == "waiting" and row.enterprise_id is None,
        "table": Table(
            caption=_("Isi kunjungan"),
            columns=tuple(columns),
            rows=tuple(
                (
                    Cell(words.record_field(name)),
                    Cell(_told(name, row.sent.get(name))),
                    *((Cell(_told(name, row.stored.get(name))),) if row.stored else ()),
                )
                for name in row.differing
            ),
            count_text="",
            caption_hidden=True,
        ),
    }


def _told(name: str, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if name.endswith("_idr"):
        return fmt.rupiah(int(value))
    if name == "occurred_on":
        return fmt.day_short(date.fromisoformat(str(value)))
    if name == "method":
        return {"asked": _("ditanya"), "seen": _("dilihat"), "document": _("dokumen")}.get(str(value), str(value))
    if name == "advice_check":
        return _advice(str(value))
    return fmt.number(value) if isinstance(value, int) else str(value)


def _advice(code: str) -> str:
    return {
        "done": _("dilakukan"),
        "partly": _("sebagian"),
        "not_done": _("belum dilakukan"),
        "not_checked": _("tidak diperiksa"),
        "none_given": _("tidak ada saran"),
    }.get(code, code)


def _flaw(code: str) -> str:
    return {
        "in_future": _("Tanggalnya setelah hari ini."),
        "before_start": _("Tanggalnya sebelum usaha dimulai."),
        "out_of_range": _("Angkanya di luar batas."),
        "too_long": _("Teksnya terlalu panjang."),
    }.get(code, code)
