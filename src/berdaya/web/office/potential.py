"""What the villages have: map, warnings, list, one row typed, many from Excel."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from berdaya.areas.codes import InvalidAreaCodeError, format_code, parse_code
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import Problem
from berdaya.process.overview.resources import (
    MapCell,
    ResourceFilter,
    ResourceRow,
    ResourcesView,
    resource_rows,
    resources_queryset,
    resources_view,
)
from berdaya.training import services
from berdaya.training.shipped import Part
from berdaya.training.values import NewResource
from berdaya.web.components.charts import Place, TileMap, short_name, steps, tile_map
from berdaya.web.components.parts import Badge, Crumb, Figure, Tab
from berdaya.web.components.tables import Cell, Column, Control, Option, Table
from berdaya.web.office import words
from berdaya.web.office.acting import Acted, act
from berdaya.web.office.lists import Col, Labels, chips_of, export_page, kept, list_table, may_export, select, text_col
from berdaya.web.session import OfficeRequest, office_page, way


def tabs(current: str) -> tuple[Tab, ...]:
    """Pages of what people and places bring along; only those that open for the role."""
    named = (
        ("office:resources", _("Sumber daya desa")), ("office:catalogue", _("Katalog usaha")),
        ("office:assessments", _("Asesmen keluarga")), ("office:instruments", _("Instrumen")),
    )  # fmt: skip
    return tuple(Tab(text, way(route), route == current) for route, text in named if way(route))


def strength(level: int) -> str:
    """The word of a strength."""
    return (_("tidak ada"), _("sedikit"), _("cukup"), _("banyak"))[max(0, min(3, level))]


def _strength_badge(level: int) -> Badge:
    tone = ("none", "info", "warn", "good")[level]
    return Badge(f"{level} · {strength(level)}", tone, ("ring", "ring", "half", "full")[level])  # type: ignore[arg-type]


class ResourceForm(forms.Form):
    """One resource of one village."""

    area = forms.CharField(label=gettext_lazy("Desa atau kelurahan"), max_length=16)
    resource = forms.ChoiceField(label=gettext_lazy("Sumber daya"))
    strength = forms.TypedChoiceField(label=gettext_lazy("Kekuatan"), coerce=int)
    source = forms.CharField(
        label=gettext_lazy("Sumber keterangan"), max_length=120,
        help_text=gettext_lazy("Profil desa, musyawarah, pengamatan petugas, atau lainnya."),
    )  # fmt: skip
    as_of = forms.DateField(
        label=gettext_lazy("Keadaan pada tanggal"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, view: ResourcesView, **more: Any) -> None:
        super().__init__(*args, **more)
        if view.villages:
            first = [("", _("Pilih desa"))] if len(view.villages) > 1 else []
            self.fields["area"] = forms.ChoiceField(label=_("Desa atau kelurahan"), choices=[*first, *view.villages])
        else:
            self.fields["area"].help_text = _("Kode wilayah, misalnya 35.12.04.2003.")
        offered = view.listed.offered(Part.RESOURCE).values()
        named = sorted(((item.code, item.name(fmt.language())) for item in offered), key=lambda pair: pair[1])
        self.fields["resource"].choices = [("", _("Pilih sumber daya")), *named]  # type: ignore[attr-defined]
        levels = [(n, f"{n} · {strength(n)}") for n in (3, 2, 1, 0)]
        self.fields["strength"].choices = levels  # type: ignore[attr-defined]
        self.order_fields(["area", "resource", "strength", "source", "as_of"])

    def row(self) -> NewResource:
        """The row of the form. Raises `invalid_form`."""
        if not self.is_valid():
            name, errors = next(iter(self.errors.items()))
            raise Problem("invalid_form", detail=f"{self.fields[name].label}: {errors[0]}")
        facts = self.cleaned_data
        try:
            area = parse_code(facts["area"])
        except InvalidAreaCodeError as error:
            raise Problem("invalid_form", detail=_("Desa atau kelurahan")) from error
        return NewResource(area, facts["resource"], facts["strength"], facts["source"], facts["as_of"])


IDLE_SHOWN = 10


@office_page("programme.read")
def resources(request: OfficeRequest) -> HttpResponse:
    """The villages' resources; on POST one row of the village that the role writes for."""
    filters = ResourceFilter.parse(request.GET)
    view = resources_view(actor=request.actor, filters=filters)
    posted = request.POST if request.method == "POST" else None
    first = {"as_of": clock.today(), "strength": 2, "resource": filters.resource}
    form = ResourceForm(posted, view=view, initial=first) if view.may_record or posted else None
    acted = Acted()
    if form is not None:
        acted = act(request, {"catat": lambda: _record(request, form)}, request.get_full_path())
    if acted.answer:
        return acted.answer
    context = {
        "title": _("Sumber daya desa"),
        "tabs": tabs("office:resources"),
        "problem_text": acted.text,
        "figures": _figures(view),
        "controls": _controls(view, filters),
        "chart": _chart(view, filters) if len(view.cells) > 1 else None,
        "idle": _idle(view),
        "table": list_table(
            view.page, _columns(view), filters, caption=_("Sumber daya desa"), noun=_("catatan"),
            export=reverse("office:resources-export") if may_export(request) else "",
            chips=chips_of(filters, _labels()),
            empty=(_("Belum ada sumber daya yang tercatat"),
                   _("Catat satu per satu di bawah, atau unggah lembar Excel dari profil desa.")),
        ),
        "form": form if view.may_record else None,
        "may_import": view.may_import,
        "template": way("office:import-template", "resources"),
        "crumbs": _crumbs(view, filters),
    }  # fmt: skip
    return render(request, "office/resources.html", context, status=acted.status)


def _record(request: OfficeRequest, form: ResourceForm) -> str:
    row = form.row()
    services.record_resources_many(actor=request.actor, rows=[row])
    return _("Tercatat: %(resource)s, %(strength)s.") % {
        "resource": words.resource(row.resource), "strength": strength(row.strength),
    }  # fmt: skip


@office_page("programme.read")
def resources_export(request: OfficeRequest) -> HttpResponse:
    """The same rows as a workbook that can be imported again."""
    filters = ResourceFilter.parse(request.GET)
    columns: list[Col[ResourceRow]] = [
        text_col("Kode Wilayah", lambda row: format_code(row.area)), text_col("Sumber Daya", lambda row: row.resource),
        Col("Kekuatan", lambda row: Cell(str(row.strength)), lambda row: row.strength),
        text_col("Sumber", lambda row: row.source),
        Col("Tanggal", lambda row: Cell(str(row.as_of)), lambda row: row.as_of),
        text_col(_("Desa"), lambda row: row.place), text_col(_("Nama"), lambda row: words.resource(row.resource)),
    ]  # fmt: skip
    return export_page(
        request, name="sumber-daya-desa", title=_("Sumber daya desa"),
        back=f"{reverse('office:resources')}?{filters.query()}",
        queryset=resources_queryset(actor=request.actor, filters=filters), rows_of=resource_rows, columns=columns,
    )  # fmt: skip


def _labels() -> Labels:
    return {
        "q": (_("Sumber"), None), "area": (_("Wilayah"), None), "resource": (_("Sumber daya"), words.resource),
        "strength": (_("Paling sedikit"), lambda n: strength(int(n)) if n.isdecimal() else n),
    }  # fmt: skip


def _controls(view: ResourcesView, filters: ResourceFilter) -> tuple[Control, ...]:
    named = [(code, item.name(fmt.language())) for code, item in view.listed.resources.items()]
    levels = [(str(n), strength(n)) for n in (1, 2, 3)]
    programmes = tuple(Option(code, name or code, code == view.programme) for code, name in view.programmes)
    return (
        select("resource", _("Sumber daya"), filters.resource, sorted(named, key=lambda pair: pair[1])),
        select("strength", _("Paling sedikit"), filters.strength, levels),
        Control("area", _("Kode wilayah"), value=filters.area, width=10, hint="35.12"),
        *((Control("programme", _("Kelas dari program"), "select", options=programmes),) if programmes else ()),
        *kept(filters, "sort", "q"),
    )


def _figures(view: ResourcesView) -> list[Figure]:
    return [
        Figure(_("Desa terdata"), fmt.number(view.known), source=view.name),
        Figure(_("Sumber daya kuat"), fmt.number(view.strong), source=_("kekuatan 2 atau 3")),
        Figure(_("Kuat tanpa kelas"), fmt.number(len(view.idle)), href="#tanpa-kelas" if view.idle else "",
               source=_("kelas %(programme)s") % {"programme": view.programme or "–"}),
        Figure(_("Catatan tertua"), fmt.day_short(view.oldest) if view.oldest else "–",
               source=_("perbarui setahun sekali")),
    ]  # fmt: skip


def _chart(view: ResourcesView, filters: ResourceFilter) -> TileMap:
    """One resource looked at: its greatest strength; else how many strong resources there are."""

    def value(cell: MapCell) -> float | None:
        if not cell.villages:
            return None
        return float(cell.top or 0) if filters.resource else float(cell.strong)

    def text(figure: float | None) -> str:
        if figure is None:
            return "–"
        return strength(int(figure)) if filters.resource else fmt.number(figure)

    places = [
        Place(
            cell.code, cell.name, short_name(cell.name), value(cell), text(value(cell)),
            f"{reverse('office:resources')}?{filters.query(area=cell.dotted, page=1)}", cell.lat, cell.lon,
        )
        for cell in view.cells
    ]  # fmt: skip
    known = [place.value for place in places if place.value is not None]
    silent = sum(place.value is None for place in places)
    note = _("%(n)s wilayah belum mempunyai catatan.") % {"n": fmt.number(silent)} if silent else ""
    return tile_map(
        _finding(view, filters), places, as_of=view.as_of, text_of=[text(bound) for bound in steps(known)], note=note
    )


def _finding(view: ResourcesView, filters: ResourceFilter) -> str:
    if filters.resource:
        having = sum((cell.top or 0) >= 1 for cell in view.cells)
        return _("%(resource)s ada di %(n)s dari %(all)s wilayah") % {
            "resource": words.resource(filters.resource), "n": having, "all": len(view.cells),
        }  # fmt: skip
    best = max(view.cells, key=lambda cell: cell.strong, default=None)
    if best is None or not best.strong:
        return _("Belum ada sumber daya kuat di %(place)s") % {"place": view.name}
    return _("%(n)s sumber daya kuat; terbanyak di %(place)s") % {"n": fmt.number(view.strong), "place": best.name}


def _idle(view: ResourcesView) -> Table | None:
    """Strong resources that no class uses, the strongest first."""
    if not view.programme:
        return None
    rows = tuple(
        (
            Cell(view.idle_places.get(item.area, ""), f"?area={format_code(item.area)}&programme={view.programme}"),
            Cell(words.resource(item.resource)),
            Cell(badge=_strength_badge(item.strength)),
            Cell(", ".join(words.kind(code) for code in item.kinds[:4])),
        )
        for item in view.idle
    )
    columns = (Column(_("Desa")), Column(_("Sumber daya")), Column(_("Kekuatan")), Column(_("Kelas yang cocok")))
    return Table(
        caption=_("Desa dengan sumber daya kuat dan tanpa kelas"), caption_hidden=True, columns=columns,
        rows=rows, fold=IDLE_SHOWN,
        count_text=_("%(n)s peringatan") % {"n": fmt.number(len(rows))},
        empty_title=_("Semua sumber daya kuat mempunyai kelas") if view.strong else _("Belum ada yang dapat diperiksa"),
        empty_text=_("Kelas dalam jangkauan sudah memakai setiap sumber daya kuat yang tercatat.")
        if view.strong
        else _("Peringatan muncul setelah sumber daya kuat tercatat."),
    )  # fmt: skip


def _columns(view: ResourcesView) -> list[Col[ResourceRow]]:
    def kinds(row: ResourceRow) -> str:
        return ", ".join(kind.name(fmt.language()) for kind in view.listed.kinds_on(row.resource)[:3])

    return [
        text_col(_("Desa"), lambda row: row.place, sort="wilayah"),
        Col(_("Sumber daya"), lambda row: Cell(_name(view, row.resource), sub=kinds(row)),
            lambda row: _name(view, row.resource), sort="sumber-daya"),
        Col(_("Kekuatan"), lambda row: Cell(badge=_strength_badge(row.strength)), lambda row: row.strength,
            sort="kekuatan"),
        text_col(_("Sumber"), lambda row: row.source),
        Col(_("Tanggal"), lambda row: Cell(fmt.day_short(row.as_of)), lambda row: row.as_of, sort="tanggal"),
        Col(_("Kelas"), lambda row: Cell(badge=Badge(_("belum ada kelas"), "warn", "half") if row.idle else None),
            lambda row: _("belum ada kelas") if row.idle else ""),
    ]  # fmt: skip


def _name(view: ResourcesView, code: str) -> str:
    known = view.listed.resources.get(code)
    return known.name(fmt.language()) if known else code


def _crumbs(view: ResourcesView, filters: ResourceFilter) -> tuple[Crumb, ...]:
    path = reverse("office:resources")
    steps_up = [Crumb(name, f"{path}?{filters.query(area=code, page=1)}") for code, name in view.trail]
    return (*steps_up, Crumb(view.name)) if steps_up else ()
