"""A class at work: sessions, who was invited and came, marks and certificates, materials, what people said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import current_actor
from berdaya.process import classes as papers
from berdaya.process.form_papers import form_paper
from berdaya.process.overview.classwork import ClassWork, SessionRow, class_material, class_work
from berdaya.training import services
from berdaya.training.selectors import class_lines
from berdaya.training.values import NewSession
from berdaya.web.components.parts import Bar, Bars, Crumb, Figure, Tab
from berdaya.web.components.tables import Cell, Column, Table
from berdaya.web.office.class_forms import AnswerForm, FeedbackForm, MaterialForm, SeatForm, SessionForm
from berdaya.web.office.class_parts import (
    help_names,
    invitation_parts,
    mark_rows,
    material_parts,
    result_parts,
    voice_parts,
)
from berdaya.web.office.sections import Act, Link, Part, WorkPage, act, cleaned, show
from berdaya.web.session import OfficeRequest, office_page, way

TABS = ("pertemuan", "peserta", "hasil", "bahan")


def class_crumbs(work: ClassWork, *more: Crumb) -> tuple[Crumb, ...]:
    """The way to a page of one class."""
    return (
        Crumb(_("Kelas"), reverse("office:classes")), Crumb(work.name, reverse("office:class", args=[work.id])), *more
    )  # fmt: skip


@office_page("programme.read", "class.read")
def work(request: OfficeRequest, class_id: UUID) -> HttpResponse:
    """One class at work, a tab for each thing that is done there."""
    view = class_work(actor=request.actor, class_id=class_id)
    posted = request.POST if request.method == "POST" else None
    aim = posted.get("aksi", "") if posted else ""
    forms: dict[str, Any] = {
        "pertemuan": SessionForm(
            posted if aim == "pertemuan" else None, auto_id="sesi-%s",
            initial={"held_on": view.starts_on, "starts_at": "08:00", "ends_at": "11:30"},
        ),
        "bahan": MaterialForm(posted if aim == "bahan" else None, request.FILES or None, auto_id="bahan-%s"),
        "umpan": FeedbackForm(posted if aim == "umpan" else None, auto_id="umpan-%s"),
        "jawab": AnswerForm(
            posted if aim == "jawab" else None, auto_id="jawab-%s",
            people=[(p.key, p.name or p.card) for p in view.people if p.invitation_id],
        ),
    }  # fmt: skip
    if view.mine and can(request.actor, "placement.propose"):
        forms["pindah"] = _seat_form(request, view, posted if aim == "pindah" else None)
    answer = act(request, _doings(request, view, forms) if view.mine else {})
    if isinstance(answer, HttpResponse):
        return answer
    tab = request.GET.get("bagian", "")
    tab = _TAB_OF.get(aim, tab) if aim else tab
    page = WorkPage(
        title=_("Pelaksanaan %(name)s") % {"name": view.name},
        lead=(view.venue, view.place, fmt.day(view.starts_on)),
        figures=_figures(view),
        tabs=_tabs(view, tab if tab in TABS else TABS[0]),
        crumbs=class_crumbs(view, Crumb(_("Pelaksanaan"))),
        parts=_parts(request, view, forms, tab if tab in TABS else TABS[0]),
        fake=view.synthetic,
    )
    return show(request, page, problem=answer if isinstance(answer, Problem) else None)


def _seat_form(request: OfficeRequest, view: ClassWork, posted: QueryDict | None) -> SeatForm:
    """Those who sit here and came to no session yet, and the other classes of the programme."""
    lines = class_lines(request.actor, view.programme)
    return SeatForm(
        posted, auto_id="pindah-%s",
        people=[(str(p.placement_id), p.name or p.card) for p in view.people if p.placement_id and not p.sessions],
        classes=[
            (str(c.id), f"{c.code} {c.name} ({c.placed}/{c.seats})") for c in lines if c.id != view.id and not c.closed
        ],
    )  # fmt: skip


_TAB_OF = {"bahan": "bahan", "umpan": "bahan", "hapus": "bahan", "nilai": "hasil", "sertifikat": "hasil",
           "undang": "peserta", "jawab": "peserta", "pindah": "peserta"}  # fmt: skip


def _doings(request: OfficeRequest, view: ClassWork, forms: dict[str, Any]) -> dict[str, Callable[[], str]]:
    return {
        "pertemuan": partial(_plan, request, view, forms["pertemuan"]),
        "bahan": partial(_material, request, view, forms["bahan"]),
        "hapus": partial(_remove, request, view),
        "umpan": partial(_feedback, request, view, forms["umpan"]),
        "nilai": partial(_marks, request, view),
        "undang": partial(_invite, request, view),
        "sertifikat": partial(_certify, request, view),
        "jawab": partial(_answered, request, view, forms["jawab"]),
        "pindah": partial(_reseat, request, forms.get("pindah")),
    }


def _tabs(view: ClassWork, current: str) -> list[Tab]:
    names = {"pertemuan": _("Pertemuan"), "peserta": _("Peserta dan undangan"), "hasil": _("Tes dan sertifikat"),
             "bahan": _("Bahan dan umpan balik")}  # fmt: skip
    here = reverse("office:class-work", args=[view.id])
    return [Tab(names[tab], f"{here}?bagian={tab}", tab == current) for tab in TABS]


def _plan(request: OfficeRequest, view: ClassWork, form: SessionForm) -> str:
    facts = cleaned(form)
    row, rows = form.row(), list[NewSession]()
    day = row.held_on
    while len(rows) < (facts["days"] or 1):
        if day.weekday() != 6 or not facts["days"]:
            rows.append(replace(row, held_on=day))
        day += timedelta(days=1)
    made = services.plan_sessions_many(
        actor=request.actor, class_id=view.id, rows=rows, accept_soft=facts["accept_soft"]
    )
    return _("%(count)s pertemuan disusun.") % {"count": len(made)}


def _material(request: OfficeRequest, view: ClassWork, form: MaterialForm) -> str:
    facts = cleaned(form)
    services.add_material(
        actor=request.actor, class_id=view.id, title=facts["title"], name=facts["file"].name,
        content=facts["file"].read(),
    )  # fmt: skip
    return _("Bahan ajar tersimpan.")


def _remove(request: OfficeRequest, view: ClassWork) -> str:
    wanted = request.POST.get("bahan", "")
    if wanted not in {str(pk) for pk, _title in view.materials}:
        raise Problem("not_found")
    services.remove_material(actor=request.actor, material_id=UUID(wanted))
    return _("Bahan ajar dilepas dari kelas ini.")


def _feedback(request: OfficeRequest, view: ClassWork, form: FeedbackForm) -> str:
    services.record_feedback(actor=request.actor, class_id=view.id, **cleaned(form))
    return _("Umpan balik tercatat.")


def _marks(request: OfficeRequest, view: ClassWork) -> str:
    count = services.record_marks_many(actor=request.actor, class_id=view.id, rows=mark_rows(request.POST, view))
    return _("Nilai %(n)s orang tercatat; sertifikat mengikuti.") % {"n": count}


def _invite(request: OfficeRequest, view: ClassWork) -> str:
    letters = papers.invite(actor=request.actor, class_id=view.id)
    return _("%(count)s undangan terbit.") % {"count": len(letters)}


def _certify(request: OfficeRequest, view: ClassWork) -> str:
    letters = papers.certify(actor=request.actor, class_id=view.id)
    return _("%(count)s sertifikat terbit.") % {"count": len(letters)}


def _answered(request: OfficeRequest, view: ClassWork, form: AnswerForm) -> str:
    facts = dict(cleaned(form))
    papers.answer_invitation(
        actor=request.actor, class_id=view.id, key=facts["peserta"], answer=facts["answer"], note=facts["note"],
        asked_for=[need for need in help_names() if facts[need]],
    )  # fmt: skip
    return _("Jawaban tercatat.")


def _reseat(request: OfficeRequest, form: SeatForm | None) -> str:
    if form is None:
        raise Problem("not_allowed", role=request.actor.role, permission="placement.propose")
    facts = cleaned(form)
    target = UUID(facts["kelas"]) if facts["kelas"] else None
    services.reseat(actor=request.actor, placement_id=UUID(facts["peserta"]), class_id=target, reason=facts["alasan"])
    return _("Peserta pindah kelas.") if target else _("Peserta keluar dari kelas.")


def _figures(view: ClassWork) -> list[Figure]:
    seats = [p for p in view.people if p.placement_id]
    held = [s for s in view.sessions if not s.cancelled]
    done = [s for s in held if s.came]
    coming = sum(p.invited == "coming" for p in view.people)
    figures = [
        Figure(
            _("Peserta"),
            fmt.number(len(seats)),
            source=_("dan %(n)s peserta luar") % {"n": len(view.people) - len(seats)},
        ),
        Figure(_("Pertemuan"), fmt.number(len(held)), compare=_("%(n)s sudah ada presensi") % {"n": len(done)}),
    ]
    sent = sum(bool(p.invitation_id) for p in view.people)
    if sent:
        figures.append(Figure(_("Akan datang"), fmt.number(coming), compare=_("dari %(n)s undangan") % {"n": sent}))
    figures.append(Figure(_("Sertifikat"), fmt.number(sum(bool(p.certificate) for p in seats))))
    count, *marks = view.feedback
    if count:
        figures.append(
            Figure(_("Umpan balik"), fmt.number(sum(marks) / 3, 1), source=_("%(n)s lembar, dari 5") % {"n": count})
        )
    return figures


def _parts(request: OfficeRequest, view: ClassWork, forms: dict[str, Any], tab: str) -> list[Part]:
    plans = view.mine and can(request.actor, "class.plan")
    records = view.mine and can(request.actor, "attendance.record")
    if tab == "peserta":
        links = _papers(view, "kartu", "daftar-hadir")
        return [*invitation_parts(request, view, forms["jawab"], plans=plans, records=records),
                *_seat_parts(forms.get("pindah")), *([Part(_("Kertas"), links=links)] if links else [])]  # fmt: skip
    if tab == "hasil":
        links = _papers(view, "laporan")
        return [*result_parts(view, plans=plans, records=records),
                *([Part(_("Laporan"), links=links)] if links else [])]  # fmt: skip
    if tab == "bahan":
        return [*material_parts(view, forms["bahan"], plans=plans, records=records),
                *voice_parts(view, forms["umpan"], records=records)]  # fmt: skip
    return _session_parts(view, forms["pertemuan"], plans=plans, records=records)


def _seat_parts(form: SeatForm | None) -> list[Part]:
    if form is None or not form.fields["peserta"].choices:  # type: ignore[attr-defined]
        return []
    note = _("Hanya yang belum tercatat hadir. Alasan tersimpan dan tampil pada penempatannya.")
    move = Act("pindah", _("Pindahkan"), form, _("Pindahkan satu peserta"), note=note)
    return [Part(_("Pindah kelas"), acts=[move], code="pindah")]


def _session_parts(view: ClassWork, form: SessionForm, *, plans: bool, records: bool) -> list[Part]:
    top = max((s.came for s in view.sessions), default=0)
    bars = [Bar(f"{s.number}. {fmt.day_short(s.held_on)}", s.came / max(1, len(view.people)), fmt.number(s.came))
            for s in view.sessions if not s.cancelled]  # fmt: skip
    parts = [
        Part(
            _("Pertemuan"),
            bars=Bars(_("Paling banyak %(n)s orang hadir") % {"n": top}, tuple(bars)) if top else None,
            table=_sessions(view, records=records),
            acts=[Act("pertemuan", _("Simpan pertemuan"), form, _("Susun pertemuan"))] if plans else (),
            links=[Link(_("Kalender kelas"), f"{reverse('office:class-calendar')}?bulan={view.starts_on:%Y-%m}")],
            code="pertemuan",
        )
    ]
    if view.needs:
        parts.append(Part(_("Dukungan yang diperlukan"), table=_needs(view), code="dukungan"))
    return parts


def _needs(view: ClassWork) -> Table:
    """What participants need, and the sessions at which nobody provides it yet."""
    names = help_names()
    held = [s for s in view.sessions if not s.cancelled]
    rows = []
    for need, count in view.needs:
        short = [str(s.number) for s in held if need not in dict(s.helpers)]
        state = _("pertemuan %(list)s belum ada penyedia") % {"list": ", ".join(short)} if short else _("semua terisi")
        rows.append((Cell(names[need]), Cell(fmt.number(count)), Cell(state if held else _("belum ada pertemuan"))))
    return Table(
        caption=_("Menurut jawaban undangan dan asesmen"), rows=tuple(rows),
        columns=(Column(_("Dukungan")), Column(_("Orang"), "right"), Column(_("Keadaan"))),
    )  # fmt: skip


PAPERS = {"kartu": "class.plan", "daftar-hadir": "attendance.record", "laporan": "report.make"}
"""Papers of a class, and what a role must hold to print each."""


def _papers(view: ClassWork, *wanted: str) -> list[Link]:
    names = {
        "kartu": _("Kartu peserta untuk dicetak (PDF)"), "daftar-hadir": _("Daftar hadir untuk ditandatangani (PDF)"),
        "laporan": _("Laporan kegiatan (PDF)"),
    }  # fmt: skip
    actor = current_actor()
    may = {slug for slug, code in PAPERS.items() if view.mine and actor is not None and can(actor, code)}
    found = [Link(names[slug], way("office:class-paper", view.id, slug)) for slug in wanted if slug in may]
    return [link for link in found if link.href]


def _sessions(view: ClassWork, *, records: bool) -> Table:
    columns = (Column(_("Pertemuan")), Column(_("Waktu")), Column(_("Pelatih dan materi")), Column(_("Dukungan")),
               Column(_("Hadir"), "right"))  # fmt: skip
    return Table(
        caption=_("Pertemuan"),
        columns=columns,
        rows=tuple(_session(row, records=records) for row in view.sessions),
        empty_title=_("Belum ada pertemuan"),
        empty_text=_("Susun pertemuan di bawah: hari, jam, ruang, dan siapa yang membantu peserta."),
    )


def _session(row: SessionRow, *, records: bool) -> tuple[Cell, ...]:
    names = help_names()
    href = reverse("office:class-session", args=[row.id]) if records else ""
    state = _("batal: %(why)s") % {"why": row.cancelled} if row.cancelled else row.room
    waiting = _("%(n)s menunggu dipastikan") % {"n": row.waiting} if row.waiting else ""
    return (
        Cell(f"{row.number}. {fmt.day(row.held_on)}", href, state),
        Cell(f"{row.starts_at:%H.%M}–{row.ends_at:%H.%M}"),
        Cell(row.trainer or "–", sub=row.topic),
        Cell(", ".join(f"{names[key]}: {who}" for key, who in row.helpers)),
        Cell(fmt.number(row.came), sub=waiting),
    )


@office_page("attendance.record", "class.plan")
def class_paper(request: OfficeRequest, class_id: UUID, paper: str) -> HttpResponse:
    """One paper of a class as PDF; the report is issued as a letter and shown."""
    if paper == "laporan":
        letter = papers.event_report(actor=request.actor, class_id=class_id)
        return HttpResponseRedirect(reverse("office:document-file", args=[letter.id]))
    makers = {"kartu": papers.card_sheet, "daftar-hadir": papers.register_sheet}
    if paper not in makers:
        raise Problem("not_found")
    pdf = makers[paper](actor=request.actor, class_id=class_id)
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{paper}-{class_id}.pdf"'
    return response


@office_page("family.read")
def form_page(request: OfficeRequest, form: str) -> HttpResponse:
    """An instrument to fill in on paper, with the questions of the screen in the same order."""
    pdf = form_paper(actor=request.actor, code=form, language="en" if fmt.language().startswith("en") else "id")
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{form}.pdf"'
    return response


@office_page("programme.read", "class.read")
def material(request: OfficeRequest, material_id: UUID) -> HttpResponse:
    """One material of a class that the role may open; a download, never shown inline."""
    found = class_material(actor=request.actor, material_id=material_id)
    response = HttpResponse(found.content, content_type=found.media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    return response
