"""The office's catalogue: resources, skills, kinds of business, courses and packages, as one chain; edited here."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from berdaya.access.permissions import can, require
from berdaya.enterprises.catalogue import Kind, Named
from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import Problem
from berdaya.process.catalogue_book import MOST_BYTES, catalogue_workbook, read_catalogue
from berdaya.process.overview.resources import office_catalogue
from berdaya.training import services
from berdaya.training.services.catalogue import PERMISSION
from berdaya.training.shipped import NewEntry, OfficeCatalogue, Part, entry_of, good_of
from berdaya.web.components.parts import Badge, Crumb, Figure
from berdaya.web.components.tables import Cell, Column, Control, Table
from berdaya.web.office.acting import Acted, act, upload_of
from berdaya.web.office.budgets import budget_table
from berdaya.web.office.lists import XLSX, select
from berdaya.web.office.potential import tabs
from berdaya.web.problems import shown
from berdaya.web.session import OfficeRequest, office_page


def part_name(part: Part) -> str:
    """What an entry is, in words."""
    return {
        Part.RESOURCE: _("Sumber daya"), Part.SKILL: _("Keterampilan"), Part.KIND: _("Jenis usaha"),
        Part.COURSE: _("Kursus"), Part.PACKAGE: _("Paket barang"),
    }[part]  # fmt: skip


def category_name(code: str) -> str:
    """Category of a kind of business, in words."""
    return {
        "food": _("makanan dan minuman"), "fishery": _("perikanan"), "craft": _("kerajinan"), "service": _("jasa"),
        "trade": _("dagang"), "farming": _("pertanian"), "livestock": _("peternakan"),
    }.get(code, code)  # fmt: skip


class EntryForm(forms.Form):
    """One entry; the fields are those of its part."""

    name = forms.CharField(label=gettext_lazy("Nama"), max_length=120)
    english = forms.CharField(label=gettext_lazy("Nama dalam bahasa Inggris"), max_length=120, required=False)
    category = forms.ChoiceField(label=gettext_lazy("Kategori"))
    resources = forms.MultipleChoiceField(
        label=gettext_lazy("Hidup dari sumber daya"), required=False, widget=forms.CheckboxSelectMultiple
    )
    skills = forms.MultipleChoiceField(label=gettext_lazy("Keterampilan"), widget=forms.CheckboxSelectMultiple)
    kinds = forms.MultipleChoiceField(label=gettext_lazy("Untuk jenis usaha"), widget=forms.CheckboxSelectMultiple)
    sessions = forms.IntegerField(label=gettext_lazy("Pertemuan"), min_value=1, max_value=60)
    hours = forms.IntegerField(label=gettext_lazy("Jam setiap pertemuan"), min_value=1, max_value=12)
    topics = forms.CharField(
        label=gettext_lazy("Materi, satu di setiap baris"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
    goods = forms.CharField(
        label=gettext_lazy("Barang, satu di setiap baris"), max_length=6000,
        widget=forms.Textarea(attrs={"rows": 7, "spellcheck": "false"}),
        help_text=gettext_lazy("Nama|spesifikasi|jumlah|satuan|harga satuan|aset (ya/tidak)"),
    )  # fmt: skip
    retired = forms.BooleanField(label=gettext_lazy("Dihentikan: tidak ditawarkan lagi"), required=False)

    FIELDS: ClassVar = {
        Part.RESOURCE: (), Part.SKILL: (), Part.KIND: ("category", "skills", "resources"),
        Part.COURSE: ("skills", "sessions", "hours", "topics"), Part.PACKAGE: ("kinds", "goods"),
    }  # fmt: skip

    def __init__(self, *args: Any, part: Part, listed: OfficeCatalogue, fresh: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        keep = {"name", "english", "retired", *self.FIELDS[part]}
        for name in set(self.fields) - keep:
            del self.fields[name]
        if fresh:
            del self.fields["retired"]
        sources = {"skills": Part.SKILL, "resources": Part.RESOURCE, "kinds": Part.KIND}
        for name, source in sources.items():
            if name in self.fields:
                self.fields[name].choices = _choices(listed, source)  # type: ignore[attr-defined]
        if "category" in self.fields:
            named = [(code, category_name(code)) for code in listed.categories]
            self.fields["category"].choices = [("", ""), *named]  # type: ignore[attr-defined]

    def entry(self, part: Part, code: str, known: NewEntry | None) -> NewEntry:
        """The entry of a valid form; order of codes that were there stays, for the first is the most important."""
        facts = dict(self.cleaned_data)
        for name in ("skills", "resources", "kinds"):
            if name in facts:
                before = getattr(known, name) if known else ()
                chosen = set(facts[name])
                facts[name] = (*(c for c in before if c in chosen), *(c for c in facts[name] if c not in before))
        for name in ("topics", "goods"):
            if name in facts:
                facts[name] = tuple(line.strip() for line in facts[name].splitlines() if line.strip())
        return NewEntry(part, code, **facts)


def _choices(listed: OfficeCatalogue, part: Part) -> list[tuple[str, str]]:
    named = [(code, item.name(fmt.language())) for code, item in listed.offered(part).items()]
    return sorted(named, key=lambda pair: pair[1])


@office_page("programme.read")
def catalogue(request: OfficeRequest) -> HttpResponse:
    """The chain from resource to package, a line for each kind of business; other parts on request."""
    listed = office_catalogue(actor=request.actor)
    part = _part(request.GET.get("bagian", Part.KIND.value))
    wanted, category = request.GET.get("q", "").strip()[:80], request.GET.get("kategori", "")
    acted = act(request, {"unggah": lambda: _read(request)}, reverse("office:catalogue"))
    if acted.answer:
        return acted.answer
    rows = _kind_rows(listed, wanted, category) if part is Part.KIND else _plain_rows(listed, part, wanted)
    context = {
        "title": _("Katalog usaha"),
        "tabs": tabs("office:catalogue"),
        "problem_text": acted.text,
        "bad_cells": getattr(request, "bad_cells", ()),
        "figures": _figures(listed, part),
        "controls": (
            Control("q", _("Nama atau kode"), "search", wanted),
            Control("bagian", "", "hidden", value=part.value),
            *((select("kategori", _("Kategori"), category, [(c, category_name(c)) for c in listed.categories]),)
              if part is Part.KIND else ()),
        ),
        "table": rows,
        "part_title": part_name(part),
        "new": reverse("office:catalogue-new", args=[part.value]) if can(request.actor, PERMISSION) else "",
        "may": can(request.actor, PERMISSION),
        "workbook": reverse("office:catalogue-book"),
    }  # fmt: skip
    return render(request, "office/catalogue.html", context, status=acted.status)


def _part(code: str) -> Part:
    try:
        return Part(code)
    except ValueError:
        return Part.KIND


def _read(request: OfficeRequest) -> str:
    content, name = upload_of(request, "berkas", MOST_BYTES)
    done = read_catalogue(actor=request.actor, content=content, name=name)
    if done.counted is None:
        request.bad_cells = [  # type: ignore[attr-defined]
            (one.sheet, one.row, one.heading, one.text(fmt.language())) for one in done.problems[:50]
        ]
        raise Problem("training_entry_unfit", entry=name, detail=_("%(n)s sel salah") % {"n": len(done.problems)})
    return _("Katalog dibaca: %(new)s isian baru, %(changed)s berubah, %(same)s tetap.") % {
        "new": done.counted.created, "changed": done.counted.changed, "same": done.counted.identical,
    }  # fmt: skip


def _figures(listed: OfficeCatalogue, current: Part) -> list[Figure]:
    return [
        Figure(
            part_name(part), fmt.number(len(listed.offered(part))),
            href="" if part is current else f"?bagian={part.value}",
            source=_("%(n)s milik kantor ini") % {"n": sum(one == part for one, _code in listed.own)},
        )
        for part in Part
    ]  # fmt: skip


def _fits(item: Named, wanted: str) -> bool:
    folded = wanted.casefold()
    return not folded or folded in item.id.casefold() or folded in item.en.casefold() or folded in item.code


def _names(items: list[Named]) -> str:
    return ", ".join(item.name(fmt.language()) for item in items)


def _mark(listed: OfficeCatalogue, part: Part, code: str) -> Badge | None:
    if (part, code) in listed.retired:
        return Badge(_("dihentikan"), "none", "ring")
    return Badge(_("diubah kantor"), "info", "half") if (part, code) in listed.own else None


def _kind_rows(listed: OfficeCatalogue, wanted: str, category: str) -> Table:
    kinds = [k for k in listed.kinds.values() if _fits(k, wanted) and (not category or k.category == category)]
    rows = tuple(_kind_row(listed, kind) for kind in kinds if kind.skills)
    columns = (Column(_("Jenis usaha")), Column(_("Sumber daya")), Column(_("Keterampilan")), Column(_("Kursus")),
               Column(_("Paket barang")))  # fmt: skip
    return Table(
        caption=_("Dari sumber daya sampai paket barang"), columns=columns, rows=rows,
        count_text=_("%(n)s jenis usaha") % {"n": fmt.number(len(rows))},
    )  # fmt: skip


def _kind_row(listed: OfficeCatalogue, kind: Kind) -> tuple[Cell, ...]:
    packages = listed.packages_of(kind)
    return (
        Cell(kind.name(fmt.language()), reverse("office:catalogue-entry", args=["kind", kind.code]),
             category_name(kind.category), badge=_mark(listed, Part.KIND, kind.code)),
        Cell(_names([listed.resources[c] for c in kind.resources if c in listed.resources])
             or _("tidak terikat sumber daya")),
        Cell(_names([listed.skills[c] for c in kind.skills if c in listed.skills])),
        Cell(_names(list(listed.courses_of(kind))) or _("belum ada kursus")),
        Cell(packages[0].name(fmt.language()) if packages else _("belum ada paket"),
             reverse("office:catalogue-entry", args=["package", packages[0].code]) if packages else "",
             fmt.rupiah(packages[0].value_idr) if packages else ""),
    )  # fmt: skip


def _plain_rows(listed: OfficeCatalogue, part: Part, wanted: str) -> Table:
    rows = []
    for code, item in listed.part(part).items():
        if not _fits(item, wanted):
            continue
        entry = entry_of(listed, part, code)
        assert entry is not None  # noqa: S101 - codes of the very mapping
        href = reverse("office:catalogue-entry", args=[part.value, code])
        name = Cell(item.name(fmt.language()), href, code, badge=_mark(listed, part, code))
        rows.append((name, Cell(_used(listed, part, entry))))
    return Table(
        caption=part_name(part), columns=(Column(part_name(part)), Column(_("Dipakai untuk"))), rows=tuple(rows),
        count_text=_("%(n)s isian") % {"n": fmt.number(len(rows))},
    )  # fmt: skip


def _used(listed: OfficeCatalogue, part: Part, entry: NewEntry) -> str:
    kinds = listed.kinds.values()
    match part:
        case Part.KIND:
            kind = listed.kinds[entry.code]
            chain = [_names(list(listed.courses_of(kind))), _names(list(listed.packages_of(kind)))]
            return " · ".join(text for text in chain if text) or _("belum ada kursus")
        case Part.RESOURCE:
            return _names(list(listed.kinds_on(entry.code))) or _("belum dipakai")
        case Part.SKILL:
            return _names([k for k in kinds if entry.code in k.skills and not k.retired]) or _("belum dipakai")
        case Part.COURSE:
            taught = _names([listed.skills[c] for c in entry.skills if c in listed.skills])
            return _("%(skills)s · %(sessions)s pertemuan, masing-masing %(hours)s jam") % {
                "skills": taught, "sessions": entry.sessions, "hours": entry.hours,
            }  # fmt: skip
        case _:
            value = sum(good_of(line).value_idr for line in entry.goods)
            named = _names([listed.kinds[c] for c in entry.kinds if c in listed.kinds])
            return f"{named} · {fmt.rupiah(value)}"


@office_page("programme.read")
def new_entry(request: OfficeRequest, part: str) -> HttpResponse:
    """A new entry of one part."""
    require(request.actor, PERMISSION)
    if part not in set(Part):
        raise Problem("not_found")
    return _entry_page(request, Part(part), "")


@office_page("programme.read")
def entry(request: OfficeRequest, part: str, code: str) -> HttpResponse:
    """One entry, to be read or written anew."""
    if part not in set(Part):
        raise Problem("not_found")
    return _entry_page(request, Part(part), code)


def _entry_page(request: OfficeRequest, part: Part, code: str) -> HttpResponse:
    listed = office_catalogue(actor=request.actor)
    known = entry_of(listed, part, code) if code else None
    if code and known is None:
        raise Problem("not_found")
    form, acted = None, Acted()
    if can(request.actor, PERMISSION):
        posted = request.POST if request.method == "POST" else None
        form = EntryForm(posted, part=part, listed=listed, fresh=known is None, initial=_initial(known))
        if request.method == "POST" and form.is_valid():
            written = form.entry(part, code or code_of(form.cleaned_data["name"]), known)
            try:
                _save(request, listed, written, fresh=known is None)
            except Problem as problem:
                acted = Acted(problem=shown(problem))
            else:
                messages.success(request, _("Katalog tersimpan."))
                return HttpResponseRedirect(f"{reverse('office:catalogue')}?bagian={part.value}")
    elif request.method == "POST":
        require(request.actor, PERMISSION)
    title = known.name if known and fmt.language() == "id" else known.english if known else part_name(part)
    context = {
        "title": title if known else _("%(part)s baru") % {"part": part_name(part)},
        "part": part_name(part),
        "is_kind": part is Part.KIND,
        "code": code,
        "form": form,
        "goods": budget_table(_("Isi paket"), map(good_of, known.goods)) if known and known.goods else None,
        "used": _used(listed, part, known) if known else "",
        "problem_text": acted.text,
        "crumbs": (Crumb(_("Katalog usaha"), reverse("office:catalogue")),
                   Crumb(part_name(part), f"{reverse('office:catalogue')}?bagian={part.value}"),
                   Crumb(title if known else _("baru"))),
    }  # fmt: skip
    status = acted.status if acted.problem else 400 if form is not None and form.errors else 200
    return render(request, "office/catalogue_entry.html", context, status=status)


def _save(request: OfficeRequest, listed: OfficeCatalogue, written: NewEntry, *, fresh: bool) -> None:
    if fresh and written.code in listed.part(written.part):
        raise Problem("training_entry_unfit", entry=written.code, detail=_("sudah ada isian dengan kode ini"))
    services.save_entries_many(actor=request.actor, rows=[written])


def code_of(name: str) -> str:
    """A code made of a name: `Keripik Tempe` -> `keripik_tempe`."""
    letters = "".join(c if c.isascii() and c.isalnum() else " " for c in name.lower())
    return "_".join(letters.split())[:40].strip("_")


def _initial(known: NewEntry | None) -> dict[str, Any]:
    if known is None:
        return {}
    facts = {name: getattr(known, name) for name in EntryForm.base_fields}
    return facts | {"topics": "\n".join(known.topics), "goods": "\n".join(known.goods)}


@office_page("programme.read")
def workbook(request: OfficeRequest) -> HttpResponse:
    """The whole catalogue as a workbook."""
    file = catalogue_workbook(actor=request.actor)
    return cast(HttpResponse, FileResponse(file, as_attachment=True, filename="katalog-usaha.xlsx", content_type=XLSX))
