"""Check-in by a participant's own phone: the one page of the public that a class opens for minutes."""

from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from berdaya.kernel.scope import PUBLIC, scoped
from berdaya.training.services import check_in

DEVICE = "ponsel"
YEAR = 365 * 24 * 3600


def _words(outcome: str) -> tuple[str, str]:
    return {
        "new": ("good", _("Kehadiran tercatat. Terima kasih.")),
        "identical": ("good", _("Kehadiran ini sudah tercatat.")),
        "shared": ("wait", _("Tercatat dari ponsel yang sudah dipakai orang lain; pelatih akan memastikannya.")),
        "unknown": (
            "bad",
            _("Kode kartu ini tidak ada di kelas ini. Periksa lagi, atau minta pelatih mencentang daftar."),
        ),
        "closed": ("bad", _("Presensi lewat ponsel sedang tertutup. Minta pelatih membukanya, atau tunjukkan kartu.")),
    }[outcome]


@require_http_methods(["GET", "HEAD", "POST"])
def check_in_page(request: HttpRequest, token: str) -> HttpResponse:
    """Type the code of one's card; the answer says what became of it. Closed unless the trainer opened it."""
    device = request.COOKIES.get(DEVICE) or secrets.token_urlsafe(16)
    tone, said, name = "", "", ""
    if request.method == "POST":
        with scoped(PUBLIC):
            outcome, name = check_in(token=token, card=request.POST.get("kartu", "")[:60], device=device)
        tone, said = _words(outcome)
    answer = render(request, "shop/check_in.html", {"tone": tone, "said": said, "name": name})
    answer.set_cookie(DEVICE, device, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure())
    answer.headers["Cache-Control"] = "no-store"
    return answer
