"""Keeping a list as somebody arranged it, and dropping it again."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from berdaya.access.views import drop_view, keep_view
from berdaya.kernel.problems import Problem
from berdaya.web.language import safe_next
from berdaya.web.office.lists import SEARCHED
from berdaya.web.problems import told
from berdaya.web.session import OfficeRequest, office_page


@require_POST
@office_page()
def keep(request: OfficeRequest) -> HttpResponse:
    """Keep filters, order and columns of a list under a name; what was searched for is left out."""
    pairs = parse_qsl(request.POST.get("saringan", "")[:1000])
    query = urlencode([(name, value) for name, value in pairs if name not in (*SEARCHED, "page")])
    name = request.POST.get("nama", "")
    try:
        view = keep_view(actor=request.actor, listing=request.POST.get("daftar", ""), name=name, query=query)
    except Problem as problem:
        messages.error(request, told(problem))
    else:
        messages.success(request, _("Tampilan “%(name)s” tersimpan.") % {"name": view.name})
    return HttpResponseRedirect(safe_next(request, "/"))


@require_POST
@office_page()
def drop(request: OfficeRequest, view_id: int) -> HttpResponse:
    """Remove one of one's own views."""
    drop_view(actor=request.actor, view_id=view_id)
    messages.success(request, _("Tampilan dihapus."))
    return HttpResponseRedirect(safe_next(request, "/"))
