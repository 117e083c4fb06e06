"""One lot: where its goods lie, its numbered pieces, and what moves, is lost, found, sent back or withdrawn."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can, require
from berdaya.grants import services
from berdaya.grants.procured import stores
from berdaya.grants.stock import Move, NewMove
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.process.overview.seconds import LotView, MoveRow
from berdaya.process.overview.seconds import lot as lot_of
from berdaya.web.components.parts import Badge, Bar, Bars, Crumb, Event, Fact
from berdaya.web.components.tables import Cell, Column, Table
from berdaya.web.office import words
from berdaya.web.office.sent import bad_form, day_of, key_of, number_of, told, words_of
from berdaya.web.session import OfficeRequest, office_page

PIECES = 300
"""So many numbered pieces stand on the page; a lot with more shows the first."""


def move_name(code: str) -> str:
    """What happened to goods in store."""
    return {
        "moved": _("dipindah ke tempat lain"),
        "lost": _("hilang atau rusak di gudang"),
        "found": _("ditemukan kembali"),
        "returned": _("dikembalikan ke penyedia"),
        "withdrawn": _("ditarik: salah catat atau diganti penyedia"),
    }.get(code, code)


def piece_badge(state: str) -> Badge:
    """Where a numbered piece is."""
    return {
        "store": Badge(_("di tempat simpan"), "none", "ring"),
        "handed": Badge(_("diserahkan"), "good", "tick"),
        "lost": Badge(_("hilang"), "bad", "cross"),
    }.get(state, Badge(_("keluar dari gudang"), "info", "square"))


@office_page("family.read")
def lot(request: OfficeRequest, lot_id: UUID) -> HttpResponse:
    """One lot and the form of its next move."""
    view = lot_of(actor=request.actor, lot_id=lot_id)
    problem: Problem | None = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                _move(request, view)
        except Problem as raised:
            problem = raised
        else:
            messages.success(request, _("Mutasi dicatat; jumlahnya tetap cocok."))
            return HttpResponseRedirect(reverse("office:lot", args=[lot_id]))
    context = {
        "crumbs": (
            Crumb(_("Pengadaan"), reverse("office:purchases")),
            Crumb(view.purchase_number, reverse("office:purchase", args=[view.purchase])),
            Crumb(view.item),
        ),
        "view": view,
        "where": _where(view),
        "facts": _facts(view),
        "events": [_event(move, view.unit) for move in view.moves],
        "pieces": _pieces(view) if view.tagged else None,
        "kinds": [(one.value, move_name(one.value)) for one in Move],
        "stores": stores(actor=request.actor),
        "may_move": can(request.actor, "procurement.manage"),
        "today": clock.today(),
        "id": request.POST.get("id") or new_id(),
        "sent": request.POST,
        "tags": request.POST.get("nomor-seri", ""),
        "minutes": request.POST.get("berita-acara", ""),
        **told(problem),
    }
    return render(request, "office/lot.html", context, status=problem.status if problem else 200)


def _move(request: OfficeRequest, view: LotView) -> None:
    sent, actor = request.POST, request.actor
    require(actor, "procurement.manage")
    if sent.get("jenis") not in set(Move):
        raise bad_form()
    kind = Move(sent["jenis"])
    target = key_of(sent["ke"]) if sent.get("ke") and kind in {Move.MOVED, Move.FOUND} else None
    if kind is Move.MOVED and sent.get("ke-baru", "").strip():
        target = services.open_store(actor=actor, store_id=new_id(), name=sent["ke-baru"].strip()[:120], area=actor.lo)
    source = key_of(sent["dari"]) if sent.get("dari") and kind is not Move.FOUND else None
    services.move_stock(
        actor=actor,
        move=NewMove(
            key_of(sent.get("id")), view.id, kind, number_of(sent.get("jumlah", "")), day_of(sent.get("tanggal")),
            source, target, words_of(sent.get("nomor-seri")), sent.get("berita-acara", "")[:4000],
        ),
    )  # fmt: skip


def _where(view: LotView) -> Bars:
    parts = [(name, count) for _id, name, count in view.stocks]
    parts += [(_("Diserahkan"), view.handed), (_("Hilang"), view.lost), (_("Kembali ke penyedia"), view.returned)]
    title = _("%(left)s dari %(all)s %(unit)s masih disimpan") % {
        "left": fmt.number(view.in_store), "all": fmt.number(view.quantity), "unit": view.unit,
    }  # fmt: skip
    return Bars(
        title,
        tuple(
            Bar(name, count / view.quantity if view.quantity else 0.0, f"{fmt.number(count)} {view.unit}")
            for name, count in parts
        ),
        _("Jumlah semua batang selalu sama dengan yang datang."),
    )


def _facts(view: LotView) -> list[Fact]:
    return [
        Fact(_("Penyedia"), view.supplier),
        Fact(_("Datang"), fmt.day(view.delivered_on)),
        Fact(_("Diterima oleh"), view.received_by),
        Fact(_("Surat jalan"), view.number or "–"),
        Fact(_("Nomor batch"), view.batch or "–"),
        Fact(_("Harga satuan"), fmt.rupiah(view.unit_price_idr)),
    ]


def _event(move: MoveRow, unit: str) -> Event:
    places = " → ".join(part for part in (move.source, move.target) if part)
    return Event(
        move.on, f"{fmt.number(move.quantity)} {unit} {move_name(move.kind)}",
        words.join((places, move.minutes, move.by)), "document",
    )  # fmt: skip


def _pieces(view: LotView) -> Table:
    return Table(
        caption=_("Barang bernomor"),
        columns=(Column(_("Nomor seri atau eartag")), Column(_("Keadaan")), Column(_("Tempat"))),
        rows=tuple(
            (
                Cell(tag, reverse("office:decree-line", args=[line]) if line else ""),
                Cell(badge=piece_badge(state)),
                Cell(store or (_("pada penerima") if line else "–")),
            )
            for tag, state, store, line in view.pieces[:PIECES]
        ),
    )
