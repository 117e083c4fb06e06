"""Reads about phones, what they hold, what they sent, and what waits for a decision. Call inside a scope."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from berdaya.access.permissions import can, require
from berdaya.devices import rules
from berdaya.devices.kinds import Outcome
from berdaya.devices.types import ConflictRow, Cursor, DeviceRow, FileStanding, FileState, StuckRow, TakenRow
from berdaya.kernel.bulk import fetch
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor

READING = ("task.manage", "mentor.assign", "account.manage", "business.manage")


def may_read(actor: Actor) -> None:
    """Raise ``not_allowed`` unless the role looks after mentors and their phones."""
    if not any(can(actor, permission) for permission in READING):
        require(actor, READING[0])


def cursor() -> tuple[Cursor, int]:
    """Where the change log stands now, and the floor below which it was pruned."""
    row = fetch("SELECT generation, now_at, floor_at FROM devices_cursor()")[0]
    return Cursor(row[0], int(row[1])), int(row[2])


def changes(*, actor: Actor, ids: Sequence[UUID], since: Cursor, until: Cursor) -> dict[UUID, set[str]]:
    """Roots that changed: the actor's own ``ids``, and those that were opened to or closed to the actor's role."""
    rows = fetch(
        "SELECT subject_id, kind FROM devices_changes(%s, %s, %s, %s)", [list(ids), actor.role_id, since.at, until.at]
    )
    found: dict[UUID, set[str]] = {}
    for subject, kind in rows:
        found.setdefault(subject, set()).add(kind)
    return found


def outcomes_of(*, device_id: UUID, ids: Sequence[UUID] = (), since: datetime | None = None) -> list[tuple[Any, ...]]:
    """(id, revision, outcome, code, params, needs) of a phone's own records: those named, or settled since."""
    rows = fetch(
        """
        SELECT id, revision, outcome, code, params, needs FROM devices_fieldrecord
        WHERE device_id = %(device)s
          AND (CASE WHEN %(since)s::timestamptz IS NULL THEN id = ANY (%(ids)s) ELSE settled_at >= %(since)s END)
        ORDER BY received_at, id LIMIT 1000
        """,
        {"device": device_id, "ids": list(ids), "since": since},
    )
    return [(row[0], row[1], Outcome(row[2]), row[3], _json(row[4]), tuple(row[5])) for row in rows]


def attachments(records: Iterable[UUID]) -> list[tuple[UUID, str, UUID]]:
    """Files of these records that came whole: record, name in the record, id of the stored file."""
    ids = list(records)
    if not ids:
        return []
    return [
        (row[0], row[1], row[2])
        for row in fetch(
            "SELECT record_id, name, file_id FROM devices_upload WHERE record_id = ANY (%s) AND state = 'complete'"
            " AND file_id IS NOT NULL ORDER BY record_id, name, id",
            [ids],
        )
    ]


def record_kind(record_id: UUID) -> tuple[str, Outcome] | None:
    """Kind and outcome of a record that the actor may see; None where there is none."""
    rows = fetch("SELECT kind, outcome FROM devices_fieldrecord WHERE id = %s", [record_id])
    return (rows[0][0], Outcome(rows[0][1])) if rows else None


def file_standing(file_id: UUID) -> FileStanding:
    """How far a file of the actor's has come."""
    rows = fetch("SELECT received, size, state, code FROM devices_upload WHERE id = %s", [file_id])
    if not rows:
        return FileStanding(file_id, 0, 0, FileState.MISSING)
    received, size, state, code = rows[0]
    return FileStanding(file_id, received, size, FileState(state), code=code)


_DEVICES = """
    SELECT d.id, d.account_id, d.role_id, a.name, d.name, d.platform, d.app, d.enrolled_at, d.revoked_at, d.wiped_at,
           d.seen_at, d.pushed_at, d.clock_off_seconds, d.unsent, d.unsent_since, d.copied_at,
           (int4multirange(int4range(1, upper(d.seqs))) - d.seqs)::text,
           (SELECT jsonb_object_agg(x.outcome, x.n) FROM (
             SELECT r.outcome, count(*) AS n FROM devices_fieldrecord r WHERE r.device_id = d.id GROUP BY r.outcome) x)
    FROM devices_device d JOIN access_account a ON a.id = d.account_id
"""


def devices(
    *, actor: Actor, limit: int = 50, offset: int = 0, text: str = "", account: int | None = None
) -> tuple[list[DeviceRow], int]:
    """One page of the phones in the actor's scope (with ``account`` only that one's), those that have been silent
    longest first, and how many there are. Two queries.
    """
    may_read(actor)
    params: dict[str, Any] = {"limit": limit, "offset": offset, "text": f"%{text.strip()}%", "account": account}
    where = "WHERE (a.name ILIKE %(text)s OR d.name ILIKE %(text)s)"
    if account is not None:
        where += " AND d.account_id = %(account)s"
    rows = fetch(
        f"{_DEVICES} {where} ORDER BY d.revoked_at IS NOT NULL, d.pushed_at NULLS FIRST, d.id"
        " LIMIT %(limit)s OFFSET %(offset)s",
        params,
    )
    total = fetch(f"SELECT count(*) FROM devices_device d JOIN access_account a ON a.id = d.account_id {where}", params)
    return [_device(row) for row in rows], int(total[0][0])


def device(*, actor: Actor, device_id: UUID) -> DeviceRow:
    """One phone. Raises ``not_found``."""
    may_read(actor)
    rows = fetch(f"{_DEVICES} WHERE d.id = %s", [device_id])
    if not rows:
        raise Problem("not_found")
    return _device(rows[0])


def own_device(device_id: UUID) -> tuple[tuple[tuple[int, int], ...], Mapping[str, int]]:
    """Of the phone that asks about itself: numbers of pushes that never came, and its records by outcome."""
    gaps = fetch(
        "SELECT (int4multirange(int4range(1, upper(d.seqs))) - d.seqs)::text FROM devices_device d WHERE d.id = %s",
        [device_id],
    )
    counts = fetch(
        "SELECT outcome, count(*) FROM devices_fieldrecord WHERE device_id = %s GROUP BY outcome ORDER BY outcome",
        [device_id],
    )
    return rules.ranges(gaps[0][0] or "") if gaps else (), dict(counts)


def _device(row: Sequence[Any]) -> DeviceRow:
    told = [*row[:16], rules.ranges(row[16] or ""), _json(row[17] or "{}")]
    return DeviceRow(*told)


def packs_held(device_id: UUID) -> list[TakenRow]:
    """Packs that a phone took, the last first."""
    rows = fetch(
        "SELECT kind, subject_id, title, taken_at, expires_at, rows_in FROM devices_taken WHERE device_id = %s"
        " ORDER BY taken_at DESC, kind, subject_id",
        [device_id],
    )
    return [TakenRow(*row) for row in rows]


_CONFLICTS = """
    SELECT c.id, c.record_id, c.kind, c.version, c.code, c.account_id, a.name, c.raised_at, c.sent, c.held, c.fields,
           c.resolved_at, c.resolution
    FROM devices_conflict c JOIN access_account a ON a.id = c.account_id
"""


def conflicts(*, actor: Actor, limit: int = 50, offset: int = 0) -> tuple[list[ConflictRow], int]:
    """Conflicts that wait for a decision, the oldest first, and how many. Two queries."""
    may_read(actor)
    rows = fetch(
        f"{_CONFLICTS} WHERE c.resolved_at IS NULL ORDER BY c.raised_at, c.id LIMIT %s OFFSET %s", [limit, offset]
    )
    total = fetch("SELECT count(*) FROM devices_conflict WHERE resolved_at IS NULL")[0][0]
    return [_conflict(row) for row in rows], int(total)


def conflict(*, actor: Actor, conflict_id: UUID) -> ConflictRow:
    """One conflict with both versions. Raises ``not_found``."""
    may_read(actor)
    rows = fetch(f"{_CONFLICTS} WHERE c.id = %s", [conflict_id])
    if not rows:
        raise Problem("not_found")
    return _conflict(rows[0])


def _conflict(row: Sequence[Any]) -> ConflictRow:
    told = [*row[:8], _json(row[8]), _json(row[9]), tuple(row[10]), *row[11:]]
    return ConflictRow(*told)


def stuck(*, actor: Actor, limit: int = 50, offset: int = 0) -> tuple[list[StuckRow], int]:
    """Records that were kept and not applied: invalid or waiting; the oldest first, and how many. Two queries."""
    may_read(actor)
    rows = fetch(
        """
        SELECT r.id, r.kind, a.name, r.outcome, r.code, r.params, r.received_at, r.device_id
        FROM devices_fieldrecord r JOIN access_account a ON a.id = r.account_id
        WHERE r.outcome IN ('invalid', 'waiting') ORDER BY r.received_at, r.id LIMIT %s OFFSET %s
        """,
        [limit, offset],
    )
    total = fetch("SELECT count(*) FROM devices_fieldrecord WHERE outcome IN ('invalid', 'waiting')")[0][0]
    return [StuckRow(row[0], row[1], row[2], Outcome(row[3]), row[4], _json(row[5]), *row[6:]) for row in rows], total


def _json(value: Any) -> Mapping[str, Any]:
    # Django's cursor hands jsonb out as text.
    return json.loads(value) if isinstance(value, str) else value  # type: ignore[no-any-return]
