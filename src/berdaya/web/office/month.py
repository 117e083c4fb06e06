"""The month on one sheet: what the head of an office reads in a minute and takes into a meeting on paper."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.areas.codes import format_code
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.process.overview.enterprises import month_starts
from berdaya.process.overview.month import BACK, MonthView, Pair, month_of
from berdaya.process.overview.month import month as month_view
from berdaya.web.components.charts import Spark, spark_bars
from berdaya.web.components.parts import Bar, Bars, Crumb, Figure, Trend
from berdaya.web.components.strips import Piece, Strip
from berdaya.web.components.tables import Cell, Column, Table
from berdaya.web.office.lives import parts_of
from berdaya.web.office.strips import status_strip
from berdaya.web.office.task_words import task_kind
from berdaya.web.session import OfficeRequest, office_page, way


@office_page("report.read")
def month(request: OfficeRequest) -> HttpResponse:
    """Five figures, four pictures, and what must be asked next; ``bulan=2026-10`` opens one of the last twelve."""
    view = month_view(actor=request.actor, first=month_of(request.GET.get("bulan", "")))
    context = {
        "view": view,
        "name": fmt.month(view.first),
        "figures": figures(view),
        "visits": visit_months(view),
        "visits_title": _visits_title(view),
        "statuses": status_strip(
            view.statuses,
            note=_("Bulan sebelumnya aktif: %(count)s.") % {"count": fmt.number(view.statuses_before.get("active", 0))},
            today=view.as_of == clock.today(),
        ),
        "rupiah": _rupiah(view),
        "late": _late(view),
        "places": _places(view),
        "months": [
            (f"{at:%Y-%m}", fmt.month(at), at == view.first) for at in reversed(month_starts(clock.today(), BACK))
        ],
        "crumbs": (Crumb(_("Beranda"), reverse("office:home")), Crumb(fmt.month(view.first))),
    }
    return render(request, "office/month.html", context)


def figures(view: MonthView) -> list[Figure]:
    """What was done in the month, each beside the month before."""
    day = fmt.day_short(view.as_of)
    seen = view.visited
    shown = [
        Figure(
            _("Usaha dikunjungi"),
            fmt.number(seen.now),
            compare=_("%(share)s dari %(total)s usaha; %(change)s")
            % {
                "share": fmt.percent(seen.now, view.businesses),
                "total": fmt.number(view.businesses),
                "change": _than(seen),
            },
            trend=_trend(seen),
            source=_("catatan kunjungan · %(day)s") % {"day": day},
        ),
        Figure(
            _("Omzet tercatat"),
            fmt.rupiah_short(view.turnover_idr.now),
            exact=fmt.rupiah(view.turnover_idr.now),
            compare=_("dari %(count)s usaha; bulan lalu %(amount)s")
            % {"count": fmt.number(view.reporting), "amount": fmt.rupiah_short(view.turnover_idr.before)},
            source=_("buku dana, kunjungan, pasar · %(day)s") % {"day": day},
        ),
        Figure(
            _("Tugas diselesaikan"),
            fmt.number(view.tasks_done.now),
            compare=_("%(raised)s muncul; %(change)s")
            % {"raised": fmt.number(view.tasks_raised), "change": _than(view.tasks_done)},
            source=_("daftar tugas · %(day)s") % {"day": day},
        ),
    ]
    if view.goods_idr is not None:
        shown.append(
            Figure(
                _("Barang diserahkan"),
                fmt.rupiah_short(view.goods_idr.now),
                exact=fmt.rupiah(view.goods_idr.now),
                compare=_("%(count)s BAST; bulan lalu %(amount)s")
                % {"count": fmt.number(view.handovers), "amount": fmt.rupiah_short(view.goods_idr.before)},
                source=_("BAST · %(day)s") % {"day": day},
            )
        )
    if view.complaints is not None:
        shown.append(
            Figure(
                _("Pengaduan masuk"),
                fmt.number(view.complaints.now),
                compare=_("%(closed)s selesai; %(change)s")
                % {"closed": fmt.number(view.complaints_closed), "change": _than(view.complaints)},
                source=_("buku pengaduan · %(day)s") % {"day": day},
            )
        )
    return shown


def _than(pair: Pair) -> str:
    return _("bulan lalu %(before)s") % {"before": fmt.number(pair.before)}


def _trend(pair: Pair) -> Trend:
    return "same" if pair.now == pair.before else "up" if pair.now > pair.before else "down"


def _visits_title(view: MonthView) -> str:
    best = max(view.visits, default=0)
    if not best:
        return _("Belum ada kunjungan dalam dua belas bulan")
    at = view.months[view.visits.index(best)]
    return _("%(now)s kunjungan pada bulan ini; terbanyak %(best)s pada %(month)s") % {
        "now": fmt.number(view.visits[-1]),
        "best": fmt.number(best),
        "month": fmt.month(at),
    }


def visit_months(view: MonthView) -> Spark:
    """Visits of twelve months as bars from zero."""
    titles = [f"{fmt.month(at)}: {fmt.number(count)}" for at, count in zip(view.months, view.visits, strict=True)]
    peak = _("tertinggi %(amount)s") % {"amount": fmt.number(max(view.visits, default=0))}
    return Spark(
        spark_bars(view.visits, titles), fmt.month(view.months[0]), fmt.month(view.months[-1]), "; ".join(titles), peak
    )


def _rupiah(view: MonthView) -> Strip | None:
    if view.rupiah is None or not view.rupiah.planned:
        return None
    title = _("%(share)s dari %(planned)s sudah di tangan penerima dan diakuinya") % {
        "share": fmt.percent(view.rupiah.confirmed, view.rupiah.planned),
        "planned": fmt.rupiah_short(view.rupiah.planned),
    }
    parts = parts_of(view.rupiah)
    pieces = tuple(Piece(part.name, part.amount, part.text, part.colour) for part in parts)
    return Strip(title, pieces, _("Keadaan %(on)s.") % {"on": fmt.day(clock.today())})


def _late(view: MonthView) -> Bars | None:
    if not view.late:
        return None
    most = max(pile.count for pile in view.late)
    title = _("%(count)s tugas lewat tenggat; terbanyak: %(kind)s") % {
        "count": fmt.number(view.late_count),
        "kind": task_kind(view.late[0].kind),
    }
    bars = tuple(
        Bar(
            task_kind(pile.kind),
            pile.count / most,
            _("%(count)s, sejak %(day)s") % {"count": fmt.number(pile.count), "day": fmt.day_short(pile.oldest)},
        )
        for pile in view.late[:6]
    )
    return Bars(title, bars, as_of=view.as_of)


def _places(view: MonthView) -> Table:
    link = way("office:businesses")
    rows = tuple(
        (
            Cell(place.name, f"{link}?area={format_code(place.dotted)}" if link else ""),
            Cell(fmt.number(place.businesses)),
            Cell(fmt.number(place.worry)),
            Cell(fmt.number(place.unknown)),
        )
        for place in view.places
    )
    return Table(
        caption=_("Wilayah yang paling perlu dilihat"),
        columns=(
            Column(_("Wilayah")),
            Column(_("Usaha"), "right"),
            Column(_("Lemah atau tidak aktif"), "right"),
            Column(_("Belum diketahui"), "right"),
        ),
        rows=rows,
        empty_title=_("Tidak ada yang mendesak"),
        empty_text=_("Semua usaha aktif dan sudah dikunjungi."),
    )
