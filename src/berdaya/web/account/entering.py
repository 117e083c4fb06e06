"""From the right password to an open session: past the second factor where the account has one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters

from berdaya.access.factor import check_factor
from berdaya.access.models import Account
from berdaya.access.sessions import begin
from berdaya.access.sign_in_rules import factor_due, rules_for
from berdaya.kernel import formats as fmt
from berdaya.kernel.clock import real_now
from berdaya.kernel.problems import Problem
from berdaya.web.account.forms import CodeForm
from berdaya.web.language import YEAR, safe_next
from berdaya.web.problems import told
from berdaya.web.session import choose, remember

BACKEND = "django.contrib.auth.backends.ModelBackend"
HALFWAY = "berdaya_halfway"
"""What a session keeps between password and code; it opens nothing."""
HALFWAY_SECONDS = 600
NOTICE_DAYS = 60
"""So long before its day the office's wish for a second factor is told at sign-in."""


def ask_code(request: HttpRequest, account: Account) -> HttpResponse:
    """After the right password: on to the code where the account has a second factor, else into the office."""
    if account.factor_since is None:
        return enter(request, account)
    request.session.cycle_key()
    request.session[HALFWAY] = {
        "account": account.pk,
        # A password that is changed or reset meanwhile takes this half of a sign-in with it.
        "mark": account.get_session_auth_hash(),
        "until": real_now().timestamp() + HALFWAY_SECONDS,
    }
    target = safe_next(request, "")
    code = reverse("account:sign-in-code")
    return HttpResponseRedirect(f"{code}?{urlencode({'next': target})}" if target else code)


def _halfway(request: HttpRequest) -> Account | None:
    kept: dict[str, Any] = request.session.get(HALFWAY) or {}
    if not kept or kept["until"] < real_now().timestamp():
        return None
    account = Account.objects.filter(pk=kept["account"], is_active=True).first()
    if account is None or not constant_time_compare(kept["mark"], account.get_session_auth_hash()):
        return None
    return account


@sensitive_post_parameters("code")
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second step of signing in: a code of the phone, or one of the paper."""
    account = _halfway(request)
    if account is None or account.factor_since is None:
        request.session.pop(HALFWAY, None)
        return HttpResponseRedirect(reverse("account:sign-in"))
    form, status = CodeForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            before = check_factor(
                account=account, code=form.cleaned_data["code"], address=request.META.get("REMOTE_ADDR", "")
            )
        except Problem as problem:
            form.add_error("code", told(problem))
            status = problem.status
        else:
            del request.session[HALFWAY]
            _warn_of_guesses(request, before)
            return enter(request, account, factor=True)
    elif form.errors:
        status = 400
    context = {"form": form, "next": safe_next(request, ""), "name": account.name}
    return render(request, "account/code.html", context, status=status)


def _warn_of_guesses(request: HttpRequest, wrong: int) -> None:
    if wrong:
        said = ngettext(
            "%(count)s kode salah diketik sejak Anda terakhir masuk. Bila bukan oleh Anda, ganti kata sandi: "
            "ada yang mengetahuinya.",
            "%(count)s kode salah diketik sejak Anda terakhir masuk. Bila bukan oleh Anda, ganti kata sandi: "
            "ada yang mengetahuinya.",
            wrong,
        )
        messages.warning(request, said % {"count": fmt.number(wrong)})


def enter(request: HttpRequest, account: Account, *, factor: bool = False) -> HttpResponse:
    """Open the session of an account whose password, and code where it has one, were right."""
    role, several = choose(account.pk)
    first, due = (None, False) if account.demo else factor_due(account.pk)
    login(request, account, backend=BACKEND)
    begin(request, idle_minutes=rules_for(account.pk, role.id)[0].idle_minutes, factor=factor, due=due)
    remember(request, role, several=several)
    if first is not None and not due and account.factor_since is None:
        _warn_of_day(request, (first - real_now().date()).days, fmt.day(first))
    if account.must_change_password:
        response = HttpResponseRedirect(reverse("account:password"))
    elif due and not factor:
        response = HttpResponseRedirect(reverse("account:factor"))
    else:
        response = HttpResponseRedirect(safe_next(request, reverse("office:home")))
    _keep_language(request, response, account)
    return response


def _warn_of_day(request: HttpRequest, days: int, day: str) -> None:
    if days <= NOTICE_DAYS:
        said = _("Mulai %(day)s kantor Anda meminta faktor kedua saat masuk. Daftarkan HP Anda di halaman Akun saya.")
        messages.info(request, said % {"day": day})


def _keep_language(request: HttpRequest, response: HttpResponse, account: Account) -> None:
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES or account.language not in dict(settings.LANGUAGES):
        return
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        account.language,
        max_age=YEAR,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
