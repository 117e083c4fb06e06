"""Words for statuses, reasons and evidence, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from berdaya.enterprises.rules.holidays import holiday_table
from berdaya.enterprises.types import Method, Reason, Status

STATUS_LABELS: Mapping[Status, Promise] = {
    Status.ACTIVE: _("aktif"),
    Status.WEAK: _("lemah"),
    Status.DORMANT: _("tidak aktif"),
    Status.HOLIDAY_ONLY: _("hanya musim hari raya"),
    Status.UNKNOWN: _("belum diketahui"),
}
METHOD_LABELS: Mapping[Method, Promise] = {
    Method.ASKED: _("ditanyakan"),
    Method.SEEN: _("dilihat"),
    Method.DOCUMENT: _("dari dokumen"),
}
_REASONS: Mapping[Reason, Promise] = {
    Reason.NOT_STARTED: _("Usaha baru dimulai %(started_on)s."),
    Reason.NEVER_VISITED: _("Belum pernah dikunjungi sejak mulai %(started_on)s; ini tugas kantor."),
    Reason.NOT_VISITED_SINCE: _("Kabar terakhir %(on)s; sejak itu belum dikunjungi lagi; ini tugas kantor."),
    Reason.NOT_ASKED_SINCE: _("Produksi terakhir tercatat %(on)s; sejak itu belum ada yang menanyakan."),
    Reason.PRODUCING: _("Berproduksi %(days)s, omzet %(turnover)s (%(method)s %(on)s)."),
    Reason.SELLING: _("Ada penjualan %(turnover)s pada %(on)s (%(method)s)."),
    Reason.STOPPED_RECENTLY: _("Produksi berhenti saat dikunjungi %(on)s (%(method)s); terakhir %(since)s."),
    Reason.FEW_DAYS: _("Hanya berproduksi %(days)s (%(method)s %(on)s)."),
    Reason.TURNOVER_FELL: _("Omzet rata-rata turun dari %(earlier)s menjadi %(recent)s sebulan (sampai %(on)s)."),
    Reason.NOT_YET_PRODUCING: _("Belum berproduksi sejak mulai %(since)s (%(method)s %(on)s)."),
    Reason.NO_PRODUCTION_SINCE: _("Tidak ada produksi atau penjualan sejak %(since)s (%(method)s %(on)s)."),
    Reason.NEVER_PRODUCED: _("Tidak pernah berproduksi sejak mulai %(since)s (%(method)s %(on)s)."),
    Reason.ONLY_AT_HOLIDAYS: _(
        "Dalam %(months)s bulan yang teramati hanya berproduksi di musim %(seasons)s; terakhir %(on)s."
    ),
}


def rupiah(amount: int | None) -> str:
    """`Rp1.250.000`, as offices write it; a dash where nothing is known."""
    return "–" if amount is None else f"Rp{amount:,}".replace(",", ".")


def day_text(day: date | str | None) -> str:
    """`21 November 2026`; ISO text is taken too."""
    if not day:
        return "–"
    return date_format(date.fromisoformat(day) if isinstance(day, str) else day, "j F Y")


def reason_text(reason: str, params: Mapping[str, Any]) -> str:
    """One sentence that says why a business has its status."""
    days = params.get("production_days")
    method = params.get("method")
    values = {
        "started_on": day_text(params.get("started_on")),
        "on": day_text(params.get("on")),
        "since": day_text(params.get("since")),
        "turnover": rupiah(params.get("turnover_idr")),
        "recent": rupiah(params.get("recent_idr")),
        "earlier": rupiah(params.get("earlier_idr")),
        "months": params.get("months", ""),
        "method": str(METHOD_LABELS[Method(method)]) if method else "",
        "days": "–" if days is None else ngettext("%(n)d hari", "%(n)d hari", days) % {"n": days},
        "seasons": _season_names(params.get("seasons", [])),
    }
    return str(_REASONS[Reason(reason)]) % values


def _season_names(seasons: list[str]) -> str:
    english = (get_language() or "id").startswith("en")
    names = {day.code: day.name_en if english else day.name_id for day in holiday_table().days}
    shown = dict.fromkeys(names.get(season.partition(":")[0], season) for season in seasons)
    return gettext(" dan ").join(shown)
