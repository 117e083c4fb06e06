"""Assessments: who has none yet, and an instrument filled in on the web about a family, a business or a group."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.forms import filling
from berdaya.forms.types import NOT_APPLICABLE, AnswerError, Band, Instrument, Question, Shape
from berdaya.forms.values import ResponseLine
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.ids import uuid_of
from berdaya.kernel.problems import Problem
from berdaya.process.assessing import (
    AssessFilter,
    AssessRow,
    AssessView,
    FillView,
    assess_queryset,
    assess_rows,
    assess_view,
    fill,
    fill_view,
)
from berdaya.process.form_papers import form_paper
from berdaya.training.inputs import ASSESSMENT
from berdaya.web.components.parts import Badge, Bar, Bars, Crumb, Figure
from berdaya.web.components.tables import Cell, Control, Option
from berdaya.web.office.acting import Acted, day_of
from berdaya.web.office.lists import Col, Labels, chips_of, export_page, kept, list_table, may_export, select, text_col
from berdaya.web.office.potential import tabs
from berdaya.web.problems import shown
from berdaya.web.session import OfficeRequest, office_page, way

HOME = {"household": "office:family", "enterprise": "office:business", "group": "office:group"}


@office_page("family.read")
def assessments(request: OfficeRequest) -> HttpResponse:
    """Who of a programme has an assessment, how ready they are, and who has none."""
    filters = AssessFilter.parse(request.GET)
    view = assess_view(actor=request.actor, filters=filters)
    labels: Labels = {"q": (_("Nama"), None), "area": (_("Wilayah"), None), "state": (_("Asesmen"), _state)}
    programmes = tuple(Option(code, name or code, code == view.programme) for code, name in view.programmes)
    context = {
        "title": _("Asesmen keluarga"),
        "tabs": tabs("office:assessments"),
        "figures": _figures(view, filters),
        "bars": _bars(view),
        "paper": way("office:form-paper", ASSESSMENT) if view.instrument else "",
        "controls": (
            Control("q", _("Nama"), "search", filters.q, width=20),
            select("state", _("Asesmen"), filters.state, [("belum", _("belum diisi")), ("sudah", _("sudah diisi"))]),
            Control("area", _("Kode wilayah"), value=filters.area, width=10, hint="35.12"),
            *((Control("programme", _("Program"), "select", options=programmes),) if programmes else ()),
            *kept(filters, "sort"),
        ),
        "table": list_table(
            view.page, _columns(view.instrument), filters, caption=_("Orang dan asesmennya"), noun=_("orang"),
            export=reverse("office:assessments-export") if may_export(request) else "",
            chips=chips_of(filters, labels),
            empty=(_("Tidak ada orang dalam saringan ini"),
                   _("Pilih program lain, atau hapus saringan. Calon yang gugur tidak ditanya.")),
        ),
    }  # fmt: skip
    return render(request, "office/assessments.html", context)


def _state(code: str) -> str:
    return _("belum diisi") if code == "belum" else _("sudah diisi")


@office_page("family.read")
def assessments_export(request: OfficeRequest) -> HttpResponse:
    """The same people as a workbook."""
    filters = AssessFilter.parse(request.GET)
    view = assess_view(actor=request.actor, filters=filters)
    return export_page(
        request, name="asesmen", title=_("Asesmen keluarga"),
        back=f"{reverse('office:assessments')}?{filters.query()}",
        queryset=assess_queryset(actor=request.actor, filters=filters), rows_of=assess_rows,
        columns=_columns(view.instrument),
    )  # fmt: skip


def _figures(view: AssessView, filters: AssessFilter) -> list[Figure]:
    missing = view.total - view.done
    return [
        Figure(_("Sudah diisi"), fmt.number(view.done), compare=_("dari %(n)s orang") % {"n": fmt.number(view.total)},
               source=view.programme),
        Figure(_("Belum diisi"), fmt.number(missing),
               href=f"?{filters.query(state='belum', programme=view.programme, page=1)}" if missing else ""),
        Figure(_("Terisi"), fmt.percent(view.done, view.total) if view.total else "–"),
    ]  # fmt: skip


def _bars(view: AssessView) -> Bars | None:
    asked = sum(count for _code, _label, count in view.bands)
    if not asked or view.instrument is None:
        return None
    names = {band.code: band.label.text(fmt.language()) for band in view.instrument.bands}
    bars = tuple(
        Bar(names.get(code, _("jawaban belum lengkap")), count / asked, fmt.number(count))
        for code, _label, count in view.bands
        if code or count
    )
    top = max(view.bands, key=lambda band: band[2])
    return Bars(
        _("%(share)s: %(band)s") % {
            "share": fmt.percent(top[2], asked), "band": names.get(top[0], _("jawaban belum lengkap")),
        },
        bars, _("Nilai dihitung instrumen. Ia mengatur pendampingan dan kelas, tidak pernah urutan bantuan."),
    )  # fmt: skip


def band_badge(instrument: Instrument | None, code: str) -> Badge | None:
    """A band with colour and shape: the last is the best."""
    bands: tuple[Band, ...] = instrument.bands if instrument else ()
    at = next((n for n, band in enumerate(bands) if band.code == code), None)
    if at is None:
        return None
    tone, mark = ("good", "full") if at == len(bands) - 1 else ("warn", "half") if at else ("bad", "ring")
    return Badge(bands[at].label.text(fmt.language()), tone, mark)  # type: ignore[arg-type]


def _columns(instrument: Instrument | None) -> list[Col[AssessRow]]:
    def link(row: AssessRow) -> str:
        return reverse("office:instrument-fill", args=[ASSESSMENT, row.household_id]) if instrument else ""

    def band(row: AssessRow) -> Cell:
        if row.on is None:
            return Cell(badge=Badge(_("belum diisi"), "none", "question"))
        return Cell(badge=band_badge(instrument, row.band) or Badge(_("%(n)s belum dijawab") % {"n": row.missing},
                    "info", "half"))  # fmt: skip

    return [
        Col(_("Orang"), lambda row: Cell(row.name, link(row), fake=row.synthetic), lambda row: row.name),
        text_col(_("Wilayah"), lambda row: row.place),
        Col(_("Tanggal"), lambda row: Cell(fmt.day_short(row.on) if row.on else ""), lambda row: row.on),
        Col(_("Kesiapan"), band, lambda row: (band(row).badge or Badge("")).text),
    ]


# Filling in


@office_page("family.read", "business.read", "group.read")
def fill_page(request: OfficeRequest, form: str, subject_id: UUID) -> HttpResponse:
    """The questions of an instrument as a form; on POST the answers, with the score that the instrument computes."""
    view = fill_view(actor=request.actor, code=form, subject_id=subject_id)
    instrument = view.line.instrument
    told: dict[str, list[str]] = {}
    wrong: list[AnswerError] = []
    acted = Acted()
    if request.method == "POST":
        if not view.may_fill:
            raise Problem("not_allowed", role=request.actor.role, permission="visit.record")
        told = {name: request.POST.getlist(name) for name in request.POST}
        answers, wrong = filling.read(instrument, told)
        if not wrong:
            acted = _save(request, view, answers)
            if acted.answer:
                return acted.answer
    newest = view.earlier[0] if view.earlier else None
    context = {
        "title": instrument.title.text(fmt.language()),
        "view": view,
        "about": _about(view),
        "result": _result(instrument, newest) if newest else None,
        "earlier": [(line, band_badge(instrument, line.band or "")) for line in view.earlier],
        "parts": _parts(view, told, wrong),
        "wrong": [
            {"href": f"#{filling.field_of(_by_code(instrument, one.question))}", "text": _said(instrument, one)}
            for one in wrong
        ],
        "day": (told.get("tanggal") or [clock.today().isoformat()])[0],
        "problem_text": acted.text,
        "paper": reverse("office:instrument-paper", args=[form, subject_id]),
        "crumbs": (*_up(view), Crumb(instrument.title.text(fmt.language()))),
    }  # fmt: skip
    return render(request, "office/fill.html", context, status=400 if wrong else acted.status)


def _save(request: OfficeRequest, view: FillView, answers: dict[str, Any]) -> Acted:
    code = view.line.instrument.code
    try:
        if not answers:
            raise Problem("entry_needed", field=_("jawaban"))
        line = fill(
            actor=request.actor, code=code, subject_id=view.subject.id, answers=answers,
            occurred_on=day_of(request, "tanggal"), response_id=_id(request), version=view.line.instrument.version,
        )  # fmt: skip
    except Problem as problem:
        return Acted(problem=shown(problem))
    if line.missing:
        messages.info(request, _("Tersimpan. %(n)s pertanyaan belum dijawab; nilainya menunggu.")
                      % {"n": len(line.missing)})  # fmt: skip
    else:
        messages.success(request, _("Tersimpan. Nilai %(total)s dari %(best)s.")
                         % {"total": line.total, "best": line.best})  # fmt: skip
    return Acted(HttpResponseRedirect(reverse("office:instrument-fill", args=[code, view.subject.id])))


def _id(request: OfficeRequest) -> UUID | None:
    return uuid_of(request.POST.get("id"))


def _by_code(instrument: Instrument, code: str) -> Question:
    return next(q for q in instrument.questions if q.code == code)


def _said(instrument: Instrument, error: AnswerError) -> str:
    label = _by_code(instrument, error.question).label.text(fmt.language())
    return Problem(error.code, question=f"“{label}”", **error.params).text(fmt.language())


def _about(view: FillView) -> tuple[str, str]:
    """Name of what is judged, and the way to its page."""
    return view.subject.name or _("Keluarga tanpa nama"), way(HOME[view.subject.kind], view.subject.id)


def _up(view: FillView) -> tuple[Crumb, ...]:
    name, href = _about(view)
    if view.subject.kind == "household":
        listed = way("office:assessments")
        return (*((Crumb(_("Asesmen keluarga"), listed),) if listed else ()), Crumb(name, href))
    return (Crumb(name, href),)


def _result(instrument: Instrument, line: ResponseLine) -> dict[str, Any]:
    """The newest answers as a picture: how far each dimension goes."""
    bests = {d.code: sum(q.best for q in d.questions if line.answers.get(q.code) != NOT_APPLICABLE)
             for d in instrument.dimensions}  # fmt: skip
    bars = []
    for dimension in instrument.dimensions:
        best = bests[dimension.code]
        if not best or dimension.code not in line.dimensions:
            continue
        score = line.dimensions[dimension.code]
        text = _("belum lengkap") if score is None else f"{score}/{best}"
        bars.append(Bar(dimension.label.text(fmt.language()), (score or 0) / best, text))
    title = (
        _("Nilai %(total)s dari %(best)s") % {"total": line.total, "best": line.best}
        if line.total is not None
        else _("%(n)s pertanyaan belum dijawab") % {"n": len(line.missing)}
    )
    note = _("Diisi %(on)s dengan versi %(version)s; nilai dihitung instrumen.") % {
        "on": fmt.day(line.occurred_on), "version": line.version,
    }  # fmt: skip
    return {
        "bars": Bars(title, tuple(bars), note),
        "badge": band_badge(instrument, line.band or ""),
        "missing": [_by_code(instrument, code).label.text(fmt.language()) for code in line.missing
                    if any(q.code == code for q in instrument.questions)],
    }  # fmt: skip


def _parts(view: FillView, told: dict[str, list[str]], wrong: list[AnswerError]) -> list[dict[str, Any]]:
    language = fmt.language()
    bad = {one.question for one in wrong}
    parts, number = [], 0
    for dimension in view.line.instrument.dimensions:
        questions = []
        for question in dimension.questions:
            number += 1
            questions.append(_question(view, question, told, number, bad=question.code in bad))
        parts.append({"title": dimension.label.text(language), "questions": questions})
    return parts


def _question(view: FillView, q: Question, told: dict[str, list[str]], number: int, *, bad: bool) -> dict[str, Any]:
    """What the template draws: the kind of control, its name, options with what is chosen."""
    language, name = fmt.language(), filling.field_of(q)
    chosen = told.get(name, [])
    options: list[tuple[str, str, bool]] = []
    control = q.shape.value
    if q.shape is Shape.LEVEL:
        options = [(str(s.level), s.label.text(language), str(s.level) in chosen) for s in q.steps]
    elif q.shape is Shape.YES_NO:
        options = [(code, text, code in chosen) for code, text in ((filling.YES, _("ya")), (filling.NO, _("tidak")))]
    elif q.shape is Shape.CHOICES:
        items = view.choices.get(q.code, ())
        named = [(item.code, item.name(language)) for item in items]
        named = named or [(str(s.level), s.label.text(language)) for s in q.steps]
        options = [(code, text, code in chosen) for code, text in sorted(named, key=lambda pair: pair[1])]
        control = "wishes" if q.source == "kinds" else "choices"
    return {
        "number": number, "label": q.label.text(language), "name": name, "control": control, "unit": q.unit,
        "options": options, "optional": q.optional, "skipped": NOT_APPLICABLE in chosen, "bad": bad,
        "value": chosen[0] if chosen and chosen[0] != NOT_APPLICABLE else "",
        "before": (told.get(filling.field_of(q, "before")) or [""])[0],
        "now": (told.get(filling.field_of(q, "now")) or [""])[0],
        "wishes": [(n, chosen[n - 1] if len(chosen) >= n else "") for n in range(1, filling.WISHES + 1)],
    }  # fmt: skip


@office_page("family.read", "business.read", "group.read")
def paper_page(request: OfficeRequest, form: str, subject_id: UUID) -> HttpResponse:
    """The same form on paper, with the data of whom it is about."""
    pdf = form_paper(actor=request.actor, code=form, language=fmt.language(), subject_id=subject_id)
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{form}.pdf"'
    return response
