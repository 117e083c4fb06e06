"""Complaints in the office: the list of those one may see, one case with its steps, and writing down a call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from berdaya.access.permissions import can
from berdaya.followup.complaints import selectors, services
from berdaya.followup.complaints.types import SAFE_TIMES, Channel, NewComplaint, State, Subject
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.phones import whatsapp_link
from berdaya.kernel.problems import Problem
from berdaya.process.overview.areas import area_choices
from berdaya.process.overview.complaints import (
    ComplaintFilter,
    ComplaintRow,
    complaint_rows,
    complaints_page,
    people_of,
    photo_of,
)
from berdaya.web.case_form import CaseForm, fresh_case
from berdaya.web.components.parts import Badge, Bar, Bars, Crumb, Event, Fact
from berdaya.web.components.tables import Cell
from berdaya.web.office import words as vocabulary
from berdaya.web.office.lists import Col, list_table, select, text_col
from berdaya.web.problems import told
from berdaya.web.session import OfficeRequest, office_page


def subject_name(subject: str) -> str:
    """What a complaint is about, in words."""
    return {
        Subject.GOODS: _("barang bantuan"),
        Subject.MONEY: _("uang atau pungutan"),
        Subject.MENTOR: _("pendamping"),
        Subject.GROUP: _("kelompok atau pengurus"),
        Subject.SELECTION: _("siapa yang dipilih"),
        Subject.VILLAGE: _("desa atau kelurahan"),
        Subject.OFFICE: _("dinas sosial"),
        Subject.OTHER: _("lainnya"),
    }[Subject(subject)]


def state_badge(state: str, *, late: bool = False) -> Badge:
    """State of a case as a badge."""
    if late:
        return Badge(_("lewat tenggat"), "bad", "cross")
    return {
        State.RECEIVED: Badge(_("baru"), "info", "ring"),
        State.WORKING: Badge(_("diperiksa"), "warn", "half"),
        State.CLOSED: Badge(_("selesai"), "good", "tick"),
    }[State(state)]


def _columns() -> list[Col[ComplaintRow]]:
    def badge(row: ComplaintRow) -> Badge:
        return state_badge(row.state, late=row.late)

    return [
        Col(
            _("Hal"),
            lambda row: Cell(subject_name(row.subject), reverse("office:complaint", args=[row.id]), sub=row.start),
            lambda row: subject_name(row.subject),
        ),
        text_col(_("Wilayah"), lambda row: row.area),
        Col(_("Masuk"), lambda row: Cell(fmt.day_short(row.filed_on)), lambda row: row.filed_on),
        Col(_("Tenggat"), lambda row: Cell(fmt.day_short(row.due_on)), lambda row: row.due_on),
        Col(_("Keadaan"), lambda row: Cell(badge=badge(row)), lambda row: badge(row).text),
    ]


@office_page("complaint.handle")
def complaints(request: OfficeRequest) -> HttpResponse:
    """Cases that this person may see, the nearest date first."""
    filters = ComplaintFilter.parse(request.GET)
    page, counts = complaints_page(actor=request.actor, filters=filters)
    total = sum(counts.values()) or 1
    names = {
        "received": _("baru"),
        "working": _("diperiksa"),
        "late": _("lewat tenggat"),
        "closed": _("selesai"),
    }
    context = {
        "crumbs": (),
        "picture": Bars(
            _("%(n)s pengaduan menunggu jawaban") % {"n": fmt.number(sum(counts.values()) - counts["closed"])},
            tuple(Bar(names[key], counts[key] / total, fmt.number(counts[key])) for key in names),
            _("Pengaduan tentang diri sendiri tidak pernah tampak; tentang desa dan dinas hanya dilihat inspektorat."),
        ),
        "controls": (select("state", _("Keadaan"), filters.state, [(s.value, state_badge(s).text) for s in State]),),
        "table": list_table(
            page,
            _columns(),
            filters,
            caption=_("Pengaduan"),
            noun=_("pengaduan"),
            empty=(_("Tidak ada pengaduan"), _("Warga mengadu di halaman umum, lewat telepon, atau dengan surat.")),
        ),
        "may_file": can(request.actor, "complaint.file"),
    }
    return render(request, "office/complaints.html", context)


@office_page("complaint.handle")
def complaint(request: OfficeRequest, complaint_id: UUID) -> HttpResponse:
    """One case: what was said, what was done, and what to do next."""
    problem: Problem | None = None
    opened: tuple[str, str] | None = None
    if request.method == "POST":
        try:
            opened = _act(request, complaint_id)
        except Problem as raised:
            problem = raised
        else:
            if opened is None:
                gone = request.POST.get("aksi") == "teruskan"
                target = reverse("office:complaints") if gone else reverse("office:complaint", args=[complaint_id])
                return HttpResponseRedirect(target)
    row, steps = selectors.complaint(actor=request.actor, complaint_id=complaint_id)
    names = people_of([row.handler_id, *(step.account_id for step in steps)])
    shown = complaint_rows([row])[0]
    context = {
        "row": row,
        "title": subject_name(row.subject),
        "badge": state_badge(row.state, late=shown.late),
        "crumbs": (Crumb(_("Pengaduan"), reverse("office:complaints")), Crumb(subject_name(row.subject))),
        "facts": _facts(row, shown, names),
        "events": [_event(step, names) for step in steps],
        "open": row.state != State.CLOSED,
        "mine": row.handler_id == request.actor.account_id,
        "sealed": bool(row.withheld_cipher or row.contact_cipher),
        "opened": opened,
        "neutral": _neutral(opened),
        "may_pass": not row.inspectorate and request.actor.role != "auditor",
        "problem_text": told(problem),
    }
    return render(request, "office/complaint.html", context, status=problem.status if problem else 200)


def _act(request: OfficeRequest, complaint_id: UUID) -> tuple[str, str] | None:
    actor, what, words = request.actor, request.POST.get("aksi", ""), request.POST.get("kata", "")
    if what == "ambil":
        services.take(actor=actor, complaint_id=complaint_id)
        messages.success(request, _("Anda menangani pengaduan ini."))
    elif what == "catat":
        services.note(actor=actor, complaint_id=complaint_id, words=words, told=request.POST.get("kabar", ""))
        messages.success(request, _("Langkah tercatat."))
    elif what == "teruskan":
        services.pass_on(actor=actor, complaint_id=complaint_id, reason=words)
        messages.success(request, _("Pengaduan diteruskan ke inspektorat."))
    elif what == "buka":
        return services.reveal(actor=actor, complaint_id=complaint_id, reason=words)
    else:
        services.close(actor=actor, complaint_id=complaint_id, result=words)
        messages.success(request, _("Pengaduan selesai; hasilnya terbaca dengan nomor kasus."))
    return None


def _facts(row: Any, shown: ComplaintRow, names: dict[int, str]) -> list[Fact]:
    channel = {"web": _("halaman umum"), "phone": _("telepon"), "paper": _("surat")}[row.channel]
    facts = [
        Fact(_("Wilayah"), shown.area),
        Fact(_("Masuk"), vocabulary.join((fmt.day(row.filed_on), channel))),
        Fact(_("Tenggat"), fmt.day(row.due_on)),
        Fact(_("Ditangani oleh"), names.get(row.handler_id or 0, _("belum ada"))),
    ]
    if row.safe_time:
        facts.append(Fact(_("Waktu aman dihubungi"), row.safe_time))
    if row.photo_id:
        facts.append(Fact(_("Foto"), _("buka foto"), reverse("office:complaint-photo", args=[row.pk])))
    if row.result:
        facts.append(Fact(_("Hasil"), row.result))
    return facts


def _event(step: Any, names: dict[int, str]) -> Event:
    text = vocabulary.join((step.words, step.told))
    return Event(step.occurred_on, _step_name(step.kind), text, by=names.get(step.account_id or 0, ""))


def _step_name(kind: str) -> str:
    return {
        "taken": _("Diambil"),
        "note": _("Dicatat"),
        "told": _("Dikabarkan kepada pelapor"),
        "passed_on": _("Diteruskan ke inspektorat"),
        "revealed": _("Keterangan rahasia dibuka"),
        "closed": _("Selesai"),
    }[kind]


def _neutral(opened: tuple[str, str] | None) -> str:
    """A WhatsApp link whose message says nothing of a complaint: somebody else may read that phone."""
    said = "Ada kabar untuk Anda. Silakan buka halaman yang Anda catat."
    return (whatsapp_link(opened[1], said) if opened else None) or ""


class CallForm(CaseForm):
    """A call or a letter, written down by an officer."""

    channel = forms.ChoiceField(
        label=gettext_lazy("Cara"), choices=[("phone", gettext_lazy("telepon")), ("paper", gettext_lazy("surat"))]
    )
    subject = forms.ChoiceField(label=gettext_lazy("Tentang apa"))
    area = forms.TypedChoiceField(label=gettext_lazy("Di kecamatan mana"), coerce=int)
    words = forms.CharField(
        label=gettext_lazy("Apa yang terjadi"),
        help_text=gettext_lazy("Tulis kata-katanya sendiri, tanpa nama pelapor."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    withheld = forms.CharField(
        label=gettext_lazy("Keterangan yang dapat membuka siapa pelapornya (boleh kosong)"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    contact = forms.CharField(label=gettext_lazy("Nomor telepon (boleh kosong)"), required=False, max_length=60)
    safe_time = forms.ChoiceField(
        label=gettext_lazy("Waktu aman dihubungi"), required=False, choices=[("", ""), *((t, t) for t in SAFE_TIMES)]
    )

    def __init__(self, request: OfficeRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = [("", ""), *((s.value, subject_name(s)) for s in Subject)]  # type: ignore[attr-defined]
        self.fields["area"].choices = [("", ""), *area_choices(actor=request.actor)]  # type: ignore[attr-defined]


@office_page("complaint.file")
def call(request: OfficeRequest) -> HttpResponse:
    """Write down a call or a letter; the case code stands on the page to be read to the complainant."""
    form = CallForm(request, request.POST or None, initial=fresh_case())
    shown = ""
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            shown = services.file_for(
                actor=request.actor,
                complaint=NewComplaint(
                    id=facts["id"],
                    channel=Channel(facts["channel"]),
                    subject=Subject(facts["subject"]),
                    area=facts["area"],
                    words=facts["words"],
                    withheld=facts["withheld"],
                    contact=facts["contact"],
                    safe_time=facts["safe_time"],
                ),
                code=facts["code"],
            )
        except Problem as problem:
            form.add_error(None, told(problem))
    context = {
        "form": form,
        "shown": shown,
        "today": clock.today(),
        "crumbs": (Crumb(_("Catat pengaduan")),),
    }
    return render(request, "office/complaint_call.html", context, status=400 if form.errors else 200)


@office_page("complaint.handle")
def photo(request: OfficeRequest, complaint_id: UUID) -> HttpResponse:
    """The photo of a case, for those who may see the case."""
    return HttpResponse(photo_of(actor=request.actor, complaint_id=complaint_id), content_type="image/jpeg")
