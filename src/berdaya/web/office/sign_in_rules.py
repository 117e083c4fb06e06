"""Aturan masuk: what the office asks of its people at the door; the administrator's page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.sessions import LEAST_IDLE, MOST_IDLE
from berdaya.access.sign_in_rules import KINDS, LEAST_ALONE, LEAST_WITH_FACTOR, rules_of_office, set_rules
from berdaya.kernel.problems import Problem
from berdaya.web.components.parts import Crumb
from berdaya.web.office import words
from berdaya.web.problems import shown, told
from berdaya.web.session import OfficeRequest, office_page


@office_page("office.manage")
def sign_in_rules(request: OfficeRequest) -> HttpResponse:
    """Second factor by kind of role and day, idleness, composition of passwords."""
    problem = None
    if request.method == "POST":
        try:
            _keep(request)
        except Problem as raised:
            problem = shown(raised)
        else:
            messages.success(request, _("Aturan tersimpan. Setiap orang mengikutinya saat masuk berikutnya."))
            return HttpResponseRedirect(reverse("office:sign-in-rules"))
    known = rules_of_office(actor=request.actor)
    typed: Mapping[str, str] = request.POST if problem else {}
    days = {kind: day.isoformat() for kind, day in known.factor_from.items()}
    context = {
        "idle": typed.get("diam", str(known.idle_minutes)),
        "composition": "susunan" in typed if problem else known.composition,
        "kinds": [(kind, words.role(kind), typed.get(f"faktor-{kind}", days.get(kind, ""))) for kind in KINDS],
        "least_idle": LEAST_IDLE,
        "most_idle": MOST_IDLE,
        "least_alone": LEAST_ALONE,
        "least_with_factor": LEAST_WITH_FACTOR,
        "problem_text": told(problem),
        "crumbs": (Crumb(_("Pengguna"), reverse("office:accounts")), Crumb(_("Aturan masuk"))),
    }
    return render(request, "office/sign_in_rules.html", context, status=problem.status if problem else 200)


def _keep(request: OfficeRequest) -> None:
    typed = request.POST
    minutes = typed.get("diam", "").strip()
    if not (minutes.isascii() and minutes.isdecimal()):
        raise Problem("rules_idle", least=LEAST_IDLE, most=MOST_IDLE)
    try:
        days = {kind: date.fromisoformat(day) for kind in KINDS if (day := typed.get(f"faktor-{kind}", "").strip())}
    except ValueError as error:
        raise Problem("rules_factor_day") from error
    set_rules(actor=request.actor, idle_minutes=int(minutes[:4]), composition="susunan" in typed, factor_from=days)
