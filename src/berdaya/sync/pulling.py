"""``/sinkron/paket/`` and ``/sinkron/perubahan/``: what a phone takes along, and what changed in it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from berdaya.devices import rules, selectors
from berdaya.devices.services import phones
from berdaya.devices.services.phones import Caller
from berdaya.kernel import clock
from berdaya.kernel.ids import uuid_of
from berdaya.kernel.problem_json import language_of
from berdaya.kernel.scope import scoped
from berdaya.process.field import packing
from berdaya.process.field.envelopes import moment
from berdaya.process.field.packing import Held
from berdaya.process.field.receive import Line
from berdaya.sync.answers import answer, caller_by_token, field_view, line_body, stamped
from berdaya.sync.pushing import known_kinds

MOST_PACKS = 50


@field_view("GET")
def packs(request: HttpRequest) -> HttpResponse:
    """Packs that this phone may take, and the cursor to begin with."""
    caller = caller_by_token(request)
    with scoped(caller.actor, route="sync:packs"):
        _note(request, caller)
        cursor, _ = selectors.cursor()
        refs = packing.offers(caller.actor, clock.today())
    body = {
        "generation": cursor.generation,
        "cursor": str(cursor),
        "packs": [packing.ref_body(ref) for ref in refs],
        "kinds": known_kinds(),
    }
    return answer(request, stamped(body))


@field_view("GET")
def pack(request: HttpRequest, kind: str, subject: UUID) -> HttpResponse:
    """One whole pack."""
    caller = caller_by_token(request)
    with scoped(caller.actor, route="sync:pack"):
        cursor, _ = selectors.cursor()
        filled = packing.fill(caller.actor, kind, subject)
        ref = filled.ref
        phones.took(
            caller=caller,
            kind=ref.kind,
            subject=ref.subject,
            title=ref.title,
            expires_at=ref.expires_at,
            rows=len(filled.rows),
        )
    body = {
        **packing.ref_body(ref),
        "cursor": str(cursor),
        "etag": filled.etag,
    }
    return answer(request, stamped(body), rows=filled.lines)


@field_view("GET")
def changes(request: HttpRequest) -> HttpResponse:
    """What changed in the packs that the phone holds, and in its own records."""
    caller = caller_by_token(request)
    since = rules.cursor_of(request.GET.get("cursor", ""))
    held = [one for one in map(_held, request.GET.getlist("paket")[:MOST_PACKS]) if one is not None]
    language = language_of(request)
    with scoped(caller.actor, route="sync:changes"):
        _note(request, caller)
        found = packing.changes(caller.actor, since, held)
        for change in found.packs:
            ref = change.ref
            phones.took(
                caller=caller,
                kind=ref.kind,
                subject=ref.subject,
                title=ref.title,
                expires_at=ref.expires_at,
                rows=len(change.rows) if change.replace else -1,
            )
        # A week back at least: what was settled after the phone's last call is among it, whatever clock it had then.
        settled = selectors.outcomes_of(device_id=caller.device_id, since=clock.now() - timedelta(days=7))
    body = {
        "cursor": str(found.cursor),
        "reset": found.reset,
        "packs": [
            {
                **packing.ref_body(change.ref),
                "replace": change.replace,
                "etag": change.etag,
                "rows": [packing.row_body(row) for row in change.rows],
                "removed": [packing.departure_body(gone) for gone in change.removed],
            }
            for change in found.packs
        ],
        "dropped": [{"kind": one.kind, "subject": one.subject, "reason": "ended"} for one in found.dropped],
        "outcomes": [
            line_body(Line(key, revision, outcome, True, code, params, needs), language)
            for key, revision, outcome, code, params, needs in settled
        ],
    }
    return answer(request, stamped(body))


def _held(text: str) -> Held | None:
    kind, _, rest = text.partition("/")
    subject, _, etag = rest.partition("/")
    key = uuid_of(subject)
    return Held(kind[:40], key, etag[:16]) if key is not None else None


def _note(request: HttpRequest, caller: Caller) -> None:
    unsent = request.GET.get("belum", "")
    count = int(unsent) if unsent.isdecimal() and len(unsent) < 7 else None
    phones.seen(caller=caller, unsent=count, unsent_since=moment(request.GET.get("sejak")))
