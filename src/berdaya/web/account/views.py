"""Pages of the account itself: signing in and out, password, roles, help."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from berdaya.access.models import Account
from berdaya.access.selectors import roles_of
from berdaya.access.services import change_password, check_sign_in, switch_role
from berdaya.access.sessions import end_sessions
from berdaya.kernel.formats import language
from berdaya.kernel.problems import Problem
from berdaya.process.overview.accounts import demo_account, demo_logins
from berdaya.web.account.entering import ask_code, enter
from berdaya.web.account.forms import PasswordForm, SignInForm
from berdaya.web.account.guides import guide, kinds, role_name
from berdaya.web.components.parts import Badge, Crumb, status_badge
from berdaya.web.language import YEAR, safe_next
from berdaya.web.problems import told
from berdaya.web.session import choose, remember
from berdaya.web.shell import KEYS_COOKIE, KEYS_OFF


@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password, or a demo login where the database is a demo."""
    if request.user.is_authenticated and request.method != "POST":
        return HttpResponseRedirect(safe_next(request, reverse("office:home")))
    form = SignInForm(request.POST or None)
    if request.method == "POST":
        try:
            account = _account(request, form)
        except Problem as problem:
            form.add_error(None, told(problem))
        else:
            if account is not None:
                by_button = "contoh" in request.POST
                return enter(request, account) if by_button else ask_code(request, account)
    context = {
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "demo": settings.DEMO,
        "logins": [(login, login.role(language())) for login in demo_logins()],
    }
    return render(request, "account/sign_in.html", context, status=400 if form.errors else 200)


def _account(request: HttpRequest, form: SignInForm) -> Account | None:
    address = request.META.get("REMOTE_ADDR", "")
    example = request.POST.get("contoh", "")
    if example and settings.DEMO:
        return demo_account(example)
    if not form.is_valid():
        return None
    return check_sign_in(
        username=form.cleaned_data["username"], password=form.cleaned_data["password"], address=address
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect(reverse("account:sign-in"))


@login_required
@sensitive_post_parameters("current", "new", "again")
def password(request: HttpRequest) -> HttpResponse:
    """Choose one's own password; the only page open to somebody who came in with a one-time code."""
    account = cast(Account, request.user)
    form = PasswordForm(
        request.POST or None, forced=account.must_change_password, with_factor=account.factor_since is not None
    )
    if request.method == "POST" and form.is_valid():
        try:
            if not account.must_change_password:
                check_sign_in(
                    username=account.username,
                    password=form.cleaned_data["current"],
                    address=request.META.get("REMOTE_ADDR", ""),
                )
            change_password(account=account, new=form.cleaned_data["new"])
        except Problem as problem:
            weak = problem.code == "password_weak" or account.must_change_password
            form.add_error("new" if weak else "current", problem.text(language()))
        else:
            update_session_auth_hash(request, account)
            end_sessions(account_id=account.pk, keep=request.session.session_key or "")
            messages.success(request, _("Kata sandi sudah diganti."))
            return HttpResponseRedirect(reverse("office:home"))
    context = {"form": form, "forced": account.must_change_password}
    return render(request, "account/password.html", context, status=400 if form.errors else 200)


@login_required
def roles(request: HttpRequest) -> HttpResponse:
    """One role is active at a time; here a person with several changes it."""
    account = cast(Account, request.user)
    if request.method == "POST":
        chosen = request.POST.get("peran", "")
        if not chosen.isdecimal():
            raise Problem("not_found")
        role, several = choose(account.pk, int(chosen))
        switch_role(account_id=account.pk, role_id=role.id)
        remember(request, role, several=several)
        return HttpResponseRedirect(reverse("office:home"))
    english = language() == "en"
    active = getattr(getattr(request, "actor", None), "role_id", None)
    choices = [
        {
            "id": role.id,
            "name": role.name_en if english else role.name_id,
            "title": role.title,
            "active": role.id == active,
        }
        for role in roles_of(account.pk)
    ]
    return render(request, "account/roles.html", {"choices": choices})


def _statuses() -> tuple[tuple[Badge, str], ...]:
    return (
        (status_badge("active"), _("berproduksi atau menjual dalam 60 hari terakhir, dengan bukti")),
        (status_badge("weak"), _("masih berjalan, tetapi omzet atau hari produksi menurun")),
        (status_badge("dormant"), _("sudah dikunjungi, dan tidak berproduksi")),
        (status_badge("holiday_only"), _("hanya berproduksi menjelang hari raya")),
        (status_badge("unknown"), _("belum dikunjungi: tugas kantor, bukan kesalahan usaha")),
    )


def help_page(request: HttpRequest) -> HttpResponse:
    """The way of work, the keys, what the marks mean; for everybody, signed in or not."""
    context = {
        "statuses": _statuses(),
        "keys_off": request.COOKIES.get(KEYS_COOKIE) == KEYS_OFF,
        "guides": [(kind, role_name(kind)) for kind in kinds()],
        "own": own_guide(request),
    }
    return render(request, "account/help.html", context)


def guide_page(request: HttpRequest, kind: str) -> HttpResponse:
    """One role's work on one A4 sheet; open to everybody, its steps are links for who holds the role."""
    context = {
        "guide": guide(kind, reader=getattr(request, "actor", None) if kind == own_guide(request) else None),
        "statuses": _statuses(),
        "others": [(other, role_name(other)) for other in kinds() if other != kind],
        "crumbs": (Crumb(_("Bantuan"), reverse("account:help")), Crumb(role_name(kind) if kind in kinds() else kind)),
    }
    return render(request, "account/guide.html", context)


def own_guide(request: HttpRequest) -> str:
    """The kind of the active role where it has a sheet; empty for somebody not signed in."""
    role = getattr(getattr(request, "actor", None), "role", "")
    return role if role in kinds() else ""


@require_POST
def choose_keys(request: HttpRequest) -> HttpResponse:
    """Switch the one-key shortcuts off or on again (WCAG 2.1.4)."""
    response = HttpResponseRedirect(safe_next(request, "/"))
    value = request.POST.get("pintas", "")
    if value == KEYS_OFF:
        response.set_cookie(KEYS_COOKIE, value, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    else:
        response.delete_cookie(KEYS_COOKIE)
    return response
