"""Businesses: list and page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.enterprises.texts import reason_text
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.market.services import renew_consent, withdraw_consent
from berdaya.market.types import PermitKind
from berdaya.process.overview.enterprises import (
    STATUSES,
    BusinessFilter,
    BusinessRow,
    BusinessView,
    MonthFigure,
    StoryEvent,
    business_rows,
    businesses_queryset,
    month_starts,
)
from berdaya.process.overview.enterprises import business as business_of
from berdaya.process.overview.enterprises import businesses as businesses_of
from berdaya.process.overview.shops import Lack, shop_of
from berdaya.web.components.charts import Spark, spark_bars
from berdaya.web.components.parts import Crumb, Event, Fact, Figure, status_badge
from berdaya.web.components.tables import Cell, Control
from berdaya.web.office import words
from berdaya.web.office.acting import act, day_of, ids_of
from berdaya.web.office.lists import Col, Labels, chips_of, export_page, kept, list_table, may_export, select, text_col
from berdaya.web.session import OfficeRequest, office_page, way
from berdaya.web.shop.words import PERMITS


def _columns(today: date, *, spark: bool = True) -> list[Col[BusinessRow]]:
    columns: list[Col[BusinessRow]] = [
        Col(
            _("Usaha"),
            lambda row: Cell(
                row.name,
                reverse("office:business", args=[row.id]),
                sub=words.join((words.kind(row.kind), row.owner)),
                fake=row.synthetic,
            ),
            lambda row: row.name,
            sort="nama",
        ),
        Col(_("Keadaan"), lambda row: Cell(badge=status_badge(row.status)), lambda row: status_badge(row.status).text),
    ]
    if spark:
        columns.append(
            Col(
                _("Omzet 12 bulan"),
                lambda row: Cell(spark=spark_of(row.spark, today) if any(row.spark) else None),
                lambda row: sum(value or 0 for value in row.spark),
            )
        )
    return [
        *columns,
        Col(_("Kunjungan terakhir"), lambda row: Cell(fmt.day_short(row.last_visit)), lambda row: row.last_visit),
        text_col(_("Wilayah"), lambda row: row.place, sort="wilayah"),
        *([] if spark else [text_col(_("Program"), lambda row: row.programme)]),
    ]


def spark_of(values: tuple[int | None, ...], today: date) -> Spark:
    """The sparkline of the months that end today, with its words."""
    starts = month_starts(today, len(values))
    titles = [
        f"{fmt.month(start)}: {_('tanpa kunjungan') if value is None else fmt.rupiah(value)}"
        for start, value in zip(starts, values, strict=True)
    ]
    known = [value for value in values if value is not None]
    last = fmt.rupiah(known[-1]) if known else "–"
    label = _("Omzet per bulan, %(first)s sampai %(last)s; terakhir %(amount)s, tertinggi %(top)s") % {
        "first": fmt.month(starts[0]),
        "last": fmt.month(starts[-1]),
        "amount": last,
        "top": fmt.rupiah(max(known, default=None)),
    }
    peak = _("tertinggi %(amount)s") % {"amount": fmt.rupiah_short(max(known, default=None))}
    return Spark(spark_bars(values, titles), fmt.month(starts[0]), fmt.month(starts[-1]), label, peak)


@office_page("business.read")
def businesses(request: OfficeRequest) -> HttpResponse:
    """Businesses by state, kind, area and name."""
    filters = BusinessFilter.parse(request.GET)
    page = businesses_of(actor=request.actor, filters=filters)
    today = clock.today()
    labels: Labels = {
        "q": (_("Nama"), None),
        "area": (_("Wilayah"), None),
        "seen": (_("Dikunjungi"), lambda _days: _("30 hari terakhir")),
        "status": (_("Keadaan"), lambda code: status_badge(code).text if code in STATUSES else code),
        "kind": (_("Jenis"), words.kind),
        "programme": (_("Program"), None),
    }
    table = list_table(
        page,
        _columns(today),
        filters,
        caption=_("Usaha"),
        noun=_("usaha"),
        export=reverse("office:businesses-export") if may_export(request) else "",
        chips=chips_of(filters, labels),
    )
    context = {
        "title": _("Usaha"),
        "lead": _("Keadaan dihitung dari bukti bertanggal, tidak pernah diketik."),
        "crumbs": (),
        "controls": (
            Control("q", _("Nama usaha"), "search", filters.q, width=20),
            select("status", _("Keadaan"), filters.status, [(code, status_badge(code).text) for code in STATUSES]),
            select("kind", _("Jenis"), filters.kind, words.kinds()),
            Control("area", _("Kode wilayah"), value=filters.area, width=10, hint="36.01"),
            *kept(filters, "programme", "sort"),
        ),
        "table": table,
    }
    return render(request, "office/list.html", context)


@office_page("business.read")
def businesses_export(request: OfficeRequest) -> HttpResponse:
    """The same businesses as a workbook."""
    filters = BusinessFilter.parse(request.GET)
    return export_page(
        request,
        name="usaha",
        title=_("Usaha"),
        back=f"{reverse('office:businesses')}?{filters.query()}",
        queryset=businesses_queryset(actor=request.actor, filters=filters),
        rows_of=lambda rows: business_rows(rows, sparks=False),
        columns=_columns(clock.today(), spark=False),
    )


@office_page("business.read")
def business(request: OfficeRequest, enterprise_id: UUID) -> HttpResponse:
    """One business as a dated story; its shop is taken out of the public catalogue when its owner asks."""
    view = business_of(actor=request.actor, enterprise_id=enterprise_id)
    acted = act(
        request,
        {"turun": lambda: _withdraw(request, enterprise_id), "pasang": lambda: _renew(request, enterprise_id)},
        f"{reverse('office:business', args=[enterprise_id])}#toko",
        usual="turun",
    )
    if acted.answer:
        return acted.answer
    shop = shop_of(actor=request.actor, enterprise_id=enterprise_id)
    context = {
        "view": view,
        "may_see_tasks": bool(way("office:tasks")),
        "badge": status_badge(view.row.status),
        "kind": words.kind(view.row.kind),
        "why": _why(view.reason),
        "figures": _figures(view),
        "spark": spark_of(tuple(month.amount_idr for month in view.months), view.months[-1].month)
        if view.months
        else None,
        "finding": _finding(view.months),
        "events": [_event(event) for event in view.events],
        "facts": _facts(view),
        "assets": [(item, words.asset_state(item["state"])) for item in view.assets],
        "shop": shop,
        "products": [(item, [_lack(lack) for lack in item.lacks]) for item in shop.products],
        "permit_help": [(str(PERMITS[kind]), help_of(kind)) for kind in shop.lacks],
        "may_withdraw": shop.shown and can(request.actor, "market.manage"),
        "may_renew": bool(shop.withdrawn_on and shop.off) and can(request.actor, "market.manage"),
        "today": clock.today(),
        "problem_text": acted.text,
        "crumbs": (Crumb(_("Usaha"), reverse("office:businesses")), Crumb(view.row.name)),
    }
    return render(request, "office/business.html", context, status=acted.status)


def _renew(request: OfficeRequest, enterprise_id: UUID) -> str:
    count = renew_consent(
        actor=request.actor, enterprise_id=enterprise_id, products=ids_of(request, "produk"),
        place=bool(request.POST.get("desa")), on=day_of(request, "tanggal"), words=request.POST.get("kata", ""),
    )  # fmt: skip
    return _("Toko tampil lagi dengan %(n)s produk.") % {"n": fmt.number(count)}


def _withdraw(request: OfficeRequest, enterprise_id: UUID) -> str:
    count = withdraw_consent(
        actor=request.actor, enterprise_id=enterprise_id, reason=request.POST.get("alasan", "")[:200]
    )
    return _("Toko dan %(n)s produknya tidak tampil lagi di pasar umum.") % {"n": fmt.number(count)}


def _lack(lack: Lack) -> str:
    name = str(PERMITS[lack.kind])
    return f"{name} ({_('habis %(day)s') % {'day': fmt.day_short(lack.expired_on)}})" if lack.expired_on else name


def help_of(kind: PermitKind) -> str:
    """What the owner, helped by the mentor, does to get a permit."""
    return {
        PermitKind.NIB: _("Daftar gratis di oss.go.id dengan KTP dan nomor HP; NIB terbit hari itu juga."),
        PermitKind.PIRT: _("Setelah punya NIB, ajukan SPP-IRT di oss.go.id dan ikuti penyuluhan keamanan pangan."),
        PermitKind.HALAL: _("Ajukan di ptsp.halal.go.id lewat pernyataan pelaku usaha; tanyakan kuota gratisnya."),
    }[kind]


def _why(reason: Mapping[str, Any]) -> str:
    code = reason.get("reason")
    if not code:
        return _("Belum ada kunjungan yang tercatat.")
    return reason_text(str(code), reason.get("params") or reason)


def _finding(months: tuple[MonthFigure, ...]) -> str:
    """The title of the chart states what it shows."""
    known = [month for month in months if month.amount_idr is not None]
    if len(known) < 2:
        return _("Omzet per bulan")
    first, last = known[0], known[-1]
    before, now = first.amount_idr or 0, last.amount_idr or 0
    text = _("Omzet %(now)s pada %(last)s, %(before)s pada %(first)s")
    return text % {
        "before": fmt.rupiah_short(before),
        "now": fmt.rupiah_short(now),
        "first": fmt.month(first.month),
        "last": fmt.month(last.month),
    }


def _figures(view: BusinessView) -> list[Figure]:
    known = [month for month in view.months if month.amount_idr is not None]
    figures = []
    if known:
        figures.append(
            Figure(
                _("Omzet terakhir"),
                fmt.rupiah_short(known[-1].amount_idr),
                exact=fmt.rupiah(known[-1].amount_idr),
                source=fmt.month(known[-1].month),
            )
        )
    figures.append(
        Figure(
            _("Bulan teramati"),
            f"{len(known)}",
            unit=_("dari %(count)s") % {"count": len(view.months)},
            source=_("24 bulan terakhir"),
        )
    )
    if view.baseline_income_idr is not None or view.latest_income_idr is not None:
        figures.append(
            Figure(
                _("Penghasilan keluarga"),
                fmt.rupiah_short(view.latest_income_idr),
                exact=fmt.rupiah(view.latest_income_idr),
                compare=_("sebelum: %(amount)s") % {"amount": fmt.rupiah_short(view.baseline_income_idr)},
                source=_("sebulan, menurut kunjungan"),
            )
        )
    figures.append(
        Figure(_("Kunjungan terakhir"), fmt.day_short(view.row.last_visit), source=view.mentor or _("tanpa pendamping"))
    )
    return figures


def _facts(view: BusinessView) -> list[Fact]:
    owner = ""
    if view.group_id:
        owner = way("office:group", view.group_id)
    elif view.household_id:
        owner = way("office:family", view.household_id)
    facts = [
        Fact(_("Pemilik"), view.row.owner or "–", owner),
        Fact(_("Wilayah"), view.row.place),
        Fact(_("Mulai"), fmt.day(view.started_on)),
        Fact(_("Pendamping"), view.mentor or "–"),
    ]
    if view.programme_code:
        facts.append(Fact(_("Program"), view.row.programme, way("office:programme", view.programme_code)))
    return facts


def _event(event: StoryEvent) -> Event:
    data = event.data
    if event.kind == "visit":
        return _visit(event)
    if event.kind == "stall":
        text = _("Stan %(number)s, omzet %(amount)s, %(leads)s calon pembeli.") % {
            "number": data["number"],
            "amount": fmt.rupiah(data["turnover_idr"]),
            "leads": data["leads"],
        }
        return Event(event.on, data["name"], text, "document", way("office:exhibition", data["exhibition_id"]))
    titles = {
        "sale": _("Penjualan"),
        "book": _("Buku kas"),
        "meeting": _("Pertemuan"),
        "repayment": _("Angsuran"),
        "handover": _("Barang diterima"),
    }
    amount = data.get("amount_idr")
    method = event.method if event.method in {"asked", "seen", "document"} else ""
    return Event(event.on, titles.get(event.kind, event.kind), fmt.rupiah(amount) if amount else "", method)  # type: ignore[arg-type]


def _visit(event: StoryEvent) -> Event:
    data = event.data
    parts = []
    if data["production_days"] is not None:
        parts.append(_("%(days)s hari produksi") % {"days": data["production_days"]})
    if data["turnover_idr"] is not None:
        parts.append(_("omzet %(amount)s") % {"amount": fmt.rupiah(data["turnover_idr"])})
    found = ", ".join(parts)
    sentences = [f"{found[:1].upper()}{found[1:]}." if found else ""]
    if data["problem"]:
        sentences.append(_("Masalah: %(text)s.") % {"text": data["problem"].rstrip(".")})
    if data["advice"]:
        sentences.append(_("Saran: %(text)s.") % {"text": data["advice"].rstrip(".")})
    text = " ".join(sentence for sentence in sentences if sentence)
    method = event.method if event.method in {"asked", "seen", "document"} else ""
    return Event(event.on, _("Kunjungan"), text, method, by=data["mentor"])  # type: ignore[arg-type]
