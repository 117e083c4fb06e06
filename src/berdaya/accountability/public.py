"""What a code opens and takes, for whoever holds the paper. Runs as the database role of the public."""

from __future__ import annotations

import hashlib
import json
from uuid import UUID

from django.db import Error

from berdaya.accountability import rules
from berdaya.accountability.problems import problem_of
from berdaya.accountability.services.codes import digest
from berdaya.accountability.types import Channel, OpenCode, OpenLine, Said
from berdaya.files import images, store
from berdaya.kernel import clock
from berdaya.kernel.bulk import fetch
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import PUBLIC, scoped

_OPENED = "handed_on, place, office, programme, synthetic, used, lines"


def source_of(address: str) -> bytes:
    """A connection's address as the counter of tries keeps it: keyed, never the address itself."""
    return digest(f"source|{address}")


def open_code(*, code: str, source: bytes) -> OpenCode:
    """What the paper is about. Looking uses nothing up, so a preview of the link does no harm.

    Raises `accountability.code_unknown`, and `accountability.too_many_tries` from the 61st look in an hour on.
    """
    with scoped(PUBLIC):
        try:
            rows = fetch(
                f"SELECT {_OPENED} FROM accountability_open(%s, %s, %s)",
                [rules.code_hash(digest, code), clock.today(), source],
            )
        except Error as error:
            raise problem_of(error) or error from error
    if not rows:
        raise Problem("accountability.code_unknown")
    handed_on, place, office, programme, synthetic, used, lines = rows[0]
    listed = json.loads(lines) if isinstance(lines, str) else lines
    goods = tuple(OpenLine(UUID(key), *rest) for key, *rest in listed)
    return OpenCode(handed_on, place, office, programme, synthetic, used, goods)


def say(*, code: str, id: UUID, said: Said, source: bytes, channel: Channel = Channel.CODE) -> bool:  # noqa: A002
    """Keep what the holder of the code received; True where nothing is missing. The same id again changes nothing.

    Raises what :func:`open_code` raises, `accountability.code_used`, `accountability.lines_missing`, and what
    re-encoding a photo raises.
    """
    photo = None
    # A code that opens nothing must not fill the disk.
    open_code(code=code, source=source)
    if said.photo:
        content = images.reencode(said.photo)
        photo = [hashlib.sha256(content).hexdigest(), len(content)]
    with scoped(PUBLIC):
        if photo is not None:
            store.put(content)
        lines = [[str(line.line), line.quantity] for line in said.lines]
        if any(line.quantity < 0 for line in said.lines):
            raise Problem("accountability.lines_missing")
        try:
            rows = fetch(
                "SELECT accountability_say(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                [
                    rules.code_hash(digest, code),
                    id,
                    clock.today(),
                    channel.value,
                    said.words[:2000],
                    said.company[:120],
                    said.place[:120],
                    json.dumps(photo) if photo else None,
                    json.dumps(lines),
                    source,
                ],
            )
        except Error as error:
            raise problem_of(error) or error from error
    return bool(rows[0][0] == "confirmed")
