"""A class at work: sessions, who came, papers; and one session with cards, list and QR."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import quote
from uuid import UUID

import segno
from django.forms import ChoiceField
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from berdaya.access.permissions import can
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import current_actor
from berdaya.process import classes as papers
from berdaya.process.form_papers import form_paper
from berdaya.process.overview.classwork import (
    ClassWork,
    Participant,
    SessionRow,
    check_in_state,
    class_work,
    session_class,
)
from berdaya.training import services
from berdaya.training.values import NewPresence, NewSession
from berdaya.web.components import format as fmt
from berdaya.web.components.parts import Bar, Bars, Crumb, Figure
from berdaya.web.components.tables import Cell, Column, Table
from berdaya.web.office.class_forms import CardForm, CheckInForm, FeedbackForm, MarksForm, MaterialForm, SessionForm
from berdaya.web.office.sections import Act, Link, Part, Ticks, WorkPage, act, cleaned, show
from berdaya.web.session import OfficeRequest, office_page, way


def _crumbs(work: ClassWork, *more: Crumb) -> tuple[Crumb, ...]:
    return (
        Crumb(_("Kelas"), reverse("office:classes")), Crumb(work.name, reverse("office:class", args=[work.id])), *more
    )  # fmt: skip


@office_page("programme.read", "class.read")
def work(request: OfficeRequest, class_id: UUID) -> HttpResponse:
    """Sessions, list, materials, feedback and papers of one class."""
    view = class_work(actor=request.actor, class_id=class_id)
    posted = request.POST if request.method == "POST" else None
    aim = posted.get("aksi", "") if posted else ""
    forms: dict[str, Any] = {
        "pertemuan": SessionForm(
            posted if aim == "pertemuan" else None, auto_id="sesi-%s",
            initial={"held_on": view.starts_on, "starts_at": "08:00", "ends_at": "12:00"},
        ),
        "bahan": MaterialForm(posted if aim == "bahan" else None, request.FILES or None, auto_id="bahan-%s"),
        "umpan": FeedbackForm(posted if aim == "umpan" else None, auto_id="umpan-%s"),
        "nilai": MarksForm(posted if aim == "nilai" else None, auto_id="nilai-%s"),
    }  # fmt: skip
    answer = act(request, {
        "pertemuan": partial(_plan, request, view, forms["pertemuan"]),
        "batal": partial(_cancel, request),
        "bahan": partial(_material, request, view, forms["bahan"]),
        "umpan": partial(_feedback, request, view, forms["umpan"]),
        "nilai": partial(_marks, request, view, forms["nilai"]),
        "undang": partial(_invite, request, view),
        "sertifikat": partial(_certify, request, view),
        "jawab": partial(_answered, request, view),
    })  # fmt: skip
    if isinstance(answer, HttpResponse):
        return answer
    page = WorkPage(
        title=_("Pelaksanaan %(name)s") % {"name": view.name},
        lead=(view.venue, view.place, fmt.day(view.starts_on)),
        figures=_figures(view),
        crumbs=_crumbs(view, Crumb(_("Pelaksanaan"))),
        parts=_parts(request, view, forms),
        fake=view.synthetic,
    )
    return show(request, page, problem=answer if isinstance(answer, Problem) else None)


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


def _cancel(request: OfficeRequest) -> str:
    services.cancel_session(
        actor=request.actor, session_id=UUID(request.POST["pertemuan"]), reason=request.POST.get("alasan", "")
    )
    return _("Pertemuan dibatalkan; ruang dan pelatih bebas lagi.")


def _material(request: OfficeRequest, view: ClassWork, form: MaterialForm) -> str:
    facts = cleaned(form)
    services.add_material(
        actor=request.actor, class_id=view.id, title=facts["title"], name=facts["file"].name,
        content=facts["file"].read(),
    )  # fmt: skip
    return _("Bahan ajar tersimpan.")


def _feedback(request: OfficeRequest, view: ClassWork, form: FeedbackForm) -> str:
    services.record_feedback(actor=request.actor, class_id=view.id, **cleaned(form))
    return _("Umpan balik tercatat.")


def _marks(request: OfficeRequest, view: ClassWork, form: MarksForm) -> str:
    facts = cleaned(form)
    seat = request.POST.get("peserta", "")
    who = next((p for p in view.people if p.key == seat and p.placement_id), None)
    if who is None or who.placement_id is None:
        raise Problem("not_found")
    services.record_marks_many(
        actor=request.actor, class_id=view.id, rows=[(who.placement_id, facts["pre"], facts["post"])]
    )
    return _("Nilai tes tercatat; sertifikat mengikuti.")


def _invite(request: OfficeRequest, view: ClassWork) -> str:
    letters = papers.invite(actor=request.actor, class_id=view.id)
    return _("%(count)s undangan terbit.") % {"count": len(letters)}


def _certify(request: OfficeRequest, view: ClassWork) -> str:
    letters = papers.certify(actor=request.actor, class_id=view.id)
    return _("%(count)s sertifikat terbit.") % {"count": len(letters)}


def _answered(request: OfficeRequest, view: ClassWork) -> str:
    papers.answer_invitation(
        actor=request.actor, class_id=view.id, key=request.POST.get("peserta", ""),
        coming=request.POST.get("jawaban") == "ya",
    )  # fmt: skip
    return _("Jawaban tercatat.")


def _figures(view: ClassWork) -> list[Figure]:
    seats = [p for p in view.people if p.placement_id]
    held = [s for s in view.sessions if not s.cancelled]
    done = [s for s in held if s.came]
    figures = [
        Figure(
            _("Peserta"),
            fmt.number(len(seats)),
            source=_("dan %(n)s peserta luar") % {"n": len(view.people) - len(seats)},
        ),
        Figure(_("Pertemuan"), fmt.number(len(held)), compare=_("%(n)s sudah ada presensi") % {"n": len(done)}),
        Figure(_("Sertifikat"), fmt.number(sum(bool(p.certificate) for p in seats))),
    ]
    count, *marks = view.feedback
    if count:
        figures.append(
            Figure(_("Umpan balik"), fmt.number(sum(marks) / 3, 1), source=_("%(n)s lembar, dari 5") % {"n": count})
        )
    return figures


def _parts(request: OfficeRequest, view: ClassWork, forms: dict[str, Any]) -> list[Part]:
    plans = view.mine and can(request.actor, "class.plan")
    records = view.mine and can(request.actor, "attendance.record")
    top = max((s.came for s in view.sessions), default=0)
    bars = [Bar(f"{s.number}. {fmt.day_short(s.held_on)}", s.came / max(1, len(view.people)), fmt.number(s.came))
            for s in view.sessions if not s.cancelled]  # fmt: skip
    parts = [
        Part(
            _("Pertemuan"),
            bars=Bars(_("Paling banyak %(n)s orang hadir") % {"n": top}, tuple(bars)) if top else None,
            table=_sessions(view, records=records),
            acts=[Act("pertemuan", _("Simpan pertemuan"), forms["pertemuan"], _("Susun pertemuan"))] if plans else (),
            code="pertemuan",
        )
    ]
    parts.append(Part(_("Peserta"), table=_people(view), acts=_people_acts(view, forms, plans=plans, records=records)))
    if plans or records:
        parts.append(Part(_("Surat dan kertas"), links=_papers(view)))
    materials = [Link(title, way("office:file", file)) for file, title in view.materials]
    parts.append(
        Part(
            _("Bahan ajar"),
            text="" if materials else _("Belum ada bahan ajar."),
            links=materials,
            acts=[Act("bahan", _("Simpan bahan"), forms["bahan"], _("Tambah bahan"))] if plans else (),
        )
    )
    if records:
        parts.append(
            Part(
                _("Umpan balik"),
                text=" · ".join(view.notes),
                acts=[Act("umpan", _("Simpan"), forms["umpan"], _("Catat satu lembar umpan balik"))],
            )
        )
    return parts


PAPERS = {"kartu": "class.plan", "daftar-hadir": "attendance.record", "laporan": "report.make"}
"""Papers of a class, and what a role must hold to print each."""


def _papers(view: ClassWork) -> list[Link]:
    names = {
        "kartu": _("Kartu peserta untuk dicetak (PDF)"), "daftar-hadir": _("Daftar hadir untuk ditandatangani (PDF)"),
        "laporan": _("Laporan kegiatan (PDF)"),
    }  # fmt: skip
    actor = current_actor()
    may = {slug for slug, code in PAPERS.items() if actor is not None and can(actor, code)}
    found = [Link(text, way("office:class-paper", view.id, slug)) for slug, text in names.items() if slug in may]
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
    names = {"interpreter": _("juru bahasa"), "companion": _("pendamping"), "childcare": _("penitipan anak"),
             "transport": _("angkutan")}  # fmt: skip
    href = reverse("office:class-session", args=[row.id]) if records and not row.cancelled else ""
    state = _("batal: %(why)s") % {"why": row.cancelled} if row.cancelled else row.room
    waiting = _("%(n)s menunggu dipastikan") % {"n": row.waiting} if row.waiting else ""
    return (
        Cell(f"{row.number}. {fmt.day(row.held_on)}", href, state),
        Cell(f"{row.starts_at:%H.%M}–{row.ends_at:%H.%M}"),
        Cell(row.trainer or "–", sub=row.topic),
        Cell(", ".join(f"{names[key]}: {who}" for key, who in row.helpers)),
        Cell(fmt.number(row.came), sub=waiting),
    )


def _people(view: ClassWork) -> Table:
    columns = (Column(_("Peserta")), Column(_("Kartu")), Column(_("Undangan")), Column(_("Hadir"), "right"),
               Column(_("Tes"), "right"), Column(_("Sertifikat")))  # fmt: skip
    return Table(
        caption=_("Peserta"),
        columns=columns,
        rows=tuple(_person(view, p) for p in view.people),
        empty_title=_("Belum ada peserta"),
        empty_text=_("Peserta muncul setelah penempatan diterbitkan."),
    )


def whatsapp(view: ClassWork, who: Participant) -> str:
    """A WhatsApp message with the invitation filled in; nothing without a number."""
    digits = "".join(c for c in who.phone if c.isdigit())
    if not digits:
        return ""
    digits = f"62{digits[1:]}" if digits.startswith("0") else digits
    said = _("Yth. %(name)s, Anda diundang mengikuti %(class)s di %(venue)s mulai %(day)s. Kode kartu: %(card)s.") % {
        "name": who.name, "class": view.name, "venue": view.venue, "day": fmt.day(view.starts_on), "card": who.card,
    }  # fmt: skip
    return f"https://wa.me/{digits}?text={quote(said)}"


def _person(view: ClassWork, p: Participant) -> tuple[Cell, ...]:
    said = {"": "", "sent": _("sudah dikirim"), "coming": _("akan datang"), "not_coming": _("berhalangan")}[p.invited]
    marks = f"{'–' if p.pre is None else p.pre} → {'–' if p.post is None else p.post}" if p.placement_id else ""
    return (
        Cell(p.name or _("peserta tanpa nama"), sub=p.place, fake=view.synthetic),
        Cell(p.card),
        Cell(_("WhatsApp") if p.phone else said, whatsapp(view, p), said if p.phone else ""),
        Cell(f"{p.attended}/{p.sessions}" if p.placement_id else ""),
        Cell(marks if marks != "– → –" else ""),
        Cell(p.certificate),
    )


def _people_acts(view: ClassWork, forms: dict[str, Any], *, plans: bool, records: bool) -> list[Act]:
    acts = []
    if plans and view.people:
        acts.append(
            Act("undang", _("Terbitkan undangan"), note=_("Satu surat untuk setiap peserta, bernomor dan dibekukan."))
        )
    if records and view.people:
        form = forms["nilai"]
        names = [(p.key, p.name or p.card) for p in view.people if p.placement_id]
        form.fields = {"peserta": ChoiceField(label=_("Peserta"), choices=names), **form.fields}
        acts.append(Act("nilai", _("Simpan nilai"), form, _("Catat nilai tes")))
    if plans and any(p.certificate for p in view.people):
        acts.append(
            Act(
                "sertifikat", _("Terbitkan sertifikat"), note=_("Bagi yang memenuhi kehadiran dan nilai."), primary=True
            )
        )
    return acts


@office_page("attendance.record")
def session(request: OfficeRequest, session_id: UUID) -> HttpResponse:
    """One session: scan or type cards, tick the list, open the QR for people's own phones, confirm shared ones."""
    class_id = session_class(actor=request.actor, session_id=session_id)
    view = class_work(actor=request.actor, class_id=class_id, session_id=session_id)
    if not view.mine:
        raise Problem("not_found")
    row = next(s for s in view.sessions if s.id == session_id)
    posted = request.POST if request.method == "POST" else None
    aim = posted.get("aksi", "") if posted else ""
    card = CardForm(posted if aim == "kartu" else None, auto_id="kartu-%s")
    opened = CheckInForm(posted if aim == "buka" else None, auto_id="qr-%s", initial={"minutes": 30})
    answer = act(request, {
        "kartu": partial(_scan, request, session_id, card),
        "daftar": partial(_tick, request, view, session_id),
        "buka": partial(_open, request, session_id, opened),
        "tutup": partial(_close, request, session_id),
        "pastikan": partial(_confirm, request, session_id),
    })  # fmt: skip
    if isinstance(answer, HttpResponse):
        return answer
    came = sum(p.present is True and not p.waiting for p in view.people)
    page = WorkPage(
        title=_("Presensi pertemuan %(number)s") % {"number": row.number},
        lead=(view.name, fmt.day(row.held_on), f"{row.starts_at:%H.%M}–{row.ends_at:%H.%M}"),
        figures=[Figure(_("Hadir"), fmt.number(came), compare=_("dari %(n)s orang") % {"n": len(view.people)})],
        crumbs=_crumbs(
            view, Crumb(_("Pelaksanaan"), reverse("office:class-work", args=[view.id])), Crumb(_("Presensi"))
        ),
        parts=_presence(request, view, row, card, opened),
        fake=view.synthetic,
    )
    return show(request, page, problem=answer if isinstance(answer, Problem) else None)


def _scan(request: OfficeRequest, session_id: UUID, form: CardForm) -> str:
    taken = services.record_presences_many(
        actor=request.actor, session_id=session_id, rows=[NewPresence(card=cleaned(form)["card"], method="card")]
    )
    if taken.outcomes[0] == "unknown":
        raise Problem("training_card_unknown")
    if taken.outcomes[0] == "elsewhere":
        raise Problem("training_card_elsewhere")
    return _("%(name)s hadir.") % {"name": taken.names[0] or _("Peserta")}


def _tick(request: OfficeRequest, view: ClassWork, session_id: UUID) -> str:
    ticked = set(request.POST.getlist("hadir"))
    rows = [
        NewPresence(present=p.key in ticked, placement_id=p.placement_id, outsider_id=p.outsider_id)
        for p in view.people
        if not (p.present is None and p.key not in ticked and p.outsider_id)
    ]
    services.record_presences_many(actor=request.actor, session_id=session_id, rows=rows)
    return _("Daftar hadir tersimpan: %(n)s hadir.") % {"n": len(ticked)}


def _open(request: OfficeRequest, session_id: UUID, form: CheckInForm) -> str:
    services.open_check_in(actor=request.actor, session_id=session_id, minutes=cleaned(form)["minutes"])
    return _("Presensi lewat ponsel terbuka.")


def _close(request: OfficeRequest, session_id: UUID) -> str:
    services.close_check_in(actor=request.actor, session_id=session_id)
    return _("Presensi lewat ponsel tertutup.")


def _confirm(request: OfficeRequest, session_id: UUID) -> str:
    ids = [UUID(text) for text in request.POST.getlist("pasti")]
    count = services.confirm_presences_many(actor=request.actor, session_id=session_id, ids=ids)
    return _("%(n)s presensi dipastikan.") % {"n": count}


def _presence(
    request: OfficeRequest, view: ClassWork, row: SessionRow, card: CardForm, opened: CheckInForm
) -> list[Part]:
    by = {"card": _("kartu"), "list": _("daftar"), "phone": _("ponsel"), "paper": _("kertas")}
    rows = tuple(
        (p.key, p.name or p.card, " · ".join(x for x in (p.place, by.get(p.method, "")) if x), p.present is True)
        for p in view.people
    )
    waiting = tuple(
        (str(p.presence_id), p.name or p.card, _("ponsel yang sama dipakai orang lain"), True)
        for p in view.people
        if p.waiting
    )
    state = check_in_state(actor=request.actor, session_id=row.id)
    parts = [Part(_("Kartu"), acts=[Act("kartu", _("Catat hadir"), card, primary=True)], code="kartu")]
    if waiting:
        parts.append(
            Part(
                _("Menunggu dipastikan"),
                text=_("Satu ponsel dipakai lebih dari satu orang. Pastikan bahwa mereka ada di sini."),
                ticks=Ticks("pasti", _("Orang ini hadir"), waiting),
                acts=[Act("pastikan", _("Pastikan yang dicentang"))],
            )
        )
    parts.append(
        Part(
            _("Daftar"),
            ticks=Ticks("hadir", _("Centang yang hadir"), rows),
            acts=[Act("daftar", _("Simpan daftar"))],
            code="daftar",
        )
    )
    if state is None:
        text = _("Tertutup. Buka hanya selama peserta berada di ruang; kode baru dibuat setiap kali dibuka.")
        parts.append(
            Part(_("Ponsel peserta"), text=text, acts=[Act("buka", _("Buka presensi ponsel"), opened)], code="qr")
        )
        return parts
    token, until = state
    address = request.build_absolute_uri(reverse("shop:check-in", args=[token]))
    drawn = segno.make(address, error="m").svg_inline(
        scale=6, omitsize=False, svgclass=None, lineclass=None, dark="#14253D"
    )
    parts.append(
        Part(
            _("Ponsel peserta"),
            text=_("Terbuka sampai %(until)s. Peserta memindai kode ini lalu mengetik kode kartunya.")
            % {"until": fmt.moment(until)},
            qr=mark_safe(drawn),  # noqa: S308 - drawn here from an address of our own
            links=[Link(address, address)],
            acts=[Act("tutup", _("Tutup sekarang"))],
            code="qr",
        )
    )
    return parts


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
