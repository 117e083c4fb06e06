"""What the link on an invitation opens, for whoever holds it. Runs as the database role of the public."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, time
from typing import Any
from uuid import UUID

from berdaya.areas import selectors as areas
from berdaya.files import store
from berdaya.kernel import clock
from berdaya.kernel.bulk import fetch
from berdaya.kernel.ids import new_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import PUBLIC, scoped
from berdaya.training.services.inviting import checked
from berdaya.training.values import InvitedSession, InvitedTo, MaterialFile

_SAID = {
    "unknown": "training_invitation_unknown",
    "over": "training_invitation_over",
    "already": "training_spoke_already",
    "early": "training_spoke_early",
}


def invited(*, token: str) -> InvitedTo:
    """The class behind a link. Raises `training_invitation_unknown`."""
    with scoped(PUBLIC):
        rows = fetch("SELECT training_invited(%s)", [token])
        body: Any = rows[0][0] if rows else None
        if body is None:
            raise Problem("training_invitation_unknown")
        found = json.loads(body) if isinstance(body, str) else body
        place = areas.path(found["area"], short=True)
    return InvitedTo(
        name=found["name"],
        venue=found["venue"],
        place=place,
        starts_on=date.fromisoformat(found["starts_on"]),
        ends_on=date.fromisoformat(found["ends_on"]),
        trainer=found["trainer"],
        partner=found["partner"],
        wheelchair=found["wheelchair"],
        office=found["office"],
        synthetic=found["synthetic"],
        answer=found["answer"],
        asked_for=tuple(found["asked_for"]),
        spoke=found["spoke"],
        sessions=tuple(
            InvitedSession(
                number, date.fromisoformat(on), time.fromisoformat(start), time.fromisoformat(end), room, topic, gone
            )
            for number, on, start, end, room, topic, gone in found["sessions"]
        ),
        materials=tuple((UUID(key), title, size) for key, title, size in found["materials"]),
    )


def answer(*, token: str, answer: str, asked_for: Sequence[str], note: str = "") -> None:
    """Say whether one comes and what one needs for it; a later answer replaces it until the class is over.

    Raises `training_code_unknown`, `training_invitation_unknown`, `training_invitation_over`.
    """
    checked(answer, asked_for)
    _say("SELECT training_answer(%s, %s, %s, %s, %s)", [token, answer, sorted(asked_for), note, clock.now()])


def speak(*, token: str, useful: int, clear: int, place: int, note: str = "") -> None:
    """Marks from 1 to 5 without a name, once for each invitation.

    Raises `training_attendance_unfit`, `training_invitation_unknown`, `training_spoke_already`, `training_spoke_early`.
    """
    marks = [useful, clear, place]
    if not all(1 <= mark <= 5 for mark in marks):
        raise Problem("training_attendance_unfit", row=1, attended=max(marks), sessions=5)
    _say("SELECT training_speak(%s, %s, %s, %s, %s)", [token, new_id(), marks, note, clock.now()])


def _say(sql: str, values: list[Any]) -> None:
    with scoped(PUBLIC):
        outcome = fetch(sql, values)[0][0]
    if outcome != "saved":
        raise Problem(_SAID[outcome])


def material(*, token: str, material: UUID) -> MaterialFile:
    """One material of the class behind a link. Raises `not_found`, `files.missing`."""
    with scoped(PUBLIC):
        return material_file(material=material, token=token)


def material_file(*, material: UUID, token: str = "") -> MaterialFile:
    """A material that the present scope (a trainer's class) or the link opens. Raises `not_found`, `files.missing`."""
    rows = fetch("SELECT sha256, media_type, name FROM training_material(%s, %s)", [material, token])
    if not rows:
        raise Problem("not_found")
    sha256, media_type, name = bytes(rows[0][0]), rows[0][1], rows[0][2]
    path = store.path_of(sha256)
    content = path.read_bytes() if path.is_file() else store.get(sha256)
    if content is None:
        raise Problem("files.missing", name=name)
    return MaterialFile(name, media_type, content)
