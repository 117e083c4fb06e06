"""A member's card: the QR says whether it is genuine; with the digits on it, her own account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from berdaya.funds.types import EVENT_NAMES, EventKind
from berdaya.governance import public
from berdaya.governance.types import OwnBook
from berdaya.kernel import formats as fmt
from berdaya.kernel.problems import Problem
from berdaya.web.problems import told


def event_name(kind: str) -> str:
    """An event of a member's account as her group's book names it."""
    return EVENT_NAMES[EventKind(kind)][fmt.language() == "en"]


@never_cache
def card(request: HttpRequest, token: str) -> HttpResponse:
    """Genuine or not; on POST of the right digits the member's own account, which nothing keeps."""
    face = public.card_face(token=token)
    book: OwnBook | None = None
    problem: Problem | None = None
    if request.method == "POST" and face.genuine:
        try:
            book = public.own_book(token=token, code=request.POST.get("kode", ""))
        except Problem as raised:
            problem = raised
    lines = [
        {
            "on": line.occurred_on,
            "name": event_name(line.kind),
            "amount": fmt.rupiah(line.amount) if line.unit == "IDR" else f"{fmt.number(line.amount)} {line.unit}",
            "gone": line.reversed,
        }
        for line in (book.lines if book else ())
    ]
    context = {
        "face": face,
        "book": book,
        "lines": lines,
        "problem": told(problem) if problem else "",
    }
    return render(request, "public/card.html", context, status=problem.status if problem else 200)
