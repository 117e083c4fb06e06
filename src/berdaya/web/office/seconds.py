"""Goods that need two people: what waits, who receives for somebody else, what comes back from a recipient."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can, require
from berdaya.grants import services
from berdaya.grants.procured import stores
from berdaya.grants.stock import Back, NewReturn
from berdaya.grants.types import NewProxy, Why
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.process.overview import seconds
from berdaya.process.overview.seconds import ProxyDesk, ReturnDesk, Waiting
from berdaya.web.components.parts import Badge, Crumb
from berdaya.web.components.tables import Cell, Column, Table
from berdaya.web.office.goods_words import back_reason, goods_tabs, why
from berdaya.web.office.sent import bad_form, day_of, key_of, number_of, picture_of, told, tried
from berdaya.web.session import OfficeRequest, office_page

PAGES = {"purchase": "purchase", "proposal": "proposal", "proxy": "proxies", "return": "returns"}
"""The page on which each kind of thing is agreed to."""


def kind_of(code: str) -> str:
    """What waits, in words."""
    return {
        "purchase": _("pengadaan"),
        "proposal": _("usulan RAB"),
        "proxy": _("wakil penerima"),
        "return": _("barang kembali"),
    }[code]


def agreed(checker: str) -> Badge:
    """Whether a second person agreed, and who."""
    if checker:
        return Badge(_("disetujui %(who)s") % {"who": checker}, "good", "tick")
    return Badge(_("menunggu petugas lain"), "warn", "half")


@office_page("family.read")
def waiting(request: OfficeRequest) -> HttpResponse:
    """Everything of the goods that waits for a second person."""
    rows = seconds.waiting(actor=request.actor)
    mine = sum(row.made_by == request.actor.account_id for row in rows)
    context = {
        "tabs": goods_tabs(request, "office:goods-waiting"),
        "lead": _("Yang mencatat tidak boleh menyetujui. %(mine)s dari %(all)s di bawah ini Anda catat sendiri.")
        % {"mine": fmt.number(mine), "all": fmt.number(len(rows))}
        if rows
        else _("Yang mencatat tidak boleh menyetujui."),
        "table": _table(request, rows),
    }
    return render(request, "office/goods_waiting.html", context)


def _table(request: OfficeRequest, rows: list[Waiting]) -> Table:
    def detail(row: Waiting) -> str:
        return fmt.rupiah(int(row.detail)) if row.kind == "proposal" else row.detail

    def mark(row: Waiting) -> Badge:
        if row.made_by == request.actor.account_id:
            return Badge(_("menunggu orang lain"), "info", "ring")
        return Badge(_("menunggu persetujuan"), "warn", "half")

    return Table(
        caption=_("Menunggu orang kedua"),
        columns=(
            Column(_("Apa")),
            Column(_("Untuk")),
            Column(_("Dicatat oleh")),
            Column(_("Sejak")),
            Column(_("Keadaan")),
        ),
        rows=tuple(
            (
                Cell(row.what, reverse(f"office:{PAGES[row.kind]}", args=[row.subject]), kind_of(row.kind)),
                Cell(detail(row)),
                Cell(row.maker or "–"),
                Cell(fmt.day_short(row.on)),
                Cell(badge=mark(row)),
            )
            for row in rows
        ),
        empty_title=_("Tidak ada yang menunggu"),
        empty_text=_("Pengadaan, RAB, wakil penerima, dan barang kembali ada di sini sampai orang kedua setuju."),
    )


@office_page("family.read")
def proxies(request: OfficeRequest, line_id: UUID) -> HttpResponse:
    """Who receives for a recipient who is ill, away or dead: named by one officer, agreed to by another."""
    desk = seconds.proxy_desk(actor=request.actor, line_id=line_id)
    problem: Problem | None = None
    if request.method == "POST":
        problem = tried(request, partial(_decide_proxy, request, desk))
        if problem is None:
            return HttpResponseRedirect(reverse("office:proxies", args=[line_id]))
    actor = request.actor
    context = {
        "crumbs": (
            Crumb(_("Penyaluran"), reverse("office:handovers")),
            Crumb(desk.recipient, reverse("office:decree-line", args=[line_id])),
            Crumb(_("Wakil penerima")),
        ),
        "desk": desk,
        "rows": [
            (row, why(row.why), can(actor, "handover.approve") and row.made_by != actor.account_id, agreed(row.checker))
            for row in desk.proxies
        ],
        "reasons": [(one.value, why(one.value)) for one in Why],
        "may_name": can(actor, "handover.record"),
        "id": request.POST.get("id") or new_id(),
        "sent": request.POST,
        **told(problem),
    }  # fmt: skip
    return render(request, "office/proxies.html", context, status=problem.status if problem else 200)


def _decide_proxy(request: OfficeRequest, desk: ProxyDesk) -> str:
    if request.POST.get("tindakan") == "setuju":
        services.agree_proxy(actor=request.actor, proxy_id=key_of(request.POST.get("wakil")))
        return _("Wakil disetujui; ia boleh menerima.")
    _name(request, desk)
    return _("Wakil dicatat; menunggu persetujuan petugas lain.")


def _name(request: OfficeRequest, desk: ProxyDesk) -> None:
    sent, actor = request.POST, request.actor
    require(actor, "handover.record")
    if sent.get("alasan") not in set(Why):
        raise bad_form()
    photo = picture_of(
        request, actor, "handover.record", "foto", purpose="proxy", area=desk.area, household=desk.household,
        group=desk.group,
    )  # fmt: skip
    if photo is None:
        raise Problem("grants.proxy_needs_photo")
    person = key_of(sent["anggota"]) if sent.get("anggota") else None
    proxy = NewProxy(
        key_of(sent.get("id")), desk.line, Why(sent["alasan"]), photo, person,
        name=sent.get("nama", "").strip()[:120], letter=sent.get("surat", "").strip()[:120],
    )  # fmt: skip
    services.name_proxy(actor=actor, proxy=proxy)


@office_page("family.read")
def returns(request: OfficeRequest, handover_id: UUID) -> HttpResponse:
    """What comes back of a BAST: written by one officer, in store and due again once another agrees."""
    desk = seconds.return_desk(actor=request.actor, handover_id=handover_id)
    problem: Problem | None = None
    if request.method == "POST":
        problem = tried(request, partial(_decide_return, request, desk))
        if problem is None:
            return HttpResponseRedirect(reverse("office:returns", args=[handover_id]))
    actor = request.actor
    context = {
        "crumbs": (
            Crumb(_("Penyaluran"), reverse("office:handovers")),
            Crumb(desk.recipient, reverse("office:handover", args=[handover_id])),
            Crumb(_("Barang kembali")),
        ),
        "desk": desk,
        "table": _lines(desk),
        "rows": [
            (
                row,
                back_reason(row.reason),
                can(actor, "handover.approve") and row.made_by != actor.account_id,
                agreed(row.checker),
            )
            for row in desk.returns
        ],
        "left": [line for line in desk.lines if line.left > 0],
        "reasons": [(one.value, back_reason(one.value)) for one in Back],
        "stores": stores(actor=actor),
        "may_write": can(actor, "handover.record"),
        "today": clock.today(),
        "id": request.POST.get("id") or new_id(),
        "sent": request.POST,
        **told(problem),
    }
    return render(request, "office/returns.html", context, status=problem.status if problem else 200)


def _decide_return(request: OfficeRequest, desk: ReturnDesk) -> str:
    if request.POST.get("tindakan") == "setuju":
        services.agree_return(actor=request.actor, return_id=key_of(request.POST.get("kembali")))
        return _("Barang kembali ke tempat simpan dan menjadi hak penerima lagi.")
    _bring_back(request, desk)
    return _("Barang kembali dicatat; menunggu persetujuan petugas lain.")


def _bring_back(request: OfficeRequest, desk: ReturnDesk) -> None:
    sent = request.POST
    if sent.get("alasan") not in set(Back):
        raise bad_form()
    line = key_of(sent.get("baris"))
    if line not in {row.id for row in desk.lines}:
        raise Problem("not_found")
    back = NewReturn(
        key_of(sent.get("id")), line, number_of(sent.get("jumlah", "")), day_of(sent.get("tanggal")),
        Back(sent["alasan"]), key_of(sent["gudang"]) if sent.get("gudang") else None, sent.get("catatan", "")[:2000],
    )  # fmt: skip
    services.write_return(actor=request.actor, back=back)


def _lines(desk: ReturnDesk) -> Table:
    return Table(
        caption=_("Barang dalam BAST %(number)s") % {"number": desk.number},
        columns=(
            Column(_("Barang")),
            Column(_("Diserahkan"), "right"),
            Column(_("Kembali"), "right"),
            Column(_("Menunggu persetujuan"), "right"),
            Column(_("Pada penerima"), "right"),
        ),
        rows=tuple(
            (
                Cell(line.name, sub=", ".join(line.tags)),
                Cell(f"{fmt.number(line.quantity)} {line.unit}"),
                Cell(fmt.number(line.returned)),
                Cell(fmt.number(line.waiting)),
                Cell(fmt.number(line.quantity - line.returned)),
            )
            for line in desk.lines
        ),
    )
