"""The link on an invitation: when and where, come or not, what one needs, materials, a word afterwards."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.training import public
from berdaya.training.types import HELP
from berdaya.training.values import InvitedTo
from berdaya.web.problems import told


class AnswerForm(forms.Form):
    """Comes or not, and what she needs for it."""

    answer = forms.ChoiceField(choices=[("coming", gettext_lazy("Saya datang")),
                                        ("not_coming", gettext_lazy("Saya berhalangan"))])  # fmt: skip
    asked_for = forms.MultipleChoiceField(choices=[(need, need) for need in HELP], required=False)
    note = forms.CharField(max_length=160, required=False)


class VoiceForm(forms.Form):
    """Marks from 1 to 5, no name."""

    useful = forms.IntegerField(min_value=1, max_value=5)
    clear = forms.IntegerField(min_value=1, max_value=5)
    place = forms.IntegerField(min_value=1, max_value=5)
    note = forms.CharField(max_length=500, required=False)


def _needs(view: InvitedTo) -> list[dict[str, object]]:
    names = {
        "interpreter": _("Juru bahasa isyarat"), "companion": _("Pendamping"), "childcare": _("Penitipan anak"),
        "transport": _("Angkutan"),
    }  # fmt: skip
    return [{"code": need, "name": names[need], "on": need in view.asked_for} for need in HELP]


@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The class of one invitation; `aksi` jawab keeps the answer, suara the marks."""
    problem: Problem | None = None
    try:
        view = public.invited(token=token)
    except Problem as raised:
        return render(request, "public/invitation_unknown.html", {"problem": told(raised)}, status=raised.status)
    if request.method == "POST":
        try:
            said = _voice(request, token) if request.POST.get("aksi") == "suara" else _answer(request, token)
        except Problem as raised:
            problem = raised
        else:
            return redirect(f"{request.path}?kata={said}")
    today = clock.today()
    context: dict[str, Any] = {
        "view": view,
        "needs": _needs(view),
        "token": token,
        "begun": view.starts_on <= today,
        "over": view.ends_on < today,
        "problem": told(problem) if problem else "",
        "said": {"jawab": _("Jawaban Anda tersimpan. Terima kasih."),
                 "suara": _("Umpan balik Anda diterima tanpa nama. Terima kasih.")}.get(request.GET.get("kata", "")),
        "marks": range(1, 6),
    }  # fmt: skip
    return render(request, "public/invitation.html", context, status=problem.status if problem else 200)


def _answer(request: HttpRequest, token: str) -> str:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise Problem("invalid_form", detail=_("pilih datang atau berhalangan"))
    public.answer(token=token, **form.cleaned_data)
    return "jawab"


def _voice(request: HttpRequest, token: str) -> str:
    form = VoiceForm(request.POST)
    if not form.is_valid():
        raise Problem("invalid_form", detail=_("beri nilai 1 sampai 5 pada ketiganya"))
    public.speak(token=token, **form.cleaned_data)
    return "suara"


@never_cache
def material(request: HttpRequest, token: str, material_id: UUID) -> HttpResponse:
    """One material of the class behind a link; a download, never shown inline."""
    try:
        found = public.material(token=token, material=material_id)
    except Problem as raised:
        return render(request, "public/invitation_unknown.html", {"problem": told(raised)}, status=raised.status)
    response = HttpResponse(found.content, content_type=found.media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    return response
