"""A problem as ``application/problem+json`` (RFC 9457): one body and one set of headers for every machine that asks."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.translation.trans_real import parse_accept_lang_header

from berdaya.kernel.problems import Problem

MEDIA_TYPE = "application/problem+json"
LONGEST_HEADER = 500
TOO_MANY = 429
PAUSE_SECONDS = 60
"""After too many calls, where the problem names no time of its own."""


def language_of(request: HttpRequest) -> str:
    """``en`` where the caller's ``Accept-Language`` prefers it to Indonesian, else ``id``."""
    for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:LONGEST_HEADER]):
        if code.split("-")[0] in {"id", "en"}:
            return code.split("-")[0]
    return "id"


def problem_response(
    request: HttpRequest,
    problem: Problem,
    *,
    more: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """What is wrong, what to do and a stable code, in the caller's language; ``more`` joins the members of the body."""
    language = language_of(request)
    body = {
        "type": f"urn:berdaya:problem:{problem.code}",
        "title": problem.text(language),
        "status": problem.status,
        "detail": problem.advice(language),
        "instance": request.path,
        "code": problem.code,
        **(more or {}),
    }
    response = HttpResponse(json.dumps(body, ensure_ascii=False), status=problem.status, content_type=MEDIA_TYPE)
    response.headers["Content-Language"] = language
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="berdaya"'
    if problem.status == TOO_MANY:
        response.headers["Retry-After"] = str(problem.params.get("seconds", PAUSE_SECONDS))
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response
