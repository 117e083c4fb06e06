"""The inbox: every record is kept before anybody looks at what it says; what became of it is written beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from berdaya.devices import rules
from berdaya.devices.kinds import Outcome, Result
from berdaya.devices.types import Incoming, Kept, Sender, Standing, Verdict, Waiting
from berdaya.kernel import clock
from berdaya.kernel.bulk import array_text, fetch
from berdaya.kernel.ids import new_ids


def take(
    *, sender: Sender, records: Sequence[Incoming], seq: int | None = None, off: int | None = None
) -> list[Standing]:
    """Keep records, each id at most once among them; answers what is to be done with each, in the order given.

    ``off`` are the seconds by which the phone's clock runs behind. Everything or nothing is kept: call it in a
    transaction of its own, so that what was acknowledged outlives whatever applying it meets.
    """
    if not records:
        return []
    now = clock.now()
    rows = ",".join(f"{text}}}" for text in _texts(records, off, now))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM devices_take(%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb)",
            _handed_in(sender, now, seq, rows),
        )
        found = {row[0]: _standing(row) for row in cursor.fetchall()}
    return [found[number] for number in range(len(records))]


def _handed_in(sender: Sender, now: datetime, seq: int | None, rows: str) -> list[Any]:
    """What the functions of the inbox ask first: who hands in, when, how, the number of the push, the records."""
    return [
        sender.device_id,
        sender.actor.role_id,
        sender.area,
        sender.office_id,
        sender.uploaded_by,
        now,
        sender.source.value,
        seq,
        f"[{rows}]",
    ]


def _texts(records: Sequence[Incoming], off: int | None, now: datetime) -> list[str]:
    """Each record as the JSON object that the functions of the inbox read, its last brace left open."""
    return [
        _text(number, item, inbox_id, rules.is_off(off=off, device_at=item.device_at, received_at=now))
        for number, (item, inbox_id) in enumerate(zip(records, new_ids(len(records)), strict=True))
    ]


def _text(number: int, item: Incoming, inbox_id: UUID, clock_off: bool) -> str:
    body, files = item.text or rules.body_text(item.body), rules.files_text(item.files)
    text = rules.canonical(item.kind, item.version, body, files)
    subjects = ",".join(f'"{key}"' for key in rules.ids_in(text))
    at = f'"{item.device_at.isoformat()}"' if item.device_at else "null"
    # Put together from the texts that the digest was taken of: writing every body a second time is a tenth of a push.
    return (
        f'{{"ord":{number},"id":"{item.id}","inbox_id":"{inbox_id}","kind":{json.dumps(item.kind)}'
        f',"version":{item.version},"revision":{item.revision},"device_at":{at}'
        f',"clock_off":{"true" if clock_off else "false"},"digest":"{rules.digest(text).hex()}"'
        f',"subjects":[{subjects}],"files":{files},"body":{body}'
    )


def unknown(*, sender: Sender, ids: Sequence[UUID], now: datetime) -> bool:
    """True where nobody has handed in any of ``ids``: apply them, and :func:`keep` them in this very transaction.

    Pushes of one phone take their turns from here to the end of the transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT devices_unknown(%s, %s, %s, %s, %s, %s::uuid[])",
            [sender.device_id, sender.actor.role_id, sender.area, sender.office_id, now, array_text(ids)],
        )
        return bool(cursor.fetchone()[0])


def keep(
    *,
    sender: Sender,
    records: Sequence[Incoming],
    results: Mapping[UUID, Result],
    now: datetime,
    seq: int | None,
    off: int | None,
    unsent: int | None,
    unsent_since: datetime | None,
) -> Kept | None:
    """Keep fresh records with their outcomes and note the push, in the transaction in which they were applied.

    None where somebody else brought one of them meanwhile: the transaction must be taken back then.
    """
    rows = ",".join(
        f"{text},{_settled(results[item.id])}}}"
        for item, text in zip(records, _texts(records, off, now), strict=True)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT devices_keep(%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s)",
            [*_handed_in(sender, now, seq, rows), off, unsent, unsent_since],
        )
        (told,) = cursor.fetchone()
    if told is None:
        return None
    answer = _json(told)
    waiters = [(UUID(key), account, role) for key, account, role in answer["waiters"]]
    return Kept(rules.ranges(answer["arrived"] or ""), waiters)


_NEW = '"outcome":"new","code":"","params":{},"needs":[]'


def _settled(result: Result) -> str:
    """An outcome as members of the JSON object that the functions of the inbox read."""
    plain = not (result.code or result.params or result.needs or result.theirs)
    return _NEW if plain and result.outcome is Outcome.NEW else json.dumps(_told(result), default=_plain)[1:-1]


def _told(result: Result) -> dict[str, Any]:
    return {
        "outcome": result.outcome.value,
        "code": result.code,
        "params": result.params,
        "needs": result.needs,
        "theirs": result.theirs,
        "fields": [str(name) for name in result.params.get("fields", ())] if result.theirs else [],
    }


def _standing(row: Sequence[Any]) -> Standing:
    return Standing(Verdict(row[1]), Outcome(row[2]), row[3], _json(row[4]), tuple(row[5]))


def claim(ids: Iterable[UUID]) -> list[Waiting]:
    """The actor's records among ``ids`` that still wait to be applied, locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM devices_claim(%s)", [list(ids)])
        return [
            Waiting(
                id=row[0],
                kind=row[1],
                version=row[2],
                revision=row[3],
                body=_json(row[4]),
                files={name: UUID(value) for name, value in _json(row[5]).items()},
                previous=None if row[6] is None else _json(row[6]),
                device_at=row[7],
                received_at=row[8],
                device_id=row[9],
                clock_off=row[10],
            )
            for row in cursor.fetchall()
        ]


def settle(results: Mapping[UUID, Result]) -> list[tuple[UUID, int, int]]:
    """Write what became of the actor's records; a conflict keeps both versions for a person to decide.

    Answers whose records wait for one that was applied: their ids, and the account and role to apply them as.
    """
    if not results:
        return []
    rows = [{"id": key, **_told(result)} for key, result in results.items()]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, account_id, role_id FROM devices_close(%s, %s::jsonb)",
            [clock.now(), json.dumps(rows, default=_plain)],
        )
        return [(row[0], row[1], row[2]) for row in cursor.fetchall()]


def pushed(
    *,
    device_id: UUID,
    seq: int,
    off: int | None,
    unsent: int | None,
    unsent_since: datetime | None,
    fresh: bool,
) -> tuple[tuple[int, int], ...]:
    """Note a push of a phone; answers the numbers of pushes that never came, as inclusive pairs.

    ``fresh``: it held a record that was unknown. Under a number that was used before, that is a second phone with the
    same token.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT devices_pushed(%s, %s, %s, %s, %s, %s, %s)",
            [device_id, clock.now(), seq, off, unsent, unsent_since, fresh],
        )
        row = cursor.fetchone()
    return rules.ranges(row[0] or "") if row else ()


def all_waiting(*, office: int) -> list[tuple[UUID, int, int]]:
    """Records of an office's phones that wait, the oldest first: their id, and account and role to apply them as."""
    return fetch(
        """
        SELECT id, account_id, role_id FROM devices_fieldrecord
        WHERE outcome = 'waiting' AND office_id = %s ORDER BY received_at, id
        """,
        [office],
    )


def _json(value: Any) -> dict[str, Any]:
    # Django's cursor hands jsonb out as text.
    return json.loads(value) if isinstance(value, str) else dict(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    return str(value)
