"""Handovers: list and one BAST."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.grants.services.confirmations import record_confirmations_many
from berdaya.grants.types import Channel, ConfirmationRow
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.process.overview.goods import (
    HandoverFilter,
    HandoverRow,
    HandoverView,
    funded_rows,
    handovers_queryset,
)
from berdaya.process.overview.goods import handover as handover_of
from berdaya.process.overview.goods import handovers as handovers_of
from berdaya.web.components.parts import Badge, Crumb, Fact, Figure
from berdaya.web.components.tables import Cell, Column, Control, Table
from berdaya.web.office import words
from berdaya.web.office.forms import ConfirmationForm
from berdaya.web.office.goods_words import goods_tabs
from berdaya.web.office.lists import Col, Labels, chips_of, export_page, kept, list_table, may_export, select, text_col
from berdaya.web.problems import told
from berdaya.web.session import OfficeRequest, office_page, owner_way


def confirmation_badge(said: bool | None) -> Badge:
    """What the family itself said; silence is no yes."""
    if said is None:
        return Badge(_("belum bicara"), "none", "question")
    return Badge(_("lengkap"), "good", "tick") if said else Badge(_("tidak lengkap"), "bad", "cross")


def _columns() -> list[Col[HandoverRow]]:
    return [
        Col(
            _("Penerima"),
            lambda row: Cell(row.recipient, reverse("office:handover", args=[row.id]), row.number),
            lambda row: row.recipient,
        ),
        Col(_("Tanggal"), lambda row: Cell(fmt.day_short(row.on)), lambda row: row.on, sort="tanggal"),
        text_col(_("Wilayah"), lambda row: row.area, sort="wilayah"),
        Col(
            _("Nilai"),
            lambda row: Cell(fmt.rupiah(row.value_idr)),
            lambda row: row.value_idr,
            right=True,
            sort="nilai",
        ),
        Col(
            _("Keadaan barang"),
            lambda row: Cell(badge=words.condition(row.condition)),
            lambda row: words.condition(row.condition).text,
        ),
        Col(
            _("Kata penerima"),
            lambda row: Cell(badge=confirmation_badge(row.confirmed)),
            lambda row: confirmation_badge(row.confirmed).text,
        ),
    ]


def _paid() -> list[Col[HandoverRow]]:
    """Only in the workbook: which source and sub-kegiatan paid how much of each BAST."""
    return [
        text_col(_("Sumber dana"), lambda row: "; ".join(paid.source for paid in row.funding)),
        text_col(_("Sub-kegiatan"), lambda row: "; ".join(paid.activity for paid in row.funding)),
        text_col(_("Nilai per sumber"), lambda row: "; ".join(fmt.rupiah(paid.amount_idr) for paid in row.funding)),
    ]


@office_page("family.read")
def handovers(request: OfficeRequest) -> HttpResponse:
    """Handovers by programme, state of the goods and what the family said."""
    filters = HandoverFilter.parse(request.GET)
    page = handovers_of(actor=request.actor, filters=filters)
    said = [("ya", _("lengkap")), ("tidak", _("tidak lengkap")), ("belum", _("belum bicara"))]
    conditions = [(code, words.condition(code).text) for code in ("good", "damaged", "short")]
    labels: Labels = {
        "q": (_("Cari"), None),
        "area": (_("Wilayah"), None),
        "programme": (_("Program"), None),
        "condition": (_("Keadaan barang"), lambda code: words.condition(code).text),
        "confirmed": (_("Kata penerima"), lambda code: dict(said).get(code, code)),
    }
    context = {
        "title": _("Penyaluran"),
        "lead": _("Setiap barang terikat pada baris SK, dan setiap keluarga menyatakan sendiri apa yang diterimanya."),
        "crumbs": (),
        "tabs": goods_tabs(request, "office:handovers"),
        "controls": (
            Control("q", _("Nomor BAST atau penerima"), "search", filters.q, width=20),
            select("condition", _("Keadaan barang"), filters.condition, conditions),
            select("confirmed", _("Kata penerima"), filters.confirmed, said),
            *kept(filters, "programme", "area", "sort"),
        ),
        "table": list_table(
            page,
            _columns(),
            filters,
            caption=_("Penyaluran"),
            noun=_("penyaluran"),
            export=reverse("office:handovers-export") if may_export(request) else "",
            chips=chips_of(filters, labels),
        ),
    }
    return render(request, "office/handovers.html", context)


@office_page("family.read")
def handovers_export(request: OfficeRequest) -> HttpResponse:
    """The same handovers as a workbook."""
    filters = HandoverFilter.parse(request.GET)
    return export_page(
        request,
        name="penyaluran",
        title=_("Penyaluran"),
        back=f"{reverse('office:handovers')}?{filters.query()}",
        queryset=handovers_queryset(actor=request.actor, filters=filters),
        rows_of=lambda rows: funded_rows(actor=request.actor, rows=rows),
        columns=[*_columns(), *_paid()],
    )


@office_page("family.read")
def handover(request: OfficeRequest, handover_id: UUID) -> HttpResponse:
    """One BAST: lines, money, what the family said; on POST what it says now."""
    form = ConfirmationForm(request.POST or None, initial=_first_values())
    if request.method == "POST" and form.is_valid():
        try:
            record_confirmations_many(actor=request.actor, rows=[_said(form, handover_id)])
        except Problem as problem:
            form.add_error(None, told(problem))
        else:
            messages.success(request, _("Pernyataan penerima tercatat."))
            return HttpResponseRedirect(reverse("office:handover", args=[handover_id]))
    view = handover_of(actor=request.actor, handover_id=handover_id)
    context = {
        "view": view,
        "badge": confirmation_badge(view.row.confirmed),
        "figures": _figures(view),
        "lines": _lines(view),
        "facts": _facts(view),
        "said": [(item, channel(item["channel"]), confirmation_badge(item["complete"])) for item in view.confirmations],
        "form": form if can(request.actor, "confirmation.record") else None,
        "crumbs": (Crumb(_("Penyaluran"), reverse("office:handovers")), Crumb(view.row.recipient)),
    }
    return render(request, "office/handover.html", context, status=400 if form.errors else 200)


def _first_values() -> dict[str, object]:
    return {"id": new_id(), "said_on": clock.today()}


def _said(form: ConfirmationForm, handover_id: UUID) -> ConfirmationRow:
    """The row of a valid form; its id was made with the page, so that a second click records nothing twice."""
    facts = form.cleaned_data
    return ConfirmationRow(
        id=facts["id"],
        handover=handover_id,
        said_on=facts["said_on"],
        said_by=facts["said_by"],
        channel=Channel(facts["channel"]),
        complete=facts["complete"] == "ya",
        words=facts["words"],
    )


def channel(code: str) -> str:
    """How a confirmation came."""
    return {
        "phone": _("telepon"),
        "visit": _("kunjungan petugas lain"),
        "paper": _("kertas"),
        "web": _("laman"),
        "meeting": _("rapat kelompok"),
        "paper_code": _("kertas kode"),
        "in_person": _("tatap muka"),
    }.get(code, code)


def _figures(view: HandoverView) -> list[Figure]:
    figures = [
        Figure(_("Nilai"), fmt.rupiah(view.row.value_idr), source=_("menurut BAST")),
        Figure(_("Barang"), fmt.number(len(view.lines)), unit=_("baris"), source=fmt.day(view.row.on)),
    ]
    figures += [Figure(paid.source, fmt.rupiah(paid.amount_idr), source=paid.activity) for paid in view.funding[:3]]
    return figures


def _lines(view: HandoverView) -> Table:
    rows = [
        (
            Cell(item["item__name"], sub=item["item__specification"]),
            Cell(f"{fmt.number(item['quantity'])} {item['item__unit']}"),
            Cell(fmt.rupiah(item["unit_value_idr"])),
            Cell(fmt.rupiah(item["amount_idr"])),
            Cell(badge=words.condition(item["condition"])),
        )
        for item in view.lines
    ]
    return Table(
        caption=_("Barang yang diserahkan"),
        columns=(
            Column(_("Barang")),
            Column(_("Jumlah"), "right"),
            Column(_("Harga satuan"), "right"),
            Column(_("Nilai"), "right"),
            Column(_("Keadaan")),
        ),
        rows=tuple(rows),
        foot=(Cell(_("Jumlah")), Cell(), Cell(), Cell(fmt.rupiah(view.row.value_idr)), Cell()),
        empty_title=_("Tidak ada baris barang"),
        empty_text=_("Bantuan ini diberikan sebagai modal."),
    )


def _facts(view: HandoverView) -> list[Fact]:
    return [
        Fact(_("Penerima"), view.row.recipient, owner_way(view.household_id, view.group_id)),
        Fact(_("Diterima oleh"), view.received_by),
        Fact(_("Tempat"), words.join((view.row.place, view.row.area))),
        Fact(_("SK"), _("%(number)s, baris %(line)s") % {"number": view.decree_number, "line": view.decree_line}),
        Fact(_("Program"), view.row.programme, reverse("office:programme", args=[view.programme_code])),
    ]
