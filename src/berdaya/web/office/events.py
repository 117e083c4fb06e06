"""Exhibitions and contests."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.process.overview.events import (
    ContestRow,
    ContestView,
    EntryRow,
    EventFilter,
    ExhibitionRow,
    ExhibitionView,
    candidates,
    running,
)
from berdaya.process.overview.events import contest as contest_of
from berdaya.process.overview.events import events as events_of
from berdaya.process.overview.events import exhibition as exhibition_of
from berdaya.web.components.parts import Badge, Bar, Bars, Crumb, Figure
from berdaya.web.components.tables import Cell, Column, Control, Table
from berdaya.web.office import words
from berdaya.web.office.acting import act
from berdaya.web.office.event_work import contest_acts, days, event_crumbs, exhibition_acts, own_stalls
from berdaya.web.office.lists import Col, chips_of, list_table, number_col
from berdaya.web.session import OfficeRequest, office_page, way

TOP = 12
"""So many bars a picture of stalls or entries shows; the table below holds them all."""
FULL_MARK = 100


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
    """Exhibitions and contests that lie in, contain or invite the area; what the office runs now stands above."""
    filters = EventFilter.parse(request.GET)
    lists = events_of(actor=request.actor, filters=filters)
    contests = Table(
        caption=_("Lomba"),
        columns=(
            Column(_("Lomba")), Column(_("Tingkat")), Column(_("Tanggal")), Column(_("Peserta"), "right"),
            Column(_("Keadaan")),
        ),
        rows=tuple(
            (
                Cell(row.name, reverse("office:contest", args=[row.id])),
                Cell(level(row.level)),
                Cell(fmt.day_short(row.held_on)),
                Cell(fmt.number(row.entries)),
                Cell(badge=contest_state(row)),
            )
            for row in lists.contests
        ),
        empty_title=_("Belum ada lomba"),
        empty_text=_("Lomba tingkat kabupaten sampai nasional tampil di sini."),
        caption_hidden=True,
    )  # fmt: skip
    now = running(actor=request.actor) if request.actor.kind == "staff" else None
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
            empty=(
                _("Belum ada pameran"),
                _("Buka pameran atau bazar, lalu pilih usaha yang mendapat stan."),
            ),
        ),
        "second": contests,
        "may_open": request.actor.kind == "staff" and can(request.actor, "market.manage"),
        "fairs": [(row, _fair_next(row)) for row in now.exhibitions] if now else (),
        "held": [(row, _contest_next(row)) for row in now.contests] if now else (),
    }  # fmt: skip
    return render(request, "office/events.html", context)


def _fair_next(row: ExhibitionRow) -> str:
    """What an exhibition waits for."""
    today = clock.today()
    if not row.stalls:
        return _("pilih usaha yang mendapat stan")
    if today < row.starts_on:
        return _("mulai %(on)s, %(n)s stan") % {"on": fmt.day_short(row.starts_on), "n": fmt.number(row.stalls)}
    if today <= row.ends_on:
        return _("berjalan, %(sum)s terjual") % {"sum": fmt.rupiah_short(row.turnover_idr)}
    return _("selesai: periksa omzet %(n)s stan, lalu tutup") % {"n": fmt.number(row.stalls)}


def _contest_next(row: ContestRow) -> str:
    """What a contest waits for."""
    if not row.entries:
        return _("pilih usaha yang ikut lomba")
    if row.marked < row.entries:
        return _("%(n)s dari %(all)s peserta dinilai") % {"n": fmt.number(row.marked), "all": fmt.number(row.entries)}
    return _("semua dinilai: tutup lomba agar peringkatnya tetap")


def contest_state(row: ContestRow) -> Badge:
    """Where a contest stands."""
    if row.closed_on:
        return Badge(_("ditutup"), "info", "square")
    if row.entries and row.marked == row.entries:
        return Badge(_("semua dinilai"), "good", "tick")
    return Badge(_("sedang dinilai"), "warn", "half") if row.marked else Badge(_("belum dinilai"), "none", "ring")


def fair_state(row: ExhibitionRow) -> Badge:
    """Where an exhibition stands."""
    today = clock.today()
    if row.closed_on:
        return Badge(_("ditutup"), "info", "square")
    if today < row.starts_on:
        return Badge(_("belum mulai"), "none", "ring")
    return Badge(_("berjalan"), "good", "full") if today <= row.ends_on else Badge(_("selesai"), "warn", "half")


@office_page("programme.read")
def exhibition(request: OfficeRequest, exhibition_id: UUID) -> HttpResponse:
    """One exhibition with its stalls; its office seats businesses, enters takings and closes the books here."""
    view = exhibition_of(actor=request.actor, exhibition_id=exhibition_id)
    seats = request.actor.kind == "staff" and can(request.actor, "market.manage")
    here = reverse("office:exhibition", args=[exhibition_id])
    done = act(request, exhibition_acts(request, view) if seats else {}, here)
    if done.answer:
        return done.answer
    open_now = seats and view.row.closed_on is None
    context = {
        "view": view,
        "title": view.row.name,
        "lead": words.join((view.row.venue, view.row.place, days(view))),
        "state": fair_state(view.row),
        "figures": [
            Figure(_("Stan"), fmt.number(view.row.stalls)),
            Figure(_("Omzet"), fmt.rupiah_short(view.row.turnover_idr), exact=fmt.rupiah(view.row.turnover_idr)),
            Figure(_("Calon pembeli"), fmt.number(view.row.leads)),
        ],
        "chart": _stall_bars(view),
        "table": _stall_table(view),
        "crumbs": event_crumbs(Crumb(view.row.name)),
        "problem": done.text,
        "mine": view.row.mine,
        "closed": view.row.closed_on,
        "edit": reverse("office:exhibition-edit", args=[exhibition_id]),
        "paper": reverse("office:exhibition-print", args=[exhibition_id]),
        "paper_words": _("Cetak daftar stan"),
        "takings": own_stalls(request, view) if open_now and clock.today() >= view.row.starts_on else (),
        "started": clock.today() >= view.row.starts_on,
        "loose": [item for item in own_stalls(request, view) if not (item["turnover_idr"] or item["leads"])]
        if open_now else (),
        **_search(request, open_now, [item["enterprise_id"] for item in view.stalls]),
    }  # fmt: skip
    return render(request, "office/exhibition.html", context, status=done.status)


def _search(request: OfficeRequest, may: bool, without: list[UUID]) -> dict[str, object]:
    """Businesses that the word in the address finds, where they may be entered."""
    sought = request.GET.get("cari", "").strip()[:80] if may else ""
    found = candidates(actor=request.actor, text=sought, without=without) if sought else []
    return {
        "may_enter": may,
        "sought": sought,
        "found": [(item, words.join((item.owner, words.kind(item.kind), item.place))) for item in found],
    }


def _stall_bars(view: ExhibitionView) -> Bars | None:
    sold = [item for item in view.stalls if item["turnover_idr"]][:TOP]
    if not sold:
        return None
    most = sold[0]["turnover_idr"]
    return Bars(
        _("%(name)s paling laku: %(sum)s") % {"name": sold[0]["enterprise__name"], "sum": fmt.rupiah(most)},
        tuple(
            Bar(item["enterprise__name"], item["turnover_idr"] / most, fmt.rupiah_short(item["turnover_idr"]))
            for item in sold
        ),
    )


def _stall_table(view: ExhibitionView) -> Table:
    return Table(
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
        )
        if view.stalls
        else (),
        empty_title=_("Belum ada stan"),
        empty_text=_("Cari usaha di bawah, centang, lalu beri stan.")
        if view.row.mine
        else _("Usaha di wilayah Anda belum mengisi stan."),
    )


@office_page("programme.read")
def contest(request: OfficeRequest, contest_id: UUID) -> HttpResponse:
    """One contest with the sheets behind the scores; its office enters businesses, types sheets and closes it here."""
    view = contest_of(actor=request.actor, contest_id=contest_id)
    here = reverse("office:contest", args=[contest_id])
    done = act(request, contest_acts(request, view) if view.row.mine else {}, here)
    if done.answer:
        return done.answer
    open_now = view.row.mine and view.row.closed_on is None
    total = sum(weight for _name, weight in view.criteria)
    context = {
        "view": view,
        "title": view.row.name,
        "lead": words.join((level(view.row.level), fmt.day(view.row.held_on))),
        "state": contest_state(view.row),
        "figures": [
            Figure(_("Peserta"), fmt.number(view.row.entries)),
            Figure(_("Sudah dinilai"), fmt.number(view.row.marked)),
            Figure(_("Juri"), fmt.number(len(view.jurors))),
        ]
        if request.actor.kind == "staff"
        else [],
        "chart": _score_bars(view),
        "table": _entry_table(view),
        "weights": [(name, fmt.percent(weight, total)) for name, weight in view.criteria],
        "crumbs": event_crumbs(Crumb(view.row.name)),
        "problem": done.text,
        "mine": view.row.mine,
        "closed": view.row.closed_on,
        "edit": reverse("office:contest-edit", args=[contest_id]),
        "paper": reverse("office:contest-print", args=[contest_id]),
        "paper_words": _("Cetak hasil") if view.row.closed_on else _("Cetak lembar juri"),
        "sheets": open_now and view.criteria and view.entries,
        "sent": request.POST,
        "sent_marks": [
            (number, name, request.POST.get(f"nilai-{number}", ""))
            for number, (name, _weight) in enumerate(view.criteria, start=1)
        ],
        "loose": [item for item in view.entries if not item.scores] if open_now else (),
        **_search(request, open_now, [item.enterprise_id for item in view.entries]),
    }
    return render(request, "office/contest.html", context, status=done.status)


def _score_bars(view: ContestView) -> Bars | None:
    placed = [item for item in view.entries if item.rank is not None and item.score is not None][:TOP]
    if not placed:
        return None
    first = placed[0]
    title = _("Juara: %(name)s") if view.row.closed_on else _("Sementara di depan: %(name)s")
    return Bars(
        title % {"name": first.name},
        tuple(
            Bar(f"{item.rank}. {item.name}", (item.score or 0) / FULL_MARK, fmt.number(item.score, 2))
            for item in placed
        ),
    )


def _entry_table(view: ContestView) -> Table:
    return Table(
        caption=_("Peserta dan nilai"),
        columns=(
            Column(_("Usaha")),
            Column(_("Peringkat"), "right"),
            Column(_("Nilai"), "right"),
            Column(_("Lembar juri")),
        ),
        rows=tuple(_entry_cells(entry) for entry in view.entries),
        empty_title=_("Belum ada peserta"),
        empty_text=_("Cari usaha di bawah, centang, lalu daftarkan.")
        if view.row.mine
        else _("Usaha di wilayah Anda belum ikut lomba ini."),
    )


def _entry_cells(entry: EntryRow) -> tuple[Cell, ...]:
    sheets: dict[str, list[str]] = {}
    for sheet in entry.scores:
        sheets.setdefault(sheet["juror"], []).append(f"{sheet['criterion']} {sheet['score']}")
    return (
        Cell(entry.name, way("office:business", entry.enterprise_id), words.join((words.kind(entry.kind), entry.place)),
             fake=entry.synthetic),
        Cell("" if entry.rank is None else fmt.number(entry.rank)),
        Cell("" if entry.score is None else fmt.number(entry.score, 2)),
        Cell("; ".join(f"{juror}: {', '.join(marks)}" for juror, marks in sheets.items())),
    )  # fmt: skip
