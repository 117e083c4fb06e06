"""Akun saya: how I sign in, my phone as second factor, and where I am signed in now."""

from __future__ import annotations

from typing import cast

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from berdaya.access.factor import (
    begin_factor,
    begun_factor,
    check_factor,
    confirm_factor,
    new_paper_codes,
    remove_factor,
    state_of,
)
from berdaya.access.models import Account
from berdaya.access.selectors import roles_of
from berdaya.access.services import check_sign_in
from berdaya.access.sessions import (
    FACTOR,
    FACTOR_DUE,
    end_session,
    end_sessions,
    idle_seconds,
    lacks_factor,
    sessions_of,
)
from berdaya.access.sign_in_rules import factor_due
from berdaya.kernel import formats as fmt
from berdaya.kernel.codes import in_blocks
from berdaya.kernel.formats import language
from berdaya.kernel.problems import Problem
from berdaya.web.account.forms import FirstCodeForm, ProofForm
from berdaya.web.components.parts import Crumb
from berdaya.web.problems import told

BEGUN = "berdaya_factor_begun"
"""Set in the session that began setting up a phone: no other one sees its key."""
ACTS = ("ganti", "kertas", "lepas")


@login_required
def me(request: HttpRequest) -> HttpResponse:
    """Name, roles, how I sign in, and my sessions, each with the button that ends it."""
    account = cast(Account, request.user)
    if lacks_factor(request):
        return HttpResponseRedirect(reverse("account:factor"))
    if request.method == "POST":
        return _end(request, account)
    state = state_of(account_id=account.pk)
    english = language() == "en"
    context = {
        "account": account,
        "roles": [(role.name_en if english else role.name_id, role.title) for role in roles_of(account.pk)],
        "state": state,
        "due": None if account.demo else factor_due(account.pk)[0],
        "sessions": sessions_of(account_id=account.pk, own_key=request.session.session_key or ""),
        "idle_minutes": idle_seconds(request) // 60,
        "crumbs": (),
    }
    return render(request, "account/me.html", context)


def _end(request: HttpRequest, account: Account) -> HttpResponse:
    one = request.POST.get("sesi", "")
    if one:
        end_session(account_id=account.pk, session_id=one)
        messages.success(request, _("Sesi itu sudah diakhiri."))
    else:
        count = end_sessions(account_id=account.pk, keep=request.session.session_key or "")
        said = ngettext("%(count)s sesi lain diakhiri.", "%(count)s sesi lain diakhiri.", count)
        messages.success(request, said % {"count": fmt.number(count)})
    return HttpResponseRedirect(reverse("account:me"))


@require_POST
def alive(request: HttpRequest) -> HttpResponse:
    """Somebody is still at the desk: reading the session notes the time. 401 where it has ended."""
    return HttpResponse(status=204 if request.user.is_authenticated else 401)


@login_required
@sensitive_post_parameters("current", "code")
def factor(request: HttpRequest) -> HttpResponse:
    """Set up a phone as second factor, change it, renew the codes on paper, or end it."""
    account = cast(Account, request.user)
    if account.must_change_password:
        return HttpResponseRedirect(reverse("account:password"))
    if request.method == "POST":
        if request.POST.get("langkah") == "pasang":
            return _confirm(request, account)
        if request.POST.get("langkah") == "batal":
            request.session.pop(BEGUN, None)
            return HttpResponseRedirect(reverse("account:factor"))
        return _act(request, account)
    if request.session.get(BEGUN):
        return _key_page(request, account, FirstCodeForm())
    return _page(request, account)


def _page(request: HttpRequest, account: Account, *, act: str = "", form: ProofForm | None = None) -> HttpResponse:
    has = account.factor_since is not None
    first, due = (None, False) if account.demo else factor_due(account.pk)
    acts = ACTS if has and first is None else ACTS[:2] if has else ACTS[:1]
    heads = {"ganti": _("Ganti HP"), "kertas": _("Kode pemulihan baru"), "lepas": _("Lepas faktor kedua")}
    forms = [(one, heads[one], form if one == act and form else ProofForm(with_factor=has, prefix=one)) for one in acts]
    context = {
        "has": has,
        "state": state_of(account_id=account.pk),
        "first": first,
        "due": due,
        "forms": forms,
        "act": act,
        "form": form,
        "crumbs": _crumbs(),
    }
    return render(request, "account/factor.html", context, status=400 if form else 200)


def _crumbs() -> tuple[Crumb, ...]:
    return (Crumb(_("Akun saya"), reverse("account:me")), Crumb(_("Faktor kedua")))


def _act(request: HttpRequest, account: Account) -> HttpResponse:
    act, has = request.POST.get("langkah", ""), account.factor_since is not None
    if act not in ACTS or (not has and act != "ganti"):
        raise Problem("not_found")
    form = ProofForm(request.POST, with_factor=has, prefix=act)
    if not form.is_valid():
        return _page(request, account, act=act, form=form)
    address, where = request.META.get("REMOTE_ADDR", ""), "current"
    try:
        check_sign_in(username=account.username, password=form.cleaned_data["current"], address=address)
        where = "code"
        if has:
            check_factor(account=account, code=form.cleaned_data["code"], address=address)
    except Problem as problem:
        form.add_error(where, told(problem))
        return _page(request, account, act=act, form=form)
    return _proven(request, account, act)


def _proven(request: HttpRequest, account: Account, act: str) -> HttpResponse:
    """What was asked, after password and code were right."""
    if act == "kertas":
        return _paper(request, new_paper_codes(account=account), renewed=True)
    if act == "lepas":
        if not account.demo and factor_due(account.pk)[0] is not None:
            raise Problem("factor_asked")
        remove_factor(account=account)
        request.session[FACTOR] = False
        messages.success(request, _("Faktor kedua dilepas. Mulai sekarang Anda masuk dengan kata sandi saja."))
        return HttpResponseRedirect(reverse("account:me"))
    begin_factor(account=account)
    request.session[BEGUN] = True
    return HttpResponseRedirect(reverse("account:factor"))


def _key_page(request: HttpRequest, account: Account, form: FirstCodeForm) -> HttpResponse:
    try:
        begun = begun_factor(account=account)
    except Problem as problem:
        request.session.pop(BEGUN, None)
        messages.warning(request, told(problem))
        return HttpResponseRedirect(reverse("account:factor"))
    drawn = segno.make(begun.uri, error="m", micro=False).svg_inline(
        scale=5, border=4, omitsize=False, svgclass=None, lineclass=None, dark="#14253D", light="#FFFFFF"
    )
    context = {
        "form": form,
        "secret": begun.secret,
        "uri": begun.uri,
        "qr": mark_safe(drawn),  # noqa: S308 - drawn here from a key of our own
        "crumbs": _crumbs(),
    }
    return render(request, "account/factor_key.html", context, status=400 if form.errors else 200)


def _confirm(request: HttpRequest, account: Account) -> HttpResponse:
    if not request.session.get(BEGUN):
        return HttpResponseRedirect(reverse("account:factor"))
    form = FirstCodeForm(request.POST)
    if not form.is_valid():
        return _key_page(request, account, form)
    request.session.cycle_key()
    try:
        codes = confirm_factor(
            account=account, code=form.cleaned_data["code"], keep_session=request.session.session_key or ""
        )
    except Problem as problem:
        form.add_error("code", told(problem))
        return _key_page(request, account, form)
    del request.session[BEGUN]
    request.session[FACTOR], request.session[FACTOR_DUE] = True, False
    return _paper(request, codes)


def _paper(request: HttpRequest, codes: list[str], *, renewed: bool = False) -> HttpResponse:
    account = cast(Account, request.user)
    context = {
        "account": account,
        "codes": [in_blocks(code) for code in codes],
        "renewed": renewed,
        "crumbs": _crumbs(),
    }
    return render(request, "account/factor_paper.html", context)
