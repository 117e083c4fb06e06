"""Each chart of an office page as a sheet: what it draws, as rows. The page that draws it also answers its workbook.

The same view runs with the same filter and the same eyes; a chart that a reader does not see has no address.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext as _

from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.web.components.charts import Spark, TileMap
from berdaya.web.components.parts import Bars, Funnel
from berdaya.web.components.strips import Strip

ASKED = "bagan"
"""Name in the address: the number of the chart on its page, from 1."""
Chart = Bars | Funnel | Spark | Strip | TileMap
_WRITTEN = r"\d{1,3}([.,]\d{3})+([.,]\d{1,2})?|\d+([.,]\d{1,2})?"
_FIGURE = re.compile(rf"(?P<minus>[-−])?(Rp)?(?P<figure>{_WRITTEN})(?![\d.,]*\d)")
_SCALE = re.compile(r"\s(ribu|juta|miliar|triliun|thousand|million|billion|trillion)\b")


@dataclass(frozen=True)
class ChartSheet:
    """Title, as-of date, heads and rows of one chart; ``note`` is what stands under it."""

    title: str
    as_of: date
    heads: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    note: str = ""


def offered(request: HttpRequest | None, chart: Chart) -> str:
    """Address of the chart's workbook on the page that is being drawn; nothing where the page offers none."""
    drawn: list[ChartSheet] | None = getattr(request, "charts", None)
    if request is None or drawn is None:
        return ""
    drawn.append(sheet_of(chart))
    query = request.GET.copy()
    query[ASKED] = str(len(drawn))
    return f"?{query.urlencode()}"


def sheet_of(chart: Chart) -> ChartSheet:
    """What a chart draws, as rows of a sheet."""
    match chart:
        case Funnel():
            heads = (_("Tahap"), _("Jumlah"), _("Alasan"))
            return ChartSheet(chart.title, chart.as_of, heads, _stages(chart), chart.note)
        case Bars():
            rows = [(bar.name, bar.text) for bar in chart.bars]
            return ChartSheet(chart.title, chart.as_of or clock.today(), _heads(), _told(rows), chart.note)
        case Strip():
            rows = [(piece.name, piece.text) for piece in chart.pieces]
            return ChartSheet(chart.title, clock.today(), _heads(), _told(rows), chart.note)
        case TileMap():
            rows = [(tile.place.name, tile.place.text) for tile in chart.tiles]
            return ChartSheet(chart.title, chart.as_of, _heads(), _told(rows), chart.note)
    rows = [(name, text) for name, _colon, text in (bar.title.partition(": ") for bar in chart.bars)]
    return ChartSheet(f"{chart.first} – {chart.last}", clock.today(), _heads(), _told(rows))


def _heads() -> tuple[str, ...]:
    return (_("Nama"), _("Angka"), _("Tertulis"))


def _stages(chart: Funnel) -> tuple[tuple[object, ...], ...]:
    rows: list[tuple[object, ...]] = []
    for stage in chart.stages:
        rows.append((stage.name, stage.count, ""))
        rows += [("", -drop.count, drop.reason) for drop in stage.drops]
    return tuple(rows)


def _told(rows: Sequence[tuple[str, str]]) -> tuple[tuple[object, ...], ...]:
    """Name, the figure as a number where the text begins with one, and the text as the page tells it."""
    return tuple((name, number_in(text), text) for name, text in rows)


def number_in(text: str) -> int | float | None:
    """The figure a text begins with, as the page's language writes figures; a short form (``Rp2,5 juta``) is none."""
    found = _FIGURE.match(text.strip())
    if found is None or _SCALE.match(text.strip()[found.end() :]):
        return None
    thousands, point = (",", ".") if fmt.language() == "en" else (".", ",")
    plain = found["figure"].replace(thousands, "").replace(point, ".")
    value = float(plain) if "." in plain else int(plain)
    return -value if found["minus"] else value
