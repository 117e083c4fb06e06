"""A problem becomes a page once, here: what is wrong, where, what to do; never a trace, never a lost scope."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import ProgrammingError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from berdaya.kernel.formats import language
from berdaya.kernel.problems import Entry, Problem, register

API = "/api/"
PAGE_REFUSED = frozenset({"not_found", "not_allowed", "outside_scope"})
logger = logging.getLogger(__name__)

register(
    {
        "no_role": Entry(
            id="Akun ini belum mempunyai peran yang berlaku.",
            en="This account holds no role that is in force.",
            do_id="Mintalah pengelola kantor memberi peran.",
            do_en="Ask the office administrator for a role.",
            status=403,
        )
    }
)


def told(problem: Problem | None) -> str:
    """A problem as one line in the reader's language: what is wrong and what to do; empty where there is none."""
    return problem.told(language()) if problem else ""


def shown(problem: Problem) -> Problem:
    """A problem that belongs on the page whose form met it, beside what was typed.

    Raises it where the page itself is refused: it would show what the reader must not see, or nothing at all.
    """
    if problem.code in PAGE_REFUSED:
        raise problem
    return problem


class ProblemMiddleware:
    """Renders a :class:`Problem` that a view raised; the view's transaction is already rolled back by then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # Whatever a signed-in person is shown, refusals and redirects too, stays in no cache that others may read.
        session = settings.SESSION_COOKIE_NAME
        if session in request.COOKIES or session in response.cookies:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if request.path_info.startswith(API):
            return None
        if isinstance(exception, Problem):
            return problem_page(request, exception)
        if isinstance(exception, ProgrammingError) and _closed_by_the_database(exception):
            logger.warning("Closed by the database: %s", request.resolver_match and request.resolver_match.view_name)
            return problem_page(request, Problem("outside_scope"))
        if isinstance(exception, Http404):
            return problem_page(request, Problem("not_found"))
        if isinstance(exception, RequestDataTooBig):
            megabytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2
            return problem_page(request, Problem("file_too_large", file="–", megabytes=megabytes))
        return None


def _closed_by_the_database(error: ProgrammingError) -> bool:
    """Whether the role of the request has no right to a table or row: the last door, behind the permissions."""
    return getattr(error.__cause__, "sqlstate", "") == "42501"


def problem_page(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The page of one problem with its own status."""
    words = language()
    return render(
        request,
        "problem.html",
        {
            "title": problem.text(words),
            "advice": problem.advice(words),
            "code": problem.code,
            "back": _("Kembali"),
            "crumbs": (),
        },
        status=problem.status,
    )
