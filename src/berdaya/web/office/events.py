"""Exhibitions and contests."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.kernel import formats as fmt
from berdaya.process.overview.events import EventFilter, ExhibitionRow
from berdaya.process.overview.events import contest as contest_of
from berdaya.process.overview.events import events as events_of
from berdaya.process.overview.events import exhibition as exhibition_of
from berdaya.web.components.parts import Crumb, Figure
from berdaya.web.components.tables import Cell, Column, Control, Table
from berdaya.web.office import words
from berdaya.web.office.lists import Col, chips_of, list_table, number_col
from berdaya.web.session import OfficeRequest, office_page, way


def _columns() -> list[Col[ExhibitionRow]]:
    return [
        Col(
            _("Pameran"),
            lambda row: Cell(row.name, reverse("office:exhibition", args=[row.id]), row.venue),
            lambda row: row.name,
        ),
        Col(
            _("Tanggal"),
            lambda row: Cell(
                fmt.day_short(row.starts_on), sub=_("sampai %(day)s") % {"day": fmt.day_short(row.ends_on)}
            ),
            lambda row: row.starts_on,
        ),
        Col(_("Tempat"), lambda row: Cell(row.place), lambda row: row.place),
        number_col(_("Stan"), lambda row: row.stalls),
        Col(_("Omzet"), lambda row: Cell(fmt.rupiah(row.turnover_idr)), lambda row: row.turnover_idr, right=True),
        number_col(_("Calon pembeli"), lambda row: row.leads),
    ]


def level(code: str) -> str:
    """Level of a contest."""
    return {
        "kecamatan": _("kecamatan"),
        "kabupaten": _("kabupaten/kota"),
        "kota": _("kabupaten/kota"),
        "provinsi": _("provinsi"),
        "nasional": _("nasional"),
    }.get(code, code)


@office_page("programme.read")
def events(request: OfficeRequest) -> HttpResponse:
    """Exhibitions and contests that lie in, contain or invite the area."""
    filters = EventFilter.parse(request.GET)
    lists = events_of(actor=request.actor, filters=filters)
    contests = Table(
        caption=_("Lomba"),
        columns=(Column(_("Lomba")), Column(_("Tingkat")), Column(_("Tanggal")), Column(_("Peserta"), "right")),
        rows=tuple(
            (
                Cell(row.name, reverse("office:contest", args=[row.id])),
                Cell(level(row.level)),
                Cell(fmt.day_short(row.held_on)),
                Cell(fmt.number(row.entries)),
            )
            for row in lists.contests
        ),
        empty_title=_("Belum ada lomba"),
        empty_text=_("Lomba tingkat kabupaten sampai nasional tampil di sini."),
    )
    context = {
        "title": _("Pameran dan lomba"),
        "lead": _("Penjualan per stan, calon pembeli, dan nilai juri."),
        "crumbs": (),
        "controls": (Control("q", _("Nama pameran"), "search", filters.q, width=20),),
        "table": list_table(
            lists.exhibitions,
            _columns(),
            filters,
            caption=_("Pameran"),
            noun=_("pameran"),
            chips=chips_of(filters, {"q": (_("Nama"), None)}),
        ),
        "second": contests,
    }
    return render(request, "office/list.html", context)


@office_page("programme.read")
def exhibition(request: OfficeRequest, exhibition_id: UUID) -> HttpResponse:
    """One exhibition with its stalls."""
    view = exhibition_of(actor=request.actor, exhibition_id=exhibition_id)
    stalls = Table(
        caption=_("Stan"),
        columns=(
            Column(_("Usaha")),
            Column(_("Stan")),
            Column(_("Omzet"), "right"),
            Column(_("Calon pembeli"), "right"),
        ),
        rows=tuple(
            (
                Cell(
                    item["enterprise__name"],
                    way("office:business", item["enterprise_id"]),
                    words.kind(item["enterprise__kind"]),
                ),
                Cell(item["number"]),
                Cell(fmt.rupiah(item["turnover_idr"])),
                Cell(fmt.number(item["leads"])),
            )
            for item in view.stalls
        ),
        foot=(
            Cell(_("Jumlah")),
            Cell(),
            Cell(fmt.rupiah(view.row.turnover_idr)),
            Cell(fmt.number(view.row.leads)),
        ),
        empty_title=_("Belum ada stan"),
        empty_text=_("Usaha di wilayah Anda belum mengisi stan."),
    )
    figures = [
        Figure(_("Stan"), fmt.number(view.row.stalls), source=fmt.day(view.row.starts_on)),
        Figure(_("Omzet"), fmt.rupiah_short(view.row.turnover_idr), exact=fmt.rupiah(view.row.turnover_idr)),
        Figure(_("Calon pembeli"), fmt.number(view.row.leads)),
    ]
    context = {
        "view": view,
        "title": view.row.name,
        "lead": words.join((view.row.venue, view.row.place, fmt.day(view.row.starts_on))),
        "figures": figures,
        "table": stalls,
        "crumbs": (Crumb(_("Pameran dan lomba"), reverse("office:events")), Crumb(view.row.name)),
    }
    return render(request, "office/event.html", context)


@office_page("programme.read")
def contest(request: OfficeRequest, contest_id: UUID) -> HttpResponse:
    """One contest with the sheets behind the scores."""
    view = contest_of(actor=request.actor, contest_id=contest_id)
    rows = tuple(
        (
            Cell(entry.name, way("office:business", entry.enterprise_id)),
            Cell("" if entry.rank is None else fmt.number(entry.rank)),
            Cell("" if entry.score is None else fmt.number(entry.score, 2)),
            Cell(
                "; ".join(
                    f"{sheet['juror']}: {sheet['criterion']} {sheet['score']} × {sheet['weight']}"
                    for sheet in entry.scores
                )
            ),
        )
        for entry in view.entries
    )
    table = Table(
        caption=_("Peserta dan nilai"),
        columns=(
            Column(_("Usaha")),
            Column(_("Peringkat"), "right"),
            Column(_("Nilai"), "right"),
            Column(_("Lembar juri")),
        ),
        rows=rows,
        empty_title=_("Belum ada peserta"),
        empty_text=_("Usaha di wilayah Anda belum ikut lomba ini."),
    )
    context = {
        "view": view,
        "title": view.row.name,
        "lead": words.join((level(view.row.level), fmt.day(view.row.held_on))),
        "figures": [],
        "table": table,
        "crumbs": (Crumb(_("Pameran dan lomba"), reverse("office:events")), Crumb(view.row.name)),
    }
    return render(request, "office/event.html", context)
