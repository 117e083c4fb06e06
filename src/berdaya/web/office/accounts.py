"""People of the office who sign in; a supervisor gives a one-time code on paper."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from berdaya.access.services import CODE_VALID, reset_password
from berdaya.areas.selectors import path
from berdaya.kernel import clock
from berdaya.kernel import formats as fmt
from berdaya.process.overview.accounts import AccountFilter, AccountRow, account_name, accounts_of
from berdaya.web.components.parts import Badge, Crumb
from berdaya.web.components.tables import Cell, Control
from berdaya.web.office import words
from berdaya.web.office.lists import Col, chips_of, list_table, text_col
from berdaya.web.session import OfficeRequest, office_page


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
            _("Sandi"),
            lambda row: Cell(badge=Badge(_("menunggu kode"), "warn", "half") if row.waits_for_code else None),
            lambda row: row.waits_for_code,
        ),
    ]


@office_page("account.manage")
def accounts(request: OfficeRequest) -> HttpResponse:
    """Who works here, in which role."""
    filters = AccountFilter.parse(request.GET)
    page = accounts_of(actor=request.actor, filters=filters)
    context = {
        "title": _("Pengguna"),
        "lead": _("Pilih nama untuk memberi kode sekali pakai. Tidak perlu surel: kode dicetak dan diserahkan."),
        "crumbs": (),
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
    return render(request, "office/list.html", context)


@office_page("account.manage")
def reset(request: OfficeRequest, account_id: int) -> HttpResponse:
    """Confirm, then show the one-time code once, laid out as a slip for printing."""
    name, username = account_name(actor=request.actor, account_id=account_id)
    code = ""
    if request.method == "POST":
        code = reset_password(actor=request.actor, account_id=account_id)
    context = {
        "name": name,
        "username": username,
        "code": f"{code[:5]} {code[5:]}" if code else "",
        "until": fmt.moment(clock.now() + CODE_VALID),
        "own": account_id == request.actor.account_id,
        "crumbs": (Crumb(_("Pengguna"), reverse("office:accounts")), Crumb(name)),
    }
    return render(request, "office/account_reset.html", context)
