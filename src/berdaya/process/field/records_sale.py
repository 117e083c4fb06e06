"""The record kind `sale`: what one stall took on one day of an exhibition; the days of a stall make its turnover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from berdaya.access.permissions import require
from berdaya.devices import kinds
from berdaya.devices.kinds import FieldRecord, Outcome, RecordKind, Result
from berdaya.kernel import clock
from berdaya.kernel.bulk import fetch
from berdaya.kernel.scope import Actor, scoped
from berdaya.market.services import record_stalls_many
from berdaya.market.types import NewStall
from berdaya.process.field.records_visit import Line, Money, Payload

MAX_LEADS = 10_000


class SaleBody(Payload):
    """Payload of `sale`, version 1 (docs/guide/sync.md)."""

    stall: UUID
    on: date
    turnover_idr: Money
    leads: Annotated[int, Field(strict=True, ge=0, le=MAX_LEADS)] = 0
    exhibition: UUID | None = None
    enterprise: UUID | None = None
    note: Line = ""


def apply(actor: Actor, records: Sequence[FieldRecord]) -> Mapping[UUID, Result]:
    """Add up the days of each stall. A total that the office entered itself is never overwritten: a person decides."""
    require(actor, "visit.record")
    stalls = {
        row[0]: row
        for row in fetch(
            "SELECT t.id, t.exhibition_id, t.enterprise_id, t.number, t.turnover_idr, t.leads, x.starts_on, x.ends_on"
            " FROM market_stall t JOIN market_exhibition x ON x.id = t.exhibition_id WHERE t.id = ANY (%s)",
            [list({_body(item).stall for item in records})],
        )
    }
    # Stalls belong to the office; what a mentor may sell at was asked above, in the mentor's own scope.
    keeper = actor.with_(kind="staff", permissions=frozenset({"market.manage"}))
    results: dict[UUID, Result] = {}
    with scoped(keeper, route="sync:sale"):
        told = _told(list(stalls))
        changed: dict[UUID, NewStall] = {}
        for item in records:
            results[item.id] = _take(item, stalls, told, changed)
        if changed:
            record_stalls_many(actor=keeper, stalls=list(changed.values()))
    return results


def _body(record: FieldRecord) -> SaleBody:
    assert isinstance(record.body, SaleBody)  # noqa: S101 - the kind's own payload
    return record.body


def _told(stalls: list[UUID]) -> dict[UUID, dict[UUID, tuple[int, int]]]:
    """Days of each stall as records told and the server applied them, whoever sent them: takings and leads."""
    found: dict[UUID, dict[UUID, tuple[int, int]]] = {key: {} for key in stalls}
    rows = fetch(
        """
        SELECT r.id, CASE WHEN r.outcome IN ('new', 'updated', 'identical') THEN r.body ELSE r.previous END
        FROM devices_fieldrecord r WHERE r.kind = 'sale' AND r.subjects && %s
          AND (r.outcome IN ('new', 'updated', 'identical') OR r.previous IS NOT NULL)
        """,
        [stalls],
    )
    for key, raw in rows:
        body = SaleBody.model_validate_json(raw) if isinstance(raw, str) else SaleBody.model_validate(raw)
        if body.stall in found:
            found[body.stall][key] = (body.turnover_idr, body.leads)
    return found


def _take(
    record: FieldRecord,
    stalls: Mapping[UUID, tuple[Any, ...]],
    told: dict[UUID, dict[UUID, tuple[int, int]]],
    changed: dict[UUID, NewStall],
) -> Result:
    body = _body(record)
    stall = stalls.get(body.stall)
    if stall is None:
        return Result(Outcome.INVALID, "not_yours")
    key, exhibition, enterprise, number, turnover, leads, starts_on, ends_on = stall
    if not starts_on <= body.on <= min(ends_on, clock.today()):
        return Result(Outcome.INVALID, "record_shape", {"fields": ["on"]})
    days = told[key]
    before = sum(takings for takings, _leads in days.values())
    if key not in changed and turnover != before and not record.decided:
        theirs = {"turnover_idr": turnover, "leads": leads}
        return Result(Outcome.CONFLICT, "field_conflict", {"fields": ["turnover_idr"]}, theirs=theirs)
    known = record.id in days
    days[record.id] = (body.turnover_idr, body.leads)
    changed[key] = NewStall(
        id=key,
        exhibition_id=exhibition,
        enterprise_id=enterprise,
        number=number,
        turnover_idr=sum(takings for takings, _leads in days.values()),
        leads=sum(found for _takings, found in days.values()),
    )
    return Result(Outcome.UPDATED if known else Outcome.NEW)


kinds.register(
    RecordKind(
        name="sale",
        title=("Penjualan pameran", "Exhibition sales"),
        permission="visit.record",
        payloads={1: SaleBody},
        apply=apply,
    )
)
