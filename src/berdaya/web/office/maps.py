"""The tile map and its table."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.kernel import formats as fmt
from berdaya.process.overview.maps import MapFilter, MapPlace, MapView, map_of
from berdaya.web.components.charts import Place, TileMap, short_name, steps, tile_map
from berdaya.web.components.parts import Crumb
from berdaya.web.components.tables import Cell, Column, Control, Option, Table
from berdaya.web.office.lists import kept
from berdaya.web.session import OfficeRequest, office_page


def measures() -> dict[str, str]:
    """What the map can show."""
    return {
        "aktif": _("usaha aktif atau lemah"),
        "bagian-aktif": _("bagian usaha yang masih berjalan"),
        "usaha": _("semua usaha"),
        "berhenti": _("usaha tidak aktif"),
        "belum": _("usaha belum diketahui"),
    }


@office_page("business.read")
def map_page(request: OfficeRequest) -> HttpResponse:
    """Businesses by area: one tile each, the same figures as a table below."""
    filters = MapFilter.parse(request.GET)
    names = measures()
    measure = filters.measure if filters.measure in names else "aktif"
    view = map_of(actor=request.actor, filters=filters)
    path = reverse("office:map")
    crumbs = [Crumb(name, f"{path}?{filters.query(area=code)}") for code, name in view.trail]
    context = {
        "title": _("Peta: %(place)s") % {"place": view.name},
        "crumbs": (*crumbs, Crumb(view.name)) if crumbs else (),
        "chart": _chart(view, filters, measure),
        "table": _table(view, filters),
        "controls": (
            Control(
                "measure",
                _("Tampilkan"),
                "select",
                options=tuple(Option(code, text, code == measure) for code, text in names.items()),
            ),
            *kept(filters, "area", "programme"),
        ),
    }
    return render(request, "office/map.html", context)


def _link(place: MapPlace, filters: MapFilter) -> str:
    if place.deeper and place.businesses:
        return f"{reverse('office:map')}?{filters.query(area=place.dotted)}"
    return f"{reverse('office:businesses')}?area={place.dotted}"


def _text(value: float | None, measure: str) -> str:
    if value is None:
        return "–"
    return f"{fmt.number(value)}%" if measure == "bagian-aktif" else fmt.number(value)


def _chart(view: MapView, filters: MapFilter, measure: str) -> TileMap:
    places = [
        Place(
            place.code,
            place.name,
            short_name(place.name),
            place.value(measure),
            _text(place.value(measure), measure),
            _link(place, filters),
            place.lat,
            place.lon,
        )
        for place in view.places
    ]
    known = [place.value for place in places if place.value is not None]
    return tile_map(
        _finding(view, measure),
        places,
        as_of=view.as_of,
        text_of=[_text(bound, measure) for bound in steps(known)],
        note=_("Bagian dihitung bila ada lima usaha atau lebih.") if measure == "bagian-aktif" else "",
    )


def _finding(view: MapView, measure: str) -> str:
    """The title says what the map shows: where most of it is."""
    known = [(place.value(measure), place) for place in view.places if place.value(measure) is not None]
    name = measures()[measure]
    if not known:
        return _("Belum ada usaha di %(place)s") % {"place": view.name}
    value, top = max(known, key=lambda item: item[0] or 0)
    if measure == "bagian-aktif":
        return _("Tertinggi di %(place)s: %(value)s %(name)s") % {
            "place": top.name,
            "value": _text(value, measure),
            "name": name,
        }
    total = sum(figure or 0 for figure, _place in known)
    return _("%(total)s %(name)s; terbanyak di %(place)s (%(value)s)") % {
        "total": fmt.number(total),
        "name": name,
        "place": top.name,
        "value": _text(value, measure),
    }


def _table(view: MapView, filters: MapFilter) -> Table:
    rows = [
        (
            Cell(place.name, _link(place, filters) if place.businesses else ""),
            Cell(fmt.number(place.businesses)),
            Cell(fmt.number(place.active)),
            Cell(fmt.number(place.dormant)),
            Cell(fmt.number(place.unknown)),
        )
        for place in view.places
    ]
    columns = (
        Column(_("Wilayah")),
        Column(_("Usaha"), "right"),
        Column(_("Berjalan"), "right"),
        Column(_("Tidak aktif"), "right"),
        Column(_("Belum diketahui"), "right"),
    )
    foot = (
        Cell(_("Jumlah")),
        Cell(fmt.number(sum(place.businesses for place in view.places))),
        Cell(fmt.number(sum(place.active for place in view.places))),
        Cell(fmt.number(sum(place.dormant for place in view.places))),
        Cell(fmt.number(sum(place.unknown for place in view.places))),
    )
    return Table(caption=_("Angka yang sama dalam tabel"), columns=columns, rows=tuple(rows), foot=foot)
