"""The register of what the offices offer, and the referrals that wait for an answer."""

from __future__ import annotations

from datetime import date
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
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.process.overview.ranks import referral_rows
from berdaya.programmes import services
from berdaya.programmes.offers import Offer
from berdaya.programmes.offers import offer as offer_of
from berdaya.programmes.offers import offers as offers_of
from berdaya.programmes.services.referrals import NewOffer
from berdaya.web.components.parts import Crumb
from berdaya.web.components.wording import conditions
from berdaya.web.problems import told
from berdaya.web.session import OfficeRequest, office_page


def _area_text(label: Any, rows: int = 2) -> forms.CharField:
    return forms.CharField(label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": rows}))


def _day(label: Any, *, required: bool) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


class OfferForm(forms.Form):
    """One programme of the register as an office fills it in."""

    code = forms.SlugField(label=gettext_lazy("Kode"), max_length=60)
    name = forms.CharField(label=gettext_lazy("Nama program"), max_length=160)
    provider = forms.CharField(label=gettext_lazy("Kantor penyelenggara"), max_length=160)
    aim = _area_text(gettext_lazy("Tujuan"))
    target = _area_text(gettext_lazy("Sasaran: untuk siapa"))
    form = forms.CharField(label=gettext_lazy("Bentuk bantuan"), max_length=160)
    how = _area_text(gettext_lazy("Cara diusulkan"))
    contact = forms.CharField(label=gettext_lazy("Kontak"), max_length=200)
    open_from = _day(gettext_lazy("Dibuka sejak"), required=True)
    open_until = _day(gettext_lazy("Sampai (boleh kosong)"), required=False)
    desil_max = forms.IntegerField(label=gettext_lazy("Desil paling tinggi"), required=False, min_value=1, max_value=10)
    age_min = forms.IntegerField(label=gettext_lazy("Umur paling muda"), required=False, min_value=0, max_value=120)
    age_max = forms.IntegerField(label=gettext_lazy("Umur paling tua"), required=False, min_value=0, max_value=120)
    sex = forms.ChoiceField(
        label=gettext_lazy("Jenis kelamin"),
        required=False,
        choices=[("", gettext_lazy("semua")), ("P", gettext_lazy("perempuan")), ("L", gettext_lazy("laki-laki"))],
    )
    disability = forms.BooleanField(label=gettext_lazy("Hanya penyandang disabilitas"), required=False)
    female_head = forms.BooleanField(label=gettext_lazy("Hanya kepala keluarga perempuan"), required=False)

    def offer(self) -> NewOffer:
        """The programme of a valid form."""
        facts = dict(self.cleaned_data)
        names = ("desil_max", "age_min", "age_max", "sex", "disability", "female_head")
        conditions = {name: facts.pop(name) for name in names}
        return NewOffer(**facts, conditions={name: value for name, value in conditions.items() if value})


@office_page("programme.read")
def offers(request: OfficeRequest) -> HttpResponse:
    """The register, and a form for a new programme."""
    return _register(request, None)


@office_page("programme.read")
def offer(request: OfficeRequest, offer_id: UUID) -> HttpResponse:
    """One programme of the register, to be read or written anew."""
    return _register(request, offer_of(actor=request.actor, offer_id=offer_id))


def _register(request: OfficeRequest, chosen: Offer | None) -> HttpResponse:
    actor = request.actor
    form: OfferForm | None = None
    problem: Problem | None = None
    if can(actor, "referral.manage"):
        form = OfferForm(request.POST or None, initial=_initial(chosen))
        if request.method == "POST" and form.is_valid():
            try:
                services.save_offers_many(actor=actor, offers=[form.offer()])
            except Problem as raised:
                problem = raised
            else:
                messages.success(request, _("Program tersimpan dan tampil di halaman umum."))
                return HttpResponseRedirect(reverse("office:offers"))
    elif request.method == "POST":
        raise Problem("not_allowed", role=actor.role, permission="referral.manage")
    crumbs = (Crumb(_("Daftar program kantor"), reverse("office:offers")), Crumb(chosen.name)) if chosen else ()
    broken = problem is not None or bool(form and form.errors)
    context = {
        "chosen": chosen,
        "rows": [(item, conditions(item.conditions)) for item in offers_of(actor=actor)] if chosen is None else [],
        "form": form,
        "problem_text": told(problem),
        "referrals": _open_referrals(actor) if chosen is None else [],
        "crumbs": crumbs,
    }
    return render(request, "office/offers.html", context, status=400 if broken else 200)


def _initial(chosen: Offer | None) -> dict[str, Any]:
    if chosen is None:
        return {"open_from": clock.today()}
    names = ("code", "name", "provider", "aim", "target", "form", "how", "contact", "open_from", "open_until")
    return {name: getattr(chosen, name) for name in names} | dict(chosen.conditions)


def _open_referrals(actor: Actor) -> list[tuple[Any, str, bool]]:
    if actor.kind != "staff" or not can(actor, "family.read"):
        return []
    return [
        (row, reverse("office:decision", args=[row.programme_code, row.candidate_id]), _late(row.answer_due))
        for row in referral_rows(actor=actor, open_only=True)
    ]


def _late(due: date) -> bool:
    return due < clock.today()
