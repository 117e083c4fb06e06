"""Handing goods over: bound line by line to the decree, valued, split over the sources of money."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from berdaya.audit import services as audit
from berdaya.documents.services import next_numbers
from berdaya.documents.types import LetterKind
from berdaya.grants import rules
from berdaya.grants.lines import kind_of, name_of, package_for, packages_by_code, started_kinds, valid_lines
from berdaya.grants.models import Handover
from berdaya.grants.services.assets import register_assets
from berdaya.grants.types import HandoverOutcome, HandoverResult, HandoverRow, PackageInfo, PlannedHandover
from berdaya.groups.models import Membership
from berdaya.kernel import clock
from berdaya.kernel.bulk import insert
from berdaya.kernel.ids import stable_id
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.models import DecreeLine, Programme
from berdaya.programmes.services.setup import open_programme
from berdaya.programmes.types import ProgrammeConfig

FUNDING: dict[str, str] = {
    "id": "uuid", "area": "bigint", "office_id": "bigint", "decree_line_id": "uuid", "subject_kind": "text",
    "subject_id": "uuid", "source": "text", "activity": "text", "amount_idr": "bigint",
}  # fmt: skip
HANDOVER: dict[str, str] = {
    "id": "uuid", "area": "bigint", "office_id": "bigint", "decree_line_id": "uuid", "package_id": "uuid",
    "number": "text", "occurred_on": "date", "place": "text", "received_by": "text", "condition": "text",
    "value_idr": "bigint", "note": "text", "account_id": "bigint",
}  # fmt: skip
LINE: dict[str, str] = {
    "id": "uuid", "area": "bigint", "office_id": "bigint", "handover_id": "uuid", "item_id": "uuid",
    "quantity": "integer", "unit_value_idr": "bigint", "amount_idr": "bigint", "condition": "text",
}  # fmt: skip


@dataclass(frozen=True)
class _Accepted:
    """A row that may be written: its decree line, its package, its BAST number."""

    row: HandoverRow
    line: DecreeLine
    package: PackageInfo
    number: str = ""


def plan_handovers(*, actor: Actor, programme_id: UUID) -> list[PlannedHandover]:
    """What stands to be handed over: every valid decree line with its package and value, by decree and number.

    Raises `not_allowed`, `not_found`.
    """
    _, _, config = open_programme(actor, programme_id, "handover.record")
    packages = packages_by_code(programme_id)
    started = started_kinds(programme_id)
    plans = []
    for line in valid_lines(programme_id):
        kind = kind_of(line, started)
        package = package_for(config, packages, kind)
        plans.append(
            PlannedHandover(
                decree_line=line.id,
                ref=line.candidate.ref,
                number=line.number,
                area=line.area,
                name=name_of(line),
                kind=kind,
                package=package.code if package else None,
                value_idr=package.value_idr if package else 0,
            )
        )
    return plans


@transaction.atomic
def record_handovers_many(*, actor: Actor, programme_id: UUID, rows: Sequence[HandoverRow]) -> list[HandoverResult]:
    """Take each handover that a valid decree line stands behind; say of every other why not. Order as given.

    Written with it: BAST numbers, lines, the split over sources, assets of businesses that exist already. The same row
    again is `identical`; goods for somebody outside the decree, before it, above the ceiling or twice are refused.
    Raises `not_allowed`, `not_found`, `outside_scope`.
    """
    programme, _, config = open_programme(actor, programme_id, "handover.record")
    lines = {line.candidate.ref: line for line in valid_lines(programme_id)}
    packages, started = packages_by_code(programme_id), started_kinds(programme_id)
    done = {
        handover.decree_line_id: handover
        for handover in Handover.objects.filter(decree_line__decree__programme_id=programme_id)
    }
    members = (
        _members([line.group_id for line in lines.values() if line.group_id]) if config.aid.per == "member" else {}
    )
    results, accepted = [], []
    taken: dict[UUID, HandoverRow] = {}
    for row in rows:
        line = lines.get(row.ref)
        kind = kind_of(line, started) if line else ""
        package = package_for(config, packages, kind) if line else None
        result = _known(row, line, done, taken) or _refusal(row, line, package, config, members)
        results.append(result or HandoverResult(row.id, row.ref, HandoverOutcome.RECORDED))
        if result is None and line is not None and package is not None:
            taken[line.id] = row
            accepted.append(_Accepted(row, line, package))
    if accepted:
        _write(actor, programme, config, accepted)
        register_assets(actor=actor, programme_id=programme_id)
    return results


def _members(groups: Iterable[UUID]) -> dict[UUID, int]:
    counts: dict[UUID, int] = {}
    for group in Membership.objects.filter(group_id__in=list(groups), left_on=None).values_list("group_id", flat=True):
        counts[group] = counts.get(group, 0) + 1
    return counts


def _known(
    row: HandoverRow,
    line: DecreeLine | None,
    done: Mapping[UUID, Handover],
    taken: Mapping[UUID, HandoverRow],
) -> HandoverResult | None:
    if line is None:
        return None
    before: Handover | HandoverRow | None = done.get(line.id) or taken.get(line.id)
    if before is None:
        return None
    same_body = (before.occurred_on, before.place, before.received_by, before.condition) == (
        row.occurred_on, row.place, row.received_by, row.condition,
    )  # fmt: skip
    if before.id == row.id:
        if same_body:
            return HandoverResult(row.id, row.ref, HandoverOutcome.IDENTICAL)
        return HandoverResult(row.id, row.ref, HandoverOutcome.CONFLICT, Problem("ledger.conflict", id=row.id))
    number = before.number if isinstance(before, Handover) else "baru"
    twice = Problem("grants.already_handed_over", ref=row.ref, day=before.occurred_on, number=number)
    return HandoverResult(row.id, row.ref, HandoverOutcome.REFUSED, twice)


def _refusal(
    row: HandoverRow,
    line: DecreeLine | None,
    package: PackageInfo | None,
    config: ProgrammeConfig,
    members: Mapping[UUID, int],
) -> HandoverResult | None:
    problem: Problem | None = None
    if line is None:
        problem = Problem("grants.not_in_decree", ref=row.ref)
    elif package is None:
        problem = Problem("grants.no_package", kind=kind_of(line, {}) or "-")
    elif row.occurred_on < line.decree.decreed_on:
        problem = Problem("grants.before_decree", day=row.occurred_on, decreed=line.decree.decreed_on)
    elif row.occurred_on > clock.today():
        problem = Problem("grants.future", day=row.occurred_on)
    elif not row.received_by.strip():
        problem = Problem("grants.nobody_received", ref=row.ref)
    else:
        count = members.get(line.group_id, 0) if line.group_id else 1
        ceiling = rules.ceiling_of(config.aid.ceiling_idr, config.aid.per, count)
        if ceiling is not None and package.value_idr > ceiling:
            problem = Problem("grants.package_too_dear", package=package.code, value=package.value_idr, ceiling=ceiling)
    return HandoverResult(row.id, row.ref, HandoverOutcome.REFUSED, problem) if problem else None


def _write(actor: Actor, programme: Programme, config: ProgrammeConfig, accepted: Sequence[_Accepted]) -> None:
    days = [item.row.occurred_on for item in accepted]
    numbers = next_numbers(actor=actor, office=programme.office_id, kind=LetterKind.HANDOVER, days=days)
    numbered = [
        _Accepted(item.row, item.line, item.package, number) for item, number in zip(accepted, numbers, strict=True)
    ]
    insert("grants_handover", HANDOVER, (_handover(actor, item) for item in numbered))
    insert("grants_handoverline", LINE, (line for item in numbered for line in _lines(item)))
    insert("grants_fundingshare", FUNDING, (share for item in numbered for share in _shares(config, item)))
    audit.record(
        actor=actor,
        name="grants.handed_over",
        subject_kind="programme",
        subject_id=programme.id,
        area=programme.area,
        office=programme.office_id,
        count=len(numbered),
        amount=sum(item.package.value_idr for item in numbered),
    )


def _handover(actor: Actor, item: _Accepted) -> tuple[Any, ...]:
    row, line = item.row, item.line
    return (
        row.id, line.area, line.office_id, line.id, item.package.id, item.number, row.occurred_on, row.place,
        row.received_by, str(row.condition), item.package.value_idr, row.note, actor.account_id,
    )  # fmt: skip


def _lines(item: _Accepted) -> Iterator[tuple[Any, ...]]:
    for thing in item.package.items:
        condition = rules.item_condition(item.row.condition, dict(item.row.exceptions), thing.number)
        yield (
            line_id(item.row.id, thing.number), item.line.area, item.line.office_id, item.row.id, thing.id,
            thing.quantity, thing.unit_price_idr, thing.value_idr, str(condition),
        )  # fmt: skip


def line_id(handover: UUID, number: int) -> UUID:
    """The line of an item in a handover."""
    return stable_id("handover-line", handover, number)


def _shares(config: ProgrammeConfig, item: _Accepted) -> Iterator[tuple[Any, ...]]:
    for thing in item.package.items:
        subject = line_id(item.row.id, thing.number)
        yield from funding_rows(config, item.line, "line", subject, thing.value_idr)


def funding_rows(
    config: ProgrammeConfig, line: DecreeLine, subject_kind: str, subject: UUID, amount: int
) -> Iterator[tuple[Any, ...]]:
    """One row per source with a part of the amount; a programme without `funding` has one source named by its year."""
    sources = [(item.source, item.activity, item.share) for item in config.programme.funding]
    if not sources:
        sources = [(f"Anggaran {config.programme.year}", "", 1.0)]
    parts = rules.split_by_shares(amount, [share for _, _, share in sources])
    for (source, activity, _), part in zip(sources, parts, strict=True):
        if part:
            yield (
                stable_id("funding", subject, source, activity), line.area, line.office_id, line.id, subject_kind,
                subject, source, activity, part,
            )  # fmt: skip


@transaction.atomic
def record_capital_funding(*, actor: Actor, programme_id: UUID, amounts: Sequence[tuple[UUID, UUID, int]]) -> None:
    """Which source paid the capital that funds received: (decree line, cash event, rupiah). Known events are left.

    Raises `grants.not_in_decree` where no valid decree line of the programme stands behind it.
    """
    _, _, config = open_programme(actor, programme_id, "fund.manage")
    lines = {line.id: line for line in valid_lines(programme_id)}
    rows = []
    for line_key, event, amount in amounts:
        if line_key not in lines:
            raise Problem("grants.not_in_decree", ref=str(line_key))
        rows += list(funding_rows(config, lines[line_key], "capital", event, amount))
    insert("grants_fundingshare", FUNDING, rows, skip_known=True)
