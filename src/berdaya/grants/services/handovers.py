"""Handing goods over: bound line by line to the decree, taken from stock, valued, split over the sources of money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from berdaya.grants import rules
from berdaya.grants.guards import named_errors
from berdaya.grants.lines import (
    begun_packages,
    kind_of,
    name_of,
    own_packages,
    package_for,
    packages_by_code,
    started_kinds,
    valid_lines,
)
from berdaya.grants.models import Entitlement, Handover, Proxy
from berdaya.grants.screening import excluded_refs, excluded_rows, open_late_cases, open_past_cases
from berdaya.grants.services.assets import register_assets
from berdaya.grants.services.writing import Accepted, funding_rows, line_id, write, write_funding
from berdaya.grants.shelves import Shelves, Taken
from berdaya.grants.types import (
    HandoverOutcome,
    HandoverResult,
    HandoverRow,
    PackageInfo,
    PackageItemInfo,
    PlannedHandover,
    ProofKind,
    Receiver,
    Screen,
)
from berdaya.groups.models import Membership
from berdaya.kernel import clock
from berdaya.kernel.problems import Problem
from berdaya.kernel.scope import Actor
from berdaya.programmes.models import DecreeLine
from berdaya.programmes.services.setup import open_programme
from berdaya.programmes.types import ProgrammeConfig

__all__ = ["funding_rows", "line_id", "plan_handovers", "record_capital_funding", "record_handovers_many"]


def plan_handovers(*, actor: Actor, programme_id: UUID) -> list[PlannedHandover]:
    """What stands to be handed over: every valid decree line with its package and value, by decree and number.

    Raises `not_allowed`, `not_found`.
    """
    _, _, config = open_programme(actor, programme_id, "handover.record")
    lines = valid_lines(programme_id)
    packages, own = packages_by_code(programme_id), own_packages([line.candidate_id for line in lines])
    started = started_kinds(programme_id)
    plans = []
    for line in lines:
        kind = kind_of(line, started)
        package = own.get(line.candidate_id) or package_for(config, packages, kind)
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
def record_handovers_many(
    *, actor: Actor, programme_id: UUID, rows: Sequence[HandoverRow], screen: Screen = Screen.BEFORE
) -> list[HandoverResult]:
    """Take each handover that a valid decree line stands behind; say of every other why not. Order as given.

    Written with it: BAST numbers, lines taken from stock, the split over sources, assets of businesses that exist
    already. The same row again is `identical`; goods for somebody outside the decree, before it, above the ceiling,
    beyond what is still due, or that no store holds are refused; so is whoever an exclusion list names, unless the
    goods have left already (``screen``), which opens a case. Raises `not_allowed`, `not_found`, `outside_scope`.
    """
    programme, _, config = open_programme(actor, programme_id, "handover.record")
    desk = _Desk(config, programme_id, rows, screen)
    results, accepted = [], []
    for row in rows:
        try:
            taken = desk.known(row) or desk.accept(row)
        except Problem as problem:
            taken = HandoverResult(row.id, row.ref, HandoverOutcome.REFUSED, problem)
        if isinstance(taken, Accepted):
            accepted.append(taken)
            taken = HandoverResult(row.id, row.ref, HandoverOutcome.RECORDED)
        results.append(taken)
    if accepted:
        with named_errors():
            write(actor, programme, config, accepted)
        register_assets(actor=actor, programme_id=programme_id, handovers=[item.row.id for item in accepted])
        if screen is not Screen.BEFORE:
            late = {item.row.ref: desk.hits[item.row.ref] for item in accepted if item.row.ref in desk.hits}
            open_cases = open_past_cases if screen is Screen.PAST else open_late_cases
            open_cases(actor, programme, [item.line for item in accepted if item.row.ref in late], late)
    return results


class _Desk:
    """All that deciding about rows needs, read once; what is accepted counts for the rows behind it."""

    def __init__(
        self, config: ProgrammeConfig, programme_id: UUID, rows: Sequence[HandoverRow], screen: Screen
    ) -> None:
        self.config, self.screen = config, screen
        found = valid_lines(programme_id, {row.ref for row in rows})
        self.lines = {line.candidate.ref: line for line in found}
        self.packages = packages_by_code(programme_id)
        self.own = own_packages([line.candidate_id for line in found])
        self.started = started_kinds(programme_id, found)
        ids = [line.id for line in found]
        before = Handover.objects.filter(decree_line_id__in=ids).order_by("occurred_on", "number")
        self.latest = {handover.decree_line_id: handover for handover in before}
        self.recorded: dict[UUID, Handover | HandoverRow] = {handover.id: handover for handover in before}
        self.begun = begun_packages(list(self.latest))
        handed = Entitlement.objects.filter(decree_line_id__in=ids).values_list("decree_line_id", "item_id", "handed")
        self.handed = {(line, item): count for line, item, count in handed}
        self.shelves = Shelves(programme_id, (tag for row in rows for tags in row.tags.values() for tag in tags))
        self.members = _members(line.group_id for line in found if line.group_id) if config.aid.per == "member" else {}
        proxies = Proxy.objects.filter(id__in=[row.proxy for row in rows if row.proxy], checked_by__isnull=False)
        self.proxies = dict(proxies.values_list("id", "decree_line_id"))
        past = screen is Screen.PAST
        self.hits = excluded_rows(self.lines, rows) if past else excluded_refs(found, clock.today())

    def known(self, row: HandoverRow) -> HandoverResult | None:
        """The result where this id was recorded before."""
        before = self.recorded.get(row.id)
        if before is None:
            return None
        if _body(before) == _body(row):
            return HandoverResult(row.id, row.ref, HandoverOutcome.IDENTICAL)
        return HandoverResult(row.id, row.ref, HandoverOutcome.CONFLICT, Problem("ledger.conflict", id=row.id))

    def accept(self, row: HandoverRow) -> Accepted:
        """The row with all that is to be written, promised to it; raises the problem that stands against it."""
        line = self.lines.get(row.ref)
        if line is None:
            raise Problem("grants.not_in_decree", ref=row.ref)
        kind = kind_of(line, self.started)
        package = self.begun.get(line.id) or self.own.get(line.candidate_id)
        package = package or package_for(self.config, self.packages, kind)
        wanted = self._due(row, line, package) if package is not None else []
        if package is None:
            raise Problem("grants.no_package", kind=kind or "-")
        self._check(row, line, package)
        chosen = [
            (
                item,
                self.shelves.choose(
                    item, count, on=row.occurred_on, store=row.store, tags=row.tags.get(item.number, ())
                ),
            )
            for item, count in wanted
        ]
        taken: list[tuple[PackageItemInfo, Taken]] = []
        for item, parts in chosen:
            self.shelves.promise(parts)
            taken += [(item, part) for _, part in parts]
            self.handed[line.id, item.id] = self.handed.get((line.id, item.id), 0) + sum(p.quantity for _, p in parts)
        self.recorded[row.id] = row
        return Accepted(row, line, package, taken)

    def _due(self, row: HandoverRow, line: DecreeLine, package: PackageInfo) -> list[tuple[PackageItemInfo, int]]:
        """What is handed over: the part that the row names, else all that is still due."""
        due = {item.number: item.quantity - self.handed.get((line.id, item.id), 0) for item in package.items}
        if not any(due.values()):
            before = self.latest.get(line.id)
            day, bast = (before.occurred_on, before.number) if before else (row.occurred_on, "baru")
            raise Problem("grants.already_handed_over", ref=row.ref, day=day, number=bast)
        items = {item.number: item for item in package.items}
        for number, count in row.items.items():
            if number not in items:
                raise Problem("grants.no_such_item", package=package.code, number=number)
            if count < 1 or count > due[number]:
                raise Problem("grants.more_than_planned", ref=row.ref, name=items[number].name, left=due[number])
        wanted = row.items or {number: left for number, left in due.items() if left}
        return [(items[number], count) for number, count in sorted(wanted.items())]

    def _check(self, row: HandoverRow, line: DecreeLine, package: PackageInfo) -> None:
        if row.occurred_on < line.decree.decreed_on:
            raise Problem("grants.before_decree", day=row.occurred_on, decreed=line.decree.decreed_on)
        if row.occurred_on > clock.today():
            raise Problem("grants.future", day=row.occurred_on)
        if not row.received_by.strip():
            raise Problem("grants.nobody_received", ref=row.ref)
        count = self.members.get(line.group_id, 0) if line.group_id else 1
        ceiling = rules.ceiling_of(self.config.aid.ceiling_idr, self.config.aid.per, count)
        if ceiling is not None and package.value_idr > ceiling:
            raise Problem("grants.package_too_dear", package=package.code, value=package.value_idr, ceiling=ceiling)
        if row.receiver is Receiver.PROXY and (row.proxy is None or self.proxies.get(row.proxy) != line.id):
            raise Problem("grants.proxy_not_agreed", ref=row.ref)
        if not proven(row):
            raise Problem("grants.no_signature", ref=row.ref)
        if self.screen is Screen.BEFORE and row.ref in self.hits:
            raise Problem("grants.excluded_now", ref=row.ref, reason=self.hits[row.ref])


def proven(row: HandoverRow) -> bool:
    """True where the proof holds what its kind promises: strokes, a named witness to a thumb, a scanned sheet."""
    proof = row.proof
    match proof.kind:
        case ProofKind.SIGNATURE:
            return proof.signature is not None
        case ProofKind.THUMB:
            return bool(proof.witness.strip())
        case ProofKind.SCAN:
            return proof.scan is not None
        case ProofKind.PAPER:
            return True


def _body(row: Handover | HandoverRow) -> tuple[date, str, str, str]:
    return row.occurred_on, row.place, row.received_by, str(row.condition)


def _members(groups: Iterable[UUID]) -> Mapping[UUID, int]:
    counts: dict[UUID, int] = {}
    for group in Membership.objects.filter(group_id__in=list(groups), left_on=None).values_list("group_id", flat=True):
        counts[group] = counts.get(group, 0) + 1
    return counts


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
    write_funding(rows)
