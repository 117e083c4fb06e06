"""What the holder of a paper code received: looking changes nothing, only sending uses the code."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from berdaya.accountability import public
from berdaya.accountability.types import Channel, OpenCode
from berdaya.kernel import formats as fmt
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.web.photos import photo_field
from berdaya.web.problems import told
from berdaya.web.said_form import SaidForm


def source_of(request: HttpRequest) -> bytes:
    """The connection as the counter of tries keeps it."""
    return public.source_of(request.META.get("REMOTE_ADDR", ""))


@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Type the code on the paper."""
    problem = ""
    if request.method == "POST":
        code = "".join(sign for sign in request.POST.get("kode", "").upper() if sign.isalnum())[:20]
        try:
            public.open_code(code=code, source=source_of(request))
        except Problem as raised:
            problem = told(raised)
        else:
            return HttpResponseRedirect(reverse("public:confirm-code", args=[code]))
    context = {"problem": problem, "code": request.POST.get("kode", "")}
    return render(request, "public/confirm_start.html", context, status=404 if problem else 200)


class PaperForm(SaidForm):
    """How many of each item she received, and what she wants to say."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=gettext_lazy("Ada yang ingin dikatakan? (boleh kosong)"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    company = forms.CharField(
        label=gettext_lazy("Ditemani siapa saat mengisi? (boleh kosong)"), required=False, max_length=120
    )
    photo = photo_field(gettext_lazy("Foto barang (boleh kosong)"))

    def __init__(self, opened: OpenCode, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in opened.lines:
            counted = _("Menurut kantor: %(n)s %(unit)s") % {"n": fmt.number(line.quantity), "unit": line.unit}
            self.add_line(line.line, line.name, counted)


@never_cache
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """What the paper is about; on POST what she received."""
    try:
        opened = public.open_code(code=code, source=source_of(request))
    except Problem as problem:
        again = {"problem": told(problem), "code": code}
        return render(request, "public/confirm_start.html", again, status=problem.status)
    form = PaperForm(opened, request.POST or None, request.FILES or None, initial={"id": new_id()})
    complete: bool | None = None
    if request.method == "POST" and form.is_valid():
        try:
            complete = public.say(
                code=code,
                id=form.cleaned_data["id"],
                said=form.said(),
                source=source_of(request),
                channel=Channel.LINK if request.GET.get("lewat") == "wa" else Channel.CODE,
            )
        except Problem as problem:
            form.add_error(None, told(problem))
    context = {
        "opened": opened,
        "form": form,
        "lines": [form[f"line-{line.line}"] for line in opened.lines],
        "done": complete is not None,
        "complete": complete,
    }
    return render(request, "public/confirm.html", context, status=400 if form.errors else 200)
