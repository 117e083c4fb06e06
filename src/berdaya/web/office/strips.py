"""Bars in parts that several pages show."""

from __future__ import annotations

from django.utils.translation import gettext as _

from berdaya.kernel import formats as fmt
from berdaya.process.overview.enterprises import STATUSES
from berdaya.web.components.parts import status_badge
from berdaya.web.components.strips import Piece, Strip
from berdaya.web.session import way

STATUS_COLOURS = {"active": 2, "weak": 3, "dormant": 4, "holiday_only": 5, "unknown": 0}


def status_strip(now: dict[str, int], *, note: str = "", today: bool = True) -> Strip:
    """Businesses by state as one bar; each figure of ``today`` opens the list that it counts."""
    total = sum(now.values())
    active = now.get("active", 0)
    finding = _("%(share)s dari %(total)s usaha aktif") % {
        "share": fmt.percent(active, total),
        "total": fmt.number(total),
    }
    link = way("office:businesses") if today else ""
    pieces = tuple(
        Piece(
            status_badge(code).text,
            now.get(code, 0),
            fmt.number(now.get(code, 0)),
            STATUS_COLOURS[code],
            f"{link}?status={code}" if link else "",
        )
        for code in STATUSES
    )
    return Strip(finding if total else _("Belum ada usaha"), pieces, note)
