"""People of the office who sign in; a supervisor gives a one-time code on paper, and ends roles."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.factor import release_factor
from berdaya.access.services import CODE_VALID, LONGEST_NOTICE, reset_password, revoke_role
from berdaya.areas.selectors import path
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import Problem
from berdaya.process.overview.accounts import (
    AccountFilter,
    AccountRow,
    HeldRole,
    account_name,
    accounts_of,
    held_roles,
)
from berdaya.web.components.parts import Badge, Crumb
from berdaya.web.components.tables import Cell, Control
from berdaya.web.office import words
from berdaya.web.office.lists import Col, chips_of, list_table, text_col
from berdaya.web.problems import shown, told
from berdaya.web.session import OfficeRequest, office_page, way


def _columns() -> list[Col[AccountRow]]:
    return [
        Col(
            _("Nama"),
            lambda row: Cell(row.name, reverse("office:account-reset", args=[row.account_id]), row.username),
            lambda row: row.name,
        ),
        text_col(_("Peran"), lambda row: words.role(row.role)),
        text_col(_("Wilayah"), lambda row: path(row.area, short=True)),
        Col(_("Sejak"), lambda row: Cell(fmt.day_short(row.since)), lambda row: row.since),
        Col(
            _("Cara masuk"),
            lambda row: Cell(badge=_door(row)),
            lambda row: (row.waits_for_code, row.factor),
        ),
    ]


def _door(row: AccountRow) -> Badge:
    if row.waits_for_code:
        return Badge(_("menunggu kode"), "warn", "half")
    if row.factor:
        return Badge(_("sandi dan HP"), "good", "tick")
    return Badge(_("sandi saja"), "none", "ring")


@office_page("account.manage")
def accounts(request: OfficeRequest) -> HttpResponse:
    """Who works here, in which role."""
    filters = AccountFilter.parse(request.GET)
    page = accounts_of(actor=request.actor, filters=filters)
    context = {
        "title": _("Pengguna"),
        "lead": _(
            "Pilih nama untuk memberi kode sekali pakai atau mengakhiri peran. Kode diserahkan di kertas, tanpa surel."
        ),
        "crumbs": (),
        "rules": way("office:sign-in-rules"),
        "controls": (Control("q", _("Nama"), "search", filters.q, width=20),),
        "table": list_table(
            page,
            _columns(),
            filters,
            caption=_("Pengguna"),
            noun=_("peran"),
            chips=chips_of(filters, {"q": (_("Nama"), None)}),
        ),
    }
    return render(request, "office/accounts.html", context)


@office_page("account.manage")
def reset(request: OfficeRequest, account_id: int) -> HttpResponse:
    """One account: a one-time code on a slip for printing, and its roles, each with the form that ends it."""
    name, username, factor = account_name(actor=request.actor, account_id=account_id)
    code, ending, problem = "", request.POST.get("peran", ""), None
    if request.method == "POST" and ending:
        try:
            _end_role(request, account_id, ending)
        except Problem as raised:
            problem = shown(raised)
        else:
            messages.success(request, _("Peran berakhir. Alasannya tercatat dalam jejak audit."))
            return HttpResponseRedirect(reverse("office:accounts"))
    elif request.method == "POST":
        try:
            code = _slip(request, account_id)
        except Problem as raised:
            problem = shown(raised)
    own = account_id == request.actor.account_id
    context = {
        "name": name,
        "username": username,
        "code": f"{code[:5]} {code[5:]}" if code else "",
        "until": fmt.moment(clock.now() + CODE_VALID),
        "own": own,
        "roles": () if own or code else [_role(row) for row in held_roles(actor=request.actor, account_id=account_id)],
        "ending": ending,
        "reason": request.POST.get("alasan", ""),
        "last_day": request.POST.get("sampai", ""),
        "factor": bool(factor),
        "releasing": "lepas" in request.POST,
        "released": bool(code) and "lepas" in request.POST,
        "lost": request.POST.get("hilang", ""),
        "problem_text": told(problem),
        "crumbs": (Crumb(_("Pengguna"), reverse("office:accounts")), Crumb(name)),
    }
    return render(request, "office/account_reset.html", context, status=problem.status if problem else 200)


@transaction.atomic
def _slip(request: OfficeRequest, account_id: int) -> str:
    """A one-time code; where the phone is lost the second factor ends with the old password, or neither does."""
    if "lepas" in request.POST:
        release_factor(actor=request.actor, account_id=account_id, reason=request.POST.get("hilang", ""))
    return reset_password(actor=request.actor, account_id=account_id)


def _role(row: HeldRole) -> dict[str, str]:
    said = (
        path(row.area, short=True),
        _("sejak %(on)s") % {"on": fmt.day(row.since)},
        _("sampai %(on)s") % {"on": fmt.day(row.until)} if row.until else "",
        _("%(count)s HP") % {"count": fmt.number(row.phones)} if row.phones else "",
    )
    return {"id": str(row.id), "name": words.role(row.kind), "said": words.join(said)}


def _end_role(request: OfficeRequest, account_id: int, role: str) -> None:
    """The role must be one of this account: an id from elsewhere is not there."""
    known = {str(row.id): row.id for row in held_roles(actor=request.actor, account_id=account_id)}
    if role not in known:
        raise Problem("not_found")
    day = request.POST.get("sampai", "").strip()
    try:
        last_day = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise Problem("role_last_day", most=LONGEST_NOTICE.days) from error
    revoke_role(
        actor=request.actor, role_id=known[role], reason=request.POST.get("alasan", "")[:300], last_day=last_day
    )
