"""Words of alerts and of the tasks that they raise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from berdaya.enterprises.texts import day_text, rupiah
from berdaya.followup.types import Alert

ALERT_LABELS: Mapping[Alert, Promise] = {
    Alert.SALES_FALL: _("Omzet turun"),
    Alert.PRODUCTION_STOPPED: _("Produksi berhenti"),
    Alert.NOT_VISITED: _("Belum dikunjungi"),
    Alert.HOLIDAY_ONLY: _("Hanya musim hari raya"),
}
_TITLES: Mapping[Alert, Promise] = {
    Alert.SALES_FALL: _("%(name)s: omzet turun %(lost)s persen menjadi %(recent)s; bantu cari pembeli"),
    Alert.PRODUCTION_STOPPED: _("%(name)s berhenti berproduksi sejak %(since)s; ajak ke pasar atau acara setempat"),
    Alert.NOT_VISITED: _("%(name)s belum dikunjungi sejak %(since)s; pastikan pendamping datang"),
    Alert.HOLIDAY_ONLY: _("%(name)s hanya berproduksi di musim hari raya; undang ke acara wilayah"),
}


def task_title(alert: str, name: str, params: Mapping[str, Any]) -> str:
    """The task in one line, in the language of the page."""
    return str(_TITLES[Alert(alert)]) % {
        "name": name,
        "lost": params.get("lost_percent", ""),
        "recent": rupiah(params.get("recent_idr")),
        "since": day_text(params.get("since")),
    }


def stored_title(alert: str, name: str, params: Mapping[str, Any]) -> str:
    """The same line in Indonesian, as it is stored, cut to what the column takes."""
    with override("id"):
        return task_title(alert, name, params)[:240]
