"""Filing a complaint and asking after it, for anybody. Runs as the database role of the public."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import date, timedelta

from django.db import Error

from berdaya.files import images, store
from berdaya.followup.complaints.problems import problem_of
from berdaya.followup.complaints.types import DAYS, CaseStatus, NewComplaint, PublicCount, State
from berdaya.kernel import clock
from berdaya.kernel.bulk import fetch
from berdaya.kernel.codes import ALPHABET, cleaned, in_blocks
from berdaya.kernel.crypto import key_ring
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import PUBLIC, Actor, scoped

PURPOSE = "complaint"
CODE_SIGNS = 10


def digest(text: str) -> bytes:
    """32 bytes of a text under the key of the indexes."""
    return key_ring().index(text, purpose=PURPOSE)


def new_code() -> str:
    """A case code of 10 signs (50 bits), without signs that are misread."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_SIGNS))


def code_hash(code: str) -> bytes:
    """What is kept of a case code."""
    return digest("case|" + cleaned(code))


def context_of(complaint: object, field: str) -> bytes:
    """What a sealed value of a complaint is bound to."""
    return f"complaint:{field}:{complaint}".encode()


def file_complaint(*, complaint: NewComplaint, code: str, source: bytes, actor: Actor = PUBLIC) -> str:
    """Take a complaint in and answer its case code as it is read aloud; the same id again changes nothing.

    The code is made by the caller with the form, so that a second click answers the same one. An office that writes
    down a call or a letter takes the same way. Raises `complaints.no_words`, `complaints.no_office`,
    `complaints.too_many`, and what re-encoding a photo raises.
    """
    if not complaint.words.strip():
        raise Problem("complaints.no_words")
    content = images.reencode(complaint.photo) if complaint.photo else b""
    today = clock.today()
    body = {
        "id": str(complaint.id),
        "channel": complaint.channel,
        "subject": complaint.subject,
        "area": complaint.area,
        "words": complaint.words.strip()[:4000],
        "safe_time": complaint.safe_time[:20],
        "about": complaint.about_account,
        "group": str(complaint.group) if complaint.group else None,
        "photo": [hashlib.sha256(content).hexdigest(), len(content)] if content else None,
        "today": today.isoformat(),
        "due": (today + timedelta(days=DAYS)).isoformat(),
    }
    sealed = [
        key_ring().seal(text.strip(), context=context_of(complaint.id, field)) if text.strip() else None
        for field, text in (("withheld", complaint.withheld[:2000]), ("contact", complaint.contact[:60]))
    ]
    with scoped(actor):
        try:
            fetch("SELECT followup_file(%s, %s, %s, %s, %s)", [json.dumps(body), *sealed, code_hash(code), source])
        except Error as error:
            raise problem_of(error) or error from error
        if content:
            store.put(content)
    return in_blocks(code)


def status_of(*, code: str, source: bytes) -> CaseStatus:
    """What became of a case. Raises `complaints.code_unknown`, `complaints.too_many`."""
    with scoped(PUBLIC):
        try:
            rows = fetch(
                "SELECT state, filed_on, due_on, closed_on, result, told FROM followup_status(%s, %s)",
                [code_hash(code), source],
            )
        except Error as error:
            raise problem_of(error) or error from error
    if not rows:
        raise Problem("complaints.code_unknown")
    state, filed_on, due_on, closed_on, result, told = rows[0]
    listed = json.loads(told) if isinstance(told, str) else told
    lines = tuple((date.fromisoformat(day), words) for day, words in listed)
    return CaseStatus(State(state), filed_on, due_on, closed_on, result, lines)


def public_counts() -> list[PublicCount]:
    """Complaints by kabupaten and year, newest first; small numbers are not told."""
    with scoped(PUBLIC):
        rows = fetch(
            "SELECT place, year, filed, closed, in_time FROM public_complaint"
            " ORDER BY year DESC, filed DESC NULLS LAST, place"
        )
    return [PublicCount(*row) for row in rows]


def served_areas() -> list[tuple[int, str]]:
    """Code and name of the kabupaten and kota that some office serves."""
    with scoped(PUBLIC):
        rows = fetch("SELECT code, name, province FROM followup_served()")
    return [(code, f"{name}, {province}" if province else name) for code, name, province in rows]
