"""The API itself: routers, errors, what stands around each answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.errors import ValidationError

from berdaya.api.auth import Caller
from berdaya.api.routes import businesses, people, programmes, public, work
from berdaya.kernel.away import RETRY_SECONDS, database_away
from berdaya.kernel.problem_json import MEDIA_TYPE, problem_response
from berdaya.kernel.problems import Problem

log = logging.getLogger(__name__)
View = Callable[..., HttpResponse]

DESCRIPTION = (
    "Daftar yang sama dengan halaman kantor, dengan batas wilayah, kantor, dan peran yang sama. Hanya membaca."
)
api = NinjaAPI(
    title="Berdaya",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api:v1",
    openapi_url=None,
    docs_url=None,
    auth=[Caller()],
    openapi_extra={"info": {"x-en": "The lists of the office pages, within the same limits. Read only."}},
)
for module in (programmes, people, businesses, work, public):
    api.add_router("", module.router)


@api.exception_handler(Problem)
def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    return problem_response(request, problem)


@api.exception_handler(ValidationError)
def _parameters(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [{"field": str(item["loc"][-1]), "message": str(item["msg"])} for item in error.errors]
    names = ", ".join(sorted({item["field"] for item in errors}))
    # A path whose id is no id names nothing; where the query is at fault, the caller can mend it.
    if all(item["loc"][0] == "path" for item in error.errors):
        return problem_response(request, Problem("not_found"))
    return problem_response(request, Problem("api_parameters", names=names), more={"errors": errors})


@api.exception_handler(Exception)
def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    if (away := database_away(error)) is not None:
        return problem_response(request, away, headers={"Retry-After": str(RETRY_SECONDS)})
    log.error("API: %s", request.resolver_match and request.resolver_match.view_name, exc_info=error)
    if transaction.get_connection().in_atomic_block:
        transaction.set_rollback(True)
    return problem_response(request, Problem("server_error"))


def dressed(view: View) -> View:
    """The view with what every answer carries: budget, no caching, its language, problems instead of bare errors."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "\0" in request.path or any("\0" in text for pair in request.GET.lists() for text in (pair[0], *pair[1])):
            response = problem_response(request, Problem("api_text"))
        else:
            try:
                response = view(request, *args, **kwargs)
            except Http404:
                response = problem_response(request, Problem("api_unknown_address"))
        if response.status_code == 405 and not response.headers["Content-Type"].startswith(MEDIA_TYPE):
            response = problem_response(request, Problem("api_method"), headers={"Allow": "GET"})
        response.headers["Cache-Control"] = "private, no-store"
        budget = getattr(request, "budget", None)
        if budget is not None:
            response.headers["RateLimit-Limit"] = str(budget.limit)
            response.headers["RateLimit-Remaining"] = str(budget.left)
            response.headers["RateLimit-Reset"] = str(budget.seconds)
        return response

    inner.csrf_exempt = True  # type: ignore[attr-defined]  # nothing here writes, and a token is no cookie
    return inner


def patterns() -> list[URLPattern | URLResolver]:
    """Addresses of the API, each view dressed."""
    found, _, _ = api.urls
    for pattern in found:
        if isinstance(pattern, URLPattern):
            pattern.callback = dressed(pattern.callback)
    return found


def unknown(request: HttpRequest) -> HttpResponse:
    """Any other address below ``/api/``."""
    refusal = getattr(request, "refusal", None)
    return problem_response(request, refusal or Problem("api_unknown_address"))
