"""``/sinkron/daftar/``, ``/sinkron/kirim/`` and what a phone asks about itself and its records."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from berdaya.access.permissions import ROLE_NAMES
from berdaya.access.selectors import actor_for
from berdaya.devices import kinds, rules, sealing, selectors
from berdaya.devices.services import phones
from berdaya.devices.types import Sender
from berdaya.kernel import clock
from berdaya.kernel.ids import uuid_of
from berdaya.kernel.problem_json import language_of
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor, scoped
from berdaya.process.field.envelopes import json_of, push_of
from berdaya.process.field.numbers import matches
from berdaya.process.field.receive import Line, Push, Received, receive
from berdaya.process.overview.accounts import office_face
from berdaya.sync.answers import answer, caller_by_token, field_view, line_body, signed_in, stamped
from berdaya.sync.reading import unpacked


def known_kinds() -> list[dict[str, Any]]:
    """Record kinds that this server takes, with their versions."""
    return [{"name": kind.name, "versions": sorted(kind.payloads)} for kind in kinds.all_kinds()]


def about(actor: Actor, device_id: UUID) -> dict[str, Any]:
    """What a phone is told at its start. Call inside the actor's scope."""
    office, _ = office_face(actor.office or None)
    cursor, _ = selectors.cursor()
    return stamped(
        {
            "device": device_id,
            "account": {"id": actor.account_id, "name": actor.name},
            "role": {"id": actor.role_id, "kind": actor.role, "title": ROLE_NAMES.get(actor.role, (actor.role,))[0]},
            "office": {"id": actor.office, "name": office},
            "permissions": sorted(actor.permissions),
            "generation": cursor.generation,
            "server_key": asdict(sealing.public_key()),
            "limits": {
                "records": rules.MOST_RECORDS,
                "bytes": rules.MOST_BYTES,
                "file_bytes": rules.MOST_FILE_BYTES,
                "part_bytes": rules.PART_BYTES,
            },
            "kinds": known_kinds(),
        }
    )


@field_view("POST", cookie=True)
def enrol(request: HttpRequest) -> HttpResponse:
    """Bind this phone to the person who signed in on it."""
    actor = signed_in(request)
    data = json_of(unpacked(request, limit=20_000))
    if not isinstance(data, dict):
        raise Problem("push_unreadable", detail="object")
    role = data.get("role")
    if isinstance(role, int) and role != actor.role_id:
        actor = actor_for(int(actor.account_id or 0), name=actor.name, role_id=role)
    words = {name: str(data.get(name) or "").replace("\0", "") for name in ("name", "platform", "app")}
    with scoped(actor, route="sync:enrol"):
        made = phones.enrol(actor=actor, **words)
        body = about(actor, made.id)
    return answer(request, {**body, "token": made.token}, 201)


@field_view("GET")
def itself(request: HttpRequest) -> HttpResponse:
    """The same as at enrolment, without the token."""
    caller = caller_by_token(request)
    with scoped(caller.actor, route="sync:device"):
        gaps, counts = selectors.own_device(caller.device_id)
        body = about(caller.actor, caller.device_id)
    return answer(request, {**body, "gaps": gaps, "counts": counts})


@field_view("POST")
def push(request: HttpRequest) -> HttpResponse:
    """Records of a phone."""
    caller = caller_by_token(request)
    device, read = push_of(json_of(unpacked(request)))
    if device is None or read.seq is None:
        raise Problem("push_unreadable", detail="device, seq")
    if device != caller.device_id:
        raise Problem("device_mismatch")
    received = receive(sender=sender_of(caller), push=read, real_now=clock.real_now())
    return answer(request, received_body(read, received, language_of(request)))


def sender_of(caller: phones.Caller) -> Sender:
    """The sender of records that a phone's own token brings."""
    return Sender(caller.actor, caller.actor.lo, int(caller.actor.office or 0), caller.device_id)


def received_body(read: Push, received: Received, language: str) -> dict[str, Any]:
    """The answer to a push as it goes over the wire."""
    return stamped(
        {
            "seq": read.seq,
            "clock_off_seconds": received.clock_off_seconds,
            "gaps": received.gaps,
            "counts": received.counts,
            "outcomes": [line_body(line, language) for line in received.lines],
        }
    )


@field_view("GET")
def outcomes(request: HttpRequest) -> HttpResponse:
    """What became of the phone's own records, 200 at most."""
    caller = caller_by_token(request)
    ids = [key for key in map(uuid_of, request.GET.getlist("id")[:200]) if key is not None]
    with scoped(caller.actor, route="sync:outcomes"):
        rows = selectors.outcomes_of(device_id=caller.device_id, ids=ids)
    language = language_of(request)
    lines = [
        Line(key, revision, outcome, True, code, params, needs) for key, revision, outcome, code, params, needs in rows
    ]
    return answer(request, stamped({"outcomes": [line_body(line, language) for line in lines]}))


@field_view("POST")
def nik(request: HttpRequest) -> HttpResponse:
    """Whether the last four digits of a sealed NIK are those of a person; nothing else is told."""
    caller = caller_by_token(request)
    data = json_of(unpacked(request, limit=20_000))
    person = uuid_of(data.get("person")) if isinstance(data, dict) else None
    if person is None or not isinstance(data.get("sealed"), dict):
        raise Problem("push_unreadable", detail="person, sealed")
    return answer(request, stamped({"match": matches(caller=caller, person_id=person, sealed=data["sealed"])}))


@field_view("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
def unknown(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Any other address below ``/sinkron/``."""
    raise Problem("not_found")
