"""Packages, purchases, deliveries and what lies in the stores: one list, one purchase, one package form."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.enterprises.catalogue import catalogue
from berdaya.grants import procured, services
from berdaya.grants.selectors import packages as packages_of
from berdaya.grants.stock import (
    Method,
    NewLot,
    NewPurchase,
    NewSupplier,
    PurchaseInfo,
    PurchaseLineInfo,
    StockRow,
    WantedLine,
)
from berdaya.grants.types import PackageInfo, PackageLine
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.process.by_hand import of_office
from berdaya.process.overview.goods import programme_id, programmes_of_office
from berdaya.web.components.parts import Badge, Crumb, Figure
from berdaya.web.components.tables import Cell, Column, Table
from berdaya.web.office.budgets import budget_table
from berdaya.web.office.goods_words import goods_tabs, method
from berdaya.web.office.sent import (
    BUDGET_ROWS,
    bad_form,
    budget_rows,
    day_of,
    key_of,
    number_of,
    picture_of,
    told,
    tried,
    words_of,
)
from berdaya.web.session import OfficeRequest, office_page


@office_page("family.read")
def purchases(request: OfficeRequest) -> HttpResponse:
    """Purchases, stores, stock; the form of a new purchase of one programme."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                made = _buy(request)
        except Problem as raised:
            problem = raised
        else:
            messages.success(request, _("Pengadaan dicatat; menunggu persetujuan orang kedua."))
            return HttpResponseRedirect(reverse("office:purchase", args=[made]))
    actor = request.actor
    may = can(actor, "procurement.manage")
    code = request.POST.get("program") or request.GET.get("program", "")
    items = procured.items(actor=actor, programme_id=of_office(actor=actor, code=code)) if may and code else []
    found = procured.purchases(actor=actor)
    context = {
        "tabs": goods_tabs(request, "office:purchases"),
        "figures": _figures(found),
        "table": _purchases_table(found),
        "stocks": _stock_tables(request),
        "may_buy": may,
        "programmes": programmes_of_office(actor=actor) if may else (),
        "code": code,
        "items": items,
        "suppliers": procured.suppliers(actor=actor) if may else (),
        "methods": [(one.value, method(one.value)) for one in Method],
        "today": clock.today(),
        "id": request.POST.get("id") or new_id(),
        "sent": request.POST,
        **told(problem),
    }
    return render(request, "office/purchases.html", context, status=problem.status if problem else 200)


def _buy(request: OfficeRequest) -> UUID:
    sent, actor = request.POST, request.actor
    programme = of_office(actor=actor, code=sent.get("program", ""))
    lines = []
    for item, _name, _unit, _ceiling in procured.items(actor=actor, programme_id=programme):
        quantity = sent.get(f"jumlah-{item}", "").strip()
        if quantity:
            lines.append(WantedLine(item, number_of(quantity), number_of(sent.get(f"harga-{item}", ""))))
    name = sent.get("penyedia", "").strip()
    if not (name and sent.get("nomor", "").strip() and lines):
        raise bad_form()
    supplier = services.register_supplier(actor=actor, supplier=NewSupplier(new_id(), name[:160]))
    how = Method(sent["cara"]) if sent.get("cara") in set(Method) else Method.DIRECT
    purchase = NewPurchase(
        key_of(sent.get("id")), supplier, how, sent["nomor"].strip()[:80], day_of(sent.get("tanggal", "")), tuple(lines)
    )
    return services.record_purchase(actor=actor, programme_id=programme, purchase=purchase)


def _figures(found: list[PurchaseInfo]) -> list[Figure]:
    agreed = [one for one in found if one.checked_by]
    value = sum(one.value_idr for one in agreed)
    arrived = sum(line.delivered * line.unit_price_idr for one in agreed for line in one.lines)
    saved = sum((line.ceiling_idr - line.unit_price_idr) * line.quantity for one in agreed for line in one.lines)
    waiting = len(found) - len(agreed)
    return [
        Figure(_("Dibeli"), fmt.rupiah_short(value), exact=fmt.rupiah(value)),
        Figure(_("Sudah datang"), fmt.rupiah_short(arrived), source=fmt.percent(arrived, value)),
        Figure(_("Hemat dari harga tertinggi"), fmt.rupiah_short(saved), source=fmt.percent(saved, value + saved)),
        Figure(_("Menunggu persetujuan"), fmt.number(waiting), unit=_("pengadaan")),
    ]


def _purchases_table(found: list[PurchaseInfo]) -> Table:
    return Table(
        caption=_("Pengadaan"),
        columns=(
            Column(_("Nomor")),
            Column(_("Penyedia")),
            Column(_("Tanggal")),
            Column(_("Nilai"), "right"),
            Column(_("Datang"), "right"),
            Column(_("Keadaan")),
        ),
        rows=tuple(
            (
                Cell(one.number, reverse("office:purchase", args=[one.id]), method(one.method.value)),
                Cell(one.supplier),
                Cell(fmt.day_short(one.signed_on)),
                Cell(fmt.rupiah(one.value_idr)),
                Cell(fmt.percent(sum(line.delivered * line.unit_price_idr for line in one.lines), one.value_idr)),
                Cell(badge=_state(one)),
            )
            for one in found
        ),
        empty_title=_("Belum ada pengadaan"),
        empty_text=_("Pilih program di bawah untuk mencatat pembelian barang dari paketnya."),
    )


def _state(one: PurchaseInfo) -> Badge:
    if one.checked_by is None:
        return Badge(_("menunggu persetujuan"), "warn", "half")
    if all(line.outstanding == 0 for line in one.lines):
        return Badge(_("lengkap"), "good", "tick")
    return Badge(_("masih ditunggu"), "none", "ring")


def _stock_tables(request: OfficeRequest) -> list[Table]:
    """A table a store, with its worth as foot; one empty table where nothing is stored."""
    rows = procured.stock_rows(actor=request.actor)
    return [
        _stock_table(store, [row for row in rows if row.store == store])
        for store in dict.fromkeys(row.store for row in rows)
    ] or [_stock_table(_("Isi tempat simpan"), ())]


def _stock_table(caption: str, rows: Sequence[StockRow]) -> Table:
    return Table(
        caption=caption,
        columns=(Column(_("Barang")), Column(_("Jumlah"), "right"), Column(_("Nilai"), "right")),
        rows=tuple(
            (Cell(row.item), Cell(f"{fmt.number(row.quantity)} {row.unit}"), Cell(fmt.rupiah(row.value_idr)))
            for row in rows
        ),
        foot=(Cell(_("Jumlah")), Cell(), Cell(fmt.rupiah(sum(row.value_idr for row in rows)))) if rows else (),
        empty_title=_("Tempat simpan kosong"),
        empty_text=_("Kiriman yang datang dicatat pada halaman pengadaannya."),
    )


@office_page("family.read")
def purchase(request: OfficeRequest, purchase_id: UUID) -> HttpResponse:
    """One purchase: agree to it as the second person, take in what is delivered."""
    info = procured.purchase(actor=request.actor, purchase_id=purchase_id)
    problem: Problem | None = None
    if request.method == "POST":
        problem = tried(request, partial(_decide_purchase, request, info))
        if problem is None:
            return HttpResponseRedirect(reverse("office:purchase", args=[info.id]))
    context = {
        "crumbs": (Crumb(_("Pengadaan"), reverse("office:purchases")), Crumb(info.number)),
        "info": info,
        "state": _state(info),
        "method": method(info.method.value),
        "table": _lines_table(info),
        "lots": [(line, lot) for line in info.lines for lot in line.lots],
        "may_agree": can(request.actor, "procurement.approve") and info.checked_by is None,
        "may_receive": can(request.actor, "procurement.manage") and info.checked_by is not None,
        "waiting": [line for line in info.lines if line.outstanding],
        "stores": procured.stores(actor=request.actor),
        "today": clock.today(),
        "id": request.POST.get("id") or new_id(),
        "sent": request.POST,
        "tags": request.POST.get("nomor-seri", ""),
        **told(problem),
    }
    return render(request, "office/purchase.html", context, status=problem.status if problem else 200)


def _decide_purchase(request: OfficeRequest, info: PurchaseInfo) -> str:
    if request.POST.get("tindakan") == "setuju":
        services.agree_purchase(actor=request.actor, purchase_id=info.id)
        return _("Pengadaan disetujui; kirimannya boleh diterima.")
    _receive(request, request.POST)
    return _("Kiriman dicatat dan masuk tempat simpan.")


def _receive(request: OfficeRequest, sent: QueryDict) -> None:
    actor = request.actor
    if sent.get("gudang"):
        store = key_of(sent.get("gudang"))
    elif name := sent.get("gudang-baru", "").strip()[:120]:
        store = services.open_store(actor=actor, store_id=new_id(), name=name, area=actor.lo)
    else:
        raise bad_form()
    photo = picture_of(request, actor, "procurement.manage", "foto", purpose="lot", area=actor.lo)
    lot = NewLot(
        id=key_of(sent.get("id")),
        purchase_line=key_of(sent.get("baris")),
        store=store,
        delivered_on=day_of(sent.get("tanggal", "")),
        quantity=number_of(sent.get("jumlah", "")),
        received_by=sent.get("penerima", "")[:120],
        number=sent.get("surat-jalan", "")[:80],
        batch=sent.get("batch", "")[:60],
        tags=words_of(sent.get("nomor-seri")),
        photo=photo,
    )
    services.receive_lots_many(actor=actor, lots=[lot])


def _lines_table(info: PurchaseInfo) -> Table:
    def row(line: PurchaseLineInfo) -> tuple[Cell, ...]:
        ceiling = _("tertinggi %(price)s") % {"price": fmt.rupiah(line.ceiling_idr)}
        handed = sum(lot.handed for lot in line.lots)
        kept = sum(lot.in_store for lot in line.lots)
        gone = sum(lot.lost + lot.returned for lot in line.lots)
        return (
            Cell(line.name, sub=line.specification),
            Cell(f"{fmt.number(line.quantity)} {line.unit}"),
            Cell(fmt.rupiah(line.unit_price_idr), sub=ceiling),
            Cell(fmt.number(line.outstanding)),
            Cell(fmt.number(line.delivered)),
            Cell(fmt.number(handed)),
            Cell(fmt.number(kept)),
            Cell(fmt.number(gone)),
        )

    return Table(
        caption=_("Dibeli = datang + ditunggu; datang = diserahkan + disimpan + hilang atau kembali"),
        columns=(
            Column(_("Barang")),
            Column(_("Dibeli"), "right"),
            Column(_("Harga satuan"), "right"),
            Column(_("Ditunggu"), "right"),
            Column(_("Datang"), "right"),
            Column(_("Diserahkan"), "right"),
            Column(_("Disimpan"), "right"),
            Column(_("Hilang/kembali"), "right"),
        ),
        rows=tuple(row(line) for line in info.lines),
    )


@office_page("programme.read")
def packages(request: OfficeRequest, code: str) -> HttpResponse:
    """Packages of a programme, and the form of a new one."""
    programme = programme_id(actor=request.actor, code=code)
    problem: Problem | None = None
    if request.method == "POST":
        try:
            of_office(actor=request.actor, code=code)
            services.define_packages_many(actor=request.actor, programme_id=programme, lines=_package(request.POST))
        except Problem as raised:
            problem = raised
        else:
            messages.success(request, _("Paket disimpan."))
            return HttpResponseRedirect(reverse("office:packages", args=[code]))
    context = {
        "crumbs": (Crumb(_("Program"), reverse("office:programme", args=[code])), Crumb(_("Paket"))),
        "tables": [_package_table(one) for one in packages_of(actor=request.actor, programme_id=programme)],
        "may_define": can(request.actor, "package.manage"),
        "kinds": sorted(((key, kind.name()) for key, kind in catalogue().kinds.items()), key=lambda pair: pair[1]),
        "rows": BUDGET_ROWS,
        "code": code,
        "sent": request.POST,
        **told(problem),
    }
    return render(request, "office/packages.html", context, status=problem.status if problem else 200)


def _package(sent: QueryDict) -> list[PackageLine]:
    code, kind = sent.get("kode", "").strip()[:40], sent.get("jenis", "")
    lines = budget_rows(sent, code=code, kind=kind[:40])
    if not (code and lines):
        raise bad_form()
    return lines


def _package_table(one: PackageInfo) -> Table:
    kind = catalogue().kinds.get(one.kind)
    caption = f"{one.code} · {kind.name() if kind else _('semua jenis usaha')}"
    return budget_table(caption, one.items, price=_("Harga tertinggi"))
