"""The office's funds together: portfolio at risk, capital that lies idle, groups that stopped meeting."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from berdaya.funds.portfolio import FundRisk, Portfolio, portfolio_at_risk
from berdaya.funds.rules import BUCKETS
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.web.components.parts import Badge, Bar, Bars, Figure
from berdaya.web.components.tables import Cell, Column, Table
from berdaya.web.office.funds import kind_name
from berdaya.web.session import OfficeRequest, office_page, way

FIRST_ROWS = 8


@office_page("group.read")
def funds(request: OfficeRequest) -> HttpResponse:
    """Portfolio at risk, idle capital, groups that stopped meeting, and every fund."""
    view = portfolio_at_risk(actor=request.actor, as_of=clock.today())
    whole = request.GET.get("semua", "")
    parts = (
        ("terlambat", _("Terlambat kembali"), "", view.late, _late_cells,
         (_("Menunggak"), _("Lewat 30 hari"), _("Terlama"))),
        ("diam", _("Modal yang diam"),
         _("Separuh modal atau lebih ada di kas, dan tidak ada giliran baru selama 60 hari."), view.idle, _idle_cells,
         (_("Kas"), _("Modal"), _("Giliran terakhir"))),
        ("berhenti", _("Berhenti bertemu"), _("Tidak ada pertemuan dan tidak ada pembayaran anggota selama 60 hari."),
         view.stopped, _stopped_cells, (_("Dipinjam"), _("Kas"), _("Catatan terakhir"))),
        ("dana", _("Semua dana"), "", view.funds, _fund_cells, (_("Kas"), _("Dipinjam"), _("Bertemu"))),
    )  # fmt: skip
    context = {
        "view": view,
        "figures": _portfolio_figures(view),
        "picture": _ageing(view),
        "parts": [
            {
                "code": code,
                "note": note,
                "table": _risk_table(name, rows if whole == code else rows[:FIRST_ROWS], cells, heads, len(rows)),
                "more": f"?semua={code}#{code}" if len(rows) > FIRST_ROWS and whole != code else "",
                "count": len(rows),
            }
            for code, name, note, rows, cells, heads in parts
            if rows
        ],
        "crumbs": (),
    }
    return render(request, "office/funds.html", context)


def _portfolio_figures(view: Portfolio) -> list[Figure]:
    names = (_("Berisiko, lewat 1 hari"), _("Berisiko, lewat 30 hari"), _("Berisiko, lewat 90 hari"))
    return [
        Figure(
            _("Sedang bergulir"),
            fmt.rupiah_short(view.open_idr),
            exact=fmt.rupiah(view.open_idr),
            source=_("%(count)s dana") % {"count": fmt.number(len(view.funds))},
        ),
        *(
            Figure(name, fmt.percent(share, decimals=1), exact=fmt.rupiah(amount), source=fmt.rupiah_short(amount))
            for name, share, amount in zip(names, view.par, view.at_risk, strict=True)
        ),
        Figure(
            _("Modal menganggur"),
            fmt.rupiah_short(view.idle_idr),
            exact=fmt.rupiah(view.idle_idr),
            source=_("%(count)s kelompok") % {"count": fmt.number(len(view.idle))},
        ),
    ]


def _ageing(view: Portfolio) -> Bars:
    names = {
        "current": _("lancar"),
        "1-30": _("1 sampai 30 hari"),
        "31-60": _("31 sampai 60 hari"),
        "61-90": _("61 sampai 90 hari"),
        "over-90": _("lebih dari 90 hari"),
    }
    bars = tuple(
        Bar(names[name], view.buckets[name] / view.open_idr if view.open_idr else 0.0, fmt.rupiah(view.buckets[name]))
        for name, _limit in BUCKETS
    )
    title = _("%(share)s dari uang yang bergulir menunggak lewat 30 hari") % {"share": fmt.percent(view.par[1])}
    return Bars(title, bars, note=_("Seluruh sisa utang sebuah giliran dihitung menurut tunggakan terlamanya."))


def _risk_table(
    caption: str,
    rows: tuple[FundRisk, ...],
    cells: Callable[[FundRisk], tuple[Cell, ...]],
    heads: tuple[str, ...],
    count: int,
) -> Table:
    return Table(
        caption=caption,
        columns=(Column(_("Kelompok")), *(Column(head, "right") for head in heads)),
        rows=tuple(
            (Cell(row.group_name, way("office:fund", row.fund), kind_name(row.kind)), *cells(row)) for row in rows
        ),
        count_text=_("%(shown)s dari %(all)s") % {"shown": fmt.number(len(rows)), "all": fmt.number(count)},
    )


def _late_cells(row: FundRisk) -> tuple[Cell, ...]:
    tone = "bad" if row.at_risk[2] else "warn"
    days = _("%(days)s hari") % {"days": fmt.number(row.days_late)}
    return (
        Cell(fmt.rupiah(row.at_risk[0])),
        Cell(fmt.rupiah(row.at_risk[1]) if row.at_risk[1] else ""),
        Cell(badge=Badge(days, tone, "ring" if tone == "bad" else "half")),  # type: ignore[arg-type]
    )


def _idle_cells(row: FundRisk) -> tuple[Cell, ...]:
    last = fmt.day_short(row.last_turn_on) if row.last_turn_on else _("belum pernah")
    return Cell(fmt.rupiah(row.cash_idr)), Cell(fmt.rupiah(row.capital_idr)), Cell(last)


def _fund_cells(row: FundRisk) -> tuple[Cell, ...]:
    last = fmt.day_short(row.last_met_on) if row.last_met_on else _("belum pernah")
    return Cell(fmt.rupiah(row.cash_idr)), Cell(fmt.rupiah(row.lent_idr) if row.lent_idr else ""), Cell(last)


def _stopped_cells(row: FundRisk) -> tuple[Cell, ...]:
    last = fmt.day_short(row.last_met_on) if row.last_met_on else _("belum pernah")
    return Cell(fmt.rupiah(row.lent_idr)), Cell(fmt.rupiah(row.cash_idr)), Cell(last)
