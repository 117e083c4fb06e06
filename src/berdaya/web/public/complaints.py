"""Filing a complaint, anonymously if wished, and asking after it with the case code."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from berdaya.followup.complaints import public
from berdaya.followup.complaints.types import SAFE_TIMES, CaseStatus, Channel, NewComplaint, State, Subject
from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import Problem
from berdaya.web.case_form import CaseForm, fresh_case
from berdaya.web.photos import photo_bytes
from berdaya.web.problems import told
from berdaya.web.public.confirmation import source_of

SUBJECTS = {
    Subject.GOODS: gettext_lazy("barang yang tidak sesuai atau tidak sampai"),
    Subject.MONEY: gettext_lazy("uang, potongan, atau pungutan"),
    Subject.MENTOR: gettext_lazy("pendamping"),
    Subject.GROUP: gettext_lazy("kelompok atau pengurusnya"),
    Subject.SELECTION: gettext_lazy("siapa yang dipilih dan tidak dipilih"),
    Subject.VILLAGE: gettext_lazy("pemerintah desa atau kelurahan"),
    Subject.OFFICE: gettext_lazy("dinas sosial"),
    Subject.OTHER: gettext_lazy("hal lain"),
}


class ComplaintForm(CaseForm):
    """A complaint of anybody; only what happened and where must be told."""

    subject = forms.ChoiceField(label=gettext_lazy("Tentang apa"), choices=[("", ""), *SUBJECTS.items()])
    area = forms.TypedChoiceField(label=gettext_lazy("Di kabupaten atau kota mana"), coerce=int)
    words = forms.CharField(
        label=gettext_lazy("Apa yang terjadi"),
        help_text=gettext_lazy("Kapan, di mana, siapa. Nama Anda tidak perlu."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    withheld = forms.CharField(
        label=gettext_lazy("Keterangan yang bisa membuat orang tahu siapa Anda (boleh kosong)"),
        help_text=gettext_lazy("Disimpan terkunci. Hanya dibuka oleh pemeriksa, dengan alasan yang dicatat."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    photo = forms.FileField(
        label=gettext_lazy("Foto (boleh kosong)"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"})
    )
    contact = forms.CharField(
        label=gettext_lazy("Nomor telepon (boleh kosong)"),
        help_text=gettext_lazy("Pesannya hanya berbunyi: ada kabar untuk Anda."),
        required=False,
        max_length=60,
    )
    safe_time = forms.ChoiceField(
        label=gettext_lazy("Kapan aman dihubungi"), required=False, choices=[("", ""), *((t, t) for t in SAFE_TIMES)]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", ""), *public.served_areas()]  # type: ignore[attr-defined]

    def complaint(self) -> NewComplaint:
        """The values of a valid form. Raises `files.too_large`."""
        facts = self.cleaned_data
        return NewComplaint(
            id=facts["id"],
            channel=Channel.WEB,
            subject=Subject(facts["subject"]),
            area=facts["area"],
            words=facts["words"],
            withheld=facts["withheld"],
            contact=facts["contact"],
            safe_time=facts["safe_time"],
            photo=photo_bytes(facts["photo"]),
        )


@never_cache
def file(request: HttpRequest) -> HttpResponse:
    """The form, with public counts beside it; after sending, the case code to be noted down."""
    form = ComplaintForm(
        request.POST or None,
        request.FILES or None,
        initial=fresh_case(),
    )
    shown = ""
    if request.method == "POST" and form.is_valid():
        try:
            shown = public.file_complaint(
                complaint=form.complaint(), code=form.cleaned_data["code"], source=source_of(request)
            )
        except Problem as problem:
            form.add_error(None, told(problem))
    rows = [] if shown else public.public_counts()
    context = {"form": form, "shown": shown, "counts": rows}
    return render(request, "public/complain.html", context, status=400 if form.errors else 200)


@never_cache
def status(request: HttpRequest) -> HttpResponse:
    """What became of a case, for whoever holds its code."""
    case: CaseStatus | None = None
    problem = ""
    if request.method == "POST":
        try:
            case = public.status_of(code=request.POST.get("kode", ""), source=source_of(request))
        except Problem as raised:
            problem = told(raised)
    names = {State.RECEIVED: _("diterima"), State.WORKING: _("sedang diperiksa"), State.CLOSED: _("selesai")}
    context = {
        "case": case,
        "state": names[case.state] if case else "",
        "problem": problem,
        "language": fmt.language(),
    }
    return render(request, "public/complaint_status.html", context, status=404 if problem else 200)
