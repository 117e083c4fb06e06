"""``/sinkron/berkas/``: photos and voice notes in parts, resumable at the byte."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from berdaya.devices import rules, selectors
from berdaya.devices.services.uploads import Part, take_part
from berdaya.devices.types import FileStanding
from berdaya.kernel.ids import uuid_of
from berdaya.kernel.problem_json import language_of
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import scoped
from berdaya.sync.answers import answer, caller_by_token, field_view, refusal, stamped
from berdaya.sync.pushing import sender_of


@field_view("GET", "PUT")
def file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """How far a file has come; with PUT one more part of it."""
    caller = caller_by_token(request)
    if request.method == "GET":
        with scoped(caller.actor, route="sync:file"):
            standing = selectors.file_standing(file_id)
        return answer(request, _body(request, standing))
    part = _part(request, file_id)
    # Where a part does not join, what was noted about it stays; only then is it told.
    joined: FileStanding | Problem
    with scoped(caller.actor, route="sync:file"):
        try:
            joined = take_part(sender=sender_of(caller), part=part)
        except Problem as problem:
            joined = problem
    return refusal(request, joined) if isinstance(joined, Problem) else answer(request, _body(request, joined))


def _part(request: HttpRequest, file_id: UUID) -> Part:
    offset, size = request.GET.get("from", "0"), request.headers.get("X-Size", "")
    sha256, record = request.headers.get("X-Sha256", ""), uuid_of(request.headers.get("X-Record"))
    name = request.headers.get("X-Name", "")
    for header, right in (
        ("from", offset.isdecimal() and len(offset) < 12),
        ("X-Size", size.isdecimal() and len(size) < 12),
        ("X-Sha256", len(sha256) == 64 and all(letter in "0123456789abcdefABCDEF" for letter in sha256)),
        ("X-Record", record is not None),
        ("X-Name", 0 < len(name) <= 60 and name.isprintable()),
    ):
        if not right:
            raise Problem("upload_headers", name=header)
    data = request.read(rules.PART_BYTES + 1)
    media_type = (request.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    assert record is not None  # noqa: S101 - looked at above
    return Part(file_id, record, name, media_type, int(size), bytes.fromhex(sha256), int(offset), data)


def _body(request: HttpRequest, standing: FileStanding) -> dict[str, Any]:
    told = Problem(standing.code) if standing.code else None
    language = language_of(request)
    body = {
        "id": standing.id,
        "received": standing.received,
        "size": standing.size,
        "state": standing.state.value,
        "outcome": standing.outcome.value if standing.outcome else "",
        "code": standing.code,
        "text": told.text(language) if told else "",
        "do": told.advice(language) if told else "",
    }
    return stamped(body)
