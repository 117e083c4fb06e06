"""``/sinkron/berkas-antrean/`` and ``/sinkron/laporan/``: a saved queue that somebody brings, the month's report."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from berdaya.devices import rules
from berdaya.kernel.problem_json import language_of
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.process.field import monthly, queues
from berdaya.process.field.receive import Push
from berdaya.sync.answers import answer, caller_by_token, field_view, signed_in
from berdaya.sync.pushing import received_body
from berdaya.sync.reading import unpacked


def _anyone(request: HttpRequest) -> Actor:
    """Whoever calls: by a phone's token where there is one, else by a session."""
    return caller_by_token(request).actor if request.headers.get("Authorization") else signed_in(request)


@field_view("POST")
def queue(request: HttpRequest) -> HttpResponse:
    """A file of unsent records. By session the header that only this site's own pages can set is asked for."""
    actor = _anyone(request)
    if not request.headers.get("Authorization") and request.headers.get("X-Berdaya") != "antrean":
        raise Problem("upload_headers", name="X-Berdaya")
    received = queues.take(actor=actor, raw=unpacked(request, limit=rules.MOST_UNPACKED))
    return answer(request, received_body(Push(None, None, ()), received, language_of(request)))


@field_view("GET")
def report(request: HttpRequest, month: str) -> HttpResponse:
    """The caller's own report of a month, for signature."""
    actor = _anyone(request)
    with scoped(actor, route="sync:report"):
        pdf = monthly.own_report(actor=actor, month=monthly.month_of(month))
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="laporan-{month}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
