"""Computing and keeping statuses in bulk."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from berdaya.access.permissions import require
from berdaya.audit.services import record
from berdaya.enterprises.rules.status import History
from berdaya.enterprises.services import add_months
from berdaya.enterprises.types import EvidenceKind, Fact, Method, StatusResult, StatusThresholds
from berdaya.kernel.bulk import fetch, stage
from berdaya.kernel.ids import new_ids
from berdaya.kernel.scope import Actor

_KINDS = {kind.value: kind for kind in EvidenceKind}
_METHODS = {method.value: method for method in Method}


@dataclass(frozen=True, slots=True)
class LoadedHistory:
    """One business with its prepared history and the thresholds of its programme."""

    enterprise_id: UUID
    history: History
    thresholds: StatusThresholds


def thresholds_by_programme() -> dict[UUID | None, StatusThresholds]:
    """Thresholds of every visible programme's present version; None stands for businesses without one."""
    rows = fetch(
        """
        SELECT p.id, v.config FROM programmes_programme p
        JOIN programmes_programmeversion v ON v.programme_id = p.id AND v.number = p.version_number
        """
    )
    found: dict[UUID | None, StatusThresholds] = {None: StatusThresholds()}
    for programme_id, config in rows:
        table = json.loads(config) if isinstance(config, str) else config
        found[programme_id] = StatusThresholds.of(table.get("status") or {})
    return found


def histories(*, programme_code: str = "", until: date | None = None) -> Iterator[LoadedHistory]:
    """Every visible business with its evidence up to a day; the caller has opened the scope."""
    known = thresholds_by_programme()
    businesses = fetch(
        """
        SELECT e.id, e.programme_id, e.started_on FROM enterprises_enterprise e
        WHERE %(programme)s = ''
           OR e.programme_id = (SELECT p.id FROM programmes_programme p WHERE p.code = %(programme)s)
        ORDER BY e.id
        """,
        {"programme": programme_code},
    )
    facts = _facts([row[0] for row in businesses], until)
    for enterprise_id, programme_id, started_on in businesses:
        thresholds = known.get(programme_id) or known[None]
        yield LoadedHistory(enterprise_id, History(started_on, facts.pop(enterprise_id, ())), thresholds)


def _facts(enterprise_ids: Sequence[UUID], until: date | None) -> dict[UUID, list[Fact]]:
    """Evidence by business. One table and no join: right after a bulk load a join is planned for an empty table."""
    rows = fetch(
        """
        SELECT v.enterprise_id, v.occurred_on, v.kind, v.method, v.production_days, v.amount_idr
        FROM enterprises_evidence v
        WHERE v.enterprise_id = ANY (%(ids)s) AND (%(until)s::date IS NULL OR v.occurred_on <= %(until)s)
        """,
        {"ids": list(enterprise_ids), "until": until},
    )
    found: dict[UUID, list[Fact]] = defaultdict(list)
    for enterprise_id, occurred_on, kind, method, days, amount in rows:
        found[enterprise_id].append(Fact(occurred_on, _KINDS[kind], _METHODS[method], days, amount))
    return found


@transaction.atomic
def refresh_status_many(
    *,
    actor: Actor,
    days: Sequence[date] = (),
    milestones: Sequence[int] = (),
    until: date,
    programme_code: str = "",
    progress: Callable[[int], None] | None = None,
) -> int:
    """Compute and keep the status of every business on given days and at given months since each one's start.

    Days before a business began and milestones after `until` are left out. Computing again replaces what changed
    through evidence that came late. Returns the number of statuses kept.
    """
    require(actor, "status.refresh")
    rows: list[tuple[Any, ...]] = []
    for number, loaded in enumerate(histories(programme_code=programme_code, until=until)):
        rows.extend(_rows_of(loaded, days, milestones, until))
        if progress is not None and number % 1000 == 0:
            progress(number)
    with connection.cursor() as cursor:
        stage(
            cursor,
            "status",
            {
                "id": "uuid",
                "enterprise_id": "uuid",
                "as_of": "date",
                "status": "text",
                "reason": "jsonb",
                "milestone": "smallint",
            },
            ((new, *row) for new, row in zip(new_ids(len(rows)), rows, strict=True)),
        )
        cursor.execute(
            """
            INSERT INTO enterprises_statussnapshot AS held
                (id, area, office_id, enterprise_id, as_of, status, reason, milestone)
            SELECT s.id, e.area, e.office_id, e.id, s.as_of, s.status, s.reason, s.milestone
            FROM status s JOIN enterprises_enterprise e ON e.id = s.enterprise_id
            ON CONFLICT (enterprise_id, as_of) DO UPDATE
            SET status = excluded.status, reason = excluded.reason,
                milestone = coalesce(excluded.milestone, held.milestone)
            WHERE held.status <> excluded.status OR held.reason <> excluded.reason
               OR (held.milestone IS NULL AND excluded.milestone IS NOT NULL)
            """
        )
    record(
        actor=actor,
        name="status.refreshed",
        statuses=len(rows),
        days=[day.isoformat() for day in days],
        milestones=list(milestones),
    )
    return len(rows)


def _rows_of(
    loaded: LoadedHistory, days: Sequence[date], milestones: Sequence[int], until: date
) -> Iterator[tuple[UUID, date, str, str, int | None]]:
    started = loaded.history.started_on
    wanted: dict[date, int | None] = {day: None for day in days if started <= day}
    for months in milestones:
        day = add_months(started, months)
        if day <= until:
            wanted[day] = months
    for day, milestone in wanted.items():
        result = loaded.history.status_at(day, loaded.thresholds)
        yield loaded.enterprise_id, day, result.status.value, json.dumps(reason_json(result)), milestone


def reason_json(result: StatusResult) -> dict[str, Any]:
    """A result's reason as it is kept: the code under `reason`, beside its figures."""
    return {"reason": result.reason.value, **result.params}
