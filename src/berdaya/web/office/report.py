"""The report of a programme: the same figures as its PDF and its workbook."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.process.overview.steps import tells_steps
from berdaya.reports.narrative import workbook
from berdaya.reports.selectors import programme_figures
from berdaya.reports.types import Milestone, ProgrammeFigures
from berdaya.web.components.parts import Bar, Bars, Crumb, Figure, status_badge
from berdaya.web.components.tables import Cell, Column, Table
from berdaya.web.office.lists import XLSX
from berdaya.web.office.programmes import tabs
from berdaya.web.session import OfficeRequest, office_page

ORDER = ("active", "weak", "dormant", "holiday_only", "unknown")


@office_page("report.read")
def report(request: OfficeRequest, code: str) -> HttpResponse:
    """What was decided, what it cost, what became of it."""
    figures = programme_figures(actor=request.actor, code=code, as_of=clock.today())
    context = {
        "figures": _figures(figures),
        "name": figures.name,
        "code": code,
        "as_of": figures.as_of,
        "tabs": tabs(code, "report", steps=tells_steps(actor=request.actor, code=code)),
        "selection": _selection(figures),
        "money": _money(figures),
        "milestones": _milestones(figures),
        "alive": _alive(figures),
        "income": figures.income,
        "crumbs": (
            Crumb(_("Program"), reverse("office:programmes")),
            Crumb(figures.name, reverse("office:programme", args=[code])),
            Crumb(_("Laporan")),
        ),
    }
    return render(request, "office/report.html", context)


@office_page("report.read")
def report_workbook(request: OfficeRequest, code: str) -> HttpResponse:
    """The same figures as a workbook; it holds no person."""
    figures = programme_figures(actor=request.actor, code=code, as_of=clock.today())
    response = HttpResponse(workbook(figures), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="laporan-{code}.xlsx"'
    return response


def _figures(figures: ProgrammeFigures) -> list[Figure]:
    total = figures.businesses
    alive = figures.statuses.get("active", 0) + figures.statuses.get("weak", 0)
    day = fmt.day_short(figures.as_of)
    income = figures.income
    shown = [
        Figure(
            _("Terpilih"),
            fmt.number(figures.funnel.selected),
            compare=_("dari kuota %(quota)s") % {"quota": fmt.number(figures.funnel.quota)},
        ),
        *_paid(figures),
        Figure(
            _("Usaha berjalan"),
            fmt.percent(alive, total),
            compare=_("%(alive)s dari %(total)s") % {"alive": fmt.number(alive), "total": fmt.number(total)},
            source=day,
        ),
    ]
    if income.median_after_idr is not None:
        shown.append(
            Figure(
                _("Penghasilan, nilai tengah"),
                fmt.rupiah_short(income.median_after_idr),
                exact=fmt.rupiah(income.median_after_idr),
                compare=_("sebelum: %(amount)s") % {"amount": fmt.rupiah_short(income.median_before_idr)},
                source=_("%(pairs)s usaha punya kedua angka") % {"pairs": fmt.number(income.pairs)},
            )
        )
    return shown


def _paid(figures: ProgrammeFigures) -> list[Figure]:
    """Goods and capital, each where the programme gives it."""
    goods = Figure(
        _("Barang"),
        fmt.rupiah_short(figures.money.goods_value_idr),
        exact=fmt.rupiah(figures.money.goods_value_idr),
        compare=_("%(lines)s baris BAST") % {"lines": fmt.number(figures.handover_lines)},
    )
    capital = Figure(
        _("Modal bergulir"),
        fmt.rupiah_short(figures.money.capital_idr),
        exact=fmt.rupiah(figures.money.capital_idr),
        compare=_("%(funds)s dana, %(moves)s perpindahan")
        % {"funds": fmt.number(figures.funds), "moves": fmt.number(figures.transfers)},
    )
    return [goods] * bool(figures.handover_lines or not figures.funds) + [capital] * bool(figures.funds)


def _selection(figures: ProgrammeFigures) -> Table:
    funnel = figures.funnel
    rows = [
        (_("Baris kelompok dan anggota") if figures.unit == "group" else _("Baris daftar"), funnel.rows_in),
        (_("Baris ditolak"), sum(funnel.rows_refused.values())),
        (_("Ganda"), funnel.duplicates),
        (_("Dikecualikan"), sum(funnel.excluded.values())),
        (_("Tidak memenuhi syarat"), sum(funnel.ineligible.values())),
        (_("Memenuhi syarat"), funnel.eligible),
        (_("Terverifikasi"), funnel.verified),
        (_("Terpilih"), funnel.selected),
        (_("Daftar tunggu"), funnel.waiting),
    ]
    return Table(
        caption=_("Dari daftar sampai penetapan"),
        columns=(Column(_("Tahap")), Column(_("Jumlah"), "right")),
        rows=tuple((Cell(name), Cell(fmt.number(count))) for name, count in rows),
    )


def _money(figures: ProgrammeFigures) -> Table:
    sources = figures.money.by_source
    return Table(
        caption=_("Uang menurut sumber dana"),
        columns=(Column(_("Sumber")), Column(_("Kegiatan")), Column(_("Jumlah"), "right")),
        rows=tuple((Cell(source), Cell(activity), Cell(fmt.rupiah(amount))) for source, activity, amount in sources),
        foot=(Cell(_("Jumlah")), Cell(), Cell(fmt.rupiah(sum(amount for _s, _a, amount in sources)))),
        empty_title=_("Belum ada uang yang tercatat"),
        empty_text=_("Muncul setelah penyaluran pertama."),
    )


def _alive(figures: ProgrammeFigures) -> Bars | None:
    """Businesses still running at each milestone; the title says how it ended."""
    known = [item for item in figures.milestones if item.share_alive is not None]
    if not known:
        return None
    last = known[-1]
    title = _("%(share)s usaha masih berjalan pada bulan ke-%(months)s") % {
        "share": fmt.percent(last.share_alive),
        "months": last.months,
    }
    bars = tuple(
        Bar(
            _("bulan ke-%(months)s") % {"months": item.months},
            item.share_alive or 0.0,
            f"{fmt.percent(item.share_alive)} · {fmt.number(item.alive)}",
        )
        for item in known
    )
    return Bars(title, bars, _("Berjalan: aktif atau lemah. Yang belum diketahui dihitung sebagai tidak berjalan."))


def _milestones(figures: ProgrammeFigures) -> Table:
    names = [status_badge(code).text for code in ORDER]
    rows = [_milestone(item) for item in figures.milestones]
    return Table(
        caption=_("Usaha pada bulan ke-6, 12 dan 24"),
        columns=(
            Column(_("Bulan")),
            *(Column(name, "right") for name in names),
            Column(_("Masih berjalan"), "right"),
        ),
        rows=tuple(rows),
        empty_title=_("Belum sampai bulan ke-6"),
        empty_text=_("Keadaan usaha dihitung pada bulan ke-6, 12 dan 24."),
    )


def _milestone(item: Milestone) -> tuple[Cell, ...]:
    return (
        Cell(_("bulan ke-%(months)s") % {"months": item.months}),
        *(Cell(fmt.number(item.statuses.get(code, 0))) for code in ORDER),
        Cell(fmt.percent(item.alive, item.businesses)),
    )
