"""Answers of the field's addresses: JSON, gzip where the phone takes it, problems with the word that wipes."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from berdaya.access.middleware import session_actor
from berdaya.devices.services.phones import Caller, caller_of
from berdaya.kernel import clock
from berdaya.kernel.away import database_away
from berdaya.kernel.problem_json import problem_response
from berdaya.kernel.problems import Entry, Problem, register
from berdaya.kernel.scope import Actor
from berdaya.process.field.receive import Line, working_day

log = logging.getLogger(__name__)
WIPES = frozenset({"device_revoked", "device_role_ended"})
UNKEPT = "private, no-store"
SMALL = 600
"""Bytes below which packing makes an answer no smaller."""

register(
    {
        "sync_method": Entry(
            "Cara memanggil alamat ini salah.", "This address is called another way.",
            "Lihat docs/guide/sync.md.", "See docs/guide/sync.md.", 405),
        "sync_failed": Entry(
            "Terjadi kesalahan pada sistem; tidak ada data yang berubah.", "Something failed; no data was changed.",
            "Kirim lagi.", "Send again.", 500),
        "sign_in_needed": Entry(
            "Masuklah dahulu dengan akun Anda.", "Sign in with your account first.",
            "Masuk, lalu ulangi.", "Sign in and try again.", 401),
    }
)  # fmt: skip


def answer(
    request: HttpRequest, body: Mapping[str, Any], status: int = 200, *, rows: Sequence[str] | None = None
) -> HttpResponse:
    """A JSON answer that nobody keeps, packed where that helps; ``rows`` are JSON already and join it by that name."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=_plain)
    if rows is not None:
        text = f'{text[:-1]},"rows":[{",".join(rows)}]}}'
    raw = text.encode()
    response = HttpResponse(status=status, content_type="application/json")
    if len(raw) > SMALL and "gzip" in request.headers.get("Accept-Encoding", ""):
        raw = gzip.compress(raw, compresslevel=6, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    response.content = raw
    response.headers["Vary"] = "Accept-Encoding, Authorization"
    response.headers["Cache-Control"] = UNKEPT
    return response


def refusal(request: HttpRequest, problem: Problem) -> HttpResponse:
    """A problem as ``application/problem+json``; ``wipe`` tells the phone to delete everything now."""
    numbers = {name: value for name, value in problem.params.items() if isinstance(value, int)}
    return problem_response(
        request, problem, more={"wipe": problem.code in WIPES, **numbers}, headers={"Cache-Control": UNKEPT}
    )


def line_body(line: Line, language: str) -> dict[str, Any]:
    """One outcome as it goes over the wire, with words where there is something to say."""
    told = Problem(line.code, **_words(line.params)) if line.code else None
    return {
        "id": line.id,
        "revision": line.revision,
        "outcome": line.outcome.value,
        "stored": line.stored,
        "code": line.code,
        "text": told.text(language) if told else "",
        "do": told.advice(language) if told else "",
        "params": dict(line.params),
        "needs": list(line.needs),
    }


def _words(params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
        for name, value in params.items()
        if name != "code"
    }


def stamped(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body with the server's time and working day, on which a phone's own day is set."""
    return {"server_at": clock.now(), "today": working_day(), **body}


def caller_by_token(request: HttpRequest) -> Caller:
    """The phone that calls. Raises ``device_needed`` and what :func:`caller_of` raises."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise Problem("device_needed")
    return caller_of(token.strip())


def signed_in(request: HttpRequest) -> Actor:
    """The actor of the session. Raises ``sign_in_needed`` and, with a one-time password, ``password_change_needed``."""
    actor = session_actor(request)
    if actor.account_id is None or actor.role_id is None:
        raise Problem("sign_in_needed")
    if getattr(request.user, "must_change_password", False):
        raise Problem("password_change_needed")
    return actor


View = Callable[..., HttpResponse]


def field_view(*methods: str, cookie: bool = False) -> Callable[[View], View]:
    """An address of the field: opens its own transactions, answers problems as JSON; with ``cookie`` CSRF guards it."""

    def wrap(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise Problem("sync_method")
                return view(request, *args, **kwargs)
            except Problem as problem:
                return refusal(request, problem)
            except Http404:
                return refusal(request, Problem("not_found"))
            except Exception as error:
                if (away := database_away(error)) is not None:
                    return refusal(request, away)
                log.exception("sync: %s", request.resolver_match and request.resolver_match.view_name)
                return refusal(request, Problem("sync_failed"))

        guarded = transaction.non_atomic_requests(inner)
        return guarded if cookie else csrf_exempt(guarded)

    return wrap


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value)
