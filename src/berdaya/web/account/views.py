"""Pages of the account itself."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from berdaya.web.components.parts import status_badge
from berdaya.web.language import YEAR, safe_next
from berdaya.web.shell import KEYS_COOKIE, KEYS_OFF


def help_page(request: HttpRequest) -> HttpResponse:
    """One sheet: the way of work, the keys, what the marks mean; for everybody, signed in or not."""
    statuses = (
        (status_badge("active"), _("berproduksi atau menjual dalam 60 hari terakhir, dengan bukti")),
        (status_badge("weak"), _("masih berjalan, tetapi omzet atau hari produksi menurun")),
        (status_badge("dormant"), _("sudah dikunjungi, dan tidak berproduksi")),
        (status_badge("holiday_only"), _("hanya berproduksi menjelang hari raya")),
        (status_badge("unknown"), _("belum dikunjungi: tugas kantor, bukan kesalahan usaha")),
    )
    keys_off = request.COOKIES.get(KEYS_COOKIE) == KEYS_OFF
    return render(request, "account/help.html", {"statuses": statuses, "keys_off": keys_off})


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
