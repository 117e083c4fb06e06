"""While the database is away the shop's last pages are shown with their time; everything else says so and closes.

Only what anybody may see is kept: pages of the shop without a query, asked for without a session, and without the
token of anybody's form.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from berdaya.kernel.away import RETRY_SECONDS, database_away, no_connection
from berdaya.kernel.formats import language
from berdaya.kernel.problem_json import problem_response
from berdaya.kernel.problems import Problem

KEPT = ("/pasar/", "/layanan/")
MACHINES = ("/api/", "/sinkron/", "/openrosa/")
FRESH_SECONDS = 300.0
"""A copy is made anew at most so often."""
MOST_COPIES = 5_000
MOST_BYTES = 400_000
PAUSE_SECONDS = 2.0
"""After a whole pool waited in vain, nobody asks the database for so long: waiting requests would hold every thread."""
_FORM_TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]*')
_MAIN = re.compile(rb"<main[^>]*>")


class Pause:
    """Until when this process asks the database for nothing; a number that threads may overwrite in any order."""

    until = 0.0


class AwayMiddleware:
    """Keeps copies of the shop's pages, and answers from them, or with 503, while the database is known to be away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if time.monotonic() < Pause.until:
            return unavailable(request)
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and response.status_code == 200 and _is_public(request):
            with suppress(OSError):  # a copy is a courtesy: a full disk must not cost the page itself
                _keep(request, response.content)
        return response


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of an error nobody foresaw (500), or of a database that is away (503, or the shop's last copy)."""
    error = sys.exc_info()[1]
    if database_away(error) is not None:
        if no_connection(error):
            Pause.until = time.monotonic() + PAUSE_SECONDS
        return unavailable(request)
    return render(request, "500.html", status=500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The last copy where there is one, else the problem as a page or, for other systems, as JSON; never cached."""
    copy = _copy_of(request) if _is_public(request) else None
    if copy is not None:
        response = HttpResponse(copy)
    elif request.path_info.startswith(MACHINES):
        response = problem_response(request, Problem("database_away"))
    else:
        problem = Problem("database_away")
        words = {"title": problem.text(language()), "advice": problem.advice(language())}
        response = render(request, "503.html", words, status=problem.status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _is_public(request: HttpRequest) -> bool:
    return (
        request.method == "GET"
        and request.path_info.startswith(KEPT)
        and not request.META.get("QUERY_STRING")
        and not request.path_info.endswith(".png")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
    )


def _folder() -> Path:
    root: Path = settings.BERDAYA_DATA
    return root / "shop-copies"


def _path(request: HttpRequest) -> Path:
    mark = hashlib.sha256(f"{language()} {request.get_host()} {request.path_info}".encode()).hexdigest()
    return _folder() / f"{mark}.html"


def _keep(request: HttpRequest, content: bytes) -> None:
    target = _path(request)
    try:
        if time.time() - target.stat().st_mtime < FRESH_SECONDS:
            return
    except FileNotFoundError:
        target.parent.mkdir(parents=True, exist_ok=True)
        if sum(1 for _one in target.parent.iterdir()) >= MOST_COPIES:
            return
    if len(content) > MOST_BYTES:
        return
    handle, part = tempfile.mkstemp(prefix=".part-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(_FORM_TOKEN.sub(rb"\1", content))
        Path(part).replace(target)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def _copy_of(request: HttpRequest) -> bytes | None:
    path = _path(request)
    try:
        content, changed = path.read_bytes(), path.stat().st_mtime
    except OSError:
        return None
    at = datetime.fromtimestamp(changed, tz=timezone.get_current_timezone())
    said = _("Salinan %(day)s pukul %(time)s; stok dan harga bisa sudah berubah.") % {
        "day": at.strftime("%d/%m/%Y"),
        "time": at.strftime("%H.%M"),
    }
    return _MAIN.sub(lambda found: found[0] + f'<p class="s-demo" role="status">{said}</p>'.encode(), content, count=1)
