"""Classes: list, and who sits in one and why."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.kernel import formats as fmt
from berdaya.process.overview.training import ClassFilter, ClassRow, ClassView, SeatRow, class_rows, classes_queryset
from berdaya.process.overview.training import classes as classes_of
from berdaya.process.overview.training import training_class as class_of
from berdaya.training.texts import placement_text
from berdaya.web.components.parts import Crumb, Fact, Figure
from berdaya.web.components.tables import Cell, Column, Control, Table
from berdaya.web.office import words
from berdaya.web.office.lists import (
    Col,
    Labels,
    chips_of,
    export_page,
    kept,
    list_table,
    may_export,
    number_col,
    select,
)
from berdaya.web.session import OfficeRequest, office_page, way


def _columns() -> list[Col[ClassRow]]:
    return [
        Col(
            _("Kelas"),
            lambda row: Cell(row.name, reverse("office:class", args=[row.id]), _kinds(row.kinds)),
            lambda row: row.name,
            sort="nama",
        ),
        Col(
            _("Tanggal"),
            lambda row: Cell(
                fmt.day_short(row.starts_on), sub=_("sampai %(day)s") % {"day": fmt.day_short(row.ends_on)}
            ),
            lambda row: row.starts_on,
            sort="mulai",
        ),
        Col(_("Tempat"), lambda row: Cell(row.venue, sub=row.place), lambda row: row.venue, sort="wilayah"),
        number_col(_("Peserta"), lambda row: row.taken),
        number_col(_("Kursi"), lambda row: row.seats),
    ]


def _kinds(codes: tuple[str, ...]) -> str:
    return ", ".join(words.kind(code) for code in codes) or _("semua jenis usaha")


@office_page("programme.read", "class.read")
def classes(request: OfficeRequest) -> HttpResponse:
    """Classes by programme, kind and area."""
    filters = ClassFilter.parse(request.GET)
    page = classes_of(actor=request.actor, filters=filters)
    labels: Labels = {
        "q": (_("Nama"), None),
        "area": (_("Wilayah"), None),
        "kind": (_("Jenis"), words.kind),
        "programme": (_("Program"), None),
    }
    context = {
        "title": _("Kelas"),
        "lead": _("Siapa belajar apa, di mana, dan mengapa di sana."),
        "crumbs": (),
        "controls": (
            Control("q", _("Nama kelas"), "search", filters.q, width=20),
            select("kind", _("Jenis usaha"), filters.kind, words.kinds()),
            Control("area", _("Kode wilayah"), value=filters.area, width=10, hint="16.71"),
            *kept(filters, "programme", "sort"),
        ),
        "table": list_table(
            page,
            _columns(),
            filters,
            caption=_("Kelas"),
            noun=_("kelas"),
            export=reverse("office:classes-export") if may_export(request) else "",
            chips=chips_of(filters, labels),
        ),
    }
    return render(request, "office/classes.html", context)


@office_page("programme.read", "class.read")
def classes_export(request: OfficeRequest) -> HttpResponse:
    """The same classes as a workbook."""
    filters = ClassFilter.parse(request.GET)
    return export_page(
        request,
        name="kelas",
        title=_("Kelas"),
        back=f"{reverse('office:classes')}?{filters.query()}",
        queryset=classes_queryset(actor=request.actor, filters=filters),
        rows_of=class_rows,
        columns=_columns(),
    )


@office_page("programme.read", "class.read")
def training_class(request: OfficeRequest, class_id: UUID) -> HttpResponse:
    """One class with its participants."""
    view = class_of(actor=request.actor, class_id=class_id)
    context = {
        "view": view,
        "kind": _kinds(view.row.kinds),
        "figures": _figures(view),
        "facts": _facts(view),
        "seats": _seats(view),
        "crumbs": (Crumb(_("Kelas"), reverse("office:classes")), Crumb(view.row.name)),
    }
    return render(request, "office/class.html", context)


def _figures(view: ClassView) -> list[Figure]:
    figures = [
        Figure(
            _("Peserta"),
            fmt.number(view.row.taken),
            compare=_("dari %(seats)s kursi") % {"seats": fmt.number(view.row.seats)},
            source=_("paling sedikit %(minimum)s") % {"minimum": view.minimum},
        )
    ]
    first = sum(1 for seat in view.seats if seat.choice == 1)
    if view.seats:
        figures.append(
            Figure(
                _("Pilihan pertama"),
                fmt.number(first),
                compare=_("%(share)s peserta") % {"share": fmt.percent(first, len(view.seats))},
            )
        )
    known = [seat for seat in view.seats if seat.post is not None and seat.pre is not None]
    if known:
        before = sum(seat.pre or 0 for seat in known) / len(known)
        after = sum(seat.post or 0 for seat in known) / len(known)
        figures.append(
            Figure(
                _("Nilai akhir"),
                fmt.number(after, 1),
                compare=_("sebelum kelas: %(mark)s") % {"mark": fmt.number(before, 1)},
                trend="up" if after > before else "",
                source=_("%(count)s peserta diuji") % {"count": len(known)},
            )
        )
    return figures


def _facts(view: ClassView) -> list[Fact]:
    access = _("dapat dimasuki kursi roda") if view.row.wheelchair else _("belum dapat dimasuki kursi roda")
    facts = [
        Fact(_("Tempat"), words.join((view.row.venue, view.row.place))),
        Fact(_("Tanggal"), f"{fmt.day(view.row.starts_on)} – {fmt.day(view.row.ends_on)}"),
        Fact(_("Pelatih"), view.trainer or "–"),
        Fact(_("Akses"), access),
        Fact(_("Program"), view.row.programme, way("office:programme", view.row.programme_code)),
    ]
    if view.partner:
        facts.append(Fact(_("Mitra"), view.partner))
    if view.skill:
        facts.append(Fact(_("Keterampilan"), words.skill(view.skill)))
    return facts


def _seats(view: ClassView) -> Table:
    return Table(
        caption=_("Peserta"),
        columns=(
            Column(_("Peserta")),
            Column(_("Alasan")),
            Column(_("Jarak"), "right"),
            Column(_("Hadir"), "right"),
            Column(_("Nilai awal"), "right"),
            Column(_("Nilai akhir"), "right"),
            Column(_("Sertifikat")),
        ),
        rows=tuple(_seat(seat, view) for seat in view.seats),
        empty_title=_("Nama peserta tidak ditampilkan"),
        empty_text=_("Belum ada penempatan, atau peran Anda tidak membuka data keluarga."),
    )


def _seat(seat: SeatRow, view: ClassView) -> tuple[Cell, ...]:
    decision = way("office:decision", view.row.programme_code, seat.candidate_id)
    distance = "" if seat.distance_m is None else _("%(km)s km") % {"km": fmt.number(seat.distance_m / 1000, 1)}
    attended = "" if seat.attended is None else f"{seat.attended}/{seat.sessions}"
    return (
        Cell(seat.name or _("peserta tanpa nama"), decision if seat.name else "", seat.place, fake=seat.synthetic),
        Cell(why(seat, view.row.code)),
        Cell(distance),
        Cell(attended),
        Cell("" if seat.pre is None else fmt.number(seat.pre)),
        Cell("" if seat.post is None else fmt.number(seat.post)),
        Cell(seat.certificate),
    )


def why(seat: SeatRow, class_code: str) -> str:
    """Why this class, in a sentence or two."""
    return placement_text(
        seat.reason,
        class_code=class_code,
        distance_m=seat.distance_m,
        choice=seat.choice,
        language=fmt.language(),
    )
