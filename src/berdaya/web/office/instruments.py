"""The office's instruments: what they ask, new versions, XLSForm out and in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from berdaya.access.permissions import can
from berdaya.forms.editing import NewQuestion
from berdaya.forms.types import Instrument, Question, Shape
from berdaya.kernel import formats as fmt
from berdaya.process import instruments as process
from berdaya.web.components.parts import Badge, Crumb, Fact
from berdaya.web.components.tables import Cell, Column, Table
from berdaya.web.office.acting import act, entry, upload_of
from berdaya.web.office.lists import XLSX
from berdaya.web.office.potential import tabs
from berdaya.web.office.sections import cleaned
from berdaya.web.session import OfficeRequest, office_page, way


def subject_name(code: str) -> str:
    """What an instrument judges, in words."""
    return {"household": _("keluarga"), "enterprise": _("usaha"), "group": _("kelompok")}.get(code, code)


def shape_name(shape: Shape) -> str:
    """How a question is answered, in words."""
    return {
        Shape.LEVEL: _("pilih satu tingkat"), Shape.NUMBER: _("angka"), Shape.GROWTH: _("angka sebelum dan sekarang"),
        Shape.CHOICES: _("pilih beberapa"), Shape.YES_NO: _("ya atau tidak"), Shape.TEXT: _("tulisan"),
    }[shape]  # fmt: skip


class QuestionForm(forms.Form):
    """One question more."""

    dimension = forms.ChoiceField(label=gettext_lazy("Bagian"))
    code = forms.RegexField(
        r"^[a-z][a-z0-9_]{0,39}$",
        label=gettext_lazy("Kode"),
        help_text=gettext_lazy("Huruf kecil, angka, garis bawah."),
    )
    label = forms.CharField(label=gettext_lazy("Pertanyaan"), max_length=200)
    english = forms.CharField(label=gettext_lazy("Pertanyaan dalam bahasa Inggris"), max_length=200, required=False)
    shape = forms.TypedChoiceField(label=gettext_lazy("Cara menjawab"), coerce=Shape)
    options = forms.CharField(
        label=gettext_lazy("Tingkat, satu di setiap baris, dari yang paling rendah"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Untuk angka: “Sampai 5 km|5”, baris terakhir tanpa batas."),
    )  # fmt: skip
    weight = forms.IntegerField(
        label=gettext_lazy("Bobot"), min_value=0, max_value=100, initial=0,
        help_text=gettext_lazy("0: ditanyakan, tidak dinilai."),
    )  # fmt: skip
    unit = forms.CharField(label=gettext_lazy("Satuan"), max_length=20, required=False)
    optional = forms.BooleanField(label=gettext_lazy("Boleh dijawab “tidak berlaku”"), required=False)

    def __init__(self, *args: Any, instrument: Instrument, **more: Any) -> None:
        super().__init__(*args, **more)
        named = [(d.code, d.label.text(fmt.language())) for d in instrument.dimensions]
        self.fields["dimension"].choices = named  # type: ignore[attr-defined]
        offered = [Shape.LEVEL, Shape.YES_NO, Shape.NUMBER, Shape.GROWTH, Shape.TEXT]
        self.fields["shape"].choices = [(s.value, shape_name(s)) for s in offered]  # type: ignore[attr-defined]

    def question(self) -> NewQuestion:
        """The question of the form. Raises `invalid_form`."""
        facts = dict(cleaned(self))
        lines = tuple(line.strip() for line in facts.pop("options").splitlines() if line.strip())
        return NewQuestion(**facts, options=lines)


@office_page("family.read", "business.read")
def instruments(request: OfficeRequest) -> HttpResponse:
    """All instruments of the office; an XLSForm becomes a new one or a new version."""
    acted = act(request, {"xlsform": lambda: _upload(request)}, reverse("office:instruments"))
    if acted.answer:
        return acted.answer
    rows = tuple(_line(line.instrument, count) for line, count in process.instrument_list(actor=request.actor))
    columns = (Column(_("Instrumen")), Column(_("Menilai")), Column(_("Versi"), "right"),
               Column(_("Pertanyaan"), "right"), Column(_("Nilai tertinggi"), "right"))  # fmt: skip
    context = {
        "title": _("Instrumen"),
        "tabs": tabs("office:instruments"),
        "problem_text": acted.text,
        "table": Table(
            caption=_("Instrumen kantor ini"), caption_hidden=True, columns=columns, rows=rows,
            empty_title=_("Belum ada instrumen"),
            empty_text=_("Kantor baru mendapat instrumen bawaan saat disiapkan; XLSForm dapat diunggah di bawah."),
        ),
        "may": can(request.actor, process.PERMISSION),
        "subjects": [(code, subject_name(code)) for code in process.SUBJECTS],
    }  # fmt: skip
    return render(request, "office/instruments.html", context, status=acted.status)


def _line(instrument: Instrument, count: int) -> tuple[Cell, ...]:
    return (
        Cell(instrument.title.text(fmt.language()), reverse("office:instrument", args=[instrument.code])),
        Cell(subject_name(instrument.subject)),
        Cell(fmt.number(instrument.version), sub=_("%(n)s versi") % {"n": count} if count > 1 else ""),
        Cell(fmt.number(len(instrument.questions))),
        Cell(fmt.number(instrument.best) if instrument.best else "–"),
    )  # fmt: skip


def _upload(request: OfficeRequest) -> str:
    content, name = upload_of(request, "berkas", process.MOST_BYTES)
    made, left = process.read_xlsform(
        actor=request.actor, content=content, name=name, subject=request.POST.get("subjek", "")
    )
    if left:
        messages.info(request, _("Tidak ikut terbawa: %(left)s.") % {"left": ", ".join(left[:20])})
    return _("%(title)s terbit sebagai versi %(version)s.") % {
        "title": made.title.text(fmt.language()), "version": made.version,
    }  # fmt: skip


@office_page("family.read", "business.read")
def instrument(request: OfficeRequest, form: str) -> HttpResponse:
    """One instrument: its questions, levels and weights; a question more or less makes the next version."""
    asked = request.GET.get("versi", "")
    version = int(asked) if asked.isdecimal() and len(asked) < 5 else None
    view = process.instrument_view(actor=request.actor, code=form, version=version)
    shown = view.line.instrument
    newest = shown.version == max(view.versions, default=shown.version)
    posted = request.POST if request.POST.get("aksi") == "tambah" else None
    question = QuestionForm(posted, instrument=shown)
    acted = act(
        request,
        {"tambah": lambda: _add(request, form, question), "hapus": lambda: _drop(request, form)},
        reverse("office:instrument", args=[form]),
    )
    if acted.answer:
        return acted.answer
    context = {
        "title": shown.title.text(fmt.language()),
        "instrument": shown,
        "facts": _facts(shown),
        "versions": [(n, n == shown.version) for n in view.versions],
        "parts": [(d.label.text(fmt.language()), [(q, *_drawn(q)) for q in d.questions]) for d in shown.dimensions],
        "bands": _bands(shown),
        "form": question if can(request.actor, process.PERMISSION) and newest else None,
        "problem_text": acted.text,
        "paper": way("office:form-paper", form),
        "xlsform": reverse("office:instrument-xlsform", args=[form]),
        "crumbs": (Crumb(_("Instrumen"), reverse("office:instruments")), Crumb(shown.title.text(fmt.language()))),
    }
    return render(request, "office/instrument.html", context, status=acted.status)


def _add(request: OfficeRequest, code: str, form: QuestionForm) -> str:
    made = process.add_question(actor=request.actor, code=code, question=form.question())
    return _("Versi %(n)s terbit. Jawaban lama tetap pada versinya.") % {"n": made.version}


def _drop(request: OfficeRequest, code: str) -> str:
    made = process.drop_question(actor=request.actor, code=code, question=entry(request, "butir", 40))
    return _("Versi %(n)s terbit. Jawaban lama tetap pada versinya.") % {"n": made.version}


def _facts(shown: Instrument) -> list[Fact]:
    return [
        Fact(_("Menilai"), subject_name(shown.subject)),
        Fact(_("Pertanyaan"), fmt.number(len(shown.questions))),
        Fact(_("Nilai tertinggi"), fmt.number(shown.best) if shown.best else _("tidak dinilai")),
        Fact(_("Asal"), shown.source or "–"),
    ]


def _drawn(q: Question) -> tuple[str, str, Badge | None]:
    """How it is answered, its levels, its weight."""
    levels = " · ".join(f"{s.level} {s.label.text(fmt.language())}" for s in q.steps)
    weight = Badge(_("bobot %(n)s") % {"n": q.weight}, "info", "full") if q.scored else None
    return shape_name(q.shape), levels, weight


def _bands(shown: Instrument) -> list[tuple[str, str]]:
    return [
        (band.label.text(fmt.language()), f"{fmt.percent(band.above)} – {fmt.percent(band.up_to)}")
        for band in shown.bands
    ]


@office_page("family.read", "business.read")
def xlsform(request: OfficeRequest, form: str) -> HttpResponse:
    """The newest version as XLSForm."""
    response = HttpResponse(process.xlsform_of(actor=request.actor, code=form), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="xlsform-{form}.xlsx"'
    return response
